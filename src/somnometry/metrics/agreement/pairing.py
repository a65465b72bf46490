"""Two scorings of the same nights brought onto the same epochs, and people drawn with replacement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import numpy as np
import numpy.typing as npt

from ...core.errors import HypnogramError
from ...core.hypnogram import Hypnogram
from ..levels import LEVELS, merged_stages

__all__ = [
    "Draws",
    "Estimate",
    "Hypnograms",
    "Interval",
    "Subjects",
    "align_scorings",
    "check_choice",
    "check_confidence",
    "check_levels",
    "pair_nights",
    "scorers_of",
]

#: One night, nights in order, or nights by name.
Hypnograms = Hypnogram | Sequence[Hypnogram] | Mapping[str, Hypnogram]
#: The person of every night, in the order of the nights or by name of the night.
Subjects = Sequence[str] | Mapping[str, str]
#: How bootstrap draws become an interval: their quantiles, or those mirrored at the estimate (as R's boot.ci "basic").
Interval = Literal["percentile", "basic"]

#: Seconds by which the epochs of two scorings may lie apart and still be the same epochs.
TOLERANCE = 1.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and its confidence interval, in the unit of the number; NaN where it is undefined.

    Examples
    --------
    >>> print(Estimate(2.5, 1.0, 4.25))
    2.5 [1, 4.25]
    """

    value: float
    lower: float
    upper: float

    def __str__(self) -> str:
        return f"{self.value:.4g} [{self.lower:.4g}, {self.upper:.4g}]"


def check_choice(name: str, value: object, choices: Iterable[object]) -> None:
    """Refuse an option that is none of its choices, and name them.

    Examples
    --------
    >>> check_choice("interval", "basic", ("percentile", "basic"))
    """
    known = list(choices)
    if value not in known:
        *most, last = map(repr, known)
        raise HypnogramError(f"{name} must be {', '.join(most)} or {last}, not {value!r}")


def check_levels(levels: int | None) -> None:
    """Refuse levels that no hypnogram has; None stands for those of the coarsest scorer."""
    if levels is not None:
        check_choice("levels", levels, LEVELS)


def check_confidence(confidence: float) -> None:
    """Refuse a confidence that is no share between 0 and 1."""
    if not 0 < confidence < 1:
        raise HypnogramError(f"confidence must lie between 0 and 1, not be {confidence!r}; 0.95 stands for 95 %")


@dataclass(frozen=True, slots=True)
class PairedNight:
    """Two scorings of one night on the same epochs; `outside` counts the epochs of each that were left out."""

    name: str
    subject: str
    reference: Hypnogram
    observed: Hypnogram
    outside: tuple[int, int]


