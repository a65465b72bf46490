"""The command line of claims: declare them, have them read back, judge them on nights."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .field_words import FieldGroup
from .say import say
from .wrong_use import leave_on_errors, wrong_use

if TYPE_CHECKING:
    from ..claims.claims_file import Declaration
    from ..core.study import Study

__all__ = ["claims_app", "declared_in", "judge", "tell_what_can_be_learned"]

claims_app = typer.Typer(help="Declare claims before looking.", no_args_is_help=True, cls=FieldGroup)
#: Exit code where some claim could not be tested.
NOT_TESTABLE = 3


@claims_app.command("new")
def new(
    out: Annotated[Path, typer.Argument(help="File to write.", metavar="FILE")] = Path("claims.toml"),
    example: Annotated[
        bool, typer.Option("--example", help="Write the 23 claims of a popular article on kratom instead.")
    ] = False,
) -> None:
    """Write a claims file with comments, to be filled in."""
    from importlib.resources import files

    from ..io.files import write_whole

    if out.exists():
        wrong_use("there is such a file already", place=str(out), remedy="name another")
    if not out.parent.is_dir():
        wrong_use(f"there is no folder {out.parent}", place=str(out), remedy="make it first")
    name = "kratom.toml" if example else "template.toml"
    text = (files("somnometry.claims") / "files" / name).read_text(encoding="utf-8")
    write_whole(out, text)
    say(f"{out}: fill it in, then `somnometry claims check {out}`")


@claims_app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="Claims file (TOML).", metavar="FILE")],
    calibration: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|NAME",
            help="Calibration of the program that will score the nights: what one person's nights can show with it.",
        ),
    ] = None,
) -> None:
    """Explain a claims file back in plain words, or say which line is wrong; of one person, what can be learned."""
    from ..report.words.declaration import declaration_text
    from .terminal import Terminal

    declaration = declared_in(file)
    Terminal().print(declaration_text(declaration), markup=False, highlight=False)
    tell_what_can_be_learned(declaration.study, file.parent, calibration)


def tell_what_can_be_learned(study: Study, folder: Path, calibration: str | None = None) -> None:
    """Print what the claims of a study can come to with its schedule and device, where they say it."""
    if study.design != "n-of-1" and study.device in (None, "psg"):  # which tell every metric: nothing is loaded for it
        return
    from ..batch.learnable import learnable
    from .terminal import Terminal

    with leave_on_errors():
        text = learnable(study, folder, calibration)
    if text:
        Terminal().print(f"\n{text}", markup=False, highlight=False)


def judge(
    file: Annotated[Path, typer.Argument(help="Claims file (TOML).", metavar="CLAIMS.toml")],
    nights: Annotated[
        Path, typer.Argument(help="nights.csv, or the folder that `measure` wrote.", metavar="DERIVATIVES|NIGHTS.csv")
    ],
    out: Annotated[Path, typer.Option(help="Folder for verdicts.csv, .json, .html and the forest plot.")],
    sensitivity: Annotated[bool, typer.Option(help="Answer every question in other ways too.")] = True,
    calibration: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|NAME",
            help="Calibration of the stager of the nights: a file that `calibrate` wrote, bitbrain-headband or "
            "bitbrain-psg. By default a calibration*.toml beside nights.csv that is of that stager.",
        ),
    ] = None,
    also: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="DERIVATIVES|NIGHTS.csv",
            help="The same nights as another program scored them, with its calibration beside them; may be given "
            "several times. A verdict that does not hold under each is inconclusive.",
        ),
    ] = None,
) -> None:
    """Judge the claims of a file on measured nights. Exit code 3 where some could not be tested."""
    from ..batch.own_calibrations import calibrations_for, scorers_of
    from ..batch.study_nights import read_nights
    from ..claims.data.conditions import require_conditions
    from ..claims.judge import judge_all
    from ..claims.several_stagers import judge_by_stager
    from ..report.pages.verdict_files import write_verdicts
    from ..report.tables.verdicts_table import verdicts_table
    from .terminal import Terminal

    declaration = declared_in(file)
    with leave_on_errors(out):
        table = read_nights(nights)
        require_conditions(declaration.study, table)
        found = [calibrations_for(dict(table), nights, declaration.study, calibration)]
        if also:
            if len({*map(os.path.realpath, (nights, *also))}) <= len(also):
                wrong_use("one scoring is named twice", place="--also", remedy="name another program's nights")
            others = {str(path): read_nights(path) for path in also}
            names = scorers_of({place: dict(each) for place, each in {str(nights): table, **others}.items()})
            found += [calibrations_for(dict(each), place, declaration.study) for place, each in others.items()]
            own = [one for each in found for one in each.used]
            by_stager = dict(zip(names, [table, *others.values()], strict=True))
            verdicts = judge_by_stager(declaration.study, by_stager, sensitivity=sensitivity, calibration=own)
        else:
            verdicts = judge_all(declaration.study, table, sensitivity=sensitivity, calibration=found[0].used)
        out.mkdir(parents=True, exist_ok=True)
        write_verdicts(
            verdicts, declaration.study, out, digest=declaration.digest, source=declaration.source, nights=table
        )
    console = Terminal()
    console.print(verdicts_table(verdicts))
    for one in (one for each in found for one in each.passed_over):
        of = f"of {one.calibration.stager}" if one.why == "stager" else f"of nights on {one.calibration.device}"
        console.print(f"{one.path} is {of}, which these are not: it was passed over", markup=False, highlight=False)
    console.print(f"{out / 'verdicts.html'} explains each verdict; digest {declaration.digest[:12]}", highlight=False)
    untested = sum(verdict.outcome == "not testable" for verdict in verdicts)
    if untested:
        console.print(f"{untested} of {len(verdicts)} claims could not be tested", style="yellow", highlight=False)
    raise typer.Exit(NOT_TESTABLE if untested else 0)


def declared_in(file: Path) -> Declaration:
    """Read a claims file, or say what is wrong with it and leave."""
    from ..claims.claims_file import read_claims

    with leave_on_errors():
        return read_claims(file)
