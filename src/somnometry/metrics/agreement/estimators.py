"""What two measurements of the same nights differ by: estimates for many draws of people at once, and intervals."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy import stats

from .bootstrap import BootstrapInterval, Draws, Estimate
from .reliability import icc_interval, icc_of_draws, total_variance, weighted_sum, weights_of_values

__all__ = [
    "LIMITS",
    "bootstrap_intervals",
    "classic_intervals",
    "difference_estimates",
]

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

#: Limits of agreement are so many SDs from the bias, as in the SRI pipeline and YASA.
LIMITS = 1.96

#: Draws times nights that are worked on at once.
BLOCK = 2_000_000


def difference_estimates(reference: Floats, observed: Floats, index: Index, weights: Floats) -> dict[str, Floats]:
    """Estimates of `value_agreement` for draws of people.

    Parameters
    ----------
    reference, observed : array, shape (n,)
        No NaN.
    index : array of int, shape (n,)
        The person of each pair.
    weights : array, shape (n_draws, n_people)
        How often each person is in the draw; one row of ones gives the estimates themselves.

    Returns
    -------
    dict of str to array, shape (n_draws,)
    """
    x, d = reference, observed - reference
    w = weights_of_values(index, weights)
    n = w.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        bias = weighted_sum(d, w) / n
        sd = np.sqrt(total_variance(d, index, weights))
        intercept, slope = _line(x, d, w)
        residuals = d - intercept[:, None] - slope[:, None] * x
        spread_intercept, spread_slope = _line(x, np.abs(residuals), w)
        out = {
            "bias": bias,
            "sd": sd,
            "loa_lower": bias - LIMITS * sd,
            "loa_upper": bias + LIMITS * sd,
            "icc": icc_of_draws(np.column_stack([reference, observed]), w),
            "slope": slope,
            "intercept": intercept,
            "calibration_slope": 1 + slope,
            "calibration_intercept": intercept,
            "halfwidth": LIMITS * np.sqrt(total_variance(residuals, index, weights)),
            "spread_slope": spread_slope,
            "spread_intercept": spread_intercept,
        }
        if x.size and (reference > 0).all() and (observed > 0).all():
            logs = np.log(observed / reference)
            mean, sd_log = weighted_sum(logs, w) / n, np.sqrt(total_variance(logs, index, weights))
            exponents = (mean, mean - LIMITS * sd_log, mean + LIMITS * sd_log)
            ratios = dict(zip(("ratio", "ratio_lower", "ratio_upper"), map(np.exp, exponents), strict=True))
            return out | ratios | {"log_slope": _euser(LIMITS * sd_log)}
    return out | {key: np.full(len(weights), np.nan) for key in ("ratio", "ratio_lower", "ratio_upper", "log_slope")}


def bootstrap_intervals(
    reference: Floats,
    observed: Floats,
    values: dict[str, float],
    draws: Draws,
    confidence: float,
    kind: BootstrapInterval,
) -> dict[str, Estimate]:
    """Give each value the interval of what the draws of people make of it."""
    step = max(1, BLOCK // max(1, reference.size))
    parts = [
        difference_estimates(reference, observed, draws.index, draws.weights[i : i + step])
        for i in range(0, len(draws.weights), step)
    ]
    return {
        key: draws.interval(value, np.concatenate([part[key] for part in parts]), confidence, kind)
        for key, value in values.items()
    }


def classic_intervals(
    reference: Floats, observed: Floats, values: dict[str, float], confidence: float
) -> dict[str, Estimate]:
    """Give each value, estimated with every pair as its own person, the interval that normal differences imply.

    Student's t for the bias, the limits of agreement (with the standard error 1.73 SD / root of n of Bland and Altman
    1999) and the regressions; chi-squared for SDs; F for the ICC (McGraw and Wong 1996).
    """
    n, d = reference.size, observed - reference
    alpha = 1 - confidence
    out = {key: Estimate(value, math.nan, math.nan) for key, value in values.items()}
    if n < 2:
        return out

    def widen(key: str, half: float) -> None:
        out[key] = Estimate(values[key], values[key] - half, values[key] + half)

    t = float(stats.t.ppf(1 - alpha / 2, n - 1))
    error = values["sd"] / math.sqrt(n)
    widen("bias", t * error)
    widen("loa_lower", t * error * math.sqrt(3))
    widen("loa_upper", t * error * math.sqrt(3))
    out["sd"] = _chi_squared(values["sd"], n - 1, n - 1, alpha)
    out["icc"] = Estimate(values["icc"], *icc_interval(np.column_stack([reference, observed]), confidence))
    if not math.isnan(values["ratio"]):
        logs = np.log(observed / reference)
        sd_log = float(logs.std(ddof=1))
        for key, factor in (("ratio", 1.0), ("ratio_lower", math.sqrt(3)), ("ratio_upper", math.sqrt(3))):
            half = t * factor * sd_log / math.sqrt(n)
            out[key] = Estimate(values[key], values[key] * math.exp(-half), values[key] * math.exp(half))
        half = t * math.sqrt(3) * sd_log / math.sqrt(n)
        bounds = _euser(np.maximum(LIMITS * sd_log + np.array([-half, half]), 0))
        out["log_slope"] = Estimate(values["log_slope"], *bounds.tolist())
    if n < 3 or math.isnan(values["slope"]):
        return out
    t = float(stats.t.ppf(1 - alpha / 2, n - 2))
    residuals = d - values["intercept"] - values["slope"] * reference
    out["halfwidth"] = _chi_squared(values["halfwidth"], n - 1, n - 2, alpha)
    slope_error, intercept_error = _line_errors(reference, residuals)
    for prefix in ("", "calibration_"):
        widen(f"{prefix}slope", t * slope_error)
        widen(f"{prefix}intercept", t * intercept_error)
    spread = np.abs(residuals) - values["spread_intercept"] - values["spread_slope"] * reference
    slope_error, intercept_error = _line_errors(reference, spread)
    widen("spread_slope", t * slope_error)
    widen("spread_intercept", t * intercept_error)
    return out


# ------------------------------------------------------------------------------------------------------------- helpers
def _line(x: Floats, y: Floats, w: Floats) -> tuple[Floats, Floats]:
    """Intercept and slope of the regression of `y` (n,) or (n_draws, n) on `x`; NaN where `x` is constant."""
    n = w.sum(axis=1)
    centre = x.mean() if x.size else 0.0
    from_centre = x - centre
    mean_x, mean_y = weighted_sum(from_centre, w) / n, weighted_sum(y, w) / n
    squares = weighted_sum(from_centre**2, w) - n * mean_x**2
    varies = squares > 1e-12 * (weighted_sum(x**2, w) + 1e-300)
    if y.ndim == 1:
        about = y - (y.mean() if y.size else 0.0)
        products = weighted_sum(from_centre * about, w) - mean_x * weighted_sum(about, w)
    else:
        products = weighted_sum(from_centre, w * y) - n * mean_x * mean_y
    slope = np.where(varies, products / squares, np.nan)
    return mean_y - slope * (centre + mean_x), slope


def _line_errors(x: Floats, residuals: Floats) -> tuple[float, float]:
    """Standard errors of the slope and the intercept of a regression on `x`."""
    squares = float(((x - x.mean()) ** 2).sum())
    variance = float((residuals**2).sum()) / (x.size - 2)
    return math.sqrt(variance / squares), math.sqrt(variance * (1 / x.size + float(x.mean()) ** 2 / squares))


def _euser(z: Floats) -> Floats:
    """Limits of agreement as a share of the size, out of those of the logarithms (Euser 2008, Clin Chem 54:1539)."""
    share: Floats = 2 * np.tanh(z / 2)
    return share


def _chi_squared(sd: float, divisor: int, freedom: int, alpha: float) -> Estimate:
    """Interval of a multiple of an SD, made with a divisor of squares that have so many degrees of freedom."""
    low, high = (sd * math.sqrt(divisor / float(stats.chi2.ppf(q, freedom))) for q in (1 - alpha / 2, alpha / 2))
    return Estimate(sd, low, high)
