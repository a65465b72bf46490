"""Indices of what was scored besides the stages: arousals, apneas, hypopneas, desaturations per hour of sleep."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from ..core.architecture import Architecture
from ..core.definition import Definition, Level
from ..core.events import Events
from ..core.hypnogram import Hypnogram
from ..core.requirement import Check, Requirement, measured
from ..core.stage import NREM, SLEEP, STAGES_OF_LEVEL, Stage
from .event_words import EVENT_WORDS, FAMILIES, event_of_text, not_understood

__all__ = ["EVENT_INDICES", "EventIndex", "event_indices"]

APNEAS = ("obstructive apnea", "central apnea", "mixed apnea", "apnea")
AASM = "AASM Manual for the Scoring of Sleep, parameters to be reported"
WILSON = f"{AASM}; Wilson et al. 2022, J Clin Sleep Med 18:1385"


@dataclass(frozen=True, slots=True)
class EventIndex(Definition):
    """Events per hour of sleep, of NREM or of REM.

    Parameters
    ----------
    key, label, unit, better, definition, source, bounds
        As in `Definition`.
    kinds : tuple of str
        Keys of `EVENT_WORDS` that are counted.
    stages : tuple of Stage
        Whose hours divide, and in which an event must begin.
    in_wake : bool
        Whether events that begin in W between the lights count too.

    Examples
    --------
    >>> EVENT_INDICES["ahi_rem"]
    EventIndex('ahi_rem', 'AHI in REM', 1/h, lower is better)
    """

    level: ClassVar[Level] = "events"

    kinds: tuple[str, ...]
    stages: tuple[Stage, ...]
    in_wake: bool = False

    def __repr__(self) -> str:
        better = f"{self.better} is better" if self.better else "neither way is better"
        return f"EventIndex({self.key!r}, {self.label!r}, {self.unit}, {better})"


def _index(key: str, label: str, what: str, source: str, kinds: tuple[str, ...]) -> tuple[EventIndex, ...]:
    """Give an index over all sleep, over NREM and over REM."""
    if kinds == ("arousal",):
        whole = f"{what} that begin between the lights, in sleep or in W, per hour of sleep."
    else:
        whole = f"{what} that begin in sleep per hour of sleep."
    return (
        EventIndex(key, label, "1/h", "lower", whole, source, kinds, SLEEP, in_wake=kinds == ("arousal",)),
        EventIndex(f"{key}_nrem", f"{label} in NREM", "1/h", "lower", f"{what} that begin in NREM per hour of NREM.",
                   source, kinds, NREM),
        EventIndex(f"{key}_rem", f"{label} in REM", "1/h", "lower", f"{what} that begin in R per hour of R.",
                   source, kinds, (Stage.R,)),
    )  # fmt: skip


# fmt: off
_TABLE = (
    *_index("arousal_index", "Arousal index", "Arousals", WILSON, ("arousal",)),
    *_index("ahi", "AHI", "Apneas and hypopneas", AASM, (*APNEAS, "hypopnea")),
    *_index("apnea_index", "Apnea index", "Apneas of any type", AASM, APNEAS),
    *_index("obstructive_apnea_index", "Obstructive apnea index", "Obstructive apneas", AASM, ("obstructive apnea",)),
    *_index("central_apnea_index", "Central apnea index", "Central apneas", AASM, ("central apnea",)),
    *_index("mixed_apnea_index", "Mixed apnea index", "Mixed apneas", AASM, ("mixed apnea",)),
    *_index("hypopnea_index", "Hypopnea index", "Hypopneas of any type", AASM, ("hypopnea",)),
    *_index("rera_index", "RERA index", "Respiratory effort-related arousals", AASM, ("RERA",)),
    *_index("rdi", "RDI", "Apneas, hypopneas and RERAs", AASM, (*APNEAS, "hypopnea", "RERA")),
    *_index("odi", "ODI", "Desaturations, as deep as the scorer asked for,", AASM, ("desaturation",)),
)
# fmt: on

#: Key -> index, in the order of reports.
EVENT_INDICES: Mapping[str, EventIndex] = MappingProxyType({index.key: index for index in _TABLE})


def event_indices(hypnogram: Hypnogram, events: Events, *, scored: Iterable[str] = ()) -> Architecture:
    """Arousal index, AHI, apnea, hypopnea and RERA indices, RDI and ODI, in events per hour of sleep.

    Parameters
    ----------
    hypnogram : Hypnogram
        Its first epoch begins where the events' seconds begin. Only epochs between the lights count; an unknown light
        bounds nothing.
    events : Events
        Their kinds as the scorer wrote them; `EVENT_WORDS` is the closed list of what is understood.
    scored : iterable of {"arousals", "apneas and hypopneas", "RERAs", "desaturations"}
        What was looked for though perhaps nothing was found: its absence is then 0.

    Returns
    -------
    Architecture
        All keys of `EVENT_INDICES`. NaN where no sleep (NREM, REM) was scored or the levels have none, where nothing
        says that the events were looked for, and, for an index of one type of apnea, where apneas were scored without
        their type. `warnings` counts respiratory events outside sleep, events in unscored epochs, outside the lights
        or the hypnogram, events counted once though marked twice, and texts that look like events but are not
        understood.

    Raises
    ------
    ValueError
        Where `scored` names something else, or an event has no finite onset.

    Notes
    -----
    An event belongs to the epoch in which it begins. No scoring is not zero events: a family (arousals; apneas and
    hypopneas; RERAs; desaturations) counts as scored if one event of it occurs anywhere in `events`, asleep or not,
    and then a type that does not occur is 0: who marks hypopneas would have marked central apneas. A night without a
    single event of a family cannot be told from one that was not scored for it, and is NaN unless `scored` says so.

    Arousals that begin in an epoch of W between the lights count, but not among those of NREM and REM, so that the
    arousal index is more than their weighted mean: that is AASM's rule, and leaving them out lowers the index by a
    fifth (Wilson et al. 2022). Respiratory events and desaturations count only if they begin in sleep.

    Two events of one kind that share half of the shorter one's time are one, marked on two channels. A RERA is a
    respiratory event; the arousal that ends it counts among arousals only if it was marked as well. Hypopneas and
    desaturations are what the scorer took for them (3 % or 4 %).

    Examples
    --------
    >>> night = event_indices(Hypnogram([0] + [2] * 60 + [4] * 60), Events([45.0, 2000.0], [12, 15], ("Hypopnea",) * 2))
    >>> night["ahi"], night["ahi_rem"], night["central_apnea_index"]
    (2.0, 2.0, 0.0)
    >>> night["arousal_index"], night.reasons["arousal_index"]
    (nan, 'no arousals are among the events: none, or not scored')
    """
    asked = tuple(scored)
    for name in asked:
        if name not in FAMILIES:
            raise ValueError(f"scored={name!r} is none of {', '.join(map(repr, FAMILIES))}")
    if not np.isfinite(events.onset).all():
        i = int(np.argmin(np.isfinite(events.onset)))
        raise ValueError(f"event {i} ({events.kind[i]!r}) has no time: its onset is {events.onset[i]!r}")
    marked = _marked(hypnogram, events)
    known = {name for name, kinds in FAMILIES.items() if name in asked or any(len(marked[kind]) for kind in kinds)}
    night = EventNight(hypnogram, marked, frozenset(known))
    indices = EVENT_INDICES.values()
    values, reasons = measured(
        ((index.key, _requirements(index), partial(_per_hour, index)) for index in indices), night
    )
    return Architecture(values, reasons, tuple(_cautions(marked, events)))


@dataclass(frozen=True, slots=True, eq=False)
class MarkedEvents:
    """Events of one kind: where each begins, and how many were marks of another."""

    stages: npt.NDArray[np.int64]  # of the epochs in which they begin
    in_bed: npt.NDArray[np.bool_]
    n_twice: int

    def __len__(self) -> int:
        return int(self.stages.size)


#: In the place of a stage, where an event begins before or after the hypnogram.
OUTSIDE = -2


@dataclass(frozen=True, slots=True, eq=False)
class EventNight:
    """A night, the events of each kind in it, and the families of kinds that were looked for."""

    hypnogram: Hypnogram
    marked: Mapping[str, MarkedEvents]
    scored: frozenset[str]

    def minutes(self, stages: tuple[Stage, ...]) -> float:
        """Minutes of some stages between the lights."""
        hypnogram = self.hypnogram
        return float((np.isin(hypnogram.stages, stages) & hypnogram.in_bed).sum() * hypnogram.epoch / 60)


def _marked(hypnogram: Hypnogram, events: Events) -> dict[str, MarkedEvents]:
    """Give the events of each kind, each once, and the stage in which they begin."""
    kinds = np.array([event_of_text(kind) or "" for kind in events.kind], dtype=object)
    stages = np.append(hypnogram.stages.astype(np.int64), OUTSIDE)
    in_bed = np.append(hypnogram.in_bed, False)
    marked = {}
    for kind in EVENT_WORDS:
        of_kind = kinds == kind
        onset = _apart(events.onset[of_kind], events.duration[of_kind])
        epoch = np.floor(np.round(onset / hypnogram.epoch, 9)).astype(np.int64)
        epoch[(epoch < 0) | (epoch >= hypnogram.n_epochs)] = hypnogram.n_epochs
        marked[kind] = MarkedEvents(stages[epoch], in_bed[epoch], int(of_kind.sum()) - onset.size)
    return marked


def _apart(onset: npt.NDArray[np.float64], duration: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Onsets of different events, in order: one that shares half of the shorter's time with the last is the same."""
    kept: list[float] = []
    start = end = -math.inf
    order = np.lexsort((duration, onset))
    for a, length in zip(onset[order].tolist(), np.nan_to_num(duration[order]).tolist(), strict=True):
        shared, shorter = min(end, a + length) - a, min(end - start, length)
        if a == start or (a < end and shared >= shorter / 2):
            end = max(end, a + length)
        else:
            kept.append(a)
            start, end = a, a + length
    return np.array(kept, np.float64)


