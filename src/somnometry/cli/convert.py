"""The command line of files that other programs wrote: `convert`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .say import say
from .wrong_use import leave_on_errors, wrong_use

__all__ = ["convert"]


def convert(
    source: Annotated[Path, typer.Argument(help="What an app or a board wrote.", metavar="INPUT")],
    out: Annotated[Path, typer.Option(help="File to write: .edf, or .bdf of 24 bits.")],
) -> None:
    """Write the signals of an app or a board (Mind Monitor and others) as one sound EDF+ for `measure`."""
    if not out.parent.is_dir():
        wrong_use(f"there is no folder {out.parent}", place=str(out), remedy="make it first")
    with leave_on_errors(out):
        _convert_signals(source, out)


def _convert_signals(source: Path, out: Path) -> None:
    """Write signals, and say what was found and what is not in the file."""
    from ..io.exports.convert import convert_signals

    exported = convert_signals(source, out)
    recording = exported.recording
    start = "start unknown" if recording.start is None else f"{recording.start:%Y-%m-%d %H:%M:%S}"
    names = ", ".join(f"{name} at {signal.rate:g} Hz" for name, signal in recording.signals.items())
    say(f"{out}: {start}, {recording.duration / 3600:.2f} h; {names}; {len(exported.markers)} markers")
    for finding in recording.findings:
        say(str(finding))
    if exported.left_out:
        say(f"not written: {', '.join(exported.left_out)}")
