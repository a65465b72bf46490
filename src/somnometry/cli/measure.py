"""The command line of the batch: folders of nights to a table, going on where it was ended."""

from __future__ import annotations

import glob
import re
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from .config_file import configured
from .left_out import say_left_out
from .log_file import LogFile
from .options import (
    CHANNEL,
    AmplitudeCalibration,
    CalibrationFile,
    Coding,
    Emg,
    Eog,
    Gate,
    GateOption,
    MontageOption,
    NightLights,
    RecordingsTable,
    ScoredEpoch,
    ScorerName,
    ScoringFormat,
    Threads,
)
from .say import say
from .wrong_use import leave_on_errors, wrong_use

if TYPE_CHECKING:
    from ..batch.measure import BatchPlan, Runner
    from ..batch.records import Record
    from ..batch.tables import Form
    from .terminal import Terminal

__all__ = ["measure"]

INTERRUPTED = 130


class Sex(StrEnum):
    """Sex, as the classifiers know it."""

    male = "male"
    female = "female"


#: Of more digits Python makes no number.
WHOLE = re.compile(r"[0-9]{1,9}")


def _jobs(text: str) -> str:
    if text != "auto" and not (WHOLE.fullmatch(text) and int(text) > 0):
        raise typer.BadParameter(f"{text!r} is no number of processes, nor 'auto'")
    return text


def _part(text: str | None) -> str | None:
    if text is not None:
        k, slash, n = text.partition("/")
        if not (slash and WHOLE.fullmatch(k) and WHOLE.fullmatch(n) and 1 <= int(k) <= int(n)):
            raise typer.BadParameter(f"{text!r} is no slice; write k/n, such as 3/10")
    return text


