"""The command line of power: a claims file to the subjects and nights that it takes."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer

from ..core.errors import ClaimError
from ..io.files import together
from ..io.toml_files import toml_of
from .claims import declared_in
from .wrong_use import leave_on_errors

__all__ = ["parse_sizes", "power", "read_spreads"]

#: Sizes of a grid beyond which something was mistyped.
MOST_SIZES = 100
DeviceOption = Literal["human", "psg", "headband"]


def power(
    file: Annotated[Path, typer.Argument(help="Claims file (TOML).", metavar="CLAIMS.toml")],
    out: Annotated[Path, typer.Option(help="Folder for power.csv and power.png.")],
    subjects: Annotated[
        str | None,
        typer.Option(
            help="Who complete the study: a number, or from:to[:step], both included; by default 12:60:12, of one "
            "person's study 1."
        ),
    ] = None,
    nights: Annotated[
        str | None, typer.Option(help="Nights per period, likewise; by default 1:4, of one person's study 1.")
    ] = None,
    periods: Annotated[
        int | None, typer.Option(min=2, help="Periods of a crossover; by default one for each condition.")
    ] = None,
    studies: Annotated[int, typer.Option(min=1, help="Simulated studies of each size.")] = 500,
    seed: Annotated[int, typer.Option(min=0, help="Same seed and options, same table.")] = 0,
    spreads: Annotated[
        Path | None,
        typer.Option(help="TOML of one table per metric: mean, between, within (SDs); kind = 'count' or 'latency'."),
    ] = None,
    device: Annotated[
        DeviceOption | None,
        typer.Option(
            help="Who scores: humans, or an algorithm on PSG or on a headband, with its error; by default as the file "
            "says, else humans."
        ),
    ] = None,
    calibration: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|NAME",
            help="Calibration of the stager that will score the nights: a file of `calibrate`, bitbrain-headband or "
            "bitbrain-psg; effects are then those on what people would score.",
        ),
    ] = None,
    audit: Annotated[
        int | None,
        typer.Option(
            min=1, help="Subjects of a crossover whom people score too (`audit-sample`); it takes --calibration."
        ),
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; by default one for each processor.")] = None,
) -> None:
    """Tell how many subjects and nights the claims of a file take, by simulated studies judged like real ones."""
    from contextlib import ExitStack

    from rich.progress import Progress

    from ..calibration.shipped import named_calibration, shipped_for
    from ..claims.power.audited_nights import USUAL, AuditWidth, audit_widths
    from ..claims.power.nights_needed import nights_needed, smallest_effects
    from ..claims.power.simulation import power as power_of
    from ..report.figures.power_figure import save_power
    from ..report.tables.power_tables import (
        audit_widths_table,
        nights_needed_table,
        power_table,
        unsimulated_table,
        write_power,
    )
    from .terminal import Terminal

    study = declared_in(file).study
    console = Terminal()
    with leave_on_errors(out):
        alone = study.design == "n-of-1"
        sizes = (
            parse_sizes(subjects or ("1" if alone else "12:60:12"), "--subjects"),
            parse_sizes(nights or ("1" if alone else "1:4"), "--nights"),
        )
        declared = study.device if study.staging != "human" else None
        scored = device or declared or "human"
        own = {} if spreads is None else read_spreads(spreads)
        own_calibration = None if calibration is None else named_calibration(calibration)
        out.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            progress = stack.enter_context(Progress(console=Terminal(stderr=True), transient=True))
            task = progress.add_task("simulating studies", total=None)
            options: dict[str, Any] = {}
            workers = workers or os.cpu_count() or 1
            if workers > 1:
                from concurrent.futures import ProcessPoolExecutor
                from multiprocessing import get_context

                pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
                options["mapper"] = stack.enter_context(pool).map
            table = power_of(
                study,
                subjects=sizes[0],
                nights=sizes[1],
                spreads=own,
                n_studies=studies,
                seed=seed,
                device_error=None if scored == "human" else scored,
                calibration=own_calibration,
                audit=audit,
                periods=periods,
                progress=lambda done, total: progress.update(task, completed=done, total=total),
                **options,
            )
        needed = nights_needed(smallest_effects(study), spreads=own, alpha=study.alpha)
        widths: tuple[AuditWidth, ...] = ()
        known = None if alone else own_calibration or shipped_for(scored)
        if known is not None:
            n = USUAL if audit is None else sorted({*USUAL, audit})
            widths = audit_widths(study, known, sizes[1], max(sizes[0]), n=n, spreads=own)
        with together():
            write_power(table, out / "power.csv")
            if table.rows:
                save_power(table, out / "power.png")
    if table.rows:
        console.print(power_table(table))
    if table.unsimulated:
        console.print(unsimulated_table(table))
    if needed:
        console.print(nights_needed_table(needed))
    if known is not None and widths and widths[0].of_error:
        console.print(audit_widths_table(widths, str(known.stager)))
    console.print(
        f"{out / 'power.csv'} has every outcome{', and power.png the curves' if table.rows else ''}",
        markup=False,
        highlight=False,
    )


def parse_sizes(text: str, option: str = "--subjects") -> tuple[int, ...]:
    """Whole numbers that a text stands for: ``24``, ``12:60:12`` or ``1:4``, both ends included, or several by commas.

    Parameters
    ----------
    text : str
    option : str
        Named in errors.

    Returns
    -------
    tuple of int
        Ascending; the upper end is among them only where the steps meet it.

    Raises
    ------
    ClaimError
        Naming the part that is wrong.

    Examples
    --------
    >>> parse_sizes("12:60:12"), parse_sizes("1:4"), parse_sizes("24"), parse_sizes("1,7,14")
    ((12, 24, 36, 48, 60), (1, 2, 3, 4), (24,), (1, 7, 14))
    """
    sizes: set[int] = set()
    for part in text.split(","):
        ends = part.strip().split(":")
        place = f"{option} {text!r}" if part == text else f"{option} {text!r}, part {part.strip()!r}"

        def refuse(what: str, remedy: str = "", place: str = place) -> NoReturn:
            raise ClaimError(what, place=place, remedy=remedy, key=option)

        if len(ends) > 3 or not all(re.fullmatch(r"[0-9]{1,9}", end.strip()) for end in ends):
            refuse("give a whole number, or from:to or from:to:step, such as 12:60:12")
        first, last, step = (*map(int, ends), *([int(ends[0])] if len(ends) == 1 else []), 1)[:3]
        if first < 1:
            refuse(f"the least is 1, not {first}")
        if step < 1:
            refuse(f"the step is at least 1, not {step}")
        if last < first:
            refuse(f"from {first} to {last} there is nothing", "give the smaller end first")
        sizes.update(range(first, last + 1, step) if (last - first) // step < MOST_SIZES else ())
        if (last - first) // step >= MOST_SIZES or len(sizes) > MOST_SIZES:
            refuse(f"these are more than {MOST_SIZES} sizes", "take a larger step")
    return tuple(sorted(sizes))


def read_spreads(path: Path) -> dict[str, dict[str, Any]]:
    """Spreads from a TOML file: metric -> some numbers of its spread.

    Raises
    ------
    ClaimError
        Where the file cannot be read, or holds something else than tables of numbers.
    """
    from ..claims.power.planned_spreads import planned_spread

    remedy = "give a table per metric, such as [tst] with mean, between and within"
    _, tables = toml_of(path, ClaimError, "a file of spreads", remedy)
    for metric, values in tables.items():
        if not isinstance(values, dict):
            remedy = f"give a table such as [{metric}] with mean, between and within"
            raise ClaimError(f"{metric!r} is {values!r}", place=path.name, remedy=remedy, key=metric)
        for key, value in values.items():
            is_text = key in ("kind", "source")
            if is_text != isinstance(value, str) or isinstance(value, (bool, list, dict)):
                what = f"{key} of {metric!r} is {'a text' if is_text else 'a number'}, not {value!r}"
                raise ClaimError(what, place=path.name, key=f"{metric}.{key}")
        try:
            planned_spread(metric, {metric: values})
        except ClaimError as error:
            raise ClaimError(error.what, place=path.name, remedy=error.remedy, key=metric) from None
    return tables