def align_scorings(
    reference: Hypnogram, observed: Hypnogram, *, levels: int | None = None, name: str = "this night"
) -> tuple[Hypnogram, Hypnogram]:
    """Cut two scorings of one night to the epochs that both cover, with the same lights (seconds) and levels.

    Parameters
    ----------
    reference, observed : Hypnogram
        Where both have a start, they are laid side by side by the clock; else they must be equally long.
    levels : {5, 4, 3, 2}, optional
        How many stages to tell apart; by default what the coarser of the two does.
    name : str
        What to call the night in errors.

    Returns
    -------
    reference, observed : Hypnogram
        Equally long, without probabilities. Lights belong to the night, not to its scorer: both get those of the
        reference or, where it does not know one, those of the observed; a light beyond the common epochs moves to
        their end.

    Raises
    ------
    HypnogramError
        Where epochs differ in length or lie askew, the scorings share no epoch between the lights, one without a
        start is longer than the other, a scorer tells fewer stages apart than `levels`, or no hypnogram has `levels`.

    Examples
    --------
    >>> from datetime import datetime
    >>> human = Hypnogram([0, 1, 2, 2], start=datetime(2026, 1, 1, 23, 0))
    >>> device = Hypnogram([5, 5, 5], start=datetime(2026, 1, 1, 23, 0, 30), levels=4)
    >>> for hypnogram in align_scorings(human, device):
    ...     print(hypnogram)
    Hypnogram(3 epochs of 30 s, W 0, LIGHT 3, N3 0, R 0)
    Hypnogram(3 epochs of 30 s, W 0, LIGHT 3, N3 0, R 0)
    """
    check_levels(levels)
    epoch = reference.epoch
    if epoch != observed.epoch:
        raise HypnogramError(
            f"{name}: the epochs last {epoch:g} s in the reference and {observed.epoch:g} s in the observed scoring; "
            "score both in epochs of one length"
        )
    shift = _shift(reference, observed, name)
    begin = max(0, shift)
    end = min(reference.n_epochs, shift + observed.n_epochs)
    if end <= begin:
        raise HypnogramError(f"{name}: the two scorings share no epoch; check that they are of the same night")
    levels = min(reference.levels, observed.levels) if levels is None else levels
    off, on = (
        theirs + shift * epoch if np.isnan(ours) else ours
        for ours, theirs in (
            (float(reference.lights_off), float(observed.lights_off)),  # type: ignore[arg-type]
            (float(reference.lights_on), float(observed.lights_on)),  # type: ignore[arg-type]
        )
    )
    duration = (end - begin) * epoch
    off, on = (float(np.clip(light - begin * epoch, 0, duration)) for light in (off, on))  # NaN stays NaN
    if off >= on:
        raise HypnogramError(f"{name}: the two scorings share no epoch between the lights; check the lights")

    def cut(hypnogram: Hypnogram, first: int) -> Hypnogram:
        start = None if reference.start is None else reference.start + timedelta(seconds=begin * epoch)
        return Hypnogram(
            _coarsened(hypnogram, levels, name)[first : first + end - begin],
            epoch=epoch,
            start=start,
            lights_off=off,
            lights_on=on,
            scorer=hypnogram.scorer,
            levels=levels,
        )

    return cut(reference, begin), cut(observed, begin - shift)


def pair_nights(
    reference: Hypnograms, observed: Hypnograms, subjects: Subjects | None, levels: int | None = None
) -> list[PairedNight]:
    """Pair two lots of scorings by name or by order and align each pair; the levels are those of the coarsest."""
    check_levels(levels)
    ours, theirs = _named(reference), _named(observed)
    if ours.keys() != theirs.keys():
        only = sorted(ours.keys() ^ theirs.keys())
        raise HypnogramError(
            f"{len(ours)} nights of the reference and {len(theirs)} observed ones do not pair: {', '.join(only[:5])} "
            "stand alone; leave them out of both"
        )
    if not ours:
        raise HypnogramError("there is no night to compare; give at least one pair")
    if levels is None:
        levels = min(hypnogram.levels for hypnogram in (*ours.values(), *theirs.values()))
    whose = _subjects(list(ours), subjects)
    nights = []
    for name, one in ours.items():
        pair = align_scorings(one, theirs[name], levels=levels, name=f"night {name}")
        compared = int(pair[0].in_bed.sum())
        outside = (one.n_epochs - compared, theirs[name].n_epochs - compared)
        nights.append(PairedNight(name, whose[name], *pair, outside))
    other = next((night for night in nights if night.reference.epoch != nights[0].reference.epoch), None)
    if other is not None:
        raise HypnogramError(
            f"night {nights[0].name} has epochs of {nights[0].reference.epoch:g} s and night {other.name} of "
            f"{other.reference.epoch:g} s, in which runs and changes of stage do not compare; compare them apart"
        )
    return nights


def scorers_of(nights: Sequence[PairedNight]) -> tuple[str, str]:
    """Name the two scorers, where each is one and the same on all nights and they differ."""
    ours, theirs = ({str(getattr(night, side).scorer) for night in nights} for side in ("reference", "observed"))
    if len(ours) == len(theirs) == 1 and ours != theirs and "" not in ours | theirs:
        return ours.pop(), theirs.pop()
    return "reference", "observed"


