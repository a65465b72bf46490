"""`Sample`: what is analysed of a metric, night by night or period by period, and on which scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ...core.reason import Reason
from ...core.verdict import Arm, Exclusion

__all__ = ["NoValuesError", "NotTestableError", "Sample"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

#: Fewest nights per subject and arm from which regularity and consistency are measured.
MIN_NIGHTS = 7
#: Below so many events per subject and period the half event that logarithms need hides what a treatment does: at one,
#: a true ratio of 0.5 is estimated as 0.71.
RARE = 3.0


class NotTestableError(Exception):
    """What the study or its table lacks for a claim; the verdict's reason.

    Parameters
    ----------
    code : str
        Code of a `Reason`.
    **facts
        The numbers and names that the code is about.
    """

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.reason = Reason(code, facts)


class NoValuesError(NotTestableError):
    """What the measured values lack for a claim that design and columns allow; it counts among the claims tested."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The values of one metric that enter an analysis.

    Parameters
    ----------
    y : array of float64, shape (n,)
        Analysed values: in the metric's unit, or logarithms where `scale` is "ratio".
    subject, arm, period, night : array of int, shape (n,)
        Codes; `arm` into `arms`, whose first is the control.
    n_nights : array of int, shape (n,)
        Nights behind each value.
    arms, subjects : tuple of str
    sequences : tuple of str
        Of each subject: the conditions in the order of its periods.
    scale : {"difference", "ratio"}
    label, unit : str
    by_night : bool
        Whether a value is one night; else it is one period of a subject.
    exclusions : tuple of Exclusion
    warnings : tuple of Reason
    counts, hours : array of float64, shape (n,), optional
        Of a count: events, and hours of sleep, behind each value.
    is_latency : bool
        Whether a value is a time up to a horizon, skewed by its nature.
    """

    y: Floats
    subject: Ints
    arm: Ints
    period: Ints
    night: Ints
    n_nights: Ints
    arms: tuple[str, ...]
    subjects: tuple[str, ...]
    sequences: tuple[str, ...]
    scale: Literal["difference", "ratio"] = "difference"
    label: str = ""
    unit: str = ""
    by_night: bool = True
    exclusions: tuple[Exclusion, ...] = ()
    warnings: tuple[Reason, ...] = ()
    counts: Floats | None = None
    hours: Floats | None = None
    is_latency: bool = False

    def __len__(self) -> int:
        return self.y.size

    @property
    def n_subjects(self) -> int:
        """Subjects with at least one value."""
        return np.unique(self.subject).size

    def subset(self, keep: Mask) -> Sample:
        """Give the sample cut to some of its values."""
        return Sample(
            self.y[keep], self.subject[keep], self.arm[keep], self.period[keep], self.night[keep], self.n_nights[keep],
            self.arms, self.subjects, self.sequences, self.scale, self.label, self.unit, self.by_night,
            self.exclusions, self.warnings, None if self.counts is None else self.counts[keep],
            None if self.hours is None else self.hours[keep], self.is_latency,
        )  # fmt: skip

    @property
    def mean_count(self) -> float:
        """Mean events of a subject in a period, over all arms together; NaN of what is no count."""
        return math.nan if self.counts is None else float(self.counts.mean())

    @property
    def is_rare(self) -> bool:
        """Whether events are so rare that logarithms of their rates would mislead."""
        return self.mean_count < RARE

    @property
    def control_mean(self) -> float:
        """Mean of the subjects' means under the control, as in `arms_table`."""
        return self._arm(self.arm == 0, "", "", "").mean

    def arms_table(self) -> tuple[Arm, ...]:
        """Describe each arm, and each period of each sequence: subjects, nights, mean and SD of the subjects' means."""
        rows = [self._arm(self.arm == a, label, "", "") for a, label in enumerate(self.arms)]
        sequence = np.array(self.sequences, object)[self.subject] if len(self) else np.array([], object)
        if len(set(sequence)) > 1 and (self.period >= 0).all():
            for name in sorted(set(sequence)):
                for period in np.unique(self.period[sequence == name]):
                    inside = (sequence == name) & (self.period == period)
                    labels = {self.arms[a] for a in self.arm[inside]}
                    rows.append(self._arm(inside, "/".join(sorted(labels)), name, str(period + 1)))
        return tuple(rows)

    def _arm(self, inside: Mask, condition: str, sequence: str, period: str) -> Arm:
        n = np.bincount(self.subject[inside], minlength=len(self.subjects))
        total = np.bincount(self.subject[inside], self.y[inside], minlength=len(self.subjects))
        means = total[n > 0] / n[n > 0]
        mean = float(means.mean()) if means.size else math.nan
        sd = float(means.std(ddof=1)) if means.size > 1 else math.nan
        if self.scale == "ratio":
            mean, sd = math.exp(mean), math.exp(sd)
        if self.is_rare and self.counts is not None and self.hours is not None and means.size:
            mean = float(self.counts[inside].sum() / self.hours[inside].sum())
        return Arm(condition, sequence, period, means.size, int(self.n_nights[inside].sum()), mean, sd)
