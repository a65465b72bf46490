"""Regularity: by hand, against Phillips' formula written out, against SciPy's circular statistics, and by law."""

import math
import pickle
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import numpy as np
import pytest
import scipy.stats
from hypothesis import assume, given

from somnometry.core.errors import HypnogramError
from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics.regularity import Regularity, regularity

from .strategies import laws

EPOCH = 900.0  # 96 epochs a day keep the examples readable
PER_DAY = 96
FIRST = datetime(2024, 5, 1, 18)


def around_the_clock(states, start=FIRST):
    """One recording of whole days, 2 asleep and 0 awake."""
    return Hypnogram(np.where(np.asarray(states, bool), 2, 0), epoch=EPOCH, start=start)


def night(day, hour, hours=8, **kwargs):
    start = datetime(2024, 5, 1) + timedelta(days=day - 1, hours=hour)
    return Hypnogram([2] * int(hours * 120), start=start, **kwargs)


def phillips(days):
    """SRI = -100 + 200 / (M (N - 1)) sum_j sum_i [s(i,j) = s(i+1,j)], for N days of M epochs."""
    n, m = days.shape
    same = sum(days[i, j] == days[i + 1, j] for i in range(n - 1) for j in range(m))
    return -100 + 200 * same / (m * (n - 1))


days_of = st.integers(2, 5).flatmap(
    lambda n: st.lists(st.booleans(), min_size=n * PER_DAY, max_size=n * PER_DAY).map(
        lambda flat: np.array(flat).reshape(n, PER_DAY)
    )
)


@laws
@given(days_of)
def test_is_the_formula_of_phillips_on_whole_days(days):
    week = regularity([around_the_clock(days.ravel())])
    assert week.sri == pytest.approx(phillips(days))
    assert week.coverage == 1


@laws
@given(st.lists(st.booleans(), min_size=PER_DAY, max_size=PER_DAY), st.integers(2, 6))
def test_the_same_day_again_and_again_is_100(day, n):
    assert regularity([around_the_clock(day * n)]).sri == 100


@laws
@given(st.lists(st.booleans(), min_size=PER_DAY, max_size=PER_DAY))
def test_the_opposite_day_is_minus_100(day):
    opposite = [not asleep for asleep in day]
    assert regularity([around_the_clock([*day, *opposite, *day])]).sri == -100


@laws
@given(days_of, st.integers(-30, 30))
def test_shifting_all_by_whole_days_changes_nothing(days, shift):
    nights = [around_the_clock(day, FIRST + timedelta(days=i)) for i, day in enumerate(days)]
    moved = [one.replace(start=one.start + timedelta(days=shift)) for one in nights]
    one, other = regularity(nights), regularity(moved)
    assert [one.sri, one.sri_nights, one.mid_sleep, one.mid_sleep_sd, one.tst_sd] == pytest.approx(
        [other.sri, other.sri_nights, other.mid_sleep, other.mid_sleep_sd, other.tst_sd], nan_ok=True
    )


@laws
@given(days_of)
def test_cutting_the_recording_at_midnight_changes_no_sri(days):
    cut = [around_the_clock(day, FIRST + timedelta(days=i)) for i, day in enumerate(days)]
    assert regularity(cut[::-1]).sri == regularity([around_the_clock(days.ravel())]).sri


def test_unscored_epochs_make_their_pairs_invalid():
    stages = np.zeros(3 * PER_DAY, int)
    stages[:10] = 2  # 10 of 96 pairs of the first two days differ
    stages[20:26] = -1  # and 6 are not known
    week = regularity([Hypnogram(stages, epoch=EPOCH, start=FIRST)])
    assert week.sri == pytest.approx(-100 + 200 * (192 - 10 - 6) / (192 - 6))


def test_nights_alone_have_an_sri_of_nights_only():
    week = regularity([night(1, 22), night(2, 22), night(3, 23)])
    # 24 h + 24 h of pairs, of which the hour from 22 to 23 and that from 6 to 7 differ once
    assert week.sri_nights == pytest.approx(-100 + 200 * 46 / 48)
    assert math.isnan(week.sri)
    assert week.coverage == pytest.approx(15 / 48)  # 8 + 7 hours of at most 2 x 24
    assert "31 % of the clock" in week.reasons["sri"]


