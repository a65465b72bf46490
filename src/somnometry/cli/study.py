"""The command line of studies that begin: orders drawn by lot."""

from __future__ import annotations

import secrets
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .field_words import FieldGroup
from .say import say
from .wrong_use import leave_on_errors, wrong_use

if TYPE_CHECKING:
    from ..core.evenings import PersonSchedule

__all__ = ["clock_time", "drawn_person", "study_app"]

study_app = typer.Typer(
    help="Begin a study: draw its order by lot, write what it needs.", no_args_is_help=True, cls=FieldGroup
)
Scheme = Literal["blocks", "complete", "phases"]
DrawnDesign = Literal["one-person", "parallel", "crossover"]

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
    int, typer.Option(min=1, help="Nights of a period: what is drawn once for several nights.", metavar="NIGHTS")
]
RunInOption = Annotated[
    int, typer.Option(min=0, help="Nights before, to get used to the device; they do not count.", metavar="NIGHTS")
]
WashoutOption = Annotated[
    int, typer.Option(min=0, help="Nights between two periods; they do not count.", metavar="NIGHTS")
]
AtOption = Annotated[str, typer.Option(help="When in the evening it is taken.", metavar="HH:MM")]


@study_app.command("schedule")
def schedule(
    out: OutOption,
    design: Annotated[DrawnDesign, typer.Option(help="One person's evenings, or who gets what in a trial.")] = (
        "one-person"
    ),
    nights: Annotated[int, typer.Option(min=2, help="Of one person: nights that count.")] = 20,
    treatment: TreatmentOption = "active",
    control: ControlOption = "placebo",
    start: StartOption = None,
    scheme: SchemeOption = "blocks",
    block: BlockOption = 2,
    pattern: PatternOption = "ABAB",
    min_phase: PhaseOption = 3,
    nights_per_period: PeriodOption = 1,
    run_in: RunInOption = 0,
    washout: WashoutOption = 0,
    at: AtOption = "21:00",
    arms: Annotated[str, typer.Option(help="Of a trial: its conditions, parted by commas.")] = "placebo,active",
    subjects: Annotated[int, typer.Option(min=1, help="Of a trial: people, in each stratum.")] = 24,
    periods: Annotated[
        int | None, typer.Option(min=2, help="Of a crossover; by default one for each condition.")
    ] = None,
    square: Annotated[
        Literal["williams", "cyclic"],
        typer.Option(help="Of a crossover: squares in which each condition follows each other equally often, or not."),
    ] = "williams",
    blocks: Annotated[
        str | None,
        typer.Option(
            help="Of a trial: sizes of permuted blocks, such as 4,6; by default once and twice the sequences.",
            metavar="SIZES",
        ),
    ] = None,
    stratum: Annotated[
        list[str] | None,
        typer.Option(help="Of a trial: a group that is balanced by itself; may be repeated.", metavar="NAME"),
    ] = None,
    seed: SeedOption = None,
) -> None:
    """Draw an order by lot, and write it with its rule and seed: a table, a calendar and a page of one's evenings."""
    with leave_on_errors(out):
        if design == "one-person":
            from ..batch.schedule_files import write_person_schedule

            plan = drawn_person(
                nights=nights, treatment=treatment, control=control, start=start, scheme=scheme, block=block,
                pattern=pattern, min_phase=min_phase, nights_per_period=nights_per_period, run_in=run_in,
                washout=washout, at=at, seed=seed,
            )  # fmt: skip
            write_person_schedule(plan, out)
            last = plan.evenings[-1].day
            say(
                f"{out / 'schedule.html'} says what to take on which evening, {plan.start} to {last}; schedule.ics is "
                f"for a calendar; seed {plan.schedule.seed}, one of {plan.schedule.n_orders:,} orders"
            )
            return
        from ..batch.schedule_files import write_allocation
        from ..core.allocation import Allocation
        from ..simulate.designs import lay_out

        names = tuple(arm.strip() for arm in arms.split(","))
        layout = lay_out(design, names, periods=periods, sequences=square if design == "crossover" else None)
        sequences = tuple(tuple(layout.conditions[i] for i in sequence) for sequence in layout.sequences)
        sizes = (len(sequences), 2 * len(sequences)) if blocks is None else _sizes(blocks)
        own_seed = secrets.randbelow(10**9) if seed is None else seed
        allocation = Allocation(sequences, subjects, own_seed, sizes, tuple(stratum or ("",)))
        write_allocation(allocation, out, design)
        say(
            f"{out / 'allocation.csv'} says who gets what, {len(allocation.drawn())} places; seed {own_seed}. Keep it "
            "from those who let people in"
        )


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
    from ..claims.designs.n_of_1 import MIN_ORDERS
    from ..core.errors import ClaimError
    from ..core.evenings import PersonSchedule
    from ..core.schedule import Schedule

    if nights % nights_per_period:
        what = f"{nights} nights are not a whole number of periods of {nights_per_period}"
        raise ClaimError(what, place="--nights", remedy="mend one of the two", key="nights")
    own_seed = secrets.randbelow(10**9) if seed is None else seed
    drawn = Schedule(
        scheme, block=block, pattern=pattern, min_phase=min_phase, periods=nights // nights_per_period, seed=own_seed
    )
    if drawn.n_orders < MIN_ORDERS:
        raise ClaimError(
            f"only {drawn.n_orders} orders might be drawn, and to tell an effect from chance takes {MIN_ORDERS}",
            place="--nights", remedy="take more nights, or the scheme 'complete'", key="nights",
        )  # fmt: skip
    return PersonSchedule(
        drawn, treatment, control, date.today() if start is None else start.date(), nights_per_period, run_in, washout,
        clock_time(at),
    )  # fmt: skip


def clock_time(text: str) -> time:
    """Time of day as typed, such as 21:30."""
    try:
        return datetime.strptime(text.strip(), "%H:%M").time()
    except ValueError:
        wrong_use(f"--at is a time of day such as 21:30, not {text!r}")


def _sizes(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() for part in parts):
        wrong_use(f"--blocks is sizes such as 4,6, not {text!r}")
    return tuple(map(int, parts))
