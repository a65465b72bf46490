"""`Case`: a claim put to the nights of a study, from its evidence to a decision beside the other claims."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..calibration.calibration import Calibration
from ..catalogue import CATALOGUE
from ..core.claim import Claim
from ..core.reason import Reason
from ..core.study import Multiplicity, Study
from ..core.verdict import Cap
from ..metrics.reference_values import reference_values
from .analysis import Question
from .audit import AUDITED
from .data.provenance import UNKNOWN, Provenance, provenance_of, require_alike_arms
from .data.sample import NotTestableError, NoValuesError
from .data.short_nights import require_whole_nights_alike
from .data.study_nights import StudyNights
from .designs.taken_order import unfinished, unproven
from .kinds.decision import Decision
from .kinds.evidence import Evidence
from .kinds.table import KINDS
from .multiplicity import adjusted
from .stager_slopes import PROPAGATED, slopes_of
from .staging_error import (
    BY_MACHINE,
    NOT_STAGED,
    Flip,
    flips_of,
    is_undone_by_any,
    staging_of,
    undone_by_stager,
    unmeasurable,
)

__all__ = ["Case", "adjusted_pairs", "at_this_look", "decide", "examine", "flipping_bias", "proven"]

#: Cap that comes from the kind of a claim -> the reason that says so; caps of the design have one for all.
CAP_OF_KIND: Mapping[Cap, str] = {
    "consistent with a mediation": "consistent-with-mediation",
    "no mediation shown": "no-mediation-shown",
}
#: Of a claim that nothing can test.
NOT_ASKED = Provenance(UNKNOWN, "unknown")


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """What the nights of a study say of one claim, before it is set beside the other claims.

    Parameters
    ----------
    question : Question
        The claim, with what it leaves to its study filled in, the study and its nights.
    evidence : Evidence, optional
        None where the claim cannot be tested; `lacking` says why.
    lacking : Reason, optional
    is_tested : bool
        Whether the claim counts among those that are tested.
    p, p_equivalence : float
        Of the main test and of equivalence.
    stagings : mapping of str to str
        How the nights were staged, for each metric of the claim.
    provenance : Provenance
        Who scored the nights, and what recorded them.
    """

    question: Question
    evidence: Evidence | None = None
    lacking: Reason | None = None
    is_tested: bool = False
    p: float = math.nan
    p_equivalence: float = math.nan
    stagings: Mapping[str, str] = field(default_factory=dict)
    provenance: Provenance = NOT_ASKED

    @property
    def claim(self) -> Claim:
        """The claim of the question."""
        return self.question.claim

    @property
    def staging(self) -> str:
        """How the nights were staged, where any metric of the claim is measured from stages; empty where unknown."""
        if not self.stagings:
            return ""
        tags = [self.question.slopes.tag(metric, tag) for metric, tag in self.stagings.items() if tag != NOT_STAGED]
        return NOT_STAGED if not tags else next((tag for tag in tags if tag != PROPAGATED), PROPAGATED)


def examine(claim: Claim, study: Study, nights: StudyNights, calibrations: Sequence[Calibration] = ()) -> Case:
    """Put a claim to the nights of a study.

    Parameters
    ----------
    claim : Claim
        With what it leaves to its study filled in.
    study : Study
    nights : StudyNights
    calibrations : sequence of Calibration
        One of them is of the nights' own stager.
    """
    question = Question(claim, study, nights)
    stagings: dict[str, str] = {}
    provenance = NOT_ASKED
    try:
        _require_testable(question)
        provenance = provenance_of(nights, study)
        stagings = {part.metric: staging_of(part.metric, provenance) for part in claim.components}
        slopes = slopes_of(provenance, nights, calibrations)
        if slopes.calibration is not None:
            provenance = provenance.by_program()
            stagings = {part.metric: staging_of(part.metric, provenance) for part in claim.components}
        question = dataclasses.replace(question, slopes=slopes)
        if any(part.metric in CATALOGUE for part in claim.components):
            require_alike_arms(nights, question.arms())
            require_whole_nights_alike(nights, question.arms())
        evidence = KINDS[claim.kind](question)
        if evidence.is_audited:
            stagings[claim.metric] = AUDITED
    except NoValuesError as error:
        return Case(question, None, error.reason, True, 1.0, 1.0, stagings, provenance)
    except NotTestableError as error:
        return Case(question, None, error.reason, stagings=stagings, provenance=provenance)
    return Case(question, evidence, None, not evidence.cap, evidence.p, evidence.p_equivalence, stagings, provenance)


def decide(case: Case, p: float, p_equivalence: float) -> Decision:
    """Decide by p-values that are adjusted for the other claims; NaN is 1.

    The design, the device and the error of the stager may hold the decision back.
    """
    evidence, study = case.evidence, case.question.study
    if evidence is None:
        assert case.lacking is not None
        return Decision("not testable", (case.lacking,))
    decision = evidence.decide(1.0 if math.isnan(p) else p, 1.0 if math.isnan(p_equivalence) else p_equivalence)
    if cap := evidence.cap or case.question.cap:
        reason = Reason(CAP_OF_KIND[cap]) if cap in CAP_OF_KIND else Reason("capped-by-design", {"cap": cap})
        reasons = (*decision.reasons, reason)
        if study.randomised is None and case.claim.design != "pre-post":
            reasons = (*reasons, Reason("lot-not-declared"))
        elif not study.randomised and evidence.cap:
            reasons = (*reasons, Reason("no-lot"))
        elif study.randomised and case.claim.design != "pre-post" and case.question.cap:
            reasons = (*reasons, Reason("lot-contradicted"))
        return Decision("inconclusive", reasons, "", decision.benefit_excluded, cap=cap, held_back=True)
    if case.claim.design == "n-of-1" and (ahead := unfinished(case.question.nights, study.schedule)) is not None:
        return _held_back(decision, ahead)
    for metric, staging in case.stagings.items():
        own = case.question.slopes.calibrates(metric)
        if not own and (unmeasured := unmeasurable(metric, staging, case.provenance)) is not None:
            return _held_back(decision, unmeasured)
    if study.psychoactive and decision.outcome != "inconclusive" and {*BY_MACHINE} & {*case.stagings.values()}:
        flips = _flips(case, decision)
        enough = all if is_undone_by_any(decision.outcome, case.claim.kind) else any
        if not flips or not enough(flip.needed > flip.plausible for flip in flips):
            is_known = UNKNOWN not in case.stagings.values()
            return _held_back(decision, *decision.reasons, undone_by_stager(flips if is_known else []))
    return decision


def flipping_bias(case: Case, decision: Decision) -> float:
    """Give the bias of the scoring that would flip the decision, of the effect that needs the least of its errors.

    NaN where it is not known who scored the nights: it would be a bias of nobody knows what.
    """
    if UNKNOWN in case.stagings.values():
        return math.nan
    flips = [(flip.needed / (flip.weighed.effect.standard_error or math.inf), flip.needed)
             for flip in _flips(case, decision)]  # fmt: skip
    least = min if is_undone_by_any(decision.outcome, case.claim.kind) else max
    return least(flips, default=(math.nan, math.nan))[1]


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
    tested = [i for i, case in enumerate(cases) if case.is_tested]
    p = adjusted([cases[i].p for i in tested] + [1.0] * unseen[0], multiplicity)
    p_equivalence = adjusted([cases[i].p_equivalence for i in tested] + [1.0] * unseen[1], multiplicity)
    pairs = [(case.p, case.p_equivalence) for case in cases]
    for i, *pair in zip(tested, p, p_equivalence, strict=False):
        pairs[i] = (pair[0], pair[1])
    return pairs


def at_this_look(study: Study) -> Study:
    """Give a study of one person the share of its alpha that one of its planned looks may use."""
    looks = study.schedule.looks if study.schedule is not None else ()
    return dataclasses.replace(study, alpha=study.alpha / len(looks)) if len(looks) > 1 else study


def proven(case: Case) -> Case:
    """Take a claim out whose order of treatments chance did not draw, as far as can be seen."""
    claim, nights = case.claim, case.question.nights
    if claim.design != "n-of-1" or case.evidence is None:
        return case
    reason = unproven(nights, case.question.study.schedule, claim.treatment, claim.control)
    return case if reason is None else Case(case.question, None, reason, stagings=case.stagings)


# ------------------------------------------------------------------------------------------------------------- helpers
def _require_testable(question: Question) -> None:
    """Refuse a claim that no nights of the study can test.

    Raises
    ------
    NotTestableError
    """
    claim, study = question.claim, question.study
    if claim.not_testable:
        raise NotTestableError("declared-not-testable", why=claim.not_testable)
    if claim.population and claim.population != study.population:
        raise NotTestableError("other-population", claimed=claim.population, studied=study.population)
    if claim.design == "single-arm":
        raise NotTestableError("no-control", **_against_norms(claim.metric, question.nights))


def _held_back(decision: Decision, *reasons: Reason) -> Decision:
    return dataclasses.replace(decision, outcome="inconclusive", reasons=reasons, size="", held_back=True)


def _flips(case: Case, decision: Decision) -> list[Flip]:
    weighed = () if case.evidence is None else case.evidence.weighed
    study = case.question.study
    slopes = case.question.slopes
    return flips_of(decision.outcome, case.claim.kind, weighed, case.stagings, study, case.provenance, slopes)


def _against_norms(metric: str, nights: StudyNights) -> dict[str, object]:
    """Describe a single arm beside what is usual; it cannot be judged."""
    if metric not in nights.columns:
        return {}
    values = nights.numbers(metric)
    own = [values[(nights.subject == s) & np.isfinite(values)] for s in range(len(nights.subjects))]
    means = np.array([of.mean() for of in own if of.size])
    if not means.size:
        return {}
    ages = nights.numbers("age") if "age" in nights.columns else np.array([])
    norms = reference_values(metric, age=float(np.nanmean(ages))) if np.isfinite(ages).any() else ()
    return {"metric": metric, "n": means.size, "mean": float(means.mean()), "norms": tuple(norms)}
