"""Nights as particular recorders and cohorts write them: their labels, references, units, polarity and defects."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from ..core.errors import SimulationError
from ..core.recording import Montage, Recording, Signal
from ..io.edf.writer import write_edf
from .hardware_layouts import EARS, FOREHEAD, LABORATORY, TEMPLES
from .montages import ChannelLayout
from .simulated_night import SimulatedNight, simulate_scored_night

__all__ = ["HARDWARE", "Hardware", "simulate_hardware"]

Array = npt.NDArray[np.float32]
#: Seconds of a stretch that a headband loses.
LOST = (20.0, 90.0)


@dataclass(frozen=True, slots=True)
class Hardware:
    """Layout, labels, rate and defects with which a recorder writes a night.

    Parameters
    ----------
    layout : ChannelLayout
        Electrodes, each against an ideal reference, and derivations.
    channels : mapping of str to (str, str)
        By label: what is measured, minus what; the second may be empty.
    rate : float
        Hertz.
    defect : {"", "rails", "zero"}
        Electrodes off for a while and rows that were lost; a channel of zeros throughout.
    zero : str
        Label of the channel of zeros.
    upside_down : bool
        Whether EEG and EOG are written so.
    file_per_channel : bool
        A night is then a folder.
    """

    layout: ChannelLayout
    channels: Mapping[str, tuple[str, str]]
    rate: float
    defect: Literal["", "rails", "zero"] = ""
    zero: str = ""
    upside_down: bool = False
    file_per_channel: bool = False


_COMPUMEDICS = {label: (electrode, "Fpz") for label, electrode in {
    "C3": "C3", "C4": "C4", "A1": "M1", "A2": "M2", "LOC": "E1", "ROC": "E2",
}.items()}  # fmt: skip

#: What can be simulated, by the id of the family that it is of.
HARDWARE: dict[str, Hardware] = {
    "muse": Hardware(
        FOREHEAD, {label: (label, "Fpz") for label in ("TP9", "AF7", "AF8", "TP10")}, 256.0, defect="rails"
    ),
    "dreem": Hardware(
        TEMPLES,
        {
            "EEG Fpz-O1": ("Fpz", "O1"), "EEG Fpz-O2": ("Fpz", "O2"), "EEG Fpz-F7": ("Fpz", "F7"),
            "EEG F8-F7": ("F8", "F7"), "EEG F7-01": ("F7", "O1"), "EEG F8-O2": ("F8", "O2"),
        },
        250.0,
        defect="zero",
        zero="EEG F7-01",
    ),
    "zmax": Hardware(
        TEMPLES, {"EEG L": ("F7", "Fpz"), "EEG R": ("F8", "Fpz")}, 256.0, file_per_channel=True
    ),
    "bitbrain": Hardware(FOREHEAD, {"HB_1": ("AF7", "Ears"), "HB_2": ("AF8", "Ears")}, 256.0, defect="rails"),
    "brainbit": Hardware(
        EARS, {"T3": ("T3", "Fpz"), "T4": ("T4", "Fpz"), "O1": ("O1", "Fpz"), "O2": ("O2", "Fpz")}, 250.0
    ),
    "sleep-profiler": Hardware(
        TEMPLES, {"LEOG": ("F7", "M2"), "REOG": ("F8", "M2"), "FPZ": ("Forehead", "M2")}, 256.0
    ),
    "openbci": Hardware(
        LABORATORY,
        {"EXG Channel 0": ("C4", "M1"), "EXG Channel 1": ("E1", "M2"), "EXG Channel 2": ("Chin", "")},
        250.0,
        upside_down=True,
    ),
    "mros": Hardware(LABORATORY, _COMPUMEDICS | {"L Chin": ("Chin", ""), "R Chin": ("Chin 2", "")}, 256.0),
    "domino": Hardware(
        LABORATORY,
        {
            "C4:M1": ("C4", "M1"), "A1:O2": ("M1", "O2"), "EOGl:A2": ("E1", "M2"), "EOGr:A2": ("E2", "M2"),
            "EMG": ("Chin", ""), "EKG II": ("ECG", ""),
        },
        256.0,
    ),
    "shhs": Hardware(
        LABORATORY,
        {
            "EEG": ("C4", "M1"), "EEG(sec)": ("C3", "M2"), "EOG(L)": ("E1", ""), "EOG(R)": ("E2", ""),
            "EMG": ("Chin", ""), "ECG": ("ECG", ""),
        },
        125.0,
    ),
}  # fmt: skip


def simulate_hardware(
    family: str, out: str | os.PathLike[str], *, seed: int = 0, hours: float = 8.0, artefact_rate: float = 2.0
) -> SimulatedNight:
    """Write one simulated night as a recorder would, and give its truth.

    Parameters
    ----------
    family : str
        A key of `HARDWARE`.
    out : path-like
        EDF file to write; for a recorder that writes one file per channel, the folder to make.
    seed : int
        Same seed and arguments, same night.
    hours : float
        Length of the record.
    artefact_rate : float
        Movements and loose electrodes per hour, each.

    Returns
    -------
    SimulatedNight
        Its recording is what was written; in it, samples that were not recorded are NaN.

    Raises
    ------
    SimulationError
        For a family that cannot be simulated.

    Examples
    --------
    >>> import tempfile
    >>> night = simulate_hardware("shhs", tempfile.mkdtemp() + "/n.edf", hours=0.5)
    >>> list(night.recording.signals)
    ['EEG', 'EEG(sec)', 'EOG(L)', 'EOG(R)', 'EMG', 'ECG']
    """
    if family not in HARDWARE:
        raise SimulationError(f"hardware {family!r} is none of {', '.join(map(repr, HARDWARE))}", key="family")
    hardware = HARDWARE[family]
    night = simulate_scored_night(
        seed, montage=hardware.layout, hours=hours, rate=hardware.rate, artefact_rate=artefact_rate
    )
    signals = {label: Signal(x, hardware.rate) for label, x in _written(night.recording, hardware, seed).items()}
    recording = replace(night.recording, signals=signals, montage=Montage())
    path = Path(out)
    if hardware.file_per_channel:
        path.mkdir(parents=True, exist_ok=True)
        lights: dict[str, float | None] = {}  # the first file marks them, as one recorder would
        for label, signal in signals.items():
            write_edf(recording.replace(signals={label: signal}, **lights), path / f"{label}.edf")
            lights = {"lights_off": None, "lights_on": None}
    else:
        write_edf(recording, path)
    return replace(night, recording=recording)


def _written(recording: Recording, hardware: Hardware, seed: int) -> dict[str, Array]:
    """Signals that the recorder writes, by label, in microvolts."""
    rng = np.random.default_rng([seed, 5])
    out: dict[str, Array] = {}
    for label, (plus, minus) in hardware.channels.items():
        x = recording.signals[plus].samples.copy()
        if minus:
            x -= recording.signals[minus].samples
        turned = hardware.upside_down and plus not in ("Chin", "ECG")
        out[label] = -x if turned else x
    if hardware.defect == "zero":
        out[hardware.zero][:] = 0.0
    elif hardware.defect == "rails":
        _lose_contact(rng, list(out.values()), hardware.rate)
    return out


def _lose_contact(rng: np.random.Generator, rows: list[Array], rate: float) -> None:
    """Now and then put one electrode at the end of its range, and lose the link: every row repeats its last value."""
    n = rows[0].size
    for lost_link in (False, True):
        for _ in range(max(1, round(n / rate / 3600))):
            length = round(rng.uniform(*LOST) * rate)
            first = int(rng.integers(1, n - length))
            if lost_link:
                for row in rows:
                    row[first : first + length] = row[first - 1]
            else:
                rows[int(rng.integers(len(rows)))][first : first + length] = np.nan
