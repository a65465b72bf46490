"""The command line of what is simulated: nights and studies whose truth is known."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .field_words import FieldGroup
from .say import say
from .wrong_use import leave_on_errors, wrong_use

__all__ = ["simulate_app"]

simulate_app = typer.Typer(help="Nights and studies whose truth is known.", no_args_is_help=True, cls=FieldGroup)


class MontageKind(StrEnum):
    """What a simulated night is recorded with."""

    psg = "psg"
    headband = "headband"


class StageShares(StrEnum):
    """Where the shares of stages come from."""

    published = "published"
    fitted = "fitted"


class StudyDesign(StrEnum):
    """How a simulated study is laid out."""

    crossover = "crossover"
    parallel = "parallel"
    pre_post = "pre-post"
    n_of_1 = "n-of-1"


@simulate_app.command("night")
def simulate_one_night(
    out: Annotated[Path, typer.Option(help="EDF file to write.")],
    montage: Annotated[MontageKind, typer.Option(help="What the night is recorded with.")] = MontageKind.psg,
    seed: Annotated[int, typer.Option(help="Same seed and options, same night.")] = 0,
    hours: Annotated[float, typer.Option(min=0.5, max=24, help="Length of the record.")] = 8.0,
    rate: Annotated[float, typer.Option(min=64, help="Sampling rate in hertz.")] = 256.0,
    age: Annotated[float, typer.Option(min=18, max=90, help="Age of the sleeper in years.")] = 30.0,
    shares: Annotated[
        StageShares,
        typer.Option(help="N3 and REM as published by age, or as in the 64 nights that all else is fitted to."),
    ] = StageShares.published,
    target: Annotated[
        list[str] | None,
        typer.Option(
            help="Per cent of TST in N1, N2, N3 or R, or of the sleep period in W; may be repeated.",
            metavar="STAGE=PERCENT",
        ),
    ] = None,
    noise: Annotated[float, typer.Option(min=0, help="Factor of mains, electrode and amplifier noise.")] = 1.0,
    artefact_rate: Annotated[float, typer.Option(min=0, help="Movements and loose electrodes per hour, each.")] = 2.0,
) -> None:
    """Write one simulated night as EDF+, its lights, stages and events as annotations."""
    from ..io.edf.writer import write_edf
    from ..simulate.published_sleep import published_targets
    from ..simulate.simulated_night import simulate_scored_night

    with leave_on_errors(out):
        out.parent.mkdir(parents=True, exist_ok=True)
    with leave_on_errors(out):
        drawn = published_targets(seed, age=age) if shares is StageShares.published and not target else {}
        night = simulate_scored_night(
            seed, montage=montage.value, hours=hours, rate=rate, age=age, noise=noise, artefact_rate=artefact_rate,
            stage_targets={**drawn, **_targets(target or ())},
        )  # fmt: skip
        write_edf(night.recording, out, hypnogram=night.hypnogram, events=night.events)
    say(f"{out}: {night.hypnogram!r}")


@simulate_app.command("hardware")
def simulate_hardware_night(
    family: Annotated[str, typer.Argument(help="Recorder or cohort, such as muse or mros; another word lists them.")],
    out: Annotated[Path, typer.Option(help="EDF file to write; for one file per channel, a folder.")],
    seed: Annotated[int, typer.Option(help="Same seed and options, same night.")] = 0,
    hours: Annotated[float, typer.Option(min=0.5, max=24, help="Length of the record.")] = 8.0,
) -> None:
    """Write one simulated night as a recorder or cohort would: its labels, references, polarity and defects."""
    from ..simulate.hardware import simulate_hardware

    with leave_on_errors(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        night = simulate_hardware(family, out, seed=seed, hours=hours)
    say(f"{out}: {night.hypnogram!r}")


@simulate_app.command("study")
def simulate_one_study(
    out: Annotated[Path, typer.Option(help="Folder to write.")],
    effect: Annotated[
        list[str] | None,
        typer.Option(
            help="True effect against the first arm, METRIC=VALUE or, of several arms, METRIC:ARM=VALUE (a ratio for "
            "counts); may be repeated."
        ),
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
    stager: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE|NAME",
            help="Score the nights also as a stager does that errs as this calibration says: a file of `calibrate`, "
            "bitbrain-headband or bitbrain-psg; may be repeated.",
        ),
    ] = None,
    share: Annotated[float, typer.Option(min=0, help="How much of an effect the stagers show.")] = 1.0,
    bias: Annotated[
        list[str] | None,
        typer.Option(help="What the stagers add to nights under an arm, METRIC=VALUE or METRIC:ARM=VALUE."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Same seed and options, same study.")] = 0,
) -> None:
    """Write a study whose true effects are known: a table of nights, or EDF recordings for `measure`."""
    from rich.progress import Progress

    from ..calibration.shipped import named_calibration
    from ..simulate.plan import StudyPlan
    from ..simulate.stagers import SimulatedStager
    from ..simulate.studies import simulate_study
    from ..simulate.study_files import write_study
    from ..simulate.study_options import effects_by_arm
    from .terminal import Terminal

    effects, biases = _effects(effect or ()), _effects(bias or (), "--bias")
    for name in metric or ():
        _require_spread(name, f"--metric {name}")
    names = tuple(arm.strip() for arm in arms.split(","))
    if (biases or share != 1.0) and not stager:
        wrong_use("--share and --bias are those of a --stager", remedy="name one, such as --stager bitbrain-headband")
    with leave_on_errors(out):
        of_arms = {key: dict(effects_by_arm(key, value, names)) for key, value in biases.items()}
        known = list(dict.fromkeys([*effects, "tst", *(metric or ())]))
        stagers = [
            SimulatedStager.like(named_calibration(one), known, share=share, bias=of_arms) for one in stager or ()
        ]
        plan = StudyPlan(
            design=design.value, arms=names, subjects=subjects, nights=nights, effects=effects, metrics=metric or (),
            hypnograms=edf, stagers=stagers,
        )  # fmt: skip
        study = simulate_study(plan, seed)
        with Progress(console=Terminal(stderr=True), transient=True) as progress:
            task = progress.add_task("simulating", total=len(study.nights) if edf else None)
            write_study(study, out, montage=montage.value, rate=rate, progress=lambda _: progress.advance(task))
    say(f"{out}: {study!r}")
    if edf:
        say(f"next: somnometry measure {out / 'recordings'} --out {out / 'derivatives'}")


def _targets(texts: Sequence[str]) -> dict[str, float]:
    """Shares of stages as typed; what is possible, the simulation says."""
    targets: dict[str, float] = {}
    for text in texts:
        stage, equals, value = text.partition("=")
        try:
            targets[stage.strip().upper()] = float(value if equals else "")
        except ValueError:
            wrong_use(f"--target is STAGE=PERCENT, such as N3=20, not {text!r}")
    return targets


def _effects(texts: Sequence[str], option: str = "--effect") -> dict[str, float | dict[str, float]]:
    """True effects, or biases, as typed: of a metric, or of a metric in one of several arms."""
    effects: dict[str, float | dict[str, float]] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        metric, _, arm = (part.strip() for part in name.partition(":"))
        try:
            size = float(value if equals else "")
        except ValueError:
            wrong_use(f"{option} is METRIC=VALUE or METRIC:ARM=VALUE, such as rem_percent=3, not {text!r}")
        of_arms = effects.setdefault(metric, {} if arm else size)
        _require_spread(metric, f"{option} {text}")
        if arm and isinstance(of_arms, dict):
            of_arms[arm] = size
        elif arm or of_arms is not size:
            wrong_use(f"{option} {text}: {metric} has one already; name the arm of each, {metric}:ARM=VALUE")
    return effects


def _require_spread(metric: str, typed: str) -> None:
    """Refuse a metric of which no study can be simulated, in words of the command line."""
    from ..catalogue import meant
    from ..simulate.spreads import SPREADS

    if metric not in SPREADS:
        known = [key for key in meant(metric) if key in SPREADS] or list(SPREADS)
        wrong_use(
            f"{typed}: of {metric!r} it is not known how it varies between people and nights",
            remedy=f"name one of {', '.join(known)}",
        )
