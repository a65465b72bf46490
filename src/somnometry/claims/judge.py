"""`judge` and `judge_all`: claims and a table of nights -> verdicts."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ..core.claim import Claim
from ..core.errors import ClaimError
from ..core.study import Study
from ..core.verdict import Exclusion, Secondary, Verdict
from ..metrics.reference_values import reference_values
from .decisions import Decision
from .effects import two_sided
from .kinds import KINDS, Finding
from .multiplicity import adjusted, benjamini_hochberg
from .n_of_1 import NOf1
from .question import Question, label_of, resolved
from .required import n_to_decide
from .sample import NotTestableError, NoValuesError, definition_of
from .sensitivity import residual_remarks, sensitivity_analyses
from .stager import AUTOMATIC, NOT_STAGED, b_star, plausible_bias, staging_of, staging_warnings, unmeasurable
from .trial import Trial

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
    trial = Trial.of(nights, study)
    cases = [_Case(resolved(claim, study), study, trial) for claim in study.claims]
    tested = [case for case in cases if case.is_tested]
    p = adjusted([case.p for case in tested], study.multiplicity)
    p_eq = adjusted([case.p_eq for case in tested], study.multiplicity)
    for case, value, equal in zip(tested, p, p_eq, strict=True):
        case.p, case.p_eq = value, equal
    verdicts = [case.verdict(sensitivity) for case in cases]
    return _with_adjusted_secondary(verdicts)


class _Case:
    """One claim on its way to a verdict."""

    def __init__(self, claim: Claim, study: Study, trial: Trial) -> None:
        self.claim, self.study, self.trial = claim, study, trial
        self.question = Question(claim, study, trial)
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
            raise NotTestableError(_against_norms(self.claim.metric, self.trial))
        metrics = [part.metric for part in self.claim.components]
        self.stagings = {metric: staging_of(metric, self.trial, self.study) for metric in metrics}
        self.staging = next((tag for tag in self.stagings.values() if tag != NOT_STAGED), NOT_STAGED)
        self.finding = KINDS[self.claim.kind](self.question)
        self.p, self.p_eq = self.finding.p, self.finding.p_equivalence
        self.is_tested = not self.finding.cap

    # --------------------------------------------------------------------------------------------------- the verdict
    def verdict(self, sensitivity: bool) -> Verdict:
        known = definition_of(self.claim.metric)
        shared: dict[str, Any] = {
            "claim": self.claim,
            "label": label_of(self.claim.metric, self.study),
            "unit": known.unit if known else "",
            "declared": "registered" if self.study.is_registered else "declared after data",
            "alpha": self.study.alpha,
            "staging": self.staging or "unknown",
        }
        if self.finding is None:
            return Verdict(outcome="not testable", reason=self.lacking, exclusions=self.trial.exclusions, **shared)
        finding = self.finding
        p, p_eq = (1.0 if math.isnan(self.p) else self.p), (1.0 if math.isnan(self.p_eq) else self.p_eq)
        decision, cap, held = self._limited(finding.decide(p, p_eq), finding)
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
            b_star=self._b_star(decision, finding),
            plausible_bias=self._plausible_bias(self.claim.metric, sample.scale)
            if self.staging == AUTOMATIC
            else math.nan,
            n_to_decide=None if held else self._n_to_decide(decision, finding),
            cap=cap,
            method=finding.method,
            warnings=self._warnings(finding, decision),
            **shared,
        )

    def _limited(self, decision: Decision, finding: Finding) -> tuple[Decision, str, bool]:
        """Hold a decision back where the design, the device or the stager does not carry it; the cap; whether held."""
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
            if not flips or not enough(flip > plausible for flip, plausible in flips):
                flip, plausible = min(flips, key=lambda pair: pair[0] - pair[1], default=(math.nan, math.nan))
                known = "of a size that no validation tells" if math.isnan(plausible) else f"of {plausible:.3g}"
                enough_is = "" if math.isnan(flip) else f" ({flip:.3g} is enough)"
                reason = (
                    f"{decision.reason}; but the treatment may change the EEG itself, and a differential bias {known} "
                    f"of the automatic stager, which is plausible, would undo it{enough_is}: score a sample by hand, "
                    "blind"
                )
                return dataclasses.replace(decision, outcome="inconclusive", reason=reason, size=""), "", True
        return decision, "", False

    def _rests_on_all(self, decision: Decision) -> bool:
        """Whether bias in any one of the effects would flip the decision; else it takes bias in all of them."""
        return decision.outcome == "equivalent" or (decision.outcome == "supported" and self.claim.kind != "difference")

    def _flips(self, decision: Decision, finding: Finding) -> list[tuple[float, float]]:
        """Give the bias that would flip the decision beside the one that is plausible, of each effect it rests on."""
        return [
            (b_star(decision.outcome, part, self.claim.kind), self._plausible_bias(part.metric, part.scale))
            for part in finding.weighed
        ]

    def _b_star(self, decision: Decision, finding: Finding) -> float:
        """Give the bias that would flip the decision, of the effect that needs the least of its standard errors."""
        flips = [
            (flip / (part.effect.standard_error or math.inf), flip)
            for part, (flip, _) in zip(finding.weighed, self._flips(decision, finding), strict=True)
        ]
        return (min if self._rests_on_all(decision) else max)(flips, default=(math.nan, math.nan))[1]

    def _plausible_bias(self, metric: str, scale: str) -> float:
        """Give the plausible bias of a metric: 0 where no automatic stager measured it, NaN where none is known."""
        return plausible_bias(metric, scale, self.study) if self.stagings.get(metric) == AUTOMATIC else 0.0

    def _exclusions(self, finding: Finding) -> tuple[Exclusion, ...]:
        fitted = finding.fitted
        of_model = () if fitted is None or isinstance(fitted.model, NOf1) else fitted.model.exclusions
        return (*self.trial.exclusions, *finding.sample.exclusions, *of_model)

    def _side_effects(self, finding: Finding) -> tuple[Any, ...]:
        fitted = finding.fitted
        of_model = () if fitted is None or isinstance(fitted.model, NOf1) else fitted.model.side_effects
        return (*of_model, *finding.side_effects)

    def _secondary(self, metric: str) -> Secondary:
        known = definition_of(metric)
        label, unit = label_of(metric, self.study), known.unit if known else ""
        claim = dataclasses.replace(self.claim, kind="superiority", also=(), mediator=None, secondary=(), horizon=None)
        try:
            fitted = self.question.fit(metric, kind_of=claim)
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
        said = [*self.trial.warnings, *finding.sample.warnings, *finding.sample.notes]
        said += staging_warnings(self.claim.metric, self.staging, self.study)
        if finding.fitted is not None and not isinstance(finding.fitted.model, NOf1):
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
