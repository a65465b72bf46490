"""Dreem's sleep onset by hand, and against a plain loop."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry import Hypnogram, conventional


@pytest.mark.parametrize(
    ("stages", "sol", "waso"),
    [
        ([0, 0, 2, 0, 2, 0], 1.0, 0.5),
        ([0, 1, 0, 1, 1, 0, 4, 0], 3.0, 0.0),  # two epochs of N1 are no onset, R is
        ([0, 1, 1, 1, 0, 2], 0.5, 0.5),  # three are, from the first
        ([1, 1, 2], 1.0, 0.0),
        ([1, 1, -1, 1, 3], 2.0, 0.0),  # an unscored epoch parts them
        ([0, 3, 0, 0], 0.5, 0.0),
    ],
)
def test_by_hand(stages, sol, waso):
    ours = conventional(Hypnogram(stages), "dreem")
    assert (ours["SOL"], ours["WASO"]) == (sol, waso)


def test_without_onset_there_is_no_latency():
    ours = conventional(Hypnogram([0, 1, 1, 0]), "dreem")
    assert math.isnan(ours["SOL"])
    assert math.isnan(ours["WASO"])
    assert "three epochs of N1" in ours.reasons["SOL"]
    assert (ours["TST"], ours["N1"], ours["%N1"]) == (1.0, 1.0, 100.0)


def test_it_looks_at_the_whole_recording():
    night = Hypnogram([0, 0, 2, 2, 0], lights_off=30.0, lights_on=120.0)
    ours = conventional(night, "dreem")
    assert (ours["TRT"], ours["SOL"], ours["WAKE"]) == (2.5, 1.0, 1.5)


@given(st.lists(st.integers(-1, 4), min_size=1, max_size=60))
def test_against_a_loop(stages):
    begins = [
        i for i, stage in enumerate(stages) if stage in (2, 3, 4) or (stage == 1 and stages[i : i + 3] == [1, 1, 1])
    ]
    ours = conventional(Hypnogram(stages), "dreem")
    if not begins:
        assert math.isnan(ours["SOL"])
    else:
        last = max(i for i, stage in enumerate(stages) if stage > 0)
        assert ours["SOL"] == begins[0] / 2
        assert ours["WASO"] == stages[begins[0] : last].count(0) / 2
