"""The command line of files that other programs wrote: `convert`."""

from __future__ import annotations

from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from .options import Coding, ScoredEpoch, ScorerName, ScoringFormat
from .say import say
from .wrong_use import leave_on_errors, wrong_use

if TYPE_CHECKING:
    from ..io.nights.reading import Reading

__all__ = ["convert"]


def convert(
    source: Annotated[
        Path,
        typer.Argument(help="What an app or a board wrote, a folder of such files, or a scoring.", metavar="INPUT"),
    ],
    out: Annotated[
        Path,
        typer.Option(
            help="File to write: signals as .edf, or .bdf of 24 bits; a scoring as its name tells; of a folder of such "
            "files, a folder."
        ),
    ],
    to: Annotated[
        str | None,
        typer.Option(
            help="Format of a scoring where the file's name does not tell: csv, parquet, edf, bids, yasa, visbrain, "
            "luna or scoringhero.",
            metavar="FORMAT",
        ),
    ] = None,
    signals: Annotated[bool, typer.Option("--signals", help="Convert the signals of an input that has both.")] = False,
    scoring: Annotated[bool, typer.Option("--scoring", help="Convert the scoring of an input that has both.")] = False,
    format: ScoringFormat = None,  # noqa: A002
    coding: Coding = None,
    epoch: ScoredEpoch = None,
    scorer: ScorerName = None,
) -> None:
    """Write signals of an app or a board as one sound EDF+ for `measure`, or a scoring in another format."""
    if signals and (scoring or to is not None):
        wrong_use("signals are written as EDF and BDF, scorings in other formats", remedy="ask for one of the two")
    with leave_on_errors(out):
        from ..io.nights.reading import Reading

        reading = Reading(format, coding, epoch, scorer)
        out.parent.mkdir(parents=True, exist_ok=True)
        if scoring or to is not None or reading != Reading():
            _convert_scoring(source, out, reading, to)
        elif out.suffix.lower() not in (".edf", ".bdf") and (exports := _exports_in(source)):
            _convert_folder(source, exports, out)
        elif signals or not source.is_file():
            _convert_signals(source, out)
        else:
            held = _holds(source, reading)
            if held == {"signals", "scoring"}:
                wrong_use("it holds signals and a scoring", place=source.name, remedy="add --signals or --scoring")
            (_convert_signals if "scoring" not in held else partial(_convert_scoring, reading=reading))(source, out)


def _exports_in(source: Path) -> list[Path]:
    """Files of a folder that apps or boards wrote, at any depth; none of what is no folder."""
    from ..io.exports.formats import format_of

    return [file for file in sorted(source.rglob("*")) if file.is_file() and format_of(file)] if source.is_dir() else []


def _convert_folder(source: Path, exports: list[Path], out: Path) -> None:
    """Write each night of a folder as EDF+; one that cannot be read is said, and the others go on."""
    from ..core.errors import SomnometryError

    failed = 0
    for file in exports:
        target = out / file.relative_to(source).with_suffix(".edf")
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            _convert_signals(file, target)
        except SomnometryError as error:
            failed += 1
            say(f"{file.name} was not converted: {error}", err=True)
    raise typer.Exit(1 if failed else 0)


def _holds(source: Path, reading: Reading) -> set[str]:
    """What is in a file: signals, a scoring, both, or nothing that is read."""
    from ..core.errors import SomnometryError
    from ..io.exports.formats import format_of
    from ..io.nights.files import FoundFile, with_header

    found = with_header(FoundFile(source, PurePath(source.name)))
    held = (
        {"signals"} if format_of(source) is not None or (found.header is not None and not found.is_scoring) else set()
    )
    try:
        if reading.read_all(source):
            held.add("scoring")
    except (SomnometryError, OSError):
        pass  # whoever converts it says why
    return held


def _convert_scoring(source: Path, out: Path, reading: Reading, to: str | None = None) -> None:
    """Write a scoring, and say what is not in the file."""
    from ..io.write_hypnograms import not_written, write_hypnogram, written_format

    one = written_format(out, to)
    if not source.is_file():
        wrong_use("there is no such file", place=str(source))
    if out.exists() and source.resolve() == out.resolve():
        wrong_use("a file cannot be written over itself", place=out.name, remedy="choose another --out")
    read = reading.read(source)
    write_hypnogram(read.hypnogram, out, format=one.name, events=read.events)
    start = "start unknown" if read.hypnogram.start is None else f"{read.hypnogram.start:%Y-%m-%d %H:%M:%S}"
    say(f"{out}: {one.what}; {start}; {read.hypnogram!r}")
    for finding in read.hypnogram.findings:
        say(str(finding))
    if lost := not_written(read.hypnogram, one, read.events):
        say(f"not written: {', '.join(lost)}")


def _convert_signals(source: Path, out: Path) -> None:
    """Write signals, and say what was found and what is not in the file."""
    from ..io.exports.convert import convert_signals

    exported = convert_signals(source, out)
    recording = exported.recording
    start = "start unknown" if recording.start is None else f"{recording.start:%Y-%m-%d %H:%M:%S}"
    names = ", ".join(f"{name} at {signal.rate:g} Hz" for name, signal in recording.signals.items())
    say(f"{out}: {start}, {recording.duration / 3600:.2f} h; {names}; {len(exported.markers)} markers")
    for finding in recording.findings:
        say(str(finding))
    if exported.left_out:
        say(f"not written: {', '.join(exported.left_out)}")
