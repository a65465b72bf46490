"""What a column of the user's own may be called beside those that are measured."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from ..catalogue import CATALOGUE, reads_as
from ..core.errors import RecordingError
from ..io.nights.recordings_csv import COLUMNS
from .nights_csv import TEXT

__all__ = ["require_own"]

#: Columns beside the metrics that say what a night is, and how it was recorded and measured.
TAKEN = frozenset({*TEXT, *COLUMNS, "recorded_minutes", "lights_off_seconds", "lights_on_seconds", "given_age"})


def require_own(columns: Iterable[str], table: str) -> None:
    """Refuse columns that a reader of ``nights.csv`` would take for measured ones, also on nights that failed.

    Parameters
    ----------
    columns : iterable of str
        Of the user's own table, but for those that every such table has.
    table : str
        What the error calls the table.

    Raises
    ------
    RecordingError
        Where one is called as a metric of any level is, or its time, event, interval or part of the night; or as what
        else ``nights.csv`` holds. Case, blanks and dashes make no difference.
    """
    for column in sorted(columns):
        metric = reads_as(column)
        if metric:
            what = f"a column {column!r} would be taken for what is measured ({CATALOGUE[metric].label})"
        elif unicodedata.normalize("NFKC", column).casefold() in TAKEN:
            what = f"a column {column!r} is one that is written of every night"
        else:
            continue
        raise RecordingError(what, place=table, remedy=f"call it otherwise, such as 'own_{column}'", key=column)
