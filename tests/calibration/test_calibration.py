"""Whose nights a calibration serves, and what it says of a night."""

import copy
import dataclasses
import math
import pickle

import pytest

from somnometry import Calibration, CalibrationError, shipped_calibration
from somnometry.core.scorer import Scorer

ONE = shipped_calibration("bitbrain-headband")


def of(stager):
    return Calibration(stager, dict(ONE.metrics), 63, 50)


YASA = Scorer("YASA", "classifier", sha256="330c", inputs=("eeg", "eog"))


@pytest.mark.parametrize(
    ("stager", "night", "serves"),
    [
        (YASA, YASA, True),
        (YASA, dataclasses.replace(YASA, amplitude={"AF7": 2.0}, votes=("C3", "C4")), True),
        (YASA, dataclasses.replace(YASA, sha256="beef"), False),
        (YASA, dataclasses.replace(YASA, inputs=("eeg",)), False),
        (YASA, "YASA", False),
        ("YASA", YASA, False),
        ("GSSC", Scorer("GSSC"), True),
        ("GSSC", "U-Sleep", False),
        ("GSSC", "", False),
        ("", "", True),
        ("", "GSSC", False),
    ],
)
def test_a_calibration_serves_the_stager_that_it_is_of(stager, night, serves):
    one = of(stager)
    assert one.serves(night) is serves
    if not serves:
        with pytest.raises(CalibrationError) as error:
            one.intervals({"tst": 400.0}, night)
        assert error.value.key == "calibration"


def test_intervals_are_of_what_is_both_measured_and_calibrated():
    values = {"tst": 400.0, "rem_latency": math.nan, "trt": 480.0}
    found = ONE.intervals(values, ONE.stager)
    assert found.keys() == {"tst", "rem_latency"}
    assert found["tst"] == ONE["tst"].interval(400.0)
    assert all(map(math.isnan, found["rem_latency"]))


def test_what_lies_beyond_all_nights_of_the_calibration_is_known():
    assert ONE.unseen({"tst": 30.0, "n3_percent": 5.0}) == ("tst",)
    assert ONE.unseen({"tst": math.nan}) == ()


def test_few_people_make_no_calibration():
    with pytest.raises(CalibrationError):
        Calibration("S", dict(ONE.metrics), 40, 19)


def test_it_is_frozen_and_equals_its_copies():
    for other in (copy.deepcopy(ONE), pickle.loads(pickle.dumps(ONE))):
        assert other == ONE
        assert hash(other) == hash(ONE)
    assert of("GSSC") != ONE
    with pytest.raises(TypeError):
        ONE.metrics["tst"] = ONE["se"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        ONE.n_people = 21
