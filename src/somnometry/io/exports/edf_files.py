"""An EDF or BDF file, or a folder with one per channel, as one night to be written anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ...core.events import Events
from ...core.recording import Recording, Signal
from ..nights.find import night_at
from ..nights.night import open_night
from .exported import Exported
from .labels import edf_labels

__all__ = ["read_edf_files"]


def read_edf_files(path: Path) -> Exported:
    """Read all channels, voltages in microvolts, and what is annotated.

    Raises
    ------
    RecordingError
        If the file or the folder is no night that can be read.
    """
    source = open_night(night_at(path))
    labels = edf_labels([channel.label for channel in source.channels])
    signals = {}
    for channel, label in zip(source.channels, labels, strict=True):
        unit = "uV" if channel.voltage else channel.unit.encode("ascii", "ignore").decode()[:8]
        signals[label] = Signal(source.read([channel])[0], channel.rate, unit)
    onsets, texts = source.annotations()
    inside = [i for i, onset in enumerate(onsets) if 0 <= onset <= source.duration]
    markers = Events(np.array([onsets[i] for i in inside]), np.zeros(len(inside)), tuple(texts[i] for i in inside))
    of_units = tuple(channel.finding for channel in source.channels if channel.finding is not None)
    recording = Recording(
        signals, start=source.start, gaps=source.gaps, findings=(*source.findings(), *of_units), source=source.name,
        clock=source.clock,
    )  # fmt: skip
    return Exported(recording, markers)
