"""`LogFile`: a line in a file for each night, which never costs a night."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ..core.shown_text import shown_text
from .say import say
from .wrong_use import wrong_use

__all__ = ["LogFile"]


class LogFile:
    """A file that lines are added to, each at once; what it cannot take is said once, and the batch goes on.

    Parameters
    ----------
    path : Path
        Anything that cannot be opened to be written, a pipe and a device among them, is wrong use.
    """

    def __init__(self, path: Path) -> None:
        self.path, self._writes = path, True
        try:
            self._handle()
        except OSError as error:
            wrong_use(
                f"no log can be written there ({error.strerror})", place=str(path), remedy="choose another --log-file"
            )

    def _handle(self, line: str = "") -> None:
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0), 0o666)
        with os.fdopen(handle, "ab", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError(0, "not a regular file", str(self.path))
            content = line.encode("utf-8", "backslashreplace")
            while content:
                content = content[file.write(content) or 0 :]

    def add(self, line: str) -> None:
        """Add a line, without what would steer the terminal that it is read on."""
        if not self._writes:
            return
        try:
            self._handle(shown_text(line, keep="") + "\n")
        except OSError as error:
            self._writes = False
            say(f"somnometry: {self.path}: no further line is logged ({error.strerror})", err=True)
