"""Fewer states than the scorer's: what three- and two-state quantities are computed on."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ..core.errors import HypnogramError
from ..core.hypnogram import Hypnogram
from ..core.stage import Stage
from .stage_matrix import NREM, SLEEP

__all__ = ["in_states"]

#: From this many levels, to that many -> the stages that become one, and which.
MERGED: dict[int, tuple[tuple[Stage, ...], Stage]] = {3: (NREM, Stage.NREM), 2: (SLEEP, Stage.SLEEP)}


def in_states(hypnogram: Hypnogram, states: int | None) -> Hypnogram:
    """Give the hypnogram with as many levels as there are `states`; its own where that is None.

    Raises
    ------
    HypnogramError
        Where the scorer tells fewer, or other, states apart.

    Examples
    --------
    >>> in_states(Hypnogram([0, 1, 3, 4]), 3).stages.tolist()
    [0, 6, 6, 4]
    """
    if states is None or states == hypnogram.levels:
        return hypnogram
    if states not in MERGED or states > hypnogram.levels:
        fewer = [n for n in (hypnogram.levels, *MERGED) if n <= hypnogram.levels]
        choice = " or ".join(str(n) for n in dict.fromkeys(fewer))
        raise HypnogramError(f"{hypnogram.levels} levels cannot be told apart as {states!r} states; pass {choice}")
    parts, whole = MERGED[states]
    stages: npt.NDArray[Any] = np.where(np.isin(hypnogram.stages, parts), whole, hypnogram.stages)
    return hypnogram.replace(stages=stages, levels=states, probabilities=None)
