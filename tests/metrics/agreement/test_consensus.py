"""Consensus: worked by hand, and by law."""

import math
import pickle
from datetime import datetime

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from somnometry.core.errors import HypnogramError
from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics.agreement.consensus import consensus

from ..strategies import LEVELS, laws, stages_of


def of(*rows, **kwargs):
    return consensus([Hypnogram(row) for row in rows], **kwargs)


@st.composite
def scorings(draw, levels=5):
    n, k = draw(st.integers(0, 25)), draw(st.integers(2, 5))
    codes = st.sampled_from((-1, *LEVELS[levels]))
    return [np.array(draw(st.lists(codes, min_size=n, max_size=n)), np.int8) for _ in range(k)]


def test_by_hand():
    a, b, c = [0, 1, 2, 3, 4, 2], [0, 1, 2, 3, 2, 2], [0, 2, 2, 2, 1, 2]
    agreed = of(a, b, c)
    # a and b agree on 5 of 6 epochs, a and c on 3, b and c on 3
    assert agreed.reliability == pytest.approx([(5 / 6 + 3 / 6) / 2, (5 / 6 + 3 / 6) / 2, 3 / 6])
    assert agreed.hypnogram.stages.tolist() == [0, 1, 2, 3, 4, 2]  # a three-way tie goes to a, given before b
    assert agreed.tied.tolist() == [False] * 4 + [True, False]
    assert agreed.share == pytest.approx([1, 2 / 3, 1, 2 / 3, 1 / 3, 1])
    assert agreed.hypnogram.probabilities[4] == pytest.approx([0, 1 / 3, 1 / 3, 0, 1 / 3])


def test_a_tie_goes_to_the_most_reliable_of_those_who_gave_a_tied_stage():
    # d stands alone but in the last epoch, where 1 and 2 tie; c is the best of those who gave either
    a, b, c, d = [2, 2, 2, 2, 1], [2, 2, 2, 3, 1], [2, 2, 2, 2, 2], [0, 0, 0, 0, 2]
    agreed = of(d, b, a, c)
    # with the others, in order d b a c: d 1/15; b (0 + 4/5 + 3/5)/3; a (0 + 4/5 + 4/5)/3; c (1/5 + 3/5 + 4/5)/3
    assert agreed.reliability == pytest.approx([1 / 15, 7 / 15, 8 / 15, 8 / 15])
    assert agreed.hypnogram.stages[-1] == 1  # a before c
    assert of(d, b, c, a).hypnogram.stages[-1] == 2


def test_unscored_is_no_vote():
    agreed = of([2, 2, -1], [-1, 2, -1], [-1, 3, -1])
    assert agreed.hypnogram.stages.tolist() == [2, 2, -1]
    assert agreed.n_votes.tolist() == [1, 3, 0]
    assert agreed.hypnogram.probabilities[0].tolist() == [0, 0, 1, 0, 0]
    assert np.isnan(agreed.hypnogram.probabilities[2]).all()
    assert agreed.warnings == ("1 epochs rest on the votes of fewer than half of the 3 scorers",)


def test_min_votes_leaves_what_few_scored_unscored():
    agreed = of([2, 2, -1], [-1, 2, -1], [-1, 3, -1], min_votes=2)
    assert agreed.hypnogram.stages.tolist() == [-1, 2, -1]
    assert np.isnan(agreed.hypnogram.probabilities[0]).all()
    assert agreed.warnings == ()


def test_a_scorer_who_shares_nothing_has_no_reliability_and_decides_last():
    agreed = of([-1, -1, 1], [2, 2, -1], [2, 3, -1])
    assert math.isnan(agreed.reliability[0])
    assert agreed.hypnogram.stages.tolist() == [2, 2, 1]


def test_coarser_levels_have_shares_but_no_probabilities():
    agreed = consensus([Hypnogram([0, 5, 3], levels=4), Hypnogram([0, 5, 4], levels=4), Hypnogram([0, 3, 4], levels=4)])
    assert agreed.hypnogram.stages.tolist() == [0, 5, 4]
    assert agreed.hypnogram.levels == 4
    assert agreed.hypnogram.probabilities is None
    assert agreed.share == pytest.approx([1, 2 / 3, 2 / 3])


