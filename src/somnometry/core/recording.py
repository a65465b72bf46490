"""`Recording`: named signals at their own rates, in microvolts, and what is known about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from .arrays import frozen_array
from .equality import EqualByFields
from .errors import MontageError, RecordingError
from .finding import Finding
from .html_tables import html_table
from .shown_text import shown_text

__all__ = ["LightsSource", "Montage", "Recording", "Role", "Signal"]

Role = Literal["eeg", "eog", "emg"]
LightsSource = Literal["unknown", "marker", "table", "scoring"]


@dataclass(frozen=True, slots=True, eq=False)
class Signal(EqualByFields):
    """Samples of one derivation at its own sampling rate.

    Parameters
    ----------
    samples : array of float32, shape (n_samples,)
        Read-only; NaN where nothing was recorded.
    rate : float
        Sampling rate in hertz.
    unit : str
        ``"uV"`` for EEG, EOG and EMG.

    Examples
    --------
    >>> Signal([0.0, 1.0, 0.0, -1.0], rate=2.0)
    Signal(4 samples at 2 Hz, 2.0 s, uV)
    """

    samples: npt.NDArray[np.float32]
    rate: float
    unit: str = "uV"

    def __post_init__(self) -> None:
        samples = frozen_array(self.samples, np.float32)
        if samples.ndim != 1:
            what = f"a signal is one row of samples, not an array of shape {samples.shape}"
            raise RecordingError(what, key="samples")
        if not (np.isfinite(self.rate) and self.rate > 0):
            what = f"a sampling rate must be a positive number of hertz, not {self.rate!r}"
            raise RecordingError(what, key="rate")
        object.__setattr__(self, "samples", samples)
        object.__setattr__(self, "rate", float(self.rate))

    @property
    def duration(self) -> float:
        """Seconds from the first sample to the end of the last."""
        return self.samples.size / self.rate

    def __reduce__(self) -> tuple[Any, ...]:
        return Signal, (self.samples, self.rate, self.unit)

    def __repr__(self) -> str:
        unit = shown_text(self.unit, keep="")
        return f"Signal({self.samples.size} samples at {self.rate:g} Hz, {self.duration:.1f} s, {unit})"


@dataclass(frozen=True, slots=True)
class Montage:
    """Which signal plays EEG, EOG and chin EMG, and why it was chosen.

    Parameters
    ----------
    eeg, eog, emg : str or None
        Names of signals of the recording; None where the role is not filled.
    why : mapping of role to str
        The reason for each choice, in words.
    more_eeg : tuple of str
        Names of the further sound EEG derivations, best first, that can vote beside `eeg`.
    indirect : tuple of role
        Roles played by a stand-in: an EEG of a headband or the temples, an EOG taken from the forehead or the temples.
    family : str
        Recorder or cohort whose labels these are; empty where none was recognised.
    device : {"psg", "headband", ""}
        What recorded the night, as family and channels tell it; empty where they do not.

    Examples
    --------
    >>> montage = Montage("C4-M1", eog="E1-M2", why={"eeg": "central, opposite mastoid"})
    >>> montage.roles
    {'eeg': 'C4-M1', 'eog': 'E1-M2'}
    """

    eeg: str | None = None
    eog: str | None = None
    emg: str | None = None
    why: Mapping[str, str] = field(default_factory=dict, hash=False)
    more_eeg: tuple[str, ...] = ()
    indirect: tuple[Role, ...] = ()
    family: str = ""
    device: Literal["psg", "headband", ""] = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "why", MappingProxyType(dict(self.why)))
        object.__setattr__(self, "more_eeg", tuple(self.more_eeg))
        object.__setattr__(self, "indirect", tuple(self.indirect))

    @property
    def roles(self) -> dict[Role, str]:
        """The filled roles and the names of their signals, EEG first."""
        named: dict[Role, str | None] = {"eeg": self.eeg, "eog": self.eog, "emg": self.emg}
        return {role: name for role, name in named.items() if name is not None}

    def __reduce__(self) -> tuple[Any, ...]:
        return Montage, (
            self.eeg,
            self.eog,
            self.emg,
            dict(self.why),
            self.more_eeg,
            self.indirect,
            self.family,
            self.device,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Recording(EqualByFields):
    """One night as it was recorded: signals, montage, start, lights, gaps and findings.

    Parameters
    ----------
    signals : mapping of str to Signal
        By name. Signals keep their own rates; they start together.
    montage : Montage
        Which of them play EEG, EOG and chin EMG.
    start : datetime or None
        Clock time of the first sample, without a zone; None where the file does not say.
    lights_off, lights_on : float or None
        Seconds from the first sample; None where unknown.
    gaps : tuple of (float, float)
        Stretches in seconds from the first sample in which nothing was recorded; samples there are NaN.
    findings : tuple of Finding
        Everything that was noticed while reading.
    source : str
        Name of the file, without its folder.
    lights_source : {"unknown", "marker", "table", "scoring"}
        Where the lights came from: the file's markers, the user's table, or the scoring; a marker's where they are
        given and nobody says.
    clock : time or None
        Clock time of the first sample where its day is unknown, so that `start` is None.

    Examples
    --------
    >>> recording = Recording({"C4-M1": Signal(np.zeros(256), 256.0)}, Montage("C4-M1"), source="n1.edf")
    >>> recording
    Recording('n1.edf', 1.0 s, eeg='C4-M1', 0 findings)
    """

    signals: Mapping[str, Signal]
    montage: Montage = field(default_factory=Montage)
    start: datetime | None = None
    lights_off: float | None = None
    lights_on: float | None = None
    gaps: tuple[tuple[float, float], ...] = ()
    findings: tuple[Finding, ...] = ()
    source: str = ""
    lights_source: LightsSource = "unknown"
    clock: time | None = None

    def __post_init__(self) -> None:
        if (self.lights_off, self.lights_on) == (None, None):
            object.__setattr__(self, "lights_source", "unknown")
        elif self.lights_source == "unknown":
            object.__setattr__(self, "lights_source", "marker")
        object.__setattr__(self, "signals", MappingProxyType(dict(self.signals)))
        object.__setattr__(self, "findings", tuple(self.findings))
        object.__setattr__(self, "gaps", tuple((float(a), float(b)) for a, b in self.gaps))
        played = [*self.montage.roles.items(), *(("eeg", name) for name in self.montage.more_eeg)]
        for role, name in played:
            if name not in self.signals:
                raise MontageError(
                    f"the montage names {name!r} as {role.upper()}, but the signals are "
                    f"{', '.join(map(repr, self.signals))}",
                    place=self.source or "recording", key=role,
                )  # fmt: skip

    @property
    def duration(self) -> float:
        """Seconds from the first sample to the end of the longest signal; 0 without signals."""
        return max((signal.duration for signal in self.signals.values()), default=0.0)

    def replace(self, **changes: Any) -> Recording:
        """Give a copy with some fields changed.

        Examples
        --------
        >>> Recording({}).replace(lights_off=60.0).lights_off
        60.0
        """
        return replace(self, **changes)

    def __reduce__(self) -> tuple[Any, ...]:
        return Recording, (
            dict(self.signals), self.montage, self.start, self.lights_off, self.lights_on,
            self.gaps, self.findings, self.source, self.lights_source, self.clock,
        )  # fmt: skip

    def __repr__(self) -> str:
        roles = "".join(f", {role}={name!r}" for role, name in self.montage.roles.items())
        n = len(self.findings)
        return f"Recording({self.source!r}, {self.duration:.1f} s{roles}, {n} finding{'' if n == 1 else 's'})"

    def _repr_html_(self) -> str:
        roles = {name: role.upper() for role, name in self.montage.roles.items()}
        when = "" if self.start is None else f", from {self.start:%Y-%m-%d %H:%M:%S}"
        caption = f"{self.source or 'Recording'}: {self.duration / 3600:.2f} h{when}"
        signals = (
            (name, f"{one.rate:g}", one.unit.replace("uV", "µV"), roles.get(name, ""))
            for name, one in self.signals.items()
        )
        findings = ((one.severity, one.code, one.where, one.what, one.remedy) for one in self.findings)
        told = html_table(("signal", "Hz", "unit", "plays"), signals, caption=caption)
        headings = ("severity", "finding", "where", "what", "remedy")
        return told + (html_table(headings, findings) if self.findings else "")
