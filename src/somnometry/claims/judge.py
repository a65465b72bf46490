"""`judge` and `judge_all`: claims and a table of nights -> verdicts."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence
from typing import Any

from ..core.claim import Claim
from ..core.errors import ClaimError
from ..core.study import Study
from ..core.verdict import Exclusion, Secondary, Verdict
from .analysis import label_of, resolved
from .case import Case, adjusted_pairs
from .data.estimand import Estimand
from .data.sample import NotTestableError, definition_of
from .data.study_nights import StudyNights
from .designs.effect import two_sided
from .kinds.decision import Decision
from .kinds.evidence import Finding
from .multiplicity import benjamini_hochberg
from .quantities import quantities_of
from .sample_size import n_to_decide
from .sensitivity import residual_remarks, sensitivity_analyses
from .staging_error import AUTOMATIC, staging_warnings

__all__ = ["judge", "judge_all"]

#: Kinds whose sensitivity analyses, and number of subjects that would decide, are those of a contrast of two arms.
CONTRASTS = ("superiority", "consistency", "non-inferiority", "equivalence")


def judge(claim: Claim, nights: Any, study: Study | None = None, *, sensitivity: bool = True) -> Verdict:
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
    >>> verdict = judge(claim, nights)
    >>> verdict.outcome, round(verdict.estimate, 2), verdict.size
    ('supported', 6.67, 'at least D')
    """
    alone = dataclasses.replace(study or Study(), claims=(claim,))
    return judge_all(alone, nights, sensitivity=sensitivity)[0]


