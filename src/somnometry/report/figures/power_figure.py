"""The picture of power: a panel per claim, a curve per number of nights."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ...claims.power.power_table import PowerRow, PowerTable
from ...core.claim import Claim
from ...core.shown_text import shown_text
from ..tables.power_tables import effect_text
from .figure_files import save_figure
from .notebook_figure import GRID, LINE, NotebookFigure

__all__ = ["plot_power", "save_power"]

WANTED = 0.8
#: Columns of panels by number of claims: as many as fit the width of a page.
WIDTH, HEIGHT, MOST_COLUMNS = 2.5, 2.0, 5
MARKERS = "os^Dv<>Ph*X"
ADJUSTED = {"holm": "after Holm", "fixed-sequence": "in the fixed sequence"}


def plot_power(table: PowerTable, *, figure: Figure | None = None) -> Figure:
    """Draw power over subjects: a panel per claim, a line per number of nights, thin before and thick after adjustment.

    Parameters
    ----------
    table : PowerTable
        What `power` gave.
    figure : matplotlib.figure.Figure, optional
        Where to draw; a new one if None.

    Returns
    -------
    matplotlib.figure.Figure
        Independent of pyplot. Lines of more nights are darker, and every number of nights has a marker of its own.

    Examples
    --------
    >>> from somnometry.claims.power.simulation import power
    >>> from somnometry.core.claim import Claim
    >>> from somnometry.core.study import Study
    >>> claim = Claim("waso", "decreases", smallest_effect=20.0)
    >>> study = Study((claim,), design="crossover", treatment="active", control="placebo", randomised=True)
    >>> figure = plot_power(power(study, subjects=[8, 16], nights=[1, 2], n_studies=20))
    >>> figure.axes[0].get_title(loc="left"), len(figure.axes[0].lines)
    ('waso: -20 min', 5)
    """
    claims = table.claims
    columns, rows = _grid(max(len(claims), 1))
    single = len(claims) <= 1
    if figure is None:
        size = (6.2, 4.2) if single else (max(WIDTH * columns, 6.2) + 0.5, HEIGHT * rows + 1.1)
        figure = NotebookFigure(figsize=size, layout="constrained")
    if not claims:
        figure.text(0.5, 0.5, "no claim could be simulated", ha="center", color=LINE)
        return figure
    nights = list(dict.fromkeys(row.nights for row in table.rows))
    axes = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    declared = {claim.name: claim for claim in table.study.claims}
    for i, ax in enumerate(axes.flat):
        if i >= len(claims):
            ax.remove()
            continue
        _draw_claim(ax, table.of(claims[i]), nights)
        heading = shown_text(_heading(declared[claims[i]]))
        ax.set_title(heading, fontsize="small", loc="left", color=LINE, parse_math=False)
        if i + columns >= len(claims):  # the lowest panel of its column
            ax.tick_params(labelbottom=True)
    figure.supxlabel("subjects who complete the study", fontsize="small")
    figure.supylabel("power", fontsize="small")
    _legend(figure, table, nights)
    return figure


def save_power(table: PowerTable, path: str | os.PathLike[str], *, dpi: float = 150.0) -> None:
    """Write the picture of `plot_power` to a file, PNG unless the name ends otherwise."""
    save_figure(plot_power(table), path, dpi=dpi)


# ------------------------------------------------------------------------------------------------------------- helpers
def _grid(n: int) -> tuple[int, int]:
    """Columns and rows of panels."""
    columns = min(n, MOST_COLUMNS if n > 9 else math.ceil(math.sqrt(n)))
    return columns, math.ceil(n / columns)


def _colour(i: int, n: int) -> str:
    """From amber to the dark blue of N3: apart in lightness, so apart to a colour-blind reader, too."""
    stops = np.array([[0xE0, 0x9F, 0x3E], [0x5F, 0x9F, 0xD0], [0x1D, 0x4A, 0x80], [0x0B, 0x1D, 0x33]]) / 255
    at = np.linspace(0, len(stops) - 1, n)[i] if n > 1 else 2.0
    red, green, blue = (float(np.interp(at, range(len(stops)), stops[:, c])) for c in range(3))
    return to_hex((red, green, blue))


def _draw_claim(ax: Axes, rows: Sequence[PowerRow], nights: Sequence[int]) -> None:
    ax.axhline(WANTED, color=LINE, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1)
    for i, k in enumerate(nights):
        own = sorted((row for row in rows if row.nights == k), key=lambda row: row.subjects)
        n = [row.subjects for row in own]
        colour = _colour(i, len(nights))
        marker = MARKERS[i % len(MARKERS)]
        hollow = marker if len(n) == 1 else ""  # a line of one point is not seen
        ax.plot(
            n, [row.before for row in own], color=colour, linewidth=0.8, zorder=2, gid=f"before {k}", marker=hollow,
            markersize=4.5, markerfacecolor="white", clip_on=False,
        )  # fmt: skip
        ax.plot(
            n, [row.after for row in own], color=colour, linewidth=2.0, zorder=3, gid=f"after {k}", marker=marker,
            markersize=4.5, markeredgecolor="white", markeredgewidth=0.5, clip_on=False,
        )  # fmt: skip
    ax.set_ylim(0, 1)
    ax.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1.0], ["0", ".2", ".4", ".6", ".8", "1"])
    ticks = sorted({row.subjects for row in rows})
    ax.set_xticks(ticks if len(ticks) <= 6 else ticks[:: math.ceil(len(ticks) / 6)])
    ax.tick_params(labelsize="x-small", length=2)
    ax.grid(color=GRID, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)


def _legend(figure: Figure, table: PowerTable, nights: Sequence[int]) -> None:
    handles = [
        Line2D(
            [], [], color=_colour(i, len(nights)), marker=MARKERS[i % len(MARKERS)], linewidth=2.0, markersize=5,
            label=f"{k} night{'s' * (k > 1)}",
        )
        for i, k in enumerate(nights)
    ]  # fmt: skip
    handles.append(Line2D([], [], color=LINE, linewidth=2.0, label=ADJUSTED[table.study.multiplicity]))
    handles.append(Line2D([], [], color=LINE, linewidth=0.8, label="claim alone"))
    handles.append(Line2D([], [], color=LINE, linewidth=0.8, linestyle=(0, (1, 2)), label="0.8"))
    ncols = max(1, min(len(handles), int(figure.get_size_inches()[0] / 1.4)))
    figure.legend(handles=handles, loc="outside upper center", ncols=ncols, fontsize="small", frameon=False)


def _heading(claim: Claim) -> str:
    """Name of a claim and the effect for which its power is told."""
    name = claim.name if len(claim.name) <= 16 else f"{claim.name[:15]}…"
    if claim.kind in ("non-inferiority", "equivalence"):
        return f"{name}: {'margin' if claim.kind == 'equivalence' else 'margin of harm'} {claim.smallest_effect:g}"
    if claim.smallest_effect is None:
        return name
    from ...catalogue import CATALOGUE
    from ...claims.data.estimand import Estimand

    known = CATALOGUE.get(claim.metric)
    sign = (
        ""
        if Estimand.of(claim, claim.metric).is_ratio
        else {"increases": "+", "decreases": "-", None: ""}[claim.direction]
    )
    what = "ratio" if Estimand.of(claim, claim.metric).is_ratio else known.unit if known else ""
    return f"{name}: {sign}{effect_text(claim.smallest_effect, what)}"
