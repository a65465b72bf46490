"""Options of the commands that draw a trial's list, the draw itself, and the trial that `study new` begins."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .say import say
from .wrong_use import wrong_use

if TYPE_CHECKING:
    from ..core.allocation import Allocation
    from ..core.claim import Claim
    from ..core.study import Device

__all__ = [
    "ArmsOption",
    "BlocksOption",
    "DrawnDesign",
    "PeriodsOption",
    "Square",
    "SquareOption",
    "StratumOption",
    "SubjectsOption",
    "begin_trial",
    "drawn_allocation",
    "refuse_options",
]

#: Options of the one kind of study and of the other, which are refused where they say nothing.
OF_ONE_PERSON = ("treatment", "control", "nights", "start", "run_in", "covariate", "scheme", "block", "pattern",
                 "min_phase", "at", "blinded", "calibration")  # fmt: skip
OF_TRIALS = ("arms", "subjects", "periods", "square", "blocks", "stratum")
DrawnDesign = Literal["one-person", "parallel", "crossover"]
Square = Literal["williams", "cyclic"]
ArmsOption = Annotated[str, typer.Option(help="Of a trial: its conditions, parted by commas, the control first.")]
SubjectsOption = Annotated[int, typer.Option(min=1, help="Of a trial: people, in each stratum.")]
PeriodsOption = Annotated[
    int | None, typer.Option(min=2, help="Of a crossover; by default one for each condition.", metavar="PERIODS")
]
SquareOption = Annotated[
    Square,
    typer.Option(help="Of a crossover: squares in which each condition follows each other equally often, or not."),
]
BlocksOption = Annotated[
    str | None,
    typer.Option(
        help="Of a trial: sizes of permuted blocks, such as 4,6; by default once and twice the sequences.",
        metavar="SIZES",
    ),
]
StratumOption = Annotated[
    list[str] | None,
    typer.Option(help="Of a trial: a group that is balanced by itself; may be repeated.", metavar="NAME"),
]


def drawn_allocation(
    design: Literal["parallel", "crossover"],
    *,
    arms: str,
    subjects: int,
    periods: int | None,
    square: Square,
    blocks: str | None,
    strata: Iterable[str] | None,
    seed: int | None,
) -> tuple[tuple[str, ...], Allocation]:
    """Give the arms of a trial, and draw who gets what.

    Raises
    ------
    SomnometryError
        Where there is no such design, or the blocks do not hold every sequence.
    """
    from ..core.allocation import Allocation
    from ..simulate.designs import lay_out

    names = tuple(" ".join(arm.split()) for arm in arms.split(","))
    if not all(names):
        wrong_use(f"an arm of {arms!r} has no name", place="--arms", remedy="part names by one comma each")
    layout = lay_out(design, names, periods=periods, sequences=square if design == "crossover" else None)
    sequences = tuple(tuple(layout.conditions[i] for i in sequence) for sequence in layout.sequences)
    sizes = (len(sequences), 2 * len(sequences)) if blocks is None else _sizes(blocks)
    own_seed = secrets.randbelow(10**9) if seed is None else seed
    return names, Allocation(sequences, subjects, own_seed, sizes, tuple(strata or ("",)))


def refuse_options(context: typer.Context, *, is_trial: bool) -> None:
    """Refuse options that were given and are of the other kind of study, whose command takes both.

    Parameters
    ----------
    context : Context
        Of the command.
    is_trial : bool
        Whether the study is a trial, and not of one person.
    """
    for name in OF_ONE_PERSON if is_trial else OF_TRIALS:
        source = context.get_parameter_source(name) if name in context.params else None
        if source is not None and source.name == "COMMANDLINE":
            option = f"--{name.replace('_', '-')}"
            what = "one person's study" if is_trial else "trials"
            wrong_use(f"{option} is of {what}", place=option, remedy="leave it out")


def begin_trial(
    out: Path,
    design: Literal["parallel", "crossover"],
    claims: tuple[Claim, ...],
    device: Device,
    *,
    arms: tuple[str, ...],
    allocation: Allocation,
    nights: int,
    washout: int,
    confounders: tuple[str, ...],
    psychoactive: bool,
) -> None:
    """Write the files of a trial, and say what each is for and what comes next."""
    from ..batch.person_study import CLAIMS, column_of
    from ..batch.trial_study import TrialStudy, write_trial_study
    from ..io.nights.recordings_csv import TABLE
    from .claims import tell_what_can_be_learned

    study = TrialStudy(
        claims, allocation, arms, design, device, nights, washout if design == "crossover" else None, confounders,
        name=f"{' and '.join(arms[1:])} against {arms[0]}", psychoactive=psychoactive,
    )  # fmt: skip
    declared = write_trial_study(study, out)
    people = len(allocation.drawn())
    say(f"{out / CLAIMS}: what is claimed, and seed {allocation.seed} of the draw")
    say(f"{out / 'allocation.csv'}: who gets what, {people} places; people are called as the places")
    say(
        f"{out / TABLE}: a row for each night; say which file or evening it is, and why where one is lost"
        + "".join(f", {column_of(one)}" for one in confounders)
    )
    say("All three tell what is drawn: keep them from those who let people in.")
    tell_what_can_be_learned(declared.study, out)
    say("\nHow many people it takes:")
    say(f"  somnometry power {out / CLAIMS} --subjects {people} --nights {nights} --out POWER")
    say("When it is over, with the recordings in this folder:")
    say(f"  somnometry measure {'--scorings ' if device == 'wearable' else ''}{out} --out {out / 'results'}")
    say(f"  somnometry judge {out / CLAIMS} {out / 'results'} --out {out / 'verdicts'}")


def _sizes(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() for part in parts):
        wrong_use(f"--blocks is sizes such as 4,6, not {text!r}")
    return tuple(map(int, parts))
