"""Layouts of mixed models: fixed effects made orthonormal and rows in blocks, kept where studies share them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar, cast

import numpy as np
import numpy.typing as npt

from ...core.errors import ClaimError
from .blocks import Design, lay_out
from .strata import Strata, find_strata

__all__ = ["kept", "laid_out", "layouts_kept"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Layout = tuple[Floats, Floats, Design, Strata | None]
Made = TypeVar("Made")
#: The layouts asked for last are kept, no more: those of nights that are lost by chance do not come again.
MOST_KEPT = 64
_KEPT: ContextVar[dict[tuple[Hashable, ...], object] | None] = ContextVar("kept", default=None)


@contextmanager
def layouts_kept() -> Iterator[None]:
    """Keep layouts while inside, and what leads to them, so that metrics and studies of the same rows share theirs."""
    if _KEPT.get() is not None:
        yield
        return
    token = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(token)


def kept(key: tuple[Hashable, ...], make: Callable[[], Made]) -> Made:
    """Give what `make` makes: kept from before where layouts are kept. The key says all that it depends on."""
    known = _KEPT.get()
    if known is None:
        return make()
    made = known.pop(key) if key in known else make()
    known[key] = made
    if len(known) > MOST_KEPT:
        del known[next(iter(known))]
    return cast("Made", made)


def laid_out(X: Floats, names: tuple[str, ...], codes: Sequence[Ints], slopes: Sequence[Floats]) -> Layout:
    """Give an orthonormal basis (n, p) of the fixed effects, `root` (p, p) with X root = basis, and the blocks of rows.

    The last are the strata of the design, if it has any.

    Raises
    ------
    ClaimError
        Where a fixed effect cannot be estimated.
    """
    if _KEPT.get() is None:
        return _lay_out(X, names, codes, slopes)
    key = ("layout", X.shape, X.tobytes(), *(a.tobytes() for a in codes), *(a.tobytes() for a in slopes))
    return kept(key, lambda: _lay_out(X, names, codes, slopes))


def _lay_out(X: Floats, names: tuple[str, ...], codes: Sequence[Ints], slopes: Sequence[Floats]) -> Layout:
    basis, root = _orthonormal(X, names)
    same = np.unique(X, axis=0, return_inverse=True)[1].ravel().astype(np.int64)
    design = lay_out(basis, codes, slopes, same)
    return basis, root, design, find_strata(design)


def _orthonormal(X: Floats, names: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Give an orthonormal basis (n, p) of the fixed effects, and `root` (p, p) with X root = basis."""
    size = np.linalg.norm(X, axis=0)
    for j in np.flatnonzero(size == 0):
        raise ClaimError(f"the fixed effect {names[j]!r} is 0 in every row", remedy="leave it out", key=names[j])
    basis, R = np.linalg.qr(X / size)
    for j in np.flatnonzero(np.abs(np.diagonal(R)) < 1e-9):
        raise ClaimError(
            f"the fixed effect {names[j]!r} is a sum of those before it, so that it cannot be estimated in this design",
            remedy="leave it out",
            key=names[j],
        )
    return basis, np.linalg.inv(R) / size[:, None]
