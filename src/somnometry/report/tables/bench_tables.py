"""How long staging takes beside YASA, as tables for the terminal and for a page."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from ...staging.bench_facts import Machine, StagingBench, TimedWay, WayName
from .fitted_table import FittedTable

__all__ = ["bench_lines", "bench_table", "machine_line", "steps_table", "way_words"]

STEPS: Mapping[str, str] = {
    "choose": "header, choosing",
    "read": "reading samples",
    "features": "features",
    "classify": "trees",
}


def way_words(name: WayName) -> str:
    """Say what a way is.

    Examples
    --------
    >>> way_words("ours-1"), way_words("yasa-whole")
    ('somnometry, 1 thread', 'YASA, whole file')
    """
    if name.startswith("ours-"):
        number = name.removeprefix("ours-")
        return f"somnometry, {number} thread{'s' * (number != '1')}"
    return {"yasa-channels": "YASA, same channels", "yasa-whole": "YASA, whole file"}[name]


def bench_table(bench: StagingBench) -> FittedTable:
    """One row per way: the median run in wall and CPU seconds, the range, and how often ours on one thread fits in."""
    table = FittedTable()
    table.add_column("from file to hypnogram", whole=True)
    for heading in ("wall s", "fastest\nto slowest", "CPU s", "first\nrun s", "times\nours", "in\nCPU"):
        table.add_column(heading, justify="right")
    for way in bench.ways:
        table.add_row(way_words(way.name), *_cells(way, bench))
    return table


def _cells(way: TimedWay, bench: StagingBench) -> Iterator[str]:
    if not way.wall:
        yield from ("none", "", "", "", "", "")
        return
    yield _seconds(way.seconds)
    yield f"{_seconds(min(way.wall))} to {_seconds(max(way.wall))}"
    yield _seconds(way.cpu_seconds)
    yield _seconds(way.first)
    yield f"{bench.speed_up(theirs=way.name):.3g}"
    yield f"{bench.speed_up(theirs=way.name, cpu=True):.3g}"


def steps_table(bench: StagingBench) -> FittedTable:
    """Our steps on one thread, each timed apart: CPU seconds and shares."""
    table = FittedTable()
    table.add_column("our steps, 1 thread", whole=True)
    table.add_column("CPU s", justify="right")
    table.add_column("share", justify="right")
    whole = math.fsum(bench.steps.values()) or math.nan
    for name, seconds in bench.steps.items():
        table.add_row(STEPS[name], _seconds(seconds), f"{100 * seconds / whole:.0f} %")
    return table


def bench_lines(bench: StagingBench) -> list[str]:
    """What the tables mean: speed-ups, agreement, what else was noticed, and the machine."""
    lines = []
    for way in bench.ways:
        ratio, whole = bench.speed_up(way.name), bench.speed_up(way.name, "yasa-whole")
        if way.error:
            lines.append(f"{way_words(way.name)}: {way.error.rstrip('.')}.")
        elif way.name.startswith("ours-") and not math.isnan(ratio):
            cpu = bench.speed_up(way.name, cpu=True)
            more = "" if math.isnan(whole) else f", {whole:.1f} times as fast as with the whole file preloaded"
            lines.append(
                f"{way_words(way.name)}: {ratio:.1f} times as fast as YASA given the same channels "
                f"({cpu:.1f} in CPU){more}."
            )
    lines.append(_agreement(bench))
    if bench.calibrated:
        lines.append(
            "The EEG's amplitude was brought into the classifiers' range, which YASA does not do; stages differ for "
            "that. With --calibrate off both get the same."
        )
    lines.append(machine_line(bench.machine))
    return lines


def _agreement(bench: StagingBench) -> str:
    alike = bench.alike
    if bench.n_gaps and alike is None:
        gaps = "1 gap" if bench.n_gaps == 1 else f"{bench.n_gaps} gaps"
        return f"Stages are not compared: the file has {gaps}, which YASA's reader closes up, so that epochs differ."
    if alike is None or not alike.n_epochs:
        return "Stages are not compared: there are no two of the same epoch."
    text = f"Stages: equal in {100 * alike.equal:.2f} % of {alike.n_epochs} epochs"
    if alike.n_decided:
        text += (
            f", and in {100 * alike.equal_decided:.2f} % of the {alike.n_decided} in which YASA's two best "
            "probabilities differ by 0.1 or more"
        )
    text += f"; largest difference of a probability {alike.largest_difference:.2g}."
    if alike.unscored:
        text += f" {alike.unscored} epochs that YASA stages are unscored here."
    return text


def machine_line(machine: Machine) -> str:
    """The machine and the versions, in one line."""
    packages = ", ".join(f"{name} {number}" for name, number in machine.packages.items())
    threads = f"; threads of {', '.join(machine.blas)}" if machine.blas else ""
    n = machine.n_processors
    processors = f"{n} processor{'s' * (n != 1)}"
    return f"{machine.system} {machine.processor}, {processors}{threads}; Python {machine.python}, {packages}."


def _seconds(value: float) -> str:
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:.1f}"
