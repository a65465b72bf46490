"""The command line: arguments to the pipeline, results to the terminal.

Exit codes: 0 all well, 1 some nights failed, 2 wrong use, 3 some claims could not be tested.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from .cli_claims import claims_app, judge
from .cli_power import power

if TYPE_CHECKING:
    from .io.audit import Audit
    from .io.montage import Choice
    from .io.night import Nights

__all__ = ["app", "main"]

app = typer.Typer(
    name="somnometry",
    help="Sleep recordings to measured sleep architecture, and architecture to answers about claims.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


simulate_app = typer.Typer(help="Nights and studies whose truth is known.", no_args_is_help=True)
app.add_typer(simulate_app, name="simulate")
app.add_typer(claims_app, name="claims")
app.command()(judge)
app.command()(power)


class MontageKind(StrEnum):
    """What a simulated night is recorded with."""

    psg = "psg"
    headband = "headband"


class StudyDesign(StrEnum):
    """How a simulated study is laid out."""

    crossover = "crossover"
    parallel = "parallel"
    pre_post = "pre-post"
    n_of_1 = "n-of-1"


class Lights(StrEnum):
    """Where lights-off and lights-on come from."""

    markers = "markers"
    recording = "recording"


class Sex(StrEnum):
    """Sex, as the classifiers know it."""

    male = "male"
    female = "female"


Paths = Annotated[
    list[Path], typer.Argument(help="EDF or BDF files, or folders searched at any depth.", metavar="PATH...")
]
RecordingsTable = Annotated[
    Path | None,
    typer.Option(
        help="CSV that lists the nights (path, subject, condition, ...); by default the folder's recordings.csv."
    ),
]
CHANNEL = "'auto', 'none', a label, or two labels 'A,B' for A minus B."
Eeg = Annotated[str, typer.Option(help=f"EEG derivation: {CHANNEL}")]
Eog = Annotated[str, typer.Option(help=f"EOG derivation: {CHANNEL}")]
Emg = Annotated[str, typer.Option(help=f"Chin EMG: {CHANNEL}")]


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False) -> None:
    if version:
        from . import __version__

        typer.echo(f"somnometry {__version__}")
        raise typer.Exit


@app.command()
def inspect(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="EDF or BDF files, or folders searched at any depth.", metavar="PATH..."),
    ] = None,
    recordings: RecordingsTable = None,
    eeg: Eeg = "auto",
    eog: Eog = "auto",
    emg: Emg = "auto",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")] = False,
    codes: Annotated[
        bool, typer.Option("--codes", help="Print, as Markdown, what can be found and what it means.")
    ] = False,
) -> None:
    """Audit nights: channels that would be used and why, what was found, what was left out; 1 if anything refused."""
    if codes:
        from .report.tables import codes_page

        typer.echo(codes_page(), nl=False)
        return
    if not paths:
        _wrong_use("name files or folders to inspect")

    from .core.errors import SomnometryError
    from .io.audit import audit
    from .io.nights import find_nights

    try:
        found = find_nights(paths, recordings)
    except SomnometryError as error:
        _wrong_use(str(error))
    audits = (audit(night, eeg=_choice(eeg), eog=_choice(eog), emg=_choice(emg)) for night in found.nights)
    refused = _print_json(audits, found) if json else _print_tables(audits, found)
    broken = any(entry.code == "broken" for entry in found.left_out)
    raise typer.Exit(1 if refused or broken else 0)


def _print_json(audits: Iterable[Audit], found: Nights) -> bool:
    """Print audits as one JSON document, and tell whether anything is refused."""
    from json import dumps

    rows = [audit.to_dict() for audit in audits]
    left_out = [{"file": each.file.as_posix(), "code": each.code, "reason": each.reason} for each in found.left_out]
    typer.echo(dumps({"recordings": rows, "left_out": left_out}, indent=2))
    return any(row["refused"] for row in rows)


def _print_tables(audits: Iterable[Audit], found: Nights) -> bool:
    """Print each audit as soon as it is there, then the folder, and tell whether anything is refused."""
    from rich.console import Console

    from .report.nights import left_out_table, nights_found_table
    from .report.tables import channels_table, findings_table

    console = Console()
    refused = False
    for audit in audits:
        refused |= audit.refused
        start = f"{audit.start:%Y-%m-%d %H:%M:%S}" if audit.start else "start unknown"
        console.print(f"{audit.source}: {start}, {audit.duration / 3600:.2f} h", style="bold", markup=False)
        if audit.channels:
            console.print(channels_table(audit))
        console.print(findings_table(audit.findings) if audit.findings else "nothing found")
    console.print(nights_found_table(found))
    if found.left_out:
        console.print(left_out_table(found.left_out))
    return refused


@app.command()
def measure(
    paths: Paths,
    out: Annotated[Path, typer.Option(help="Folder for nights.csv, left_out.csv, hypnograms/ and figures/.")],
    recordings: RecordingsTable = None,
    eeg: Eeg = "auto",
    eog: Eog = "auto",
    emg: Emg = "auto",
    lights: Annotated[
        Lights, typer.Option(help="Lights-off and lights-on: the file's markers, or the ends of the recording.")
    ] = Lights.markers,
    age: Annotated[
        float | None, typer.Option(min=1, max=119, help="Age in years of the person recorded; needs --sex.")
    ] = None,
    sex: Annotated[Sex | None, typer.Option(help="Sex of the person recorded; needs --age.")] = None,
    max_unscored: Annotated[
        float, typer.Option(min=0, max=1, help="Largest share of the lights window that may be unscored.")
    ] = 0.20,
    micro: Annotated[
        bool, typer.Option("--micro", help="Also measure spindles, slow waves, eye movements and spectra.")
    ] = False,
    figures: Annotated[bool, typer.Option(help="Draw each night.")] = True,
) -> None:
    """Stage and summarise nights: one row each in nights.csv, a hypnogram and a picture each."""
    if (age is None) != (sex is None):
        _wrong_use("the classifiers know age and sex together: give both --age and --sex, or neither")

    from rich.console import Console
    from rich.progress import Progress

    from .core.errors import SomnometryError
    from .io.nights import find_nights
    from .pipeline import Settings
    from .pipeline import measure as measure_nights
    from .report.tables import nights_table, remarks

    settings = Settings(
        eeg=_choice(eeg),
        eog=_choice(eog),
        emg=_choice(emg),
        age=age,
        male=None if sex is None else sex is Sex.male,
        lights=lights.value,
        max_unscored=max_unscored,
        micro=micro,
        figures=figures,
    )
    console = Console()
    try:
        found = find_nights(paths, recordings)
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("measuring", total=len(found.nights))
            rows = measure_nights(found, out, settings, progress=lambda _: progress.advance(task))
    except SomnometryError as error:
        _wrong_use(str(error))
    failed = sum(row["status"] != "ok" for row in rows)
    if failed < len(rows):
        console.print(nights_table(rows))
    for remark in remarks(rows):
        console.print(remark, highlight=False)
    console.print(
        f"{len(rows) - failed} of {len(rows)} nights measured; {out / 'nights.csv'} has every metric",
        markup=False,
        highlight=False,
    )
    broken = [entry for entry in found.left_out if entry.code == "broken"]
    for entry in broken:
        console.print(f"left out {entry.file}: {entry.reason}", style="yellow", markup=False, highlight=False)
    if found.left_out:
        said = f"{len(found.left_out)} files are no nights; {out / 'left_out.csv'} says why"
        console.print(said, markup=False, highlight=False)
    raise typer.Exit(1 if failed or broken else 0)


@app.command()
def metrics(
    keys: Annotated[list[str] | None, typer.Argument(help="Only these keys.", metavar="[KEY]...")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the page of the documentation instead.")] = False,
    conventions: Annotated[
        bool, typer.Option("--conventions", help="Print, as Markdown, where other programs differ and why.")
    ] = False,
) -> None:
    """Define every metric: key, unit, definition and source."""
    if conventions:
        from .report.tables import conventions_page

        typer.echo(conventions_page(), nl=False)
        return

    from rich.console import Console

    from .core.definition import Definition
    from .metrics.event_indices import EVENT_INDICES
    from .metrics.table import METRICS
    from .micro.table import MICROSTRUCTURE
    from .report.tables import metrics_page, metrics_table

    if markdown:
        typer.echo(metrics_page(), nl=False)
        return
    known: dict[str, Definition] = {**METRICS, **MICROSTRUCTURE, **EVENT_INDICES}
    if unknown := set(keys or ()) - set(known):
        _wrong_use(f"no metric is called {', '.join(sorted(unknown))}; `somnometry metrics` lists them all")
    Console().print(metrics_table([known[key] for key in keys or known]))


@app.command()
def agree(
    ref: Annotated[Path, typer.Argument(help="Folder of reference hypnograms: our CSV, or EDF+.")],
    obs: Annotated[Path, typer.Argument(help="Folder of the scorings to judge; files pair by name without suffix.")],
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
    seed: Annotated[int, typer.Option(help="Of the bootstrap.")] = 0,
    figures: Annotated[bool, typer.Option(help="Draw the confusion and each metric.")] = True,
) -> None:
    """Compare two scorings of the same nights: epoch by epoch and metric by metric, with intervals and figures."""
    from rich.console import Console

    from .agreement import agree as agree_folders
    from .core.errors import SomnometryError
    from .report.agreement import epochs_table, metrics_table

    console = Console()
    try:
        found = agree_folders(
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
        )
    except SomnometryError as error:
        _wrong_use(str(error))
    if found.epochs is not None and found.metrics is not None:
        console.print(epochs_table(found.epochs))
        console.print(metrics_table(found.metrics))
    for problem in found.problems:
        console.print(problem, style="yellow", markup=False, highlight=False)
    raise typer.Exit(1 if found.problems else 0)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder for the simulated recordings and what is measured on them.")],
    seed: Annotated[int, typer.Option(help="Of the simulated sleeper.")] = 7,
    hours: Annotated[float, typer.Option(min=1, max=16, help="Length of each night.")] = 8.0,
) -> None:
    """Simulate a PSG and a headband night, measure them as any file, and show truth and measurement."""
    from rich.console import Console

    from .demo import demonstrate
    from .report.tables import remarks, truth_table

    console = Console()
    console.print("simulating two nights and measuring them ...", style="dim")
    nights = demonstrate(out, seed=seed, hours=hours)
    for night in nights:
        if night.row["status"] == "ok":
            console.print(truth_table(night.truth, night.row))
    for remark in remarks([night.row for night in nights]):
        console.print(remark, highlight=False)
    for night in nights:
        console.print(f"recording {night.recording}\n  picture {night.figure}", markup=False, highlight=False)
    table = out / "derivatives" / "nights.csv"
    console.print(f"    table {table}", markup=False, highlight=False)
    raise typer.Exit(1 if any(night.row["status"] != "ok" for night in nights) else 0)


@simulate_app.command("night")
def simulate_one_night(
    out: Annotated[Path, typer.Option(help="EDF file to write.")],
    montage: Annotated[MontageKind, typer.Option(help="What the night is recorded with.")] = MontageKind.psg,
    seed: Annotated[int, typer.Option(help="Same seed and options, same night.")] = 0,
    hours: Annotated[float, typer.Option(min=0.5, max=24, help="Length of the record.")] = 8.0,
    rate: Annotated[float, typer.Option(min=64, help="Sampling rate in hertz.")] = 256.0,
    age: Annotated[float, typer.Option(min=18, max=100, help="Age of the sleeper in years.")] = 30.0,
    noise: Annotated[float, typer.Option(min=0, help="Factor of mains, electrode and amplifier noise.")] = 1.0,
    artefact_rate: Annotated[float, typer.Option(min=0, help="Movements and loose electrodes per hour, each.")] = 2.0,
) -> None:
    """Write one simulated night as EDF+, its lights, stages and events as annotations."""
    from .io.edf_writer import write_edf
    from .simulate.night import simulate_scored_night

    if not out.parent.is_dir():
        _wrong_use(f"{out}: there is no folder {out.parent}; make it first")
    night = simulate_scored_night(
        seed, montage=montage.value, hours=hours, rate=rate, age=age, noise=noise, artefact_rate=artefact_rate
    )
    write_edf(night.recording, out, hypnogram=night.hypnogram, events=night.events)
    typer.echo(f"{out}: {night.hypnogram!r}")


@simulate_app.command("study")
def simulate_one_study(
    out: Annotated[Path, typer.Option(help="Folder to write.")],
    effect: Annotated[
        list[str] | None,
        typer.Option(help="True effect of the second arm, METRIC=VALUE (a ratio for counts); may be repeated."),
    ] = None,
    metric: Annotated[
        list[str] | None, typer.Option(help="Further metric to simulate without an effect; may be repeated.")
    ] = None,
    design: Annotated[StudyDesign, typer.Option(help="Design.")] = StudyDesign.crossover,
    arms: Annotated[str, typer.Option(help="Conditions, the control first, parted by commas.")] = "placebo,active",
    subjects: Annotated[int, typer.Option(min=1, help="People.")] = 24,
    nights: Annotated[int, typer.Option(min=1, help="Nights per period.")] = 1,
    edf: Annotated[bool, typer.Option("--edf", help="Write a recording of every night instead of a table.")] = False,
    montage: Annotated[MontageKind, typer.Option(help="What the nights are recorded with.")] = MontageKind.psg,
    rate: Annotated[float, typer.Option(min=64, help="Sampling rate in hertz.")] = 128.0,
    seed: Annotated[int, typer.Option(help="Same seed and options, same study.")] = 0,
) -> None:
    """Write a study whose true effects are known: a table of nights, or EDF recordings for `measure`."""
    from rich.console import Console
    from rich.progress import Progress

    from .simulate.studies import simulate_study
    from .simulate.study_files import write_study

    effects = dict(_effect(text) for text in effect or ())
    names = tuple(arm.strip() for arm in arms.split(","))
    try:
        study = simulate_study(
            seed, design=design.value, arms=names, subjects=subjects, nights=nights, effects=effects,
            metrics=metric or (), hypnograms=edf,
        )  # fmt: skip
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("simulating", total=len(study.nights) if edf else None)
            write_study(study, out, montage=montage.value, rate=rate, progress=lambda _: progress.advance(task))
    except (ValueError, OSError) as error:
        _wrong_use(str(error))
    typer.echo(f"{out}: {study!r}")


def _effect(text: str) -> tuple[str, float]:
    """A metric and its true effect, as typed."""
    metric, equals, value = text.partition("=")
    try:
        return metric.strip(), float(value if equals else "")
    except ValueError:
        _wrong_use(f"--effect is METRIC=VALUE, such as rem_percent=3, not {text!r}")


def _choice(text: str) -> Choice:
    """What was typed for a channel: a word, a label, or a pair of labels."""
    if text.lower() == "none":
        return None
    first, comma, second = text.partition(",")
    return (first.strip(), second.strip()) if comma else text


def _wrong_use(message: str) -> NoReturn:
    """Say what is wrong and leave with code 2."""
    typer.echo(f"somnometry: {message}", err=True)
    raise typer.Exit(2)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
