"""The multiple sleep latency test, worked by hand."""

import math
import pickle

import numpy as np
import pytest

from somnometry.core.errors import HypnogramError
from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics.naps import mslt


def nap(*runs, **kwargs):
    """Stage, epochs, stage, epochs, ..."""
    return Hypnogram([stage for stage, n in zip(runs[::2], runs[1::2], strict=True) for _ in range(n)], **kwargs)


AWAKE = nap(0, 40)


def test_a_day_of_five_naps():
    day = mslt(
        [
            nap(0, 10, 1, 4, 4, 26),  # asleep after 5 min, REM 2 min later
            AWAKE,
            nap(1, 1, 0, 20, 2, 9),  # asleep at once; one epoch of N1 is sleep
            nap(0, 39, 1, 1, 2, 29),  # in the last half-minute
            nap(0, 20, 2, 30, 4, 5),  # REM 15 min after onset is too late
        ]
    )
    assert [one.latency for one in day.naps] == [5, 20, 0, 19.5, 10]
    assert day.mean_latency == pytest.approx(54.5 / 5)
    assert day.sleep_onset_rem == 1
    assert [one.sleep_onset_rem for one in day.naps] == [1, 0, 0, 0, 0]
    assert day.naps[0].rem_latency == 2
    assert not day.reasons
    assert day.warnings == ()


def test_sleep_after_20_minutes_is_not_counted():
    one = mslt([nap(0, 40, 1, 20)]).naps[0]
    assert (one.latency, one.slept, one.tst) == (20, False, 10)


def test_rem_counts_within_15_minutes_by_the_clock_wake_included():
    one = mslt([nap(0, 2, 1, 2, 0, 25, 4, 3)]).naps[0]
    assert (one.rem_latency, one.sleep_onset_rem) == (13.5, 1)
    assert mslt([nap(0, 2, 1, 29, 4, 3)]).naps[0].sleep_onset_rem == 1  # 14.5 min
    assert mslt([nap(0, 2, 1, 30, 4, 3)]).naps[0].sleep_onset_rem == 0  # 15 min


def test_a_nap_may_begin_with_rem():
    one = mslt([nap(0, 4, 4, 30)]).naps[0]
    assert (one.latency, one.rem_latency, one.sleep_onset_rem) == (2, 0, 1)


def test_the_nap_is_what_lies_between_the_lights():
    one = mslt([nap(2, 10, 0, 10, 1, 30, lights_off=300.0)]).naps[0]
    assert (one.latency, one.tst) == (5, 15)


def test_a_nap_ended_early_without_sleep_has_no_latency():
    day = mslt([AWAKE, nap(0, 24), AWAKE, AWAKE])
    assert math.isnan(day.mean_latency)
    assert math.isnan(day.sleep_onset_rem)
    assert day.reasons["mean_latency"] == "nap 2: it was ended after 12 min without sleep, before 20 min"


@pytest.mark.parametrize(("n_epochs", "latency"), [(38, math.nan), (39, math.nan), (40, 20)])
def test_a_nap_lasts_20_minutes_before_it_counts_as_20(n_epochs, latency):
    assert mslt([nap(0, n_epochs)]).naps[0].latency == pytest.approx(latency, nan_ok=True)


@pytest.mark.parametrize(
    ("stages", "n_unscored"), [((-1, 40), 40), ((0, 39, -1, 1), 1), ((-1, 1, 0, 60), 1), ((0, 30, -1, 10, 1, 20), 10)]
)
def test_unscored_epochs_are_not_wake_where_no_sleep_was_seen(stages, n_unscored):
    day = mslt([nap(*stages), AWAKE, AWAKE, AWAKE])
    one = day.naps[0]
    assert np.isnan([one.latency, one.rem_latency, one.sleep_onset_rem, day.mean_latency, day.sleep_onset_rem]).all()
    assert not one.slept
    assert one.reasons["latency"] == f"no sleep was seen in 20 min, but {n_unscored} of their epochs are unscored"
    assert day.reasons["mean_latency"].startswith("nap 1: no sleep was seen")


def test_unscored_epochs_after_20_minutes_do_not_matter():
    day = mslt([nap(0, 40, -1, 10), AWAKE, AWAKE, AWAKE])
    assert (day.mean_latency, day.warnings) == (20, ())


def test_unknown_lights_leave_nothing():
    day = mslt([nap(0, 40, lights_off=math.nan), AWAKE, AWAKE, AWAKE])
    assert "lights-off is unknown" in day.reasons["mean_latency"]


def test_levels_without_rem_have_latencies_only():
    day = mslt([nap(0, 4, 7, 30, levels=2), nap(0, 40, levels=2)])
    assert day.mean_latency == 11
    assert math.isnan(day.sleep_onset_rem)
    assert day.reasons["sleep_onset_rem"] == "nap 1: the scorer's levels have no REM"


def test_warns():
    day = mslt([nap(0, 2, -1, 2, 1, 30), nap(0, 2, 1, 10)])
    assert day.warnings == (
        "a test has four or five naps, this one 2",
        "nap 1: 2 epochs before sleep onset are unscored; sleep may have come earlier",
        "nap 2: it was ended 5 min after sleep onset; R may have come within 15 min",
    )


def test_as_a_table():
    table = mslt([nap(0, 8, 1, 10, 4, 20), AWAKE]).to_frame()
    assert table.index.tolist() == [1, 2]
    assert table["latency"].tolist() == [4, 20]
    assert table["sleep_onset_rem"].tolist() == [1, 0]
    assert np.isnan(table.loc[2, "rem_latency"])


def test_needs_a_nap():
    with pytest.raises(HypnogramError, match="at least one nap"):
        mslt([])


def test_is_frozen_and_survives_pickling():
    day = pickle.loads(pickle.dumps(mslt([AWAKE] * 4)))
    assert day.mean_latency == 20
    assert day.naps[0].reasons["rem_latency"] == "no sleep came within 20 min"
    with pytest.raises(AttributeError, match="cannot assign to field 'mean_latency'"):
        day.mean_latency = 1.0