def test_a_day_without_recording_is_unknown_and_not_a_night_awake():
    assert regularity([night(1, 22), night(2, 22), night(9, 22), night(10, 22)]).sri_nights == 100
    apart = regularity([night(1, 22), night(3, 22)])
    assert math.isnan(apart.sri_nights)
    assert apart.reasons["sri_nights"] == "no two days in a row have a recording"
    assert apart.reasons["sri"] == "no two scored epochs lie 24 h apart"


def test_a_night_that_begins_after_midnight_belongs_to_the_day_before():
    assert regularity([night(1, 23), night(3, 0)]).sri_nights == pytest.approx(-100 + 200 * 22 / 24)


# ------------------------------------------------------------------------------------------ laws of the SRI of nights
def slept(hour, hours, day, jitter=0.0):
    """A recording of one sleep, in epochs of 15 min."""
    start = datetime(2024, 5, 1) + timedelta(days=day, hours=hour + jitter)
    return Hypnogram([2] * round(hours * 4), epoch=EPOCH, start=start)


HOURS = st.integers(0, 95).map(lambda quarter: quarter / 4)
#: Starts of two weeks of sleep, quarters of an hour off; and which of the nights are missing.
SLEEPERS = st.tuples(
    HOURS, st.integers(4, 40).map(lambda quarter: quarter / 4),
    st.lists(st.integers(-6, 6), min_size=14, max_size=14), st.sets(st.integers(0, 13), max_size=4),
)  # fmt: skip


def weeks(sleeper, nap=False):
    hour, hours, jitter, missing = sleeper
    nights = [slept(hour, hours, day, off / 4) for day, off in enumerate(jitter) if day not in missing]
    naps = [slept(hour + hours + 6, 0.5, day) for day in range(14) if day not in missing]
    return nights + (naps if nap else [])


def moved(nights, by, zone=None):
    return [one.replace(start=(one.start + by).replace(tzinfo=zone)) for one in nights]


@laws
@given(HOURS, st.integers(1, 92), st.booleans())
def test_fourteen_days_alike_are_100_whenever_the_person_sleeps(hour, quarters, nap):
    hours = quarters / 4
    nights = [slept(hour, hours, day) for day in range(14)]
    if nap and hours <= 16:
        nights += [slept(hour + hours + 3, 1, day) for day in range(14)]
    assert regularity(nights).sri_nights == 100


@laws
@given(SLEEPERS, st.booleans(), st.integers(-200_000, 200_000))
def test_shifting_all_clocks_changes_no_sri(sleeper, nap, seconds):
    nights = weeks(sleeper, nap)
    one, other = regularity(nights), regularity(moved(nights, timedelta(seconds=seconds)))
    for name in ("sri", "sri_nights", "coverage"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), nan_ok=True, abs=1e-12)


@laws
@given(SLEEPERS)
def test_a_sleeper_over_noon_is_as_regular_as_one_at_night(sleeper):
    nights = weeks(sleeper)
    at_noon = moved(nights, timedelta(hours=12))
    assert regularity(nights).sri_nights == pytest.approx(regularity(at_noon).sri_nights, nan_ok=True, abs=1e-12)


@laws
@given(days_of, st.integers(1, PER_DAY))
def test_where_recordings_around_the_clock_are_cut_changes_nothing(days, every):
    states = days.ravel()
    whole = regularity([around_the_clock(states)])
    pieces = [
        around_the_clock(states[i : i + every], FIRST + timedelta(seconds=EPOCH * i))
        for i in range(0, states.size, every)
    ]
    cut = regularity(pieces)
    assert (cut.sri, cut.sri_nights, cut.coverage) == (whole.sri, whole.sri, whole.coverage)


@laws
@given(SLEEPERS)
def test_nights_cut_at_midnight_are_the_same_nights(sleeper):
    nights = weeks(sleeper)
    pieces = []
    for one in nights:
        midnight = (one.start + timedelta(days=1)).replace(hour=0, minute=0)
        first = min(one.n_epochs, round((midnight - one.start).total_seconds() / EPOCH))
        pieces.append(one.replace(stages=one.stages[:first]))
        if first < one.n_epochs:
            pieces.append(one.replace(stages=one.stages[first:], start=midnight))
    assert regularity(pieces).sri_nights == pytest.approx(regularity(nights).sri_nights, nan_ok=True, abs=1e-12)


