"""`Case`: one claim put to the nights of a study, from its finding to a decision, beside the other claims."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..core.claim import Claim
from ..core.study import Multiplicity, Study
from ..core.wording import amount
from ..metrics.reference_values import reference_values
from .decisions import Decision
from .kinds import KINDS, Finding
from .multiplicity import adjusted
from .question import Question
from .sample import NotTestableError, NoValuesError
from .stager import AUTOMATIC, b_star, plausible_bias, staging_of, unmeasurable
from .trial import Trial

__all__ = ["Case", "adjusted_pairs"]


class Case:
    """One claim, put to a trial.

    Parameters
    ----------
    claim : Claim
        With what it leaves to its study filled in.
    study : Study
    trial : Trial

    Attributes
    ----------
    finding : Finding or None
        None where the claim cannot be tested; `lacking` says why.
    p, p_eq : float
        Of the main test and of equivalence.
    is_tested : bool
        Whether the claim counts among those that are tested.
    staging : str
    """

    def __init__(self, claim: Claim, study: Study, trial: Trial) -> None:
        self.claim, self.study, self.trial = claim, study, trial
        self.question = Question(claim, study, trial)
        self.finding: Finding | None = None
        self.staging = ""
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
            raise NotTestableError(_against_norms(self.claim.metric, self.trial))
        self.staging = staging_of(self.claim.metric, self.trial, self.study)
        self.finding = KINDS[self.claim.kind](self.question)
        self.p, self.p_eq = self.finding.p, self.finding.p_equivalence
        self.is_tested = not self.finding.cap

    def decision(self, p: float, p_eq: float) -> tuple[Decision, str]:
        """Decide by p-values that are adjusted for the other claims; what can be said at most, where that is less.

        Parameters
        ----------
        p, p_eq : float
            NaN is 1.
        """
        if self.finding is None:
            return Decision("not testable", self.lacking), ""
        decision = self.finding.decide(1.0 if math.isnan(p) else p, 1.0 if math.isnan(p_eq) else p_eq)
        return self._limited(decision, self.finding)

    def _limited(self, decision: Decision, finding: Finding) -> tuple[Decision, str]:
        """Hold a decision back where the design, the device or the stager does not carry it."""
        cap = finding.cap or self.question.cap
        if cap:
            reason = f"the design allows no more than {cap!r}" if not finding.cap else cap
            return Decision("inconclusive", f"{decision.reason}; {reason}", "", decision.benefit_excluded), cap
        if reason := unmeasurable(self.claim.metric, self.staging, self.study):
            return Decision("inconclusive", reason), ""
        flips = b_star(decision.outcome, finding.effect, finding.margin)
        if self.staging == AUTOMATIC and self.study.psychoactive and decision.outcome != "inconclusive":
            plausible = self._plausible_bias(finding.sample.scale)
            if not flips > plausible:
                known = _size_of_error(plausible, finding.sample.scale, finding.sample.unit)
                reason = (
                    f"{decision.reason}; but the treatment may change the EEG itself, and an error {known} of the "
                    "automatic scoring in one arm and not in the other, which is plausible, would undo this: score a "
                    "sample by hand, blind"
                )
                return Decision("inconclusive", reason), ""
        return decision, ""

    def _plausible_bias(self, scale: str) -> float:
        return plausible_bias(self.claim.metric, scale, self.study) if self.staging == AUTOMATIC else math.nan


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


def _against_norms(metric: str, trial: Trial) -> str:
    """Describe a single arm beside what is usual; it cannot be judged."""
    said = "a study without a control describes; it cannot tell what the treatment did"
    if metric not in trial.columns:
        return said
    values = trial.numbers(metric)
    means = [values[(trial.subject == s) & np.isfinite(values)] for s in range(len(trial.subjects))]
    subjects = np.array([nights.mean() for nights in means if nights.size])
    if not subjects.size:
        return said
    said += f". Mean of {subjects.size} subjects: {subjects.mean():.4g}"
    ages = trial.numbers("age") if "age" in trial.columns else np.array([])
    if np.isfinite(ages).any():
        for value in reference_values(metric, age=float(np.nanmean(ages))):
            said += f"; usual at {value.age_above:g} to {value.age_to:g} years: {value.median:g} ({value.source})"
    return said