@laws
@given(stages_of(), st.integers(2, 5))
def test_of_identical_scorers_is_that_scorer(stages, k):
    agreed = of(*[stages] * k)
    assert agreed.hypnogram.stages.tolist() == stages.tolist()
    assert not agreed.tied.any()
    assert (agreed.share[stages >= 0] == 1).all()


@laws
@given(scorings())
def test_no_stage_has_more_votes_than_the_consensus_has(rows):
    agreed = of(*rows)
    for i, stage in enumerate(agreed.hypnogram.stages):
        votes = [row[i] for row in rows if row[i] >= 0]
        assert (stage == -1) == (not votes)
        assert not votes or votes.count(stage) == max(votes.count(other) for other in votes)
        assert not votes or agreed.share[i] == votes.count(stage) / len(votes)


@laws
@given(scorings(), st.randoms(use_true_random=False))
def test_the_order_of_scorers_matters_only_where_reliabilities_are_equal(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    one, other = of(*rows), of(*shuffled)
    assert sorted(one.n_votes) == sorted(other.n_votes)
    same = ~one.tied
    assert one.hypnogram.stages[same].tolist() == other.hypnogram.stages[same].tolist()
    np.testing.assert_array_equal(one.hypnogram.probabilities, other.hypnogram.probabilities)


@laws
@given(scorings())
def test_scoring_twice_makes_the_majority_of_three(rows):
    agreed = of(rows[0], rows[0], rows[1])
    scored = rows[0] >= 0
    assert agreed.hypnogram.stages[scored].tolist() == rows[0][scored].tolist()


START = datetime(2024, 5, 1, 22)


@pytest.mark.parametrize(
    ("hypnograms", "message"),
    [
        ([Hypnogram([0])], "at least two scorers"),
        ([Hypnogram([0]), Hypnogram([0, 0])], "1 epochs, scorer 1 has 2"),
        ([Hypnogram([0]), Hypnogram([0], epoch=20)], "30 seconds per epoch, scorer 1 has 20"),
        ([Hypnogram([0]), Hypnogram([0], levels=4)], "5 levels, scorer 1 has 4"),
        ([Hypnogram([0, 0]), Hypnogram([0, 0], lights_on=30.0)], "lights_on at 60 s, scorer 1 at 30 s"),
        ([Hypnogram([0]), Hypnogram([0], lights_off=math.nan)], "lights_off"),
        ([Hypnogram([0], start=START), Hypnogram([0]), Hypnogram([0], start=START.replace(hour=23))], "scorer 2 at"),
    ],
)
def test_refuses_scorings_that_do_not_fit(hypnograms, message):
    with pytest.raises(HypnogramError, match=message):
        consensus(hypnograms)


def test_refuses_a_number_of_votes_that_nobody_can_reach():
    with pytest.raises(HypnogramError, match="between 1 and the 2 scorers"):
        of([0], [0], min_votes=3)


def test_keeps_start_lights_and_names():
    nan = math.nan
    agreed = consensus(
        [
            Hypnogram([0, 2], scorer="A", lights_off=nan, lights_on=nan),
            Hypnogram([0, 2], scorer="B", lights_off=nan, lights_on=nan, start=START),
        ]
    ).hypnogram
    assert (agreed.start, str(agreed.scorer)) == (START, "consensus of 2: A, B")
    assert [member.name for member in agreed.scorer.members] == ["A", "B"]
    assert not agreed.lights_known


def test_is_frozen_and_survives_pickling():
    agreed = pickle.loads(pickle.dumps(of([0, 1], [0, 2])))
    assert not agreed.reliability.flags.writeable
    with pytest.raises(AttributeError, match="cannot assign to field 'warnings'"):
        agreed.warnings = ()
    assert repr(agreed) == "Consensus(2 scorers, 2 epochs, mean share of the votes 0.75, 1 ties)"
