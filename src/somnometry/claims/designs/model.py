"""What every design's model can be asked: contrasts between arms, joint tests, what if one subject were not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ...core.verdict import Exclusion, SideEffect
from ..data.sample import Sample
from .effect import FTest, TEffect

__all__ = ["ArmModel", "Weights", "pairwise", "weights_of"]

Floats = npt.NDArray[np.float64]
#: Arm -> its weight in a contrast.
Weights = Mapping[str, float]


class ArmModel(Protocol):
    """A fitted model of one metric in the arms of a study."""

    @property
    def sample(self) -> Sample:
        """The values that the model holds."""

    @property
    def method(self) -> str:
        """What was fitted, in words."""

    @property
    def side_effects(self) -> tuple[SideEffect, ...]:
        """Effects of period, night and carry-over."""

    @property
    def exclusions(self) -> tuple[Exclusion, ...]:
        """What the model could not use."""

    @property
    def residuals(self) -> Floats:
        """Deviations from the model, in any order."""

    def contrast(self, weights: Weights) -> TEffect:
        """A weighted sum of arm effects."""

    def joint(self, contrasts: Sequence[Weights]) -> FTest:
        """Whether all of several contrasts are 0."""

    def leave_one_out(self, weights: Weights) -> Floats:
        """The contrast without each subject in turn."""


def pairwise(arms: Sequence[str]) -> list[tuple[str, str]]:
    """Give every pair of arms, (later, earlier)."""
    return [(b, a) for i, a in enumerate(arms) for b in arms[i + 1 :]]


def weights_of(weights: Weights, arms: Sequence[str]) -> Floats:
    """Give the weights in the order of the arms."""
    return np.array([weights.get(arm, 0.0) for arm in arms])