@laws
@given(SLEEPERS, st.integers(-11, 12))
def test_the_same_moments_in_another_zone_are_as_regular(sleeper, hours):
    here = moved(weeks(sleeper), timedelta(0), UTC)
    there = [one.replace(start=one.start.astimezone(timezone(timedelta(hours=hours)))) for one in here]
    assert regularity(here).sri_nights == pytest.approx(regularity(there).sri_nights, nan_ok=True, abs=1e-12)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_summer_time_is_elapsed_however_the_zone_is_written(zone):
    """The clock goes forward in one of these nights: what is told by a zone and by offsets is one."""
    nights = [slept(22, 8, day) for day in range(-60, -20)]
    by_zone = moved(nights, timedelta(0), ZoneInfo(zone))
    by_offset = [one.replace(start=datetime.fromisoformat(one.start.isoformat())) for one in by_zone]
    found = {regularity(lot).sri_nights for lot in (by_zone, by_offset)}
    assert len(found) == 1
    hours = 0.5 if "Lord" in zone else 1
    assert found.pop() == pytest.approx(-100 + 200 * (1 - 2 * hours / (39 * 24 + hours)), abs=0.02)


def test_a_missing_day_is_unknown_however_the_person_sleeps():
    for hour in (0, 6, 10, 18, 23):
        week = [slept(hour, 8, day) for day in (0, 1, 2, 5, 6)]
        assert regularity(week).sri_nights == 100
        apart = regularity([slept(hour, 8, 0), slept(hour, 8, 2)])
        assert math.isnan(apart.sri_nights)


def test_a_nap_does_not_make_a_missing_night_a_night_awake():
    nights = [slept(23, 8, day) for day in (0, 1, 3, 4)]
    naps = [slept(13, 0.5, day) for day in range(1, 6)]  # also in the day before and after the missing night
    assert regularity(nights + naps).sri_nights == 100


def test_a_change_of_shift_is_counted_by_hand():
    """Sleep from 23 to 7 on three days, then later on three: with 25 h between, and with 23 h."""
    far = regularity([slept(23, 8, day) for day in (0, 1, 2)] + [slept(8, 8, day) for day in (4, 5, 6)])
    # 48 h of pairs in either run; of 0 to 15 on day 3 (the first ends at 15) with day 4, the hour from 7 to 8 is alike
    assert far.sri_nights == pytest.approx(-100 + 200 * (48 + 48 + 1) / (48 + 48 + 15))
    near = regularity([slept(23, 8, day) for day in (0, 1, 2)] + [slept(6, 8, day) for day in (4, 5, 6)])
    # five pairs of days, of which one differs from 23 to 6 and from 7 to 14
    assert near.sri_nights == pytest.approx(-100 + 200 * (5 * 24 - 14) / (5 * 24))


def test_mid_sleep_goes_round_midnight():
    week = regularity([night(1, 19), night(2, 21)])  # mid-sleep at 23 and at 1
    assert week.mid_sleep == pytest.approx(0, abs=1e-9) or week.mid_sleep == pytest.approx(24)
    assert week.tst_sd == 0


def test_mid_sleep_lies_half_way_between_onset_and_the_end_of_sleep():
    one = Hypnogram([0] * 120 + [2] * 240 + [0] * 5 + [4] * 355 + [0] * 60, start=datetime(2024, 5, 1, 23))
    assert regularity([one]).mid_sleep == pytest.approx(0 + 2.5)  # asleep from 0:00 to 5:00


@laws
@given(st.lists(st.integers(0, 1439), min_size=2, max_size=8))
def test_the_circular_mean_and_sd_are_those_of_scipy(minutes):
    nights = [
        Hypnogram([2, 2], start=datetime(2024, 5, 1) + timedelta(days=3 * i, minutes=m - 0.5))
        for i, m in enumerate(minutes)
    ]
    hours = np.array(minutes) / 60
    assume(abs(np.exp(2j * np.pi * hours / 24).mean()) > 1e-3)
    week = regularity(nights)
    mean = scipy.stats.circmean(hours, high=24)
    assert math.cos((week.mid_sleep - mean) / 12 * math.pi) == pytest.approx(1)
    assert week.mid_sleep_sd == pytest.approx(60 * scipy.stats.circstd(hours, high=24), abs=1e-4)


def test_opposite_times_have_no_mean():
    week = regularity([night(1, 6), night(2, 18)])
    assert math.isnan(week.mid_sleep)
    assert "around the clock" in week.reasons["mid_sleep"]


def test_the_sd_of_tst_is_that_of_a_sample():
    assert regularity([night(1, 22, 6), night(2, 22, 7), night(3, 22, 8)]).tst_sd == pytest.approx(60)


