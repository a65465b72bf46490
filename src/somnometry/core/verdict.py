"""`Verdict`: the answer to a claim, with every number it rests on and every reason against it."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any, Literal

from .claim import Claim
from .wording import Quantity

__all__ = ["Arm", "Exclusion", "Outcome", "Secondary", "Sensitivity", "SideEffect", "Verdict"]

Outcome = Literal["supported", "equivalent", "contradicted", "inconclusive", "not testable"]
Size = Literal["at least D", "below D", "uncertain", ""]
Interval = tuple[float, float]
UNKNOWN: Interval = (math.nan, math.nan)


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
    reason : str
    n_nights, n_subjects : int
        A subject counts where nothing of it is left.
    """

    reason: str
    n_nights: int
    n_subjects: int = 0


@dataclass(frozen=True, slots=True)
class SideEffect:
    """An effect that the design carries along: of the period, of the first night, of the treatment before.

    Parameters
    ----------
    name : str
    estimate, standard_error, df, p : float
        On the scale that is analysed; NaN where a joint test has no one estimate.
    note : str
    """

    name: str
    estimate: float
    standard_error: float
    df: float
    p: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The main question, answered in another way.

    Parameters
    ----------
    name : str
    estimate : float
    interval95 : (float, float)
        NaN where the analysis gives none.
    p : float
        Two-sided, of superiority; NaN where it gives none.
    note : str
    interval90 : (float, float)
    """

    name: str
    estimate: float
    interval95: Interval = UNKNOWN
    p: float = math.nan
    note: str = ""
    interval90: Interval = UNKNOWN


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
    reason : str
    """

    metric: str
    label: str
    unit: str
    estimate: float = math.nan
    interval95: Interval = UNKNOWN
    p: float = math.nan
    p_adjusted: float = math.nan
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to a claim.

    Parameters
    ----------
    claim : Claim
        With design, treatment and control filled in from the study.
    outcome : {"supported", "equivalent", "contradicted", "inconclusive", "not testable"}
    reason : str
        Why this and no other, in one sentence.
    label, unit : str
        Of the primary metric.
    scale : {"difference", "ratio"}
        Whether effects are differences, in `unit`, or ratios.
    estimate : float
        Treatment against control, as measured: a fall is negative, or a ratio below 1.
    interval90, interval95 : (float, float)
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
        Tag: "human", "auto", "auto+propagated", "auto+audited", "not staged", or "unknown".
    b_star : float
        Differential bias, in the analysed unit, that would flip the verdict; NaN where none would.
    plausible_bias : float
        The one that is plausible of an automatic stager when the treatment acts on the EEG itself.
    n_to_decide : int, optional
        Subjects that would decide; None where more would not, or it cannot be told.
    cap : str
        What the design allows to be said at most; empty where it limits nothing.
    method : str
    warnings : tuple of str
    declared : {"registered", "declared after data"}
    alpha : float
    quantities : tuple of Quantity
        What the metrics of the claim are called: its own first, then those of a conjunction, then the mediator.

    Examples
    --------
    >>> Verdict(Claim("sri", "increases"), "not testable", "it needs 7 nights per arm").explain()
    'The claim that sri is higher under the treatment cannot be tested here. It needs 7 nights per arm.'
    """

    claim: Claim
    outcome: Outcome
    reason: str
    label: str = ""
    unit: str = ""
    scale: Literal["difference", "ratio"] = "difference"
    estimate: float = math.nan
    interval90: Interval = UNKNOWN
    interval95: Interval = UNKNOWN
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
    b_star: float = math.nan
    plausible_bias: float = math.nan
    n_to_decide: int | None = None
    cap: str = ""
    method: str = ""
    warnings: tuple[str, ...] = ()
    declared: Literal["registered", "declared after data"] = "declared after data"
    alpha: float = 0.05
    quantities: tuple[Quantity, ...] = ()

    def quantity(self, metric: str | None = None) -> Quantity:
        """Give what a metric of the claim, by default its own, is called."""
        metric = metric or self.claim.metric
        for known in self.quantities:
            if known.metric == metric:
                return known
        own = metric == self.claim.metric
        name = (self.label if own else "") or metric
        return Quantity(metric, name, name, self.unit if own else "", self.scale if own else "difference")

    def explain(self) -> str:
        """Give a paragraph that a physician can read: what was found, how sure it is, and what it does not show."""
        from .verdict_text import explanation

        return explanation(self)

    def replace(self, **changes: Any) -> Verdict:
        """Give a verdict that differs in `changes`."""
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Give plain lists, texts and numbers, as JSON holds them; NaN becomes None."""
        plain: dict[str, Any] = _plain(dataclasses.asdict(self))
        return plain


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):  # a number of numpy
        value = value.item()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
