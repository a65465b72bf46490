"""Statistics, Hjorth parameters, entropy and fractal dimensions of epochs, each in few passes over the samples."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .compile import Floats, kernel

__all__ = ["TIME_DOMAIN", "spreads", "time_domain"]

#: Columns of `time_domain`, in order.
TIME_DOMAIN = ("std", "iqr", "skew", "kurt", "nzc", "hmob", "hcomp", "perm", "higuchi", "petrosian")

HIGUCHI_LAGS = 10
#: Quantiles: samples that are few enough to be sorted, by how many a bound may miss, and how often it is moved.
FEW, MARGIN, TURNS = 16, 4, 30
#: Standard deviations from the mean to a quartile of a normal distribution, and to how far from that bounds begin.
QUARTILE, NEAR = 0.6745, 0.1
#: Samples that are looked at together.
BLOCK = 64


@kernel
def time_domain(epochs: Floats) -> Floats:
    """Time-domain features of epochs, in the order of `TIME_DOMAIN`, shape (n_epochs, 10).

    Standard deviation (n - 1) and interquartile range are in the unit of the samples; skewness and excess kurtosis are
    biased moments; zero crossings are counts; Hjorth mobility is per sample; permutation entropy (order 3, delay 1) is
    a share of log2(6). Moments, mobility and entropy are undefined (NaN) in a constant epoch.

    Parameters
    ----------
    epochs : array of float, shape (n_epochs, n_samples)
        At least 30 samples per epoch, finite.

    Returns
    -------
    array of float64, shape (n_epochs, 10)
    """
    n_epochs, n = epochs.shape
    out = np.empty((n_epochs, 10))
    x = np.empty(n)
    for e in range(n_epochs):
        for i in range(n):
            x[i] = epochs[e, i]
        mean, std, skewness, kurtosis = moments(x)
        mobility, complexity = hjorth(x, std * std * (n - 1) / n)
        orders = order_counts(epochs[e])
        out[e, 0] = std
        out[e, 1] = quartile_range(epochs[e], mean, std)
        out[e, 2] = skewness
        out[e, 3] = kurtosis
        out[e, 4] = zero_crossings(epochs[e])
        out[e, 5] = mobility
        out[e, 6] = complexity
        out[e, 7] = permutation_entropy(orders)
        out[e, 8] = higuchi_dimension(x)
        out[e, 9] = petrosian_dimension(orders)
    return out


@kernel
def spreads(epochs: Floats) -> Floats:
    """Standard deviations (n) of epochs in the unit of the samples, shape (n_epochs,), finite where all are.

    Parameters
    ----------
    epochs : array of float, shape (n_epochs, n_samples)
    """
    n_epochs, n = epochs.shape
    out = np.empty(n_epochs)
    for e in range(n_epochs):
        x = epochs[e]
        total = squares = 0.0
        for i in range(n):
            total += float(x[i])  # in double precision, compiled or not
        mean = total / n
        for i in range(n):
            squares += (float(x[i]) - mean) ** 2
        out[e] = math.sqrt(squares / n)
    return out


@kernel
def moments(x: Floats) -> tuple[float, float, float, float]:
    """Mean, standard deviation (n - 1), biased skewness and biased excess kurtosis; the last two NaN if constant."""
    n = x.size
    total = 0.0
    for i in range(n):
        total += x[i]
    mean = total / n
    m2 = m3 = m4 = 0.0
    for i in range(n):
        d = x[i] - mean
        square = d * d
        m2 += square
        m3 += square * d
        m4 += square * square
    std = math.sqrt(m2 / (n - 1))
    m2 /= n
    if m2 == 0.0:
        return mean, std, math.nan, math.nan
    return mean, std, m3 / n / m2**1.5, m4 / n / (m2 * m2) - 3.0


@kernel
def interquartile_range(x: Floats) -> float:
    """Difference of the quartiles, linear between order statistics; NaN unless the variance is finite."""
    n = x.size
    total = 0.0
    for i in range(n):
        total += x[i]
    mean = total / n
    if not abs(mean) < math.inf:
        return math.nan
    total = 0.0
    for i in range(n):
        total += (x[i] - mean) ** 2
    if not total < math.inf:
        return math.nan
    return quartile_range(x, mean, math.sqrt(total / n))


@kernel
def quartile_range(x: Floats, mean: float, std: float) -> float:
    """Difference of the quartiles of values whose mean and standard deviation are known."""
    return quantile(x, 0.75, mean, std) - quantile(x, 0.25, mean, std)


@kernel
def quantile(x: Floats, q: float, mean: float, std: float) -> float:
    """One quantile: bounds are moved together by counting what lies below them, and only what is between is sorted.

    They begin beside where a normal distribution has its quartile, and farther apart where it is not between them: no
    quartile is beyond 1.8 standard deviations from the mean. Of values that are equal, any number may be left between
    the bounds.
    """
    n = x.size
    position = q * (n - 1)
    rank = int(position)
    likely = mean + QUARTILE * (4 * q - 2) * std
    low, high = x.dtype.type(likely - NEAR * std), x.dtype.type(likely + NEAR * std)
    below, reached = count_below(x, low), count_below(x, high)
    if below > rank or reached < rank + 2:
        low, high = x.dtype.type(mean - 2 * std), x.dtype.type(mean + 2 * std)
        below, reached = count_below(x, low), count_below(x, high)
    turns = TURNS
    if below > rank or reached < rank + 2:
        low, high, below, reached, turns = x.dtype.type(-math.inf), x.dtype.type(math.inf), 0, n, 0
    for turn in range(turns):
        if reached - below <= FEW:
            break
        aim = rank + 1 + (MARGIN if turn % 2 else -MARGIN)
        share = min(max((aim - below) / (reached - below), 0.05), 0.95)
        middle = x.dtype.type(low + share * (high - low))
        count = count_below(x, middle)
        if count <= rank:
            low, below = middle, count
        elif count >= rank + 2:
            high, reached = middle, count
    held = np.empty(reached - below + 1)  # written to whether a sample belongs there or not, which no branch decides
    k = 0
    one, none = x.dtype.type(1), x.dtype.type(0)
    for block in range(n // BLOCK):
        found = none
        for i in range(BLOCK):
            v = x[block * BLOCK + i]
            found += one if (v >= low) & (v < high) else none
        if found > none:
            for i in range(BLOCK):
                v = x[block * BLOCK + i]
                held[k] = v
                k += int((v >= low) & (v < high))
    for i in range(n - n % BLOCK, n):
        v = x[i]
        held[k] = v
        k += int((v >= low) & (v < high))
    held = held[:k]
    sort(held)
    lower = float(held[rank - below])
    upper = float(held[min(rank + 1 - below, k - 1)])
    return lower + (position - rank) * (upper - lower)


@kernel
def sort(values: Floats) -> None:
    """Sort in place by insertion, of many values first those far apart (Shell); NumPy's sort compiles for a second."""
    gap = values.size // 2 if values.size > 4 * FEW else 1
    while gap > 0:
        for i in range(gap, values.size):
            value, j = values[i], i
            while j >= gap and values[j - gap] > value:
                values[j] = values[j - gap]
                j -= gap
            values[j] = value
        gap = gap * 5 // 11 if gap != 2 else 1


