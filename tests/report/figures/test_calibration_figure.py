"""What is drawn of a calibration is what it says."""

import pytest

from somnometry import shipped_calibration
from somnometry.report.figures.calibration_figure import plot_calibration

ONE = shipped_calibration("bitbrain-headband")


def test_each_panel_has_the_expected_value_and_the_line_of_equality():
    figure = plot_calibration(ONE, ["n3_percent", "rem_latency"])
    assert [ax.get_title() for ax in figure.axes] == ["N3, %", "REM latency, min"]
    line, equality = figure.axes[0].lines
    x, y = line.get_xydata().T
    assert (x[0], x[-1]) == (ONE["n3_percent"].lowest, ONE["n3_percent"].highest)
    assert y.tolist() == pytest.approx([ONE["n3_percent"].predicted(value) for value in x])
    assert equality.get_xdata().tolist() == equality.get_ydata().tolist()


def test_what_was_not_calibrated_is_not_drawn():
    assert plot_calibration(ONE, ["trt"]).axes == []
