"""The calibrations that come with the package."""

import pytest

from somnometry import CalibrationError, shipped_calibration, write_calibration
from somnometry.calibration.shipped import Shipped, get_args, named_calibration


@pytest.mark.parametrize("name", get_args(Shipped))
def test_it_says_where_it_is_from_and_serves_nobody_else(name):
    one = shipped_calibration(name)
    assert "ds005555" in one.source
    assert one.people_named
    assert one.n_people == 50
    assert not one.serves("YASA")
    assert {"tst", "se", "sol", "waso", "n3_percent", "rem_percent"} <= one.keys()


def test_others_do_not_come_with_it():
    with pytest.raises(CalibrationError) as error:
        shipped_calibration("zmax")
    assert "bitbrain-psg" in error.value.remedy


def test_a_calibration_is_given_as_it_is_by_its_name_or_by_its_file(tmp_path):
    one = shipped_calibration("bitbrain-psg")
    write_calibration(one, tmp_path / "own.toml")
    given = (one, "bitbrain-psg", tmp_path / "own.toml", str(tmp_path / "own.toml"))
    assert all(named_calibration(each) == one for each in given)
    with pytest.raises(CalibrationError):
        named_calibration(tmp_path / "none.toml")
