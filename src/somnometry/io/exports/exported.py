"""`Exported`: a night that an app or a board wrote, read whole: its signals, what it marks, and what was found."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...core.events import Events
from ...core.recording import Recording

__all__ = ["Exported"]


@dataclass(frozen=True, slots=True, eq=False)
class Exported:
    """A night as an app or a board wrote it.

    Parameters
    ----------
    recording : Recording
        Its channels under the recorder's own labels, without a montage; start, gaps and findings.
    markers : Events
        What the file marks, in seconds from the first sample.
    left_out : tuple of str
        Columns or data sets that are no signals of sleep staging and are not written.
    """

    recording: Recording
    markers: Events = field(default_factory=Events)
    left_out: tuple[str, ...] = ()
