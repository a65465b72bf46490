"""``somnometry audit-sample``: whom people are to score of a study, what they are given, and what they give back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import RecordingsTable
from .say import say
from .wrong_use import leave_on_errors, wrong_use

__all__ = ["audit_sample"]


def audit_sample(
    derivatives: Annotated[Path, typer.Argument(help="Folder of `measure`, with nights.csv.")],
    n: Annotated[int | None, typer.Option(help="Subjects to draw, 8 at least.")] = None,
    seed: Annotated[int, typer.Option(help="Of the draw.")] = 0,
    recordings: Annotated[
        list[Path] | None,
        typer.Option("--from", help="What was given to `measure`; may be repeated.", metavar="PATH"),
    ] = None,
    table: RecordingsTable = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the scorer: EDF+ under blinded names.")] = None,
    scorings: Annotated[Path | None, typer.Option(help="Folder with what people scored, to take back.")] = None,
) -> None:
    """Draw whom people are to score, blind, of a study that a program scored; take back what they scored.

    With --n, whole subjects are drawn within their sequences; the draw stays in the study's folder and is never drawn
    again. With --from and --out, their nights are written for the scorer. With --scorings, what came back stands beside
    the program's values wherever the folder is read, so that `judge` uses it. Exit codes: 0 done, 2 wrong use.
    """
    from ..batch.audit_sample import draw_audit, export_audit, take_audit

    if n is None and out is None and scorings is None:
        wrong_use("nothing was asked for", remedy="give --n to draw, --from and --out to export, --scorings to take")
    if bool(out) != bool(recordings):
        wrong_use("blinded recordings are read from somewhere and written somewhere", remedy="give --from and --out")
    with leave_on_errors(out):
        if n is not None:
            drawn = draw_audit(derivatives, n, seed=seed)
            people = len({night.subject for night in drawn})
            say(f"{people} subjects, {len(drawn)} nights; {derivatives / 'audit' / 'sample.csv'} says which")
        if out is not None:
            written = export_audit(derivatives, recordings or [], out, table=table)
            say(f"{len(written)} recordings for the scorer in {out}")
        if scorings is not None:
            say(f"{take_audit(derivatives, scorings)} holds what people scored")
