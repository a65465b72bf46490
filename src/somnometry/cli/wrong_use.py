"""How the command line says that it was called wrongly."""

from __future__ import annotations

from typing import NoReturn

import typer

__all__ = ["wrong_use"]


def wrong_use(message: str) -> NoReturn:
    """Say what is wrong and leave with code 2."""
    typer.echo(f"somnometry: {message}", err=True)
    raise typer.Exit(2)
