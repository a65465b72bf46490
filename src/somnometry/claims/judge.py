"""`judge` and `judge_all`: claims and a table of nights -> verdicts."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..calibration.calibration import Calibration
from ..calibration.shipped import CalibrationGiven, calibrations_given
from ..catalogue import CATALOGUE
from ..core.claim import Claim
from ..core.errors import ClaimError
from ..core.reason import Reason
from ..core.study import Study
from ..core.verdict import Exclusion, Interval, Quantity, Secondary, Sensitivity, SideEffect, Verdict
from .analysis import Question
from .arm_losses import losses_of
from .as_declared import label_of, resolved
from .case import Case, adjusted_pairs, at_this_look, decide, examine, flipping_bias, proven
from .data.estimand import Estimand
from .data.near_copies import with_near_copies
from .data.provenance import UNKNOWN
from .data.sample import NotTestableError
from .data.soundness import require_known_names, require_sound
from .data.study_nights import StudyNights
from .designs.allocated import allocation_warnings
from .designs.carry_over import carry_over_reaching
from .designs.effect import two_sided
from .designs.human_effect import HumanEffect
from .designs.second_answer import troubles_of
from .designs.taken_order import order_warnings
from .doubts import doubts_of
from .kinds.decision import Decision
from .kinds.evidence import Evidence, back_transformed
from .multiplicity import benjamini_hochberg
from .sample_size import n_to_decide
from .sensitivity import ALTERNATIVES, residual_warnings, sensitivity_analyses
from .staging_error import BY_MACHINE, NOT_STAGED, bias_declared, plausible_bias, staging_warnings

__all__ = ["judge", "judge_all", "judge_nights"]

#: Kinds whose sensitivity analyses, and number of subjects that would decide, are those of a contrast of two arms.
CONTRASTS = ("superiority", "consistency", "non-inferiority", "equivalence")
UNKNOWN_INTERVAL: Interval = (math.nan, math.nan)
#: Below so many subjects a supported effect is often too large.
FEW_SUBJECTS = 12


def judge(
    claim: Claim,
    nights: Any,
    study: Study | None = None,
    *,
    sensitivity: bool = True,
    calibration: CalibrationGiven | Sequence[CalibrationGiven] = (),
) -> Verdict:
    """Judge one claim on a table of nights.

    Parameters
    ----------
    claim : Claim
    nights : DataFrame, mapping of columns, or rows
        One row per night: ``subject``, ``condition``, ``period``, ``night`` and the columns of the metrics.
    study : Study, optional
        What was declared of the study; its claims are not judged here.
    sensitivity : bool
        Whether to answer the question in other ways too.
    calibration : Calibration, str, path-like, or sequence of them
        Of the stager of the nights, or several of which one is: then the verdict is on what people would have scored.
        A file of `calibrate`, or the name of one that comes with the package ("bitbrain-psg", "bitbrain-headband").

    Returns
    -------
    Verdict

    Raises
    ------
    ClaimError
        Where the claim, the study or the table contradicts itself; what a sound table merely lacks makes the verdict
        "not testable".

    Examples
    --------
    >>> nights = [
    ...     {"subject": s, "condition": ("placebo", "active")[(p + s) % 2], "period": p + 1, "rem_percent": value}
    ...     for s, pair in enumerate([(18, 25), (22, 17), (20, 26), (27, 19), (17, 25), (24, 18)])
    ...     for p, value in enumerate(pair)
    ... ]
    >>> claim = Claim("rem_percent", "increases", smallest_effect=3.0, design="crossover", treatment="active",
    ...               control="placebo")
    >>> verdict = judge(claim, nights, Study(staging="human", randomised=True))
    >>> verdict.outcome, round(verdict.estimate, 2), verdict.size
    ('supported', 6.67, 'at least D')
    """
    alone = dataclasses.replace(study or Study(), claims=(claim,))
    return judge_all(alone, nights, sensitivity=sensitivity, calibration=calibration)[0]


def judge_all(
    study: Study,
    nights: Any,
    *,
    sensitivity: bool = True,
    calibration: CalibrationGiven | Sequence[CalibrationGiven] = (),
) -> tuple[Verdict, ...]:
    """Judge all claims of a study, their number taken into account.

    The p-values of the claims that the study can test are adjusted as it declares, separately for effects and for
    their absence; those of secondary metrics by Benjamini and Hochberg. How many claims are tested is known from the
    design and the columns of the table alone.

    Parameters
    ----------
    study : Study
    nights : DataFrame, mapping of columns, or rows
    sensitivity : bool
        Whether to answer every question in other ways too.
    calibration : Calibration, str, path-like, or sequence of them
        As for `judge`.

    Returns
    -------
    tuple of Verdict
        In the order of the claims.

    Raises
    ------
    ClaimError
        Where the study or the table contradicts itself, or calibrations are given and none is of the nights' stager.
    """
    if not study.claims:
        raise ClaimError("the study makes no claim", remedy="give it claims, or judge one claim with `judge`")
    require_known_names(study)
    require_sound(checked := StudyNights.of(nights, study), _metrics(study), study.units)
    given, checked = calibrations_given(calibration), with_near_copies(checked)
    return judge_nights(study, checked, sensitivity=sensitivity, calibrations=given)


def judge_nights(
    study: Study, checked: StudyNights, *, sensitivity: bool = True, calibrations: Sequence[Calibration] = ()
) -> tuple[Verdict, ...]:
    """Judge all claims of a study on nights whose values are taken as they are.

    `judge_all` checks them first; simulated studies of normal distributions have values that no night has.
    """
    study = at_this_look(study)
    cases = [proven(examine(resolved(claim, study), study, checked, calibrations)) for claim in study.claims]
    pairs = adjusted_pairs(cases, study.multiplicity)
    verdicts = [_verdict(case, *pair, sensitivity=sensitivity) for case, pair in zip(cases, pairs, strict=True)]
    return _with_adjusted_secondary(verdicts)


def _metrics(study: Study) -> Iterator[str]:
    """Give every metric that verdicts of a study print numbers of; counts are looked at per hour of sleep."""
    for claim in study.claims:
        if not claim.not_testable:
            yield from (name for part in claim.components for name in (part.metric, *ALTERNATIVES.get(part.metric, ())))
            yield from claim.secondary
            yield from (name for name in (claim.mediator, "tst") if name)


def _verdict(case: Case, p: float, p_equivalence: float, *, sensitivity: bool) -> Verdict:
    """Give the verdict on a case, by p-values that are adjusted for the other claims."""
    claim, study, nights = case.claim, case.question.study, case.question.nights
    decision = decide(case, p, p_equivalence)
    known = CATALOGUE.get(claim.metric)
    shared: dict[str, Any] = {
        "claim": claim,
        "outcome": decision.outcome,
        "reasons": decision.reasons,
        "label": label_of(claim.metric, study),
        "unit": known.unit if known else "",
        "declared": "registered" if study.is_registered else "declared after data",
        "alpha": study.alpha,
        "staging": case.staging or "unknown",
        "device": "" if case.staging in ("", NOT_STAGED) else case.provenance.device,
        "quantities": _quantities(claim, study),
        "n_subjects_given": len(nights.subjects) + sum(left.n_subjects for left in nights.exclusions),
        "n_nights_given": len(nights) + sum(left.n_nights for left in nights.exclusions),
    }
    evidence = case.evidence
    if evidence is None:
        return Verdict(exclusions=nights.exclusions, **shared)
    effect, sample = evidence.effect, evidence.sample
    exclusions, side_effects = _of_model(evidence)
    return Verdict(
        scale=sample.scale,
        estimate=evidence.estimate,
        interval90=evidence.interval90,
        interval95=evidence.interval95,
        human_estimate=_human_estimate(case, evidence),
        standard_error=effect.standard_error if effect else math.nan,
        df=effect.df if effect else math.nan,
        size=decision.size,
        benefit_excluded=decision.benefit_excluded,
        standardised=evidence.estimate / claim.sd if claim.sd and sample.scale == "difference" else math.nan,
        p=evidence.p,
        p_adjusted=p,
        p_equivalence=evidence.p_equivalence,
        p_equivalence_adjusted=p_equivalence,
        n_subjects=sample.n_subjects,
        n_nights=int(sample.n_nights.sum()),
        arms=sample.arms_table(),
        exclusions=(*nights.exclusions, *sample.exclusions, *exclusions, *evidence.exclusions),
        side_effects=(*side_effects, *evidence.side_effects),
        secondary=tuple(_secondary(case.question, metric) for metric in claim.secondary),
        sensitivity=_sensitivity(case.question, evidence) if sensitivity else (),
        pairs=evidence.parts,
        b_star=flipping_bias(case, decision),
        plausible_bias=_plausible_bias(case, sample.scale),
        n_to_decide=_n_to_decide(case.question, decision, evidence),
        cap=decision.cap,
        method=evidence.method,
        warnings=_warnings(case, decision, evidence),
        **shared,
    )


def _human_estimate(case: Case, evidence: Evidence) -> Interval:
    """Give the effect on what people would score, with the stager's slope at its high and at its low end."""
    fitted, slope = evidence.fitted, case.question.slope()
    if fitted is None or evidence.is_audited or not case.question.slopes.calibrates(case.claim.metric):
        return UNKNOWN_INTERVAL
    if slope is None or not slope.has_size:
        return UNKNOWN_INTERVAL
    least, most = HumanEffect(fitted.effect, slope).ends
    return (math.exp(least), math.exp(most)) if evidence.sample.scale == "ratio" else (least, most)


