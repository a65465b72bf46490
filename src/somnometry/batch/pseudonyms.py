"""Records without the names of files: what a pseudonymous batch writes."""

from __future__ import annotations

from dataclasses import replace

from ..io.nights.night import Night
from .records import Record

__all__ = ["without_names"]


def without_names(record: Record, night: Night) -> Record:
    """Give a record in which the night's own name, which is a digest, stands for the names of all its files.

    Parameters
    ----------
    record : Record
    night : Night
        Whose files, and whose scorings, are not to be named.
    """
    of_files = {name for file in (*night.files, *night.scorings) for name in (file.name, file.stem)}
    names = sorted({night.path, night.name, *of_files}, key=len, reverse=True)

    def hidden(text: str) -> str:
        for name in names:
            text = text.replace(name, record.night)
        return text

    row = {key: hidden(value) if isinstance(value, str) else value for key, value in record.row.items()}
    findings = [replace(f, where=hidden(f.where), what=hidden(f.what)) for f in record.findings]
    why = {role: hidden(words) for role, words in record.why.items()}
    return replace(record, row=row, findings=tuple(findings), why=why)