def test_one_night_says_nothing():
    week = regularity([night(1, 22)])
    assert week.mid_sleep == 2
    assert set(week.reasons) == {"sri", "coverage", "sri_nights", "mid_sleep_sd", "tst_sd"}
    for name in week.reasons:
        assert math.isnan(getattr(week, name))


def test_without_a_clock_only_the_sd_of_tst_is_left():
    week = regularity([night(1, 22, 7), Hypnogram([2] * 960)])
    assert week.tst_sd == pytest.approx(60 / math.sqrt(2))
    assert {week.reasons[name] for name in ("sri", "sri_nights", "mid_sleep")} == {"night 1 has no start time"}


def test_a_recording_of_days_is_no_night():
    week = regularity([around_the_clock([True] * (3 * PER_DAY))])
    assert week.sri == 100
    assert "more than 24 h" in week.reasons["mid_sleep"]


def test_a_recording_of_25_hours_is_no_night():
    week = regularity([night(1, 22), night(3, 22, hours=25)])
    assert week.reasons["tst_sd"] == week.reasons["mid_sleep"] == "recording 1 lasts more than 24 h and is not a night"
    assert regularity([night(1, 22), night(3, 22, hours=24)]).tst_sd > 0


def unscored(day, n, n_epochs=960):
    return Hypnogram([-1] * n + [2] * (n_epochs - n), start=datetime(2024, 5, day, 22))


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        (unscored(3, 960), "100 % of it is unscored, more than 20 %"),
        (unscored(3, 202), "21 % of it is unscored, more than 20 %"),
        (Hypnogram([2] * 9, start=datetime(2024, 5, 3, 22), lights_off=900.0, lights_on=999.0), "no epoch lies"),
    ],
)
def test_a_night_that_is_hardly_scored_is_not_one_without_sleep(odd, why):
    nights = [night(1, 22), night(2, 22)]
    week = regularity([*nights, odd])
    assert (week.tst_sd, week.mid_sleep, week.mid_sleep_sd) == (0, 2, 0)
    assert why in week.warnings[0]
    assert week.warnings[0].startswith("night 2: ")
    assert pickle.loads(pickle.dumps(week)).warnings == week.warnings
    two = regularity([nights[0], odd])
    assert two.reasons["tst_sd"] == "1 of the 2 nights is scored well enough; at least two are needed"
    assert two.reasons["mid_sleep_sd"] == "only one night is scored well enough and has sleep"
    assert regularity([odd]).reasons["mid_sleep"] == "no night is scored well enough"


def test_a_fifth_may_be_unscored():
    assert regularity([night(1, 22), unscored(3, 192)]).warnings == ()


def test_nights_that_are_the_same_have_an_sd_of_plain_0():
    assert math.copysign(1, regularity([night(1, 22), night(2, 22)]).mid_sleep_sd) == 1


@pytest.mark.parametrize("n_epochs", [1, 2, 3, 960])
@pytest.mark.parametrize("offset", [15, 45])
def test_recordings_one_after_the_other_do_not_overlap(n_epochs, offset):
    first = Hypnogram([2] * n_epochs, start=datetime(2024, 5, 1, 22) + timedelta(seconds=offset))
    second = first.replace(start=first.start + timedelta(seconds=first.duration))
    assert regularity([first, second]).n_nights == 2


def test_nights_without_sleep_have_a_tst_but_no_mid_sleep():
    week = regularity([night(1, 22), Hypnogram([0] * 960, start=datetime(2024, 5, 2, 22))])
    assert week.tst_sd == pytest.approx(480 / math.sqrt(2))
    assert week.mid_sleep == 2
    assert week.reasons["mid_sleep_sd"] == "only one night has sleep"


@pytest.mark.parametrize(
    ("nights", "message"),
    [
        ([], "at least one night"),
        ([night(1, 22), night(2, 3)], "overlaps"),
        ([night(1, 22), night(2, 22, epoch=20.0)], "epochs of one length"),
        ([night(1, 22, epoch=70.0)], "no whole number of epochs"),
        ([night(1, 22), Hypnogram([2], start=datetime(2024, 5, 9, tzinfo=UTC))], "time zone"),
    ],
)
def test_refuses(nights, message):
    with pytest.raises(HypnogramError, match=message):
        regularity(nights)


def test_is_frozen_and_survives_pickling():
    week = regularity([night(1, 22)])
    with pytest.raises(AttributeError, match="cannot assign to field 'sri'"):
        week.sri = 1.0
    again = pickle.loads(pickle.dumps(week))
    assert isinstance(again, Regularity)
    assert dict(again.reasons) == dict(week.reasons)
