"""Sequences of conditions of a study's design, and the allocation of people to them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from ..core.errors import ClaimError, SimulationError
from ..core.schedule import Schedule as DeclaredSchedule

__all__ = ["BASELINE", "Design", "DesignLayout", "allocate", "lay_out"]

Design = Literal["crossover", "parallel", "pre-post", "n-of-1"]
Schedule = Literal["paired", "randomised", "alternating"]
BASELINE = "baseline"
PAIRS = 7  # blocks of each arm in an n-of-1 study by default: 2 ** 7 schedules of two arms


@dataclass(frozen=True, slots=True, eq=False)
class DesignLayout:
    """The sequences of a design.

    Parameters
    ----------
    conditions : tuple of str
        The arms, and the baseline where there is one.
    sequences : array of int, shape (n_sequences, n_periods)
        Index of the condition in each period.
    scheme : str or Schedule
        How a schedule is drawn anew for every study; empty where the sequences are fixed.
    """

    conditions: tuple[str, ...]
    sequences: npt.NDArray[np.intp]
    scheme: str | DeclaredSchedule = ""

    @property
    def labels(self) -> npt.NDArray[np.object_]:
        """Names of the sequences, the conditions joined by hyphens."""
        return labels_of(self.conditions, self.sequences)


def labels_of(conditions: Sequence[str], sequences: npt.NDArray[np.intp]) -> npt.NDArray[np.object_]:
    """Names of sequences, their conditions joined by hyphens."""
    return np.array(["-".join(conditions[i] for i in sequence) for sequence in sequences], object)


def lay_out(
    design: Design,
    arms: tuple[str, ...],
    *,
    periods: int | None = None,
    baseline: bool = False,
    sequences: str | Sequence[Sequence[str]] | None = None,
    schedule: str | Sequence[str] | DeclaredSchedule | None = None,
) -> DesignLayout:
    """Sequences of a design.

    Raises
    ------
    SimulationError
        For an unknown design or scheme, and what the design cannot have.

    Examples
    --------
    >>> lay_out("crossover", ("A", "B"), periods=4).labels.tolist()
    ['A-B-B-A', 'B-A-A-B']
    >>> lay_out("crossover", ("A", "B", "C", "D")).labels.tolist()
    ['A-B-D-C', 'B-C-A-D', 'C-D-B-A', 'D-A-C-B']
    """
    if design not in get_args(Design):
        raise SimulationError(f"the design {design!r} is none of {', '.join(get_args(Design))}", key="design")
    if len(arms) < 2 or len(set(arms)) < len(arms) or BASELINE in arms:
        raise SimulationError(
            f"a study compares two or more arms of different names, none called 'baseline', not {arms!r}", key="arms"
        )
    for name, given, of in (("sequences", sequences, "crossover"), ("schedule", schedule, "n-of-1")):
        if given is not None and design != of:
            raise SimulationError(f"{name}={given!r} belongs to design {of!r}, not {design!r}", key=name)
    if baseline and design != "parallel":
        raise SimulationError(f"baseline=True belongs to design 'parallel', not {design!r}", key="baseline")
    if design == "parallel" or design == "pre-post":
        if periods is not None:
            raise SimulationError(
                f"design {design!r} has its own periods",
                remedy=f"leave out periods={periods!r}, or ask for nights",
                key="periods",
            )
        if design == "pre-post":
            if len(arms) != 2:
                raise SimulationError(f"design 'pre-post' has two arms, before and after, not {arms!r}", key="arms")
            return DesignLayout(arms, np.array([[0, 1]]))
        own = np.arange(len(arms))[:, None]
        return (
            DesignLayout((*arms, BASELINE), np.hstack([np.full_like(own, len(arms)), own]))
            if baseline
            else DesignLayout(arms, own)
        )
    if periods is not None and periods < 2:
        raise SimulationError(f"design {design!r} has at least 2 periods, not {periods!r}", key="periods")
    if design == "n-of-1":
        return _schedule(arms, periods, "paired" if schedule is None else schedule)
    return DesignLayout(arms, _sequences(arms, periods, "williams" if sequences is None else sequences))


def allocate(
    rng: np.random.Generator, n_subjects: int, n_sequences: int, weights: npt.NDArray[np.float64] | None
) -> npt.NDArray[np.intp]:
    """Allocate people to sequences at random, shape (n_subjects,): as evenly as possible, or as the weights say.

    Examples
    --------
    >>> np.bincount(allocate(np.random.default_rng(1), 24, 2, np.array([2.0, 1.0]))).tolist()
    [16, 8]
    """
    order = rng.permutation(n_sequences)  # who gets the odd one
    if weights is None:
        return rng.permutation(order[np.arange(n_subjects) % n_sequences])
    exact = n_subjects * weights / weights.sum()
    counts = np.floor(exact).astype(int)
    left = exact - counts
    ranked = order[np.argsort(-left[order], kind="stable")]
    counts[ranked[: n_subjects - counts.sum()]] += 1
    return rng.permutation(np.repeat(np.arange(n_sequences), counts))


def draw_schedule(rng: np.random.Generator, layout: DesignLayout) -> npt.NDArray[np.intp]:
    """Draw the schedule of an n-of-1 study by its scheme, shape (1, n_periods)."""
    fixed = layout.sequences
    if isinstance(layout.scheme, DeclaredSchedule):
        order = layout.scheme.drawn(int(rng.integers(2**62)))
        return np.array([["AB".index(letter) for letter in order]], np.intp)
    if layout.scheme == "paired":
        blocks = fixed.reshape(-1, len(layout.conditions))
        return rng.permuted(blocks, axis=1).reshape(1, -1)
    return rng.permuted(fixed, axis=1) if layout.scheme == "randomised" else fixed


# ------------------------------------------------------------------------------------------------------------- helpers
def _schedule(
    arms: tuple[str, ...], periods: int | None, schedule: str | Sequence[str] | DeclaredSchedule
) -> DesignLayout:
    if isinstance(schedule, DeclaredSchedule):
        return _declared(arms, periods, schedule)
    if not isinstance(schedule, str):
        if periods is not None and periods != len(schedule):
            raise SimulationError(
                f"the schedule has {len(schedule)} periods", remedy=f"leave out periods={periods!r}", key="periods"
            )
        return DesignLayout(arms, _indices(arms, [schedule], "schedule"))
    if schedule not in get_args(Schedule):
        raise SimulationError(
            f"schedule is a sequence of conditions or one of {', '.join(get_args(Schedule))}, not {schedule!r}",
            key="schedule",
        )
    n = PAIRS * len(arms) if periods is None else periods
    if n % len(arms):
        raise SimulationError(
            f"{n} periods cannot be shared evenly by {len(arms)} arms", remedy="take a multiple", key="periods"
        )
    return DesignLayout(
        arms, np.tile(np.arange(len(arms)), n // len(arms))[None], "" if schedule == "alternating" else schedule
    )


def _declared(arms: tuple[str, ...], periods: int | None, schedule: DeclaredSchedule) -> DesignLayout:
    """Lay out a schedule as one person's study declares it: its rule, or the order that was drawn."""
    if len(arms) != 2:
        raise SimulationError(f"a declared schedule has two arms, not {len(arms)}", key="schedule")
    n = periods if schedule.periods is None else schedule.periods
    n = PAIRS * len(arms) if n is None else n
    if periods not in (None, n):
        raise SimulationError(f"the schedule has {n} periods", remedy=f"leave out periods={periods!r}", key="periods")
    if schedule.order:
        return DesignLayout(arms, np.array([["AB".index(letter) for letter in schedule.order]], np.intp))
    rule = dataclasses.replace(schedule, periods=n, looks=())
    try:
        rule.drawn(0)
    except ClaimError as error:
        raise SimulationError(error.what, place=error.place, remedy=error.remedy, key="schedule") from None
    return DesignLayout(arms, np.zeros((1, n), np.intp), rule)


