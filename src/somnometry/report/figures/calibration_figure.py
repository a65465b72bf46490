"""Picture of a calibration: what people would find where the stager finds a value, metric by metric."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from ...calibration.calibration import Calibration
from ...metrics.table import METRICS
from .notebook_figure import GRID, LINE

__all__ = ["SHOWN", "plot_calibration"]

#: Metrics that are drawn, of those that were calibrated.
SHOWN = (
    "tst", "se", "sol", "waso", "awakenings", "rem_latency", "n1_percent", "n2_percent", "n3_percent", "rem_percent",
    "stage_shift_index", "longest_sleep",
)  # fmt: skip
BAND = "#b9d9ee"
COLUMNS = 4


def plot_calibration(calibration: Calibration, keys: Sequence[str] = SHOWN) -> Figure:
    """Draw, of each metric, the expected human value and its 90 % interval over the automatic values that were seen.

    Parameters
    ----------
    calibration : Calibration
    keys : sequence of str
        Metrics; those that were not calibrated are left out.

    Returns
    -------
    matplotlib.figure.Figure
        Independent of pyplot; empty where none was calibrated.

    Examples
    --------
    >>> from somnometry.calibration.shipped import shipped_calibration
    >>> [axes.get_title() for axes in plot_calibration(shipped_calibration("bitbrain-psg"), ["tst", "se"]).axes]
    ['TST, min', 'SE, %']
    """
    drawn = [key for key in keys if key in calibration]
    rows = max(1, math.ceil(len(drawn) / COLUMNS))
    figure = Figure(figsize=(11, 2.9 * rows), layout="constrained")
    for i, key in enumerate(drawn):
        one, metric = calibration[key], METRICS[key]
        ax = figure.add_subplot(rows, COLUMNS, i + 1)
        x = np.linspace(one.lowest, one.highest, 60)
        low, high = np.array([one.interval(value) for value in x]).T
        ax.fill_between(x, low, high, color=BAND, linewidth=0)
        ax.plot(x, [one.predicted(value) for value in x], color=LINE, linewidth=1.5)
        ends = [min(x[0], low.min()), max(x[-1], high.max())]
        ax.plot(ends, ends, color="#6b6b6b", linewidth=1.0, linestyle="--")
        ax.set(
            xlim=(x[0], x[-1]), ylim=ends, title=metric.label + ("" if metric.unit == "count" else f", {metric.unit}")
        )
        ax.set_title(ax.get_title(), fontsize="medium")
        ax.grid(color=GRID, linewidth=0.6)
        ax.tick_params(labelsize="small")
        ax.spines[["top", "right"]].set_visible(False)
    if drawn:
        figure.supxlabel("as the stager has it", fontsize="medium")
        figure.supylabel("as people have it", fontsize="medium")
    return figure
