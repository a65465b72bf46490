"""`ArmModel`: what a fitted design can be asked: contrasts, joint tests, permutations, and the same in other models."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ...core.reason import Reason
from ...core.verdict import Exclusion, SideEffect
from ..data.sample import NotTestableError, NoValuesError, Sample
from .effect import Effect, FTest

__all__ = [
    "ArmModel",
    "Permutation",
    "Weights",
    "pairwise",
    "permuted_arms",
    "require_repeated",
    "require_subjects",
    "weights_of",
]

Floats = npt.NDArray[np.float64]
#: Arm -> its weight in a contrast.
Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Permutation:
    """What the null hypothesis makes exchangeable: the members of two groups, or the signs of one.

    Parameters
    ----------
    name : Reason
    groups : tuple of arrays of float64
        Two groups whose members are exchanged, or one whose signs are.
    """

    name: Reason
    groups: tuple[Floats, ...]


class ArmModel(Protocol):
    """A fitted model of one metric in the arms of a study."""

    @property
    def sample(self) -> Sample:
        """The values that the model holds."""

    @property
    def method(self) -> Reason:
        """What was fitted."""

    @property
    def side_effects(self) -> tuple[SideEffect, ...]:
        """Effects of period, night and carry-over."""

    @property
    def exclusions(self) -> tuple[Exclusion, ...]:
        """What the model could not use."""

    @property
    def n_incomplete(self) -> int:
        """Subjects of a crossover who are left out because they lack a period."""

    @property
    def residuals(self) -> Floats:
        """Deviations from the model, in any order; empty where it assumes nothing of them."""

    def contrast(self, weights: Weights) -> Effect:
        """A weighted sum of arm effects."""

    def joint(self, contrasts: Sequence[Weights], /) -> FTest:
        """Whether all of several contrasts are 0."""

    def leave_one_out(self, weights: Weights, /) -> Floats:
        """The contrast without each subject in turn; empty where no subject can be left out."""

    def permutation(self, weights: Weights, /) -> Permutation | None:
        """What may be exchanged if the contrast is 0; None where its own test is a permutation."""

    @property
    def alternatives(self) -> Mapping[Reason, Callable[[Weights], Effect]]:
        """The contrast in other models of the same values, each fitted when called."""


def pairwise(arms: Sequence[str]) -> list[tuple[str, str]]:
    """Give every pair of arms, (later, earlier)."""
    return [(b, a) for i, a in enumerate(arms) for b in arms[i + 1 :]]


def weights_of(weights: Weights, arms: Sequence[str]) -> Floats:
    """Give the weights in the order of the arms."""
    return np.array([weights.get(arm, 0.0) for arm in arms])


def require_repeated(sample: Sample) -> None:
    """Refuse a sample of which fewer than two subjects have values in two arms.

    Raises
    ------
    NoValuesError
    """
    cells = np.unique(sample.subject * len(sample.arms) + sample.arm)
    if (np.bincount(cells // len(sample.arms)) > 1).sum() < 2:
        raise NoValuesError("few-paired-subjects")


def require_subjects(sample: Sample) -> None:
    """Refuse arms with fewer than two values, one of each subject.

    Raises
    ------
    NotTestableError
    """
    n = np.bincount(sample.arm, minlength=len(sample.arms))
    if n.min() < 2:
        arm = sample.arms[int(n.argmin())]
        raise NotTestableError("few-subjects-in-arm", arm=arm, n=int(n.min()))


def permuted_arms(sample: Sample, values: Floats, weights: Weights) -> Permutation:
    """Give the values, one of each subject, that may be exchanged between two arms."""
    arms = [sample.arms.index(arm) for arm in weights]
    return Permutation(Reason("permutation-of-arms"), tuple(values[sample.arm == a] for a in arms))