def _sequences(
    arms: tuple[str, ...], periods: int | None, sequences: str | Sequence[Sequence[str]]
) -> npt.NDArray[np.intp]:
    if not isinstance(sequences, str):
        given = _indices(arms, sequences, "sequences")
        if periods is not None and periods != given.shape[1]:
            raise SimulationError(
                f"the sequences have {given.shape[1]} periods", remedy=f"leave out periods={periods!r}", key="periods"
            )
        return given
    if sequences not in ("williams", "cyclic"):
        raise SimulationError(
            f"sequences are sequences of conditions, 'williams' or 'cyclic', not {sequences!r}", key="sequences"
        )
    k = len(arms)
    first = np.zeros(k, int)
    if sequences == "williams":  # 0, 1, k-1, 2, k-2, ...: every arm follows every other equally often
        first[1::2] = np.arange(1, k // 2 + 1)
        first[2::2] = k - np.arange(1, (k + 1) // 2)
    else:
        first = np.arange(k)
    square = (first + np.arange(k)[:, None]) % k
    if sequences == "williams" and k % 2:
        square = np.vstack([square, square[:, ::-1]])
    n = k if periods is None else periods
    turns = [square if turn % 2 == 0 else square[:, ::-1] for turn in range(-(-n // k))]
    return np.hstack(turns)[:, :n].astype(np.intp)


def _indices(arms: tuple[str, ...], sequences: Sequence[Sequence[str]], option: str) -> npt.NDArray[np.intp]:
    for sequence in sequences:
        if isinstance(sequence, str):
            raise SimulationError(
                f"a sequence is a tuple of conditions such as {arms!r}, not the text {sequence!r}", key=option
            )
        if unknown := [condition for condition in sequence if condition not in arms]:
            raise SimulationError(
                f"the sequence {tuple(sequence)!r} holds {unknown[0]!r}, which is none of the arms {arms!r}", key=option
            )
        if len(sequence) < 2 or len(sequence) != len(sequences[0]):
            raise SimulationError(
                f"sequences have the same number of periods, at least 2; {tuple(sequence)!r} does not", key=option
            )
    if missing := set(arms) - {condition for sequence in sequences for condition in sequence}:
        raise SimulationError(
            f"no sequence holds the arm {sorted(missing)[0]!r}",
            remedy="add it, or leave it out of the arms",
            key=option,
        )
    return np.array([[arms.index(condition) for condition in sequence] for sequence in sequences], np.intp)
