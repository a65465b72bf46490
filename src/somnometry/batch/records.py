"""Completion records: one file per night that says what was measured, on which bytes and how, so that a batch goes on.

A record is written last, under a temporary name that is synced and renamed. So a night whose record is there is whole,
and one whose batch was ended at any moment is measured again.
"""

from __future__ import annotations

import errno
import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field, replace
from pathlib import Path
from typing import Any, get_args

from ..core.bounded_json import bounded_json
from ..core.errors import RecordingError
from ..core.finding import Finding, Severity
from ..core.plain import plain_data
from ..core.shown_text import json_text
from ..io.files import open_file, read_whole, settled, write_whole
from .nights_csv import Row, is_file_name

__all__ = [
    "Input",
    "Record",
    "read_record",
    "read_records",
    "record_file",
    "require_rows",
    "sha256_of",
    "write_record",
]

#: Version of the layout of a record.
SCHEMA = 1
FOLDER = "records"
#: Bytes that no record comes near.
LARGEST = 1 << 24
#: Bytes of a file that are hashed at a time.
PIECE = 1 << 20
#: Files as they were, and the digest of their content, that were hashed last, if any.
_last: list[tuple[tuple[tuple[int, ...] | None, ...], str]] = []


@dataclass(frozen=True, slots=True)
class Input:
    """The files of a night as they were when it was measured.

    Parameters
    ----------
    source_id : str
        Digest of where the files lie; see `nights_csv.source_id`.
    size : int
        Bytes of all files together.
    stamps : tuple of int
        Modification and change times of the files in nanoseconds: while they are the same, so is the content.
    sha256 : str
        Of the content of all files, one after the other.
    """

    source_id: str
    size: int
    stamps: tuple[int, ...]
    sha256: str

    @property
    def content_id(self) -> str:
        """As a row names the content, so that it is known again where records are lost."""
        return self.sha256[:16]

    @classmethod
    def of(cls, source_id: str, files: Sequence[Path], known: Input | None = None) -> Input:
        """Look at the files, and hash them unless size and times are those that are known.

        Raises
        ------
        OSError
            Where a file cannot be read.
        """
        states = [file.stat() for file in files]
        size = sum(state.st_size for state in states)
        stamps = tuple(stamp for state in states for stamp in (state.st_mtime_ns, state.st_ctime_ns))
        same = known is not None and (known.source_id, known.size, known.stamps) == (source_id, size, stamps)
        return cls(source_id, size, stamps, known.sha256 if same and known is not None else sha256_of(files))


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one night that was measured, or failed.

    Parameters
    ----------
    night : str
        Its name, unique in the folder also where case does not count.
    row : mapping of str to value
        Its row of ``nights.csv``; NaN where a number is undefined.
    input : Input, optional
        None of rows that an older version wrote.
    settings : mapping of str to value
        What it was measured with: every setting that is not the default, the model, the package's version.
    outputs : tuple of str
        Files that were written, below the folder.
    failure : str
        Code of what went wrong; empty where nothing did.
    passing : bool
        Whether the failure was one of the environment (a full disk, a killed process), so that it is tried again.
    findings : tuple of Finding
        What was noticed while reading and staging.
    why : mapping of str to str
        Role -> why its channel was chosen.
    """

    night: str
    row: Mapping[str, Any]
    input: Input | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    failure: str = ""
    passing: bool = False
    findings: tuple[Finding, ...] = ()
    why: Mapping[str, str] = field(default_factory=dict)

    def cells(self) -> Row:
        """Give the row of ``nights.csv`` with the findings behind it."""
        return Row(self.row, self.findings)

    def is_done(self, given: Input, settings: Mapping[str, Any], folder: Path) -> bool:
        """Whether the night need not be measured again: the same content, in the same way, and all outputs there."""
        if self.input is None or self.passing:
            return False
        same = (self.input.size, self.input.sha256) == (given.size, given.sha256) and self.settings == settings
        return same and all((folder / name).exists() for name in self.outputs)

    def moved_to(self, given: Input, cells: Mapping[str, Any]) -> Record:
        """Give the record of the same content that now lies, or is described, elsewhere."""
        return replace(self, input=given, row={**self.row, **cells})


def sha256_of(files: Sequence[Path]) -> str:
    """SHA-256 of the content of files, one after the other; the last is kept, for files that hold many nights."""
    known = tuple(settled(file) for file in files)
    for files_then, kept in _last[:]:
        if None not in known and files_then == known:
            return kept
    digest = hashlib.sha256()
    for file in files:
        with open_file(file) as stream:
            while piece := stream.read(PIECE):
                digest.update(piece)
    if None not in known and known == tuple(settled(file) for file in files):
        _last[:] = [(known, digest.hexdigest())]
    return digest.hexdigest()


def record_file(folder: Path, night: str) -> Path:
    """Where the record of a night lies in a folder of derivatives."""
    return folder / FOLDER / f"{night}.json"


def write_record(folder: Path, record: Record) -> None:
    """Write a record whole or not at all, also where the power goes.

    Raises
    ------
    OSError
    """
    document = {
        "schema": SCHEMA,
        "night": record.night,
        "state": "failed" if record.failure else "ok",
        "failure": record.failure,
        "passing": record.passing,
        "input": None
        if record.input is None
        else {
            "source_id": record.input.source_id,
            "size": record.input.size,
            "stamps": list(record.input.stamps),
            "sha256": record.input.sha256,
        },
        "settings": dict(record.settings),
        "outputs": list(record.outputs),
        "findings": [asdict(finding) for finding in record.findings],
        "why": dict(record.why),
        "row": {key: _cell(value) for key, value in record.row.items()},
    }
    file = record_file(folder, record.night)
    file.parent.mkdir(exist_ok=True)
    write_whole(file, json_text(document, allow_nan=False) + "\n")


def read_record(folder: Path, night: str) -> Record | None:
    """Give the record of a night; None where there is none, or it is damaged, so that the night is measured again."""
    return _read(record_file(folder, night))


def read_records(folder: Path) -> Iterator[Record]:
    """Give every sound record of a folder, in the order of names."""
    files = sorted((folder / FOLDER).glob("*.json"), key=lambda file: (file.stem.casefold(), file.stem))
    for file in files:
        if (record := _read(file)) is not None:
            yield record


def require_rows(folder: Path, names: Iterable[object]) -> None:
    """Refuse a table that lacks nights of which the folder has records: copied in part, or cut at the end of a line.

    Parameters
    ----------
    folder : Path
        The folder of derivatives; where it holds no records, nothing is known.
    names : iterable of str
        Recordings that the table has rows of.

    Raises
    ------
    RecordingError
    """
    known = set(names)
    files = [file for file in (folder / FOLDER).glob("*.json") if file.stem not in known]
    lost = [one.night for file in files if (one := _read(file)) is not None and one.row.get("status") != "waiting"]
    if lost:
        some = ", ".join(sorted(lost)[:3]) + (", ..." if len(lost) > 3 else "")
        raise RecordingError(
            f"rows of {len(lost)} nights are missing that were measured ({some})", place=str(folder / "nights.csv"),
            key="recording",
            remedy="measure again, which writes the table anew; to leave nights out, give a copy of it elsewhere",
        )  # fmt: skip


def _read(file: Path) -> Record | None:
    try:
        document = bounded_json(read_whole(file, LARGEST))
        schema = document["schema"]
        if schema != SCHEMA:
            raise RecordingError(
                f"a completion record of layout {schema}, and this version writes {SCHEMA}",
                place=str(file),
                remedy="choose another --out, or measure anew with --force",
            )
        facts = document["input"]
        json.dumps(document["settings"], allow_nan=False)  # 1e999 is read as infinity, which no record of ours holds
        given = None if facts is None else Input(**{**facts, "stamps": tuple(facts["stamps"])})
        record = Record(
            document["night"],
            {key: _value(value) for key, value in document["row"].items()},
            given,
            document["settings"],
            tuple(document["outputs"]),
            document["failure"],
            document["passing"],
            tuple(Finding(**facts) for facts in document["findings"]),
            {str(role): str(words) for role, words in document.get("why", {}).items()},
        )
        return record if _is_sound(record, file.stem) else None
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    except OSError as error:  # what is no file, or none of ours, is written anew; what cannot be read now is not
        if error.errno in (errno.EINVAL, errno.EFBIG, errno.EISDIR, errno.ELOOP):
            return None
        raise


def _is_sound(record: Record, name: str) -> bool:
    """Whether a record is of the night that its file is named after, and its values are of the kinds that we write."""
    given = record.input
    numbers = () if given is None else (given.size, *given.stamps)
    texts = (record.failure, *record.outputs, *((given.source_id, given.sha256) if given is not None else ()))
    return (
        record.night == name
        and is_file_name(name)
        and all(isinstance(text, str) for text in texts)
        and all(type(number) is int for number in numbers)
        and all(isinstance(cell, (str, int, float)) for cell in record.row.values())
        and isinstance(record.settings, dict)
        and isinstance(record.passing, bool)
        and all(isinstance(text, str) for finding in record.findings for text in astuple(finding))
        and all(finding.severity in get_args(Severity) for finding in record.findings)
    )


def _cell(value: Any) -> Any:
    """A cell as JSON holds it exactly: NaN is null, infinity is said, other numbers keep all their digits."""
    infinite = isinstance(value, float) and math.isinf(value)
    return {"number": repr(float(value))} if infinite else plain_data(value)


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return float(value["number"])
    return math.nan if value is None else value
