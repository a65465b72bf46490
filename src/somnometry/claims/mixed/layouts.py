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

__all__ = ["kept", "laid_out", "layouts_kept"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Layout = tuple[Floats, Floats, Design]
Made = TypeVar("Made")
_KEPT: ContextVar[dict[tuple[Hashable, ...], object] | None] = ContextVar("kept", default=None)


@contextmanager
def layouts_kept() -> Iterator[None]:
    """Keep every layout while inside, and what leads to it, so that metrics of the same rows are laid out once."""
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
    if key not in known:
        known[key] = make()
    return cast("Made", known[key])


def laid_out(X: Floats, names: tuple[str, ...], codes: Sequence[Ints], slopes: Sequence[Floats]) -> Layout:
    """Give an orthonormal basis (n, p) of the fixed effects, `root` (p, p) with X root = basis, and the blocks of rows.

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
    return basis, root, lay_out(basis, codes, slopes)


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
