"""Read-only arrays: what a frozen noun may hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["frozen_array"]


def frozen_array(values: npt.ArrayLike, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Give a read-only, C-contiguous array of `dtype` that no caller can write through.

    The data are copied only when the caller could still change them.

    Examples
    --------
    >>> frozen_array([0, 1], np.int8).flags.writeable
    False
    """
    array = np.ascontiguousarray(values, dtype=dtype)
    if array.flags.writeable and (array is values or not array.flags.owndata):
        array = array.copy()
    array.flags.writeable = False
    return array
