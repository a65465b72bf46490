"""`Question`: a claim put to a study and its nights, and what these lack for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..core.claim import Claim
from ..core.study import Study
from ..core.verdict import Cap
from .as_declared import cap_of, label_of
from .data.estimand import Estimand
from .data.outcome import outcome_values
from .data.sample import NotTestableError, NoValuesError, Sample
from .data.study_nights import StudyNights
from .designs.allocated import is_as_allocated
from .designs.ancova import baseline_means
from .designs.crossover import fit_crossover
from .designs.effect import Effect
from .designs.human_effect import Slope, as_people_score
from .designs.model import ArmModel, Weights
from .designs.n_of_1 import fit_n_of_1
from .designs.parallel import fit_parallel
from .designs.poisson_rates import fit_poisson_rates
from .designs.pre_post import fit_pre_post
from .designs.second_answer import cautious
from .shared_fits import contrasts_of
from .stager_slopes import BY_PEOPLE, StagerSlopes

__all__ = ["Fitted", "Question", "require_residual_variance"]


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A metric as it was analysed: the sample, its model, and the effect of treatment against control.

    Parameters
    ----------
    sample : Sample
    model : ArmModel
    effect : Effect
        As measured, not oriented; as cautious as a second answer asks for where residuals show trouble.
    contrasts : function, optional
        Gives other contrasts of the model, where what they take is shared.

    Raises
    ------
    NoValuesError
        Where there is no residual variance.
    """

    sample: Sample
    model: ArmModel
    effect: Effect
    contrasts: Callable[[Weights], Effect] | None = None

    def __post_init__(self) -> None:
        require_residual_variance(self.effect, self.sample)

    def contrast(self, weights: Weights) -> Effect:
        """A weighted sum of arm effects, as cautious as `effect`."""
        return cautious(self.model, weights) if self.contrasts is None else self.contrasts(weights)


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A claim, put to the nights of a study.

    Parameters
    ----------
    claim : Claim
        With design, treatment and control filled in.
    study : Study
    nights : StudyNights
    slopes : StagerSlopes
        What part of an effect the stager of the nights shows.
    """

    claim: Claim
    study: Study
    nights: StudyNights
    slopes: StagerSlopes = BY_PEOPLE

    def scored(self, effect: Effect, estimand: Estimand | None = None) -> Effect:
        """Give a measured effect as one on the human-scored quantity, the claim's own by default."""
        return as_people_score(effect, self.slope(estimand))

    def shown(self, effect: Effect, estimand: Estimand | None = None) -> Effect:
        """Give the effect whose size is reported: as people would score it, or as measured where nobody knows."""
        slope = self.slope(estimand)
        return effect if slope is None or not slope.has_size else as_people_score(effect, slope)

    def slope(self, estimand: Estimand | None = None) -> Slope | None:
        """Give what part of an effect on a quantity, the claim's own by default, the stager shows; None of people."""
        estimand = estimand or Estimand.of(self.claim)
        return self.slopes.of(estimand.metric, estimand.scale, summary=estimand.summary)

    @property
    def cap(self) -> Cap:
        """What the design allows to be said at most; empty where it limits nothing.

        A lot that is declared, and which the nights contradict, limits as one that is not declared.
        """
        return cap_of(self.claim, self.study) or cap_of(self.claim, self._as_the_lot_shows())

    def _as_the_lot_shows(self) -> Study:
        if is_as_allocated(self.nights, self.study.allocation):
            return self.study
        return dataclasses.replace(self.study, randomised=None, allocation=None)

    def arms(self) -> tuple[str, ...]:
        """Conditions that the model holds, the control first."""
        claim, study = self.claim, self.study
        named = [claim.control, claim.treatment, *claim.arms, *study.arms]
        if claim.kind == "dose-response":
            named += claim.arms or tuple(study.doses)
        return tuple(dict.fromkeys(arm for arm in named if arm is not None and arm != study.baseline))

    def fit(self, estimand: Estimand | None = None) -> Fitted:
        """Analyse a quantity, the claim's own by default, in the way of the design.

        Raises
        ------
        NotTestableError
            Where the table lacks what it takes.
        """
        estimand = estimand or Estimand.of(self.claim)
        if self.claim.design == "parallel":
            return self._parallel(estimand)
        sample = self.sample(estimand)
        model, contrasts = contrasts_of(estimand, sample, self._model)
        return Fitted(sample, model, contrasts(self._treatment(sample.arms)), contrasts)

    def _model(self, sample: Sample) -> ArmModel:
        """Fit a sample in the way of a design within people."""
        if self.claim.design == "n-of-1":
            return fit_n_of_1(sample, self.nights, self.study.schedule, self.study.covariates)
        model = fit_pre_post(sample) if self.claim.design == "pre-post" else fit_crossover(sample)
        return fit_poisson_rates(sample, model) if sample.is_rare else model

    def sample(self, estimand: Estimand | None = None) -> Sample:
        """Give the values of a quantity, the claim's own by default, in the arms of the claim.

        Raises
        ------
        NotTestableError
            Where the table lacks what it takes.
        """
        sample = self._values(estimand or Estimand.of(self.claim), self._arms_there())
        _require_arms(sample)
        return sample

    def _arms_there(self) -> tuple[str, ...]:
        arms = self.arms()
        absent = [arm for arm in arms if arm not in self.nights.conditions]
        if absent:
            raise NotTestableError("no-condition", condition=absent[0], there=self.nights.conditions)
        return arms

    def _values(self, estimand: Estimand, arms: tuple[str, ...]) -> Sample:
        sample = outcome_values(estimand, self.nights, arms)
        return dataclasses.replace(sample, label=label_of(estimand.metric, self.study))

    def _treatment(self, arms: Sequence[str]) -> dict[str, float]:
        """Treatment against control; of claims without one, the second arm against the first."""
        treatment = self.claim.treatment or arms[1]
        return {treatment: 1.0, (self.claim.control or arms[0]): -1.0}

    def _parallel(self, estimand: Estimand) -> Fitted:
        arms, before = self._arms_there(), self.study.baseline
        sample = self._values(estimand, arms if before is None else (*arms, before))
        baseline = None
        if before is not None:
            baseline = baseline_means(sample, len(arms))
            if not np.isfinite(baseline).any():
                raise NotTestableError("no-baseline-condition", condition=before)
            sample = dataclasses.replace(sample.subset(sample.arm < len(arms)), arms=arms)
        _require_arms(sample)
        model = fit_parallel(sample, baseline)
        model = fit_poisson_rates(sample, model, baseline) if sample.is_rare else model
        return Fitted(sample, model, cautious(model, self._treatment(arms)))


def require_residual_variance(effect: Effect, sample: Sample) -> None:
    """Refuse an effect without an error: the values are all the same, or are copies of one another.

    Raises
    ------
    NoValuesError
        Where the standard error is 0.
    """
    if effect.standard_error <= 1e-10 * float(np.abs(sample.y).max()):
        raise NoValuesError("no-residual-variance", label=sample.label)


def _require_arms(sample: Sample) -> None:
    for a, label in enumerate(sample.arms):
        if a not in sample.arm:
            raise NoValuesError("no-value-in-arm", label=sample.label, arm=label)
