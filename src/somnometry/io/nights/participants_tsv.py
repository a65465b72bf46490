"""`participants.tsv` of a BIDS data set: age and sex of the person whose night a file is."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path

from ..files import read_whole
from .recordings_csv import Details

__all__ = ["NAME", "of_participant"]

NAME = "participants.tsv"
#: Bytes of a table; folders above a recording in which the table may lie (data set, subject, session, kind).
LARGEST, ABOVE = 1 << 22, 4
SEXES = {"m": True, "male": True, "f": False, "female": False}
OLDEST = 120.0


def of_participant(file: Path, subject: str | None) -> Details:
    """Give what the data set's table says of the person whose night a file is; nothing where there is none.

    Only a folder named after the person makes a data set: ``sub-01/eeg/sub-01_task-sleep_eeg.edf`` beside the table.
    """
    folders = list(file.resolve().parents)[:ABOVE]
    own = next((folder for folder in folders if folder.name == f"sub-{subject}"), None)
    if subject is None or own is None or not (own.parent / NAME).is_file():
        return Details()
    row = _rows(own.parent / NAME).get(f"sub-{subject}", {})
    age = row.get("age", "").replace(",", ".")
    years = float(age) if re.fullmatch(r"\d+(\.\d+)?", age) else 0.0
    male = SEXES.get(row.get("sex", row.get("gender", "")).lower())
    return Details(age=years if 0 < years < OLDEST else None, male=male)


@lru_cache(maxsize=16)
def _rows(table: Path) -> dict[str, dict[str, str]]:
    """The rows of a table by participant; none where it cannot be read as one."""
    try:
        text = read_whole(table, LARGEST).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return {}
    try:
        lines = list(csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    except csv.Error:  # a cell of more than 131,072 characters
        return {}
    names = [name.strip().lower() for name in lines[0]] if lines else []
    rows = [dict(zip(names, (cell.strip() for cell in cells), strict=False)) for cells in lines[1:]]
    return {row["participant_id"]: row for row in rows if row.get("participant_id")}
