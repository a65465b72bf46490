"""Which calibration serves a table of nights: the one that is named, or one beside it that is of its stager."""

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from somnometry import CalibrationError, read_nights
from somnometry.batch.own_calibrations import calibrations_for, scorers_of
from somnometry.calibration.calibration_file import write_calibration
from somnometry.calibration.shipped import shipped_calibration
from somnometry.cli.app import app

from ..claims.test_stager_slopes import NAME, nights

HEADBAND = shipped_calibration("bitbrain-headband")
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


def verdict(folder, *words):
    command = ["judge", folder / "claims.toml", folder / "nights.csv", "--out", folder / "out", *words]
    result = CliRunner().invoke(app, list(map(str, command)))
    assert result.exit_code == 0, result.output
    return json.loads((folder / "out" / "verdicts.json").read_text(encoding="utf-8"))["verdicts"][0]


def test_one_beside_the_nights_is_found(folder):
    assert verdict(folder)["staging"] == "auto"
    write_calibration(HEADBAND, folder / "calibration.toml")
    found = verdict(folder)
    assert (found["staging"], found["outcome"]) == ("auto+propagated", "equivalent")


def test_one_of_another_stager_beside_the_nights_is_left_alone(folder):
    write_calibration(shipped_calibration("bitbrain-psg"), folder / "calibration.toml")
    assert calibrations_for(read_nights(folder / "nights.csv"), folder) == []
    assert verdict(folder)["staging"] == "auto"


@pytest.mark.parametrize("name", ["bitbrain-headband", "file"])
def test_one_is_named_by_its_file_or_its_name(folder, name):
    write_calibration(HEADBAND, folder / "mine.toml")
    named = str(folder / "mine.toml") if name == "file" else name
    assert calibrations_for(read_nights(folder / "nights.csv"), folder, named) == [HEADBAND]
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
        calibrations_for(read_nights(folder / "nights.csv"), folder)


def test_scorers_are_named_by_their_tables_where_those_differ():
    assert scorers_of({"a/": {"scorer": ["YASA", ""]}, "b/": {"scorer": ["GSSC", "GSSC"]}}) == ["YASA", "GSSC"]
    for other in ({"scorer": ["YASA"]}, {"scorer": ["GSSC", "U-Sleep"]}, {"tst": [400.0]}):
        assert scorers_of({"a/": {"scorer": ["YASA"]}, "b/": other}) == ["a/", "b/"]
