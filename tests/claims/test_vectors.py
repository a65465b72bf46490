"""Worked examples of others, with the numbers that R, SAS or their authors print, through the public functions."""

import numpy as np
import pytest
from scipy import stats

from ..facts import example


def test_the_law_schools_are_left_to_scipy(vectors):
    """No estimate here uses BCa intervals; where one will, the library that has them is right."""
    want = vectors["law_bca"]
    table = example("law_school")
    lsat, gpa = table["LSAT"].to_numpy(), table["GPA"].to_numpy()

    def correlation(a, b, axis=-1):
        a, b = a - a.mean(axis=axis, keepdims=True), b - b.mean(axis=axis, keepdims=True)
        return (a * b).sum(axis=axis) / np.sqrt((a**2).sum(axis=axis) * (b**2).sum(axis=axis))

    assert correlation(lsat, gpa) == pytest.approx(want["cor"], rel=1e-8)
    made = stats.bootstrap(
        (lsat, gpa), correlation, paired=True, vectorized=True, n_resamples=99_999, method="BCa", rng=1
    )
    assert tuple(made.confidence_interval) == pytest.approx(want["R_boot_200k_bca95"], abs=0.005)


def test_every_vector_has_its_test(vectors):
    here = {"student_sleep", "darwin_maize", "chow_liu_2x2", "schuetz_2x2", "onghena_abab", "ncss_tost",
            "toster_one_sample", "pbc_rmst", "within_mediation", "law_bca"}  # fmt: skip
    of_mixed_models = {"ema_ds1", "ema_ds2", "rds05_10_30", "sleepstudy", "sleepstudy_unbalanced", "beets", "sim3"}
    assert set(vectors) == here | of_mixed_models
