"""What this package wrote, known by what a file says of itself and never by a table that lies beside it."""

from __future__ import annotations

import json
import re
from itertools import takewhile
from pathlib import Path
from typing import Any

from ..files import open_file, read_whole
from ..hypnogram_csv import MAGIC, SCORER_FIELDS

__all__ = ["RECORD_HEAD", "is_own_result"]

#: How a completion record begins.
RECORD_HEAD = '{"schema": '
#: How our table of nights begins, whatever a spreadsheet parts its cells by.
NIGHTS_HEAD = re.compile(r"recording[,;\t]file[,;\t]source_id[,;\t]")
#: The scorer's line of a staged hypnogram in files that do not hold its fields, as versions before 0.2.0 wrote them.
OLD_CLASSIFIER = re.compile(r'"YASA [a-z+]+ sha256:[0-9a-f]{12}.*"')
#: How much of a file is looked at for its head.
HEAD = 1 << 12
#: Bytes of the largest sidecar that is looked at.
LARGEST = 1 << 20


def is_own_result(path: Path) -> bool:
    """Whether a file holds our own staging or what came of it, so that it is no scoring by anybody else.

    A hypnogram says it by its scorer, a completion record by its beginning, a table of events by its sidecar. A scoring
    by a person that this package wrote is none.
    """
    try:
        with open_file(path) as file:
            head = file.read(HEAD).decode("utf-8-sig", "replace")
    except OSError:
        return False
    if head.startswith(MAGIC):
        return _is_staged(head)
    if head.startswith(RECORD_HEAD) or NIGHTS_HEAD.match(head):
        return True
    if path.name.endswith("_events.tsv"):
        return _is_generated(path.with_suffix(".json"))
    return path.name.endswith("_events.json") and _is_generated(path)


def _is_staged(head: str) -> bool:
    lines = takewhile(lambda line: line.startswith("# "), head.splitlines()[1:])
    fields = dict(line[2:].partition(": ")[::2] for line in lines)
    if SCORER_FIELDS not in fields:
        return OLD_CLASSIFIER.fullmatch(fields.get("scorer", "")) is not None
    scorer = _json(fields[SCORER_FIELDS])
    return isinstance(scorer, dict) and scorer.get("kind") == "classifier"


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
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
