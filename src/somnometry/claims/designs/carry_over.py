"""What a treatment may leave behind in the next period, beside the smallest effect that matters."""

from __future__ import annotations

import math
from typing import Literal

from ...core.reason import Reason
from ..data.sample import NotTestableError
from .crossover import CrossoverModel, TwoByTwo
from .effect import TEffect
from .model import ArmModel
from .poisson_rates import PoissonRates

__all__ = ["carry_over_of", "carry_over_reaching"]


def carry_over_of(model: ArmModel) -> tuple[TEffect, ...]:
    """Give first-order carry-over of each treatment, where the design can tell it; empty elsewhere."""
    if isinstance(model, PoissonRates):
        return carry_over_of(model.of_logs)
    if isinstance(model, TwoByTwo):
        return (model.carry_over,)
    if isinstance(model, CrossoverModel):
        try:
            return model.carry_over
        except NotTestableError:
            return ()
    return ()


def carry_over_reaching(
    model: ArmModel, margin: float | None, scale: Literal["difference", "ratio"], unit: str
) -> Reason | None:
    """Say that carry-over may be as large as the smallest effect that matters: its 95 % interval reaches it.

    Parameters
    ----------
    model : ArmModel
    margin : float, optional
        The smallest effect, positive, on the scale that is analysed.
    scale : {"difference", "ratio"}
    unit : str

    Returns
    -------
    Reason or None
        With the interval that reaches furthest, as people read it. None where none reaches it, no smallest effect is
        declared, or the design cannot tell carry-over.
    """
    found = [effect.interval(0.95) for effect in carry_over_of(model) if math.isfinite(effect.standard_error)]
    if margin is None or not found:
        return None
    low, high = max(found, key=lambda interval: max(map(abs, interval)))
    if max(abs(low), abs(high)) < margin:
        return None
    turn = math.exp if scale == "ratio" else float
    facts = {"low": turn(low), "high": turn(high), "scale": scale, "unit": unit}
    return Reason("carry-over-reaches", facts)
