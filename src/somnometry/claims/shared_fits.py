"""`SharedFits`: what simulated studies share, whose values differ by the effects of arms alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .data.estimand import Estimand
from .data.sample import Sample
from .designs.effect import Effect
from .designs.mixed_model import MixedModel
from .designs.model import ArmModel, Weights
from .designs.second_answer import cautious, shifted
from .mixed.layouts import layouts_kept

__all__ = ["SharedFits", "contrasts_of", "sharing_fits"]

Floats = npt.NDArray[np.float64]
Contrasts = Callable[[Weights], Effect]
#: Values that differ by so small a share of the largest differ by rounding.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class KeptFit:
    """A mixed model that was fitted, and the contrasts that it was asked for."""

    sample: Sample
    model: MixedModel
    effects: dict[tuple[tuple[str, float], ...], Effect] = field(default_factory=dict)

    def contrast(self, weights: Weights) -> Effect:
        """The contrast of the model, which is asked once."""
        key = tuple(sorted(weights.items()))
        if key not in self.effects:
            self.effects[key] = cautious(self.model, weights)
        return self.effects[key]

    def shift_to(self, sample: Sample) -> Floats | None:
        """Give by how much each arm's values are shifted in another sample; None where more than that differs."""
        own = self.sample
        if sample.arms != own.arms or len(sample) != len(own):
            return None
        if not all(np.array_equal(getattr(sample, name), getattr(own, name)) for name in ("arm", "subject", "period")):
            return None
        difference = sample.y - own.y
        n = np.bincount(own.arm, minlength=len(own.arms))
        by = np.bincount(own.arm, difference, minlength=len(own.arms)) / np.maximum(n, 1)
        rest = float(np.abs(difference - by[own.arm]).max())
        return by if rest <= ROUNDING * float(np.abs(own.y).max()) else None


class SharedFits:
    """Fits of one simulated study: with and without its effects, and of claims on one metric."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Estimand, tuple[str, ...]], KeptFit] = {}

    def fit(self, estimand: Estimand, sample: Sample, fit: Callable[[Sample], ArmModel]) -> tuple[ArmModel, Contrasts]:
        """Give the model of a sample and its contrasts: fitted, or moved from one that was."""
        key = (estimand, sample.arms)
        kept = self._kept.get(key)
        by = None if kept is None else kept.shift_to(sample)
        if kept is None or by is None:
            model = fit(sample)
            if not isinstance(model, MixedModel):
                return model, lambda weights: cautious(model, weights)
            kept = KeptFit(sample, model)
            self._kept.setdefault(key, kept)
            return model, kept.contrast
        return kept.model.shifted(sample, by), lambda weights: _moved(kept, weights, by)


def _moved(kept: KeptFit, weights: Weights, by: Floats) -> Effect:
    arms = kept.sample.arms
    return shifted(kept.contrast(weights), float(sum(w * by[arms.index(arm)] for arm, w in weights.items())))


_SHARED: ContextVar[SharedFits | None] = ContextVar("shared", default=None)


@contextmanager
def sharing_fits() -> Iterator[None]:
    """Fit what studies share once while inside."""
    token = _SHARED.set(SharedFits())
    try:
        with layouts_kept():
            yield
    finally:
        _SHARED.reset(token)


def contrasts_of(estimand: Estimand, sample: Sample, fit: Callable[[Sample], ArmModel]) -> tuple[ArmModel, Contrasts]:
    """Fit a sample: give the model and its contrasts, of what is shared where anything is."""
    shared = _SHARED.get()
    if shared is not None:
        return shared.fit(estimand, sample, fit)
    model = fit(sample)
    return model, lambda weights: cautious(model, weights)