def measure(
    out: Annotated[Path, typer.Option(help="Folder for nights.csv, hypnograms/, figures/ and records/.")],
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            help="EDF or BDF files, folders searched at any depth, or patterns such as 'nights/*.edf'.",
            metavar="PATH",
        ),
    ] = None,
    recordings: RecordingsTable = None,
    scorings: Annotated[
        list[Path] | None,
        typer.Option(help="Measure the scorings of this folder, or this one, without staging; may be repeated."),
    ] = None,
    format: ScoringFormat = None,  # noqa: A002
    coding: Coding = None,
    epoch: ScoredEpoch = None,
    scorer: ScorerName = None,
    subject: Annotated[
        list[str] | None, typer.Option(help="Only nights of this person; may be repeated.", metavar="NAME")
    ] = None,
    jobs: Annotated[
        str,
        typer.Option(
            help="Processes that measure nights at once: a number, or 'auto'.", callback=_jobs, metavar="N|auto"
        ),
    ] = "auto",
    threads: Threads = None,
    dask: Annotated[
        str | None, typer.Option(help="Address of a dask scheduler, or 'local'.", metavar="ADDRESS|local")
    ] = None,
    slice_: Annotated[
        str | None,
        typer.Option(
            "--slice", help="The k-th of n parts of the nights, for arrays of jobs.", callback=_part, metavar="K/N"
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Measure nights that are done again.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be measured; write nothing.")] = False,
    fail_fast: Annotated[
        bool, typer.Option("--fail-fast/--keep-going", help="Stop at the first night that fails.")
    ] = False,
    timeout: Annotated[
        float | None, typer.Option(min=0.001, help="Seconds after which a night is given up.", metavar="SECONDS")
    ] = None,
    config: Annotated[  # noqa: ARG001  (its callback has taken the options over)
        Path | None,
        typer.Option(
            help="TOML file of options, by their long names.", is_eager=True, callback=configured, metavar="FILE"
        ),
    ] = None,
    eeg: Annotated[
        str, typer.Option(help=f"EEG derivation: {CHANNEL} With 'all', every sound derivation votes.")
    ] = "auto",
    eog: Eog = "auto",
    emg: Emg = "auto",
    montage: MontageOption = None,
    calibrate: Annotated[
        AmplitudeCalibration,
        typer.Option(help="Bring the EEG's amplitude into the classifiers' range: a headband's, any, or none."),
    ] = AmplitudeCalibration.auto,
    calibration: CalibrationFile = None,
    lights: Annotated[
        NightLights,
        typer.Option(help="Lights-off and lights-on: the file's markers, the ends of the recording, or around sleep."),
    ] = NightLights.markers,
    margin: Annotated[float, typer.Option(min=0, help="Minutes around sleep, with --lights sleep.")] = 30.0,
    age: Annotated[
        float | None, typer.Option(min=1, max=119, help="Age in years of the person recorded; needs --sex.")
    ] = None,
    sex: Annotated[Sex | None, typer.Option(help="Sex of the person recorded; needs --age.")] = None,
    gate: GateOption = Gate.fail,
    max_unscored: Annotated[
        float, typer.Option(min=0, max=1, help="Largest share of the lights window that may be unscored.")
    ] = 0.20,
    micro: Annotated[
        bool, typer.Option("--micro", help="Also measure spindles, slow waves, eye movements and spectra.")
    ] = False,
    figures: Annotated[bool, typer.Option(help="Draw each night.")] = True,
    hypnodensity: Annotated[
        bool, typer.Option("--hypnodensity", help="Write each night's probabilities as a table too.")
    ] = False,
    edf_annotations: Annotated[
        bool, typer.Option("--edf-annotations", help="Write each night's stages as an EDF+ file of annotations too.")
    ] = False,
    pseudonymise: Annotated[
        bool, typer.Option("--pseudonymise", help="Name nights by a digest, and write no name of a file.")
    ] = False,
    parquet: Annotated[bool, typer.Option("--parquet", help="Write nights.parquet too.")] = False,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="Write nights.xlsx too.")] = False,
    hdf5: Annotated[bool, typer.Option("--hdf5", help="Write nights.h5 too.")] = False,
    bids: Annotated[bool, typer.Option("--bids", help="Write the hypnograms as a BIDS derivative too, bids/.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print failures only.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Print a line for each night as it is done.")] = False,
    log_file: Annotated[
        Path | None, typer.Option(help="Also write a line for each night to this file.", metavar="FILE")
    ] = None,
) -> None:
    """Stage and summarise nights: one row each in nights.csv, a hypnogram and a picture each.

    What is done is not done again, so that the same command goes on after an interruption. Exit codes: 0 all nights
    measured, 1 some failed, 2 wrong use, 130 interrupted.
    """
    if (age is None) != (sex is None):
        wrong_use("the classifiers know age and sex together", remedy="give both --age and --sex, or neither")
    if bool(paths) == bool(scorings):
        wrong_use("recordings are staged and scorings are not", remedy="give either PATHs or --scorings")

    from ..batch.measure import plan_batch, run_batch
    from ..batch.settings import Settings
    from ..calibration.calibration_file import read_calibration
    from ..io.channels.montage_file import parse_choice, read_montage_file
    from ..io.nights.find import find_nights
    from ..io.nights.find_scorings import find_scorings
    from ..io.nights.reading import Reading
    from .terminal import Terminal

    with leave_on_errors():
        settings = Settings(
            eeg=parse_choice(eeg),
            eog=parse_choice(eog),
            emg=parse_choice(emg),
            montage=None if montage is None else read_montage_file(montage),
            calibrate=calibrate.value,
            calibration=None if calibration is None else read_calibration(calibration),
            age=age,
            male=None if sex is None else sex is Sex.male,
            lights=lights.value,
            margin=margin,
            gate=gate.value,
            max_unscored=max_unscored,
            micro=micro,
            figures=figures,
            scored=bool(scorings),
            hypnodensity=hypnodensity,
            edf_annotations=edf_annotations,
            pseudonymise=pseudonymise,
            format=format,
            coding=coding,
            epoch=epoch,
            scorer=scorer,
            threads=threads,
        )
        if scorings:
            nights = find_scorings(scorings, recordings, Reading.told(settings))
        else:
            nights = find_nights(_expanded(paths or []), recordings)
        k, _, n = (slice_ or "1/1").partition("/")
        wanted: dict[Form, bool] = {"parquet": parquet, "xlsx": xlsx, "hdf5": hdf5, "bids": bids}
        batch = plan_batch(
            nights,
            out,
            settings,
            subjects=subject or None,
            part=(int(k), int(n)),
            force=force,
            forms=[form for form, is_wanted in wanted.items() if is_wanted],
            dry_run=dry_run,
        )
        if dry_run:
            _print_plan(batch)
            raise typer.Exit(0)
        try:
            with _runner(jobs, dask, timeout) as run, _progress(batch, quiet, verbose, log_file) as tell:
                records = run_batch(batch, run, fail_fast=fail_fast, progress=tell)
        except KeyboardInterrupt:
            _print_interrupted(batch)
            raise typer.Exit(INTERRUPTED) from None
    from ..io.nights.night import LOST

    broken = _print_results(Terminal(), batch, records, quiet=quiet)
    asked = broken if not subject and k == "1" else []  # whose a broken entry is nobody knows; one slice tells of all
    raise typer.Exit(1 if asked or any(record.failure not in ("", LOST) for record in records) else 0)


