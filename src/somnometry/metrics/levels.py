"""Fewer stages than the scorer's: what three- and two-state quantities, and coarser scorers, are compared on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from ..core.errors import HypnogramError
from ..core.hypnogram import Hypnogram
from ..core.stage import NREM, SLEEP, Stage

__all__ = ["LEVELS", "in_states", "merged_stages"]

#: How many stages are told apart -> those that are not, and what they become.
MERGED: Mapping[int, Mapping[Stage, Stage]] = MappingProxyType(
    {
        5: {},
        4: dict.fromkeys((Stage.N1, Stage.N2), Stage.LIGHT),
        3: dict.fromkeys(NREM, Stage.NREM),
        2: dict.fromkeys(SLEEP, Stage.SLEEP),
    }
)
LEVELS = tuple(MERGED)


def merged_stages(stages: npt.NDArray[np.int8], levels: int) -> npt.NDArray[np.int8]:
    """Give stages as a scorer of fewer levels would, shape (n_epochs,).

    Examples
    --------
    >>> merged_stages(np.array([-1, 0, 1, 3, 4], np.int8), 4)
    array([-1,  0,  5,  3,  4], dtype=int8)
    """
    table = np.arange(-1, len(Stage) - 1, dtype=np.int8)
    for stage, merged in MERGED[levels].items():
        table[stage + 1] = merged
    coarser: npt.NDArray[np.int8] = table[stages + 1]
    return coarser


def in_states(hypnogram: Hypnogram, states: int | None) -> Hypnogram:
    """Give the hypnogram with as many levels as there are `states`, 3 or 2; its own where that is None.

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
    if states not in (3, 2) or states > hypnogram.levels:
        choice = " or ".join(str(n) for n in dict.fromkeys((hypnogram.levels, 3, 2)) if n <= hypnogram.levels)
        raise HypnogramError(
            f"{hypnogram.levels} levels cannot be told apart as {states!r} states", remedy=f"pass {choice}"
        )
    return hypnogram.replace(stages=merged_stages(hypnogram.stages, states), levels=states, probabilities=None)
