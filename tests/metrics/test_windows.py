"""Fixed windows of a night."""

import math

import numpy as np
import pytest
from hypothesis import given, settings

from somnometry.core.errors import HypnogramError
from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics import architecture
from somnometry.metrics.windows import window

from .strategies import stages_of

#: 30 min of wake, 5 h of N2, 2 h of R, 30 min of wake.
EIGHT_HOURS = Hypnogram([0] * 60 + [2] * 600 + [4] * 240 + [0] * 60)
UNKNOWN = EIGHT_HOURS.replace(lights_off=np.nan, lights_on=np.nan)


def minutes_of(hypnogram, *keys):
    night = architecture(hypnogram)
    return [night[key] for key in keys]


def test_the_first_hours_count_from_lights_off():
    assert minutes_of(window(EIGHT_HOURS, "first_6h"), "trt", "sol", "rem_minutes") == [360, 30, 30]
    assert minutes_of(window(EIGHT_HOURS.replace(lights_off=600.0), "first_6h"), "sol", "rem_minutes") == [20, 40]
    assert minutes_of(window(EIGHT_HOURS, "first_0.5h"), "trt", "tst") == [30, 0]


def test_or_from_sleep_onset_even_where_the_lights_are_unknown():
    assert minutes_of(window(UNKNOWN, "first_6h", of="sleep_period"), "trt", "sol", "rem_minutes") == [360, 0, 60]
    with pytest.raises(HypnogramError, match=r"whole\(\) declares.*of='sleep_period' needs none"):
        window(UNKNOWN, "first_6h")


def test_thirds_and_halves():
    assert [minutes_of(window(EIGHT_HOURS, f"third_{k}"), "tst")[0] for k in (1, 2, 3)] == [130, 160, 130]
    assert [minutes_of(window(EIGHT_HOURS, f"half_{k}"), "rem_minutes")[0] for k in (1, 2)] == [0, 120]
    of_sleep = [window(EIGHT_HOURS, f"half_{k}", of="sleep_period") for k in (1, 2)]
    assert [minutes_of(half, "trt", "tst") for half in of_sleep] == [[210, 210], [210, 210]]


def test_the_first_cycles_end_with_the_last_of_them():
    cycle = [2] * 60 + [4] * 20
    night = Hypnogram([0] * 10 + cycle * 4 + [2] * 60 + [0] * 10)
    found = window(night, "first_4_cycles")
    assert minutes_of(found, "trt", "cycles_feinberg", "rem_minutes", "sol") == [165, 4, 40, 5]
    assert minutes_of(window(night, "first_1_cycle", of="sleep_period"), "trt", "rem_minutes") == [40, 10]
    with pytest.raises(HypnogramError, match="'first_5_cycles' does not fit: the night has 4 completed cycles"):
        window(night, "first_5_cycles")


@pytest.mark.parametrize(
    ("name", "of", "says"),
    [
        ("first_9h", "lights", r"'first_9h' does not fit: the night has 8.00 h \(from lights-off to lights-on\)"),
        ("first_7.5h", "sleep_period", r"the night has 7.00 h \(from the first to the last sleep epoch\)"),
        ("first_0h", "lights", "lasts longer"),
        ("first_0.001h", "lights", "lasts longer than 'first_0.001h': it holds the midpoint of no 30-s epoch"),
        ("third_4", "lights", "there is no window 'third_4'"),
        ("first_0_cycles", "lights", "there is no window"),
        ("half_1", "bed", "not of 'bed'"),
    ],
)
def test_a_window_that_is_not_there_is_refused(name, of, says):
    with pytest.raises(HypnogramError, match=says):
        window(EIGHT_HOURS, name, of=of)


def test_hours_count_the_epochs_whose_midpoint_lies_within_them():
    assert minutes_of(window(EIGHT_HOURS, "first_0.005h"), "trt") == [0.5]  # 18 s
    with pytest.raises(HypnogramError, match="midpoint"):
        window(EIGHT_HOURS, "first_0.004h")  # 14.4 s


@pytest.mark.parametrize("light", ["lights_off", "lights_on"])
@pytest.mark.parametrize("infinite", [math.inf, -math.inf])
def test_lights_are_moments(light, infinite):
    with pytest.raises(HypnogramError, match=f"{light} must be a moment or NaN, for unknown, not {infinite}"):
        Hypnogram([0, 2], **{light: infinite})


def test_a_night_too_short_to_part_or_without_sleep_is_refused():
    with pytest.raises(HypnogramError, match="the night has 2 epochs"):
        window(Hypnogram([0, 2]), "third_1")
    with pytest.raises(HypnogramError, match="no sleep was scored"):
        window(Hypnogram([0] * 20), "half_1", of="sleep_period")


def test_the_stages_stay_as_they_are():
    found = window(EIGHT_HOURS, "third_2")
    assert found.stages is EIGHT_HOURS.stages
    assert (found.lights_off, found.lights_on) == (9600, 19200)


@settings(max_examples=100, deadline=None)
@given(stages_of().filter(lambda stages: stages.size >= 3))
def test_parts_are_the_night(stages):
    night = Hypnogram(stages)
    for parts in (("half_1", "half_2"), ("third_1", "third_2", "third_3")):
        covered = sum(window(night, part).in_bed.astype(int) for part in parts)
        assert (covered == 1).all()
        sizes = [window(night, part).in_bed.sum() for part in parts]
        assert max(sizes) - min(sizes) <= 1
