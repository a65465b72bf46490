"""A dose-response: the top dose against control, and the slope over the active doses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...core.reason import Reason
from ...core.verdict import SideEffect
from ..analysis import Fitted, Question
from ..data.sample import NotTestableError
from ..designs.effect import oriented, side_effect
from ..designs.model import ArmModel
from ..staging_error import Weighed
from .conjunction import PartialEffect, all_of
from .evidence import Evidence, back_transformed, margin_of, out_of_reach, part_of, sign_of

__all__ = ["dose_response"]


def dose_response(question: Question) -> Evidence:
    """Whether the top dose differs from control and the metric rises or falls with dose among the active ones.

    A slope over active doses alone: with the control among them, two equal doses would look like a trend.
    """
    claim, doses = question.claim, question.study.doses
    active = sorted(claim.arms or tuple(doses), key=doses.__getitem__)
    if len({doses[arm] for arm in active}) < 2:
        raise NotTestableError("one-dose")
    if claim.design == "n-of-1":
        raise NotTestableError("n-of-1-contrast")
    fitted = question.fit()
    model, sign = fitted.model, sign_of(claim)
    margin = margin_of(claim, fitted.sample)
    x = np.array([doses[arm] for arm in active])
    centred = x - x.mean()
    slope = dict(zip(active, (centred / (centred @ centred) * (x.max() - x.min())).tolist(), strict=True))
    top = {active[-1]: 1.0, fitted.sample.arms[0]: -1.0}
    measured = {
        Reason("arms-compared", {"a": active[-1], "b": fitted.sample.arms[0]}): fitted.contrast(top),
        Reason("dose-slope"): fitted.contrast(slope),
    }
    reach = out_of_reach(claim, fitted.sample, margin)
    parts = [
        PartialEffect(name, oriented(question.scored(e), sign), margin, fitted.sample, question.shown(e), reach)
        for name, e in measured.items()
    ]
    p, p_eq, decide = all_of(parts, question.study.alpha)
    return Evidence(
        sample=model.sample,
        method=model.method,
        p=p,
        p_equivalence=p_eq,
        decide=decide,
        effect=parts[1].effect,
        margin=margin,
        fitted=Fitted(fitted.sample, model, measured[parts[1].name], fitted.contrasts),
        parts=tuple(part_of(part.name, part.measured, part.sample) for part in parts),
        side_effects=_curvature(model, active, x),
        weighed=tuple(Weighed(claim.metric, part.sample.scale, part.effect, margin) for part in parts),
        **back_transformed(parts[1].measured, fitted.sample),
    )


def _curvature(model: ArmModel, active: Sequence[str], x: np.ndarray) -> tuple[SideEffect, ...]:
    """Give the quadratic contrast over three or more active doses."""
    if np.unique(x).size < 3:
        return ()
    basis, _ = np.linalg.qr(np.vander(x, 3, increasing=True))
    curve = dict(zip(active, basis[:, 2].tolist(), strict=True))
    return (side_effect(Reason("curvature"), model.contrast(curve), Reason("orthogonal-contrast")),)
