"""`MixedModel`: what the mixed models of crossover, parallel and pre-post studies of several nights share."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from ...core.errors import ClaimError
from ...core.reason import Reason
from ...core.verdict import Exclusion, SideEffect
from ..data.sample import NotTestableError, NoValuesError, Sample
from ..mixed import ExactFitError, KRTest, MixedFit, RandomTerm, fit_mixed, leave_one_out
from .effect import Effect, FTest, TEffect, side_effect
from .model import Permutation, Weights, weights_of

__all__ = [
    "FixedEffect", "MixedModel", "arm_effects", "fit_effects", "fit_terms", "group_pairs", "level_effects", "terms_of",
]  # fmt: skip

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class FixedEffect:
    """One column of the fixed effects.

    Parameters
    ----------
    term : str
        What varies: "treatment", "period", "night", "baseline" or "carry".
    level : str
        The arm, or the ordinal from 1 of the period or night, that the column marks; empty of a slope.
    values : array of float64, shape (n,)
    """

    term: str
    level: str
    values: Floats

    @property
    def name(self) -> str:
        """Term and level, as messages call it."""
        return f"{self.term} {self.level}".rstrip()


@dataclass(frozen=True, slots=True, eq=False)
class MixedModel:
    """A mixed model of a sample.

    Parameters
    ----------
    sample : Sample
    effects : tuple of FixedEffect
        The control arm, the others against it, then what they are adjusted for.
    fit : MixedFit
        Of these columns.
    exclusions : tuple of Exclusion
    """

    sample: Sample
    effects: tuple[FixedEffect, ...]
    fit: MixedFit
    exclusions: tuple[Exclusion, ...] = ()

    n_incomplete = 0

    def shifted(self, sample: Sample, by: Floats) -> Self:
        """Give the model of the same values, each shifted by what `by` says of its arm: all but the effects stays."""
        beta = self.fit.beta.copy()
        beta[: by.size] += np.append(by[0], by[1:] - by[0])
        return dataclasses.replace(self, sample=sample, fit=dataclasses.replace(self.fit, beta=beta))

    @property
    def method(self) -> Reason:
        """A mixed model, with its fixed effects."""
        return Reason("mixed-model-kr", {"terms": tuple(dict.fromkeys(effect.term for effect in self.effects))})

    @property
    def residuals(self) -> Floats:
        """Deviations of the nights from the model, random effects included."""
        return self.fit.conditional_residuals

    @property
    def side_effects(self) -> tuple[SideEffect, ...]:
        """The effects of period, of the baseline and of the first night."""
        reported = []
        for term, code in (("period", "period-effect"), ("baseline", "baseline-slope")):
            rows = self.rows_of(term)
            with suppress(NotTestableError):
                if len(rows) == 1:
                    reported.append(side_effect(Reason(code), self._effect(rows[0])))
                elif len(rows):
                    test = self.test(rows)
                    reported.append(SideEffect(Reason("period-effects"), np.nan, np.nan, test.ddf, test.p))
        if len(nights := self.rows_of("night")):
            with suppress(NotTestableError):
                reported.append(side_effect(Reason("first-night", {"night": 2}), self._effect(-nights[0])))
        return tuple(reported)

    def rows_of(self, term: str) -> Floats:
        """Give the contrasts, shape (rows, p), that pick the columns of a term."""
        return np.eye(self.fit.p)[[effect.term == term for effect in self.effects]]

    def test(self, L: Floats) -> KRTest:
        """Test L beta = 0.

        Raises
        ------
        NotTestableError
            Where the design cannot tell its variance.
        """
        try:
            return self.fit.contrast(L)
        except ClaimError as error:
            raise NotTestableError("not-estimable", why=str(error)) from None

    def _effect(self, L: Floats) -> TEffect:
        test = self.test(L)
        return TEffect(test.effect, test.se, test.ddf)

    def _row(self, weights: Weights) -> Floats:
        L = np.zeros(self.fit.p)
        L[1 : len(self.sample.arms)] = weights_of(weights, self.sample.arms)[1:]
        return L

    def contrast(self, weights: Weights) -> TEffect:
        """A weighted sum of arm effects, the weights adding up to 0."""
        return self._effect(self._row(weights))

    def joint(self, contrasts: Sequence[Weights]) -> FTest:
        """Whether all of several contrasts are 0."""
        test = self.test(np.stack([self._row(weights) for weights in contrasts]))
        return FTest(test.F, test.ndf, test.ddf, test.p)

    def leave_one_out(self, weights: Weights) -> Floats:
        """The contrast without each subject in turn, the variance components held; empty where all are tied."""
        try:
            return leave_one_out(self.fit, self._row(weights)).estimate
        except ClaimError:
            return np.empty(0)

    def permutation(self, weights: Weights) -> Permutation:
        """The difference of each subject who has both arms, what periods and nights explain taken off."""
        adjusted = self.sample.y - self._nuisance()
        means = []
        for arm in weights:
            inside = self.sample.arm == self.sample.arms.index(arm)
            n = np.bincount(self.sample.subject[inside], minlength=len(self.sample.subjects))
            total = np.bincount(self.sample.subject[inside], adjusted[inside], minlength=len(self.sample.subjects))
            with np.errstate(invalid="ignore"):
                means.append(total / n)
        difference = means[0] - means[1]
        return Permutation(Reason("sign-flips-of-subjects"), (difference[np.isfinite(difference)],))

    def _nuisance(self) -> Floats:
        """Give what periods and nights explain of each value."""
        explained = np.zeros(len(self.sample))
        for beta, effect in zip(self.fit.beta, self.effects, strict=True):
            if effect.term in ("period", "night"):
                explained += beta * effect.values
        return explained

    @property
    def alternatives(self) -> Mapping[Reason, Callable[[Weights], Effect]]:
        """None: a mixed model is the one analysis of nights within subjects."""
        return {}


def fit_effects(sample: Sample, effects: Iterable[FixedEffect], groups: Mapping[str, Ints]) -> MixedFit:
    """Fit fixed effects, and a random effect (1 | group) of each group that has several rows.

    Raises
    ------
    NotTestableError
        Where the design cannot tell an effect from another.
    NoValuesError
        Where there is no residual variance.
    """
    effects = tuple(effects)
    try:
        terms = terms_of(groups, len(sample))
    except ClaimError as error:
        raise NotTestableError("not-estimable", why=str(error)) from None
    return fit_terms(sample, effects, np.column_stack([effect.values for effect in effects]), terms)


def terms_of(groups: Mapping[str, Ints], n: int) -> tuple[RandomTerm, ...]:
    """Give a random effect (1 | group) of each group of n rows that has several of them.

    Raises
    ------
    ClaimError
        Where one cannot be told from the residuals.
    """
    return tuple(RandomTerm(of, name=name) for name, of in groups.items() if np.unique(of).size < n)


def fit_terms(sample: Sample, effects: Sequence[FixedEffect], X: Floats, terms: Sequence[RandomTerm]) -> MixedFit:
    """Fit fixed effects, whose columns are X, and random terms; errors as of `fit_effects`."""
    try:
        return fit_mixed(sample.y, X, terms, [effect.name for effect in effects])
    except ExactFitError:
        raise NoValuesError("no-residual-variance", label=sample.label) from None
    except ClaimError as error:
        raise NotTestableError("not-estimable", why=str(error)) from None


def arm_effects(sample: Sample) -> list[FixedEffect]:
    """Give the intercept, which is the control arm, and a column for every other arm."""
    missing = [label for a, label in enumerate(sample.arms) if a not in sample.arm]
    if missing:
        raise NoValuesError("no-night-in-arm", arm=missing[0])
    return [
        FixedEffect("treatment", "control", np.ones(len(sample))),
        *(
            FixedEffect("treatment", label, (sample.arm == a).astype(np.float64))
            for a, label in enumerate(sample.arms)
            if a
        ),
    ]


def level_effects(term: str, codes: Ints) -> list[FixedEffect]:
    """Give a column for every code but the first; level 2 is the second."""
    return [
        FixedEffect(term, str(i + 2), (codes == code).astype(np.float64)) for i, code in enumerate(np.unique(codes)[1:])
    ]


def group_pairs(a: Ints, b: Ints) -> Ints:
    """Number the pairs of two codes, such as a subject in a period."""
    codes: Ints = np.unique(a * (b.max() + 1) + b, return_inverse=True)[1]
    return codes
