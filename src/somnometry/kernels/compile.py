"""Compilation of kernels: nogil, cached on disk where that is possible, serial."""

from __future__ import annotations

import errno
import gc
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
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
    compiled: Any = numba.njit(nogil=True, fastmath=FASTMATH)(function)
    if compiled is not function and _has_file(function):
        try:
            _require_a_place(function.__code__.co_filename)
            compiled.enable_caching()
        except (OSError, RuntimeError):  # numba found no folder
            _warn_of_no_cache("neither the folder of the package nor one of the user can be written")
        else:
            compiled._cache = _Help(compiled._cache)
    return cast(F, compiled)


def _require_a_place(file: str) -> None:
    """Raise where numba would make a folder called "~" where the program runs: for a user without a home."""
    homeless = not Path(os.path.expanduser("~")).is_absolute()  # noqa: PTH111
    if homeless and not os.environ.get("NUMBA_CACHE_DIR") and not os.access(Path(file).parent, os.W_OK):
        raise OSError(errno.ENOENT, "there is no folder that compiled kernels could be kept in")


def _has_file(function: Callable[..., object]) -> bool:
    """Whether the function lives in a file; numba keeps its compiled form beside it."""
    return not function.__code__.co_filename.startswith("<")


class _Help:
    """A cache of numba's that is a help and no need: a kernel that cannot be loaded or kept is compiled in memory.

    Parameters
    ----------
    cache : numba.core.caching.FunctionCache
    """

    def __init__(self, cache: Any) -> None:
        self._cache = cache

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cache, name)

    def load_overload(self, signature: Any, context: Any) -> Any:
        """Give the compiled form of a signature, or None where there is none or its file is damaged."""
        try:
            with _no_looking_for_cycles():
                return self._cache.load_overload(signature, context)
        except Exception:  # what a damaged pickle raises is anything
            return None

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Keep the compiled form of a signature, once more without what is there already, or not at all."""
        try:
            self._cache.save_overload(signature, compiled)
        except Exception:  # the index that is there may be damaged
            try:
                self._cache.flush()
                self._cache.save_overload(signature, compiled)
            except Exception as error:
                _warn_of_no_cache(str(error))


@contextmanager
def _no_looking_for_cycles() -> Iterator[None]:
    """Let the collector of cycles rest: a first kernel brings so many objects that stay that it looks at them for long.

    It is left as it was found. Where two threads load at once it may go on early, which costs time and nothing else.
    """
    at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if at_work:
            gc.enable()


@lru_cache
def _warn_of_no_cache(why: str) -> None:
    """Say once in a process why nothing is kept."""
    warnings.warn(
        f"compiled kernels are not kept ({why}), so that every process compiles them anew; name a folder that can be "
        "written in NUMBA_CACHE_DIR",
        RuntimeWarning,
        stacklevel=3,
    )
