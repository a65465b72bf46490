"""Leave-one-subject-out contrasts of a mixed model: each block of rows left out in turn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...core.arrays import frozen_array
from ...core.errors import ClaimError
from .fit import MixedFit

__all__ = ["LeaveOneOut", "leave_one_out"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LeaveOneOut:
    """A contrast estimated with each independent block left out in turn, the variance components held.

    Parameters
    ----------
    estimate, standard_error : array of float64, shape (n_blocks,)
        In the outcome's unit, model based, blocks numbered as in `MixedFit.block`. NaN where the contrast cannot be
        estimated without the block.
    """

    estimate: Floats
    standard_error: Floats

    def __post_init__(self) -> None:
        for name in ("estimate", "standard_error"):
            object.__setattr__(self, name, frozen_array(getattr(self, name), np.float64))


def leave_one_out(fit: MixedFit, L: npt.ArrayLike) -> LeaveOneOut:
    """Estimate L beta without each independent block (subject) in turn, in the outcome's unit.

    Parameters
    ----------
    fit : MixedFit
        Its variance components are held, so that each estimate is one generalised least squares.
    L : array of float64, shape (p,)
        The contrast.

    Raises
    ------
    ClaimError
        Where L does not fit the fixed effects, or all rows are one block.

    Examples
    --------
    >>> from somnometry.claims.mixed import RandomTerm, fit_mixed
    >>> fit = fit_mixed([1.0, 2, 2, 5, 4, 9], np.ones((6, 1)), [RandomTerm([0, 0, 1, 1, 2, 2])])
    >>> leave_one_out(fit, [1]).estimate.round(2).tolist()
    [5.0, 4.0, 2.5]
    """
    row = np.asarray(L, dtype=np.float64)
    if row.shape != (fit.p,) or not np.isfinite(row).all():
        raise ClaimError(
            f"one contrast of {fit.p} fixed effects has {fit.p} finite numbers, not shape {row.shape}", key="L"
        )
    if len(fit.block_score) < 2:
        raise ClaimError(
            "all rows are tied together by their groups, so that no block of rows can be left out", key="terms"
        )
    total = np.tensordot(np.bincount(fit.block_kind), fit.kind_information, 1)
    value, vector = np.linalg.eigh(total - fit.kind_information)
    kept = value > 1e-10 * np.linalg.eigvalsh(total)[-1]
    along = (row @ fit.root @ vector).reshape(value.shape)
    estimable = (np.abs(along) * ~kept).max(axis=1) <= 1e-7 * np.linalg.norm(row @ fit.root)
    weight = np.divide(along, value, out=np.zeros_like(along), where=kept)
    spread = np.where(estimable, np.sqrt(np.sum(weight * along, axis=1)), np.nan)[fit.block_kind]
    toward = (vector @ weight[..., None])[fit.block_kind, :, 0]
    estimate = float(row @ fit.beta) - np.sum(toward * fit.block_score, axis=1)
    return LeaveOneOut(np.where(np.isnan(spread), np.nan, estimate), spread)
