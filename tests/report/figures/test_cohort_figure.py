"""The picture of many nights: points, medians and lines are those of the table."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from somnometry import ClaimError
from somnometry.report.figures.cohort_figure import plot_cohort

NIGHTS = pd.DataFrame(
    {
        "subject": ["a", "a", "a", "b", "b", "c"],
        "condition": ["drug", "drug", "placebo", "drug", "placebo", "placebo"],
        "tst": [400.0, 420.0, 380.0, 300.0, np.nan, 350.0],
        "awakenings": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
    }
)


def test_points_medians_and_lines_are_those_of_the_table():
    ax = Figure().add_subplot()
    figure = plot_cohort(NIGHTS, "tst", ax=ax)
    assert figure is ax.figure
    lines, points, *medians = ax.collections
    assert sorted(points.get_offsets()[:, 1].tolist()) == [300, 350, 380, 400, 420]
    assert [line.tolist() for line in lines.get_segments()] == [[[0, 410], [1, 380]]]  # b has one night that counts
    assert [bar.get_segments()[0][0][1] for bar in medians] == [400, 365]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["drug", "placebo"]


def test_several_metrics_stand_side_by_side_and_nothing_is_cut():
    figure = plot_cohort(NIGHTS, ["tst", "awakenings"])
    figure.draw_without_rendering()
    assert [ax.get_ylabel() for ax in figure.axes] == ["TST (min)", "Awakenings"]
    width, height = figure.canvas.get_width_height()
    for ax in figure.axes:
        box = ax.get_tightbbox()
        assert min(box.x0, box.y0) >= 0
        assert box.x1 <= width
        assert box.y1 <= height


def test_no_point_touches_the_frame_and_one_night_of_an_arm_is_seen():
    few = pd.DataFrame({"condition": ["a", "a", "a", "b"], "tst": [100.0, 500.0, 300.0, 400.0]})
    ax = plot_cohort(few, "tst").axes[0]
    low, high = ax.get_ylim()
    assert low < 100
    assert high > 500
    boxes = [patch.get_x() + patch.get_width() / 2 for patch in ax.patches]
    assert boxes == [0]  # the only night of b is a point, and no box lies over it
    points = ax.collections[0]
    assert points.get_offsets()[:, 1].tolist() == [100, 500, 300, 400]
    assert points.get_zorder() > max(patch.get_zorder() for patch in ax.patches)


def test_counts_have_whole_ticks():
    few = pd.DataFrame({"awakenings": [1.0, 2.0, 3.0]})
    ax = plot_cohort(few, "awakenings").axes[0]
    assert all(tick == round(tick) for tick in ax.get_yticks())


@pytest.mark.parametrize("drop", [["condition"], ["subject"], ["subject", "condition"]])
def test_nights_that_say_less_are_drawn(drop):
    figure = plot_cohort(NIGHTS.drop(columns=drop), "tst")
    figure.draw_without_rendering()
    assert len(figure.axes[0].get_xticks()) == (1 if "condition" in drop else 2)


def test_odd_tables_are_drawn():
    odd = pd.DataFrame({"condition": ["$x_y^$ a very long name indeed", None, "<b>"], "tst": [np.nan, np.nan, np.nan]})
    figure = plot_cohort(odd, "tst")
    figure.draw_without_rendering()
    assert "undefined on every night" in [text.get_text() for text in figure.axes[0].texts]
    labels = [tick.get_text() for tick in figure.axes[0].get_xticklabels()]
    assert labels[0].endswith("…")
    assert labels[1:] == ["no condition", "<b>"]


def test_what_is_not_there_is_an_error():
    with pytest.raises(ClaimError, match="no column 'waso'"):
        plot_cohort(NIGHTS, "waso")
    with pytest.raises(ClaimError, match="one axes holds one metric"):
        plot_cohort(NIGHTS, ["tst", "awakenings"], ax=Figure().add_subplot())


def test_a_crowd_is_drawn_faintly_with_its_box_above_and_a_few_as_they_are():
    seen = {}
    for n in (20, 2000):
        values = np.random.default_rng(1).normal(400, 40, 2 * n)
        people = [f"p{i // 2}" for i in range(2 * n)]
        nights = pd.DataFrame({"subject": people, "condition": ["a", "b"] * n, "tst": values})
        ax = plot_cohort(nights, "tst").axes[0]
        lines, points = ax.collections[:2]
        seen[n] = lines.get_alpha(), points.get_alpha(), points.zorder < ax.patches[0].zorder
    assert seen[20] == (0.6, 0.8, False)
    assert seen[2000][0] < 0.1
    assert seen[2000][1] < 0.2
    assert seen[2000][2]
