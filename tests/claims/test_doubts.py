"""What nights may be other than they look is said of claims of every kind, and not of columns of one's own."""

from __future__ import annotations

import numpy as np
import pytest

import somnometry as sm

from .plain_nights import STUDY, plain_nights


def spoilt():
    """A third of the nights are naps, by the clock and by their length."""
    table = plain_nights(nights=3)
    nap = table["night"] == 3
    table["trt"] = np.where(nap, 70.0, table["trt"])
    table = {name: table[name] for name in ("subject", "condition", "period", "night", "trt", "rem_percent")}
    table["start"] = np.where(nap, "2026-03-02 13:00", "2026-03-02 23:00")
    return table | {"pain": np.round(np.random.default_rng(0).normal(5, 1, nap.size), 1)}


@pytest.mark.parametrize("kind", ["superiority", "non-inferiority", "equivalence"])
def test_every_kind_says_it(kind):
    direction = None if kind == "equivalence" else "increases"
    verdict = sm.judge(sm.Claim("rem_percent", direction, smallest_effect=3.0, kind=kind), spoilt(), STUDY)
    assert "short-nights" in [warning.code for warning in verdict.warnings]


def test_a_column_of_ones_own_is_not_asked_what_nights_are():
    study = sm.Study(
        design="crossover", treatment="active", control="placebo", randomised=True, columns={"pain": "pain"}
    )
    verdict = sm.judge(sm.Claim("pain", "decreases", smallest_effect=1.0), spoilt(), study, sensitivity=False)
    assert "short-nights" not in [warning.code for warning in verdict.warnings]
