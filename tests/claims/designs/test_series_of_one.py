"""One person's studies of several people as a trial: nights are never taken for people."""

from __future__ import annotations

import numpy as np
from scipy import stats

import somnometry as sm

CLAIM = sm.Claim("tst", "increases", smallest_effect=30.0)
STUDY = sm.Study((CLAIM,), design="crossover", treatment="active", control="placebo", randomised=True, staging="human")


def series(effects, n=14, seed=1):
    """Nights of people with effects of their own, each in an order of its own in blocks of two."""
    rng = np.random.default_rng(seed)
    return [
        {"subject": f"p{who}", "condition": "active" if letter == "B" else "placebo", "period": i + 1, "night": 1,
         "tst": 400.0 + 40.0 * who + rng.normal(0, 10) + effect * (letter == "B")}
        for who, effect in enumerate(effects)
        for i, letter in enumerate("".join("".join(rng.permutation(["A", "B"])) for _ in range(n // 2)))
    ]  # fmt: skip


def test_people_who_differ_in_their_response_are_few_however_many_nights_they_have():
    """Seventy nights of five people, of whom some lose sleep: pooled nights would be sure, and people are not."""
    table = series([90.0, -50.0, 70.0, -30.0, 60.0])
    verdict = sm.judge(CLAIM, table, STUDY, sensitivity=False)
    y, treated = np.array([row["tst"] for row in table]), np.array([row["condition"] == "active" for row in table])
    who = np.array([row["subject"] for row in table])
    own = [y[(who == one) & treated].mean() - y[(who == one) & ~treated].mean() for one in sorted({*who.tolist()})]
    low, high = stats.t.interval(0.95, 4, np.mean(own), stats.sem(own))
    centred = y - np.array([y[who == one].mean() for one in who])
    assert stats.ttest_ind(centred[treated], centred[~treated]).pvalue < 0.05  # what pooling would have called sure
    assert verdict.n_subjects == 5
    assert verdict.outcome == "inconclusive"
    assert verdict.interval95[1] - verdict.interval95[0] > 0.8 * (high - low)


def test_people_who_agree_decide_it():
    verdict = sm.judge(CLAIM, series([55.0, 60.0, 65.0, 58.0, 62.0, 60.0]), STUDY, sensitivity=False)
    assert verdict.outcome == "supported"
    assert abs(verdict.estimate - 60.0) < 10
