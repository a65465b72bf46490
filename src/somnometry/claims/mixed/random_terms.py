"""Random-effect terms (1 | group): which rows share an effect that is drawn from a distribution."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ...core.arrays import frozen_array
from ...core.errors import ClaimError

__all__ = ["RandomTerm"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class RandomTerm:
    """Effects that the rows of a group share: (1 | group), or (slopes | group) with an unstructured covariance.

    Parameters
    ----------
    groups : array, shape (n,)
        The group of each row: numbers or labels, none of them missing.
    slopes : array of float64, shape (n, q) or (n,), optional
        What the effects of a group multiply; a column of ones is the intercept, and is not added. None is the
        intercept alone.
    name : str
        What messages call it.
    codes : array of int64, shape (n,)
        The groups numbered from 0.
    n_groups, q : int
        Groups, and effects of each.
    design : array of float64, shape (n, q)
        The slopes, the intercept among them if it is meant.

    Raises
    ------
    ClaimError
        Where a group is missing, a slope is not finite, or there are fewer than two groups or no more rows than
        effects, so that the effects could not be told from the residuals.

    Examples
    --------
    >>> RandomTerm(["ann", "ann", "bob", "bob"]).codes.tolist()
    [0, 0, 1, 1]
    """

    groups: npt.ArrayLike = field(repr=False)
    slopes: npt.ArrayLike | None = field(default=None, repr=False)
    name: str = ""
    codes: Ints = field(init=False, repr=False)
    n_groups: int = field(init=False)
    q: int = field(init=False)
    design: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        codes, n_groups = _codes(self.groups, self.title)
        n = len(codes)
        slopes = np.ones((n, 1)) if self.slopes is None else np.asarray(self.slopes, dtype=np.float64)
        slopes = frozen_array(slopes[:, None] if slopes.ndim == 1 else slopes, np.float64)
        if slopes.ndim != 2 or len(slopes) != n or not slopes.shape[1]:
            raise ClaimError(
                f"the slopes of {self.title} have shape {slopes.shape}; {n} rows need ({n}, q)", key="slopes"
            )
        if not np.isfinite(slopes).all():
            row = int(np.flatnonzero(~np.isfinite(slopes).all(axis=1))[0])
            raise ClaimError(
                f"a slope of {self.title} is not finite", place=f"row {row}", remedy="leave the row out", key="slopes"
            )
        if not slopes.any(axis=0).all():
            raise ClaimError(f"a slope of {self.title} is 0 in every row", remedy="leave it out", key="slopes")
        q = slopes.shape[1]
        if n_groups < 2:
            raise ClaimError(
                f"{self.title} has {n_groups} group", remedy="a variance between groups needs two or more", key="groups"
            )
        if n_groups * q >= n:
            raise ClaimError(
                f"{self.title} has {n_groups} groups x {q} effects in {n} rows, so that its effects cannot be told "
                "from the residuals",
                remedy="leave it out, or measure groups more often",
                key="groups",
            )
        groups = np.asarray(self.groups)
        kept = {
            "groups": frozen_array(groups, groups.dtype),
            "slopes": None if self.slopes is None else slopes,
            "design": slopes,
            "codes": codes,
            "n_groups": n_groups,
            "q": q,
        }
        for name, value in kept.items():
            object.__setattr__(self, name, value)

    @property
    def title(self) -> str:
        """What messages call it."""
        return f"the random term {self.name!r}" if self.name else "a random term"


def _codes(groups: npt.ArrayLike, title: str) -> tuple[Ints, int]:
    values: npt.NDArray[Any] = np.asarray(groups)
    if values.ndim != 1 or not len(values):
        raise ClaimError(
            f"the groups of {title} have shape {values.shape}", remedy="they need one value per row", key="groups"
        )
    missing = [i for i, v in enumerate(values.tolist()) if v is None or (v != v) is not False]  # NA is neither
    if missing:
        raise ClaimError(
            f"there is no group of {title}", place=f"row {missing[0]}", remedy="leave the row out", key="groups"
        )
    if values.dtype == object:  # labels of several kinds have no order
        number: dict[Any, int] = {}
        codes = np.array([number.setdefault(v, len(number)) for v in values.tolist()])
        return frozen_array(codes, np.int64), len(number)
    levels, codes = np.unique(values, return_inverse=True)
    return frozen_array(codes, np.int64), len(levels)
