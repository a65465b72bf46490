"""The same question answered in other ways."""

import math
import tracemalloc

import pandas as pd

import somnometry as sm
from somnometry.claims import sensitivity

from .crossovers import noisy_crossover


def test_counts_that_poisson_fits_almost_exactly_have_that_analysis_too():
    nights = noisy_crossover(0.0, subjects=10, nights=2)
    for row in nights:
        row["tst"] = row["awakenings"] = 20.0 + 3 * (row["condition"] == "active") + int(row["subject"][1:])
    study = sm.Study(design="pre-post", treatment="active", control="placebo")
    verdict = sm.judge(sm.Claim("awakenings", "decreases"), nights, study)
    assert verdict.method.code == "paired-t"
    (rates,) = (one for one in verdict.sensitivity if one.name.code == "poisson-gee")
    assert math.isfinite(rates.p)


def test_exchanges_are_the_same_however_many_are_drawn_at_once(monkeypatch):
    nights = noisy_crossover(2.0, subjects=18)
    claim = sm.Claim("rem_percent", "increases", design="crossover", treatment="active", control="placebo")

    def p():
        verdict = sm.judge(claim, nights)
        return next(one.p for one in verdict.sensitivity if one.name.code == "permutation-of-orders")

    at_once = p()
    monkeypatch.setattr(sensitivity, "AT_ONCE", 40)
    assert p() == at_once


def test_a_study_of_thousands_of_nights_takes_little_memory():
    nights = pd.DataFrame(noisy_crossover(0.0, subjects=400, nights=5))
    claim = sm.Claim("rem_percent", "increases", design="crossover", treatment="active", control="placebo")
    tracemalloc.start()
    try:
        sm.judge(claim, nights)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(nights) == 4000
    assert peak < 30e6
