"""What studies share gives the numbers that each fitted by itself would give."""

import numpy as np
import pytest

import somnometry as sm
from somnometry.claims.analysis import Question
from somnometry.claims.as_declared import resolved
from somnometry.claims.case import examine
from somnometry.claims.data.estimand import Estimand
from somnometry.claims.data.study_nights import StudyNights
from somnometry.claims.designs.crossover import fit_crossover
from somnometry.claims.shared_fits import SharedFits, sharing_fits

STUDY = sm.Study(design="crossover", treatment="active", control="placebo", arms=("placebo", "active", "third"),
                 doses={"active": 1.0, "third": 2.0}, staging="human", device="psg", randomised=True)  # fmt: skip
CLAIMS = tuple(
    resolved(claim, STUDY)
    for claim in (
        sm.Claim("tst", "increases", smallest_effect=15.0, id="TST"),
        sm.Claim("tst", "increases", smallest_effect=15.0, kind="dose-response", id="DOSE"),
        sm.Claim("tst", kind="difference", smallest_effect=15.0, arms=("active", "third"), id="ARMS"),
        sm.Claim("waso", "decreases", smallest_effect=20.0, id="WASO"),
        sm.Claim("awakenings_2min", "decreases", smallest_effect=0.8, id="AWAKE"),
    )
)
ORDERS = np.array([(0, 1, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0), (0, 2, 1), (1, 0, 2)])


def nights(rng, *, effects=(0.0, 0.0, 0.0), skewed=False, people=18):
    """A crossover of three arms, two nights; `effects` of the arms on TST, and half of them on WASO."""
    who, period, night = (a.ravel() for a in np.indices((people, 3, 2)))
    arm = ORDERS[who % 6, period]
    noise = rng.exponential(30, who.size) if skewed else rng.normal(0, 30, who.size)
    by = np.array(effects)[arm]
    return {
        "subject": who, "condition": np.array(STUDY.arms, object)[arm], "period": period + 1, "night": night + 1,
        "tst": 400 + rng.normal(0, 40, people)[who] + noise + by, "waso": 60 + rng.normal(0, 9, who.size) - by / 2,
        "awakenings_2min": rng.poisson(4, who.size).astype(float),
    }  # fmt: skip


def found(table):
    """Numbers of every claim, each fitted in its turn."""
    cases = [examine(claim, STUDY, StudyNights.of(table, STUDY)) for claim in CLAIMS]
    return np.array([
        (case.p, case.p_equivalence, case.evidence.estimate, *case.evidence.interval90, *case.evidence.interval95)
        for case in cases
    ])  # fmt: skip


@pytest.mark.parametrize("skewed", [False, True])
def test_a_study_with_and_one_without_effects_have_the_numbers_that_each_has_alone(skewed):
    for seed in range(3):
        tables = [nights(np.random.default_rng(seed), effects=by, skewed=skewed) for by in ((0, 0, 0), (0, 12, 25))]
        alone = [found(table) for table in tables]
        with sharing_fits():
            shared = [found(table) for table in tables]
        for one, other in zip(alone, shared, strict=True):
            np.testing.assert_allclose(other, one, rtol=1e-6, atol=1e-6)
        assert not np.allclose(alone[0][0], alone[1][0])


def test_one_fit_serves_values_that_are_shifted_by_arm_and_no_others():
    fits = []
    shared = SharedFits()

    def fit(table):
        sample = Question(CLAIMS[0], STUDY, StudyNights.of(table, STUDY)).sample()
        shared.fit(Estimand.of(CLAIMS[0]), sample, lambda of: fits.append(of) or fit_crossover(of))

    fit(nights(np.random.default_rng(1)))
    fit(nights(np.random.default_rng(1), effects=(0.0, 15.0, 30.0)))
    assert len(fits) == 1
    fit(nights(np.random.default_rng(2)))
    assert len(fits) == 2
    other = nights(np.random.default_rng(1))
    fit({**other, "tst": other["tst"] + (other["subject"] == 3)})
    assert len(fits) == 3


def test_nothing_is_shared_outside():
    table = nights(np.random.default_rng(4))
    before = found(table)
    with sharing_fits():
        found(table)
    np.testing.assert_array_equal(found(table), before)
