"""Tables and lines on the terminal, of which nothing steers it but what we mean."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from ..core.shown_text import shown_text

__all__ = ["Terminal"]


class Terminal(Console):
    """A console of rich's that shows the escape of what would steer it."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Give the parts of what is printed, each safe to show."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(shown_text(segment.text), segment.style)
