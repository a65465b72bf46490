"""Rows of a table that name an evening and no file: the night that begins on it, or one that was lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path, PurePath

from ...core.errors import RecordingError
from ...core.evenings import evening_of
from .night import Night
from .recordings_csv import TableRow

__all__ = ["nights_by_evening"]


def nights_by_evening(
    rows: Sequence[TableRow], begun: Iterable[tuple[Night, datetime | None]], table: Path, today: date | None = None
) -> list[Night]:
    """Give the nights of rows that name an evening and no file, each with what its row says.

    Parameters
    ----------
    rows : sequence of TableRow
        Those that have a path are none of them.
    begun : iterable of (Night, datetime or None)
        Nights that no row names, and when they began.
    table : Path
    today : date, optional
        Evenings from this day on are still to come, and no nights yet; by default the day that it is.

    Returns
    -------
    list of Night
        In the order of the rows. One whose row says in ``lost`` that it was, and one of an evening that is over and on
        which nothing begins, is a night without a recording, of the layout "lost".

    Raises
    ------
    RecordingError
        Where several nights begin on one evening, or two rows name one.
    """
    of_evening: dict[date, list[Night]] = {}
    for night, start in begun:
        if start is not None:
            of_evening.setdefault(evening_of(start), []).append(night)
    first: dict[date, int] = {}
    nights = []
    for row in rows:
        evening = row.details.evening
        if row.paths or evening is None:
            continue
        if (number := first.setdefault(evening, row.number)) != row.number:
            raise RecordingError(
                f"both are the evening of {evening}", place=f"{table.name}, rows {number} and {row.number}",
                remedy="delete one, or name the file of each", key="evening",
            )  # fmt: skip
        found = _main(of_evening.get(evening, []))
        if row.details.lost or (not found and evening < (today or date.today())):
            nights.append(Night((table,), PurePath(f"evening-{evening}"), "lost", row.details, which=f"{evening}"))
        elif len(found) > 1:
            names = ", ".join(repr(night.name if not night.which else night.which) for night in found[:4])
            raise RecordingError(
                f"on the evening of {evening} begin {names}", place=f"{table.name}, row {row.number}",
                remedy="name in 'path' which one it is; of two parts of one night both, 'first.edf | second.edf'",
                key="path",
            )  # fmt: skip
        elif found:
            nights.append(replace(found[0], details=row.details.over(found[0].details)))
    return nights


def _main(nights: Sequence[Night]) -> Sequence[Night]:
    """Leave out naps, where a device says which of its sleeps are: the others are called by their day alone."""
    of_day = [night for night in nights if night.which and _is_day(night.which)]
    return of_day if len(of_day) == 1 else nights


def _is_day(name: str) -> bool:
    try:
        date.fromisoformat(name)
    except ValueError:
        return False
    return True
