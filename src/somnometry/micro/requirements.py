"""What a microstructure metric needs of a night, and what to say where the night does not have it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from ..core.requirement import Check
from ..core.stage import STAGES_OF_LEVEL, Stage
from .detections import SignalNight
from .traces import RATE

__all__ = ["MASTOIDS", "REQUIREMENTS"]

MASTOIDS = ("M1", "M2", "LM")
#: Hertz: the band of rapid eye movements ends at 5 Hz.
SLOWEST_EOG = 50.0
#: Microvolts, SD without the outer tenth: outside, YASA takes a channel to be in another unit.
AMPLITUDE = (0.1, 1e3)
NAMES = {Stage.W: "wake", Stage.R: "REM"}


def _words(stages: tuple[Stage, ...], joint: str) -> str:
    return joint.join(NAMES.get(stage, stage.label) for stage in stages)


def _eeg(night: SignalNight) -> str | None:
    return "no EEG in the montage" if night.eeg is None else None


def _eeg_rate(night: SignalNight) -> str | None:
    if night.eeg is None or night.eeg.rate >= RATE:
        return None
    return f"EEG {night.eeg_name!r} is sampled at {night.eeg.rate:g} Hz; YASA's detectors need {RATE} Hz"


def _eeg_amplitude(night: SignalNight) -> str | None:
    what = f"EEG {night.eeg_name!r}"
    return _nothing(night, night.eeg_trace.usable, what) or _amplitude(what, night.eeg_trace.spread)


def _nothing(night: SignalNight, usable: npt.NDArray[np.bool_], what: str) -> str | None:
    scored = night.stages != Stage.UNSCORED
    if not scored.any():
        return "no epoch is scored"
    return None if usable[scored].any() else f"{what} is missing, flat or wildly noisy in every scored epoch"


def _amplitude(what: str, spread: float) -> str | None:
    if AMPLITUDE[0] < spread < AMPLITUDE[1]:
        return None
    return f"{what} has an SD of {spread:.3g} uV, which no such signal has; check its unit"


def _referential(night: SignalNight) -> str | None:
    if night.any_reference or night.label.reference in ("", *MASTOIDS):
        return None
    return (
        f"EEG {night.eeg_name!r} is bipolar, and amplitude criteria assume a mastoid reference; pass "
        "any_reference=True to measure all the same"
    )


def _enough(*stages: Stage) -> Callable[[SignalNight], str | None]:
    """Stages that the scorer tells apart, with enough usable EEG."""

    def check(night: SignalNight) -> str | None:
        return _enough_of(night, stages, night.minutes, "EEG")

    return check


def _enough_of(
    night: SignalNight, stages: tuple[Stage, ...], minutes_of: Callable[..., float], signal: str
) -> str | None:
    for stage in stages:
        if stage not in STAGES_OF_LEVEL[night.hypnogram.levels]:
            return f"the scorer's levels have no {_words((stage,), '')}"
    n_scored = int(night.scored(*stages).sum())
    if not n_scored:
        return f"no {_words(stages, ' or ')} was scored"
    minutes = minutes_of(*stages)
    if minutes >= night.min_minutes:
        return None
    scored = n_scored * night.grid.epoch / 60
    what = _words(stages, " and ")
    return f"{minutes:g} min of {what} with a usable {signal}, of {scored:g} scored; {night.min_minutes:g} are needed"


def _eogs(night: SignalNight) -> str | None:
    return night.eogs_missing or None


def _eog_rate(night: SignalNight) -> str | None:
    slowest = min((signal.rate for signal in night.eogs or ()), default=SLOWEST_EOG)
    return None if slowest >= SLOWEST_EOG else f"an EOG is sampled at {slowest:g} Hz, less than {SLOWEST_EOG:g} Hz"


def _eog_amplitude(night: SignalNight) -> str | None:
    if (reason := _nothing(night, night.eog_usable, "one EOG or the other")) is not None:
        return reason
    for side, trace in zip(("left", "right"), night.eog_traces, strict=True):
        if (reason := _amplitude(f"the {side} EOG", trace.spread)) is not None:
            return reason
    return None


def _rem_eogs(night: SignalNight) -> str | None:
    return _enough_of(night, (Stage.R,), night.eog_minutes, "pair of EOGs")


def _spindle(night: SignalNight) -> str | None:
    return None if night.spindles.stages.size else "no spindle was found"


def _slow_wave(night: SignalNight) -> str | None:
    return None if night.slow_waves.stages.size else "no slow wave was found"


#: Name -> requirement, each of which may rely on those named before it in `MicroMetric.requires`.
REQUIREMENTS: Mapping[str, Check[SignalNight]] = MappingProxyType(
    {
        "eeg": Check("no EEG in the montage", _eeg),
        "eeg_rate": Check("the EEG is sampled too slowly", _eeg_rate),
        "eeg_amplitude": Check("the EEG is missing, flat or noisy throughout, or its unit is wrong", _eeg_amplitude),
        "referential": Check("the EEG is bipolar", _referential),
        "wake": Check("too little wake with a usable EEG", _enough(Stage.W)),
        "n1": Check("too little N1 with a usable EEG", _enough(Stage.N1)),
        "n2": Check("too little N2 with a usable EEG", _enough(Stage.N2)),
        "n3": Check("too little N3 with a usable EEG", _enough(Stage.N3)),
        "rem": Check("too little REM with a usable EEG", _enough(Stage.R)),
        "n2n3": Check("too little N2 and N3 with a usable EEG", _enough(Stage.N2, Stage.N3)),
        "eogs": Check("no two EOGs in the montage", _eogs),
        "eog_rate": Check("an EOG is sampled too slowly", _eog_rate),
        "eog_amplitude": Check("an EOG is missing, flat or noisy throughout, or its unit is wrong", _eog_amplitude),
        "rem_eogs": Check("too little REM with a usable pair of EOGs", _rem_eogs),
        "spindle": Check("no spindle was found", _spindle),
        "slow_wave": Check("no slow wave was found", _slow_wave),
    }
)
