"""A folder of derivatives in, pages out: one of the study, one of each night."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..calibration.calibration import Calibration
from ..core.bounded_json import bounded_json
from ..core.errors import HypnogramError, RecordingError
from ..core.hypnogram import Hypnogram
from ..io.files import read_whole, sweep, write_whole
from ..io.hypnograms import read_hypnogram
from ..metrics.certainty import certainty
from ..report.pages.night_facts import NightFacts
from ..report.pages.night_page import night_page
from ..report.pages.study_page import study_page
from ..report.words.night_words import percent_sure
from .nights_csv import TEXT, csv_rows, read_rows
from .records import read_record, require_rows
from .spectrograms import read_spectrogram

__all__ = ["night_facts", "write_report"]

#: Bytes of a file of verdicts that no study comes near.
LARGEST = 1 << 26


def write_report(
    folder: str | os.PathLike[str],
    out: str | os.PathLike[str] | None = None,
    *,
    calibration: Calibration | None = None,
    verdicts: str | os.PathLike[str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Path:
    """Write what `measure` left as pages: ``index.html`` of the study, and ``nights/NIGHT.html`` of each night.

    Parameters
    ----------
    folder : path-like
        What `measure` wrote.
    out : path-like, optional
        Folder for the pages; ``report`` in that folder if None.
    calibration : Calibration, optional
        Of the stager: each metric of its nights gets the 90 % interval of what people would have found.
    verdicts : path-like, optional
        ``verdicts.json`` or the folder that `judge` wrote; if None, one that lies in the folder or in a folder of it.
    progress : function of str
        Told the name of each night whose page is written.

    Returns
    -------
    Path
        Of ``index.html``. No page needs another file, or the network.

    Raises
    ------
    RecordingError
        Where there is no ``nights.csv`` of ours, or no verdicts where they were said to be.
    OSError
        Where a page cannot be written.

    Examples
    --------
    >>> write_report("derivatives")  # doctest: +SKIP
    PosixPath('derivatives/report/index.html')
    """
    place = Path(folder)
    if not (place / "nights.csv").is_file():
        raise RecordingError(
            "there is no nights.csv", place=str(place), remedy="give the folder that `measure` wrote with --out"
        )
    names = list(read_rows(place / "nights.csv"))
    require_rows(place, names)
    pages = place / "report" if out is None else Path(out)
    (pages / "nights").mkdir(parents=True, exist_ok=True)
    sweep(pages)
    found = _verdicts(place, verdicts)
    links = [f"{quote(name)}.html" if Path(name).name == name else "" for name in names]
    kept, sure = list[NightFacts](), list[float]()
    for i, facts in enumerate(night_facts(place)):
        clear = math.nan if facts.hypnogram is None else percent_sure(facts.hypnogram, certainty(facts.hypnogram))
        sure.append(clear)
        if links[i]:
            near = (links[i - 1] if i else "", links[i + 1] if i + 1 < len(links) else "")
            text = night_page(facts, calibration=calibration, up="../index.html", before=near[0], after=near[1])
            _write(pages / "nights" / f"{facts.name}.html", text)
        kept.append(replace(facts, hypnogram=None, spectrogram=None))
        if progress is not None:
            progress(facts.name)
    index = pages / "index.html"
    text = study_page(
        kept,
        sure=sure,
        links=[f"nights/{link}" if link else "" for link in links],
        title=_title(found),
        left_out=_left_out(place),
        verdicts=None if found is None else found[1],
        verdicts_link=_page_of_verdicts(found, pages),
    )
    _write(index, text)
    return index


def night_facts(folder: Path) -> Iterator[NightFacts]:
    """Give what is known of each night of a folder of derivatives, in the order of ``nights.csv``, one at a time."""
    for name, cells in read_rows(folder / "nights.csv").items():
        row = {column: _cell(column, cell) for column, cell in cells.items()}
        facts = NightFacts(name, row)
        if Path(name).name == name:
            record = read_record(folder, name)
            if record is not None:
                facts = replace(facts, findings=record.findings, failure=record.failure, why=record.why)
            if facts.is_measured:
                facts = replace(
                    facts,
                    hypnogram=_hypnogram(folder / "hypnograms" / f"{name}.csv"),
                    spectrogram=read_spectrogram(folder / "spectrograms" / f"{name}.npz"),
                )
        yield facts


# ------------------------------------------------------------------------------------------------------------- helpers
def _cell(column: str, cell: str) -> Any:
    """A cell as it is meant: text in columns of text, else a number where it is one, NaN where it is empty."""
    if column in TEXT:
        return cell
    if cell == "":
        return math.nan
    try:
        return float(cell)
    except ValueError:
        return cell


def _hypnogram(path: Path) -> Hypnogram | None:
    try:
        return read_hypnogram(path)
    except (HypnogramError, OSError, ValueError):
        return None


def _left_out(folder: Path) -> int:
    try:
        return len(csv_rows(folder / "left_out.csv")[1])
    except (OSError, RecordingError):
        return 0


def _verdicts(folder: Path, given: str | os.PathLike[str] | None) -> tuple[Path, Mapping[str, Any]] | None:
    """Give the verdicts on these nights and where they lie; None where there are none."""
    if given is not None:
        file = Path(given) / "verdicts.json" if Path(given).is_dir() else Path(given)
        held = _verdicts_in(file)
        if held is None:
            raise RecordingError("no verdicts that can be read", place=str(file), remedy="name what `judge` wrote")
        return file, held
    for file in [folder / "verdicts.json", *sorted(folder.glob("*/verdicts.json"))]:
        held = _verdicts_in(file)
        if held is not None:
            return file, held
    return None


def _verdicts_in(file: Path) -> Mapping[str, Any] | None:
    try:
        held: Mapping[str, Any] = bounded_json(read_whole(file, LARGEST))
        all(verdict["outcome"] and verdict["explanation"] and verdict["name"] for verdict in held["verdicts"])
        held["study"]["name"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return held


def _title(found: tuple[Path, Mapping[str, Any]] | None) -> str:
    name = "" if found is None else str(found[1]["study"]["name"] or "")
    return name or "Nights"


def _page_of_verdicts(found: tuple[Path, Mapping[str, Any]] | None, pages: Path) -> str:
    """Give the link from the page of the study to the page of verdicts; empty where there is none."""
    if found is None or not (page := found[0].with_suffix(".html")).is_file():
        return ""
    try:
        return quote(Path(os.path.relpath(page.resolve(), pages.resolve())).as_posix())
    except ValueError:  # on another drive of Windows
        return ""


def _write(path: Path, text: str) -> None:
    write_whole(path, text)
