"""A claim put to the nights of a study: what lets nothing be tested."""

import pytest

import somnometry as sm

from .crossovers import codes_of, noisy_crossover

REPEATED = [
    night | {"period": night["period"] + 2 * again} for again in (0, 1) for night in noisy_crossover(subjects=8)
]


PARALLEL = [night for night in noisy_crossover(subjects=20) if night["period"] == 1]


@pytest.mark.parametrize("difference", [0.0, 3.0])
@pytest.mark.parametrize(
    ("design", "nights", "kind"),
    [
        ("crossover", noisy_crossover(), "superiority"),
        ("crossover", noisy_crossover(), "equivalence"),
        ("crossover", noisy_crossover(nights=2), "difference"),
        ("crossover", REPEATED, "superiority"),
        ("crossover", REPEATED, "heterogeneity"),
        ("pre-post", noisy_crossover(), "superiority"),
        ("pre-post", noisy_crossover(nights=2), "superiority"),
        ("parallel", PARALLEL, "superiority"),
        ("parallel", PARALLEL, "difference"),
    ],
)
def test_values_without_residual_variance_decide_nothing_and_count_as_tested(design, nights, kind, difference):
    """Where every subject differs alike, or not at all, the standard error is 0 and any t is infinite."""
    own = {night["subject"]: i for i, night in enumerate(nights)} if design != "parallel" else {}
    nights = [night | {"tst": 400.1 + own.get(night["subject"], 0) + difference * (night["condition"] == "active"),
                       "waso": i % 7 + 3.3 * (i % 5)} for i, night in enumerate(nights)]  # fmt: skip
    claims = (
        sm.Claim("tst", "increases", smallest_effect=15.0, kind=kind, arms=("placebo", "active")),
        sm.Claim("waso", "decreases", smallest_effect=20.0),
    )
    tst, waso = sm.judge_all(sm.Study(claims, design, "active", "placebo", randomised=True), nights)
    assert (tst.outcome, codes_of(tst)) == ("not testable", ["no-residual-variance"])
    assert waso.p_adjusted == min(2 * waso.p, 1.0)
