"""What the tables of a bench show, also in 80 columns."""

import dataclasses

import pytest
from rich.console import Console

from somnometry.report.tables.bench_tables import bench_lines, bench_table, steps_table
from somnometry.staging.bench_facts import StagesAlike

from ...staging.test_bench_facts import bench


def printed(*things):
    console = Console(width=80, force_terminal=True, color_system=None)
    with console.capture() as capture:
        for thing in things:
            console.print(thing)
    return capture.get()


def test_a_row_for_each_way_in_80_columns():
    text = printed(bench_table(bench()))
    assert max(map(len, text.splitlines())) <= 80
    rows = [line.split() for line in text.splitlines() if line.strip().startswith(("somnometry", "YASA"))]
    assert rows[0] == "somnometry, 1 thread 0.500 0.400 to 0.900 0.400 1.00 1 1".split()
    assert rows[2] == "YASA, same channels 4.50 4.00 to 5.00 4.00 9.00 9 10".split()
    assert rows[3] == "YASA, whole file none".split()
    assert "…" not in text


def test_shares_of_the_steps():
    text = printed(steps_table(bench()))
    assert [line.split()[-2] for line in text.splitlines() if line.strip().endswith("%")] == ["20", "20", "40", "20"]
    nothing = dict.fromkeys(bench().steps, 0.0)
    assert "nan %" in printed(steps_table(bench(steps=nothing)))


def test_lines_say_the_ratios_and_what_failed():
    text = " ".join(bench_lines(bench()))
    assert "1 thread: 9.0 times as fast" in text
    assert "2 threads: 18.0 times as fast as YASA given the same channels (8.0 in CPU)" in text
    assert "MemoryError: too large" in text
    assert "not compared" in text
    assert "openblas 2" in text


ALIKE = StagesAlike(960, 0.995, 900, 1.0, 0.03, 0)


@pytest.mark.parametrize(
    ("changes", "says", "not_said"),
    [
        ({"alike": ALIKE}, "equal in 99.50 % of 960 epochs", "unscored"),
        ({"alike": dataclasses.replace(ALIKE, unscored=7)}, "7 epochs that YASA stages are unscored", "not compared"),
        ({"alike": dataclasses.replace(ALIKE, n_decided=0)}, "equal in 99.50 %", "best probabilities"),
        ({"n_gaps": 1}, "1 gap, which", "equal"),
        ({"n_gaps": 2}, "2 gaps, which", "equal"),
        ({"alike": ALIKE, "calibrated": True}, "--calibrate off", "not compared"),
    ],
)
def test_agreement_is_said_or_why_there_is_none(changes, says, not_said):
    text = " ".join(bench_lines(bench(**changes)))
    assert says in text
    assert not_said not in text
