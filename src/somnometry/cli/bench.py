"""`somnometry bench`: how long the user's own file takes to stage, beside YASA."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import AmplitudeCalibration, Eeg, Emg, Eog, MontageOption
from .say import say
from .wrong_use import leave_on_errors

__all__ = ["bench"]


def bench(
    file: Annotated[Path, typer.Argument(help="An EDF or BDF file.", metavar="FILE")],
    threads: Annotated[int, typer.Option(min=1, help="Threads of our second way; the first has one.", metavar="N")] = 2,
    repeats: Annotated[
        int, typer.Option(min=1, max=100, help="Timed runs of each, after one that does not count.")
    ] = 3,
    whole: Annotated[
        bool, typer.Option("--whole/--no-whole", help="Time YASA as documented, too: with the whole file preloaded.")
    ] = True,
    eeg: Eeg = "auto",
    eog: Eog = "auto",
    emg: Emg = "auto",
    montage: MontageOption = None,
    calibrate: Annotated[
        AmplitudeCalibration,
        typer.Option(help="Bring the EEG's amplitude into the classifiers' range, which YASA does not do."),
    ] = AmplitudeCalibration.auto,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")] = False,
) -> None:
    """Time the staging of a file, from its path to a hypnogram, against YASA on the same channels, run in turn."""
    from ..io.channels.montage_file import parse_choice
    from ..report.tables.bench_tables import bench_lines, bench_table, steps_table, way_words
    from ..staging.bench import bench_staging
    from .terminal import Terminal

    errors = Terminal(stderr=True)
    with leave_on_errors(), errors.status("starting") as status:
        measured = bench_staging(
            file,
            eeg=parse_choice(eeg),
            eog=parse_choice(eog),
            emg=parse_choice(emg),
            montage=montage,
            calibrate=calibrate.value,
            threads=threads,
            repeats=repeats,
            whole=whole,
            progress=lambda name: status.update("our steps" if name == "steps" else way_words(name)),
        )
    if json:
        from json import dumps

        say(dumps(measured.to_dict(), indent=2), document=True)
        return
    console = Terminal()
    channels = ", ".join(f"{role.upper()}: {name}" for role, name in measured.channels.items())
    heading = f"{measured.source}: {measured.hours:.2f} h, {measured.n_channels} signals, {measured.size / 1e6:.4g} MB"
    console.print(f"{heading}; {channels}", style="bold", markup=False, highlight=False)
    console.print(bench_table(measured))
    console.print(steps_table(measured))
    for line in bench_lines(measured):
        console.print(line, markup=False, highlight=False)
