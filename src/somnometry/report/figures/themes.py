"""Figures on dark ground: the same drawing, with ink, paper and greys exchanged for as long as it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from matplotlib.collections import Collection
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

__all__ = ["DARK", "darkened"]

#: What is drawn on white -> on dark ground. Other colours stay: they tell stages and outcomes apart on both.
DARK = {
    "#000000": "#ececec",
    "#333333": "#dcdcdc",
    "#555555": "#b3b3b3",
    "#666666": "#adadad",
    "#6b6b6b": "#a8a8a8",
    "#ffffff": "#16181a",
    "#f6f6f6": "#1f2225",
    "#e6e6e6": "#33383d",
    "#d9d9d9": "#4a5056",
    "#1d4a80": "#3f74b5",
    "#5f9fd0": "#8fc4ee",
    "#b9d9ee": "#e2f0fa",
}
#: What has a colour -> how each is asked and told.
PARTS: tuple[tuple[type, tuple[str, ...]], ...] = (
    (Text, ("color",)),
    (Line2D, ("color", "markerfacecolor", "markeredgecolor")),
    (Patch, ("facecolor", "edgecolor")),
    (Collection, ("facecolor", "edgecolor")),
)


@contextmanager
def darkened(figure: Figure) -> Iterator[Figure]:
    """Turn a figure to dark ground, and back at the end.

    Examples
    --------
    >>> figure = Figure()
    >>> with darkened(figure):
    ...     to_hex(figure.get_facecolor())
    '#16181a'
    >>> to_hex(figure.get_facecolor())
    '#ffffff'
    """
    undo: list[tuple[Callable[[Any], Any], Any]] = []
    artists: Any = figure.findobj()
    for artist in artists:
        names = next((names for kind, names in PARTS if isinstance(artist, kind)), ())
        for name in names:
            before = getattr(artist, f"get_{name}")()
            after = _dark(before)
            if after is not None:
                paint = getattr(artist, f"set_{name}")
                undo.append((paint, before))
                paint(after)
    try:
        yield figure
    finally:
        for paint, before in undo:
            paint(before)


def _dark(colour: Any) -> Any:
    """Give the colour, or colours, on dark ground; None where they stay as they are."""
    if isinstance(colour, str) and colour.lower() in ("none", "auto"):
        return None
    try:
        one = to_hex(colour)
        return _with_alpha(DARK[one], colour) if one in DARK else None
    except (ValueError, TypeError):
        pass
    try:
        many = [to_hex(each) for each in colour]
    except (ValueError, TypeError):
        return None
    if not set(many) & DARK.keys():
        return None
    return [_with_alpha(DARK.get(one, one), each) for one, each in zip(many, colour, strict=True)]


def _with_alpha(colour: str, before: Any) -> Any:
    return (*to_rgba(colour)[:3], to_rgba(before)[3])
