"""Read-only arrays: what a frozen noun may hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["frozen_array"]


def frozen_array(values: npt.ArrayLike, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Give a read-only, C-contiguous array of `dtype` that no caller can write through.

    The data are copied unless they are already frozen: a read-only array whose memory is its own, or part of one.

    Examples
    --------
    >>> frozen_array([0, 1], np.int8).flags.writeable
    False
    """
    if isinstance(values, np.ndarray) and _is_frozen(values):
        array = np.asarray(values, dtype=dtype, order="C")
    else:
        array = np.array(values, dtype=dtype, order="C")
    array.flags.writeable = False
    return array


def _is_frozen(array: npt.NDArray[Any]) -> bool:
    """Whether nobody can write to the memory of an array, be it through the array that it is a view of."""
    owner = array if array.base is None else array.base
    frozen = isinstance(owner, np.ndarray) and owner.flags.owndata and not owner.flags.writeable
    return frozen and not array.flags.writeable
