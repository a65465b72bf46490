"""What a declared study can show: which studies are told, of how many nights, with which calibration."""

import dataclasses

import pytest

from somnometry import CalibrationError, ClaimError, Schedule, Study
from somnometry.batch.learnable import learnable
from somnometry.batch.schedule_files import nights_of_period
from somnometry.claims.asked import asked_claim

ALONE = Study(
    (asked_claim("rem_percent"), asked_claim("waso")), design="n-of-1", treatment="tea", control="none",
    randomised=True, device="headband", schedule=Schedule("blocks", periods=14, seed=2),
)  # fmt: skip


def test_one_person_is_told_of_each_claim_and_of_others(tmp_path):
    said = learnable(ALONE, tmp_path, n_studies=30)
    assert "REM (% of sleep): no number of nights helps" in said
    assert "WASO: if the effect is 20 minutes less" in said
    assert "of SE (about" in said


def test_with_a_calibration_of_the_program_rem_takes_nights(tmp_path):
    said = learnable(ALONE, tmp_path, "bitbrain-headband", n_studies=30)
    assert "REM (% of sleep): if the effect is 3 percentage points more" in said
    with pytest.raises(CalibrationError):
        learnable(ALONE, tmp_path, "nobody.toml", n_studies=30)


def test_nights_of_a_period_are_those_of_the_schedule_beside(tmp_path):
    assert nights_of_period(tmp_path) == 1
    (tmp_path / "schedule.toml").write_text("[evenings]\nnights_per_period = 3\n")
    assert "42 nights would" in learnable(ALONE, tmp_path, n_studies=20)
    for wrong in ("0", "'two'", "true", "1.5"):
        (tmp_path / "schedule.toml").write_text(f"[evenings]\nnights_per_period = {wrong}\n")
        with pytest.raises(ClaimError):
            nights_of_period(tmp_path)
    (tmp_path / "schedule.toml").write_text("[evenings]\nrun_in = 3\n")
    with pytest.raises(ClaimError, match="says nothing of nights_per_period"):
        nights_of_period(tmp_path)


def test_of_a_trial_what_its_device_cannot_decide_is_named(tmp_path):
    trial = dataclasses.replace(ALONE, design="crossover", schedule=None)
    said = learnable(trial, tmp_path)
    assert "REM (% of sleep)" in said
    assert "WASO" not in said
    assert learnable(dataclasses.replace(trial, device=None), tmp_path) == ""
    assert learnable(dataclasses.replace(trial, device="psg"), tmp_path) == ""
