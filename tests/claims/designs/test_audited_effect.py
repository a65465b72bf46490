"""Audits of studies whose truth is known, drawn with plain numpy: coverage, errors, power against its prediction."""

import numpy as np
import pytest
from scipy import stats

from somnometry.calibration.shipped import shipped_calibration
from somnometry.claims.designs.audited_effect import LEAST_AUDITED, audited_effect, half_width


def study(rng, n=12, people=40, effect=0.0, bias=0.0, slope=0.6, nights=2):
    """Differences of treatment and control in N3 %: as people score them, and as a headband with an error of its own.

    `bias` is what the headband adds under treatment; people differ in how they respond, and the headband errs by night.
    """
    response = rng.normal(effect, 2.0, people)
    own = rng.normal(0, 4.0 * np.sqrt(2 / nights), people)
    human = response + own
    machine = slope * human + bias + rng.normal(0, 3.1 * np.sqrt(2 / nights), people)
    audited = rng.permutation(people) < n
    return human[audited], machine[audited], machine[~audited]


@pytest.mark.parametrize("n", [LEAST_AUDITED, 16])
@pytest.mark.parametrize(("effect", "bias"), [(0.0, 0.0), (0.0, 3.0), (4.0, 0.0), (4.0, -3.0)])
def test_the_interval_covers_with_and_without_a_bias_of_the_program_in_one_arm(n, effect, bias):
    rng = np.random.default_rng([n, int(effect), int(bias) + 9])
    studies, inside, estimates = 2000, 0, []
    for _ in range(studies):
        found = audited_effect(*study(rng, n, effect=effect, bias=bias))
        low, high = found.interval(0.95)
        inside += low <= effect <= high
        estimates.append(found.estimate)
    error = np.sqrt(0.95 * 0.05 / studies)
    assert inside / studies == pytest.approx(0.95, abs=3 * error + 0.01)
    assert np.mean(estimates) == pytest.approx(effect, abs=4 * np.std(estimates) / np.sqrt(studies))


@pytest.mark.parametrize("rest", [16, 32, 392])
def test_the_least_audit_covers_where_two_sequences_are_told(rest):
    """Dividing what is left by n - 2, as if the program's weight were known, covers .923 to .930 here."""
    rng = np.random.default_rng(rest)
    studies, inside = 4000, 0
    order, others = np.tile([0, 1], 4), np.tile([0, 1], rest // 2)
    for _ in range(studies):
        human = rng.normal(0, 2.15, 8 + rest)
        machine = 0.6 * human + rng.normal(0, 3.15, human.size)
        low, high = audited_effect(human[:8], machine[:8], machine[8:], order, others).interval(0.95)
        inside += low <= 0 <= high
    assert inside / studies == pytest.approx(0.95, abs=0.0145)


def test_a_bias_in_one_arm_makes_no_effect_that_the_program_alone_would_find():
    rng = np.random.default_rng(1)
    alone = audited = 0
    for _ in range(1000):
        human, machine, rest = study(rng, bias=3.0)
        every = np.concatenate([machine, rest])
        alone += stats.ttest_1samp(every, 0).pvalue < 0.05
        audited += min(audited_effect(human, machine, rest).p_above(0), 1) < 0.025
    assert alone > 700
    assert audited <= 1000 * 0.025 + 3 * np.sqrt(1000 * 0.025 * 0.975)


def test_power_is_what_the_error_predicts_and_no_less_than_of_the_audit_alone():
    rng = np.random.default_rng(2)
    n, people, effect, slope = 16, 60, 3.0, 0.6
    of_human, of_error = 2.0**2 + 4.0**2, 3.1**2
    of_machine = slope**2 * of_human + of_error
    share = slope * of_human / ((1 + n / (people - n)) * of_machine)
    left = of_human - 2 * share * slope * of_human + share**2 * of_machine
    error = np.sqrt(share**2 * of_machine / (people - n) + left / n)
    predicted = stats.nct.sf(stats.t.ppf(0.975, n - 2), n - 2, effect / error)
    found = alone = 0
    studies = 2000
    for _ in range(studies):
        human, machine, rest = study(rng, n, people, effect)
        found += audited_effect(human, machine, rest).p_above(0) < 0.025
        alone += stats.ttest_1samp(human, 0, alternative="greater").pvalue < 0.025
    assert found / studies == pytest.approx(predicted, abs=0.04)
    assert found > alone


def test_an_audit_by_hand():
    human, machine, rest = np.array([1.0, 2, 3, 6]), np.array([0.0, 1, 3, 4]), np.array([2.0, 4, 0, 2])
    spread = np.var([0, 1, 3, 4, 2, 4, 0, 2], ddof=1)
    share = np.cov(human, machine)[0, 1] / (2 * spread)
    found = audited_effect(human, machine, rest)
    assert found.estimate == pytest.approx(3 + share * (2 - 2))
    assert found.standard_error**2 == pytest.approx(share**2 * spread / 4 + np.var(human - share * machine, ddof=2) / 4)
    assert found.df == 2


def test_where_all_are_audited_the_effect_is_peoples():
    human = np.array([1.0, 2, 3, 6, 4, 2, 1, 0])
    found = audited_effect(human, human * 0, np.array([]))
    assert (found.estimate, found.df) == (human.mean(), 6)
    assert found.standard_error == pytest.approx(stats.sem(human))


def test_a_program_that_never_varies_teaches_nothing():
    human = np.array([1.0, 2, 3, 6])
    found = audited_effect(human, np.zeros(4), np.zeros(6))
    assert (found.estimate, found.standard_error) == (3.0, pytest.approx(stats.sem(human)))


def test_sequences_count_alike_whatever_their_size():
    human, sequence = np.array([5.0, 7, 5, 7, 1, 3]), np.array([0, 0, 0, 0, 1, 1])
    found = audited_effect(human, human * 0, np.zeros(4), sequence, np.array([0, 0, 0, 1]))
    assert (found.estimate, found.df) == (4.0, 4)
    assert found.standard_error == pytest.approx(np.sqrt((4 + 2) / 4 * (1 / 4 + 1 / 2) / 4))
    with pytest.raises(ValueError, match="one of each sequence"):
        audited_effect(human, human, np.zeros(2), sequence, np.array([2, 1]))


def test_two_subjects_are_no_audit():
    with pytest.raises(ValueError, match="three subjects"):
        audited_effect(np.zeros(2), np.zeros(2), np.zeros(4))


def test_the_half_width_is_that_of_the_specification():
    sigma = shipped_calibration("bitbrain-headband")["n3_percent"].sigma_within
    assert [round(half_width(sigma, n, 2, 0.95), 1) for n in (8, 16)] == [2.7, 1.7]
