"""What is often done instead, on the very studies that the engine judges: methods that fail, and where they do."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from somnometry.claims.kinds.mediation import Mediation, fit_mediation
from somnometry.core.claim import Claim
from somnometry.core.study import Study
from somnometry.simulate.outcomes import OutcomeModel, draw_study
from somnometry.simulate.plan import StudyPlan
from somnometry.simulate.spreads import Spread

from .error_rates import THREE, Case, case

Floats = npt.NDArray[np.float64]


def pairs(table: dict[str, Any], metric: str, arms: tuple[str, ...]) -> Floats:
    """Give each subject's mean under each arm, shape (n_subjects, n_arms); subjects without one are left out."""
    who, person = np.unique(table["subject"].astype(str), return_inverse=True)
    means = np.full((who.size, len(arms)), np.nan)
    for a, arm in enumerate(arms):
        inside = (table["condition"] == arm) & np.isfinite(table[metric])
        n = np.bincount(person[inside], minlength=who.size)
        total = np.bincount(person[inside], table[metric][inside], minlength=who.size)
        means[n > 0, a] = total[n > 0] / n[n > 0]
    return means[np.isfinite(means).all(axis=1)]


def paired_p(table: dict[str, Any], metric: str, arms: tuple[str, str] = ("placebo", "active")) -> float:
    """Two-sided p of a paired t test of the second arm against the first."""
    values = pairs(table, metric, arms)
    return float(stats.ttest_rel(values[:, 1], values[:, 0]).pvalue)


def tost_p(values: Floats, margin: float) -> float:
    """P of two one-sided paired t tests."""
    d = values[:, 1] - values[:, 0]
    above = stats.ttest_1samp(d, -margin, alternative="greater").pvalue
    below = stats.ttest_1samp(d, margin, alternative="less").pvalue
    return float(max(above, below))


# ----------------------------------------------------------------------------------------------------- first night
def inert_before_after(subjects: int = 24, nights: int = 1) -> OutcomeModel:
    """Plan a study without a control: nights before, then nights with a product that does nothing."""
    return StudyPlan(design="pre-post", subjects=subjects, nights=nights).model


BEFORE_AFTER = Study(design="pre-post", treatment="active", control="placebo")
LONGER = Claim("tst", "increases", smallest_effect=15.0, source="AASM 2021")


# ------------------------------------------------------------------------------------------------------------ floor
SHORT = Spread(12.7, 6.0, 5.0, "latency")


def at_the_floor() -> Case:
    """Plan a crossover in which a placebo latency of 12.7 min is cut by 42 %, and 20 min are asked for."""
    return case("2x2, floor", Claim("sol", "decreases", smallest_effect=20.0), subjects=30, nights=2,
                spreads={"sol": SHORT}, effects={"sol": -0.42 * 12.7})  # fmt: skip


# ------------------------------------------------------------------------------------------------------------ doses
def equal_doses(effect: float) -> Case:
    """Plan a crossover of placebo and two doses with one and the same effect."""
    claim = Claim("tst", "increases", kind="dose-response", smallest_effect=15.0)
    return case("two equal doses", claim, subjects=24, arms=THREE, effects={"tst": {"low": effect, "high": effect}},
                study={"doses": {"low": 1.0, "high": 2.0}})  # fmt: skip


def trend_with_placebo_p(table: dict[str, Any], metric: str = "tst") -> float:
    """Two-sided p of the slope of each subject over doses 0, 1 and 2."""
    values = pairs(table, metric, THREE)
    return float(stats.ttest_1samp((values[:, 2] - values[:, 0]) / 2, 0).pvalue)


# -------------------------------------------------------------------------------------------------------- mediation
PAIN, WAKE = Spread(5.0, 1.5, 1.0), {"within": 30.0}


def mediated(a: float, correlation: float, *, period: bool, subjects: int = 24) -> OutcomeModel:
    """Plan a crossover in which treatment shifts pain by `a`, and WASO follows pain by 30 min x `correlation`."""
    return StudyPlan(
        subjects=subjects, metrics=("pain", "waso"), spreads={"pain": PAIN, "waso": WAKE}, response=0.0,
        effects={"pain": a, "waso": 30.0 * correlation * a}, correlation={("pain", "waso"): correlation},
        period_effect={"pain": 1.0, "waso": 30.0} if period else {},
    ).model  # fmt: skip


def mediation_of(model: OutcomeModel, seed: int, *, order: bool) -> Mediation:
    """Fit the mediation of one study, with or without the order of treatments."""
    table = draw_study(model, seed)
    arms = ("placebo", "active")
    pain, waso = pairs(table, "pain", arms), pairs(table, "waso", arms)
    _, first = np.unique(table["subject"].astype(str), return_index=True)
    second = table["sequence"][first] == "placebo-active"
    return fit_mediation(pain[:, 1] - pain[:, 0], waso[:, 1] - waso[:, 0], pain.sum(axis=1), second if order else None)


# ---------------------------------------------------------------------------------------------------- half an SD
def half_sd_equivalence(nights: int, n: int, *, fixed: bool, subjects: int = 12, response: float = 0.4) -> float:
    """Share of studies found equivalent within half an SD, the true effect being half an SD.

    The SD is the true one of subjects' means under control, or the one that each study of 12 estimates.
    """
    spread = Spread(390.0, 53.6, 41.8)
    sd = float(np.sqrt(spread.between**2 + spread.within**2 * (1 / nights + response**2 / 2)))
    model = StudyPlan(design="pre-post", subjects=subjects, nights=nights, first_night=False,
                      spreads={"tst": spread}, effects={"tst": sd / 2}, response=response).model  # fmt: skip
    found = 0
    for seed in range(n):
        values = draw_study(model, seed)["tst"].reshape(subjects, 2, nights).mean(axis=2)
        found += tost_p(values, (sd if fixed else float(values[:, 0].std(ddof=1))) / 2) <= 0.05
    return found / n
