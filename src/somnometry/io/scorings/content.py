"""`Content`: what is in a file that may be a scoring, as text and lines, whatever its encoding."""

from __future__ import annotations

import codecs
import csv
import errno
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from ...core.bounded_json import bounded_json
from ...core.errors import HypnogramError
from ..files import open_file, open_unchanged, read_whole
from .workbooks import workbook_text

__all__ = ["Content"]

#: Bytes by which a format is recognised where nothing is read yet.
HEAD = 2**15
#: Bytes of the largest file that is read as text; a scoring of a night is a hundredth of it.
LARGEST = 16 * 2**20
#: Tags of XML: each becomes objects of a hundred bytes.
MOST = 500_000
#: Lines of a text: nearly three days in epochs of a second.
MOST_LINES = 250_000
#: Cells of a row.
WIDEST = 1000
#: Characters of a line that may name columns.
HEADING = 10_000
#: Encodings that announce themselves.
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: First bytes of files of MATLAB, before and since version 7.3.
MATLAB = (b"MATLAB ", b"\x89HDF\r\n\x1a\n")
#: Start tag of a record of sleep in an export of Apple Health, which holds gigabytes of other records.
APPLE, APPLE_MARK = re.compile(rb"<Record\b[^<>]*+>"), b'"HKCategoryTypeIdentifierSleepAnalysis"'
CHUNK = 2**20
#: Share of characters that are control codes in what is no text.
CONTROL = 0.01


@dataclass(frozen=True)
class Content:
    """The text of a file.

    Parameters
    ----------
    name : str
        Of the file, for errors; it never tells the format.
    text : str
    levels : mapping of str to mapping of str to str
        What the values of a column mean, as the sidecar of a BIDS table says.
    hypnogram : mapping of str to object
        What that sidecar says of start, lights and scorer, where this package wrote it.
    """

    name: str
    text: str
    levels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    hypnogram: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path) -> Content:
        """Read a file: by its byte order mark, as UTF-8, or as Latin-1, in which programs of Windows write.

        Raises
        ------
        HypnogramError
            Where it is too large for a scoring, or no text.
        """
        try:
            if (apple := _apple_sleep(path)) is not None:
                return cls(path.name, apple)
            data = read_whole(path, LARGEST)
        except FileNotFoundError:
            raise
        except OSError as error:
            if error.errno != errno.EFBIG:
                raise HypnogramError(f"cannot be read ({error.strerror})", place=path.name) from None
            what = f"more than {LARGEST // 2**20} MB are no scoring that is text"
            raise HypnogramError(what, place=path.name, remedy="export the stages alone") from None
        if data.startswith(MATLAB):
            raise HypnogramError(
                "a MATLAB file, which is not read", place=path.name,
                remedy="write the stages as text, and build a Hypnogram from them or name their coding",
            )  # fmt: skip
        if data.startswith(b"PK\x03\x04"):
            return cls(path.name, workbook_text(path.name, data))
        encoding = next((name for mark, name in MARKS if data.startswith(mark)), "")
        try:
            text = data.decode(encoding or "utf-8")
        except UnicodeDecodeError:
            text = "" if encoding else data.decode("latin-1")
        odd = sum(map(text[:4096].count, map(chr, [*range(9), *range(14, 32)])))
        if odd > CONTROL * len(text[:4096]) or not text.strip():
            raise HypnogramError(
                "neither an EDF or BDF file nor text", place=path.name, remedy="export the scoring as EDF+ or text"
            )
        content = cls(path.name, text.replace("\r\n", "\n").replace("\r", "\n"), *_sidecar(path))
        if content.text.count("\n") > MOST_LINES:
            raise content.error(f"more than {MOST_LINES:,} lines are no scoring", "export the stages alone")
        return content

    @classmethod
    def head_of(cls, path: Path) -> Content | None:
        """Give the first whole lines of a text, or all of a JSON or workbook; None of what is neither."""
        try:
            with open_file(path) as file:
                data = file.read(HEAD)
            marked = data.startswith(tuple(mark for mark, _ in MARKS))
            if not data.startswith(b"PK\x03\x04") and b"\0" in data[:512] and not marked:
                return None
            if len(data) < HEAD or marked or data.lstrip()[:1] in (b"{", b"[") or data.startswith(b"PK"):
                return cls.of(path) if path.stat().st_size < LARGEST else None
            text = data[: data.rfind(b"\n") + 1].decode("utf-8-sig", "replace")
        except (HypnogramError, OSError):
            return None
        return cls(path.name, text.replace("\r\n", "\n").replace("\r", "\n")) if text.strip() else None

    @cached_property
    def lines(self) -> list[str]:
        """Lines without the empty ones at the end."""
        return self.text.rstrip().split("\n")

    @cached_property
    def filled(self) -> list[str]:
        """Lines that are neither empty nor comments, stripped."""
        return [line.strip() for line in self.lines if line.strip() and not line.lstrip().startswith("#")]

    @property
    def head(self) -> str:
        """The first line that is neither empty nor a comment, as far as names of columns may go."""
        return self.filled[0][:HEADING] if self.filled else ""

    @cached_property
    def json(self) -> Any:
        """What it says as JSON; None where it is none, or goes beyond what a scoring may."""
        try:
            return bounded_json(self.text)
        except ValueError:
            return None

    def rows(self, delimiter: str, start: int = 0, most: int | None = None) -> list[list[str]]:
        """Cells of the lines that are not empty, stripped; of `most` lines from `start`."""
        lines = self.lines[start : None if most is None else start + most]
        lines = [line for line in lines if len(line) < WIDEST or line.count(delimiter) < WIDEST]
        try:
            rows = list(csv.reader(lines, delimiter=delimiter))
        except csv.Error:  # a quotation mark that nothing closes
            rows = [line.split(delimiter) for line in lines]
        return [cells for row in rows if any(cells := [cell.strip() for cell in row])]

    def columns(self, rows: list[list[str]], *needed: str) -> dict[str, list[str]]:
        """Cells by the headings in the first row; rows of another length are not of the table.

        Raises
        ------
        HypnogramError
            Where two columns have one name, or one that is needed is missing.
        """
        head, *body = rows or [[]]
        if twice := next((name for i, name in enumerate(head) if name and name in head[:i]), None):
            raise self.error(f"two columns are called {twice!r}", "keep one of them", key=twice)
        if lacks := [name for name in needed if name not in head]:
            raise self.error(f"it has no column {', '.join(lacks)}", "export the scoring again", key=lacks[0])
        body = [row for row in body if len(row) == len(head)]
        return {name: [row[i] for row in body] for i, name in enumerate(head)}

    def one_clock(self, moments: Iterable[datetime]) -> None:
        """Refuse moments of which some name their time zone and others do not: nothing tells how far they lie apart."""
        if len({moment.tzinfo is None for moment in moments}) > 1:
            raise self.error(
                "some of its moments name a time zone and others do not", "export the scoring again, with one clock"
            )

    def error(self, what: str, remedy: str = "", *, key: str = "") -> HypnogramError:
        """Give an error that names the file."""
        return HypnogramError(what, place=self.name, remedy=remedy, key=key)


