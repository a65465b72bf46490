"""The command line: arguments to the batch, results to the terminal.

Exit codes: 0 all well, 1 some nights failed, 2 wrong use, 3 some claims could not be tested, 130 interrupted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .audit_sample import audit_sample
from .bench import bench
from .calibrate import calibrate
from .channels import channels
from .claims import claims_app, judge
from .convert import convert
from .field_words import FieldGroup
from .inspect import inspect
from .measure import measure
from .options import Coding, Lights, ScoredEpoch, ScorerName, ScoringFormat
from .power import power
from .report import report
from .say import any_encoding, say
from .simulate import simulate_app
from .study import study_app
from .validate import validate
from .warm_up import warm_up
from .wrong_use import leave_on_errors, leave_where_nothing_is_written, wrong_use

__all__ = ["app", "main"]

app = typer.Typer(
    name="somnometry",
    help="Sleep recordings to measured sleep architecture, and architecture to answers about claims.",
    no_args_is_help=True,
    cls=FieldGroup,
    pretty_exceptions_enable=False,
)


app.add_typer(simulate_app, name="simulate")
app.add_typer(claims_app, name="claims")
app.add_typer(study_app, name="study")
app.command("audit-sample")(audit_sample)
app.command()(bench)
app.command()(calibrate)
app.command()(channels)
app.command()(convert)
app.command()(inspect)
app.command()(judge)
app.command()(measure)
app.command()(power)
app.command()(report)
app.command()(validate)
app.command("warm-up")(warm_up)


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False) -> None:
    if version:
        from .. import __version__

        say(f"somnometry {__version__}")
        raise typer.Exit


@app.command()
def metrics(
    keys: Annotated[list[str] | None, typer.Argument(help="Only these keys.", metavar="KEY")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the page of the documentation instead.")] = False,
    conventions: Annotated[
        bool, typer.Option("--conventions", help="Print, as Markdown, where other programs differ and why.")
    ] = False,
) -> None:
    """Define every metric: key, unit, definition and source."""
    if conventions:
        from ..report.tables.results import conventions_page

        say(conventions_page(), nl=False)
        return

    from ..catalogue import CATALOGUE
    from ..report.tables.results import metrics_page, metrics_table
    from .terminal import Terminal

    if markdown:
        say(metrics_page(), nl=False)
        return
    if unknown := set(keys or ()) - set(CATALOGUE):
        from ..catalogue import meant

        near = list(dict.fromkeys(key for name in sorted(unknown) for key in meant(name)))
        asked = f"did you mean {' or '.join(near)}? " if near else ""
        wrong_use(
            f"no metric is called {', '.join(sorted(unknown))}", remedy=f"{asked}`somnometry metrics` lists them all"
        )
    Terminal().print(metrics_table([CATALOGUE[key] for key in keys or CATALOGUE]))


@app.command()
def agree(
    ref: Annotated[
        Path, typer.Argument(help="Folder of reference scorings, of any format that is read.", metavar="REFERENCE")
    ],
    obs: Annotated[
        Path,
        typer.Argument(help="Folder of the scorings to judge; files pair by name without suffix.", metavar="OBSERVED"),
    ],
    out: Annotated[Path, typer.Option(help="Folder for the tables and figures/.")],
    subjects: Annotated[
        Path | None, typer.Option(help="CSV with the columns night and subject: whose night is whose.")
    ] = None,
    metric: Annotated[list[str] | None, typer.Option(help="Key of a metric to compare; may be repeated.")] = None,
    levels: Annotated[int | None, typer.Option(min=2, max=5, help="How many stages to tell apart.")] = None,
    lights: Annotated[
        Lights, typer.Option(help="Lights-off and lights-on: those of the hypnograms, or the ends of the scoring.")
    ] = Lights.markers,
    max_unscored: Annotated[
        float, typer.Option(min=0, max=1, help="Largest share of the lights window that may be unscored.")
    ] = 0.20,
    format: ScoringFormat = None,  # noqa: A002
    coding: Coding = None,
    epoch: ScoredEpoch = None,
    scorer: ScorerName = None,
    seed: Annotated[int, typer.Option(help="Of the bootstrap.")] = 0,
    figures: Annotated[bool, typer.Option(help="Draw the confusion and each metric.")] = True,
) -> None:
    """Compare two scorings of the same nights: epoch by epoch and metric by metric, with intervals and figures."""
    from ..batch.agree import agree as agree_folders
    from ..report.tables.agreement_tables import epochs_table, metrics_table
    from .terminal import Terminal

    console = Terminal()
    with leave_on_errors(out):
        agreement = agree_folders(
            ref,
            obs,
            out,
            keys=metric,
            subjects=subjects,
            levels=levels,
            lights=lights.value,
            max_unscored=max_unscored,
            seed=seed,
            figures=figures,
            format=format,
            coding=coding,
            epoch=epoch,
            scorer=scorer,
        )
    if agreement.epochs is not None and agreement.metrics is not None:
        console.print(epochs_table(agreement.epochs))
        console.print(metrics_table(agreement.metrics))
    for problem in agreement.problems:
        Terminal(stderr=True).print(problem, style="yellow", markup=False, highlight=False)
    raise typer.Exit(1 if agreement.problems else 0)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder for the simulated recordings and what is measured on them.")],
    seed: Annotated[int, typer.Option(help="Of the simulated sleeper.")] = 7,
    hours: Annotated[float, typer.Option(min=1, max=16, help="Length of each night.")] = 8.0,
) -> None:
    """Simulate a PSG and a headband night, measure them as any file, and show truth and measurement."""
    from ..batch.demo import demonstrate
    from ..report.tables.results import remarks, truth_table
    from .terminal import Terminal

    console = Terminal()
    console.print("simulating two nights and measuring them ...", style="dim")
    with leave_on_errors(out):
        nights = demonstrate(out, seed=seed, hours=hours)
    for night in nights:
        if night.row["status"] == "ok":
            console.print(truth_table(night.truth, night.row))
    for remark in remarks([night.row for night in nights]):
        Terminal(stderr=True).print(remark, highlight=False)
    for night in nights:
        console.print(f"recording {night.recording}\n  picture {night.figure}", markup=False, highlight=False)
    table = out / "derivatives" / "nights.csv"
    console.print(f"    table {table}", markup=False, highlight=False)
    console.print(f"    pages somnometry report {table.parent}", markup=False, highlight=False)
    raise typer.Exit(1 if any(night.row["status"] != "ok" for night in nights) else 0)


def main() -> None:
    """Run the command line."""
    any_encoding()
    with leave_where_nothing_is_written():
        app()


if __name__ == "__main__":
    main()
