"""The command that begins a study: `study new`, which asks on a terminal for what was not said."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from .claims import tell_what_can_be_learned
from .say import say
from .study_options import (
    MOST_BETWEEN,
    MOST_NIGHTS,
    AtOption,
    BlindedOption,
    BlockOption,
    OutOption,
    PatternOption,
    PeriodOption,
    PhaseOption,
    SchemeOption,
    SeedOption,
    StartOption,
    WashoutOption,
    capsules_of,
    condition,
    drawn_person,
    drawn_schedule,
    require_run_in,
    require_unlike,
)
from .study_questions import (
    NIGHTS,
    RUN_IN,
    asked_claims,
    asked_confounders,
    asked_control,
    asked_device,
    asked_number,
    asked_start,
    asked_treatment,
)
from .study_trial import (
    ArmsOption,
    BlocksOption,
    DrawnDesign,
    PeriodsOption,
    SquareOption,
    StratumOption,
    SubjectsOption,
    begin_trial,
    drawn_allocation,
    refuse_options,
)
from .wrong_use import leave_on_errors, wrong_use

__all__ = ["is_asked", "new"]


class CovariateName(StrEnum):
    """What is taken out of the nights beside the treatment."""

    trend = "trend"
    weekday = "weekday"


def new(
    context: typer.Context,
    out: OutOption,
    one_person: Annotated[bool, typer.Option("--one-person", help="A study of one person by themselves.")] = False,
    claim: Annotated[
        list[str] | None,
        typer.Option(
            help="What is claimed: a metric, and what would be enough, such as tst=15, waso=-20 or awakenings=0.8 (of "
            "counts a ratio); may be repeated.",
            metavar="METRIC[=EFFECT]",
        ),
    ] = None,
    device: Annotated[
        str | None,
        typer.Option(
            help="psg, headband or wearable, or a name such as muse, zmax, dreem, oura or fitbit.", metavar="DEVICE"
        ),
    ] = None,
    treatment: Annotated[str | None, typer.Option(help="What is tried, such as magnesium.", metavar="NAME")] = None,
    control: Annotated[
        str | None, typer.Option(help="What it is compared with: nothing, or a placebo.", metavar="NAME")
    ] = None,
    nights: Annotated[int | None, typer.Option(min=2, max=MOST_NIGHTS, help="Nights that count.")] = None,
    start: StartOption = None,
    run_in: Annotated[
        int | None,
        typer.Option(min=0, max=MOST_BETWEEN, help="Nights before, to get used to the device; they do not count."),
    ] = None,
    washout: WashoutOption = 0,
    confounder: Annotated[
        list[str] | None,
        typer.Option(
            help="What else may change a night and is noted, such as alcohol; may be repeated.", metavar="NAME"
        ),
    ] = None,
    words: Annotated[str, typer.Option(help="What was said of it, in words.", metavar="TEXT")] = "",
    psychoactive: Annotated[
        bool, typer.Option("--psychoactive", help="It may change the EEG itself, as drugs do, and mislead a program.")
    ] = False,
    covariate: Annotated[
        list[CovariateName] | None,
        typer.Option(help="What is taken out beside the treatment; may be repeated.", metavar="trend|weekday"),
    ] = None,
    scheme: SchemeOption = "blocks",
    block: BlockOption = 2,
    pattern: PatternOption = "ABAB",
    min_phase: PhaseOption = 3,
    nights_per_period: PeriodOption = 1,
    at: AtOption = "21:00",
    blinded: BlindedOption = False,
    seed: SeedOption = None,
    calibration: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|NAME",
            help="Calibration of the program that will score the nights: what can be learned with it.",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
    design: Annotated[
        DrawnDesign | None, typer.Option(help="One person's study, or a trial of several people.")
    ] = None,
    arms: ArmsOption = "placebo,active",
    subjects: SubjectsOption = 24,
    periods: PeriodsOption = None,
    square: SquareOption = "williams",
    blocks: BlocksOption = None,
    stratum: StratumOption = None,
) -> None:
    """Begin a study: claims.toml, an order drawn by lot, and recordings.csv to fill in; one person's, or a trial."""
    if (one_person and design not in (None, "one-person")) or not (one_person or design):
        wrong_use(
            "--one-person begins the study of one person, --design crossover or parallel a trial", remedy="say which"
        )
    from ..batch.learnable import usable_calibration
    from ..batch.person_study import CLAIMS, PersonStudy, column_of, require_columns, write_person_study
    from ..batch.schedule_files import KEY, PERSON_FILES, TRIAL_FILES, require_new
    from ..claims.asked import OWN_SOURCE, TRIAL_SOURCE, asked_claim
    from ..claims.data.provenance import device_called
    from ..core.study import Study
    from ..io.nights.recordings_csv import TABLE
    from ..report.words.quantities import claim_title

    asking = is_asked() and not yes
    is_trial = design in ("parallel", "crossover")
    refuse_options(context, is_trial=is_trial)
    with leave_on_errors(out):
        require_new(out, (CLAIMS, TABLE, *(TRIAL_FILES if is_trial else PERSON_FILES)))
        source = TRIAL_SOURCE if is_trial else OWN_SOURCE
        claims = [asked_claim(text, words, source) for text in claim or asked_claims(asking)]
        names = [one.name for one in claims]
        if twice := next((name for name in names if names.count(name) > 1), None):
            wrong_use(f"{claim_title(claims[names.index(twice)])} is claimed twice", place="--claim",
                      remedy="claim one size of each metric")  # fmt: skip
        name = device if device is not None else asked_device(asking)
        kind = device_called(name)
        if kind is None:
            remedy = "say psg, headband or wearable"
            wrong_use(f"nobody knows what records with {name!r}", place="--device", remedy=remedy)
        usable_calibration(Study(device=kind), calibration)  # before anything is written
        if design == "parallel" or design == "crossover":
            arm_names, allocation = drawn_allocation(
                design, arms=arms, subjects=subjects, periods=periods, square=square, blocks=blocks, strata=stratum,
                seed=seed,
            )  # fmt: skip
            begin_trial(
                out, design, tuple(claims), kind, arms=arm_names, allocation=allocation, nights=nights_per_period,
                washout=washout, confounders=tuple(confounder or ()), psychoactive=psychoactive,
            )  # fmt: skip
            return
        tried = condition(treatment, "--treatment") or asked_treatment(asking)
        compared = condition(control, "--control") or asked_control(tried, asking)
        require_unlike(tried, compared)

        def drawn(count: int) -> object:
            return drawn_schedule(nights=count, nights_per_period=nights_per_period, scheme=scheme, block=block,
                                  pattern=pattern, min_phase=min_phase, seed=seed)  # fmt: skip

        count = nights or asked_number("How many nights that count?", NIGHTS, asking, drawn)
        before = (
            run_in
            if run_in is not None
            else asked_number("Nights before, to get used to it?", RUN_IN, asking, require_run_in)
        )
        first = start or (asked_start() if asking else None)
        noted = confounder if confounder is not None else asked_confounders(asking, require_columns)
        capsules = capsules_of(tried, compared) if blinded else None
        called = (tried, compared) if capsules is None else tuple(capsules)
        plan = drawn_person(
            nights=count, treatment=called[0], control=called[1], start=first, scheme=scheme, block=block,
            pattern=pattern, min_phase=min_phase, nights_per_period=nights_per_period, run_in=before, washout=washout,
            at=at, seed=seed,
        )  # fmt: skip
        study = PersonStudy(
            tuple(claims), plan, kind, tuple(noted), name=f"{tried[:1].upper()}{tried[1:]} and one person's sleep",
            psychoactive=psychoactive, covariates=tuple(one.value for one in covariate or ()), capsules=capsules,
        )  # fmt: skip
        declared = write_person_study(study, out)
    keeper = out if capsules is None else out / KEY
    seed_words = f"seed {plan.schedule.seed} of the order" if capsules is None else "the order and the capsules; closed"
    say(f"{keeper / CLAIMS}: what is claimed, and {seed_words}")
    say(
        f"{out / 'schedule.html'}: what to take on which evening, {plan.start} to {plan.evenings[-1].day}; schedule.ics"
    )
    say(
        f"{out / TABLE}: a row for each night; write why where one is lost"
        + "".join(f", {column_of(one)}" for one in noted)
    )
    tell_what_can_be_learned(declared.study, keeper, calibration)
    say("\nWhen it is over, with the recordings in this folder:")
    how = f"--scorings {out}" if kind == "wearable" else f"{out}"
    say(f"  somnometry measure {how} --lights recording --out {out / 'results'}")
    say(f"  somnometry judge {keeper / CLAIMS} {out / 'results'} --out {out / 'verdicts'}")


def is_asked() -> bool:
    """Whether somebody sits there who can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()
