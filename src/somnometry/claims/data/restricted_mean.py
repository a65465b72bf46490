"""Mean time to an event within a horizon, where some nights ended before it could come."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

__all__ = ["pseudo_values", "restricted_mean"]

Floats = npt.NDArray[np.float64]


def restricted_mean(time: npt.ArrayLike, event: npt.ArrayLike, horizon: float) -> float:
    """Estimate the mean of min(time, horizon), in the unit of time: the area under the Kaplan-Meier curve.

    Parameters
    ----------
    time : array, shape (n,)
        To the event, or to the censoring.
    event : array of bool, shape (n,)
        Whether the event came.
    horizon : float

    References
    ----------
    Klein and Moeschberger 2003, Survival Analysis, section 4.5.

    Examples
    --------
    >>> restricted_mean([5, 10, 20, 40], [True, True, False, True], 30)
    18.75
    """
    time, event = np.asarray(time, np.float64), np.asarray(event, bool)
    survival = stats.ecdf(stats.CensoredData(uncensored=time[event], right=time[~event])).sf
    inside = survival.quantiles < horizon
    widths = np.diff(np.concatenate([[0.0], survival.quantiles[inside], [horizon]]))
    return float(widths @ np.concatenate([[1.0], survival.probabilities[inside]]))


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
    whole = restricted_mean(time, event, horizon)
    others = np.array([restricted_mean(np.delete(time, i), np.delete(event, i), horizon) for i in range(n)])
    values: Floats = n * whole - (n - 1) * others
    return values