def _expanded(paths: Sequence[str]) -> list[Path]:
    """Give the files of patterns that the shell left as they are."""
    expanded: list[Path] = []
    for text in paths:
        is_pattern = glob.has_magic(text) and not Path(text).exists()
        matches = sorted(glob.glob(text, recursive=True)) if is_pattern else []  # noqa: PTH207  (absolute patterns too)
        expanded += map(Path, matches or [text])
    return expanded


@contextmanager
def _runner(jobs: str, dask: str | None, timeout: float | None) -> Iterator[Runner]:
    """Give the way to run nights that was asked for, and take down what was set up for it."""
    from ..batch.measure import runner

    number: int | Literal["auto"] = "auto" if jobs == "auto" else int(jobs)
    if dask is None:
        yield runner(number, timeout=timeout)
        return
    from ..batch.cluster import connected

    with connected(dask, workers=None if number == "auto" else number) as client:
        yield runner(number, client, timeout)


# ------------------------------------------------------------------------------------------------------- what is shown
@contextmanager
def _progress(batch: BatchPlan, quiet: bool, verbose: bool, log_file: Path | None) -> Iterator[Any]:
    """Tell each night as it is done: a bar on a terminal, lines elsewhere, and lines in a file."""
    from ..batch.progress import NightsBar
    from .terminal import Terminal

    console = Terminal(stderr=True)
    log = None if log_file is None else LogFile(log_file)
    with NightsBar(len(batch.to_do), console, compiles=batch.compiles, shown=not quiet) as bar:

        def tell(record: Record) -> None:
            bar.tell(record)
            line = f"{record.night} failed: {record.row['error']}" if record.failure else f"{record.night} measured"
            if log is not None:
                log.add(line)
            if verbose or (not quiet and not console.is_terminal):
                console.print(f"{bar.done} of {bar.total}: {line}", markup=False, highlight=False, soft_wrap=True)

        yield tell


def _print_plan(batch: BatchPlan) -> None:
    for task in batch.tasks:
        path = "" if task.settings.pseudonymise else f"  {task.night.path}"
        say(f"{'done   ' if task.name in batch.done else 'measure'} {task.name}{path}")
    say(f"{len(batch.to_do)} of {len(batch.tasks)} nights would be measured")


def _print_interrupted(batch: BatchPlan) -> None:
    from ..batch.records import read_record

    folder = batch.derivatives.folder
    done = sum(
        (record := read_record(folder, task.name)) is not None and record.row.get("status") != "waiting"
        for task in batch.tasks
    )
    command = shlex.join(["somnometry", *sys.argv[1:]])
    say(f"interrupted: {done} of {len(batch.tasks)} nights are done; go on with: {command}", err=True)


def _print_results(console: Terminal, batch: BatchPlan, records: Sequence[Record], *, quiet: bool) -> list[Any]:
    """Print the nights, what has to be said of them, and what was left out; give the entries that were broken."""
    from ..report.tables.results import empty_cells, nights_table, remarks
    from .terminal import Terminal

    errors = Terminal(stderr=True)
    sound = [record.cells() for record in records if not record.failure]
    if sound and not quiet:
        console.print(nights_table(sound))
    if sound and not quiet:
        for line in empty_cells(sound):
            errors.print(line)
    for remark in remarks(record.cells() for record in records):
        errors.print(remark, highlight=False, soft_wrap=not errors.is_terminal)
    if not quiet:
        again = f", {len(batch.done)} of them before" if batch.done else ""
        older = sum(1 for _ in batch.derivatives.rows()) - len(batch.tasks)
        more = f", and {older} {'row' if older == 1 else 'rows'} of earlier runs" if older > 0 else ""
        console.print(
            f"{len(sound)} of {len(batch.tasks)} nights measured{again}; {batch.derivatives.table} has every metric"
            f"{more}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    hidden = any(task.settings.pseudonymise for task in batch.tasks)
    return say_left_out(batch.left_out, batch.derivatives.folder, console, errors, quiet=quiet, hidden=hidden)
