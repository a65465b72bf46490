"""Picture of a spectrogram: power of the EEG over the hours and up to 30 Hz."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import Colormap
from matplotlib.figure import Figure

from ...core.recording import Recording
from ...core.shown_text import shown_text
from ...micro.spectrogram import Spectrogram, spectrogram
from .notebook_figure import NotebookFigure, figure_of

__all__ = ["draw_spectrogram", "plot_spectrogram"]

#: Lightness rises with power, so that colour-blind readers and greyscale printers see the same.
MAP = "cividis"
MISSING = "#d9d9d9"
#: Percentiles of the power at which the colours begin and end.
ENDS = (3.0, 97.5)


def plot_spectrogram(
    recording: Recording | Spectrogram, *, channel: str | None = None, ax: Axes | None = None
) -> Figure:
    """Draw the multitaper spectrogram of a night: hours across, 0.5 to 30 Hz upward, decibels as colour.

    Parameters
    ----------
    recording : Recording or Spectrogram
    channel : str, optional
        Name of a signal; the EEG that staging looks at if None.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.figure.Figure
        Independent of pyplot, unless the axes are pyplot's. What was not recorded is grey.

    Raises
    ------
    RecordingError
        As `spectrogram` raises.

    Examples
    --------
    >>> from somnometry.simulate.simulated_night import simulate_night
    >>> figure = plot_spectrogram(simulate_night(3, hours=1, rate=100)[0])
    >>> figure.axes[0].get_ylabel()
    'EEG C4-M1 (Hz)'
    """
    spectrum = recording if isinstance(recording, Spectrogram) else spectrogram(recording, channel=channel)
    if ax is None:
        figure: Any = NotebookFigure(figsize=(10, 2.7), layout="constrained")
        ax = figure.add_subplot()
    drawn = draw_spectrogram(ax, spectrum)
    hours = np.arange(0, spectrum.duration / 3600 + 1e-9)
    ax.set_xticks(hours * 3600, [f"{hour:.0f}:00" for hour in hours])
    ax.set_xlabel("Time from the first sample (h:min)")
    ax.set_ylabel(shown_text(f"{spectrum.channel} (Hz)"), parse_math=False)
    ax.figure.colorbar(drawn[0], ax=ax, label="dB over 1 µV²/Hz", pad=0.01)  # type: ignore[arg-type]
    return figure_of(ax)


def draw_spectrogram(ax: Axes, spectrum: Spectrogram) -> list[Artist]:
    """Draw a spectrogram from second 0 on; give what was drawn."""
    from matplotlib import colormaps

    known = spectrum.power[np.isfinite(spectrum.power)]
    low, high = np.percentile(known, ENDS).tolist() if known.size else (0.0, 1.0)
    colours: Colormap = colormaps[MAP].with_extremes(bad=MISSING)
    step = float(spectrum.frequencies[1] - spectrum.frequencies[0])
    bottom, top = float(spectrum.frequencies[0]) - step / 2, float(spectrum.frequencies[-1]) + step / 2
    image = ax.imshow(
        spectrum.power.T, origin="lower", aspect="auto", cmap=colours, vmin=low, vmax=max(high, low + 1e-3),
        extent=(0.0, spectrum.duration or spectrum.epoch, bottom, top), interpolation="nearest",
    )  # fmt: skip
    ax.set_ylim(bottom, top)
    ax.set_yticks([10, 20, 30])
    return [image]
