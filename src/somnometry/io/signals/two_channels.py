"""What channels tell about each other: polarity, one signal twice, a shared reference, labels that were swapped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from ...core.finding import Finding
from ...core.recording import Role
from ..finding_codes import finding_of
from .one_channel import ENOUGH_WINDOWS, ERRORS, MUSCLE, NO_MUSCLE, SKEWNESS, Examined, Floats

__all__ = ["check_pairs", "correlations"]

#: Electrodes that see the same slow waves from the two sides of the head.
HOMOLOGOUS = {
    a: b
    for pair in (("C3", "C4"), ("F3", "F4"), ("O1", "O2"), ("FP1", "FP2"), ("P3", "P4"), ("F7", "F8"), ("AF7", "AF8"))
    for a, b in (pair, pair[::-1])
}
#: References against which slow waves are negative at the scalp.
AGAINST_THE_EARS = ("", "M1", "M2", "LM")
#: Median correlation under which two sides of the head are upside down, above which two channels are one,
#: above which another channel carries the EEG.
OPPOSED, ONE = -0.3, 0.9999
CARRIES: dict[Role, float] = {"eog": 0.8, "emg": 0.3}
#: Correlation of the two eyes in the windows in which they move most; they move together, and are recorded opposed.
EYES_OPPOSED, NOT_OPPOSED = -0.5, -0.2
#: Amplitude of spindle frequencies and share of slow power by which an EOG without a second eye looks like an EEG.
SPINDLES, SLOWER = 1.5, 0.08
#: Windows that suffice to see that two channels are one, or that one carries the other.
FEW = 25


def check_pairs(chosen: Mapping[Role, Examined], channels: Sequence[Examined]) -> list[Finding]:
    """Give the findings that need two channels.

    Parameters
    ----------
    chosen : mapping of role to Examined
        The derivations that play the roles.
    channels : sequence of Examined
        Every single channel whose label allows a role.
    """
    return [
        *_identical(channels),
        *_polarity(chosen, channels),
        *_swapped(chosen, channels),
        *_shared(channels),
    ]


def correlations(a: Examined, b: Examined, step: int = 1) -> Floats:
    """Correlation of two channels in each window that is sound in both, shape (n,); none where their rates differ."""
    if a.about_mean.shape != b.about_mean.shape or a.quality.rate != b.quality.rate:
        return np.empty(0)
    which = np.flatnonzero(a.quality.sound & b.quality.sound)[::step]
    x, y = a.about_mean[which], b.about_mean[which]
    power = np.einsum("ij,ij->i", x, x, dtype=np.float64) * np.einsum("ij,ij->i", y, y, dtype=np.float64)
    common: Floats = np.einsum("ij,ij->i", x, y, dtype=np.float64)
    common /= np.sqrt(power)
    return common


def _median(a: Examined, b: Examined, step: int = 1) -> float:
    """Median correlation; 0 where too little can be compared."""
    each = correlations(a, b, step)
    return float(np.median(each)) if each.size >= ENOUGH_WINDOWS else 0.0


def _step(examined: Examined) -> int:
    return max(examined.quality.starts.size // FEW, 1)


def _identical(channels: Sequence[Examined]) -> Iterator[Finding]:
    copies: set[str] = set()
    for a, b in combinations(channels, 2):
        if b.name in copies:
            continue
        few = correlations(a, b, _step(a))
        if few.size >= ENOUGH_WINDOWS and np.abs(few).min() > ONE and np.abs(correlations(a, b)).min() > ONE:
            over = ", upside down" if few[0] < 0 else ""
            copies.add(b.name)
            yield finding_of("identical-channels", b.name, f"holds the signal of {a.name}{over}")


# ------------------------------------------------------------------------------------------------------------ polarity
def _polarity(chosen: Mapping[Role, Examined], channels: Sequence[Examined]) -> Iterator[Finding]:
    """Slow waves that are positive, and two sides of the head that contradict each other."""
    eeg = chosen.get("eeg")
    if eeg is None or not _scalp(eeg):
        return
    signs: dict[str, list[str]] = {}
    if _upside_down(eeg):
        mean, error = eeg.slow_wave_skewness
        signs[eeg.name] = [f"slow waves are larger upwards (skewness {mean:.2f}, {mean / error:.1f} standard errors)"]
    scalp = [channel for channel in channels if _scalp(channel) and channel.name != eeg.name]
    for other in scalp:
        if other.label.active == HOMOLOGOUS.get(eeg.label.active) and (r := _median(eeg, other)) < OPPOSED:
            odd = _odd_one(eeg, other, [third for third in scalp if third is not other])
            against = other.name if odd is eeg else eeg.name
            signs.setdefault(odd.name, []).append(f"correlation with {against} {r:.2f}, where both sides should agree")
    for name, reasons in signs.items():
        yield finding_of("polarity", name, "; ".join(reasons))


def _scalp(examined: Examined) -> bool:
    return examined.label.kind == "eeg" and examined.label.reference in AGAINST_THE_EARS


def _upside_down(examined: Examined) -> bool:
    mean, error = examined.slow_wave_skewness
    return mean > SKEWNESS and mean > ERRORS * error


def _odd_one(eeg: Examined, other: Examined, thirds: Sequence[Examined]) -> Examined:
    """Of two channels that contradict each other, the one that most of the head contradicts, else whose waves do."""
    votes = sum(np.sign(_median(other, third) - _median(eeg, third)) for third in thirds)
    if votes:
        return eeg if votes > 0 else other
    return other if _upside_down(other) else eeg


# ------------------------------------------------------------------------------------------------------------- swapped
def _swapped(chosen: Mapping[Role, Examined], channels: Sequence[Examined]) -> Iterator[Finding]:
    eeg, eog, emg = (chosen.get(role) for role in ("eeg", "eog", "emg"))
    for head in (eeg, eog):
        if head is not None and emg is not None and head.fast > MUSCLE and emg.fast < NO_MUSCLE:
            yield finding_of(
                "channels-swapped", emg.name, f"slow as brain and eyes, while {head.name} is fast as a muscle"
            )
    if eeg is None or eog is None or eog.label.kind != "eog":
        return
    eyes = {"E1": "E2", "E2": "E1"}
    others = [c for c in channels if c.label.kind == "eog" and c.label.active == eyes.get(eog.label.active)]
    for other in others[:1]:
        of_eeg, of_eog = correlations(eeg, other), correlations(eog, other)
        if min(of_eeg.size, of_eog.size) >= ENOUGH_WINDOWS:
            opposed, agreeing = float(np.quantile(of_eeg, 0.05)), float(np.quantile(of_eog, 0.05))
            if opposed < EYES_OPPOSED and agreeing > NOT_OPPOSED:
                what = (
                    f"moves against {other.name} as the other eye does (correlation {opposed:.2f}), {eog.name} does not"
                )
                yield finding_of("channels-swapped", eeg.name, what)
    if not others and eog.label.active != "E1-E2":
        spindles = np.sqrt(np.median(eog.band(11, 16)) / max(float(np.median(eeg.band(11, 16))), 1e-12))
        slower = eeg.share(0.3, 2.0) - eog.share(0.3, 2.0)
        if spindles > SPINDLES and slower > SLOWER:
            what = f"more spindle activity than in {eeg.name} ({spindles:.2g} times), and less slow movement"
            yield finding_of("channels-swapped", eog.name, what)


# ----------------------------------------------------------------------------------------------------------- reference
def _shared(channels: Sequence[Examined]) -> Iterator[Finding]:
    """An EOG or EMG that is mostly EEG was recorded against the EEG's reference."""
    eegs = [channel for channel in channels if channel.role == "eeg"]
    for other in channels:
        if other.role in CARRIES and eegs:
            each = [_median(eeg, other, _step(eeg)) for eeg in eegs]
            most = int(np.argmax(np.abs(each)))
            if CARRIES[other.role] < abs(each[most]) < ONE:
                what = f"carries {eegs[most].name} (correlation {each[most]:.2f})"
                yield finding_of("shared-reference", other.name, what)
