"""Which calibration serves a table of nights: the one that is named, or one beside it that is of its stager."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from typer.testing import CliRunner

import somnometry as sm
from somnometry import CalibrationError, read_nights
from somnometry.batch.own_calibrations import calibrations_for, scorers_of
from somnometry.calibration.calibration_file import write_calibration
from somnometry.calibration.shipped import shipped_calibration
from somnometry.cli.app import app

from ..claims.test_stager_slopes import NAME, nights

HEADBAND = shipped_calibration("bitbrain-headband")
STUDY = sm.Study((), "crossover", "active", "placebo", randomised=True, device="headband")
CLAIMS = """
[study]
design = "crossover"
treatment = "active"
control = "placebo"
randomised = true
device = "headband"

[[claim]]
metric = "n3_percent"
direction = "increases"
smallest_effect = 3.0
source = "half an SD of the controls"
"""


@pytest.fixture
def folder(tmp_path):
    pd.DataFrame(nights(effect=0.1, sd=1.5, scorer=NAME)).to_csv(tmp_path / "nights.csv", index=False)
    (tmp_path / "claims.toml").write_text(CLAIMS, encoding="utf-8")
    return tmp_path


def judged(folder, *words):
    command = ["judge", folder / "claims.toml", folder / "nights.csv", "--out", folder / "out", *words]
    result = CliRunner().invoke(app, list(map(str, command)))
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def verdict(folder, *words):
    judged(folder, *words)
    return json.loads((folder / "out" / "verdicts.json").read_text(encoding="utf-8"))["verdicts"][0]


def test_one_beside_the_nights_is_found(folder):
    assert verdict(folder)["staging"] == "auto"
    write_calibration(HEADBAND, folder / "calibration.toml")
    found = verdict(folder)
    assert (found["staging"], found["outcome"]) == ("auto+propagated", "equivalent")


def test_one_of_another_stager_beside_the_nights_is_left_alone(folder):
    write_calibration(shipped_calibration("bitbrain-psg"), folder / "calibration.toml")
    found = calibrations_for(read_nights(folder / "nights.csv"), folder, STUDY)
    assert found.used == ()
    assert [(one.path.name, one.why) for one in found.passed_over] == [("calibration.toml", "stager")]
    assert verdict(folder)["staging"] == "auto"
    assert "is of Bitbrain PSG autoscoring, which these are not: it was passed over" in judged(folder)


def test_one_of_another_device_is_passed_over_and_told_and_refused_where_it_is_named(folder):
    """The right program, on nights of another device: what it errs there is not what it errs here."""
    on_psg = HEADBAND.to_dict() | {"device": "psg"}
    del on_psg["stager"], on_psg["metrics"]
    other = sm.Calibration(HEADBAND.stager, HEADBAND.metrics, **on_psg)
    write_calibration(other, folder / "calibration_psg.toml")
    found = calibrations_for(read_nights(folder / "nights.csv"), folder, STUDY)
    assert [(one.path.name, one.why) for one in found.passed_over] == [("calibration_psg.toml", "device")]
    assert verdict(folder)["staging"] == "auto"
    assert "is of nights on psg, which these are not: it was passed over" in judged(folder)
    write_calibration(HEADBAND, folder / "calibration_z.toml")  # and the one beside it that is right is used
    assert verdict(folder)["staging"] == "auto+propagated"
    command = ["judge", folder / "claims.toml", folder / "nights.csv", "--out", folder / "out"]
    command += ["--calibration", folder / "calibration_psg.toml"]
    result = CliRunner().invoke(app, list(map(str, command)))
    assert result.exit_code == 2
    assert "no calibration is of that" in " ".join(result.stderr.split())


def test_the_device_is_read_from_the_table_before_the_study(folder):
    write_calibration(HEADBAND, folder / "calibration.toml")
    table = read_nights(folder / "nights.csv")
    silent = replace(STUDY, device=None)
    for device, study, used in (
        ("headband", silent, 1), ("psg", silent, 0), (None, silent, 1), (None, replace(STUDY, device="psg"), 0),
        ("psg", STUDY, 1),  # contradict each other: judge says so
    ):  # fmt: skip
        given = table if device is None else table.assign(device=device)
        assert len(calibrations_for(given, folder, study).used) == used


@pytest.mark.parametrize("name", ["bitbrain-headband", "file"])
def test_one_is_named_by_its_file_or_its_name(folder, name):
    write_calibration(HEADBAND, folder / "mine.toml")
    named = str(folder / "mine.toml") if name == "file" else name
    assert calibrations_for(read_nights(folder / "nights.csv"), folder, STUDY, named).used == (HEADBAND,)
    assert verdict(folder, "--calibration", named)["staging"] == "auto+propagated"


def test_one_of_another_stager_that_is_named_is_refused(folder):
    command = ["judge", folder / "claims.toml", folder / "nights.csv", "--out", folder / "out"]
    command += ["--calibration", "bitbrain-psg"]
    result = CliRunner().invoke(app, list(map(str, command)))
    assert result.exit_code == 2
    assert "no calibration is of that" in " ".join(result.stderr.split())


def test_what_is_no_calibration_is_said(folder):
    (folder / "calibration.toml").write_text("x = 1", encoding="utf-8")
    with pytest.raises(CalibrationError):
        calibrations_for(read_nights(folder / "nights.csv"), folder, STUDY)


def test_scorers_are_named_by_their_tables_where_those_differ():
    assert scorers_of({"a/": {"scorer": ["YASA", ""]}, "b/": {"scorer": ["GSSC", "GSSC"]}}) == ["YASA", "GSSC"]
    for other in ({"scorer": ["YASA"]}, {"scorer": ["GSSC", "U-Sleep"]}, {"tst": [400.0]}):
        assert scorers_of({"a/": {"scorer": ["YASA"]}, "b/": other}) == ["a/", "b/"]
