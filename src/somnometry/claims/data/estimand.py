"""`Estimand`: which quantity of a metric is analysed, and on which scale its effects are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...catalogue import CATALOGUE
from ...core.claim import Claim

__all__ = ["Estimand"]

#: Minutes to which latencies are watched: those from lights-off, and the others.
ONSET_HORIZON, HORIZON = 120.0, 240.0
#: Latencies that a night has already passed when it is asleep at lights-off.
FROM_LIGHTS_OFF = ("sol", "sol_5min", "lps")


@dataclass(frozen=True, slots=True)
class Estimand:
    """What is measured of a metric in each subject, period and arm.

    Parameters
    ----------
    metric : str
        Column of the table of nights.
    summary : {"mean", "sd"}
        Of the nights of a subject under a condition; the SD is its consistency.
    horizon : float, optional
        Minutes to which a latency is watched; None is the default of the metric.

    Examples
    --------
    >>> Estimand("tst").scale, Estimand("tst", "sd").scale, Estimand("awakenings").scale
    ('difference', 'ratio', 'ratio')
    """

    metric: str
    summary: Literal["mean", "sd"] = "mean"
    horizon: float | None = None

    @classmethod
    def of(cls, claim: Claim, metric: str | None = None) -> Estimand:
        """Give what a claim measures of a metric, its own by default."""
        return cls(metric or claim.metric, "sd" if claim.kind == "consistency" else "mean", claim.horizon)

    @property
    def is_rate(self) -> bool:
        """Whether it is a count, which is analysed per hour of sleep."""
        known = CATALOGUE.get(self.metric)
        return self.summary == "mean" and known is not None and known.unit == "count"

    @property
    def scale(self) -> Literal["difference", "ratio"]:
        """Whether effects are differences, or ratios: of counts per hour of sleep, and of standard deviations."""
        return "ratio" if self.summary == "sd" or self.is_rate else "difference"

    @property
    def is_ratio(self) -> bool:
        """Whether effects are ratios."""
        return self.scale == "ratio"

    @property
    def watched_to(self) -> float:
        """Minutes to which a latency is watched."""
        return self.horizon or (ONSET_HORIZON if self.is_from_lights_off else HORIZON)

    @property
    def is_from_lights_off(self) -> bool:
        """Whether a night that is asleep at lights-off has already passed it."""
        return self.metric in FROM_LIGHTS_OFF or self.metric.endswith("_lights_off")
