"""Lines on the terminal, and streams that take every character."""

from __future__ import annotations

import sys
from typing import Any

import typer

from ..core.shown_text import shown_text

__all__ = ["any_encoding", "say"]


def say(text: str, **options: Any) -> None:
    """Print a line, as `typer.echo` does, without what would steer the terminal."""
    typer.echo(shown_text(text), **options)


def any_encoding() -> None:
    """Let streams take every character: one that their encoding lacks is printed as its escape."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
