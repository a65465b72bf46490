"""`Verdict`: the answer to a claim, with every number it rests on and every reason against it."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any, Literal

from .claim import Claim
from .equality import EqualByFields
from .html_tables import fields_html
from .plain import plain_data
from .reason import Reason

__all__ = ["Arm", "Cap", "Exclusion", "Outcome", "Quantity", "Secondary", "Sensitivity", "SideEffect", "Verdict"]

Outcome = Literal["supported", "equivalent", "contradicted", "inconclusive", "not testable"]
Size = Literal["at least D", "below D", "uncertain", ""]
#: What can be said at most; empty where nothing limits it.
Cap = Literal["change observed", "difference observed", "consistent with a mediation", "no mediation shown", ""]
Scale = Literal["difference", "ratio"]
Interval = tuple[float, float]
UNKNOWN: Interval = (math.nan, math.nan)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A metric as a verdict measures it.

    Parameters
    ----------
    metric : str
        Column of the table of nights.
    label : str
        As its definition, or the study, calls it.
    unit : str
    scale : {"difference", "ratio"}
        Whether effects on it are differences, in `unit`, or ratios.
    """

    metric: str
    label: str
    unit: str = ""
    scale: Scale = "difference"


@dataclass(frozen=True, slots=True)
class Arm:
    """What was measured in one arm, or in one period of one sequence; in the metric's unit.

    Parameters
    ----------
    condition, sequence : str
        Sequence is empty where the design has none.
    period : str
        Empty where all periods are taken together.
    n_subjects, n_nights : int
    mean, sd : float
        Of the subjects' means; SD is NaN for one subject. Geometric, and a ratio, where effects are ratios.
    """

    condition: str
    sequence: str
    period: str
    n_subjects: int
    n_nights: int
    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What was left out of the analysis, and why.

    Parameters
    ----------
    reason : Reason
    n_nights, n_subjects : int
        A subject counts where nothing of it is left.
    """

    reason: Reason
    n_nights: int
    n_subjects: int = 0


@dataclass(frozen=True, slots=True)
class SideEffect:
    """An effect that the design carries along: of the period, of the first night, of the treatment before.

    Parameters
    ----------
    name : Reason
        Which effect; `str` gives it in English, as of every `Reason`.
    estimate, standard_error, df, p : float
        On the scale that is analysed; NaN where a joint test has no one estimate.
    notes : tuple of Reason
    """

    name: Reason
    estimate: float
    standard_error: float
    df: float
    p: float
    notes: tuple[Reason, ...] = ()

    @property
    def note(self) -> str:
        """The notes in English."""
        return _in_english(self.notes)


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The main question, answered in another way.

    Parameters
    ----------
    name : Reason
        Which analysis, part of a claim, or pair of arms.
    estimate : float
    interval95 : (float, float)
        NaN where the analysis gives none.
    p : float
        Two-sided, of superiority; NaN where it gives none.
    notes : tuple of Reason
    interval90 : (float, float)
    """

    name: Reason
    estimate: float
    interval95: Interval = UNKNOWN
    p: float = math.nan
    notes: tuple[Reason, ...] = ()
    interval90: Interval = UNKNOWN

    @property
    def note(self) -> str:
        """The notes in English."""
        return _in_english(self.notes)


