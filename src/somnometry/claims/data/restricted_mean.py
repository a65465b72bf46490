"""Mean time to an event within a horizon, where some nights ended before it could come."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

__all__ = ["pseudo_values", "restricted_mean"]

Floats = npt.NDArray[np.float64]


def restricted_mean(time: npt.ArrayLike, event: npt.ArrayLike, horizon: float) -> tuple[float, float]:
    """Estimate the mean of min(time, horizon), in the unit of time, and its standard error.

    Parameters
    ----------
    time : array, shape (n,)
        To the event, or to the censoring.
    event : array of bool, shape (n,)
        Whether the event came.
    horizon : float

    Returns
    -------
    (float, float)
        Area under the Kaplan-Meier curve up to the horizon, and its standard error by Greenwood's formula.

    References
    ----------
    Klein and Moeschberger 2003, Survival Analysis, section 4.5.

    Examples
    --------
    >>> mean, error = restricted_mean([5, 10, 20, 40], [True, True, False, True], 30)
    >>> mean
    18.75
    """
    time, event = np.asarray(time, np.float64), np.asarray(event, bool)
    times, position = np.unique(time, return_inverse=True)
    ended = np.bincount(position, weights=event, minlength=times.size)
    at_risk = time.size - np.concatenate([[0], np.cumsum(np.bincount(position, minlength=times.size))])[:-1]
    inside = times < horizon
    times, ended, at_risk = times[inside], ended[inside], at_risk[inside]
    survival = np.cumprod(1 - ended / at_risk)
    widths = np.diff(np.concatenate([[0.0], times, [horizon]]))
    areas = widths * np.concatenate([[1.0], survival])
    beyond = np.cumsum(areas[::-1])[::-1][1:]  # area from each time to the horizon
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(beyond > 0, beyond**2 * ended / (at_risk * (at_risk - ended)), 0.0)
    return float(areas.sum()), math.sqrt(float(terms.sum()))


def pseudo_values(time: npt.ArrayLike, event: npt.ArrayLike, horizon: float) -> Floats:
    """Give what each night contributes to the restricted mean, in the unit of time: jackknife pseudo-values.

    Parameters
    ----------
    time, event, horizon
        As in `restricted_mean`, of one arm.

    Returns
    -------
    array, shape (n,)
        Without censoring, min(time, horizon) of each.

    References
    ----------
    Andersen, Hansen and Klein 2004, Lifetime Data Analysis 10:335.

    Examples
    --------
    >>> pseudo_values([5, 10, 50], [True, True, True], 30).round(6).tolist()
    [5.0, 10.0, 30.0]
    """
    time, event = np.asarray(time, np.float64), np.asarray(event, bool)
    n = time.size
    if n == 1:
        only: Floats = np.minimum(time, horizon)
        return only
    whole, _ = restricted_mean(time, event, horizon)
    others = np.array([restricted_mean(np.delete(time, i), np.delete(event, i), horizon)[0] for i in range(n)])
    values: Floats = n * whole - (n - 1) * others
    return values
