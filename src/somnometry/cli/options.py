"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "CHANNEL", "AmplitudeCalibration", "CalibrationFile", "Coding", "Eeg", "Emg", "Eog", "Gate", "GateOption",
    "Lights", "MontageOption", "NightLights", "RecordingsTable", "ScoredEpoch", "ScorerName", "ScoringFormat",
    "Threads",
]  # fmt: skip


class Lights(StrEnum):
    """Where lights-off and lights-on come from."""

    markers = "markers"
    recording = "recording"


class NightLights(StrEnum):
    """Where lights-off and lights-on of nights that are measured come from."""

    markers = "markers"
    recording = "recording"
    sleep = "sleep"


class AmplitudeCalibration(StrEnum):
    """When the amplitude of the EEG is brought into the classifiers' range."""

    auto = "auto"
    on = "on"
    off = "off"


class Gate(StrEnum):
    """What becomes of a night whose EEG is that of no head."""

    fail = "fail"
    warn = "warn"


CalibrationFile = Annotated[
    Path | None,
    typer.Option(
        help="Calibration of the stager: each metric gets the 90 % interval of what people would have found.",
        metavar="FILE",
    ),
]
GateOption = Annotated[
    Gate, typer.Option(help="A night whose EEG is that of no head fails, or is measured with a warning.")
]
RecordingsTable = Annotated[
    Path | None,
    typer.Option(
        help="CSV that lists the nights (path, subject, condition, ...); by default the folder's recordings.csv."
    ),
]
ScoringFormat = Annotated[
    str | None,
    typer.Option("--format", help="Program that wrote the scorings, where they do not say it; docs/formats.md."),
]
Coding = Annotated[
    str | None, typer.Option(help="What integers of scorings mean, such as 'yasa'; docs/formats.md lists them.")
]
ScoredEpoch = Annotated[
    float | None, typer.Option(help="Seconds of an epoch, where a scoring does not say it.", metavar="SECONDS")
]
ScorerName = Annotated[
    str | None, typer.Option(help="Which column, where several hold stages; or which night of a file.", metavar="NAME")
]
CHANNEL = "'auto', 'none', a label, or two labels 'A,B' for A minus B."
Eeg = Annotated[str, typer.Option(help=f"EEG derivation: {CHANNEL}")]
Eog = Annotated[str, typer.Option(help=f"EOG derivation: {CHANNEL}")]
Emg = Annotated[str, typer.Option(help=f"Chin EMG: {CHANNEL}")]
Threads = Annotated[
    int | None,
    typer.Option(min=1, help="Threads that work on one night; by default what helps beside other nights.", metavar="N"),
]
MontageOption = Annotated[
    Path | None, typer.Option(help="TOML file that says what labels mean; docs/channels.md shows how it is written.")
]
