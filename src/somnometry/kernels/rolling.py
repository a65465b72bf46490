"""Rolling means over epochs that skip what is missing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .compile import Floats, kernel

__all__ = ["rolling_mean"]


@kernel
def rolling_mean(values: Floats, weights: Floats, before: int) -> npt.NDArray[np.float64]:
    """Weighted mean over neighbouring epochs, in the unit of the values; NaN where every neighbour is.

    Parameters
    ----------
    values : array of float64, shape (n_epochs, n_features)
        A missing epoch is NaN and has no weight.
    weights : array of float64, shape (width,)
        Of the epochs from ``before`` epochs earlier onwards.
    before : int
        How many epochs of the window lie before the epoch itself.

    Returns
    -------
    array of float64, shape (n_epochs, n_features)
    """
    n, m = values.shape
    out = np.empty((n, m))
    total = np.empty(m)
    weight = np.empty(m)
    for i in range(n):
        total[:] = 0.0
        weight[:] = 0.0
        for j in range(weights.size):
            k = i - before + j
            if 0 <= k < n:
                for f in range(m):
                    v = values[k, f]
                    known = v == v
                    total[f] += weights[j] * v if known else 0.0
                    weight[f] += weights[j] if known else 0.0
        for f in range(m):
            out[i, f] = total[f] / weight[f] if weight[f] > 0.0 else np.nan
    return out
