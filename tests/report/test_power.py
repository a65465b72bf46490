"""Curves and tables of power hold the numbers of the table."""

import csv

import numpy as np
import pytest

import somnometry as sm
from somnometry.claims.power.planning import nights_needed
from somnometry.claims.power.power_table import ADJUSTMENTS, OUTCOMES, PowerRow, PowerTable
from somnometry.claims.power.truths import Unsimulated
from somnometry.report.figures.power import (
    nights_needed_table,
    plot_power,
    power_table,
    save_power,
    unsimulated_table,
    write_power,
)

from ..terminal import printed

SUBJECTS, NIGHTS = (12, 24, 36), (1, 4)


def made(n_claims, multiplicity="holm"):
    """A table of made-up counts, of 100 studies each."""
    rng = np.random.default_rng(n_claims)
    claims = tuple(
        sm.Claim("tst", "increases", smallest_effect=15.0 + i, id=f"CLAIM {i}") for i in range(n_claims)
    )  # fmt: skip
    study = sm.Study(claims, design="crossover", treatment="a", control="p", multiplicity=multiplicity)
    rows = tuple(
        PowerRow(claim.name, n, k, rng.multinomial(100, [0.5, 0.1, 0.1, 0.2, 0.1], (2, len(ADJUSTMENTS))), multiplicity)
        for claim in claims
        for k in NIGHTS
        for n in SUBJECTS
    )
    return PowerTable(rows, (Unsimulated("PAIN", "no spread", True), Unsimulated("X", "never", False)), study)


@pytest.mark.parametrize("n_claims", [1, 4, 22])
def test_every_curve_is_a_row_of_the_table(n_claims):
    table = made(n_claims)
    figure = plot_power(table)
    assert len(figure.axes) == n_claims
    for ax, claim in zip(figure.axes, table.claims, strict=True):
        assert ax.get_title(loc="left").startswith(f"{claim}: ")
        lines = {line.get_gid(): line for line in ax.lines if line.get_gid()}
        assert set(lines) == {f"{when} {k}" for when in ("before", "after") for k in NIGHTS}
        for k in NIGHTS:
            own = [table.at(claim, n, k) for n in SUBJECTS]
            before, after = lines[f"before {k}"], lines[f"after {k}"]
            assert before.get_xydata().tolist() == [[row.subjects, row.before] for row in own]
            assert after.get_xydata().tolist() == [[row.subjects, row.after] for row in own]
            assert before.get_linewidth() < after.get_linewidth()
            assert before.get_color() == after.get_color()
        assert len({lines[f"after {k}"].get_marker() for k in NIGHTS}) == len(NIGHTS)
        assert [line.get_ydata()[0] for line in ax.lines if not line.get_gid()] == [0.8]
    words = [text.get_text() for text in figure.legends[0].get_texts()]
    assert words == ["1 night", "4 nights", "after Holm", "claim alone", "0.8"]


@pytest.mark.parametrize("n_claims", [1, 4, 22])
def test_legend_and_headings_lie_within_the_figure(n_claims):
    figure = plot_power(made(n_claims))
    figure.draw_without_rendering()
    box = figure.legends[0].get_window_extent()
    assert box.x0 >= 0
    assert box.x1 <= figure.bbox.x1
    headings = [ax.title if ax.get_title() else ax._left_title for ax in figure.axes]
    for ax, heading in zip(figure.axes, headings, strict=True):
        assert heading.get_window_extent().x1 <= ax.get_window_extent().x1 + 20


def test_fixed_sequence_is_named_and_one_size_is_seen(tmp_path):
    table = made(1, "fixed-sequence")
    assert "in the fixed sequence" in [text.get_text() for text in plot_power(table).legends[0].get_texts()]
    one = PowerTable(tuple(row for row in table.rows if row.subjects == 24), (), table.study)
    assert all(line.get_marker() not in ("", "None") for line in plot_power(one).axes[0].lines if line.get_gid())
    save_power(one, tmp_path / "power.png")
    assert (tmp_path / "power.png").read_bytes()[1:4] == b"PNG"
    assert plot_power(PowerTable((), (), table.study)).texts[0].get_text() == "no claim could be simulated"


def test_csv_and_terminal_hold_every_row(tmp_path):
    table = made(3)
    write_power(table, tmp_path / "power.csv")
    with (tmp_path / "power.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(table.rows) + 2
    for cells, row in zip(rows, table.rows, strict=False):
        assert (cells["claim"], int(cells["subjects"]), int(cells["nights"])) == (row.claim, row.subjects, row.nights)
        assert float(cells["power_before"]) == row.before == row.counts[0, 0, OUTCOMES.index("supported")] / 100
        assert float(cells["power_after"]) == float(cells["power_holm"]) == row.after
        assert sum(float(cells[f"p_{outcome.replace(' ', '_')}"]) for outcome in OUTCOMES) == pytest.approx(1)
        assert float(cells["p_equivalent_if_no_effect"]) == row.equivalent_if_none
    assert (rows[-2]["claim"], rows[-2]["reason"], rows[-2]["subjects"]) == ("PAIN", "no spread", "")
    text = printed(power_table(table))
    row = table.at("CLAIM 1", 24, 4)
    cell = " ".join(f"{row.probability('supported', a):.2f}"[1:] for a in ADJUSTMENTS)
    line = next(line for line in text[text.index("CLAIM 1") :].splitlines()[1:])
    assert cell in line
    assert "n 24" in text
    assert "PAIN *" in printed(unsimulated_table(table))


def test_nights_needed_are_printed_as_found():
    rows = nights_needed({"tst": 15.0, "rem_percent": 3.0}, nights=(1, 4))
    text = printed(nights_needed_table(rows))
    first = text[text.index("TST") :].splitlines()[0].split()
    expected = (f"{rows[0].reliability:.2f}", str(rows[0].nights), *map(str, rows[0].subjects.values()))
    assert first == ["TST", "humans", "15", "min", *expected]
    assert "not measurable by this device" in text
    assert "never" in text
