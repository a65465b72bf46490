"""The gate: a night whose EEG is that of no head fails, unless that shall only be said."""

from __future__ import annotations

from collections.abc import Sequence

from ..core.errors import NotSleepError
from ..core.finding import Finding
from .settings import Settings

__all__ = ["NOT_SLEEP", "pass_gate"]

#: Code of a night that was staged and is no sleep: of the finding, and of the failure.
NOT_SLEEP = "not-sleep"


def pass_gate(findings: Sequence[Finding], settings: Settings, place: str) -> None:
    """Raise where staging found that no head was recorded, unless that shall only be said.

    Raises
    ------
    NotSleepError
    """
    if settings.gate == "warn":
        return
    for finding in findings:
        if finding.code == NOT_SLEEP:
            remedy = "look at the trace; --gate warn measures it all the same"
            raise NotSleepError(f"EEG {finding.where!r} is that of no head", place=place, remedy=remedy, key="gate")
