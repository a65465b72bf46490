"""The command line of pages: a folder of derivatives in, the path of a page out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import CalibrationFile
from .say import say
from .wrong_use import leave_on_errors

__all__ = ["report"]


def report(
    derivatives: Annotated[Path, typer.Argument(help="Folder that `measure` wrote.", metavar="DERIVATIVES")],
    out: Annotated[
        Path | None, typer.Option(help="Folder for the pages; DERIVATIVES/report if not given.", metavar="FOLDER")
    ] = None,
    calibration: CalibrationFile = None,
    verdicts: Annotated[
        Path | None,
        typer.Option(
            help="What `judge` wrote; if not given, verdicts that lie in DERIVATIVES or in a folder of it.",
            metavar="FOLDER",
        ),
    ] = None,
) -> None:
    """Write pages to look at: one of all nights, one of each; print the path of the first."""
    from ..batch.report import write_report
    from ..calibration.calibration_file import read_calibration

    with leave_on_errors(out or derivatives / "report"):
        used = None if calibration is None else read_calibration(calibration)
        index = write_report(derivatives, out, calibration=used, verdicts=verdicts)
    say(str(index))
