"""Curves of power hold the numbers of the table."""

import pytest

from somnometry.claims.power.power_table import PowerTable
from somnometry.report.figures.power_figure import plot_power, save_power

from ..power_tables import NIGHTS, SUBJECTS, made


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
