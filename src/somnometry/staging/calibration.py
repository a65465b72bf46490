"""Amplitude: whether a night's EEG is as large as the classifiers decide by, and bringing it there if it is not.

The classifiers see, among features that are blind to amplitude, the standard deviation of each epoch in microvolts. The
middle three fifths of the values at which their trees split it are the range that they tell apart. A headband's short
derivations may keep a night below that range; N3 is then lost. The rule:
where the median epoch lies outside, the EEG is multiplied by what brings the median to the nearer end of the range;
inside nothing is changed. An EOG is multiplied by the same, since a headband takes it from the same electrodes, but no
further than into its own range, found in the same way: a true EOG is large enough beside a small EEG.
`calibrate="auto"` does so only for EEG between electrodes that headbands use and laboratories do not, without a chin
EMG, so that a laboratory's night is staged as YASA stages it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..core.errors import StagingError
from ..core.finding import Finding
from ..core.recording import Montage, Role
from ..io.channels.labels import parse_label
from ..io.finding_codes import finding_of
from .channels import MeasuredChannel
from .models import Classifier

__all__ = ["Amplitude", "Calibrate", "amplitude", "amplitude_range", "factor_of_eog", "from_headband"]

#: When to calibrate: an EEG of a headband that is out of range, any EEG that is, or none.
Calibrate = Literal["auto", "on", "off"]
CALIBRATE = ("auto", "on", "off")
#: Per cent of the splits below the range and below its end.
SPLITS = (20, 80)
#: Where headbands have their electrodes: forehead, temples, behind the ears.
HEADBAND_ELECTRODES = frozenset("AF7 AF8 AF3 AF4 AFZ FP1 FP2 FPZ F7 F8 TP9 TP10 T7 T8".split())
#: What laboratories refer such electrodes to.
LABORATORY_REFERENCES = frozenset(("M1", "M2", "LM", "AVG", "CZ", "PZ", "OZ"))


@dataclass(frozen=True, slots=True)
class Amplitude:
    """How large the EEG of a night is, and how large the classifier expects it.

    Parameters
    ----------
    median : float
        Microvolts: standard deviation after filtering of the median epoch.
    low, high : float
        Microvolts: the range that the classifier decides by.

    Examples
    --------
    >>> Amplitude(5.0, 9.0, 40.0).factor
    1.8
    >>> Amplitude(12.0, 9.0, 40.0).factor
    1.0
    """

    median: float
    low: float
    high: float

    @property
    def factor(self) -> float:
        """What brings the median to the nearer end of the range; 1 inside."""
        return min(max(self.median, self.low), self.high) / self.median

    def applied(self, montage: Montage, calibrate: Calibrate) -> float:
        """Factor to use: 1 where nothing shall be changed.

        Raises
        ------
        StagingError
            If `calibrate` is none of the three words.
        """
        if calibrate not in CALIBRATE:
            what = f"calibrate must be one of {', '.join(map(repr, CALIBRATE))}, not {calibrate!r}"
            raise StagingError(what, key="calibrate")
        return self.factor if calibrate == "on" or (calibrate == "auto" and from_headband(montage)) else 1.0

    def findings(self, eeg: str, applied: float, to_eog: float) -> tuple[Finding, ...]:
        """Findings of an amplitude out of range, with the factors of EEG and EOG; none inside it."""
        if self.factor == 1:
            return ()
        seen = (
            f"median epoch of {self.median:.3g} uV (SD, 0.4-30 Hz), where the classifiers decide between "
            f"{self.low:.3g} and {self.high:.3g} uV"
        )
        if applied == 1:
            remedy = "check the unit; calibrate='on' (--calibrate on) brings it into the range"
            return (
                finding_of("amplitude-out-of-range", eeg, f"{seen}; not calibrated (factor {self.factor:.3g})", remedy),
            )
        and_eog = "" if to_eog == 1 else f", EOG by {to_eog:.3g}"
        return (finding_of("amplitude-calibrated", eeg, f"{seen}; EEG multiplied by {applied:.3g}{and_eog}"),)


def amplitude_range(classifier: Classifier, role: Role = "eeg") -> tuple[float, float]:
    """Give the range in microvolts of a role's epoch SD that the middle three fifths of a classifier's splits span."""
    splits = classifier.threshold[classifier.feature == classifier.feature_names.index(f"{role}_std")]
    low, high = np.percentile(splits[np.isfinite(splits)], SPLITS)
    return float(low), float(high)


def amplitude(channel: MeasuredChannel, classifier: Classifier) -> Amplitude:
    """Compare the median epoch of an EEG or EOG with the classifier's range for its role."""
    return Amplitude(float(np.median(channel.spread[channel.usable])), *amplitude_range(classifier, channel.role))


def factor_of_eog(others: Collection[MeasuredChannel], classifier: Classifier, factor: float) -> float:
    """Factor of the EOG beside an EEG that is multiplied by `factor`: no further than into its own range; 1 without."""
    own = next((amplitude(channel, classifier).factor for channel in others if channel.role == "eog"), 1.0)
    low, high = sorted((1.0, factor))
    return min(max(own, low), high)


def from_headband(montage: Montage) -> bool:
    """Whether the EEG can only be a headband's.

    It stands in for a central one, or its electrode lies on the forehead, a temple or behind an ear; it is referred
    neither to a mastoid nor to the midline, as laboratories do; and there is no chin EMG.

    Examples
    --------
    >>> from_headband(Montage("AF7-Fpz", eog="AF8-Fpz")), from_headband(Montage("C4-M1", "E1-M2", "Chin"))
    (True, False)
    >>> from_headband(Montage("EEG Fpz-Cz"))
    False
    """
    label = parse_label(montage.eeg or "")
    elsewhere = "eeg" in montage.indirect or label.active in HEADBAND_ELECTRODES
    return elsewhere and montage.emg is None and label.reference not in LABORATORY_REFERENCES
