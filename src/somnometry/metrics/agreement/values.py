"""Agreement of two measurements of one quantity: `value_agreement`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy import stats

from ...core.arrays import frozen_array
from ...core.equality import EqualByFields
from ...core.errors import HypnogramError
from .bootstrap import BootstrapInterval, Draws, Estimate, check_confidence
from .estimators import LIMITS, bootstrap_intervals, classic_intervals, difference_estimates
from .pairing import check_choice
from .reliability import finite_or_nan

__all__ = ["ValueAgreement", "value_agreement"]

Floats = npt.NDArray[np.float64]
Limits = Literal["constant", "proportional", "heteroscedastic", "ratio"]


@dataclass(frozen=True, slots=True, eq=False)
class ValueAgreement(EqualByFields):
    """How one quantity agrees between two scorings; made by `value_agreement`, in the unit of the quantity.

    Parameters
    ----------
    reference, observed : array of float64, shape (n,)
        The pairs that were compared: neither is NaN.
    nights, subjects : tuple of str
        Name and person of every pair.
    n_missing : int
        Pairs left out because one or both were NaN.
    estimates : mapping of str to Estimate
        ``agreement["bias"]`` for short; the keys are explained under `value_agreement`.
    p5, median, p95 : float
        Percentiles of the differences.
    p_normal, p_normal_ratio : float
        Shapiro-Wilk p of the differences, and of the logarithms of the ratios; NaN where it cannot be tested.
    proportional, heteroscedastic, normal : bool
        Whether the bias, and the spread about it, depend on the reference (their slope's interval leaves out 0); and
        whether nothing speaks against normal differences.
    limits : {"constant", "proportional", "heteroscedastic", "ratio"}
        Which limits of agreement fit the data; `limits_at` gives them.
    interval : {"classic", "bootstrap"}
        Where the intervals are from.
    confidence : float
        Of the intervals.
    """

    reference: Floats
    observed: Floats
    nights: tuple[str, ...]
    subjects: tuple[str, ...]
    n_missing: int
    estimates: Mapping[str, Estimate]
    p5: float
    median: float
    p95: float
    p_normal: float
    p_normal_ratio: float
    proportional: bool
    heteroscedastic: bool
    normal: bool
    limits: Limits
    interval: Literal["classic", "bootstrap"]
    confidence: float = 0.95

    def __getitem__(self, key: str) -> Estimate:
        return self.estimates[key]

    @property
    def n(self) -> int:
        """Number of pairs."""
        return int(self.reference.size)

    @property
    def differences(self) -> Floats:
        """Observed minus reference, shape (n,)."""
        return self.observed - self.reference

    def limits_at(self, reference: npt.ArrayLike, limits: Limits | None = None) -> tuple[Floats, Floats, Floats]:
        """Bias and limits of agreement at some values of the reference, in the unit of the quantity.

        Parameters
        ----------
        reference : array of float
            Where to give them.
        limits : {"constant", "proportional", "heteroscedastic", "ratio"}, optional
            By default those that fit the data.

        Returns
        -------
        bias, lower, upper : array of float64, of the shape of `reference`

        Examples
        --------
        >>> agreement = value_agreement([10, 20, 30, 40], [11, 23, 31, 43])
        >>> [round(values.item(), 2) for values in agreement.limits_at(25, "constant")]
        [2.0, -0.26, 4.26]
        """
        at, kind = np.asarray(reference, np.float64), self.limits if limits is None else limits
        check_choice("limits", kind, get_args(Limits))
        if kind == "ratio":
            ratios = (self["ratio"].value, self["ratio_lower"].value, self["ratio_upper"].value)
            bias, lower, upper = (at * (ratio - 1) for ratio in ratios)
            return bias, lower, upper
        sloped = kind == "proportional" or (kind == "heteroscedastic" and self.proportional)
        bias = self["intercept"].value + self["slope"].value * at if sloped else np.full(at.shape, self["bias"].value)
        if kind == "heteroscedastic":
            spread = self["spread_intercept"].value + self["spread_slope"].value * at
            half = LIMITS * math.sqrt(math.pi / 2) * np.maximum(spread, 0)
        elif kind == "proportional":
            half = np.full(at.shape, self["halfwidth"].value)
        else:
            half = np.full(at.shape, (self["loa_upper"].value - self["loa_lower"].value) / 2)
        return bias, bias - half, bias + half

    def to_dict(self) -> dict[str, float | int | str | bool]:
        """Give everything but the pairs as one flat row."""
        row: dict[str, float | int | str | bool] = {
            "n": self.n, "n_people": len(set(self.subjects)), "n_missing": self.n_missing,
            "reference_mean": _mean(self.reference), "observed_mean": _mean(self.observed),
        }  # fmt: skip
        for key, e in self.estimates.items():
            row |= {key: e.value, f"{key}_lower": e.lower, f"{key}_upper": e.upper}
        names = ["p5", "median", "p95", "p_normal", "p_normal_ratio", "proportional", "heteroscedastic", "normal"]
        names += ["limits", "interval"]
        return row | {name: getattr(self, name) for name in names}

    def __repr__(self) -> str:
        return f"ValueAgreement({self.n} pairs, bias {self['bias']}, SD {self['sd'].value:.4g}, ICC {self['icc']})"


def value_agreement(
    reference: npt.ArrayLike,
    observed: npt.ArrayLike,
    *,
    nights: Sequence[str] | None = None,
    subjects: Sequence[str] | None = None,
    n_boot: int = 2000,
    seed: int = 0,
    confidence: float = 0.95,
    interval: Literal["auto", "classic", "bootstrap"] = "auto",
    bootstrap: BootstrapInterval = "percentile",
) -> ValueAgreement:
    """Compare two measurements of one quantity, in its unit: bias, limits of agreement, their checks, and the ICC.

    Parameters
    ----------
    reference, observed : array of float, shape (n,)
        Pairs with a NaN are left out and counted.
    nights : sequence of str, optional
        Names of the pairs.
    subjects : sequence of str, optional
        The person of each pair; by default every pair is another person's.
    n_boot, seed : int
        People are drawn with replacement, each with all pairs.
    confidence : float
        Of the intervals; what is called normal, proportional or heteroscedastic follows it.
    interval : {"auto", "classic", "bootstrap"}
        "auto" takes the bootstrap where a person has several pairs or differences are not normal, which the classic
        formulas assume; "classic" takes every pair for another person's, in the estimates as in their intervals.
    bootstrap : {"percentile", "basic"}
        How bootstrap samples become an interval.

    Returns
    -------
    ValueAgreement
        Its estimates:

        ``bias``, ``sd``
            Mean and SD of observed minus reference. With several pairs per person, the SD of a pair of a new person.
        ``loa_lower``, ``loa_upper``
            Limits of agreement, bias -/+ 1.96 SD.
        ``icc``
            ICC(A,1): two-way, absolute agreement, single measurement.
        ``slope``, ``intercept``
            Of the regression of differences on the reference; ``halfwidth`` is 1.96 SD of what it leaves.
        ``spread_slope``, ``spread_intercept``
            Of the regression of the absolute residuals on the reference.
        ``calibration_slope``, ``calibration_intercept``
            Of the observed on the reference: 1 and 0 where it is calibrated. A noisy reference alone lowers the slope,
            and so makes the bias look proportional.
        ``ratio``, ``ratio_lower``, ``ratio_upper``
            Geometric mean and limits of agreement of observed / reference; NaN where a value is not positive.
        ``log_slope``
            Limits as a share of the reference, as SRI's ``logTransf=TRUE`` (Euser 2008).

        All are NaN with fewer than two pairs, regressions with fewer than three or a constant reference.

    Raises
    ------
    HypnogramError
        Where reference and observed are not equally long, a value is infinite, or an option is none of its choices.

    Notes
    -----
    The checks of the SRI pipeline (Menghini et al. 2021, Sleep 44:zsaa170), that is: regression of differences on the
    reference, of absolute residuals on the reference, Shapiro-Wilk. Where differences are normal and of even spread,
    the limits are those about a constant or a sloping bias. Otherwise they are those of the ratio, if the logarithms of
    the ratios are normal, of even spread and without slope; if they are not, those of the regression of absolute
    residuals where the spread is uneven (Bland and Altman 1999), and else the plain ones, beside which ``p5`` and
    ``p95`` should be read.

    Further than SRI: its bootstrap of a limit of agreement redraws the bias and keeps the SD, so that the interval is
    too narrow; here both are redrawn. Its antilog limits are symmetrical; here those of the ratio are exact. It adds
    0.0001 to take the logarithm of 0, which decides the result; here a 0 forbids it. Further than
    ``yasa.SleepStatsAgreement``: ICC, percentiles, calibration, and several nights per person without statsmodels; its
    extra gates on effect sizes are not copied, as SRI has none.

    Examples
    --------
    >>> agreement = value_agreement([10, 20, 30, 40], [11, 22, 31, 44])
    >>> agreement["bias"].value, round(agreement["sd"].value, 3), agreement.limits
    (2.0, 1.414, 'constant')
    """
    check_confidence(confidence)
    check_choice("interval", interval, ("auto", "classic", "bootstrap"))
    check_choice("bootstrap", bootstrap, get_args(BootstrapInterval))
    x, y = finite_or_nan("reference", reference), finite_or_nan("observed", observed)
    if x.ndim != 1 or x.shape != y.shape:
        raise HypnogramError(f"reference and observed must be rows of equal length, not {x.shape} and {y.shape}")
    names = [str(i) for i in range(1, x.size + 1)] if nights is None else list(nights)
    people = names if subjects is None else list(subjects)
    if not len(names) == len(people) == x.size:
        raise HypnogramError(f"nights and subjects must name each of the {x.size} pairs")
    known = ~(np.isnan(x) | np.isnan(y))
    kept = np.flatnonzero(known)
    x, y = frozen_array(x[known], np.float64), frozen_array(y[known], np.float64)
    names, people = [names[i] for i in kept], [people[i] for i in kept]
    p_normal = _shapiro(y - x)
    normal = not p_normal < 1 - confidence
    if interval == "auto":
        interval = "classic" if normal and len(set(people)) == x.size else "bootstrap"
    draws = Draws([str(i) for i in range(x.size)] if interval == "classic" else people, n_boot, seed)
    one = difference_estimates(x, y, draws.index, np.ones((1, len(draws.people))))
    values = {key: float(column[0]) for key, column in one.items()}
    if interval == "classic":
        estimates = classic_intervals(x, y, values, confidence)
    else:
        estimates = bootstrap_intervals(x, y, values, draws, confidence, bootstrap)
    proportional, heteroscedastic = _not_zero(estimates["slope"]), _not_zero(estimates["spread_slope"])
    p_normal_ratio, even_ratio = _check_ratio(x, y, draws, confidence, interval, bootstrap)
    limits: Limits = "proportional" if proportional else "constant"
    if not normal or heteroscedastic:
        if even_ratio and p_normal_ratio >= 1 - confidence:
            limits = "ratio"
        elif heteroscedastic:
            limits = "heteroscedastic"
    p5, median, p95 = np.percentile(y - x, [5, 50, 95]).tolist() if x.size else 3 * [math.nan]
    return ValueAgreement(
        reference=x, observed=y, nights=tuple(names), subjects=tuple(people), n_missing=int((~known).sum()),
        estimates=estimates, p5=p5, median=median, p95=p95, p_normal=p_normal, p_normal_ratio=p_normal_ratio,
        proportional=proportional, heteroscedastic=heteroscedastic, normal=normal, limits=limits, interval=interval,
        confidence=confidence,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------------------- helpers
def _mean(values: Floats) -> float:
    return float(values.mean()) if values.size else math.nan


def _not_zero(slope: Estimate) -> bool:
    return slope.lower > 0 or slope.upper < 0


def _shapiro(values: Floats) -> float:
    """P of Shapiro and Wilk's test; NaN with fewer than 3 values or where they do not differ."""
    if values.size < 3 or np.ptp(values) == 0:
        return math.nan
    return float(stats.shapiro(values).pvalue)


def _check_ratio(
    x: Floats,
    y: Floats,
    draws: Draws,
    confidence: float,
    interval: Literal["classic", "bootstrap"],
    kind: BootstrapInterval,
) -> tuple[float, bool]:
    """Test the logarithms of the ratios for normality, and for even spread and no slope on that of the reference."""
    if not x.size or (x <= 0).any() or (y <= 0).any():
        return math.nan, False
    log_x, log_y = np.log(x), np.log(y)
    one = difference_estimates(log_x, log_y, draws.index, np.ones((1, len(draws.people))))
    values = {key: float(column[0]) for key, column in one.items()}
    if interval == "classic":
        estimates = classic_intervals(log_x, log_y, values | {"ratio": math.nan}, confidence)
    else:
        estimates = bootstrap_intervals(log_x, log_y, values, draws, confidence, kind)
    even = not (_not_zero(estimates["slope"]) or _not_zero(estimates["spread_slope"]))
    return _shapiro(log_y - log_x), even
