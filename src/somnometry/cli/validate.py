"""``somnometry validate``: stage nights that people scored, and say how well."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import NightLights, RecordingsTable
from .say import say
from .wrong_use import leave_on_errors

__all__ = ["validate"]

#: In the place of a folder: the nights that mne fetches.
OF_MNE = "sleep-edf"


def validate(
    paths: Annotated[
        list[str],
        typer.Argument(
            help="Folders of EDF with scorings beside them; or 'sleep-edf', which mne fetches.", metavar="PATH"
        ),
    ],
    out: Annotated[Path, typer.Option(help="Folder for what `measure` writes, validation.html and calibration.toml.")],
    recordings: RecordingsTable = None,
    people: Annotated[
        int | None, typer.Option(min=1, help="With 'sleep-edf', only the first so many people.", metavar="N")
    ] = None,
    data_folder: Annotated[
        Path | None, typer.Option(help="With 'sleep-edf', where mne keeps its data.", metavar="FOLDER")
    ] = None,
    lights: Annotated[
        NightLights,
        typer.Option(help="Lights-off and lights-on: the file's markers, the ends of the recording, or around sleep."),
    ] = NightLights.markers,
    jobs: Annotated[int, typer.Option(min=1, help="Processes that measure nights at once.")] = 1,
) -> None:
    """Stage every night that people scored, and set both side by side: agreement, calibration (20 people), one page.

    Exit codes: 0 all nights compared, 1 some could not be, 2 wrong use.
    """
    from ..batch.settings import Settings
    from ..batch.validate import validate as validate_nights
    from ..io.sleep_edf import SLEEP_EDF, fetch_sleep_edf
    from ..report.tables.agreement_tables import epochs_table
    from ..report.words.numbers import count
    from .terminal import Terminal

    console = Terminal()
    with leave_on_errors(out):
        given: list[str | Path] = [path for path in paths if path != OF_MNE]
        if OF_MNE in paths:
            given += fetch_sleep_edf(SLEEP_EDF[:people], data_folder)
            if lights is NightLights.markers:
                lights = NightLights.sleep  # noon to noon, lights in a table of their own
        data = ", ".join("Sleep-EDF (cassettes)" if path == OF_MNE else Path(path).name for path in paths)
        made = validate_nights(
            given, out, Settings(lights=lights.value), recordings=recordings, jobs=jobs if jobs > 1 else None, data=data
        )
    console.print(epochs_table(made.epochs))
    for problem in made.problems:
        Terminal(stderr=True).print(problem, style="yellow", markup=False, highlight=False)
    if made.calibration is None:
        say(f"no calibration: {made.why_none}")
    say(f"{out / 'validation.html'} sets {count(len(made.epochs.nights), 'night')} beside people's scorings")
    raise typer.Exit(1 if made.problems else 0)
