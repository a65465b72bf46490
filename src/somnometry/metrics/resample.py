"""`resample_hypnogram`: the same night in epochs of another length, or beginning at another moment."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Literal

import numpy as np
import numpy.typing as npt

from ..core.errors import HypnogramError
from ..core.hypnogram import Hypnogram
from ..core.stage import Stage

__all__ = ["resample_hypnogram"]

#: Share of an epoch below which two shares are the same.
ALIKE = 1e-9


def resample_hypnogram(
    hypnogram: Hypnogram,
    epoch: float | None = None,
    *,
    method: Literal["midpoint", "majority"],
    start: datetime | None = None,
) -> Hypnogram:
    """Stages of a night in epochs of so many seconds; its lights, in seconds, stay at their moments.

    Runs, awakenings and latencies depend on the length of epochs, so no metric resamples by itself.

    Parameters
    ----------
    hypnogram : Hypnogram
    epoch : float, optional
        Seconds of the new epochs; by default as they are.
    method : {"midpoint", "majority"}
        ``"midpoint"`` takes the stage that is scored at the middle of the new epoch, as scorings are put on the epochs
        of recordings. ``"majority"`` takes the stage that fills most of it; of two that fill as much, the one that
        comes first in it, and none where unscored time fills most.
    start : datetime, optional
        When the new epochs begin; by default with the hypnogram. What lies before is cut off, and what begins later is
        unscored in front.

    Returns
    -------
    Hypnogram
        As many epochs as end with the scoring or hold its last midpoint; without probabilities.

    Raises
    ------
    HypnogramError
        Where there is no such method, `start` is given and the hypnogram knows none, or nothing is left.

    Examples
    --------
    >>> night = Hypnogram([0, 0, 2, 2, 2, 4], epoch=20)
    >>> resample_hypnogram(night, 60, method="majority").stages.tolist()
    [0, 2]
    >>> resample_hypnogram(night, 30, method="midpoint").stages.tolist()
    [0, 2, 2, 4]
    """
    if method not in ("midpoint", "majority"):
        raise HypnogramError(f"method must be 'midpoint' or 'majority', not {method!r}", key="method")
    length = hypnogram.epoch if epoch is None else float(epoch)
    if not (math.isfinite(length) and length > 0):
        raise HypnogramError(f"an epoch must last a positive number of seconds, not {epoch!r}", key="epoch")
    shift = _shift(hypnogram, start)
    n_epochs = max(0, math.ceil(round((hypnogram.duration - shift) / length - 0.5, 9)))
    if n_epochs == 0 and hypnogram.n_epochs:
        raise HypnogramError(
            f"no epoch of {length:g} s from {start or 'its start'} lies in a hypnogram of {hypnogram.duration:g} s",
            key="start" if start else "epoch",
        )
    begins = np.arange(n_epochs, dtype=np.float64) * length + shift
    stages = _at_midpoints(hypnogram, begins, length) if method == "midpoint" else _majority(hypnogram, begins, length)
    whole = (hypnogram.lights_off, hypnogram.lights_on) == (0.0, hypnogram.duration) and not shift
    lights = (None, None) if whole else tuple(_light(light, shift) for light in _lights(hypnogram))
    return hypnogram.replace(
        stages=stages,
        epoch=length,
        probabilities=None,
        start=hypnogram.start if start is None else start,
        lights_off=lights[0],
        lights_on=lights[1],
    )


def _shift(hypnogram: Hypnogram, start: datetime | None) -> float:
    """Seconds from the hypnogram's start to that of the new epochs."""
    if start is None:
        return 0.0
    if hypnogram.start is None:
        raise HypnogramError("the hypnogram does not know when it starts", key="start", remedy="give it a start first")
    if (start.tzinfo is None) != (hypnogram.start.tzinfo is None):
        raise HypnogramError("only one of the two starts knows its time zone", key="start", remedy="give both one")
    return (start - hypnogram.start).total_seconds()


def _lights(hypnogram: Hypnogram) -> tuple[float, float]:
    return float(hypnogram.lights_off), float(hypnogram.lights_on)  # type: ignore[arg-type]


def _light(light: float, shift: float) -> float:
    return light - shift  # NaN stays NaN


def _at_midpoints(hypnogram: Hypnogram, begins: npt.NDArray[np.float64], length: float) -> npt.NDArray[np.int8]:
    at = np.floor(np.round((begins + length / 2) / hypnogram.epoch, 9)).astype(np.int64)
    inside = (at >= 0) & (at < hypnogram.n_epochs)
    return np.where(inside, hypnogram.stages[np.where(inside, at, 0)], Stage.UNSCORED).astype(np.int8)


def _majority(hypnogram: Hypnogram, begins: npt.NDArray[np.float64], length: float) -> npt.NDArray[np.int8]:
    """The stage that fills most of each epoch; time outside the scoring counts as unscored."""
    out = np.full(begins.size, Stage.UNSCORED, np.int8)
    for i, begin in enumerate(begins.tolist()):
        filled: dict[int, float] = {}
        first = max(0, math.floor(begin / hypnogram.epoch))
        last = min(hypnogram.n_epochs, math.ceil((begin + length) / hypnogram.epoch))
        known = 0.0
        for k in range(first, last):
            part = min(begin + length, (k + 1) * hypnogram.epoch) - max(begin, k * hypnogram.epoch)
            if part > 0:
                stage = int(hypnogram.stages[k])
                filled[stage] = filled.get(stage, 0.0) + part
                known += part
        filled[int(Stage.UNSCORED)] = filled.get(int(Stage.UNSCORED), 0.0) + length - known
        most = max(filled.values())
        out[i] = next(stage for stage, seconds in filled.items() if seconds >= most - ALIKE * length)
    return out
