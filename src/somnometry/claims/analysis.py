"""`Question`: a claim put to a study and its nights, and what these lack for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..core.claim import Claim, Component
from ..core.errors import ClaimError
from ..core.study import Study
from .data.outcome import outcome_values
from .data.sample import NotTestableError, NoValuesError, Sample, definition_of, without_chance
from .data.study_nights import StudyNights
from .designs.crossover import fit_two_by_two, is_two_by_two
from .designs.effect import Effect
from .designs.mixed_model import fit_crossover, fit_parallel_nights, fit_pre_post_nights
from .designs.model import ArmModel
from .designs.n_of_1 import NOf1, fit_n_of_1
from .designs.parallel import baseline_means, fit_ancova, fit_welch
from .designs.pre_post import fit_paired

__all__ = ["Fitted", "Question", "label_of", "require_residual_variance", "resolved"]

CHANGE, DIFFERENCE = "change observed", "difference observed"


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A metric as it was analysed: the sample, its model, and the effect of treatment against control.

    Parameters
    ----------
    sample : Sample
    model : ArmModel or NOf1
    effect : Effect
        As measured, not oriented.
    baseline : array of float64, shape (n_subjects,), optional
        Baseline of each subject, of a parallel study that has one.

    Raises
    ------
    NoValuesError
        Where the effect has no error, so that nothing can be told of chance.
    """

    sample: Sample
    model: ArmModel | NOf1
    effect: Effect
    baseline: np.ndarray | None = None

    def __post_init__(self) -> None:
        require_residual_variance(self.effect, self.sample)

    @property
    def arm_model(self) -> ArmModel:
        """The model, where it has arms to contrast.

        Raises
        ------
        NotTestableError
            Of one person's study.
        """
        if isinstance(self.model, NOf1):
            raise NotTestableError("one person's study answers only whether the treatment differs from the control")
        return self.model


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A claim, put to the nights of a study.

    Parameters
    ----------
    claim : Claim
        With design, treatment and control filled in.
    study : Study
    nights : StudyNights
    """

    claim: Claim
    study: Study
    nights: StudyNights

    @property
    def cap(self) -> str:
        """What the design allows to be said at most; empty where it limits nothing."""
        if self.claim.design == "pre-post" or (self.claim.design == "n-of-1" and not self.study.randomised):
            return CHANGE
        return "" if self.study.randomised else DIFFERENCE

    def arms(self) -> tuple[str, ...]:
        """Conditions that the model holds, the control first."""
        claim, study = self.claim, self.study
        named = [claim.control, claim.treatment, *claim.arms, *study.arms]
        if claim.kind == "dose-response":
            named += claim.arms or tuple(study.doses)
        return tuple(dict.fromkeys(arm for arm in named if arm is not None and arm != study.baseline))

    def fit(self, metric: str | None = None, *, kind_of: Claim | None = None) -> Fitted:
        """Analyse a metric, the claim's own by default, in the way of the design.

        Raises
        ------
        NotTestableError
            Where the table lacks what it takes.
        """
        claim = kind_of or self.claim
        metric = metric or claim.metric
        if claim.design == "parallel":
            return self._parallel(claim, metric, self._arms_there())
        sample = self.sample(metric, kind_of=claim)
        if claim.design == "n-of-1":
            return self._n_of_1(sample)
        model = _repeated_model(sample, claim.design)
        return Fitted(sample, model, model.contrast(self._treatment(sample.arms)))

    def sample(self, metric: str | None = None, *, kind_of: Claim | None = None) -> Sample:
        """Give the values of a metric, the claim's own by default, in the arms of the claim.

        Raises
        ------
        NotTestableError
            Where the table lacks what it takes.
        """
        claim = kind_of or self.claim
        sample = self._draw(claim, metric or claim.metric, self._arms_there())
        _require_arms(sample)
        return sample

    def _arms_there(self) -> tuple[str, ...]:
        arms = self.arms()
        absent = [arm for arm in arms if arm not in self.nights.conditions]
        if absent:
            there = ", ".join(map(repr, self.nights.conditions))
            raise NotTestableError(f"no night has the condition {absent[0]!r}; the table has {there or 'no night'}")
        return arms

    def _draw(self, claim: Claim, metric: str, arms: tuple[str, ...]) -> Sample:
        sample = outcome_values(claim, metric, self.nights, arms)
        return dataclasses.replace(sample, label=label_of(metric, self.study))

    def _treatment(self, arms: Sequence[str]) -> dict[str, float]:
        """Treatment against control; of claims without one, the second arm against the first."""
        treatment = self.claim.treatment or arms[1]
        return {treatment: 1.0, (self.claim.control or arms[0]): -1.0}

    def _parallel(self, claim: Claim, metric: str, arms: tuple[str, ...]) -> Fitted:
        with_baseline = arms if self.study.baseline is None else (*arms, self.study.baseline)
        drawn = self._draw(claim, metric, with_baseline)
        baseline = None
        if self.study.baseline is not None:
            baseline = baseline_means(drawn, len(arms))
            if not np.isfinite(baseline).any():
                raise NotTestableError(f"no night has the condition {self.study.baseline!r}, the declared baseline")
        sample = dataclasses.replace(drawn.subset(drawn.arm < len(arms)), arms=arms)
        _require_arms(sample)
        if (several := np.bincount(np.unique(np.stack([sample.subject, sample.arm]), axis=1)[0]) > 1).any():
            who = sample.subjects[int(np.flatnonzero(several)[0])]
            raise ClaimError(
                f"subject {who!r} is in two arms; in a parallel study a subject is in one: is it a crossover?"
            )
        model: ArmModel
        if len(sample) > sample.n_subjects:
            model = fit_parallel_nights(sample, baseline)
        else:
            model = fit_welch(sample) if baseline is None else fit_ancova(sample, baseline)
        return Fitted(sample, model, model.contrast(self._treatment(arms)), baseline)

    def _n_of_1(self, sample: Sample) -> Fitted:
        if sample.n_subjects != 1:
            raise NotTestableError(
                f"a study of one person has nights of {sample.n_subjects}; judge each alone, or declare a crossover"
            )
        if len(sample.arms) != 2:
            raise NotTestableError("one person's study compares one treatment with one control")
        if self.study.schedule is None:
            raise NotTestableError(
                "the study declares no schedule: how the order of treatments was drawn decides what chance can do"
            )
        order, planned = self._time(sample)
        model = fit_n_of_1(sample, order, self.study.schedule, planned=planned)
        return Fitted(sample, model, model.effect)

    def _time(self, sample: Sample) -> tuple[np.ndarray, np.ndarray]:
        """The randomised period, in time, of each value; and of each, with or without a value, whether it is treated.

        A period whose row has no value was drawn all the same: without it the order would be none of the schedule.
        """
        nights = self.nights
        place = np.array([sample.arms.index(label) if label in sample.arms else -1 for label in nights.conditions])
        used = place[nights.condition] >= 0
        arm = place[nights.condition][used]
        if (sample.period >= 0).all():
            time, found = nights.period, sample.period
        elif "night" not in nights.columns:
            raise NotTestableError(
                "one person's study needs the column 'period' or 'night', so that its order is known"
            )
        elif not sample.by_night:
            raise NotTestableError("one person's study needs the column 'period', so that its order is known")
        else:
            time = np.unique(nights.numbers("night"), return_inverse=True)[1]
            of_night = dict(zip(zip(arm, nights.night[used], strict=True), time[used], strict=True))
            found = np.array([of_night[key] for key in zip(sample.arm, sample.night, strict=True)])
        periods, at = np.unique(time[used], return_inverse=True)
        planned = np.zeros(periods.size, bool)
        planned[at] = arm == 1
        if (planned[at] != (arm == 1)).any():
            raise ClaimError("a period of the n-of-1 study holds both conditions; a period is what was drawn as one")
        return np.searchsorted(periods, found), planned


def require_residual_variance(effect: Effect, sample: Sample) -> None:
    """Refuse an effect without an error: the values are all the same, or are copies of one another.

    Raises
    ------
    NoValuesError
        Where the standard error is 0.
    """
    if effect.standard_error <= 1e-10 * float(np.abs(sample.y).max()):
        raise NoValuesError(without_chance(sample))


def label_of(metric: str, study: Study) -> str:
    """What to call a metric: as its definition does, or as the study describes a column of its own."""
    known = definition_of(metric)
    return known.label if known else study.columns.get(metric, metric)


def resolved(claim: Claim, study: Study) -> Claim:
    """Fill in what a claim leaves to its study.

    Raises
    ------
    ClaimError
        Where neither says the design, the treatment or the control, the study has no dose of an arm, or its baseline is
        an arm.
    """
    made = dataclasses.replace(
        claim,
        design=claim.design or study.design,
        treatment=claim.treatment or study.treatment,
        control=claim.control or study.control,
    )
    if made.not_testable:
        return made
    if made.design is None:
        raise ClaimError(f"claim {claim.name!r}: neither the claim nor the study declares a design")
    if claim.kind == "dose-response" and (unknown := [arm for arm in claim.arms if arm not in study.doses]):
        raise ClaimError(f"claim {claim.name!r}: the study declares no dose of {unknown[0]!r} among its doses")
    if study.baseline is not None and study.baseline in (made.treatment, made.control, *made.arms):
        raise ClaimError(
            f"claim {claim.name!r}: the baseline {study.baseline!r} comes before treatment and control, and is neither"
        )
    if claim.kind == "difference":
        return dataclasses.replace(made, treatment=claim.treatment, control=claim.control)
    if made.design != "single-arm":
        for name in ("treatment", "control") if claim.kind != "dose-response" else ("control",):
            if getattr(made, name) is None:
                raise ClaimError(f"claim {claim.name!r}: neither the claim nor the study names the {name}")
    return made


def _repeated_model(sample: Sample, design: str | None) -> ArmModel:
    cells = np.unique(sample.subject * len(sample.arms) + sample.arm)
    if (np.bincount(cells // len(sample.arms)) > 1).sum() < 2:
        raise NoValuesError("fewer than two subjects have a value under two conditions")
    if design == "pre-post":
        if len(sample.arms) == 2 and cells.size == len(sample):
            return fit_paired(sample)
        return fit_pre_post_nights(sample)
    if (sample.period < 0).any():
        raise NotTestableError(
            "the table has no column 'period': a crossover cannot be analysed without the order of treatments"
        )
    return fit_two_by_two(sample) if is_two_by_two(sample) else fit_crossover(sample)


def _require_arms(sample: Sample) -> None:
    for a, label in enumerate(sample.arms):
        if a not in sample.arm:
            raise NoValuesError(f"{sample.label} has no value in any night of {label!r}")


def component_claim(claim: Claim, part: Claim | Component) -> Claim:
    """Give the claim of superiority that a part of a conjunction makes."""
    return dataclasses.replace(
        claim, metric=part.metric, direction=part.direction, smallest_effect=part.smallest_effect, kind="superiority",
        also=(), secondary=(),
    )  # fmt: skip
