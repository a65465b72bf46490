"""The picture of one night: the hypnogram above its hypnodensity."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from ...core.errors import HypnogramError
from ...core.hypnogram import Hypnogram
from ...core.shown_text import shown_text
from ...core.stage import STAGES_OF_LEVEL, Stage
from ...micro.spectrogram import Spectrogram
from .figure_files import save_figure
from .night_numbers import night_numbers
from .notebook_figure import GREY, GRID, LINE, NotebookFigure, figure_of
from .spectrogram_figure import draw_spectrogram

__all__ = ["plot_night", "save_night"]

#: From top to bottom. Where a scorer tells fewer stages apart, the others are left out.
ORDER = (Stage.W, Stage.R, Stage.SLEEP, Stage.NREM, Stage.LIGHT, Stage.N1, Stage.N2, Stage.N3)

#: Blues that darken with depth, REM vermilion, wake sand: apart in lightness, so apart to a colour-blind reader, too.
COLOURS = {Stage.W: "#f1dfa6", Stage.R: "#d1495b", Stage.N1: "#b9d9ee", Stage.N2: "#5f9fd0", Stage.N3: "#1d4a80"}

#: Distances of the ticks in seconds.
STEPS = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 14400, 21600, 43200, 86400)
MOST_TICKS = 10
#: Inches that the numbers of a night take below it.
BELOW = 0.45


def plot_night(
    hypnogram: Hypnogram,
    *,
    spectrogram: Spectrogram | None = None,
    figure: Figure | None = None,
    ax: Axes | Sequence[Axes] | None = None,
    title: str | None = None,
    metrics: Mapping[str, float] | None = None,
) -> Figure:
    """Draw the stages over time and, where there are probabilities, the hypnodensity below.

    Parameters
    ----------
    hypnogram : Hypnogram
        Of any number of levels. Unscored stretches are grey, and no line crosses them.
    spectrogram : Spectrogram, optional
        Of the same recording, beginning with the first epoch: drawn above, on the same clock.
    figure : matplotlib.figure.Figure, optional
        Where to draw; a new one if None, which a notebook shows by itself when it is the value of a cell.
    ax : matplotlib.axes.Axes or sequence of them, optional
        Where to draw instead: the stages alone into one; into several, from top to bottom, the spectrogram if there is
        one, the stages, the hypnodensity if there is one and an axes for it.
    title : str, optional
        Put above the picture.
    metrics : mapping of str to float, optional
        Of the night, as `architecture` gives them: the headline numbers stand below the picture, with the 90 %
        intervals that a calibration gave. Not where axes are given, which have no room for them.

    Returns
    -------
    matplotlib.figure.Figure
        Independent of pyplot: it works with any backend or none, and nothing need be closed.

    Notes
    -----
    Time is that of the clock where the start is known, else hours and minutes from the first epoch. Lights-off and
    lights-on are dashed lines where they are known, except when the window is the whole hypnogram.

    Examples
    --------
    >>> figure = plot_night(Hypnogram([0, 1, 2, 3, 4]))
    >>> [tick.get_text() for tick in figure.axes[0].get_yticklabels()]
    ['W', 'R', 'N1', 'N2', 'N3']
    """
    numbers = "" if metrics is None else night_numbers(metrics)
    kind = _Kind(hypnogram.levels, hypnogram.probabilities is not None, spectrogram is not None, bool(numbers))
    if ax is not None:
        given = [ax] if isinstance(ax, Axes) else list(ax)
        if isinstance(ax, Axes):
            kind, spectrogram = _Kind(hypnogram.levels, False, False, False), None
        kind = kind._replace(density=kind.density and len(given) > 1 + kind.spectrum)
        if len(given) < 1 + kind.spectrum:
            raise HypnogramError("a spectrogram and stages take two axes, and fewer were given", key="ax")
        panels = given[: 1 + kind.spectrum + kind.density]
        _set_scales(panels, kind)
        _draw_night(panels, hypnogram, kind, spectrogram)
        if title is not None:
            panels[0].set_title(shown_text(title), parse_math=False)
        return figure_of(panels[0])
    if figure is None:
        figure = _empty_figure(kind)
    _draw_night(_panels(figure, kind), hypnogram, kind, spectrogram)
    _write_numbers(figure, numbers)
    if title is not None:
        figure.suptitle(shown_text(title), fontsize="large", parse_math=False)
    return figure


def save_night(
    hypnogram: Hypnogram,
    path: str | os.PathLike[str],
    *,
    title: str | None = None,
    dpi: float = 150.0,
    metrics: Mapping[str, float] | None = None,
) -> None:
    """Write the picture of `plot_night` to a file, PNG unless the name ends otherwise (``.svg``, ``.pdf``).

    Parameters
    ----------
    hypnogram : Hypnogram
        What to draw.
    path : path-like
        Name of the file; one of that name is replaced, and never left half written.
    title : str, optional
        Put above the picture.
    dpi : float
        Pixels per inch; the picture is 10 inches wide.
    metrics : mapping of str to float, optional
        As for `plot_night`.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> save_night(Hypnogram([0, 1, 2, 3, 4]), folder / "night.png")
    >>> (folder / "night.png").read_bytes()[1:4]
    b'PNG'
    """
    numbers = "" if metrics is None else night_numbers(metrics)
    kind = _Kind(hypnogram.levels, hypnogram.probabilities is not None, False, bool(numbers))
    figure = _KEPT.__dict__.pop("figure", None) if getattr(_KEPT, "kind", None) == kind else None
    if figure is None:
        figure = _empty_figure(kind)
        _panels(figure, kind)
    drawn = _draw_night(figure.axes, hypnogram, kind) + _write_numbers(figure, numbers)
    drawn.append(figure.text(0.5, 0.98, shown_text(title or ""), size="large", ha="center", va="top", parse_math=False))
    save_figure(figure, path, dpi=dpi)
    for artist in drawn:
        artist.remove()
    _KEPT.kind, _KEPT.figure = kind, figure


# ------------------------------------------------------------------------------------------------------------- helpers
class _Kind(NamedTuple):
    """Which panels a night has."""

    levels: int
    density: bool
    spectrum: bool
    numbers: bool


class _Kept(threading.local):
    """The empty panels of the night that a thread drew last: half of the drawing is to make them."""

    kind: _Kind
    figure: Figure


_KEPT = _Kept()


def _empty_figure(kind: _Kind) -> Figure:
    """Give a figure whose margins hold what a night has around its panels; constrained layout would draw it twice."""
    below = BELOW * kind.numbers
    figure = NotebookFigure(figsize=(10, 2.7 + 1.7 * kind.density + 1.9 * kind.spectrum + below))
    width, height = figure.get_size_inches()
    left, right, top, bottom = 0.7, 1.12, 0.42, 0.52 + below  # inches
    figure.subplots_adjust(left / width, bottom / height, 1 - right / width, 1 - top / height, hspace=0.12)
    return figure


def _write_numbers(figure: Figure, numbers: str) -> list[Artist]:
    """Write the numbers of the night below its panels."""
    if not numbers:
        return []
    width, height = figure.get_size_inches()
    at = 0.7 / width, 0.08 / height
    return [figure.text(*at, numbers, size="small", color=LINE, ha="left", va="bottom", linespacing=1.5)]


def _panels(figure: Figure, kind: _Kind) -> list[Axes]:
    """Make what all nights share: panels on one axis of time, and their scales."""
    heights = [3] * kind.spectrum + [3] + [2] * kind.density
    panels: list[Axes] = []
    grid = figure.add_gridspec(len(heights), 1, height_ratios=heights)
    for i in range(len(heights)):
        panels.append(figure.add_subplot(grid[i], sharex=panels[0] if panels else None))
    _set_scales(panels, kind)
    return panels


def _set_scales(panels: Sequence[Axes], kind: _Kind) -> None:
    """Set the scales of stages and probabilities, their legend, the frame."""
    for ax in panels:
        ax.spines[["top", "right"]].set_visible(False)
        ax.tick_params(axis="x", labelbottom=ax is panels[-1])
    order = _order(kind.levels)
    if kind.spectrum:
        panels[0].set_ylabel("EEG (Hz)")
    ax = panels[kind.spectrum]
    ax.set_yticks([-float(i) for i in range(len(order))], [stage.label for stage in order])
    ax.set_ylim(0.5 - len(order), 0.5)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", color=GRID, linewidth=0.7, zorder=0)
    ax.set_axisbelow(True)
    ax.set_ylabel("Stage")
    if kind.density:
        ax = panels[-1]
        ax.set_ylim(0, 1)
        ax.set_yticks([0, 0.5, 1])
        ax.set_ylabel("Probability")
        handles = [Patch(color=COLOURS[stage], label=stage.label, linewidth=0) for stage in ORDER if stage in COLOURS]
        _legend_beside(ax, handles)


def _legend_beside(ax: Axes, handles: list[Patch]) -> Artist:
    return ax.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(1.0, 1.05), frameon=False, handlelength=1.0,
        handleheight=1.0, labelspacing=0.25,
    )  # fmt: skip


def _order(levels: int) -> list[Stage]:
    return [stage for stage in ORDER if stage in STAGES_OF_LEVEL[levels]]


def _draw_night(
    panels: list[Axes], hypnogram: Hypnogram, kind: _Kind, spectrogram: Spectrogram | None = None
) -> list[Artist]:
    """Draw one night into its panels; give what the next night has to replace."""
    drawn = _draw_hypnogram(panels[kind.spectrum], hypnogram)
    if spectrogram is not None and kind.spectrum:
        drawn += draw_spectrogram(panels[0], spectrogram)
    if kind.density:
        drawn += _draw_hypnodensity(panels[-1], hypnogram)
    for begin, end in _runs(hypnogram.stages == Stage.UNSCORED):
        span = begin * hypnogram.epoch, end * hypnogram.epoch
        drawn += [ax.axvspan(*span, color=GREY, linewidth=0, zorder=1) for ax in panels[kind.spectrum :]]
        drawn += [ax.axvspan(*span, 0, 0.04, color=LINE, linewidth=0, zorder=3) for ax in panels[: kind.spectrum]]
    drawn += _mark_lights(panels, hypnogram)
    panels[0].set_xlim(0, hypnogram.duration or hypnogram.epoch)
    _label_time(panels[-1], hypnogram)
    return drawn


def _runs(mask: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Give the first epoch and the epoch after the last of every stretch that is True."""
    edges = np.flatnonzero(np.diff(np.r_[False, mask, False]))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _edges(hypnogram: Hypnogram) -> npt.NDArray[np.float64]:
    """Give the seconds at which every epoch begins and ends, in turn."""
    return np.column_stack([hypnogram.onsets, hypnogram.onsets + hypnogram.epoch]).ravel()


