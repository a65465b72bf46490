"""`Case`: one claim put to the nights of a study, from its finding to a decision, beside the other claims."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np

from ..core.claim import Claim
from ..core.study import Multiplicity, Study
from ..core.wording import amount, count
from ..metrics.reference_values import reference_values
from .analysis import Question
from .data.sample import NotTestableError, NoValuesError, definition_of
from .data.study_nights import StudyNights
from .kinds.decision import Decision
from .kinds.evidence import Finding
from .kinds.table import KINDS
from .multiplicity import adjusted
from .staging_error import AUTOMATIC, NOT_STAGED, Weighed, b_star, plausible_bias, staging_of, unmeasurable

__all__ = ["Case", "adjusted_pairs"]


class Case:
    """One claim, put to the nights of a study.

    Parameters
    ----------
    claim : Claim
        With what it leaves to its study filled in.
    study : Study
    nights : StudyNights

    Attributes
    ----------
    finding : Finding or None
        None where the claim cannot be tested; `lacking` says why.
    p, p_eq : float
        Of the main test and of equivalence.
    is_tested : bool
        Whether the claim counts among those that are tested.
    staging : str
        How the nights were staged, where any metric of the claim is measured from stages.
    stagings : dict of str to str
        The same of each metric.
    """

    def __init__(self, claim: Claim, study: Study, nights: StudyNights) -> None:
        self.claim, self.study, self.nights = claim, study, nights
        self.question = Question(claim, study, nights)
        self.finding: Finding | None = None
        self.staging = ""
        self.stagings: dict[str, str] = {}
        self.lacking = ""
        self.p = self.p_eq = math.nan
        self.is_tested = False
        try:
            self._find()
        except NotTestableError as reason:
            self.lacking = str(reason)
            if isinstance(reason, NoValuesError):
                self.is_tested, self.p, self.p_eq = True, 1.0, 1.0

    def _find(self) -> None:
        if self.claim.not_testable:
            raise NotTestableError(self.claim.not_testable)
        if self.claim.population and self.claim.population != self.study.population:
            raise NotTestableError(
                f"the claim is about {self.claim.population}, and the study studied "
                f"{self.study.population or 'it does not say whom'}"
            )
        if self.claim.design == "single-arm":
            raise NotTestableError(_against_norms(self.claim.metric, self.nights))
        metrics = [part.metric for part in self.claim.components]
        self.stagings = {metric: staging_of(metric, self.nights, self.study) for metric in metrics}
        self.staging = next((tag for tag in self.stagings.values() if tag != NOT_STAGED), NOT_STAGED)
        self.finding = KINDS[self.claim.kind](self.question)
        self.p, self.p_eq = self.finding.p, self.finding.p_equivalence
        self.is_tested = not self.finding.cap

    def decision(self, p: float, p_eq: float) -> tuple[Decision, str, bool]:
        """Decide by p-values that are adjusted for the other claims.

        Parameters
        ----------
        p, p_eq : float
            NaN is 1.

        Returns
        -------
        (Decision, str, bool)
            The decision; what can be said at most, where that is less; and whether the design, the device or the
            stager held it back.
        """
        if self.finding is None:
            return Decision("not testable", self.lacking), "", False
        decision = self.finding.decide(1.0 if math.isnan(p) else p, 1.0 if math.isnan(p_eq) else p_eq)
        return self._limited(decision, self.finding)

    def _limited(self, decision: Decision, finding: Finding) -> tuple[Decision, str, bool]:
        cap = finding.cap or self.question.cap
        if cap:
            reason = f"the design allows no more than {cap!r}" if not finding.cap else cap
            return Decision("inconclusive", f"{decision.reason}; {reason}", "", decision.benefit_excluded), cap, True
        for metric, staging in self.stagings.items():
            if reason := unmeasurable(metric, staging, self.study):
                return dataclasses.replace(decision, outcome="inconclusive", reason=reason, size=""), "", True
        if self.study.psychoactive and decision.outcome != "inconclusive" and AUTOMATIC in self.stagings.values():
            flips = self._flips(decision, finding)
            enough = all if self._rests_on_all(decision) else any
            if not flips or not enough(flip > plausible for _, flip, plausible in flips):
                reason = f"{decision.reason}; but the treatment may change the EEG itself, and {self._undone(flips)}"
                return dataclasses.replace(decision, outcome="inconclusive", reason=reason, size=""), "", True
        return decision, "", False

    def _undone(self, flips: Sequence[tuple[Weighed, float, float]]) -> str:
        """Say what error of the stager would undo a decision, and how large one is plausible."""
        if not flips:
            return "no validation tells what its error would do to this: score a sample by hand, blind"
        part, flip, plausible = min(flips, key=lambda found: found[1] - found[2])
        known = definition_of(part.metric)
        sizes = [_size_of_error(size, part.scale, known.unit if known else "") for size in (plausible, flip)]
        return (
            f"an error {sizes[0]} of the automatic scoring in one arm and not in the other, which is plausible, would "
            f"undo this ({sizes[1].removeprefix('of ')} would be enough): score a sample by hand, blind"
        )

    def _rests_on_all(self, decision: Decision) -> bool:
        """Whether bias in any one of the effects would flip the decision; else it takes bias in all of them."""
        return decision.outcome == "equivalent" or (decision.outcome == "supported" and self.claim.kind != "difference")

    def _flips(self, decision: Decision, finding: Finding) -> list[tuple[Weighed, float, float]]:
        """Give each effect that the decision rests on, the bias that would flip it, and the one that is plausible."""
        return [
            (part, b_star(decision.outcome, part, self.claim.kind), self.plausible_bias(part.metric, part.scale))
            for part in finding.weighed
        ]

    def b_star(self, decision: Decision) -> float:
        """Give the bias that would flip the decision, of the effect that needs the least of its standard errors."""
        if self.finding is None:
            return math.nan
        flips = [
            (flip / (part.effect.standard_error or math.inf), flip)
            for part, flip, _ in self._flips(decision, self.finding)
        ]
        return (min if self._rests_on_all(decision) else max)(flips, default=(math.nan, math.nan))[1]

    def plausible_bias(self, metric: str, scale: str) -> float:
        """Give the plausible bias of a metric: 0 where no automatic stager measured it, NaN where none is known."""
        return plausible_bias(metric, scale, self.study) if self.stagings.get(metric) == AUTOMATIC else 0.0


def adjusted_pairs(
    cases: Sequence[Case], multiplicity: Multiplicity, unseen: tuple[int, int] = (0, 0)
) -> list[tuple[float, float]]:
    """Adjust p and p of equivalence of claims that are judged together; those that are not tested keep theirs.

    Parameters
    ----------
    cases : sequence of Case
    multiplicity : {"holm", "fixed-sequence"}
    unseen : (int, int)
        Further claims of the study, and those of them that could be equivalent, taken to come last and to fail.

    Returns
    -------
    list of (float, float)
        One pair for each case.
    """
    tested = [case for case in cases if case.is_tested]
    p = adjusted([case.p for case in tested] + [1.0] * unseen[0], multiplicity)
    p_eq = adjusted([case.p_eq for case in tested] + [1.0] * unseen[1], multiplicity)
    pairs = dict(zip(map(id, tested), zip(p, p_eq, strict=False), strict=False))
    return [pairs.get(id(case), (case.p, case.p_eq)) for case in cases]


def _size_of_error(plausible: float, scale: str, unit: str) -> str:
    if math.isnan(plausible):
        return "of a size that nobody has measured"
    return f"by a factor of {math.exp(plausible):.2f}" if scale == "ratio" else f"of {amount(plausible, unit)}"


def _against_norms(metric: str, nights: StudyNights) -> str:
    """Describe a single arm beside what is usual; it cannot be judged."""
    said = "a study without a control describes; it cannot tell what the treatment did"
    if metric not in nights.columns:
        return said
    values = nights.numbers(metric)
    means = [values[(nights.subject == s) & np.isfinite(values)] for s in range(len(nights.subjects))]
    subjects = np.array([own.mean() for own in means if own.size])
    if not subjects.size:
        return said
    said += f". Mean of {count(subjects.size, 'subject')}: {subjects.mean():.4g}"
    ages = nights.numbers("age") if "age" in nights.columns else np.array([])
    if np.isfinite(ages).any():
        for value in reference_values(metric, age=float(np.nanmean(ages))):
            said += f"; usual at {value.age_above:g} to {value.age_to:g} years: {value.median:g} ({value.source})"
    return said