def _quantities(claim: Claim, study: Study) -> tuple[Quantity, ...]:
    """Give every metric on which a claim rests: its own, those of the conjunction, and the mediator."""
    if not claim.metric:
        return ()
    estimands = [Estimand.of(claim, part.metric) for part in claim.components]
    estimands += [Estimand(claim.mediator)] if claim.mediator else []
    quantities = []
    for estimand in estimands:
        known, label = CATALOGUE.get(estimand.metric), label_of(estimand.metric, study)
        quantities.append(Quantity(estimand.metric, label, known.unit if known else "", estimand.scale))
    return tuple(quantities)


def _of_model(evidence: Evidence) -> tuple[tuple[Exclusion, ...], tuple[SideEffect, ...]]:
    """Give what the model of the arms could not use, and the effects that it carries along."""
    if evidence.fitted is None:
        return (), ()
    return evidence.fitted.model.exclusions, evidence.fitted.model.side_effects


def _secondary(question: Question, metric: str) -> Secondary:
    known = CATALOGUE.get(metric)
    label, unit = label_of(metric, question.study), known.unit if known else ""
    try:
        fitted = question.fit(Estimand(metric))
    except NotTestableError as error:
        return Secondary(metric, label, unit, reason=error.reason)
    own = back_transformed(fitted.effect, fitted.sample)
    unit = "ratio" if fitted.sample.scale == "ratio" else unit
    return Secondary(metric, label, unit, own["estimate"], own["interval95"], two_sided(fitted.effect))