def _draw_hypnogram(ax: Axes, hypnogram: Hypnogram) -> list[Artist]:
    level = {int(stage): float(-i) for i, stage in enumerate(_order(hypnogram.levels))}
    level[int(Stage.UNSCORED)] = math.nan
    heights = [level[stage] for stage in hypnogram.stages.tolist()]
    drawn: list[Artist] = [
        *ax.plot(_edges(hypnogram), np.repeat(heights, 2), color=LINE, linewidth=1.1, solid_capstyle="butt")
    ]
    rem = np.array(list(_runs(hypnogram.stages == Stage.R)), dtype=np.float64).reshape(-1, 2) * hypnogram.epoch
    if rem.size:
        bouts = np.full(len(rem), level[Stage.R])
        drawn.append(ax.hlines(bouts, *rem.T, color=COLOURS[Stage.R], linewidth=4.5, capstyle="butt"))
    if (hypnogram.stages == Stage.UNSCORED).any():
        drawn.append(_legend_beside(ax, [Patch(color=GREY, label="unscored")]))
    return drawn


def _draw_hypnodensity(ax: Axes, hypnogram: Hypnogram) -> list[Artist]:
    probabilities = np.asarray(hypnogram.probabilities)
    time = _edges(hypnogram)
    order = [stage for stage in ORDER if stage in COLOURS]
    drawn: list[Artist] = []
    for stage in order:  # from the top of the stack down, each over the foot of the last, so that no seam shows
        upto = probabilities[:, order[order.index(stage) :]].sum(axis=1)
        height = np.repeat(upto, 2)
        known = ~np.isnan(height)
        drawn.append(ax.fill_between(time, height, where=known, color=COLOURS[stage], linewidth=0, label=stage.label))
    return drawn


