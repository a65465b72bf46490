"""Mixed models of repeated nights: crossovers of more periods, parallel arms and pre-post with several nights."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...core.errors import ClaimError
from ...core.verdict import Exclusion, SideEffect
from ..data.sample import NotTestableError, NoValuesError, Sample, without_chance
from ..mixed import ExactFitError, KRTest, MixedFit, RandomTerm, fit_mixed, leave_one_out
from .effect import FTest, TEffect, side_effect
from .model import Weights, weights_of

__all__ = ["MixedModel", "fit_crossover", "fit_parallel_nights", "fit_pre_post_nights"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class MixedModel:
    """A mixed model of a sample.

    Parameters
    ----------
    sample : Sample
    fit : MixedFit
        Its first column is the control arm, the next ones the others against it.
    exclusions : tuple of Exclusion
    is_crossover : bool
        Whether carry-over is to be told, where the design can tell it.
    """

    sample: Sample
    fit: MixedFit
    exclusions: tuple[Exclusion, ...] = ()
    is_crossover: bool = False

    @property
    def method(self) -> str:
        """What was fitted, in words."""
        fixed = dict.fromkeys(name.split()[0] for name in self.fit.names)
        return f"mixed model by REML, Kenward-Roger degrees of freedom ({', '.join(fixed)})"

    @property
    def residuals(self) -> Floats:
        """Deviations of the nights from the model, random effects included."""
        return self.fit.conditional_residuals

    @property
    def side_effects(self) -> tuple[SideEffect, ...]:
        """The effects of period, of the first night, of the baseline and of carry-over."""
        found = []
        for stem, name in (("period", "period"), ("baseline", "slope on the baseline")):
            columns = [i for i, label in enumerate(self.fit.names) if label.split()[0] == stem]
            rows = np.eye(self.fit.p)[columns]
            with suppress(NotTestableError):
                if len(columns) == 1:
                    label = f"{name} 2 against period 1" if stem == "period" else name
                    found.append(side_effect(label, self._effect(rows[0])))
                elif columns:
                    test = self._test(rows)
                    found.append(SideEffect(f"{name}s, jointly", np.nan, np.nan, test.ddf, test.p))
        if "night 2" in self.fit.names:
            first = -np.eye(self.fit.p)[self.fit.names.index("night 2")]
            with suppress(NotTestableError):
                found.append(side_effect("first night of a period against night 2", self._effect(first)))
        if (carry := self._carry_over()) is not None:
            found.append(SideEffect("carry-over of the period before, jointly", np.nan, np.nan, carry.ddf, carry.p,
                                    "reported; it never chooses the analysis"))  # fmt: skip
        return tuple(found)

    def _carry_over(self) -> FTest | None:
        """Test first-order carry-over in a model of its own, fitted only when asked; None where it cannot be told."""
        if not self.is_crossover:
            return None
        try:
            carried = fit_crossover(self.sample, carry_over=True)
            test = carried._test(np.eye(carried.fit.p)[[name.split()[0] == "carry" for name in carried.fit.names]])
        except NotTestableError:
            return None
        return FTest(test.F, test.ndf, test.ddf, test.p)

    def _effect(self, L: Floats) -> TEffect:
        test = self._test(L)
        return TEffect(test.effect, test.se, test.ddf)

    def _test(self, L: Floats) -> KRTest:
        try:
            return self.fit.contrast(L)
        except ClaimError as error:  # the design cannot tell its variance
            raise NotTestableError(str(error)) from None

    def _row(self, weights: Weights) -> Floats:
        L = np.zeros(self.fit.p)
        L[1 : len(self.sample.arms)] = weights_of(weights, self.sample.arms)[1:]
        return L

    def contrast(self, weights: Weights) -> TEffect:
        """A weighted sum of arm effects, the weights adding up to 0."""
        return self._effect(self._row(weights))

    def joint(self, contrasts: Sequence[Weights]) -> FTest:
        """Whether all of several contrasts are 0."""
        test = self._test(np.stack([self._row(weights) for weights in contrasts]))
        return FTest(test.F, test.ndf, test.ddf, test.p)

    def leave_one_out(self, weights: Weights) -> Floats:
        """The contrast without each subject in turn, the variance components held."""
        return leave_one_out(self.fit, self._row(weights)).estimate


def fit_crossover(sample: Sample, *, carry_over: bool = False) -> MixedModel:
    """Fit treatment, period and night within period, with what the nights of a subject share.

    Random effects of subject; of subject in a period, where a period has several nights; and of subject under a
    treatment, where a subject has a treatment in several periods.

    Parameters
    ----------
    sample : Sample
    carry_over : bool
        Whether the treatment effects are adjusted for the treatment of the period before.

    Raises
    ------
    NotTestableError
        Where the design cannot tell an effect from another.
    """
    columns = _arms(sample) | _dummies("period", sample.period) | _dummies("night", sample.night)
    before = _previous_arm(sample) if carry_over else np.array([], np.intp)
    carried = {
        f"carry {label}": (before == a).astype(np.float64) for a, label in enumerate(sample.arms) if a and a in before
    }
    in_period = _pairs(sample.subject, sample.period)
    under_arm = _pairs(sample.subject, sample.arm)
    groups = {"subject": sample.subject, "subject in period": in_period}
    if under_arm.max() < in_period.max():
        groups["subject under treatment"] = under_arm
    if carry_over:
        if not carried:
            raise NotTestableError("no period follows one with another treatment than the control")
        columns |= carried
    return MixedModel(sample, _fit(sample, columns, groups), is_crossover=not carry_over)


def fit_parallel_nights(sample: Sample, baseline: Floats | None) -> MixedModel:
    """Fit arm, baseline and night, with what the nights of a subject share.

    Parameters
    ----------
    sample : Sample
        Nights under treatment.
    baseline : array, shape (n_subjects,), optional
        Baseline of each subject, NaN where it has none.

    Raises
    ------
    NotTestableError
        Where the design cannot tell an effect from another.
    """
    exclusions: tuple[Exclusion, ...] = ()
    if baseline is not None:
        has = np.isfinite(baseline[sample.subject])
        if not has.all():
            lost = np.unique(sample.subject[~has]).size
            exclusions = (Exclusion("no baseline night", int(sample.n_nights[~has].sum()), lost),)
            sample = sample.subset(has)
    columns = _arms(sample)
    if baseline is not None:
        own = baseline[sample.subject]
        columns["baseline"] = own - own.mean()
    columns |= _dummies("night", sample.night)
    return MixedModel(sample, _fit(sample, columns, {"subject": sample.subject}), exclusions)


def fit_pre_post_nights(sample: Sample) -> MixedModel:
    """Fit condition and night, with what the nights of a subject, and of a subject in a condition, share.

    Raises
    ------
    NotTestableError
        Where the design cannot tell an effect from another.
    """
    groups = {"subject": sample.subject, "subject in condition": _pairs(sample.subject, sample.arm)}
    return MixedModel(sample, _fit(sample, _arms(sample) | _dummies("night", sample.night), groups))


def _fit(sample: Sample, columns: dict[str, Floats], groups: dict[str, npt.NDArray[np.intp]]) -> MixedFit:
    """Fit the columns; what the nights of a group share is told from the rest where a group has several nights."""
    try:
        terms = [RandomTerm(of, name=name) for name, of in groups.items() if np.unique(of).size < len(sample)]
        return fit_mixed(sample.y, np.column_stack(list(columns.values())), terms, list(columns))
    except ExactFitError:
        raise NoValuesError(without_chance(sample)) from None
    except ClaimError as error:
        raise NotTestableError(str(error)) from None


def _arms(sample: Sample) -> dict[str, Floats]:
    missing = [label for a, label in enumerate(sample.arms) if a not in sample.arm]
    if missing:
        raise NoValuesError(f"no night of {missing[0]!r} has a value")
    return {"treatment control": np.ones(len(sample))} | {
        f"treatment {label}": (sample.arm == a).astype(np.float64) for a, label in enumerate(sample.arms) if a
    }


def _dummies(stem: str, codes: npt.NDArray[np.intp]) -> dict[str, Floats]:
    """Give a column for every code but the first; ``stem 2`` is the second."""
    return {f"{stem} {i + 2}": (codes == code).astype(np.float64) for i, code in enumerate(np.unique(codes)[1:])}


def _pairs(a: npt.NDArray[np.intp], b: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    codes: npt.NDArray[np.intp] = np.unique(a * (b.max() + 1) + b, return_inverse=True)[1]
    return codes


def _previous_arm(sample: Sample) -> npt.NDArray[np.intp]:
    """Give the arm of the subject's period before, -1 in its first."""
    before = np.full(len(sample), -1, np.intp)
    arm_of = {(s, p): a for s, p, a in zip(sample.subject, sample.period, sample.arm, strict=True)}
    for i, (s, p) in enumerate(zip(sample.subject, sample.period, strict=True)):
        before[i] = arm_of.get((s, p - 1), -1)
    return before
