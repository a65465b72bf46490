"""Reliability of measurements: intraclass correlation, and the variances between and within people."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

from ...core.errors import HypnogramError
from .bootstrap import Estimate, check_confidence

__all__ = [
    "finite_or_nan",
    "icc_agreement",
    "icc_interval",
    "icc_of_draws",
    "icc_value",
    "total_variance",
    "variance_components",
    "variance_parts",
]

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

#: Sums of squares that are a smaller share of what they were made of are 0.
ROUND_OFF = 1e-12


def icc_agreement(ratings: npt.ArrayLike, *, confidence: float = 0.95) -> Estimate:
    """ICC(A,1): two-way, absolute agreement, single rater; Shrout and Fleiss' ICC(2,1). No unit, at most 1.

    Parameters
    ----------
    ratings : array of float, shape (n_targets, n_raters)
        Rows with a NaN are left out.
    confidence : float
        Of the interval, which takes the targets for independent.

    Returns
    -------
    Estimate
        NaN with fewer than two targets or raters, or where nothing varies.

    Examples
    --------
    >>> print(icc_agreement([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]))
    0.2898 [0.01879, 0.7611]
    """
    check_confidence(confidence)
    table = finite_or_nan("ratings", ratings)
    if table.ndim != 2:
        raise HypnogramError(f"ratings are one row per target and one column per rater, not of shape {table.shape}")
    table = table[~np.isnan(table).any(axis=1)]
    if min(table.shape) < 2:
        return Estimate(math.nan, math.nan, math.nan)
    return Estimate(icc_value(table), *icc_interval(table, confidence))


def variance_components(values: npt.ArrayLike, subjects: Sequence[str]) -> tuple[float, float]:
    """SD between people and SD from night to night of one person, in the unit of the values.

    Parameters
    ----------
    values : array of float, shape (n_nights,)
        Nights that are NaN, and then people with one night, are left out.
    subjects : sequence of str
        The person of each night.

    Returns
    -------
    between, within : float
        By one-way analysis of variance; 0 between people where the nights of one person differ more than people do.
        NaN with fewer than two people of two nights.

    Examples
    --------
    >>> between, within = variance_components([1, 3, 4, 6, 9], ["a", "a", "b", "b", "c"])
    >>> round(between**2, 3), round(within**2, 3)
    (3.5, 2.0)
    """
    given = finite_or_nan("values", values)
    if given.shape != (len(subjects),):
        raise HypnogramError(f"subjects must name the person of each of the {given.size} nights")
    known = [(value, person) for value, person in zip(given.tolist(), subjects, strict=True) if not math.isnan(value)]
    nights = Counter(person for _, person in known)
    known = [(value, person) for value, person in known if nights[person] > 1]
    people = sorted({person for _, person in known})
    if len(people) < 2:
        return math.nan, math.nan
    index = np.array([people.index(person) for _, person in known])
    parts = variance_parts(np.array([value for value, _ in known]), index, np.ones((1, len(people))))
    between, within = (math.sqrt(float(part[0])) for part in parts)
    return between, within


# ----------------------------------------------------------------------------------------------- variance components
def total_variance(values: Floats, index: Index, weights: Floats) -> Floats:
    """Variance of one value of a new person, shape (n_draws,).

    Where people have several values it is the sum of the variances between and within people; else the variance of the
    values.

    Parameters
    ----------
    values : array, shape (n,) or (n_draws, n)
    index, weights
        As for `difference_estimates`.

    Examples
    --------
    >>> values, people = np.array([1.0, 3.0, 4.0, 6.0]), np.array([0, 0, 1, 1])
    >>> total_variance(values, people, np.ones((1, 2)))  # between (9 - 2) / 2, within 2
    array([5.5])
    """
    w = weights_of_values(index, weights)
    n, people = w.sum(axis=1), weights.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        total = np.where(n > 1, squares_about_mean(values, w) / (n - 1), np.nan)
    if len(set(index.tolist())) == index.size:
        return total
    between, within = variance_parts(values, index, weights)
    variance: Floats = np.where((n > people) & (people > 1), between + within, total)
    return variance


def variance_parts(values: Floats, index: Index, weights: Floats) -> tuple[Floats, Floats]:
    """Variances between and within people, shape (n_draws,) each, as `total_variance` adds them up.

    One-way analysis of variance with unequal numbers (Bland and Altman 2007, J Biopharm Stat 17:571). A negative
    variance between people counts as 0. A person drawn twice is two people. NaN with fewer than two people, or where
    nobody has two values.
    """
    w = weights_of_values(index, weights)
    n, people = w.sum(axis=1), weights.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = weighted_sum(values, w) / n
        per_person = np.bincount(index, minlength=weights.shape[1]).astype(np.float64)
        of_person = np.zeros((index.size, weights.shape[1]))
        of_person[np.arange(index.size), index] = 1
        own_means = values @ of_person / per_person  # (n_people,) or (n_draws, n_people)
        within = weighted_sum((values - own_means[..., index]) ** 2, w) / (n - people)
        between = (weights * per_person * (own_means - mean[:, None]) ** 2).sum(axis=1) / (people - 1)
        size = (n - weighted_sum(per_person**2, weights) / n) / (people - 1)
        return np.maximum((between - within) / size, 0), within


# --------------------------------------------------------------------------------------------- intraclass correlation
def icc_value(ratings: Floats) -> float:
    """ICC(A,1) of a table of targets (rows) and raters (columns); NaN where nothing varies."""
    return float(icc_of_draws(ratings, np.ones((1, len(ratings))))[0])


def icc_interval(ratings: Floats, confidence: float) -> tuple[float, float]:
    """Confidence interval of the ICC(A,1) of independent rows (McGraw and Wong 1996, Psychol Methods 1:30, table 7).

    Parameters
    ----------
    ratings : array, shape (n_targets, n_raters)

    Returns
    -------
    lower, upper : float
        NaN with fewer than two rows or where the rows do not differ; 1 where the raters do not.
    """
    n, k = ratings.shape
    if n < 2 or k < 2:
        return math.nan, math.nan
    rows, columns, error = (float(ms[0]) for ms in _mean_squares(ratings, np.ones((1, n))))
    value = icc_value(ratings)
    if math.isnan(value):
        return math.nan, math.nan
    if value > 1 - 1e-12:
        return 1.0, 1.0
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    variance = (a * columns) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    freedom = (a * columns + b * error) ** 2 / variance if variance > 0 else math.nan
    low = float(stats.f.ppf((1 + confidence) / 2, n - 1, freedom))
    high = float(stats.f.ppf((1 + confidence) / 2, freedom, n - 1))
    rest = k * columns + (k * n - k - n) * error
    return n * (rows - low * error) / (low * rest + n * rows), n * (high * rows - error) / (rest + n * high * rows)


def _mean_squares(ratings: Floats, w: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean squares of rows, columns and error of a two-way table, for each draw of rows."""
    n, k = w.sum(axis=1), ratings.shape[1]
    row_means = ratings.mean(axis=1)
    column_means = np.column_stack([weighted_sum(column, w) for column in ratings.T]) / n[:, None]
    grand = column_means.mean(axis=1)
    rows = k * squares_about_mean(row_means, w)
    columns = n * ((column_means - grand[:, None]) ** 2).sum(axis=1)
    # interaction, column by column: the total less rows and columns would leave round-off where it is 0
    error = sum(squares_about_mean(column - row_means, w) for column in ratings.T)
    return rows / (n - 1), columns / (k - 1), error / ((n - 1) * (k - 1))


