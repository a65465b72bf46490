"""``somnometry calibrate`` as a user types it, and what `measure` makes of it."""

import csv
import math

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
