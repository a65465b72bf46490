"""The same question answered in other ways."""

import math

import somnometry as sm

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