def _sensitivity(question: Question, evidence: Evidence) -> tuple[Sensitivity, ...]:
    if evidence.fitted is None or evidence.is_audited or question.claim.kind not in CONTRASTS:
        return ()
    return sensitivity_analyses(question, evidence.fitted)


def _plausible_bias(case: Case, scale: str) -> float:
    """Give the plausible bias of the claim's metric; 0 where other metrics of it alone were staged automatically."""
    metric = case.claim.metric
    if not {*BY_MACHINE} & {*case.stagings.values()} or UNKNOWN in case.stagings.values():
        return math.nan
    if case.stagings[metric] not in BY_MACHINE:
        return 0.0
    return plausible_bias(metric, scale, case.question.study, case.provenance, case.question.slopes)


def _n_to_decide(question: Question, decision: Decision, evidence: Evidence) -> int | None:
    """Subjects that would decide, where more of them could."""
    if decision.held_back or decision.outcome != "inconclusive" or decision.benefit_excluded or decision.out_of_reach:
        return None
    is_contrast = question.claim.kind in CONTRASTS and not evidence.is_audited
    if evidence.margin is None or evidence.fitted is None or not is_contrast:
        return None
    measured, slope = evidence.fitted.effect, question.slope()
    if slope is not None and not slope.has_size:
        return None  # no number of people tells how large an effect is that nobody has calibrated
    n = n_to_decide(
        measured.standard_error, measured.df, evidence.sample.n_subjects,
        evidence.margin * (1.0 if slope is None else min(slope.low, 1.0)),
        question.study.alpha, question.claim.kind,
    )  # fmt: skip
    return n if n is not None and n > evidence.sample.n_subjects else None


