"""Picture of many nights: a metric by condition, each night a point, the nights of one person joined by lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ...catalogue import CATALOGUE
from ...core.errors import ClaimError
from ...core.shown_text import shown_text
from .notebook_figure import GRID, LINE, NotebookFigure, figure_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NO_CONDITION", "plot_cohort"]

#: What nights are called of which nobody said the condition.
NO_CONDITION = "no condition"
POINT, JOIN = "#5f9fd0", "#9aa3ab"
#: Most letters of a condition below the axis.
LONGEST = 14
#: From how many on points and lines are drawn the fainter the more there are, so that where they lie close is seen.
MANY_NIGHTS, MANY_PEOPLE = 300, 60
#: The least part of its strength that anything is drawn with.
FAINTEST = 0.08


def plot_cohort(nights: pd.DataFrame, metric: str | Sequence[str], *, ax: Axes | None = None) -> Figure:
    """Draw the values of a metric by condition: nights as points, people's means joined by lines, median and quartiles.

    Parameters
    ----------
    nights : DataFrame
        One row per night, as `read_nights` gives it: columns of the metrics; ``condition`` and ``subject`` where there
        are any.
    metric : str or sequence of str
        Keys in `CATALOGUE`; several are drawn side by side.
    ax : matplotlib.axes.Axes, optional
        Where to draw one metric; a new figure if None.

    Returns
    -------
    matplotlib.figure.Figure
        Independent of pyplot, unless the axes are pyplot's. The box is the middle half of the nights, the bar their
        median.

    Raises
    ------
    ClaimError
        Where the nights have no such column.

    Examples
    --------
    >>> import pandas as pd
    >>> nights = pd.DataFrame({"subject": ["a", "a"], "condition": ["drug", "placebo"], "tst": [400.0, 380.0]})
    >>> plot_cohort(nights, "tst").axes[0].get_ylabel()
    'TST (min)'
    """
    keys = [metric] if isinstance(metric, str) else list(metric)
    for key in keys:
        if key not in nights:
            raise ClaimError(f"the nights have no column {key!r}", key=key, remedy="name a metric that was measured")
    if ax is not None:
        if len(keys) != 1:
            raise ClaimError(f"one axes holds one metric, not {len(keys)}", key="ax")
        _draw(ax, nights, keys[0])
        return figure_of(ax)
    columns = min(5, max(1, len(keys)))
    rows = max(1, math.ceil(len(keys) / columns))
    figure = NotebookFigure(figsize=(max(3.2, 2.5 * columns), 2.9 * rows), layout="constrained")
    for i, key in enumerate(keys):
        _draw(figure.add_subplot(rows, columns, i + 1), nights, key)
    return figure


def _draw(ax: Axes, nights: pd.DataFrame, key: str) -> None:
    values = nights[key].to_numpy(dtype=float)
    conditions = _labels(nights, "condition", NO_CONDITION)
    names = list(dict.fromkeys(conditions))
    at = np.array([names.index(name) for name in conditions], dtype=float)
    known = ~np.isnan(values)
    spread = np.random.default_rng(0).uniform(-0.16, 0.16, values.size)  # of the points, so that they can be told apart
    ax.set_axisbelow(True)
    ax.grid(axis="y", color=GRID, linewidth=0.6)
    if len(names) > 1 and "subject" in nights:
        people = _people(nights, values, at)
        faint = _faint(len(people), MANY_PEOPLE)
        ax.add_collection(LineCollection(people, colors=JOIN, linewidths=0.6, alpha=0.6 * faint, zorder=1))
    crowd = int(known.sum()) >= MANY_NIGHTS
    ax.scatter(
        at[known] + spread[known],
        values[known],
        s=4 if crowd else 16,
        color=POINT,
        alpha=0.8 * _faint(int(known.sum()), MANY_NIGHTS),
        linewidths=0,
        zorder=4,
        clip_on=False,
    )
    of_box = 5 if crowd else 3  # above points that lie close
    for i in range(len(names)):
        inside = values[known & (at == i)]
        if inside.size > 1:  # the box of one night would be a line that hides it
            low, middle, high = np.percentile(inside, [25, 50, 75]).tolist()
            ax.bar(i, high - low, bottom=low, width=0.46, fill=False, edgecolor=LINE, linewidth=1.0, zorder=of_box)
            ax.hlines(middle, i - 0.23, i + 0.23, color=LINE, linewidth=2.0, zorder=of_box)
    if not known.any():
        ax.text(0.5, 0.5, "undefined on every night", ha="center", va="center", transform=ax.transAxes, color=LINE)
    named = names if names != [NO_CONDITION] else ["all nights"]
    ax.set_xticks(range(len(names)), [_short(name) for name in named], parse_math=False)
    if len(names) > 3:
        ax.tick_params(axis="x", rotation=45)
    ax.set_xlim(-0.5, len(names) - 0.5)
    ax.margins(y=0.08)
    metric = CATALOGUE.get(key)
    ax.yaxis.set_major_locator(
        MaxNLocator(5, steps=[1, 2, 5, 10], integer=metric is not None and metric.unit == "count")
    )
    label, unit = (metric.label, metric.unit) if metric is not None else (key, "")
    ax.set_ylabel(shown_text(f"{label} ({unit})" if unit not in ("", "count", "1") else label), parse_math=False)
    ax.tick_params(labelsize="small")
    ax.spines[["top", "right"]].set_visible(False)


def _faint(n: int, many: int) -> float:
    """Part of its full strength that each of n things is drawn with."""
    return max(FAINTEST, min(1.0, math.pow(many / max(n, 1), 0.7)))


def _labels(nights: pd.DataFrame, column: str, otherwise: str) -> list[str]:
    """Give the texts of a column, and a word for cells that are empty."""
    if column not in nights:
        return [otherwise] * len(nights)
    return [otherwise if cell is None or cell != cell or cell == "" else str(cell) for cell in nights[column]]


def _people(nights: pd.DataFrame, values: Any, at: Any) -> list[list[tuple[float, float]]]:
    """Give, of each person with nights in two conditions or more, the means from condition to condition."""
    found: dict[str, dict[float, list[float]]] = {}
    for person, value, place in zip(_labels(nights, "subject", ""), values.tolist(), at.tolist(), strict=True):
        if person and value == value:
            found.setdefault(person, {}).setdefault(place, []).append(value)
    return [
        [(place, math.fsum(theirs) / len(theirs)) for place, theirs in sorted(places.items())]
        for places in found.values()
        if len(places) > 1
    ]


def _short(name: str) -> str:
    return shown_text(name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…", keep="")
