"""The figure that every picture is drawn on: independent of pyplot, and shown by notebooks."""

from __future__ import annotations

import io

from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = ["GREY", "GRID", "LINE", "NotebookFigure", "figure_of"]

#: Colours of lines and words, of grids, and of what is missing.
LINE, GRID, GREY = "#333333", "#e6e6e6", "#d9d9d9"


class NotebookFigure(Figure):
    """A matplotlib figure that a notebook shows, though it is not registered with pyplot."""

    def _repr_png_(self) -> bytes:
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", dpi=100)
        return buffer.getvalue()


def figure_of(ax: Axes) -> Figure:
    """Give the figure that holds an axes, however deep."""
    figure: Figure | None = ax.get_figure(root=True)
    assert figure is not None
    return figure