@dataclass(frozen=True, slots=True)
class Secondary:
    """The effect on a secondary metric, which never decides.

    Parameters
    ----------
    metric, label, unit : str
    estimate : float
        In the metric's unit, not oriented; a ratio for counts. NaN where `reason` says why.
    interval95 : (float, float)
    p, p_adjusted : float
        Two-sided; adjusted over all secondary metrics of the study by Benjamini and Hochberg.
    reason : Reason, optional
    """

    metric: str
    label: str
    unit: str
    estimate: float = math.nan
    interval95: Interval = UNKNOWN
    p: float = math.nan
    p_adjusted: float = math.nan
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Verdict(EqualByFields):
    """The answer to a claim.

    Parameters
    ----------
    claim : Claim
        With design, treatment and control filled in from the study.
    outcome : {"supported", "equivalent", "contradicted", "inconclusive", "not testable"}
    reasons : tuple of Reason
        Why this outcome and no other.
    label, unit : str
        Of the primary metric.
    scale : {"difference", "ratio"}
        Whether effects are differences, in `unit`, or ratios.
    estimate : float
        Treatment against control, as measured: a fall is negative, or a ratio below 1.
    interval90, interval95 : (float, float)
    human_estimate : (float, float)
        The effect on what people would score, with the slope of a calibrated stager at its high end and at its low; NaN
        where none is calibrated. `estimate` is the first, and the intervals hold whichever slope is true.
    standard_error, df : float
        On the scale that is analysed (logarithms, for ratios); NaN for a randomisation test.
    size : {"at least D", "below D", "uncertain", ""}
        Of a supported effect, against the smallest effect of interest.
    benefit_excluded : bool
        Whether the 90 % interval leaves out a benefit as large as the smallest effect of interest.
    standardised : float
        Estimate over the declared standard deviation.
    p, p_adjusted : float
        Of the test that supports or contradicts; adjusted over the claims of the study.
    p_equivalence, p_equivalence_adjusted : float
    n_subjects, n_nights : int
        Analysed.
    n_subjects_given, n_nights_given : int
        In the table.
    arms : tuple of Arm
    exclusions : tuple of Exclusion
    side_effects : tuple of SideEffect
    secondary : tuple of Secondary
    sensitivity : tuple of Sensitivity
    pairs : tuple of Sensitivity
        Of a difference, every pair of arms; of a conjunction or dose-response, every part.
    staging : str
        Tag: "human", "auto", "not staged", or "unknown", which counts as automatic; "auto+propagated" where the limits
        hold the error of the stager, by its calibration; "auto+audited" where people scored some of the subjects too.
    device : {"psg", "headband", "wearable", "unknown", ""}
        What recorded the nights; the limits of a headband apply to "unknown". Empty where nothing was staged.
    b_star : float
        Differential bias, in the analysed unit, that would flip the verdict; NaN where none would, and where it is not
        known who scored the nights.
    plausible_bias : float
        The one that is plausible of an automatic stager when the treatment acts on the EEG itself.
    n_to_decide : int, optional
        Subjects that would decide; None where more would not, or it cannot be told.
    cap : {"change observed", "difference observed", "consistent with a mediation", "no mediation shown", ""}
        What can be said at most; empty where nothing limits it.
    method : Reason, optional
        The analysis; None where there was none.
    warnings : tuple of Reason
    declared : {"registered", "declared after data"}
    alpha : float
    quantities : tuple of Quantity
        The metrics of the claim: its own first, then those of a conjunction, then the mediator.

    Examples
    --------
    >>> verdict = Verdict(Claim("tst", "increases"), "not testable", (Reason("no-control"),))
    >>> verdict.reason
    'a study without a control describes; it cannot tell what the treatment did'
    """

    claim: Claim
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    label: str = ""
    unit: str = ""
    scale: Scale = "difference"
    estimate: float = math.nan
    interval90: Interval = UNKNOWN
    interval95: Interval = UNKNOWN
    human_estimate: Interval = UNKNOWN
    standard_error: float = math.nan
    df: float = math.nan
    size: Size = ""
    benefit_excluded: bool = False
    standardised: float = math.nan
    p: float = math.nan
    p_adjusted: float = math.nan
    p_equivalence: float = math.nan
    p_equivalence_adjusted: float = math.nan
    n_subjects: int = 0
    n_nights: int = 0
    n_subjects_given: int = 0
    n_nights_given: int = 0
    arms: tuple[Arm, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    side_effects: tuple[SideEffect, ...] = ()
    secondary: tuple[Secondary, ...] = ()
    sensitivity: tuple[Sensitivity, ...] = ()
    pairs: tuple[Sensitivity, ...] = ()
    staging: str = "unknown"
    device: str = ""
    b_star: float = math.nan
    plausible_bias: float = math.nan
    n_to_decide: int | None = None
    cap: Cap = ""
    method: Reason | None = None
    warnings: tuple[Reason, ...] = ()
    declared: Literal["registered", "declared after data"] = "declared after data"
    alpha: float = 0.05
    quantities: tuple[Quantity, ...] = ()

    def quantity(self, metric: str | None = None) -> Quantity:
        """Give a metric of the claim, by default its own, as it was measured."""
        metric = metric or self.claim.metric
        for known in self.quantities:
            if known.metric == metric:
                return known
        own = metric == self.claim.metric
        return Quantity(
            metric, self.label if own else "", self.unit if own else "", self.scale if own else "difference"
        )

    @property
    def reason(self) -> str:
        """Why this outcome and no other, in English: the `reasons` in one sentence, without capital and full stop."""
        return _in_english(self.reasons)

    def _repr_html_(self) -> str:
        low, high = self.interval95
        estimate = "" if math.isnan(self.estimate) else f"{self.estimate:.3g} ({low:.3g} to {high:.3g}) {self.unit}"
        told = (("metric", self.claim.metric), ("estimate (95 % interval)", estimate), ("people", self.n_subjects),
                ("nights", self.n_nights), ("in words", self.explain()))  # fmt: skip
        return fields_html(f"{self.claim.name}: {self.outcome}", told)

    def explain(self) -> str:
        """Give a paragraph that a physician can read: what was found, how sure it is, and what it does not show."""
        return _in_english(self)

    def replace(self, **changes: Any) -> Verdict:
        """Give a verdict that differs in `changes`."""
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Give plain lists, texts and numbers, as JSON holds them; NaN becomes None, a reason its code and facts."""
        values: dict[str, Any] = plain_data(self)
        return values


def _in_english(of: Verdict | tuple[Reason, ...]) -> str:
    import somnometry  # the English stands above core

    return somnometry.explain(of)
