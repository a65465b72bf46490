"""``somnometry calibrate``: the error of a stager, from nights that people scored too."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .options import Lights
from .wrong_use import leave_on_errors

__all__ = ["calibrate"]


class Recorder(StrEnum):
    """What recorded the nights."""

    psg = "psg"
    headband = "headband"
    wearable = "wearable"


def calibrate(
    human: Annotated[Path, typer.Argument(help="Folder of scorings by people.")],
    auto: Annotated[Path, typer.Argument(help="Folder of scorings by the stager; files pair by name without suffix.")],
    out: Annotated[Path, typer.Option(help="The calibration, a TOML file; a page beside it ends in .html.")],
    subjects: Annotated[
        Path | None,
        typer.Option(help="CSV with the columns night and subject; without it every night is another person's."),
    ] = None,
    second: Annotated[
        Path | None,
        typer.Option(help="Folder of scorings by a second stager, whose errors are not those of the first."),
    ] = None,
    device: Annotated[Recorder | None, typer.Option(help="What recorded the nights.")] = None,
    channel: Annotated[
        list[str] | None, typer.Option(help="Derivation that the stager looked at; may be repeated.", metavar="LABEL")
    ] = None,
    population: Annotated[str, typer.Option(help="Who was recorded, and where.", metavar="TEXT")] = "",
    source: Annotated[str, typer.Option(help="Where the nights can be had.", metavar="TEXT")] = "",
    lights: Annotated[
        Lights, typer.Option(help="Lights-off and lights-on: those of the hypnograms, or the ends of the scoring.")
    ] = Lights.markers,
    max_unscored: Annotated[
        float, typer.Option(min=0, max=1, help="Largest share of the lights window that may be unscored.")
    ] = 0.20,
) -> None:
    """Calibrate a stager on nights that people scored too: 20 people at least, better 50.

    `measure --calibration` then gives every metric the 90 % interval of what people would have found. Exit codes: 0 all
    nights used, 1 some could not be, 2 wrong use.
    """
    from ..batch.calibrate import calibrate_folders
    from ..metrics.table import METRICS
    from ..report.tables.calibration_table import calibration_table
    from .terminal import Terminal

    console = Terminal()
    with leave_on_errors(out):
        made = calibrate_folders(
            human,
            auto,
            out,
            subjects=subjects,
            second=second,
            device=None if device is None else device.value,
            channels=tuple(channel or ()),
            population=population,
            source=source,
            lights=lights.value,
            max_unscored=max_unscored,
        )
    one = made.calibration
    console.print(calibration_table(one))
    who = str(one.stager) or "a stager without a name"
    persons = f"{one.n_people} people" if one.people_named else "as many people, since nobody said whose night each is"
    console.print(f"{who}: {one.n_nights} nights of {persons}", markup=False, highlight=False, soft_wrap=True)
    metrics = [name for name in one.left_out if name in METRICS]
    nights = [f"left out {name}: {why}" for name, why in one.left_out.items() if name not in METRICS]
    for problem in (*made.problems, *nights):
        Terminal(stderr=True).print(problem, style="yellow", markup=False, highlight=False)
    if metrics:
        console.print(f"{len(metrics)} metrics could not be calibrated; the page says why", highlight=False)
    console.print(f"{out} is the calibration, {out.with_suffix('.html')} its page", markup=False, highlight=False)
    raise typer.Exit(1 if made.problems else 0)
