"""Naps, and recordings of a few hours, among whole nights: told by when they began and how long they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from ...core.errors import ClaimError
from ...core.reason import Reason
from .outcome import CUT_SHORT
from .sample import NotTestableError
from .shares_of_arms import chance_between_arms, nights_under, share_by_person
from .study_nights import StudyNights, text_of

__all__ = ["require_whole_nights_alike", "short_nights"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
#: What tells how long a night is, the best first; the last two are also short where somebody slept badly.
LENGTHS = ("trt", "tib", "recorded_minutes", "spt", "tst")
OF_SLEEP = ("spt", "tst")
#: Minutes from which on a recording is a whole night, and below which it is short; by day, a nap. Of minutes of sleep a
#: bad night has as few as a short recording, but for the least.
WHOLE, SHORT, SHORT_SLEEP, NAP = 300.0, 180.0, 120.0, 240.0
#: Whole nights there must be, that short ones are no study of naps, and short ones from which on they are said.
WHOLE_NIGHTS, LEAST = 4, 2
#: Hours between which a short recording that begins is a nap.
DAY = (9, 18)
#: Short nights stand apart where the longest is shorter than this part of the shortest twentieth of the others.
APART = 0.6
#: Arms that chance would part so less often are said, also where short nights do not stand apart.
P = 0.05
#: Arms whose shares of short nights differ by so much, and by chance with so small a probability, are not compared.
SHARE, UNLIKE = 0.1, 0.01
#: Share of one arm's recordings from which on they are short by design, where the other has none.
BY_DESIGN = 0.8


@dataclass(frozen=True, slots=True)
class _Short:
    """The short nights of a table, and whether they are known to be naps, or to have begun at night."""

    column: str
    limit: float
    short: Mask
    nap: Mask
    at_night: Mask
    apart: bool


def require_whole_nights_alike(nights: StudyNights, arms: Sequence[str]) -> None:
    """Refuse arms one of which holds naps, or short recordings of which nobody knows what they are, and the other not.

    An arm all of whose recordings are short is no mixture but may be the treatment, unless these are naps.

    Raises
    ------
    NotTestableError
    """
    if (found := _short(nights)) is None:
        return
    unknown = found.short & ~found.nap & ~found.at_night
    if found.column in OF_SLEEP and not found.apart:
        unknown &= False
    for naps, marked in ((True, found.nap), (False, unknown)):
        if marked.sum() < LEAST:
            continue
        for pair in combinations([arm for arm in arms if arm in nights.conditions], 2):
            shares = sorted(float(share_by_person(nights, marked, arm).mean()) for arm in pair)
            if shares[0] == 0.0 and shares[1] >= BY_DESIGN:
                differ = naps
            else:
                chance = chance_between_arms(nights, marked, np.ones(len(nights), bool), pair)
                differ = shares[1] - shares[0] >= SHARE and chance <= UNLIKE
            if differ:
                raise NotTestableError("short-nights-by-arm", **_facts(found, nights, marked, pair, naps=naps))


def short_nights(nights: StudyNights, arms: Sequence[str]) -> Iterator[Reason]:
    """Say how many nights of each arm are naps or short recordings, where the others are whole nights.

    Parameters
    ----------
    nights : StudyNights
    arms : sequence of str
        Conditions that the claim compares.
    """
    if (found := _short(nights)) is None:
        return
    there = tuple(arm for arm in arms if arm in nights.conditions)
    inside = np.any([nights_under(nights, arm) for arm in there], axis=0)
    for naps, marked in ((True, found.nap & inside), (False, found.short & ~found.nap & inside)):
        if marked.sum() < LEAST:
            continue
        if naps or found.apart or chance_between_arms(nights, marked, inside, there) <= P:
            yield Reason("short-nights", _facts(found, nights, marked, there, naps=naps))


# ------------------------------------------------------------------------------------------------------------- helpers
def _short(nights: StudyNights) -> _Short | None:
    """Give the short nights of a table that has whole ones beside; None where there is nothing to tell."""
    for column in LENGTHS:
        if column not in nights.columns:
            continue
        length = _numbers(nights, column)
        whole = length >= WHOLE
        if whole.sum() < max(WHOLE_NIGHTS, 0.1 * len(nights)):
            continue
        hours = np.array([_hour(cell) for cell in nights.columns.get("start", [None] * len(nights))])
        by_day = (hours >= DAY[0]) & (hours < DAY[1])
        told, called = _called_naps(nights)
        nap = (length < NAP) & np.where(told, called, by_day)
        limit = SHORT_SLEEP if column in OF_SLEEP else SHORT
        short = ((length < limit) | nap) & ~nights.flags(CUT_SHORT) & ~(told & ~called)
        if not short.any():
            return None
        rest = length[np.isfinite(length) & ~short]
        apart = bool(length[short].max() < APART * np.quantile(rest, 0.05))
        return _Short(column, limit, short, nap & short, np.isfinite(hours) & ~by_day, apart)
    return None


def _numbers(nights: StudyNights, column: str) -> Floats:
    """Give a column as numbers; NaN where a column of the user's own holds none."""
    try:
        return nights.numbers(column)
    except ClaimError:
        return np.full(len(nights), np.nan)


def _called_naps(nights: StudyNights) -> tuple[Mask, Mask]:
    """Nights of which a column of 0 and 1 says whether they are naps, and those that are; none where it holds else."""
    try:
        called = nights.flags("nap")
    except ClaimError:
        return np.zeros(len(nights), bool), np.zeros(len(nights), bool)
    cells = nights.columns.get("nap", [None] * len(nights))
    return np.array([text_of(cell) != "" for cell in cells], bool), called


def _hour(cell: Any) -> float:
    """Give the hour at which a night began, from a date with a time or a time alone; NaN where a cell tells none."""
    text = text_of(cell)
    if ":" not in text:
        return np.nan
    for read in (datetime.fromisoformat, time.fromisoformat):
        try:
            begun = read(text)
        except ValueError:
            continue
        return begun.hour + begun.minute / 60
    return np.nan


def _facts(found: _Short, nights: StudyNights, marked: Mask, arms: Sequence[str], *, naps: bool) -> dict[str, Any]:
    under = [nights_under(nights, arm) for arm in arms]
    return {
        "naps": naps, "of_sleep": not naps and found.column in OF_SLEEP, "hours": (NAP if naps else found.limit) / 60,
        "arms": tuple(arms), "n": tuple(int((marked & arm).sum()) for arm in under),
        "nights": tuple(int(arm.sum()) for arm in under),
    }  # fmt: skip
