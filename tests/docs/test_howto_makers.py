"""From the device to the night: what the page of each maker says is typed, on files made as the maker writes them."""

import csv
import json
import re
import shlex
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from somnometry import judge, read_nights
from somnometry.cli.app import app
from somnometry.core.claim import Claim
from somnometry.core.recording import Recording, Signal
from somnometry.core.schedule import Schedule
from somnometry.core.study import Study
from somnometry.io.edf.writer import write_edf

from ..io.exports.app_files import board_signals, muse_signals, write_muse, write_openbci

DOCS = Path(__file__).parents[2] / "docs"
START = datetime(2026, 3, 2, 23, 10)


def typed(page, n=1):
    """The first commands of a page, as words."""
    blocks = "\n".join(
        re.findall(r"```sh\n(.*?)```", (DOCS / "howto" / f"{page}.md").read_text(encoding="utf-8"), re.S)
    )
    return [shlex.split(line, comments=True)[1:] for line in blocks.splitlines()][:n]


def run(words, folder, monkeypatch):
    monkeypatch.chdir(folder)
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    return result


def test_a_muse(tmp_path, monkeypatch):
    (tmp_path / "muse").mkdir()
    for i in range(2):
        write_muse(tmp_path / "muse" / f"mindMonitor_{i}.csv", muse_signals(10, seed=i), np.arange(2560) / 256)
    run(*typed("muse"), tmp_path, monkeypatch)
    assert sorted(file.name for file in (tmp_path / "nights").iterdir()) == ["mindMonitor_0.edf", "mindMonitor_1.edf"]


def test_an_openbci_board(tmp_path, monkeypatch):
    write_openbci(tmp_path / "OpenBCI-RAW.txt", board_signals(10))
    result = run(*typed("openbci"), tmp_path, monkeypatch)
    assert "EXG Channel 0 at 250 Hz" in result.output


def test_a_dreem(tmp_path, monkeypatch):
    h5py = pytest.importorskip("h5py")
    (tmp_path / "dreem").mkdir()
    with h5py.File(tmp_path / "dreem" / "n1.h5", "w") as file:
        file.attrs["start_time"] = 1714595400
        of = file.create_group("signals/eeg")
        of.attrs["fs"], of.attrs["unit"] = 250, "uV"
        of.create_dataset("F7-O1", data=np.random.default_rng(1).normal(0, 20, 2500).astype(np.float32))
    run(*typed("dreem"), tmp_path, monkeypatch)
    assert [file.name for file in (tmp_path / "nights").iterdir()] == ["n1.edf"]


def test_a_zmax_folder_is_found_as_it_is(tmp_path, monkeypatch):
    for night in ("a", "b"):
        (tmp_path / "zmax" / night).mkdir(parents=True)
        for i, label in enumerate(("EEG L", "EEG R")):
            noise = np.random.default_rng([i, ord(night)]).normal(0, 20, 256 * 60).astype(np.float32)
            write_edf(Recording({label: Signal(noise, 256.0)}, start=START), tmp_path / "zmax" / night / f"{label}.edf")
    (words,) = typed("zmax")
    result = run([*words, "--dry-run"], tmp_path, monkeypatch)
    assert "2 of 2 nights would be measured" in result.output


# ---------------------------------------------------------------------------------------------------------- wearables
ORDER = Schedule("blocks", periods=14, seed=4).order


def oura(begins, minutes):
    """A sleep as Oura's API gives it: 5 minutes a digit, 4 awake, 2 light, 1 deep, 3 REM."""
    phases = "44" + "2213" * 200
    return {
        "id": begins.isoformat(), "day": (begins + timedelta(minutes=minutes)).date().isoformat(), "type": "long_sleep",
        "bedtime_start": f"{begins.isoformat()}+01:00",
        "bedtime_end": f"{(begins + timedelta(minutes=minutes)).isoformat()}+01:00",
        "sleep_phase_5_min": phases[: minutes // 5],
    }  # fmt: skip


def fitbit(begins, minutes):
    """A sleep of Fitbit's export: a wake, then light sleep."""
    levels = [{"dateTime": f"{begins.isoformat()}.000", "level": "wake", "seconds": 600},
              {"dateTime": f"{(begins + timedelta(minutes=10)).isoformat()}.000", "level": "light",
               "seconds": (minutes - 10) * 60}]  # fmt: skip
    return {
        "logId": round(begins.timestamp()), "dateOfSleep": (begins + timedelta(minutes=minutes)).date().isoformat(),
        "startTime": f"{begins.isoformat()}.000", "endTime": f"{(begins + timedelta(minutes=minutes)).isoformat()}.000",
        "duration": minutes * 60_000, "mainSleep": True, "type": "stages", "levels": {"data": levels, "shortData": []},
    }  # fmt: skip


@pytest.mark.parametrize(("name", "made"), [("oura.json", oura), ("sleep-2026-03-01.json", fitbit)])
def test_a_wearables_export_is_measured_and_judged_on_what_it_can_tell(name, made, tmp_path, monkeypatch):
    """Nights begin at 23:10, one of them after midnight; those under treatment are 80 minutes longer."""
    (tmp_path / "export").mkdir()
    minutes = [400 + 80 * (letter == "B") + 5 * (5 * i % 14) for i, letter in enumerate(ORDER)]
    begins = [START + timedelta(days=i, hours=2 * (i == 4)) for i in range(14)]
    sleeps = [made(begin, length) for begin, length in zip(begins, minutes, strict=True)]
    content = {"data": sleeps} if made is oura else sleeps
    (tmp_path / "export" / name).write_text(json.dumps(content), encoding="utf-8")
    rows = [{"evening": f"{START + timedelta(days=i):%Y-%m-%d}", "path": "", "subject": "me", "night": i + 1,
             "condition": {"A": "without", "B": "with"}[letter]} for i, letter in enumerate(ORDER)]  # fmt: skip
    with (tmp_path / "export" / "recordings.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    (words,) = typed("wearables")
    run([*words, "--no-figures"], tmp_path, monkeypatch)
    nights = read_nights(tmp_path / "results")
    assert len(nights) == 14
    study = Study(design="n-of-1", treatment="with", control="without", randomised=True, device="wearable",
                  schedule=Schedule("blocks", periods=14, seed=4))  # fmt: skip
    longer = judge(Claim("tst", "increases", smallest_effect=30.0), nights, study, sensitivity=False)
    assert longer.outcome == "supported"
    of = {letter: np.mean([m for m, own in zip(minutes, ORDER, strict=True) if own == letter]) for letter in "AB"}
    assert longer.estimate == pytest.approx(of["B"] - of["A"])
    rem = judge(Claim("rem_percent", "increases", smallest_effect=3.0), nights, study, sensitivity=False)
    assert rem.outcome in ("not testable", "inconclusive")
