"""What commands print at 80 columns and in a pipe; `SOMNOMETRY_GOLDEN=write` writes it anew, to be read."""

import os
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

import somnometry as sm
from somnometry.batch.derivatives import Derivatives
from somnometry.cli.app import app
from somnometry.staging import bench as benches

from ..batch.derived import ODD, add_night
from ..batch.test_audit_sample import study_table
from ..batch.test_validate import scored_nights
from ..calibration.scored_nights import write_nights
from ..io.edf_files import noise, write
from ..staging.test_bench_facts import bench

GOLDEN = Path(__file__).parent / "golden"
CLAIMS = """
[study]
name = "A night longer"
design = "crossover"
treatment = "active"
control = "placebo"
randomised = true

[[claim]]
id = "LONGER"
words = "sleeps longer"
metric = "tst"
direction = "increases"
smallest_effect = 15.0
source = "for this test"

[[claim]]
id = "DEEPER"
metric = "n3_percent"
direction = "increases"
smallest_effect = 3.0
source = "for this test"

[[claim]]
id = "FEELING"
words = "feels better"
metric = ""
not_testable = "how people feel is not in a recording"
"""
COMMANDS = {
    "metrics": ("metrics", "tst", "waso", "rem_latency"),
    "channels": ("channels", "EEG C4-A1", "EOG LOC-A2", "Flow"),
    "claims_check": ("claims", "check", "claims.toml"),
    "inspect": ("inspect", "nights"),
    "inspect_verbose": ("inspect", "--verbose", "nights"),
    "measure": ("measure", "--scorings", "human", "--out", "measured", "--no-figures", "--force"),
    "agree": ("agree", "human", "auto", "--out", "agreement", "--no-figures"),
    "judge": ("judge", "claims.toml", "study/nights.csv", "--out", "verdicts", "--no-sensitivity"),
    "power": ("power", "claims.toml", "--subjects", "12", "--nights", "1:2", "--studies", "4", "--workers", "1",
              "--out", "p"),
    "report": ("report", "derivatives"),
    "convert": ("convert", "human/a_night_of_a_study_00.csv", "--out", "converted.edf"),
    "calibrate": ("calibrate", "calibrated/human", "calibrated/auto", "--subjects", "calibrated/people.csv",
                  "--out", "c.toml"),
    "audit_sample": ("audit-sample", "audited", "--n", "8"),
    "bench": ("bench", "night.edf"),
    "validate": ("validate", "scored", "--out", "validated"),
    "simulate_study": ("simulate", "study", "--out", "tiny", "--effect", "tst=40", "--subjects", "2"),
}  # fmt: skip
#: Commands whose numbers are those of floating-point arithmetic on signals: what is compared is all but digits.
MASKED = {"validate"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("golden")
    (folder / "claims.toml").write_text(CLAIMS)
    for name, rate in (("a", 100), ("b", 128)):
        (folder / "nights" / name).mkdir(parents=True)
        channels = {"EEG C4-M1": (noise(rate, 120), rate), "EMG Chin": (noise(1, 120), 1)}
        write(folder / "nights" / name / "n1.edf", channels)
    (folder / "nights" / "text.edf").write_text("hello" * 100)
    for name, shift in (("human", 0), ("auto", 1)):
        (folder / name).mkdir()
        for k in range(6):
            night = sm.simulate_hypnogram(k, hours=4, stage_targets={"N3": 20 - 3 * shift})
            sm.write_hypnogram(night, folder / name / f"a_night_of_a_study_{k:02}.csv")
    study = ("simulate", "study", "--out", str(folder / "study"), "--effect", "tst=40", "--metric", "n3_percent")
    assert CliRunner().invoke(app, study).exit_code == 0
    for name in ("no-rem", "gap"):
        add_night(folder / "derivatives", name, ODD[name])
    Derivatives(folder / "derivatives").assemble()
    study_table(folder / "audited")
    scored_nights(folder / "scored", 1)
    write_nights(folder / "calibrated")
    return folder


@pytest.mark.parametrize("where", ["terminal", "pipe"])
@pytest.mark.parametrize("name", COMMANDS)
def test_what_a_command_prints(name, where, folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setattr(benches, "bench_staging", lambda *_, **__: bench())
    shutil.rmtree(folder / "audited" / "audit", ignore_errors=True)  # a sample is drawn once
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TTY_COMPATIBLE", "1" if where == "terminal" else "0")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    result = CliRunner().invoke(app, COMMANDS[name])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    lines = [line.rstrip() for line in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", result.stdout).splitlines()]
    text = "\n".join(lines) + "\n"
    text = re.sub(r"\d", "0", text) if name in MASKED else text
    text = re.sub(
        r"\b(?=\w*\d)[0-9a-f]{12,64}\b", lambda digest: "0" * len(digest[0]), text
    )  # of declarations: tested elsewhere
    assert text.strip(), result.stderr
    assert "…" not in text
    if where == "terminal":
        assert [line for line in lines if len(line) > 80 and " " in line.strip()] == []
    golden = GOLDEN / f"{name}_{where}.txt"
    if os.environ.get("SOMNOMETRY_GOLDEN") == "write":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
