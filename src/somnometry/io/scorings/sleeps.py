"""`DeviceSleep`: one sleep by a wearable; several in a file are named by the day of waking, naps told apart."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Literal

from ...core.errors import HypnogramError
from ...core.scorer import Scorer
from ...core.stage import Stage
from ..annotations import MOST_EPOCHS
from .content import Content
from .scored import Ask, Scored, epochs_in_row

__all__ = ["DeviceSleep", "by_gaps", "by_schema", "named_sleeps"]

Span = tuple[datetime, datetime, Stage]
#: Time without a record after which another sleep begins, where a file does not say which records are one sleep.
GAP = timedelta(hours=1)
#: What claims to be longer has damaged times.
LONGEST = timedelta(days=7)
#: What comes of values of another kind than a schema promises.
OTHER_KINDS = (AttributeError, KeyError, IndexError, TypeError, ValueError, OverflowError, OSError)


@dataclass(frozen=True, slots=True)
class DeviceSleep:
    """One sleep.

    Parameters
    ----------
    spans : sequence of (datetime, datetime, Stage)
        A later one counts where it lies over an earlier.
    kind : {"night", "nap", "rest", ""}
        As the device says; empty where it does not.
    day : str
        That of the device, by default the day on which the sleep ends.
    source : str
        Which of several devices of a file.
    """

    spans: Sequence[Span]
    kind: Literal["night", "nap", "rest", ""] = ""
    day: str = ""
    source: str = ""

    @property
    def start(self) -> datetime:
        """When the first span begins."""
        return min(begin for begin, _, _ in self.spans)

    @property
    def end(self) -> datetime:
        """When the last span ends."""
        return max(end for _, end, _ in self.spans)

    def epochs(self, epoch: float) -> list[Stage]:
        """Give the stage at the midpoint of each epoch; sleep of no stage is unscored where other sleep has one."""
        levels = self.levels
        if self.end - self.start > LONGEST or (self.end - self.start).total_seconds() > MOST_EPOCHS * epoch:
            raise HypnogramError("a sleep of more than a week, or in epochs too short for it", remedy="export it again")
        stages = [Stage.UNSCORED] * math.ceil(round((self.end - self.start).total_seconds() / epoch - 0.5, 6))
        for begin, end, stage in self.spans:
            a, b = (
                max(0, math.ceil(round((moment - self.start).total_seconds() / epoch - 0.5, 6)))
                for moment in (begin, end)
            )
            told = Stage.UNSCORED if stage is Stage.SLEEP and levels == 4 else stage
            stages[a:b] = [told] * (min(b, len(stages)) - a)
        return stages

    @property
    def levels(self) -> int:
        """How many stages the device tells apart: sleep and wake, or wake, light, deep and REM."""
        return 4 if {stage for _, _, stage in self.spans} & {Stage.LIGHT, Stage.N3, Stage.R} else 2


def by_schema(read: Callable[[Content, Ask], list[Scored]]) -> Callable[[Content, Ask], list[Scored]]:
    """Make a reader say of a file of values of another kind than the schema promises that they are."""

    @wraps(read)
    def guarded(content: Content, ask: Ask) -> list[Scored]:
        try:
            return read(content, ask)
        except HypnogramError:
            raise
        except OTHER_KINDS:
            raise content.error(
                "a value in it is of another kind than its maker documents", "export it again"
            ) from None

    return guarded


def by_gaps(spans: Iterable[Span], *, source: str = "") -> list[DeviceSleep]:
    """Put spans together into sleeps: a new one begins where nothing was recorded for an hour."""
    groups: list[list[Span]] = []
    end = None
    for span in sorted(spans, key=lambda span: (span[0], span[1])):
        if end is None or span[0] - end > GAP:
            groups.append([])
        groups[-1].append(span)
        end = span[1] if end is None or len(groups[-1]) == 1 else max(end, span[1])
    return [DeviceSleep(group, source=source) for group in groups]


def named_sleeps(sleeps: Iterable[DeviceSleep], *, device: str, epoch: float) -> list[Scored]:
    """Name sleeps by the day of waking, in their order; a day's shorter ones are naps where the device says nothing.

    Parameters
    ----------
    sleeps : iterable of DeviceSleep
    device : str
    epoch : float
        Seconds.
    """
    ordered = sorted(sleeps, key=lambda sleep: sleep.start.replace(tzinfo=None))
    longest: dict[tuple[str, str], DeviceSleep] = {}
    for sleep in ordered:
        key = (sleep.source, _day(sleep))
        if sleep.kind in ("", "night") and (key not in longest or _rank(sleep) > _rank(longest[key])):
            longest[key] = sleep
    out, used = [], Counter[str]()
    several = len({sleep.source for sleep in ordered}) > 1
    for sleep in ordered:
        day = _day(sleep)
        main = longest.get((sleep.source, day)) is sleep
        name = " ".join(filter(None, [day, "" if main else sleep.kind or "nap", sleep.source if several else ""]))
        used[name] += 1
        if used[name] > 1:
            name = f"{name} {used[name]}"
        scorer = Scorer(sleep.source or device, "classifier")
        out.append(
            epochs_in_row(
                sleep.epochs(epoch), epoch=epoch, start=sleep.start, scorer=scorer, levels=sleep.levels, name=name
            )
        )
    return out


def _day(sleep: DeviceSleep) -> str:
    return sleep.day or sleep.end.date().isoformat()


def _rank(sleep: DeviceSleep) -> tuple[bool, timedelta]:
    return sleep.kind == "night", sleep.end - sleep.start
