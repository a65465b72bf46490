"""Tables and lines on the terminal, of which nothing steers it but what we mean, and no word is folded or cut."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from ..core.shown_text import shown_text
from ..report.tables.fitted_table import wrapped

__all__ = ["Terminal"]


class Terminal(Console):
    """A console of rich's that shows the escape of what would steer it.

    Lines are wrapped between words, and a path that is longer than a line stays whole; in a pipe nothing is wrapped.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"highlight": False, **options})

    def print(self, *objects: Any, **options: Any) -> None:
        """Print as rich does, without folding a word."""
        if self.is_terminal:
            fitted = [self._between_words(one) if isinstance(one, str | Text) else one for one in objects]
            super().print(*fitted, **{"overflow": "ignore", "crop": False, **options})
        else:
            super().print(*objects, **{"soft_wrap": True, **options})

    def _between_words(self, text: str | Text) -> Text:
        """Wrap lines between words only; what is longer than a line stays whole."""
        style, plain = ("", text) if isinstance(text, str) else (text.style, text.plain)
        return Text(wrapped(plain, self.width), style)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Give the parts of what is printed, each safe to show."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(shown_text(segment.text), segment.style)
