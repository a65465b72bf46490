"""`NightFacts`: what is known of one night of a folder of derivatives, as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...core.finding import Finding
from ...core.hypnogram import Hypnogram
from ...micro.spectrogram import Spectrogram

__all__ = ["NightFacts"]


@dataclass(frozen=True, slots=True)
class NightFacts:
    """One night that was measured, or failed.

    Parameters
    ----------
    name : str
        Unique in the folder.
    row : mapping of str to value
        Its row of ``nights.csv``: metrics as numbers, NaN where one is undefined, all else as text.
    findings : tuple of Finding
        What was noticed while reading and staging.
    hypnogram : Hypnogram, optional
        None where there is none, or it cannot be read.
    spectrogram : Spectrogram, optional
        None where none was kept.
    why : mapping of str to str
        Role -> why its channel was chosen.
    failure : str
        Code of what went wrong; empty where nothing did.
    """

    name: str
    row: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()
    hypnogram: Hypnogram | None = None
    spectrogram: Spectrogram | None = None
    why: Mapping[str, str] = field(default_factory=dict)
    failure: str = ""

    @property
    def is_measured(self) -> bool:
        """Whether it has metrics."""
        return str(self.row.get("status", "ok")) == "ok"

    def number(self, key: str) -> float:
        """Give a metric; NaN where it is undefined or was not measured."""
        value = self.row.get(key)
        return float(value) if isinstance(value, int | float) else float("nan")

    def text(self, key: str) -> str:
        """Give a cell of text; empty where there is none."""
        value = self.row.get(key)
        if value is None or value != value:
            return ""
        return f"{value:g}" if isinstance(value, float) else str(value)

    def grave(self) -> tuple[Finding, ...]:
        """Give the findings that may change the result, or say that something was left out."""
        return tuple(finding for finding in self.findings if finding.severity in ("warning", "refused"))
