"""The picture of one person's nights: places, marks and means are those of the table."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from somnometry import ClaimError
from somnometry.report.figures.person_figure import LOOKS, plot_person

NIGHTS = pd.DataFrame(
    {
        "subject": ["a"] * 6,
        "condition": ["drug", "drug", "placebo", "placebo", "drug", "placebo"],
        "period": [1, 1, 2, 2, 3, 4],
        "night": [2, 1, 1, 2, 1, 1],
        "tst": [400.0, 420.0, 380.0, np.nan, 410.0, 300.0],
    }
)


def test_nights_lie_in_order_of_period_and_night_and_periods_have_their_means():
    ax = Figure().add_subplot()
    assert plot_person(NIGHTS, "tst", ax=ax) is ax.figure
    drug, placebo, lost = ax.lines
    assert (lost.get_marker(), list(lost.get_xdata()), lost.get_color()) == ("x", [4.0], placebo.get_color())
    assert dict(zip(drug.get_xdata(), drug.get_ydata(), strict=True)) == {2.0: 400.0, 1.0: 420.0, 5.0: 410.0}
    assert dict(zip(placebo.get_xdata(), placebo.get_ydata(), strict=True)) == {3.0: 380.0, 6.0: 300.0}
    assert [drug.get_marker(), placebo.get_marker()] == [LOOKS[0][0], LOOKS[1][0]]
    assert [bar.get_segments()[0][0][1] for bar in ax.collections] == [410]  # no bar through a period of one night
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["drug", "placebo"]


def test_dates_are_followed_where_every_night_has_one():
    dated = NIGHTS.assign(start=[f"2024-05-{day:02d} 22:30:00" for day in (2, 1, 10, 11, 20, 30)])
    figure = plot_person(dated, "tst")
    figure.draw_without_rendering()
    assert figure.axes[0].get_xlabel() == "Date"
    first = figure.axes[0].lines[0].get_xdata()
    assert first[2] - first[1] == 19
    assert plot_person(dated.assign(start=None), "tst").axes[0].get_xlabel() == "Night"


def test_a_lost_night_without_a_date_lies_between_its_neighbours_and_intervals_are_lines():
    table = NIGHTS.assign(
        night=range(1, 7), period=range(1, 7), tst_low=NIGHTS["tst"] - 30, tst_high=NIGHTS["tst"] + 20,
        start=[None if day == 4 else f"2024-05-0{day} 23:00" for day in range(1, 7)],
    )  # fmt: skip
    ax = plot_person(table, "tst").axes[0]
    _, placebo, lost = ax.lines
    assert list(lost.get_xdata()) == [placebo.get_xdata()[0] + 1]
    drawn = {
        tuple(map(float, (a[1], b[1]))) for lines in ax.collections for a, b in lines.get_segments() if a[1] != b[1]
    }
    assert drawn == {(value - 30, value + 20) for value in (400.0, 420.0, 410.0, 380.0, 300.0)}


def test_odd_names_and_few_nights_are_drawn_and_nothing_is_cut():
    odd = NIGHTS.head(1).assign(condition="$x_y^$ and so on")
    figure = plot_person(odd, "tst")
    figure.draw_without_rendering()
    box = figure.get_tightbbox()
    assert box.x0 >= 0
    assert box.x1 <= figure.get_figwidth()


def test_what_is_not_there_is_an_error():
    with pytest.raises(ClaimError, match="no column 'waso'"):
        plot_person(NIGHTS, "waso")
    with pytest.raises(ClaimError, match="no column 'condition'"):
        plot_person(NIGHTS.drop(columns="condition"), "tst")
    with pytest.raises(ClaimError, match="several people"):
        plot_person(NIGHTS.assign(subject=list("aabbcc")), "tst")