def judge_all(study: Study, nights: Any, *, sensitivity: bool = True) -> tuple[Verdict, ...]:
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

    Returns
    -------
    tuple of Verdict
        In the order of the claims.

    Raises
    ------
    ClaimError
        Where the study or the table contradicts itself.
    """
    if not study.claims:
        raise ClaimError("the study makes no claim; give it claims, or judge one claim with `judge`")
    checked = StudyNights.of(nights, study)
    cases = [_Case(resolved(claim, study), study, checked) for claim in study.claims]
    for case, (p, p_eq) in zip(cases, adjusted_pairs(cases, study.multiplicity), strict=True):
        case.p, case.p_eq = p, p_eq
    verdicts = [case.verdict(sensitivity) for case in cases]
    return _with_adjusted_secondary(verdicts)


class _Case(Case):
    """One claim on its way to a verdict."""

    def verdict(self, sensitivity: bool) -> Verdict:
        known = definition_of(self.claim.metric)
        shared: dict[str, Any] = {
            "claim": self.claim,
            "label": label_of(self.claim.metric, self.study),
            "unit": known.unit if known else "",
            "declared": "registered" if self.study.is_registered else "declared after data",
            "alpha": self.study.alpha,
            "staging": self.staging or "unknown",
            "quantities": quantities_of(self.claim, self.study),
            "n_subjects_given": len(self.nights.subjects) + sum(left.n_subjects for left in self.nights.exclusions),
            "n_nights_given": len(self.nights) + sum(left.n_nights for left in self.nights.exclusions),
        }
        if self.finding is None:
            return Verdict(outcome="not testable", reason=self.lacking, exclusions=self.nights.exclusions, **shared)
        finding = self.finding
        decision, cap, held = self.decision(self.p, self.p_eq)
        sample = finding.sample
        return Verdict(
            outcome=decision.outcome,
            reason=decision.reason,
            scale=sample.scale,
            estimate=finding.estimate,
            interval90=finding.interval90,
            interval95=finding.interval95,
            standard_error=finding.effect.standard_error if finding.effect else math.nan,
            df=finding.effect.df if finding.effect else math.nan,
            size=decision.size,
            benefit_excluded=decision.benefit_excluded,
            standardised=finding.estimate / self.claim.sd
            if self.claim.sd and sample.scale == "difference"
            else math.nan,
            p=finding.p,
            p_adjusted=self.p,
            p_equivalence=finding.p_equivalence,
            p_equivalence_adjusted=self.p_eq,
            n_subjects=sample.n_subjects,
            n_nights=int(sample.n_nights.sum()),
            arms=sample.arms_table(),
            exclusions=self._exclusions(finding),
            side_effects=self._side_effects(finding),
            secondary=tuple(self._secondary(metric) for metric in self.claim.secondary),
            sensitivity=self._sensitivity(finding) if sensitivity else (),
            pairs=finding.parts,
            b_star=self.b_star(decision),
            plausible_bias=self.plausible_bias(self.claim.metric, sample.scale)
            if self.staging == AUTOMATIC
            else math.nan,
            n_to_decide=None if held else self._n_to_decide(decision, finding),
            cap=cap,
            method=finding.method,
            warnings=self._warnings(finding, decision),
            **shared,
        )

    def _exclusions(self, finding: Finding) -> tuple[Exclusion, ...]:
        fitted = finding.fitted
        of_model = () if fitted is None else fitted.model.exclusions
        return (*self.nights.exclusions, *finding.sample.exclusions, *of_model, *finding.exclusions)

    def _side_effects(self, finding: Finding) -> tuple[Any, ...]:
        fitted = finding.fitted
        of_model = () if fitted is None else fitted.model.side_effects
        return (*of_model, *finding.side_effects)

    def _secondary(self, metric: str) -> Secondary:
        known = definition_of(metric)
        label, unit = label_of(metric, self.study), known.unit if known else ""
        try:
            fitted = self.question.fit(Estimand(metric))
        except NotTestableError as reason:
            return Secondary(metric, label, unit, reason=str(reason))
        ratio = fitted.sample.scale == "ratio"
        low, high = fitted.effect.interval(0.95)
        estimate = fitted.effect.estimate
        if ratio:
            estimate, low, high = math.exp(estimate), math.exp(low), math.exp(high)
        return Secondary(metric, label, "ratio" if ratio else unit, estimate, (low, high), two_sided(fitted.effect))

    def _sensitivity(self, finding: Finding) -> tuple[Any, ...]:
        if finding.fitted is None or self.claim.kind not in CONTRASTS:
            return ()
        return sensitivity_analyses(self.question, finding.fitted)

    def _n_to_decide(self, decision: Decision, finding: Finding) -> int | None:
        """Subjects that would decide, where more of them could."""
        if decision.outcome != "inconclusive" or decision.benefit_excluded or finding.margin is None:
            return None
        if finding.effect is None or self.claim.kind not in CONTRASTS or decision.out_of_reach:
            return None
        n = n_to_decide(
            finding.effect.standard_error, finding.effect.df, finding.sample.n_subjects, finding.margin,
            self.study.alpha, self.claim.kind,
        )  # fmt: skip
        return n if n is not None and n > finding.sample.n_subjects else None

    def _warnings(self, finding: Finding, decision: Decision) -> tuple[str, ...]:
        said = [*self.nights.warnings, *finding.sample.warnings, *finding.sample.notes]
        said += staging_warnings(self.claim.metric, self.staging, self.study)
        if finding.fitted is not None:
            said += residual_remarks(finding.fitted.model.residuals, finding.sample)
        if self.claim.smallest_effect is None:
            said.append("no smallest effect of interest was declared, so that no absence of an effect can be shown")
        elif not self.claim.source:
            said.append("the smallest effect of interest has no source")
        if self.study.blinded_scoring is False:
            said.append("the scorer knew the condition")
        if self.claim.design == "crossover" and self.study.washout_nights == 0:
            said.append("no nights of washout: what a treatment leaves behind is in the next period")
        if decision.outcome == "supported" and finding.sample.n_subjects < 12:
            said.append(
                f"{finding.sample.n_subjects} subjects: effects that reach significance in few are often too large"
            )
        return tuple(dict.fromkeys(said))


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
