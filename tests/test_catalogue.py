"""The catalogue: every metric there is, on which level, and between which bounds it can lie."""

import math
import subprocess
import sys
from types import MappingProxyType

import pytest
from hypothesis import given

import somnometry as sm
from somnometry import Hypnogram
from somnometry.catalogue import CATALOGUE, meant
from somnometry.core.definition import RANGE_OF_UNIT
from somnometry.metrics.period_metrics import PERIOD_METRICS

from .metrics.strategies import hypnograms

LEVELS = {
    "night": sm.METRICS,
    "period": PERIOD_METRICS,
    "microstructure": sm.MICROSTRUCTURE,
    "events": sm.EVENT_INDICES,
}


def test_the_catalogue_holds_every_table_and_nothing_else():
    assert sum(map(len, LEVELS.values())) == len(CATALOGUE)  # no key twice
    for level, table in LEVELS.items():
        assert {key for key, metric in CATALOGUE.items() if metric.level == level} == set(table)
        assert all(CATALOGUE[key] is metric for key, metric in table.items())


def test_it_is_public_and_cannot_be_changed():
    assert sm.CATALOGUE is CATALOGUE
    assert isinstance(CATALOGUE, MappingProxyType)


def test_the_level_of_the_night_is_what_architecture_gives():
    measured = sm.architecture(Hypnogram([0, 1, 2, 3, 4]))
    censored = {key for key, metric in sm.METRICS.items() if metric.censoring}
    pairs = {f"{key}_{part}" for key in censored for part in ("time", "event")}
    assert set(measured) - pairs == {key for key, metric in CATALOGUE.items() if metric.level == "night"}


def test_the_level_of_the_period_is_what_regularity_gives():
    measured = sm.regularity([Hypnogram([0, 2])])
    assert all(isinstance(getattr(measured, key), float) for key in PERIOD_METRICS)


@pytest.mark.parametrize("metric", CATALOGUE.values(), ids=CATALOGUE.keys())
def test_a_definition_is_complete(metric):
    assert metric.label
    assert metric.source
    assert metric.definition.endswith(".")
    low, high = metric.possible_range
    assert low < high


def test_bounds_are_those_of_the_unit_unless_the_metric_says_otherwise():
    assert CATALOGUE["tst"].possible_range == (0, 1440)
    assert CATALOGUE["rem_percent"].possible_range == (0, 100)
    assert CATALOGUE["sri"].possible_range == (-100, 100)
    assert CATALOGUE["sleep_to_wake"].possible_range == (0, 1)
    assert CATALOGUE["awakenings"].possible_range == (0, math.inf)
    assert CATALOGUE["n3_aperiodic_slope"].possible_range == (-math.inf, math.inf)
    assert {metric.unit for metric in CATALOGUE.values() if metric.bounds is None} == RANGE_OF_UNIT.keys()


@given(hypnograms())
def test_what_is_measured_of_a_night_is_possible(night):
    for key, value in sm.architecture(night, max_unscored=1).items():
        if key in CATALOGUE and not math.isnan(value):
            low, high = CATALOGUE[key].possible_range
            assert low <= value <= high, key


def test_the_bounds_of_entropy_are_reached():
    measured = sm.architecture(Hypnogram([1, 0, 2, 3, 4] * 8))
    assert measured["stage_entropy"] == pytest.approx(sm.METRICS["stage_entropy"].possible_range[1])


def test_the_bound_of_the_sd_of_tst_is_that_of_a_day_slept_through_and_one_without_sleep():
    awake, asleep = Hypnogram([0] * 2880), Hypnogram([2] * 2880)
    assert sm.regularity([awake, asleep]).tst_sd == pytest.approx(PERIOD_METRICS["tst_sd"].possible_range[1])


def test_the_catalogue_is_read_without_a_compiler():
    code = (
        "import sys, somnometry.claims.judge, somnometry.batch.study_nights, somnometry.report.pages.verdict_files; "
        "print('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("rem", "rem_percent"), ("deep sleep", "n3_percent"), ("SWS", "n3_percent"), ("dreaming", "rem_percent"),
        ("stage2", "n2_percent"), ("tst_minutes", "tst"), ("total sleep time (min)", "tst"), ("wakefulness", "waso"),
        ("sleep efficiency %", "se"), ("rem pct", "rem_percent"), ("slow wave activity", "n3_delta_power"),
        ("wasso", "waso"), ("time in bed", "trt"), ("snoring", ""), ("nap", ""), ("mood", ""), ("", ""),
    ],
)  # fmt: skip
def test_what_people_call_a_metric_is_understood_and_nothing_is_made_up(name, key):
    assert (meant(name) or ("",))[0] == key
