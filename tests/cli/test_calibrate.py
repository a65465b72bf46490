"""``somnometry calibrate`` as a user types it, and what `measure` makes of it."""

import csv
import math
import re
import shlex
from pathlib import Path

import numpy as np
import pytest

import somnometry as sm

from ..calibration.scored_nights import scored_nights, write_nights


def test_a_stager_is_calibrated_and_its_nights_have_intervals(run, tmp_path):
    human, auto, people = write_nights(tmp_path)
    result = run("calibrate", human, auto, "--subjects", people, "--out", tmp_path / "c.toml", "--device", "headband")
    assert result.exit_code == 0, result.output
    assert "24 nights of 22 people" in result.output
    assert sm.read_calibration(tmp_path / "c.toml").device == "headband"
    result = run("measure", "--scorings", auto, "--calibration", tmp_path / "c.toml", "--out", tmp_path / "d",
                 "--no-figures", "--jobs", "1")  # fmt: skip
    assert result.exit_code == 0, result.output
    with (tmp_path / "d" / "nights.csv").open(newline="") as lines:
        rows = {row["recording"]: row for row in csv.DictReader(lines)}
    inside = 0
    for name, hypnogram in scored_nights()[0].items():
        low, high = (float(rows[name][f"n3_percent_{side}"]) for side in ("low", "high"))
        inside += low <= sm.architecture(hypnogram)["n3_percent"] <= high
    assert inside >= 20  # nine in ten of 24, and of the nights that it was made of
    assert "N3" in (tmp_path / "d" / "nights.json").read_text(encoding="utf-8")


def test_nights_of_another_stager_have_no_interval_and_a_finding(run, tmp_path):
    human, auto, people = write_nights(tmp_path)
    assert run("calibrate", human, auto, "--subjects", people, "--out", tmp_path / "c.toml").exit_code == 0
    words = ("measure", "--scorings", human, "--calibration", tmp_path / "c.toml", "--out", tmp_path / "d")
    assert run(*words, "--no-figures", "--jobs", "1").exit_code == 0
    nights = sm.read_nights(tmp_path / "d" / "nights.csv")
    assert nights["findings"].str.contains("calibration-of-another").all()
    assert not [column for column in nights if column.endswith(("_low", "_high"))]


def test_a_calibration_that_is_none_is_wrong_use(run, tmp_path):
    human, auto, _ = write_nights(tmp_path)
    (tmp_path / "c.toml").write_text("version = 7\n", encoding="utf-8")
    result = run("measure", "--scorings", auto, "--calibration", tmp_path / "c.toml", "--out", tmp_path / "d")
    assert result.exit_code == 2
    assert "c.toml" in result.output
    assert run("calibrate", human, tmp_path / "none", "--out", tmp_path / "c2.toml").exit_code == 2
    assert not (tmp_path / "c2.toml").exists()


def test_another_calibration_measures_the_nights_anew(run, tmp_path):
    human, auto, people = write_nights(tmp_path)
    words = ("measure", "--scorings", auto, "--out", tmp_path / "d", "--no-figures", "--jobs", "1")
    assert run(*words).exit_code == 0
    assert run("calibrate", human, auto, "--out", tmp_path / "c.toml").exit_code == 0
    assert run(*words, "--calibration", tmp_path / "c.toml").exit_code == 0
    first = sm.read_nights(tmp_path / "d" / "nights.csv")
    assert first["tst_low"].notna().all()
    assert run("calibrate", human, auto, "--out", tmp_path / "c.toml", "--subjects", people).exit_code == 0
    assert "24 of 24 nights measured;" in run(*words, "--calibration", tmp_path / "c.toml").output
    assert math.isfinite(first["tst_high"].iloc[0])


ROOT = Path(__file__).parents[2]
PRINTED = ("README.md", "docs/calibration.md", "docs/howto/sleep_lab.md")


def two_commands(page):
    """Give what a page says to type, from EDF and scorings to a calibration."""
    blocks = re.findall(
        r"```(?:sh)?\n(somnometry measure nights/.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.S
    )
    return [shlex.split(line) for line in blocks[0].splitlines()]


def test_pages_print_the_same_two_commands():
    typed = two_commands(PRINTED[0])
    assert [words[1] for words in typed] == ["measure", "calibrate"]
    assert all(two_commands(page) == typed for page in PRINTED)


def typed_on(run, folder, n, hours):
    """Type the two commands on `n` simulated nights, of which the first two are of one person, and their scorings."""
    nights = folder / "nights"
    nights.mkdir()
    lines, n3 = ["path,subject"], []
    for seed in range(n):
        name, share = f"n{seed:02d}", {"N3": 5.0 + 5.0 * (seed % 7)}
        recording, truth = sm.simulate_night(seed, hours=hours, rate=100, artefact_rate=0, stage_targets=share)
        sm.write_edf(recording, nights / f"{name}.edf")
        sm.write_hypnogram(truth.replace(scorer="human"), nights / f"{name}_scoring.csv")
        lines.append(f"{name}.edf,p{max(seed, 1):02d}")
        n3.append(sm.architecture(truth)["n3_percent"])
    (nights / "recordings.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [run(*words[1:]) for words in two_commands("README.md")], n3


def test_two_commands_as_they_are_printed_stage_and_pair_and_refuse_too_few(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (first, second), _ = typed_on(run, tmp_path, 2, 0.5)
    assert first.exit_code == 0, first.output
    assert len(list((tmp_path / "derivatives" / "scorings").glob("*.csv"))) == 2
    assert second.exit_code == 2
    assert "20" in second.stderr


@pytest.mark.acceptance
def test_two_commands_as_they_are_printed_make_a_calibration_of_edf_and_scorings(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    results, n3 = typed_on(run, tmp_path, 24, 1.5)
    # in so short nights staging may find every epoch of the truth, which is left out as a copy, and said
    assert [result.exit_code for result in results] in ([0, 0], [0, 1]), results
    made = sm.read_calibration(tmp_path / "calibration.toml")
    assert made.people_named
    assert 20 <= made.n_people < made.n_nights <= 24
    assert made.stager.sha256
    assert made["tst"].mean_auto == pytest.approx(sm.read_nights("derivatives")["tst"].mean(), abs=1.0)
    assert made["n3_percent"].mean_human == pytest.approx(np.mean(n3), abs=1.0)
    assert made["n3_percent"].lambda_low > 0.6
