"""What this package wrote, known by what a file says of itself and never by a table that lies beside it."""

from __future__ import annotations

import re
from itertools import takewhile
from pathlib import Path
from typing import Any

from ...core.bounded_json import bounded_json
from ...core.errors import HypnogramError
from ..files import open_file, read_whole
from ..hypnogram_csv import MAGIC, SCORER_FIELDS
from ..hypnograms import is_edf_head, read_hypnogram
from ..own_mark import OwnMark, is_unmarked_edf
from ..scorings.workbooks import workbook_text

__all__ = ["RECORD_HEAD", "is_own_result"]

#: How a completion record begins, and the folder beside those of records in which a batch copies scorings.
RECORD_HEAD, COPIES = '{"schema": ', "scorings"
#: How our table of nights begins, whatever a spreadsheet parts its cells by.
NIGHTS_HEAD = re.compile(r'recording"?[,;\t]"?file"?[,;\t]"?source_id"?[,;\t]')
#: How the table that says what its columns mean begins.
NIGHTS_JSON = re.compile(r'\{\s*"recording": \{\s*"Description"')
#: What the fields of a scorer say, without quotation marks, of a classifier of anybody's.
CLASSIFIER = re.compile(r"\bkind: classifier\b")
#: How a workbook and text of two bytes a character begin.
WORKBOOK, WIDE = b"PK\x03\x04", (b"\xff\xfe", b"\xfe\xff")
#: How much of a file is looked at for its head.
HEAD = 1 << 14
#: Bytes of the largest sidecar or workbook that is looked at.
LARGEST = 1 << 22


def is_own_result(path: Path) -> bool:
    """Whether a file holds our own staging or what came of it, so that it is no scoring by anybody else.

    A hypnogram says it by its scorer, one in another format by our mark, a completion record by its beginning, a table
    of events by its sidecar; also after a spreadsheet saved it in its own way. A scoring by a person that this package
    wrote is none, but for the copy that a batch keeps of it, which a completion record tells of: it would be that
    person's second scoring.
    """
    if path.parent.name == COPIES and _is_record(path.parent.parent / "records" / f"{path.stem}.json"):
        return True
    try:
        with open_file(path) as file:
            data = file.read(HEAD)
    except OSError:
        return False
    if is_edf_head(data):
        return is_unmarked_edf(data) or _is_as_marked(path, OwnMark.in_edf(data))
    head = _text(path, data).lstrip('\ufeff" \t\r\n')
    if (head.startswith(MAGIC) and _is_staged(head)) or _is_as_marked(path, OwnMark.in_text(head)):
        return True
    if head.startswith(RECORD_HEAD) or NIGHTS_HEAD.match(head) or NIGHTS_JSON.match(head):
        return True
    if path.name.endswith("_events.tsv"):
        return _is_generated(path.with_suffix(".json"))
    return path.name.endswith("_events.json") and _is_generated(path)


def _is_record(path: Path) -> bool:
    try:
        with open_file(path) as file:
            return file.read(len(RECORD_HEAD)) == RECORD_HEAD.encode()
    except OSError:
        return False


def _is_as_marked(path: Path, mark: OwnMark | None) -> bool:
    """Whether a file is marked as our staging, and nobody has corrected it since."""
    if mark is None or not mark.stages:
        return mark is not None
    try:
        return mark.holds(read_hypnogram(path))
    except (HypnogramError, OSError):
        return True


def _text(path: Path, data: bytes) -> str:
    """What a file begins with as text, whatever its encoding, and the first sheet of a workbook."""
    if data.startswith(WORKBOOK):
        try:
            return workbook_text(path.name, read_whole(path, LARGEST))[:HEAD]
        except (HypnogramError, OSError):
            return ""
    wide = "utf-16" if data.startswith(WIDE) else "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
    return data.decode(wide if data.startswith(WIDE) or b"\0" in data[:2] else "utf-8-sig", "replace")


def _is_staged(head: str) -> bool:
    """Whether our hypnogram says that a classifier scored it; a spreadsheet doubles quotation marks."""
    lines = takewhile(lambda line: line.startswith("#"), (line.lstrip('" ') for line in head.splitlines()))
    fields = [line.replace('"', "") for line in lines if SCORER_FIELDS in line]
    return any(CLASSIFIER.search(line) is not None for line in fields)


def _is_generated(sidecar: Path) -> bool:
    try:
        content = _json(read_whole(sidecar, LARGEST).decode())
    except (OSError, UnicodeDecodeError):
        return False
    if not isinstance(content, dict):
        return False
    by, told = content.get("GeneratedBy"), content.get("Hypnogram")
    scorer = told.get("Scorer") if isinstance(told, dict) else None
    staged = isinstance(scorer, dict) and scorer.get("kind") == "classifier"
    return staged or (isinstance(by, dict) and by.get("Name") == "somnometry")


def _json(text: str) -> Any:
    try:
        return bounded_json(text)
    except ValueError:
        return None