def _mark_lights(panels: list[Axes], hypnogram: Hypnogram) -> list[Artist]:
    off, on = float(hypnogram.lights_off or 0.0), float(hypnogram.lights_on or 0.0)
    drawn: list[Artist] = []
    if (off, on) == (0.0, hypnogram.duration):
        return drawn
    end = hypnogram.duration
    for begin, until in ((0.0, min(off, end)), (max(on, 0.0), end)):
        if until > begin:  # out of bed; an unknown light shades nothing
            drawn += [ax.axvspan(begin, until, facecolor=LINE, alpha=0.10, linewidth=0, zorder=2.5) for ax in panels]
    narrow = on - off < 0.2 * hypnogram.duration  # then the words stand outside the window, else inside
    sides = ("right", "left") if narrow else ("left", "right")
    for light, words, side in ((off, "lights off", sides[0]), (on, "lights on", sides[1])):
        if math.isnan(light) or not 0 <= light <= hypnogram.duration:
            continue
        style: Any = {"color": LINE, "linewidth": 0.9, "linestyle": (0, (4, 3))}
        drawn += [ax.axvline(light, **style, clip_on=False, zorder=4) for ax in panels]
        drawn.append(
            panels[0].annotate(
                words, (light, 1.0), xycoords=("data", "axes fraction"), xytext=(0, 3), textcoords="offset points",
                ha=side, va="bottom", fontsize="small", color=LINE,
            )
        )  # fmt: skip
    return drawn


def _label_time(ax: Axes, hypnogram: Hypnogram) -> None:
    """Put ticks at round times of the clock, or at round times since the first epoch."""
    length = hypnogram.duration or hypnogram.epoch
    step = next((step for step in STEPS if length / step <= MOST_TICKS), STEPS[-1])
    start = hypnogram.start
    since_midnight = 0.0
    if start is not None:
        since_midnight = (start - start.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()
    ticks = np.arange(math.ceil(since_midnight / step) * step, since_midnight + length + 1e-6, step)
    if start is not None:
        midnight = start - timedelta(seconds=since_midnight)
        pattern = "%H:%M" if step >= 60 else "%H:%M:%S"
        labels = [(midnight + timedelta(seconds=t)).strftime(pattern) for t in ticks.tolist()]
        ax.set_xlabel("Time of day")
    else:
        labels = [f"{t // 3600:.0f}:{t // 60 % 60:02.0f}" + (f":{t % 60:02.0f}" if step < 60 else "") for t in ticks]
        ax.set_xlabel("Time from the first epoch (h:min)" if step >= 60 else "Time from the first epoch (h:min:s)")
    ax.set_xticks(ticks - since_midnight, labels)
