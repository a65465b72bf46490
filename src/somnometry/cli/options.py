"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["CHANNEL", "AmplitudeCalibration", "Eeg", "Emg", "Eog", "Lights", "MontageOption", "RecordingsTable"]


class Lights(StrEnum):
    """Where lights-off and lights-on come from."""

    markers = "markers"
    recording = "recording"


class AmplitudeCalibration(StrEnum):
    """When the amplitude of the EEG is brought into the classifiers' range."""

    auto = "auto"
    on = "on"
    off = "off"


RecordingsTable = Annotated[
    Path | None,
    typer.Option(
        help="CSV that lists the nights (path, subject, condition, ...); by default the folder's recordings.csv."
    ),
]
CHANNEL = "'auto', 'none', a label, or two labels 'A,B' for A minus B."
Eeg = Annotated[str, typer.Option(help=f"EEG derivation: {CHANNEL}")]
Eog = Annotated[str, typer.Option(help=f"EOG derivation: {CHANNEL}")]
Emg = Annotated[str, typer.Option(help=f"Chin EMG: {CHANNEL}")]
MontageOption = Annotated[
    Path | None, typer.Option(help="TOML file that says what labels mean; docs/channels.md shows how it is written.")
]