def _warnings(case: Case, decision: Decision, evidence: Evidence) -> tuple[Reason, ...]:
    claim, study, nights, sample = case.claim, case.question.study, case.question.nights, evidence.sample
    warnings = [*nights.warnings, *doubts_of(case.question), *sample.warnings]
    warnings += staging_warnings(claim.metric, case.staging, case.provenance)
    warnings += [evidence.audit.reason] if evidence.audit is not None else []
    warnings += [] if evidence.is_audited else _slope_warnings(case)
    warnings += bias_declared(claim.components, study, case.stagings) if study.psychoactive else []
    if evidence.fitted is not None:
        warnings += residual_warnings(evidence.fitted)
        warnings += troubles_of(evidence.effect or evidence.fitted.effect, evidence.margin, study.alpha)
    warnings += losses_of(case.question, evidence)
    if claim.smallest_effect is None or not claim.source:
        warnings.append(Reason("no-smallest-effect" if claim.smallest_effect is None else "no-source"))
    warnings += [Reason("unblinded-scorer")] if study.blinded_scoring is False else []
    warnings += [Reason("unblinded-sleepers")] if study.blinded is False else []
    if claim.design == "crossover" and evidence.fitted is not None:
        left = carry_over_reaching(evidence.fitted.model, evidence.margin, sample.scale, sample.unit)
        warnings += [left] if left is not None else []
    warnings += [Reason("no-washout")] if claim.design == "crossover" and study.washout_nights == 0 else []
    warnings += allocation_warnings(nights, study.allocation)
    warnings += order_warnings(nights, study.schedule) if claim.design == "n-of-1" else []
    if decision.outcome == "supported" and sample.n_subjects < FEW_SUBJECTS and claim.design != "n-of-1":
        warnings.append(Reason("few-subjects", {"n": sample.n_subjects}))
    return tuple(warning for i, warning in enumerate(warnings) if warning not in warnings[:i])


def _slope_warnings(case: Case) -> Iterator[Reason]:
    """Say of each metric of the claim what part of an effect its stager shows."""
    slopes = case.question.slopes
    if slopes.calibration is not None:
        yield from slopes.notes
    for part in case.claim.components:
        estimand = Estimand.of(case.claim, part.metric)
        reason = slopes.reason(estimand.metric, estimand.scale, summary=estimand.summary)
        if reason is not None:
            yield reason


def _with_adjusted_secondary(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Adjust the p-values of all secondary metrics of a study together."""
    places = [(i, j) for i, verdict in enumerate(verdicts) for j in range(len(verdict.secondary))]
    values = benjamini_hochberg([verdicts[i].secondary[j].p for i, j in places]) if places else []
    made = dict(zip(places, values, strict=True))
    return tuple(
        verdict.replace(secondary=_adjusted(verdict.secondary, [made[i, j] for j in range(len(verdict.secondary))]))
        if verdict.secondary
        else verdict
        for i, verdict in enumerate(verdicts)
    )


def _adjusted(secondary: Sequence[Secondary], values: Iterable[float]) -> tuple[Secondary, ...]:
    return tuple(dataclasses.replace(s, p_adjusted=p) for s, p in zip(secondary, values, strict=True))
