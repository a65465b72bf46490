"""Samples of double precision in another unit and single precision, in one pass."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .compile import kernel

__all__ = ["rescale"]


@kernel
def rescale(values: npt.NDArray[np.float64], factor: float, out: npt.NDArray[np.float32]) -> None:
    """Write `factor` times each value to `out`, rounded once; NumPy's multiplication goes by way of a buffer.

    Parameters
    ----------
    values : array of float64, shape (n,)
    factor : float
    out : array of float32, shape (n,)
    """
    for i in range(values.size):
        out[i] = np.float32(values[i] * factor)
