"""Lines on the terminal, and streams that take every character."""

from __future__ import annotations

import os
import sys
from shutil import get_terminal_size
from typing import Any, TextIO

import typer

from ..core.shown_text import shown_text

__all__ = ["any_encoding", "say"]


def say(text: str, *, document: bool = False, **options: Any) -> None:
    """Print lines, as `typer.echo` does, without what would steer the terminal.

    On a terminal a line that is too long is wrapped between words, unless it is part of a document for a program.
    """
    text = shown_text(text)
    stream = sys.stderr if options.get("err") else sys.stdout
    if not document and options.get("nl", True) and _is_terminal(stream):
        width = get_terminal_size().columns
        if any(len(line) > width for line in text.split("\n")):
            from ..report.tables.fitted_table import wrapped

            text = wrapped(text, width)
    typer.echo(text, **options)


def _is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody reads the stream, as the tables on the terminal take it."""
    told = os.environ.get("TTY_COMPATIBLE", "")
    return told == "1" if told in ("0", "1") else stream is not None and stream.isatty()


def any_encoding() -> None:
    """Let streams take every character: one that their encoding lacks is printed as its escape."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
