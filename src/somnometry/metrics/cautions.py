"""What a reader should know before using the metrics of a night."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from ..core.hypnogram import Hypnogram
from ..core.stage import Stage

__all__ = ["cautions"]


def cautions(hypnogram: Hypnogram, values: Mapping[str, float]) -> tuple[str, ...]:
    """Give the warnings of one night.

    Parameters
    ----------
    hypnogram : Hypnogram
    values : mapping of str to float
        Its metrics, by key.
    """
    return tuple(_cautions(hypnogram, values))


def _cautions(hypnogram: Hypnogram, values: Mapping[str, float]) -> Iterator[str]:
    in_bed = hypnogram.in_bed
    stages, outside = hypnogram.stages[in_bed], hypnogram.stages[~in_bed]
    if values["unscored_minutes"] > 0.05 * stages.size * hypnogram.epoch / 60:
        share = values["unscored_minutes"] * 60 / (stages.size * hypnogram.epoch)
        yield f"{share:.0%} of the night is unscored ({values['unscored_minutes']:g} min)"
    yield from _light_outside(hypnogram)
    if stages.size == 0 and outside.size:
        yield "no epoch lies between lights-off and lights-on: check the lights"
    elif asleep := np.count_nonzero(outside > Stage.W):
        yield f"{asleep * hypnogram.epoch / 60:g} min of sleep lie outside lights-off to lights-on and are not counted"
    if stages.size and stages[0] > Stage.W:
        yield "the night starts asleep: sleep onset came earlier, or at once (SOL is left-censored)"
    if values["truncated"]:
        ending = "asleep" if stages[-1] > Stage.W else "unscored after sleep"
        yield f"the night ends {ending}: TST, REM minutes and the last run of sleep are lower bounds"
    bridged = values["awakenings_bridged"] - values["awakenings"]
    if bridged > 0:
        yield f"{bridged:g} of awakenings_bridged follow unscored epochs and are not among awakenings"


def _light_outside(hypnogram: Hypnogram) -> Iterator[str]:
    """Warn of lights that lie beyond the record by more than half an epoch, so that time in bed was not recorded."""
    before = -(hypnogram.lights_off or 0.0)
    after = (hypnogram.lights_on or 0.0) - hypnogram.duration
    if before > hypnogram.epoch / 2:
        yield f"lights-off is {before / 60:.1f} min before the record begins; that time is not counted"
    if after > hypnogram.epoch / 2:
        yield f"lights-on is {after / 60:.1f} min after the record ends; that time is not counted"