def icc_of_draws(ratings: Floats, w: Floats) -> Floats:
    """ICC(A,1) for each draw of rows; NaN where nothing varies."""
    n, k = w.sum(axis=1), ratings.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        rows, columns, error = _mean_squares(ratings, w)
        whole = rows + (k - 1) * error + k / n * (columns - error)
        icc: Floats = np.where(whole > 0, (rows - error) / whole, np.nan)
    return icc


# ------------------------------------------------------------------------------------------------------------- helpers
def weights_of_values(index: Index, weights: Floats) -> Floats:
    """How often each value is in each draw, (n_draws, n), of how often its person is."""
    return weights if np.array_equal(index, np.arange(weights.shape[1])) else weights[:, index]


def weighted_sum(values: Floats, w: Floats) -> Floats:
    """Sum values (n,) or (n_draws, n) by the weights of each draw.

    Row by row: a product of the matrix wakes BLAS's threads, which then spin for longer than it takes.
    """
    total: Floats = np.vecdot(w, values)
    return total


def squares_about_mean(values: Floats, w: Floats) -> Floats:
    """Sum of squares about the mean of each draw; values are (n,) or (n_draws, n).

    Of one row of values it is the sum of squares less that of the mean, taken from the mean of all; what round-off
    leaves of a draw whose values are all the same is 0.
    """
    n = w.sum(axis=1)
    if values.ndim > 1:
        return weighted_sum((values - (weighted_sum(values, w) / n)[:, None]) ** 2, w)
    centred = values - values.mean() if values.size else values
    first, second = weighted_sum(centred, w), weighted_sum(centred**2, w)
    squares: Floats = second - first**2 / n
    return np.where(squares > ROUND_OFF * second, squares, 0.0)


def finite_or_nan(name: str, given: npt.ArrayLike) -> Floats:
    """Give numbers as an array; refuse infinite ones."""
    values = np.asarray(given, np.float64)
    if np.isinf(values).any():
        raise HypnogramError(f"{name} holds an infinite value", remedy="put NaN where nothing was measured", key=name)
    return values
