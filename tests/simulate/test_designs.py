"""Sequences, schedules and allocations of each design."""

from collections import Counter
from itertools import pairwise

import pytest

from somnometry.simulate.designs import lay_out
from somnometry.simulate.plan import StudyPlan
from somnometry.simulate.studies import simulate_study


@pytest.mark.parametrize("k", [2, 3, 4, 5, 6, 7])
def test_in_williams_sequences_every_arm_follows_every_other_equally_often(k):
    arms = tuple("ABCDEFG"[:k])
    sequences = lay_out("crossover", arms).sequences
    assert len(sequences) == (k if k % 2 == 0 else 2 * k)
    follows = Counter(pair for sequence in sequences.tolist() for pair in pairwise(sequence))
    assert set(follows.values()) == {len(sequences) // k}
    assert len(follows) == k * (k - 1)
    for period in sequences.T:  # and is as often in each period as any other
        assert set(Counter(period.tolist()).values()) == {len(sequences) // k}


def test_repeats_turn_the_sequence_round():
    assert lay_out("crossover", ("A", "B"), periods=3).labels.tolist() == ["A-B-B", "B-A-A"]
    assert lay_out("crossover", ("A", "B"), periods=6).labels.tolist() == ["A-B-B-A-A-B", "B-A-A-B-B-A"]
    assert lay_out("crossover", tuple("ABC"), sequences="cyclic").labels.tolist() == ["A-B-C", "B-C-A", "C-A-B"]
    own = lay_out("crossover", ("A", "B"), sequences=[("A", "B", "A"), ("B", "A", "B")])
    assert own.labels.tolist() == ["A-B-A", "B-A-B"]


@pytest.mark.parametrize("subjects", [23, 24])
def test_sequences_are_balanced_but_for_the_odd_person_who_is_drawn(subjects):
    odd = set()
    for seed in range(40):
        people = simulate_study(StudyPlan(subjects=subjects), seed).nights.drop_duplicates("subject")
        counts = Counter(people["sequence"])
        assert abs(counts["placebo-active"] - counts["active-placebo"]) == subjects % 2
        odd |= {name for name, n in counts.items() if n > subjects // 2}
    assert len(odd) == (2 if subjects % 2 else 0)


def test_an_n_of_1_schedule_is_drawn_by_its_scheme():
    own = ("active", "placebo", "placebo", "active", "active")
    nights = simulate_study(StudyPlan(design="n-of-1", schedule=own, nights=2), 1).nights
    assert nights.loc[nights["night"] == 1, "condition"].tolist() == list(own)
    seen = set()
    for seed in range(60):
        paired = simulate_study(StudyPlan(design="n-of-1", periods=6), seed).nights["condition"].tolist()
        assert all(set(paired[i : i + 2]) == {"placebo", "active"} for i in (0, 2, 4))
        seen.add(tuple(paired))
        randomised = simulate_study(StudyPlan(design="n-of-1", periods=6, schedule="randomised"), seed).nights[
            "condition"
        ]
        assert Counter(randomised) == {"placebo": 3, "active": 3}
    assert len(seen) == 8  # 2 ** 3
    fixed = (
        simulate_study(StudyPlan(design="n-of-1", periods=4, schedule="alternating"), 1).nights["condition"].tolist()
    )
    assert fixed == ["placebo", "active"] * 2


def test_baseline_comes_first_and_pre_post_never_turns_round():
    parallel = simulate_study(StudyPlan(design="parallel", baseline=True), 1).nights
    assert set(parallel.loc[parallel["period"] == 1, "condition"]) == {"baseline"}
    assert set(parallel.loc[parallel["period"] == 2, "condition"]) == {"placebo", "active"}
    pre_post = simulate_study(StudyPlan(design="pre-post"), 1).nights
    assert set(pre_post.loc[pre_post["period"] == 1, "condition"]) == {"placebo"}