@kernel
def count_below(x: Floats, limit: np.floating[Any]) -> int:
    """How many samples are smaller than a limit of their type."""
    one, none = x.dtype.type(1), x.dtype.type(0)
    count = none
    for i in range(x.size):
        count += one if x[i] < limit else none
    return int(count)


@kernel
def zero_crossings(x: Floats) -> int:
    """Number of neighbouring samples of different sign; zero counts as positive."""
    one, none = x.dtype.type(1), x.dtype.type(0)
    count = none
    for i in range(x.size - 1):
        count += one if (x[i] < none) != (x[i + 1] < none) else none
    return int(count)


@kernel
def hjorth(x: Floats, variance: float) -> tuple[float, float]:
    """Hjorth mobility (per sample) and complexity (Hjorth 1970); NaN for a constant signal.

    Of first and second differences the sums are differences of the ends, and only the squares must be summed.
    """
    n = x.size
    s11 = s22 = 0.0
    for i in range(n - 2):
        d = x[i + 1] - x[i]
        dd = x[i + 2] - 2.0 * x[i + 1] + x[i]
        s11 += d * d
        s22 += dd * dd
    first, last = x[1] - x[0], x[n - 1] - x[n - 2]
    slope = (s11 + last * last) / (n - 1) - ((x[n - 1] - x[0]) / (n - 1)) ** 2
    curvature = s22 / (n - 2) - ((last - first) / (n - 2)) ** 2
    if variance <= 0.0 or slope <= 0.0:
        return math.nan, math.nan
    mobility = math.sqrt(slope / variance)
    return mobility, math.sqrt(max(curvature, 0.0) / slope) / mobility


