"""Statistics, Hjorth parameters, entropy and fractal dimensions of epochs, each in few passes over the samples."""

from __future__ import annotations

import math

import numpy as np

from .compile import Counts, Floats, kernel

__all__ = ["TIME_DOMAIN", "time_domain"]

#: Columns of `time_domain`, in order.
TIME_DOMAIN = ("std", "iqr", "skew", "kurt", "nzc", "hmob", "hcomp", "perm", "higuchi", "petrosian")

HIGUCHI_LAGS = 10
BUCKETS = 512
#: A range that is not zero, but too narrow to be cut into buckets.
NARROWEST = 1e-300


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
        std, skewness, kurtosis = moments(x)
        mobility, complexity = hjorth(x)
        out[e, 0] = std
        out[e, 1] = interquartile_range(x)
        out[e, 2] = skewness
        out[e, 3] = kurtosis
        out[e, 4] = zero_crossings(x)
        out[e, 5] = mobility
        out[e, 6] = complexity
        out[e, 7] = permutation_entropy(x)
        out[e, 8] = higuchi_dimension(x)
        out[e, 9] = petrosian_dimension(x)
    return out


@kernel
def moments(x: Floats) -> tuple[float, float, float]:
    """Standard deviation (n - 1), biased skewness and biased excess kurtosis; the last two NaN if constant."""
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
        return std, math.nan, math.nan
    return std, m3 / n / m2**1.5, m4 / n / (m2 * m2) - 3.0


@kernel
def interquartile_range(x: Floats) -> float:
    """Difference of the quartiles, linearly interpolated between order statistics; NaN unless all are finite."""
    n = x.size
    low, high = x[0], x[0]
    for i in range(n):
        if not math.isfinite(x[i]):
            return math.nan
        low = min(low, x[i])
        high = max(high, x[i])
    if low == high:
        return 0.0
    if high - low < NARROWEST:
        return math.nan
    scale = BUCKETS / (high - low)
    counts = np.zeros(BUCKETS + 1, np.int64)
    for i in range(n):
        counts[int((x[i] - low) * scale)] += 1
    return quantile(x, 0.75, low, scale, counts) - quantile(x, 0.25, low, scale, counts)


@kernel
def quantile(x: Floats, q: float, low: float, scale: float, counts: Counts) -> float:
    """One quantile, from the histogram of the samples: only the buckets that can hold it are sorted."""
    position = q * (x.size - 1)
    rank = int(position)
    below, first = 0, 0
    while below + counts[first] <= rank:
        below += counts[first]
        first += 1
    last, reached = first, below + counts[first]
    while reached <= rank + 1 and last < BUCKETS:
        last += 1
        reached += counts[last]
    held = np.empty(reached - below)
    k = 0
    for i in range(x.size):
        bucket = int((x[i] - low) * scale)
        if first <= bucket <= last:
            held[k] = x[i]
            k += 1
    held.sort()
    lower = float(held[rank - below])
    upper = float(held[min(rank + 1 - below, k - 1)])
    return lower + (position - rank) * (upper - lower)


@kernel
def zero_crossings(x: Floats) -> int:
    """Number of neighbouring samples of different sign; zero counts as positive."""
    count = 0
    for i in range(x.size - 1):
        count += (x[i] < 0.0) != (x[i + 1] < 0.0)
    return count


@kernel
def hjorth(x: Floats) -> tuple[float, float]:
    """Hjorth mobility (per sample) and complexity (Hjorth 1970); NaN for a constant signal."""
    n = x.size
    s0 = s00 = s1 = s11 = s2 = s22 = 0.0
    centre = x[0]
    for i in range(n):
        v = x[i] - centre
        s0 += v
        s00 += v * v
    for i in range(n - 1):
        d = x[i + 1] - x[i]
        s1 += d
        s11 += d * d
    for i in range(n - 2):
        d = x[i + 2] - 2.0 * x[i + 1] + x[i]
        s2 += d
        s22 += d * d
    variance = s00 / n - (s0 / n) ** 2
    slope = s11 / (n - 1) - (s1 / (n - 1)) ** 2
    curvature = s22 / (n - 2) - (s2 / (n - 2)) ** 2
    if variance <= 0.0 or slope <= 0.0:
        return math.nan, math.nan
    mobility = math.sqrt(slope / variance)
    return mobility, math.sqrt(max(curvature, 0.0) / slope) / mobility


@kernel
def permutation_entropy(x: Floats) -> float:
    """Entropy of the order patterns of three neighbouring samples, as a share of log2(6) (Bandt & Pompe 2002)."""
    n = x.size - 2
    c0 = c1 = c2 = c3 = c4 = 0
    for i in range(n):
        a, b, c = x[i], x[i + 1], x[i + 2]
        ab, ac, bc = a <= b, a <= c, b <= c
        c0 += ab & ac & bc
        c1 += ab & ac & (not bc)
        c2 += ab & (not ac)
        c3 += (not ab) & ac
        c4 += (not ab) & (not ac) & bc
    entropy = 0.0
    for count in (c0, c1, c2, c3, c4, n - c0 - c1 - c2 - c3 - c4):
        if count > 0:
            p = count / n
            entropy -= p * math.log2(p)
    return min(max(entropy / math.log2(6.0), 0.0), 1.0)


@kernel
def higuchi_dimension(x: Floats) -> float:
    """Higuchi fractal dimension with lags 1 to 10 (Higuchi 1988); NaN for a constant signal.

    For lag k the curve length of the sub-series starting at m is normalised by its own number of steps. That number
    takes only two values, which differ by one, so the lengths are summed in two groups.
    """
    n = x.size
    sx = sy = sxx = sxy = 0.0
    for k in range(1, HIGUCHI_LAGS + 1):
        total = 0.0
        for i in range(n - k):
            total += abs(x[i + k] - x[i])
        steps, rest = divmod(n - 1, k)
        fewer = 0.0
        for m in range(rest + 1, k):
            for i in range(m, n - k, k):
                fewer += abs(x[i + k] - x[i])
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
def petrosian_dimension(x: Floats) -> float:
    """Petrosian fractal dimension from the sign changes of the first difference (Petrosian 1995)."""
    n = x.size
    changes = 0
    for i in range(n - 2):
        changes += (x[i + 1] - x[i] < 0.0) != (x[i + 2] - x[i + 1] < 0.0)
    log_n = math.log10(n)
    return log_n / (log_n + math.log10(n / (n + 0.4 * changes)))
