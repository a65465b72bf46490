"""The command line of audits: what each night of a folder is, and why every other file is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import Eeg, Emg, Eog, MontageOption, RecordingsTable
from .say import say
from .wrong_use import leave_on_errors, wrong_use

if TYPE_CHECKING:
    from ..io.audit import Audit
    from ..io.nights.night import Night, Nights

__all__ = ["inspect"]


def inspect(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="EDF or BDF files, or folders searched at any depth.", metavar="PATH"),
    ] = None,
    recordings: RecordingsTable = None,
    eeg: Eeg = "auto",
    eog: Eog = "auto",
    emg: Emg = "auto",
    montage: MontageOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")] = False,
    codes: Annotated[
        bool, typer.Option("--codes", help="Print, as Markdown, what can be found and what it means.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Of several nights too, print every channel and every finding.")
    ] = False,
    show_annotations: Annotated[
        bool,
        typer.Option(
            "--show-annotations", help="Print what is annotated, which may name people, as nothing else ever does."
        ),
    ] = False,
) -> None:
    """Audit nights: the channels that would be used and why, what was found, what was left out; 1 if any is refused."""
    if codes:
        from ..report.tables.results import codes_page

        say(codes_page(), nl=False)
        return
    if not paths:
        wrong_use("name files or folders to inspect")
    if json and show_annotations:
        wrong_use("annotations are shown on the terminal only", remedy="leave out --json or --show-annotations")

    from ..io.audit import audit
    from ..io.channels.montage_file import parse_choice, read_montage_file
    from ..io.nights.find import find_nights

    with leave_on_errors():
        nights = find_nights(paths, recordings)
        montage_file = None if montage is None else read_montage_file(montage)
    asked = {"eeg": parse_choice(eeg), "eog": parse_choice(eog), "emg": parse_choice(emg)}
    broken = [entry for entry in nights.left_out if entry.code == "broken" and entry.path.is_file()]
    files: list[Night | Path] = [*nights.nights, *(entry.path for entry in broken)]
    names = [*(night.path for night in nights.nights), *(entry.file.as_posix() for entry in broken)]
    audits = (_audited(night, lambda one: audit(one, **asked, montage=montage_file)) for night in files)
    if json:
        refused = _print_json(audits, nights)
    elif verbose or len(files) == 1:
        refused = _print_tables(zip(names, audits, strict=True), nights)
    else:
        refused = _print_summary(zip(names, audits, strict=True), nights)
    if show_annotations:
        _print_annotations(nights)
    raise typer.Exit(1 if refused else 0)


def _audited(night: Night | Path, audit: Callable[[Night | Path], Audit]) -> Audit:
    """Audit a night; one that went, or became a pipe, since its folder was read is refused, and stops no other."""
    from ..core.errors import RecordingError
    from ..io.audit import Audit
    from ..io.finding_codes import finding_of

    try:
        return audit(night)
    except RecordingError as error:
        return Audit(error.place, findings=(finding_of("unreadable", "recording", error.what, error.remedy),))


def _print_annotations(nights: Nights) -> None:
    """Print every text that an EDF or BDF file annotates, and how often."""
    from ..core.errors import SomnometryError
    from ..io.edf.header import read_edf_header
    from ..io.edf.records import read_times
    from ..report.tables.folder import annotations_table
    from .terminal import Terminal

    files = [file for night in nights.nights for file in (*night.files, *night.scorings)]
    for file in dict.fromkeys([*files, *(entry.path for entry in nights.left_out)]):
        try:
            marks = read_times(file, read_edf_header(file)).annotations
        except SomnometryError:
            continue
        if marks:
            Terminal().print(annotations_table(file.name, [mark.text for mark in marks]))


def _print_json(audits: Iterable[Audit], nights: Nights) -> bool:
    """Print audits, nights and what was left out as one JSON document, and tell whether anything is refused."""
    from json import dumps

    from ..report.tables.folder import inspection_document

    document = inspection_document(audits, nights)
    say(dumps(document, indent=2), document=True)
    return any(audit["refused"] for audit in document["files"])


def _print_summary(audits: Iterable[tuple[str, Audit]], nights: Nights) -> bool:
    """Print a line per night, and what was found by frequency; tell whether anything is refused."""
    from ..report.tables.folder import audits_table, frequent_findings_table, left_out_table, refusals
    from .terminal import Terminal

    console, errors = Terminal(), Terminal(stderr=True)
    audited = list(audits)
    if audited:
        console.print(audits_table(audited, nights))
        console.print(frequent_findings_table(audited))
    if nights.left_out:
        console.print(left_out_table(nights.left_out))
    console.print("--verbose prints every channel and every finding of each night", style="dim")
    for line in refusals(audited):
        errors.print(line, style="red", markup=False)
    return any(one.refused for _, one in audited)


def _print_tables(audits: Iterable[tuple[str, Audit]], nights: Nights) -> bool:
    """Print each audit as soon as it is there, and the list of nights; tell whether anything is refused."""
    from ..report.tables.folder import left_out_table, nights_found_table, refusals
    from ..report.tables.results import channels_table, findings_table
    from .terminal import Terminal

    console = Terminal()
    refused = False
    for name, audit in audits:
        refused |= audit.refused
        start = f"{audit.start:%Y-%m-%d %H:%M:%S}" if audit.start else "start unknown"
        console.print(f"{name}: {start}, {audit.duration / 3600:.2f} h", style="bold", markup=False)
        if audit.channels:
            console.print(channels_table(audit))
        console.print(findings_table(audit.findings) if audit.findings else "nothing found")
        for line in refusals([(name, audit)]):
            Terminal(stderr=True).print(line, style="red", markup=False)
    if len(nights.nights) > 1 or nights.left_out:
        console.print(nights_found_table(nights))
    if nights.left_out:
        console.print(left_out_table(nights.left_out))
    return refused
