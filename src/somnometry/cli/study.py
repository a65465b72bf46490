"""The command line of studies that begin: orders drawn by lot, and all that one person needs."""

from __future__ import annotations

from typing import Annotated

import typer

from .field_words import FieldGroup
from .say import say
from .study_new import new
from .study_options import (
    MOST_NIGHTS,
    AtOption,
    BlindedOption,
    BlockOption,
    ControlOption,
    OutOption,
    PatternOption,
    PeriodOption,
    PhaseOption,
    RunInOption,
    SchemeOption,
    SeedOption,
    StartOption,
    TreatmentOption,
    WashoutOption,
    capsules_of,
    condition,
    drawn_person,
    require_unlike,
)
from .study_trial import (
    ArmsOption,
    BlocksOption,
    DrawnDesign,
    PeriodsOption,
    SquareOption,
    StratumOption,
    SubjectsOption,
    drawn_allocation,
    refuse_options,
)
from .wrong_use import leave_on_errors

__all__ = ["study_app"]

study_app = typer.Typer(
    help="Begin a study: draw its order by lot, write what it needs.", no_args_is_help=True, cls=FieldGroup
)
study_app.command("new")(new)


@study_app.command("schedule")
def schedule(
    context: typer.Context,
    out: OutOption,
    design: Annotated[DrawnDesign, typer.Option(help="One person's evenings, or who gets what in a trial.")] = (
        "one-person"
    ),
    nights: Annotated[int, typer.Option(min=2, max=MOST_NIGHTS, help="Of one person: nights that count.")] = 20,
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
    arms: ArmsOption = "placebo,active",
    subjects: SubjectsOption = 24,
    periods: PeriodsOption = None,
    square: SquareOption = "williams",
    blocks: BlocksOption = None,
    stratum: StratumOption = None,
    blinded: BlindedOption = False,
    seed: SeedOption = None,
) -> None:
    """Draw an order by lot, and write it with its rule and seed: a table, a calendar and a page of one's evenings."""
    refuse_options(context, is_trial=design != "one-person")
    with leave_on_errors(out):
        if design == "one-person":
            from ..batch.schedule_files import write_person_schedule

            treatment = condition(treatment, "--treatment") or treatment
            control = condition(control, "--control") or control
            require_unlike(treatment, control)
            capsules = capsules_of(treatment, control) if blinded else None
            called = (treatment, control) if capsules is None else tuple(capsules)
            plan = drawn_person(
                nights=nights, treatment=called[0], control=called[1], start=start, scheme=scheme, block=block,
                pattern=pattern, min_phase=min_phase, nights_per_period=nights_per_period, run_in=run_in,
                washout=washout, at=at, seed=seed,
            )  # fmt: skip
            keeper = write_person_schedule(plan, out, capsules=capsules)
            last = plan.evenings[-1].day
            say(
                f"{out / 'schedule.html'} says what to take on which evening, {plan.start} to {last}; schedule.ics is "
                f"for a calendar; one of {plan.schedule.n_orders:,} orders, "
                + (f"seed {plan.schedule.seed}" if capsules is None else f"which {keeper} keeps closed")
            )
            return
        from ..batch.schedule_files import write_allocation

        _, allocation = drawn_allocation(design, arms=arms, subjects=subjects, periods=periods, square=square,
                                         blocks=blocks, strata=stratum, seed=seed)  # fmt: skip
        write_allocation(allocation, out, design)
        say(
            f"{out / 'allocation.csv'} says who gets what, {len(allocation.drawn())} places; seed {allocation.seed}. "
            "Keep it from those who let people in; [study.allocation] of schedule.toml belongs into the claims file, "
            "so that `judge` can prove the draw"
        )
