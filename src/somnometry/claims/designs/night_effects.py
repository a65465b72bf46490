"""First-night and later-night effects within a period, taken off the values before periods are averaged."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from ...core.reason import Reason
from ...core.verdict import SideEffect
from ..data.sample import NotTestableError, Sample
from .effect import TEffect, side_effect

__all__ = ["remove_night_effects"]

Floats = npt.NDArray[np.float64]


def remove_night_effects(sample: Sample) -> tuple[Floats, tuple[SideEffect, ...]]:
    """Take the effects of nights within a period off the values; they are estimated within subjects and periods.

    Raises
    ------
    NotTestableError
        Where no subject's period holds two of the nights, so that they cannot be compared.
    """
    nights = np.unique(sample.night)
    if nights.size < 2:
        return sample.y, ()
    period = sample.period - sample.period.min()
    place = (sample.subject * (period.max() + 1) + period) * len(sample.arms) + sample.arm
    cell = np.unique(place, return_inverse=True)[1]
    n = np.bincount(cell)
    dummies = (sample.night[:, None] == nights[None, 1:]).astype(np.float64)

    def within(values: Floats) -> Floats:
        means = np.stack([np.bincount(cell, column) / n for column in values.T], axis=1)
        centred: Floats = values - means[cell]
        return centred

    Z, y = within(dummies), within(sample.y[:, None])[:, 0]
    rank = int(np.linalg.matrix_rank(Z))
    if rank < Z.shape[1]:
        raise NotTestableError("nights-not-connected")
    inverse = np.linalg.inv(Z.T @ Z)
    effects = inverse @ Z.T @ y
    df = len(sample) - n.size - rank
    rest = y - Z @ effects
    errors = np.sqrt(np.diag(inverse) * float(rest @ rest) / df) if df > 0 else np.full(effects.size, math.nan)
    reported = [TEffect(-float(e), float(s), df) for e, s in zip(effects, errors, strict=True)]
    balance = dummies @ effects - float(np.mean(dummies @ effects))
    first = (side_effect(Reason("first-night", {"night": int(nights[1]) + 1}), reported[0]),)
    return sample.y - balance, first
