"""Records without the names of files: what a pseudonymous batch writes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from ..io.nights.night import Night
from .records import Record

__all__ = ["without_names"]

#: Columns whose words may quote the name of a file; the others hold what was measured or what the user wrote.
QUOTING = frozenset({"file", "scoring", "error", "findings", "warnings"})
#: A name without its ending of so few digits is a number in any sentence; errors begin with it.
FEW_DIGITS = 3


def without_names(record: Record, night: Night) -> Record:
    """Give a record in which the night's own name, which is a digest, stands for the names of all its files.

    Parameters
    ----------
    record : Record
    night : Night
        Whose files, and whose scorings, are not to be named.
    """
    files = (*night.files, *night.scorings)
    whole = _pattern({night.path, *(file.name for file in files)})
    any_form = _pattern({night.path, night.name, *(name for file in files for name in (file.name, file.stem))})
    row = {
        key: any_form.sub(record.night, value) if key in QUOTING and isinstance(value, str) else value
        for key, value in record.row.items()
    }
    findings = [
        replace(f, where=whole.sub(record.night, f.where), what=any_form.sub(record.night, f.what))
        for f in record.findings
    ]
    why = {role: whole.sub(record.night, words) for role, words in record.why.items()}
    return replace(record, row=row, findings=tuple(findings), why=why)


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Find names as words of their own, the longest first."""
    return re.compile("|".join(map(_word, sorted(names, key=len, reverse=True))))


def _word(name: str) -> str:
    if name.isdecimal() and len(name) <= FEW_DIGITS:
        return rf"\A{re.escape(name)}(?=: )"
    return rf"(?<!\w){re.escape(name)}(?!\w)"
