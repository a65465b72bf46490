"""What the command line says of files that were no nights: broken ones, and recordings that a table does not list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..io.nights.night import LeftOut
    from .terminal import Terminal

__all__ = ["say_left_out"]

#: Recordings that are named, of those that a table does not list.
NAMED = 3


def say_left_out(
    entries: Sequence[LeftOut], folder: Path, console: Terminal, errors: Terminal, *, quiet: bool, hidden: bool
) -> list[LeftOut]:
    """Say what was left out of a batch, and give the entries that are broken.

    Parameters
    ----------
    entries : sequence of LeftOut
    folder : Path
        Where ``left_out.csv`` lies.
    console, errors : Terminal
        Standard output and standard error.
    quiet : bool
        Whether only broken files are told.
    hidden : bool
        Whether no file that is not broken is named, since nights have pseudonyms.
    """
    broken = [entry for entry in entries if entry.code == "broken"]
    for entry in broken:
        errors.print(f"left out {entry.file}: {entry.reason}", style="yellow", markup=False, highlight=False)
    if not entries or quiet:
        return broken
    n = len(entries)
    what = "1 file is no night" if n == 1 else f"{n} files are no nights"
    console.print(f"{what}; {folder / 'left_out.csv'} says why", markup=False, highlight=False)
    unlisted = [entry for entry in entries if entry.code == "not-listed" and "could not be read" not in entry.reason]
    if unlisted:
        names = ", ".join(entry.file.as_posix() for entry in unlisted[:NAMED])
        more = f" and {len(unlisted) - NAMED} more" if len(unlisted) > NAMED else ""
        told = "" if hidden else f": {names}{more}"
        what = "1 file is" if len(unlisted) == 1 else f"{len(unlisted)} files are"
        errors.print(f"{what} recorded, of no row of the table, and not measured{told}", style="yellow", markup=False,
                     highlight=False, soft_wrap=True)  # fmt: skip
    return broken
