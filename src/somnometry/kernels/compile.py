"""Compilation of kernels: nogil, cached on disk, serial."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

__all__ = ["Counts", "Floats", "Spectra", "kernel"]

F = TypeVar("F", bound=Callable[..., object])

#: What kernels take: arrays of either float type, of counts, of complex spectra.
Floats = npt.NDArray[np.floating[Any]]
Counts = npt.NDArray[np.integer[Any]]
Spectra = npt.NDArray[np.complexfloating[Any, Any]]

#: Sums may be reordered, so that they run in vector registers; NaN and infinities keep their meaning.
FASTMATH = {"reassoc", "contract", "nsz"}


def kernel(function: F) -> F:
    """Compile a function of arrays and numbers; with ``NUMBA_DISABLE_JIT=1`` it stays Python.

    Examples
    --------
    >>> @kernel
    ... def double(x):
    ...     return 2 * x
    >>> double(21)
    42
    """
    compiled = numba.njit(nogil=True, cache=_can_be_cached(function), fastmath=FASTMATH)(function)
    return cast(F, compiled)


def _can_be_cached(function: Callable[..., object]) -> bool:
    """Whether the function lives in a file; numba keeps its compiled form beside it."""
    return not function.__code__.co_filename.startswith("<")
