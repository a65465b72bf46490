"""A bar of the nights of a batch, on a terminal or in a notebook: how many are done, how many failed, and how fast."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from ..core.shown_text import shown_text
from .records import Record

__all__ = ["NightsBar"]

COMPILES = "compiling kernels"


class NightsBar:
    """Shows n of N nights, nights per minute, how many failed, which was the last, and the time left.

    Parameters
    ----------
    total : int
        Nights that are to be measured.
    console : rich.console.Console, optional
        Where to draw; by default on stderr, and in the cell of a notebook.
    compiles : bool
        Whether the first night waits for kernels to be compiled, which is said until it is done.
    shown : bool
        Whether anything is drawn. Where nothing is to be measured, and on a console that is neither a terminal nor a
        notebook, nothing ever is.

    Examples
    --------
    >>> with NightsBar(2, shown=False) as bar:
    ...     bar.tell(Record("n1", {"status": "ok"}))
    ...     bar.tell(Record("n2", {"status": "failed"}, failure="system"))
    ...     bar.done, bar.failed
    (2, 1)
    """

    def __init__(
        self, total: int, console: Console | None = None, *, compiles: bool = False, shown: bool = True
    ) -> None:
        self.total, self.done, self.failed = total, 0, 0
        console = console or Console(stderr=True)
        drawn = shown and total > 0 and (console.is_terminal or console.is_jupyter)
        columns = (
            TextColumn("{task.completed} of {task.total} nights"),
            BarColumn(),
            TextColumn("{task.fields[state]}", markup=False),
            TimeRemainingColumn(),
        )
        self._progress = Progress(*columns, console=console, transient=True, disable=not drawn)
        self._task = self._progress.add_task("measuring", total=total, state=COMPILES if compiles else "")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def tell(self, record: Record) -> None:
        """Count a night that is done."""
        self.done += 1
        self.failed += bool(record.failure)
        elapsed = self._progress.tasks[0].elapsed or 0.0
        pace = f"{60 * self.done / elapsed:.3g}/min, " if elapsed else ""
        state = f"{pace}{self.failed} failed, {shown_text(record.night)}"
        self._progress.update(self._task, advance=1, state=state)
