"""Epochs of another length by hand, against plain loops, and by laws."""

import math
from collections import Counter
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from somnometry import Hypnogram, HypnogramError, resample_hypnogram

START = datetime(2024, 5, 1, 22, 30)
STAGES = st.lists(st.integers(-1, 4), min_size=6, max_size=60)


@pytest.mark.parametrize(
    ("stages", "epoch", "new", "midpoint", "majority"),
    [
        ([0, 0, 2, 2, 2, 4], 20, 60, [0, 2], [0, 2]),
        ([0, 2, 0, 0], 10, 30, [2, -1], [0, -1]),  # the second epoch has its middle after the end
        ([1, 3], 30, 10, [1, 1, 1, 3, 3, 3], [1, 1, 1, 3, 3, 3]),
        ([0, 4], 30, 60, [4], [0]),  # an epoch begins at the middle; of equal shares the first
        ([-1, -1, 2], 10, 30, [-1], [-1]),
    ],
)
def test_by_hand(stages, epoch, new, midpoint, majority):
    night = Hypnogram(stages, epoch=epoch)
    found = {m: resample_hypnogram(night, new, method=m).stages.tolist() for m in ("midpoint", "majority")}
    n = len(found["midpoint"])
    assert (found["midpoint"], found["majority"]) == (midpoint[:n], majority[:n])


@given(STAGES, st.sampled_from([5, 10, 20, 30]), st.sampled_from([5, 10, 20, 30, 60]), st.integers(-70, 70))
def test_against_seconds(stages, epoch, new, shift):
    """The same second by second, for whole seconds."""
    night = Hypnogram(stages, epoch=epoch, start=START)
    begin = START + timedelta(seconds=shift)
    seconds = {i: stages[i // epoch] for i in range(len(stages) * epoch)}
    left = len(seconds) - shift
    n = math.ceil(left / new - 0.5)
    assume(n > 0)
    found = {m: resample_hypnogram(night, new, method=m, start=begin) for m in ("midpoint", "majority")}
    half = {2 * second + side: stage for second, stage in seconds.items() for side in (0, 1)}
    assert found["midpoint"].stages.tolist() == [half.get(2 * (k * new + shift) + new, -1) for k in range(n)]
    for k, stage in enumerate(found["majority"].stages.tolist()):
        counts = Counter(seconds.get(k * new + shift + i, -1) for i in range(new))
        assert counts[stage] == max(counts.values())
    assert {h.start for h in found.values()} == {begin}


@given(STAGES, st.sampled_from(["midpoint", "majority"]), st.sampled_from([2, 3, 5]))
def test_finer_and_back_is_the_same(stages, method, times):
    night = Hypnogram(stages, epoch=30, lights_off=30.0, lights_on=math.nan)
    finer = resample_hypnogram(night, 30 / times, method=method)
    back = resample_hypnogram(finer, 30, method=method)
    assert back.stages.tolist() == stages
    assert (finer.lights_off, back.lights_off) == (30.0, 30.0)
    assert np.repeat(night.stages, times).tolist() == finer.stages.tolist()


def test_lights_stay_at_their_moments():
    night = Hypnogram([0] * 10, start=START, lights_off=60.0, lights_on=240.0)
    moved = resample_hypnogram(night, method="midpoint", start=START + timedelta(seconds=12))
    assert (moved.lights_off, moved.lights_on) == (48.0, 228.0)


def test_it_is_never_silent():
    night = Hypnogram([0, 2])
    with pytest.raises(TypeError):
        resample_hypnogram(night, 60)
    for wrong in ({"method": "mean"}, {"method": "midpoint", "start": START}):
        with pytest.raises(HypnogramError):
            resample_hypnogram(night, 60, **wrong)
    with pytest.raises(HypnogramError) as refused:
        resample_hypnogram(night.replace(start=START), method="midpoint", start=START + timedelta(hours=1))
    assert refused.value.key == "start"
    with pytest.raises(HypnogramError) as refused:
        resample_hypnogram(night, 0, method="midpoint")
    assert refused.value.key == "epoch"
