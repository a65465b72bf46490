"""The scale on which each metric of a stager and of people is roughly linear, with errors of one size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = ["SCALES", "Scale", "from_scale", "scale_of", "to_scale"]

Floats = npt.NDArray[np.float64]
#: The metric itself, its square root, and the logarithm of what is 5 larger.
Scale = Literal["identity", "sqrt", "log"]

#: Minutes added before the logarithm is taken, for latencies of nought.
ADDED = 5.0
#: Keys that begin with one of these are skewed: minutes and counts of wake, and stages of which a night holds little.
ROOTS = ("waso", "awakenings", "n1_minutes", "n1_percent", "n3_minutes", "n3_percent", "long_wake_minutes")
#: Minutes until something comes, which may be all night. LPS is linear.
LOGARITHMS = ("sol", "n1_latency", "n2_latency", "n3_latency", "rem_latency", "longest_sleep")

#: Scale -> there, and back.
SCALES: dict[Scale, tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]] = {
    "identity": (lambda x: x, lambda z: z),
    "sqrt": (lambda x: np.sqrt(np.maximum(x, 0.0)), lambda z: np.maximum(z, 0.0) ** 2),
    "log": (lambda x: np.log(np.maximum(x, 0.0) + ADDED), lambda z: np.exp(np.minimum(z, 50.0)) - ADDED),
}


def scale_of(key: str) -> Scale:
    """Scale of a metric.

    Examples
    --------
    >>> scale_of("rem_latency"), scale_of("n3_percent"), scale_of("tst")
    ('log', 'sqrt', 'identity')
    """
    if key.startswith(ROOTS):
        return "sqrt"
    return "log" if key.startswith(LOGARITHMS) else "identity"


def to_scale(scale: Scale, values: npt.ArrayLike) -> Floats:
    """Give values of a metric on a scale.

    Examples
    --------
    >>> to_scale("sqrt", [0, 9])
    array([0., 3.])
    """
    return SCALES[scale][0](np.asarray(values, np.float64))


def from_scale(scale: Scale, values: npt.ArrayLike) -> Floats:
    """Give values on a scale in the unit of the metric.

    Examples
    --------
    >>> from_scale("sqrt", [-1, 3])  # no root is negative
    array([0., 9.])
    """
    return SCALES[scale][1](np.asarray(values, np.float64))
