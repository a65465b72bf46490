"""How the command line leaves where it was called wrongly: what is wrong on stderr, and code 2."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer

from ..core.errors import SomnometryError
from .say import say

__all__ = ["leave_on_errors", "wrong_use"]


def wrong_use(what: str, *, place: str = "", remedy: str = "") -> NoReturn:
    """Print what is wrong, where and what to do, as errors do, and leave with code 2."""
    _leave(SomnometryError(what, place=place, remedy=remedy))


@contextmanager
def leave_on_errors(out: Path | None = None) -> Iterator[None]:
    """Print an error raised on purpose, and any of writing to `out`, and leave with code 2."""
    try:
        yield
    except SomnometryError as error:
        _leave(error)
    except OSError as error:
        if out is None:
            raise
        wrong_use(f"cannot be written to ({error.strerror or error})", place=str(out), remedy="choose another --out")


def _leave(error: SomnometryError) -> NoReturn:
    say(f"somnometry: {error}", err=True)
    raise typer.Exit(2)
