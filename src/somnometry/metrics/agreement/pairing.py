"""`align_scorings`: two scorings of the same nights brought onto the same epochs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from ...core.errors import HypnogramError
from ...core.hypnogram import Hypnogram
from ..levels import LEVELS, merged_stages

__all__ = [
    "Hypnograms",
    "PairedNight",
    "Subjects",
    "align_scorings",
    "check_choice",
    "check_levels",
    "pair_nights",
    "same_throughout",
    "scorers_of",
]

#: One night, nights in order, or nights by name.
Hypnograms = Hypnogram | Sequence[Hypnogram] | Mapping[str, Hypnogram]
#: The person of every night, in the order of the nights or by name of the night.
Subjects = Sequence[str] | Mapping[str, str]

#: Seconds by which the epochs of two scorings may lie apart and still be the same epochs.
TOLERANCE = 1.0
#: Epochs, and stages among them, that no two scorers give alike from the first to the last.
COPIED, OF_STAGES = 100, 3


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
            f"the epochs last {epoch:g} s in the reference and {observed.epoch:g} s in the observed scoring",
            place=name,
            remedy="bring one to the length of the other with resample_hypnogram",
        )
    shift = _shift(reference, observed, name)
    begin = max(0, shift)
    end = min(reference.n_epochs, shift + observed.n_epochs)
    if end <= begin:
        raise HypnogramError(
            "the two scorings share no epoch", place=name, remedy="check that they are of the same night"
        )
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
        raise HypnogramError(
            "the two scorings share no epoch between the lights", place=name, remedy="check the lights"
        )

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
            "stand alone",
            remedy="leave them out of both",
        )
    if not ours:
        raise HypnogramError("there is no night to compare", remedy="give at least one pair")
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
            f"{other.reference.epoch:g} s, in which runs and changes of stage do not compare",
            remedy="compare them apart",
        )
    return nights


def scorers_of(nights: Sequence[PairedNight]) -> tuple[str, str]:
    """Name the two scorers, where each is one and the same on all nights and they differ."""
    ours, theirs = ({getattr(night, side).scorer for night in nights} for side in ("reference", "observed"))
    if len({str(one) for one in ours}) == len({str(one) for one in theirs}) == 1:
        pair = ours.pop(), theirs.pop()
        bare = tuple(str(replace(one, sha256="")) for one in pair)
        for one, other in (bare, tuple(map(str, pair))):  # the hash of a classifier only where nothing else tells apart
            if one and other and one != other:
                return one, other
    return "reference", "observed"


# ------------------------------------------------------------------------------------------------------------ one pair
def same_throughout(one: Hypnogram, other: Hypnogram) -> int:
    """Count the epochs that both scored, where all of them are alike and too many for two scorers; else 0.

    Examples
    --------
    >>> night = Hypnogram([0, 1, 2, 3] * 50)
    >>> same_throughout(night, night), same_throughout(night, Hypnogram([0, 1, 2, 2] * 50))
    (200, 0)
    """
    if one.epoch != other.epoch or one.levels != other.levels:
        return 0
    n = min(one.n_epochs, other.n_epochs)
    scored = (one.stages[:n] >= 0) & (other.stages[:n] >= 0)
    a, b = one.stages[:n][scored], other.stages[:n][scored]
    return a.size if a.size >= COPIED and np.unique(a).size >= OF_STAGES and np.array_equal(a, b) else 0


def _shift(reference: Hypnogram, observed: Hypnogram, name: str) -> int:
    """Epochs by which the observed scoring begins after the reference."""
    if reference.start is None or observed.start is None:
        if reference.n_epochs != observed.n_epochs:
            raise HypnogramError(
                f"{reference.n_epochs} epochs in the reference and {observed.n_epochs} in the observed scoring, and "
                "not both know when they start",
                place=name,
                remedy="give both their start, or cut both to the same span",
            )
        return 0
    if (reference.start.tzinfo is None) != (observed.start.tzinfo is None):
        raise HypnogramError(
            "only one of the two starts knows its time zone", place=name, remedy="give both one, or neither"
        )
    seconds = (observed.start - reference.start).total_seconds()
    shift = round(seconds / reference.epoch)
    if abs(seconds - shift * reference.epoch) > TOLERANCE:
        raise HypnogramError(
            f"the observed scoring starts {seconds:g} s after the reference, which is no whole number of epochs of "
            f"{reference.epoch:g} s",
            place=name,
            remedy="put one on the epochs of the other with resample_hypnogram, or leave out the starts",
        )
    return shift


def _coarsened(hypnogram: Hypnogram, levels: int, name: str) -> npt.NDArray[np.int8]:
    if hypnogram.levels < levels:
        raise HypnogramError(
            f"{str(hypnogram.scorer) or 'a scorer'} tells {hypnogram.levels} stages apart, not {levels}",
            place=name,
            remedy=f"compare at levels={hypnogram.levels} or fewer",
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
            raise HypnogramError(
                f"subjects does not say whose night {missing[0]} is", remedy="name the person of every night"
            )
        return {name: str(subjects[name]) for name in names}
    if isinstance(subjects, str) or len(subjects) != len(names):
        raise HypnogramError(f"subjects must name the person of each of the {len(names)} nights")
    return dict(zip(names, map(str, subjects), strict=True))
