"""Nights of 1/f noise as files of every kind: noise takes as long to stage as sleep, and needs no data of anybody."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import edfio
import numpy as np

__all__ = ["KINDS", "noise_night", "noise_psg"]

START = datetime.time(22, 30)
DATE = datetime.date(2024, 5, 1)
#: Records after which the recorder of an EDF+D stood still, and for how many seconds.
STOPS = ((6000, 45), (18000, 62))
KINDS = ("EDF", "BDF", "EDF+C", "EDF+D with gaps")

HEADS = ("F3-M2", "F4-M1", "C3-M2", "C4-M1", "O1-M2", "O2-M1")
#: Label, rate, unit, largest value, standard deviation: 11 signals at 256 Hz, one at 512, four at 32, two at 1.
PSG = (
    *((f"EEG {name}", 256, "uV", 500, 30) for name in HEADS),
    *((f"EOG {name}", 256, "uV", 500, 30) for name in ("E1-M2", "E2-M2")),
    *((f"EMG {name}", 256, "uV", 1000, 15) for name in ("Chin", "LLeg", "RLeg")),
    ("ECG II", 512, "uV", 5000, 300),
    *((name, 32, "%", 100, 6) for name in ("Airflow", "Thor", "Abdo", "Nasal Pressure")),
    *((name, 1, "%", 100, 6) for name in ("SpO2", "Position")),
)


def pink(rng: np.random.Generator, n: int, sd: float) -> np.ndarray:
    """1/f noise of standard deviation sd."""
    spectrum = np.fft.rfft(rng.standard_normal(n))
    spectrum[1:] /= np.sqrt(np.arange(1, spectrum.size))
    noise = np.fft.irfft(spectrum, n)
    return noise * (sd / noise.std())


def noise_psg(folder: Path, hours: float = 8.0, kinds: Sequence[str] = KINDS) -> dict[str, Path]:
    """Write one polysomnogram of noise as files of some kinds; give them by kind."""
    return _written(folder, hours, PSG, kinds)


def noise_night(folder: Path, hours: float, n_channels: int, rate: int) -> Path:
    """Write a plain EDF of EEG, EOG, chin EMG and as many more channels as are asked for, all of one rate."""
    labels = ["EEG C4-M1", "EOG E1-M2", "EMG Chin", *(f"Aux {i}" for i in range(4, n_channels + 1))]
    plan = [(label, rate, "uV", 500, 30) for label in labels[:n_channels]]
    return _written(folder / f"{hours:g}h_{n_channels}ch_{rate}Hz", hours, plan, ("EDF",))["EDF"]


def _written(folder: Path, hours: float, plan: Sequence[tuple[Any, ...]], kinds: Sequence[str]) -> dict[str, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    signals, bdf_signals = [], []
    shared: dict[tuple[int, float], np.ndarray] = {}  # what is neither of the first three is one noise, rolled
    for i, (label, rate, unit, limit, sd) in enumerate(plan):
        n = round(rate * hours * 3600)
        if i < 3 or (rate, sd) not in shared:
            shared[rate, sd] = pink(rng, n, sd)
        samples = np.clip(np.roll(shared[rate, sd], 977 * i), -limit, limit)
        words = {"label": label, "physical_dimension": unit, "physical_range": (-limit, limit)}
        signals.append(edfio.EdfSignal(samples, rate, **words))
        if "BDF" in kinds:
            bdf_signals.append(edfio.BdfSignal(samples, rate, **words))
    who: Any = {"recording": edfio.Recording(startdate=DATE), "starttime": START}
    marks = [edfio.EdfAnnotation(60.0, None, "Lights off"), edfio.EdfAnnotation(hours * 3600 - 60, None, "Lights on")]
    files = {kind: folder / f"{kind.split()[0].replace('+', '_').lower()}{'.bdf' if kind == 'BDF' else '.edf'}"
             for kind in kinds}  # fmt: skip
    for kind, path in files.items():
        if kind == "BDF":
            edfio.Bdf(bdf_signals, **who).write(path)
        elif kind == "EDF":
            edfio.Edf(signals, **who).write(path)
        else:
            edfio.Edf(signals, annotations=marks, **who).write(path)
        if kind == "EDF+D with gaps":
            _interrupted(path)
    return files


def _interrupted(path: Path) -> None:
    """Let the recorder of an EDF+ stand still: later records begin later, and the header says so."""
    content = bytearray(path.read_bytes())
    n_signals = int(content[252:256])
    head = int(content[184:192])
    per_signal = [int(content[256 + n_signals * 216 + 8 * i :][:8]) for i in range(n_signals)]
    labels = [bytes(content[256 + 16 * i :][:16]).strip() for i in range(n_signals)]
    at = 2 * sum(per_signal[: labels.index(b"EDF Annotations")])
    width = 2 * per_signal[labels.index(b"EDF Annotations")]
    content[192:197] = b"EDF+D"
    record = 2 * sum(per_signal)
    n_records = (len(content) - head) // record
    seconds = float(content[244:252])
    for i in range(n_records):
        begin = i * seconds + sum(pause for after, pause in STOPS if i >= after)
        place = head + i * record + at
        rest = bytes(content[place : place + width]).split(b"\0", 1)[1].rstrip(b"\0")
        told = f"{begin:+.10g}\x14\x14".encode() + b"\0" + rest
        content[place : place + width] = told.ljust(width, b"\0")
    path.write_bytes(content)