@kernel
def order_counts(x: Floats) -> tuple[int, int, int, int, int, int]:
    """How many of three neighbouring samples have each of the six orders.

    a <= b <= c, a <= c < b, c < a <= b, b < a <= c, b <= c < a and c < b < a, of which four are counted and two follow
    from the number of neighbours that do not fall.
    """
    n = x.size - 2
    one, none = x.dtype.type(1), x.dtype.type(0)
    rising = r0 = r2 = r3 = none
    for i in range(n):
        a, b, c = x[i], x[i + 1], x[i + 2]
        ab, ac, bc = a <= b, a <= c, b <= c
        rising += one if ab else none
        r0 += one if ab & bc else none
        r2 += one if (a <= b) & (c < a) else none
        r3 += one if (b < a) & ac else none
    c0, c2, c3, first = int(r0), int(r2), int(r3), int(rising)
    second = first - int(x[0] <= x[1]) + int(x[n] <= x[n + 1])
    c1, c4 = first - c0 - c2, second - c0 - c3
    return c0, c1, c2, c3, c4, n - c0 - c1 - c2 - c3 - c4


@kernel
def permutation_entropy(orders: tuple[int, int, int, int, int, int]) -> float:
    """Entropy of the order patterns of three neighbouring samples, as a share of log2(6) (Bandt & Pompe 2002)."""
    n = sum(orders)
    entropy = 0.0
    for count in orders:
        if count > 0:
            p = count / n
            entropy -= p * math.log2(p)
    return min(max(entropy / math.log2(6.0), 0.0), 1.0)


@kernel
def higuchi_dimension(x: Floats) -> float:
    """Higuchi fractal dimension with lags 1 to 10 (Higuchi 1988); NaN for a constant signal.

    For lag k the curve length of the sub-series starting at m is normalised by its own number of steps. That number
    takes only two values, which differ by one, so the lengths are summed in two groups: all, and the smaller group.
    """
    n = x.size
    totals = np.empty(HIGUCHI_LAGS)
    for k in range(1, HIGUCHI_LAGS, 2):  # two at a time, which saves loads
        near = far = 0.0
        for i in range(n - k - 1):
            near += abs(x[i + k] - x[i])
            far += abs(x[i + k + 1] - x[i])
        totals[k - 1], totals[k] = near + abs(x[n - 1] - x[n - 1 - k]), far
    sx = sy = sxx = sxy = 0.0
    for k in range(1, HIGUCHI_LAGS + 1):
        total = totals[k - 1]
        steps, rest = divmod(n - 1, k)
        first, last = (rest + 1, k) if 2 * rest + 2 > k else (0, rest + 1)
        some = 0.0
        for m in range(first, last):
            some += curve_length(x, m, k)
        fewer = some if first else total - some
        length = (total - fewer) / steps
        if rest + 1 < k:
            length += fewer / (steps - 1)
        length *= (n - 1) / (k * k * k)
        if length <= 0.0:
            return math.nan
        u, v = math.log(1.0 / k), math.log(length)
        sx += u
        sy += v
        sxx += u * u
        sxy += u * v
    return (HIGUCHI_LAGS * sxy - sx * sy) / (HIGUCHI_LAGS * sxx - sx * sx)


@kernel
def curve_length(x: Floats, first: int, step: int) -> float:
    """Sum of the absolute steps of every `step`-th sample from the first on."""
    a = b = c = d = 0.0  # four sums, which do not wait for each other
    i = first
    while i + 4 * step < x.size:
        a += abs(x[i + step] - x[i])
        b += abs(x[i + 2 * step] - x[i + step])
        c += abs(x[i + 3 * step] - x[i + 2 * step])
        d += abs(x[i + 4 * step] - x[i + 3 * step])
        i += 4 * step
    while i + step < x.size:
        a += abs(x[i + step] - x[i])
        i += step
    return a + b + c + d


@kernel
def petrosian_dimension(orders: tuple[int, int, int, int, int, int]) -> float:
    """Petrosian fractal dimension from the sign changes of the first difference (Petrosian 1995)."""
    n = sum(orders) + 2
    changes = n - 2 - orders[0] - orders[5]
    log_n = math.log10(n)
    return log_n / (log_n + math.log10(n / (n + 0.4 * changes)))