def _sidecar(path: Path) -> tuple[dict[str, dict[str, str]], dict[str, Any]]:
    """Give the levels of each column that the JSON beside a table describes, and what it says of the hypnogram."""
    sidecar = path.with_suffix(".json")
    if path.suffix.lower() != ".tsv" or not sidecar.is_file():
        return {}, {}
    try:
        found = bounded_json(read_whole(sidecar, LARGEST).decode("utf-8-sig"))
    except (OSError, ValueError):
        return {}, {}
    about = {name: one for name, one in found.items() if isinstance(one, dict)} if isinstance(found, dict) else {}
    levels = {
        name.casefold(): {str(code): str(meaning) for code, meaning in one["Levels"].items()}
        for name, one in about.items() if isinstance(one.get("Levels"), dict)
    }  # fmt: skip
    return levels, about.get("Hypnogram", {})


def _apple_sleep(path: Path) -> str | None:
    """Give the tags of sleep in an export of Apple Health, read in pieces; None where the file is none."""
    tags = []
    with open_unchanged(path) as file:
        if b"<HealthData" not in (left := file.read(2**16)):
            return None
        while piece := file.read(CHUNK):
            whole, mark, rest = (left + piece).rpartition(b"<")
            tags += [tag for tag in APPLE.findall(whole) if APPLE_MARK in tag]
            left = mark + rest
            if len(left) > 2 * CHUNK or len(tags) > MOST:
                what = "an export of Apple Health with a tag of megabytes, or more records of sleep than anybody has"
                raise HypnogramError(what, place=path.name, remedy="export it again")
    tags += [tag for tag in APPLE.findall(left) if APPLE_MARK in tag]
    end = "</HealthData>" if left.rstrip().endswith(b"</HealthData>") else ""
    return "\n".join(["<HealthData>", *(tag.decode("utf-8", "replace") for tag in tags), end])