def _requirements(index: EventIndex) -> Iterator[Requirement[EventNight]]:
    """What an index needs of a night, in the order in which it is asked."""
    stages, name = index.stages, "REM" if index.stages == (Stage.R,) else "NREM" if index.stages == NREM else "sleep"

    def require(reason: str, met: Callable[[EventNight], bool]) -> Requirement[EventNight]:
        return Check(reason, lambda night: None if met(night) else reason)

    yield require(
        f"the scorer's levels have no {name}",
        lambda night: not set(stages).isdisjoint(STAGES_OF_LEVEL[night.hypnogram.levels]),
    )
    yield require(f"no {name} was scored", lambda night: night.minutes(stages) > 0)
    for family, kinds in FAMILIES.items():
        if not set(kinds).isdisjoint(index.kinds):
            yield require(f"no {family} are among the events: none, or not scored", partial(_looked_for, family=family))
    if len(index.kinds) == 1 and index.kinds[0] in APNEAS:
        yield Check("not all apneas were scored with their type", _untyped_apneas)


def _looked_for(night: EventNight, family: str) -> bool:
    return family in night.scored


def _untyped_apneas(night: EventNight) -> str | None:
    n = len(night.marked["apnea"])
    return f"not all apneas were scored with their type ({n} {'was' if n == 1 else 'were'} not)" if n else None


