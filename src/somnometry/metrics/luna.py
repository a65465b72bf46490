"""NREM cycles by the rule of Luna's HYPNO, which modifies that of Feinberg and Floyd."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from ..core.stage import Stage
from .runs import epochs_lasting

__all__ = ["luna_cycles"]

MINUTE = 60
Flags = npt.NDArray[np.bool_]


class Phase(IntEnum):
    """What Luna takes an epoch to belong to."""

    NONE = 0
    NREM = 1
    REM = 2


def luna_cycles(stages: npt.NDArray[np.int8], epoch: float) -> list[tuple[int, int]]:
    """Find the cycles of a night: first epoch of each, and the epoch after its last.

    Parameters
    ----------
    stages : array of int8, shape (n_epochs,)
        Values of `Stage`, of five levels, from lights-off to lights-on.
    epoch : float
        Length of an epoch in seconds.

    Notes
    -----
    A REM phase goes on while R comes back within 15 minutes. A NREM phase begins with N2 or N3 (or an unscored epoch)
    if no R comes within 15 minutes, and ends with R, or where only W and N1 come for 15 minutes. A REM phase after
    the first that lasts less than 5 minutes belongs to the NREM phase around it. A cycle is a NREM phase with at least
    15 minutes of NREM and the REM phase that follows it, if one does.
    """
    asleep = np.flatnonzero(stages > Stage.W)
    if asleep.size == 0:
        return []
    quarter = epochs_lasting(15 * MINUTE, epoch)
    deeper = np.isin(stages, (Stage.N2, Stage.N3, Stage.R))
    phase, ends = _phases(stages, _within(stages == Stage.R, quarter), _within(deeper, quarter), asleep)
    shortest_rem = epochs_lasting(5 * MINUTE, epoch)
    last_awake = np.flatnonzero(stages == Stage.W)
    final_wake = last_awake[last_awake > asleep[-1]]
    kept = _kept(phase, ends, shortest_rem, set(final_wake.tolist()))
    is_nrem = np.isin(stages, (Stage.N1, Stage.N2, Stage.N3))
    return _cycles(kept, is_nrem, quarter)


def _within(mask: Flags, n_epochs: int) -> Flags:
    """Whether `mask` holds in any of the next `n_epochs`, beginning with this one."""
    before = np.concatenate([[0], np.cumsum(mask)])
    at = np.arange(mask.size)
    any_ahead: Flags = before[np.minimum(at + n_epochs, mask.size)] > before[at]
    return any_ahead


def _phases(
    stages: npt.NDArray[np.int8], rem_soon: Flags, sleep_soon: Flags, asleep: npt.NDArray[np.int64]
) -> tuple[list[Phase], list[bool]]:
    """Give the phase of every epoch, and whether it belongs to the wake or N1 that ends a cycle without REM."""
    phase, ends = [Phase.NONE] * stages.size, [False] * stages.size
    before, ended = Phase.NONE, False
    for i in range(int(asleep[0]), int(asleep[-1]) + 1):
        light = stages[i] in (Stage.W, Stage.N1)
        goes_on = stages[i] == Stage.R and before != Phase.NONE
        stays_out = light and (before == Phase.REM or ended)
        if goes_on or (before == Phase.REM and rem_soon[i]):
            now = Phase.REM
        elif stays_out or (before == Phase.NONE and (light or rem_soon[i])):
            now = Phase.NONE
        else:
            now = Phase.NREM
        ended = (now == Phase.NREM and not sleep_soon[i]) or (ended and stages[i] == Stage.W)
        phase[i], ends[i], before = now, ended, now
    return phase, ends


def _kept(phase: list[Phase], ends: list[bool], shortest_rem: int, final_wake: set[int]) -> list[Phase]:
    """Give the phases with those REM phases that are too short made part of the NREM phase."""
    n = len(phase)
    first_rem = phase.index(Phase.REM) if Phase.REM in phase else n
    first_end = ends.index(True) if True in ends else n
    kept = [Phase.NONE] * n
    for i in range(n):
        before, was = (phase[i - 1], kept[i - 1]) if i else (Phase.NONE, Phase.NONE)
        if ends[i]:
            continue
        if phase[i] == Phase.NREM:
            kept[i] = Phase.NREM
        elif phase[i] == Phase.REM:
            if before == Phase.NREM:
                lasts = phase[i : i + shortest_rem].count(Phase.REM) >= shortest_rem
                first = i <= first_rem and i <= first_end
                kept[i] = Phase.REM if first or lasts else Phase.NREM
            else:
                kept[i] = Phase.REM if before == was == Phase.REM else Phase.NREM
        elif was == Phase.NREM and (before == Phase.REM or i not in final_wake):
            kept[i] = Phase.NREM
    return kept


def _cycles(kept: list[Phase], is_nrem: Flags, shortest_nrem: int) -> list[tuple[int, int]]:
    """Begin a cycle with each NREM phase that holds enough NREM; it goes on until nothing or a new one comes."""
    n = len(kept)
    cycles: list[tuple[int, int]] = []
    begun: int | None = None
    for i in range(n + 1):
        now, before = kept[i] if i < n else Phase.NONE, kept[i - 1] if i else Phase.NONE
        begins = now == Phase.NREM and before != Phase.NREM
        if begun is not None and (now == Phase.NONE or begins):
            cycles.append((begun, i))
            begun = None
        if begins:
            until = next((j for j in range(i, n) if kept[j] != Phase.NREM), n - 1)
            if np.count_nonzero(is_nrem[i : until + 1]) >= shortest_nrem:
                begun = i
    return cycles
