"""Straight lines between two scorings of a metric: to predict by, with clustered errors, and each person left out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from ..metrics.table import METRICS
from .calibration import LEVEL
from .scales import Scale, from_scale, to_scale

__all__ = ["Line", "held_out", "slope_of_auto", "upper_slope"]

Floats = npt.NDArray[np.float64]
#: With fewer nights of a second stager its slope is not asked.
FEWEST_NIGHTS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A straight line by least squares, and what it takes to predict by it."""

    intercept: float
    slope: float
    residual_sd: float
    mean: float
    sum_of_squares: float
    residuals: Floats

    @classmethod
    def of(cls, x: Floats, y: Floats) -> Line:
        """Fit `y` on `x`, shape (n,) each."""
        mean = float(x.mean())
        squares = float(((x - mean) ** 2).sum())
        slope = float((x - mean) @ y) / squares
        residuals = y - y.mean() - slope * (x - mean)
        spread = math.sqrt(float(residuals @ residuals) / (y.size - 2))
        return cls(float(y.mean()) - slope * mean, slope, spread, mean, squares, residuals)


def slope_of_auto(human: Floats, auto: Floats, people: npt.NDArray[np.str_]) -> tuple[float, float]:
    """Slope of automatic on human, and its standard error by person (CR2: Bell and McCaffrey 2002)."""
    design = np.column_stack([np.ones_like(human), human - human.mean()])
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ (design.T @ auto)
    residuals = auto - design @ beta
    meat = np.zeros((2, 2))
    for person in np.unique(people):
        rows = people == person
        values, vectors = np.linalg.eigh(np.eye(rows.sum()) - design[rows] @ inverse @ design[rows].T)
        with np.errstate(divide="ignore"):
            roots = np.where(values > 1e-10, np.maximum(values, 0) ** -0.5, 0.0)
        score = design[rows].T @ ((vectors * roots) @ (vectors.T @ residuals[rows]))
        meat += np.outer(score, score)
    return float(beta[1]), math.sqrt(float((inverse @ meat @ inverse)[1, 1]))


def upper_slope(slope: float, human: Floats, auto: Floats, second: Floats | None) -> float:
    """What the slope is at most: 1, or by a second stager as an instrument of the human's truth."""
    if second is None or np.isfinite(second).sum() < FEWEST_NIGHTS:
        return max(1.0, slope)
    known = np.isfinite(second)
    z = second[known] - second[known].mean()
    shared = float(z @ human[known])
    instrumented = float(z @ auto[known]) / shared if shared > 0 else math.inf
    return instrumented if slope <= instrumented < math.inf else max(1.0, slope)


def held_out(key: str, scale: Scale, human: Floats, auto: Floats, people: npt.NDArray[np.str_]) -> dict[str, float]:
    """Coverage, bias and score of the 90 % interval when each person is left out in turn, by the names of the noun."""
    low, mid, high = (np.empty(human.size) for _ in range(3))
    x, y = to_scale(scale, auto), to_scale(scale, human)
    for person in np.unique(people):
        out = people == person
        if np.ptp(x[~out]) == 0:
            return {}
        line = Line.of(x[~out], y[~out])
        n = int((~out).sum())
        spread = line.residual_sd * np.sqrt(1 + 1 / n + (x[out] - line.mean) ** 2 / line.sum_of_squares)
        half = float(stdtrit(n - 2, 0.5 + LEVEL / 2)) * spread
        centre = line.intercept + line.slope * x[out]
        for where, value in ((low, centre - half), (mid, centre), (high, centre + half)):
            where[out] = np.clip(from_scale(scale, value), *METRICS[key].possible_range)
    outside = np.maximum(low - human, 0) + np.maximum(human - high, 0)
    score = float((high - low + 2 / (1 - LEVEL) * outside).mean())
    return {
        "coverage": float((outside == 0).mean()),
        "held_out_bias": float((mid - human).mean() / human.std()),
        "interval_score": score,
    }