class Draws:
    """People drawn with replacement; each brings all the nights of his or hers.

    Parameters
    ----------
    subjects : sequence of str
        The person of every night.
    n : int
        Number of draws.
    seed : int
        Same seed and people, same draws, in whatever order the nights come.

    Attributes
    ----------
    people : list of str
        Sorted.
    index : array of int, shape (n_nights,)
        Of the person of every night.
    weights : array of float64, shape (n, n_people)
        How often each person was drawn.
    """

    def __init__(self, subjects: Sequence[str], n: int, seed: int) -> None:
        self.people = sorted(set(subjects))
        place = {person: i for i, person in enumerate(self.people)}
        self.index = np.array([place[subject] for subject in subjects], dtype=np.int64)
        size = len(self.people)
        rng = np.random.default_rng(seed)
        drawn = rng.multinomial(size, np.full(size, 1 / size), size=n) if size else np.zeros((n, 0))
        self.weights = drawn.astype(np.float64)

    def interval(
        self, value: float, draws: npt.NDArray[np.float64], confidence: float, kind: Interval = "percentile"
    ) -> Estimate:
        """Give a value the interval of its draws; NaN with fewer than two people or where no draw defines it."""
        draws = draws[~np.isnan(draws)]
        if np.isnan(value) or len(self.people) < 2 or not draws.size:
            return Estimate(float(value), float("nan"), float("nan"))
        low, high = np.quantile(draws, [(1 - confidence) / 2, (1 + confidence) / 2]).tolist()
        if kind == "basic":
            low, high = 2 * value - high, 2 * value - low
        return Estimate(float(value), low, high)


# ------------------------------------------------------------------------------------------------------------ one pair
def _shift(reference: Hypnogram, observed: Hypnogram, name: str) -> int:
    """Epochs by which the observed scoring begins after the reference."""
    if reference.start is None or observed.start is None:
        if reference.n_epochs != observed.n_epochs:
            raise HypnogramError(
                f"{name}: {reference.n_epochs} epochs in the reference and {observed.n_epochs} in the observed "
                "scoring, and not both know when they start; give both their start, or cut both to the same span"
            )
        return 0
    if (reference.start.tzinfo is None) != (observed.start.tzinfo is None):
        raise HypnogramError(f"{name}: only one of the two starts knows its time zone; give both one, or neither")
    seconds = (observed.start - reference.start).total_seconds()
    shift = round(seconds / reference.epoch)
    if abs(seconds - shift * reference.epoch) > TOLERANCE:
        raise HypnogramError(
            f"{name}: the observed scoring starts {seconds:g} s after the reference, which is no whole number of "
            f"epochs of {reference.epoch:g} s; score both on the same grid, or leave out the starts if a clock is off"
        )
    return shift


def _coarsened(hypnogram: Hypnogram, levels: int, name: str) -> npt.NDArray[np.int8]:
    if hypnogram.levels < levels:
        raise HypnogramError(
            f"{name}: {str(hypnogram.scorer) or 'a scorer'} tells {hypnogram.levels} stages apart, not {levels}; "
            f"compare at levels={hypnogram.levels} or fewer"
        )
    return merged_stages(hypnogram.stages, levels)


# ------------------------------------------------------------------------------------------------------------- many
def _named(hypnograms: Hypnograms) -> dict[str, Hypnogram]:
    if isinstance(hypnograms, Hypnogram):
        return {"1": hypnograms}
    if isinstance(hypnograms, Mapping):
        return dict(hypnograms)
    return {str(i): hypnogram for i, hypnogram in enumerate(hypnograms, 1)}


def _subjects(names: list[str], subjects: Subjects | None) -> dict[str, str]:
    """Give the person of each night; without `subjects`, every night is a person's only one."""
    if subjects is None:
        return dict(zip(names, names, strict=True))
    if isinstance(subjects, Mapping):
        missing = [name for name in names if name not in subjects]
        if missing:
            raise HypnogramError(f"subjects does not say whose night {missing[0]} is; name the person of every night")
        return {name: str(subjects[name]) for name in names}
    if isinstance(subjects, str) or len(subjects) != len(names):
        raise HypnogramError(f"subjects must name the person of each of the {len(names)} nights")
    return dict(zip(names, map(str, subjects), strict=True))