def _per_hour(index: EventIndex, night: EventNight) -> float:
    stages = (Stage.W, *index.stages) if index.in_wake else index.stages
    marked = (night.marked[kind] for kind in index.kinds)
    count = sum(int((np.isin(events.stages, stages) & events.in_bed).sum()) for events in marked)
    return 60 * count / night.minutes(index.stages)


def _cautions(marked: Mapping[str, MarkedEvents], events: Events) -> Iterator[str]:
    """What a reader should know before using the indices."""
    for what, kinds in FAMILIES.items():
        parts = [marked[kind] for kind in kinds]
        stages = np.concatenate([part.stages for part in parts])
        in_bed = np.concatenate([part.in_bed for part in parts])
        places = {
            "begin in W": (stages == Stage.W) & in_bed & (what != "arousals"),
            "begin in unscored epochs": (stages == Stage.UNSCORED) & in_bed,
            "begin outside the lights": (stages != OUTSIDE) & ~in_bed,
            "begin outside the hypnogram": stages == OUTSIDE,
        }
        for where, there in places.items():
            if there.any():
                yield f"{there.sum()} of {stages.size} {what} {where} and are not counted"
        if n_twice := sum(part.n_twice for part in parts):
            yield f"{n_twice} marks of {what} repeat another of their kind and are not counted again"
    yield from not_understood(events.kind)
