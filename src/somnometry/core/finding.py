"""`Finding`: one thing that was noticed about a recording, carried into every output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .shown_text import shown_text

__all__ = ["Finding", "Severity"]

Severity = Literal["note", "repaired", "warning", "refused"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing noticed about a recording: what it is, where, and what can be done.

    Parameters
    ----------
    code : str
        Lower-case words joined by hyphens, stable between versions, e.g. ``"flat-channel"``.
    severity : {"note", "repaired", "warning", "refused"}
        A note changes nothing; a repair changed how the file was read; a warning may change the result;
        what is refused was left out.
    where : str
        The channel or header field, or ``"recording"``.
    what : str
        What was seen, with the value.
    remedy : str
        What the user can do; empty where nothing need be done.

    Examples
    --------
    >>> print(Finding("slow-emg", "warning", "EMG submental", "sampled at 1 Hz", "stage without EMG"))
    warning slow-emg (EMG submental): sampled at 1 Hz; stage without EMG
    """

    code: str
    severity: Severity
    where: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{self.severity} {self.code} ({self.where}): {self.what}"
        return shown_text(f"{text}; {self.remedy}" if self.remedy else text)
