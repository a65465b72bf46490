"""Options of the commands that draw one person's order, and the draw itself."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .wrong_use import wrong_use

if TYPE_CHECKING:
    from ..core.evenings import PersonSchedule
    from ..core.schedule import Schedule

__all__ = [
    "MOST_BETWEEN",
    "MOST_NIGHTS",
    "AtOption",
    "BlindedOption",
    "BlockOption",
    "ControlOption",
    "OutOption",
    "PatternOption",
    "PeriodOption",
    "PhaseOption",
    "RunInOption",
    "Scheme",
    "SchemeOption",
    "SeedOption",
    "StartOption",
    "TreatmentOption",
    "WashoutOption",
    "capsules_of",
    "clock_time",
    "condition",
    "drawn_person",
    "drawn_schedule",
    "require_run_in",
    "require_unlike",
]  # fmt: skip

#: Nights that one person's order is drawn for at most, and nights of a period, a run-in or a washout.
MOST_NIGHTS, MOST_BETWEEN = 1000, 366
#: Most nights that are tried to say how many have orders enough.
TRIED = 100
Scheme = Literal["blocks", "complete", "phases"]
OutOption = Annotated[Path, typer.Option(help="Folder of the study; made if it is not there.")]
SeedOption = Annotated[
    int | None, typer.Option(min=0, help="From which the order is drawn; by default one that chance gives.")
]
TreatmentOption = Annotated[str, typer.Option(help="What is tried, as nights will be called.", metavar="NAME")]
ControlOption = Annotated[str, typer.Option(help="What it is compared with.", metavar="NAME")]
StartOption = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First evening; by default today.", metavar="DATE")
]
SchemeOption = Annotated[
    Scheme, typer.Option(help="In blocks, over all periods at once, or phases whose borders are drawn.")
]
BlockOption = Annotated[int, typer.Option(help="Periods of a block, an even number.", metavar="PERIODS")]
PatternOption = Annotated[str, typer.Option(help="Phases, A for control and B for treatment.", metavar="LETTERS")]
PhaseOption = Annotated[int, typer.Option(help="Fewest periods of a phase.", metavar="PERIODS")]
PeriodOption = Annotated[
    int,
    typer.Option(
        min=1, max=MOST_BETWEEN, help="Nights of a period: what is drawn once for several nights.", metavar="NIGHTS"
    ),
]
RunInOption = Annotated[
    int,
    typer.Option(
        min=0, max=MOST_BETWEEN, help="Nights before, to get used to the device; they do not count.", metavar="NIGHTS"
    ),
]
WashoutOption = Annotated[
    int, typer.Option(min=0, max=MOST_BETWEEN, help="Nights between two periods; they do not count.", metavar="NIGHTS")
]
BlindedOption = Annotated[
    bool,
    typer.Option(
        "--blinded",
        help="Capsules by letter: what they hold, and the order's seed, lie in a folder key/, for the person who fills "
        "them.",
    ),
]
AtOption = Annotated[str, typer.Option(help="When in the evening it is taken.", metavar="HH:MM")]


def drawn_person(
    *,
    nights: int,
    treatment: str,
    control: str,
    start: datetime | None,
    scheme: Scheme,
    block: int,
    pattern: str,
    min_phase: int,
    nights_per_period: int,
    run_in: int,
    washout: int,
    at: str,
    seed: int | None,
) -> PersonSchedule:
    """Draw one person's order, and lay it out on evenings.

    Raises
    ------
    ClaimError
        Where there is no such order, or so few that none could be told from chance.
    """
    from ..core.evenings import PersonSchedule

    drawn = drawn_schedule(
        nights=nights, nights_per_period=nights_per_period, scheme=scheme, block=block, pattern=pattern,
        min_phase=min_phase, seed=seed,
    )  # fmt: skip
    return PersonSchedule(
        drawn, treatment, control, date.today() if start is None else start.date(), nights_per_period, run_in, washout,
        clock_time(at),
    )  # fmt: skip


def drawn_schedule(
    *, nights: int, nights_per_period: int, scheme: Scheme, block: int, pattern: str, min_phase: int, seed: int | None
) -> Schedule:
    """Draw one person's order.

    Raises
    ------
    ClaimError
        As for `drawn_person`.
    """
    from ..claims.designs.n_of_1 import MIN_ORDERS
    from ..core.errors import ClaimError
    from ..core.schedule import Schedule

    if nights > MOST_NIGHTS:
        what = f"{nights} nights are more than the {MOST_NIGHTS} that an order is drawn for"
        raise ClaimError(what, place="--nights", remedy="take fewer", key="nights")
    if nights % nights_per_period:
        what = f"{nights} nights are not a whole number of periods of {nights_per_period}"
        raise ClaimError(what, place="--nights", remedy="mend one of the two", key="nights")
    if scheme == "blocks" and block > nights // nights_per_period:
        what = f"a block of {block} periods is longer than the {nights // nights_per_period} that are drawn"
        raise ClaimError(what, place="--block", remedy="take a smaller one, or the scheme 'complete'", key="block")
    own_seed = secrets.randbelow(10**9) if seed is None else seed
    drawn = Schedule(
        scheme, block=block, pattern=pattern, min_phase=min_phase, periods=nights // nights_per_period, seed=own_seed
    )
    if drawn.n_orders < MIN_ORDERS:
        longer = (replace(drawn, periods=periods, order="", seed=None) for periods in range(drawn.periods or 2, TRIED))
        enough = next((one.periods for one in longer if one.n_orders >= MIN_ORDERS), None)
        told = "take more nights" if enough is None else f"take at least {enough * nights_per_period} nights"
        raise ClaimError(
            f"only {drawn.n_orders} orders might be drawn, and to tell an effect from chance takes {MIN_ORDERS}",
            place="--nights", remedy=told, key="nights",
        )  # fmt: skip
    return drawn


def condition(name: str | None, option: str) -> str | None:
    """Give the name of a condition as typed, without blanks around it; None where none was.

    Raises
    ------
    Exit
        Where there is nothing but blanks.
    """
    if name is None:
        return None
    plain = " ".join(name.split())
    if not plain:
        wrong_use("the name is empty", place=option, remedy="say what is taken, or nothing")
    return plain


def require_run_in(nights: int) -> None:
    """Refuse a run-in of more than a year.

    Raises
    ------
    ValueError
    """
    if nights > MOST_BETWEEN:
        raise ValueError(f"{nights} nights are no run-in of at most {MOST_BETWEEN}")


def require_unlike(treatment: str, control: str) -> None:
    """Refuse a treatment that is called as its control, whatever the case."""
    if treatment.casefold() == control.casefold():
        wrong_use(f"{treatment!r} cannot be compared with itself", place="--treatment",
                  remedy="say in --control what is taken instead")  # fmt: skip


def capsules_of(treatment: str, control: str) -> dict[str, str]:
    """Letter two capsules by chance: what each is called -> what it holds, the treatment first."""
    first, second = secrets.choice((("K", "M"), ("M", "K")))
    return {f"capsule {first}": treatment, f"capsule {second}": control}


def clock_time(text: str) -> time:
    """Time of day as typed, such as 21:30."""
    try:
        return datetime.strptime(text.strip(), "%H:%M").time()
    except ValueError:
        wrong_use(f"--at is a time of day such as 21:30, not {text!r}")
