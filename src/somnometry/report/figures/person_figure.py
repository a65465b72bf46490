"""Picture of one person's nights: a metric over time, each night marked by its condition."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import dates as clock
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...catalogue import CATALOGUE
from ...core.errors import ClaimError
from ...core.shown_text import shown_text
from .notebook_figure import GRID, NotebookFigure, figure_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["plot_person"]

#: Apart by shape and by a colour of Okabe and Ito 2008; more conditions than these begin anew.
LOOKS = (("o", "#0072B2"), ("s", "#D55E00"), ("^", "#009E73"), ("D", "#CC79A7"), ("v", "#E69F00"))


def plot_person(nights: pd.DataFrame, metric: str, *, ax: Axes | None = None) -> Figure:
    """Draw a metric over the nights of one person, each marked by its condition, with the means of longer periods.

    Parameters
    ----------
    nights : DataFrame
        Of one person, one row per night, with a column ``condition``. Nights lie at their date where every ``start``
        tells one, else in the order of ``period`` and ``night``, else in that of the rows.
    metric : str
        Name of a column.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.figure.Figure
        Independent of pyplot, unless the axes are pyplot's. Nights without a value are crosses at the foot, where they
        have a date or a number; thin lines reach from ``<metric>_low`` to ``<metric>_high`` where those are columns.

    Raises
    ------
    ClaimError
        Where a column is not there, or the nights are of several people.

    Examples
    --------
    >>> import pandas as pd
    >>> nights = pd.DataFrame({"condition": ["drug", "placebo"], "night": [1, 2], "tst": [400.0, 380.0]})
    >>> plot_person(nights, "tst").axes[0].get_xlabel()
    'Night'
    """
    for column in (metric, "condition"):
        if column not in nights:
            raise ClaimError(f"the nights have no column {column!r}", key=column)
    if "subject" in nights and nights["subject"].nunique() > 1:
        raise ClaimError("these are nights of several people", key="subject", remedy="give those of one")
    if ax is None:
        figure = NotebookFigure(figsize=(6.6, 3.4), layout="constrained")
        ax = figure.add_subplot()
    values = nights[metric].to_numpy(dtype=float)
    at, dated = _places(nights, ~np.isnan(values))
    low, high = (_limit(nights, f"{metric}_{end}", values) for end in ("low", "high"))
    conditions = [str(name) if name == name else "" for name in nights["condition"]]
    periods = nights["period"].tolist() if "period" in nights else conditions
    for i, name in enumerate(dict.fromkeys(conditions)):
        marker, colour = LOOKS[i % len(LOOKS)]
        here = np.array([one == name for one in conditions], dtype=bool) & ~np.isnan(values)
        style: Any = {"marker": marker, "color": colour, "linestyle": "", "markersize": 6, "zorder": 3}
        ax.plot(at[here], values[here], label=shown_text(name) or "no condition", **style)
        if (low < high).any():
            ax.vlines(at[here], low[here], high[here], color=colour, linewidth=0.8, alpha=0.6, zorder=1)
        lost = np.array([one == name for one in conditions], dtype=bool) & np.isnan(values) & ~np.isnan(at)
        foot: Any = {"marker": "x", "color": colour, "linestyle": "", "markersize": 6, "clip_on": False}
        if lost.any():
            ax.plot(at[lost], np.full(int(lost.sum()), 0.02), transform=ax.get_xaxis_transform(), **foot)
        for period in dict.fromkeys(p for p, one in zip(periods, here.tolist(), strict=True) if one):
            inside = here & np.array([p == period for p in periods], dtype=bool)
            if inside.sum() < 2:
                continue  # a bar through one night would look like an interval
            mean = math.fsum(values[inside].tolist()) / int(inside.sum())
            width = 0.4 * _step(at)
            ax.hlines(mean, at[inside].min() - width, at[inside].max() + width, color=colour, linewidth=1.4, zorder=2)
    if dated:
        of_dates: Any = clock
        locator = of_dates.AutoDateLocator(maxticks=7)
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(of_dates.ConciseDateFormatter(locator))
    ax.set_xlabel("Date" if dated else "Night")
    label, unit = (CATALOGUE[metric].label, CATALOGUE[metric].unit) if metric in CATALOGUE else (metric, "")
    ax.set_ylabel(shown_text(f"{label} ({unit})" if unit not in ("", "count", "1") else label), parse_math=False)
    ax.grid(axis="y", color=GRID, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    legend = ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3)
    for text in legend.get_texts():
        text.set_parse_math(False)
    return figure_of(ax)


def _places(nights: pd.DataFrame, valued: np.ndarray) -> tuple[np.ndarray, bool]:
    """Where each night lies: at its date, in days as matplotlib counts them, or in its order; and which of both.

    Nights without a value need no date: they lie between those before and after, as their numbers say.
    """
    keys = [column for column in ("period", "night") if column in nights]
    order = nights.reset_index(drop=True).sort_values(keys, kind="stable").index.to_numpy() if keys else None
    place = np.arange(1.0, len(nights) + 1)
    if order is not None:
        place[order] = np.arange(1.0, len(nights) + 1)
    if "start" not in nights:
        return place, False
    at = np.full(len(nights), np.nan)
    of_dates: Any = clock
    for i, start in enumerate(nights["start"]):
        try:
            at[i] = float(of_dates.date2num(datetime.fromisoformat(str(start))))
        except (ValueError, TypeError):
            if valued[i]:
                return place, False
    known = ~np.isnan(at)
    if not known.any():
        return place, False
    by_place = np.argsort(place[known])
    where, when = place[known][by_place], at[known][by_place]
    gone = ~known
    inside = np.interp(place[gone], where, when)
    at[gone] = inside + np.minimum(place[gone] - where[0], 0) + np.maximum(place[gone] - where[-1], 0)
    return at, True


def _limit(nights: pd.DataFrame, column: str, values: np.ndarray) -> np.ndarray:
    """One end of the intervals of the nights, their values where none is known."""
    if column not in nights:
        return values
    limits = nights[column].to_numpy(dtype=float)
    return np.where(np.isnan(limits), values, limits)


def _step(at: np.ndarray) -> float:
    """The common distance of neighbouring nights."""
    apart = np.diff(np.unique(at[~np.isnan(at)]))
    return float(np.median(apart)) if apart.size else 1.0
