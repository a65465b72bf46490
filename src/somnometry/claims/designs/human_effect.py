"""`HumanEffect`: what an effect on an automatic metric says of the effect that people would have scored."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

from scipy.special import stdtr, stdtrit

from .effect import Effect, TEffect
from .second_answer import WiderEffect

__all__ = ["NO_SLOPE", "HumanEffect", "Slope", "as_people_score", "room_above", "room_below"]


@dataclass(frozen=True, slots=True)
class Slope:
    """How much of an effect that people would score an automatic stager shows: the slope of automatic on human.

    Parameters
    ----------
    low, error : float
        The least that it is, by regression on human scorings, which err themselves; and its standard error.
    high : float
        The most that it is.
    """

    low: float
    error: float
    high: float

    @property
    def has_size(self) -> bool:
        """Whether it tells how large an effect is at most, and not only which way it goes."""
        return self.low > 0


#: Of a stager that nobody calibrated: its effects have a sign and no size.
NO_SLOPE = Slope(0.0, 0.0, math.inf)


@dataclass(frozen=True, slots=True, eq=False)
class HumanEffect:
    """An effect on the human-scored metric, known by a stager that shows a part of it.

    Against no effect it is tested as measured. Against any other value the slope counts at the end that makes the
    test harder: at its low end, with its error (Fieller), where the effect is to be shown small, or harm to be
    excluded; at its high end where it is to be shown large.

    Parameters
    ----------
    measured : TEffect or other Effect
        On the automatic metric. Of what has no standard error, the low end of the slope is taken 1.645 errors lower,
        which asks for more than Fieller's limits do.
    slope : Slope

    Examples
    --------
    A headband shows .6 (SE .11) of an effect on N3: 1.2 points of it, SE .6, may be 2 points of what people score.

    >>> effect = HumanEffect(TEffect(1.2, 0.6, 22), Slope(0.6, 0.11, 1.0))
    >>> [round(limit, 1) for limit in effect.interval(0.90)], round(effect.p_below(3.0), 2)
    ([0.2, 4.2], 0.2)
    """

    measured: Effect
    slope: Slope

    @property
    def estimate(self) -> float:
        """The effect, were the slope at its high end: the smallest that the measured one may mean."""
        return self.ends[0]

    @property
    def ends(self) -> tuple[float, float]:
        """The effect with the slope at its high end, and at its low."""
        measured, slope = self.measured.estimate, self.slope
        high = 1.0 if math.isinf(slope.high) else slope.high
        return measured / high, (measured / slope.low if slope.low > 0 else math.copysign(math.inf, measured))

    @property
    def standard_error(self) -> float:
        """Of the estimate."""
        return self.measured.standard_error / (1.0 if math.isinf(self.slope.high) else self.slope.high)

    @property
    def df(self) -> float:
        """As measured."""
        return self.measured.df

    def p_above(self, value: float) -> float:
        """One-sided p against an effect of at most `value`."""
        if value == 0 or (math.isinf(self.slope.high) and value < 0):
            return self.measured.p_above(0.0)
        if value > 0:
            return 1.0 if math.isinf(self.slope.high) else self.measured.p_above(self.slope.high * value)
        return self._p_of_low(value, above=True)

    def p_below(self, value: float) -> float:
        """One-sided p against an effect of at least `value`."""
        if value == 0 or (math.isinf(self.slope.high) and value > 0):
            return self.measured.p_below(0.0)
        if value < 0:
            return 1.0 if math.isinf(self.slope.high) else self.measured.p_below(self.slope.high * value)
        return self._p_of_low(value, above=False)

    def _p_of_low(self, value: float, *, above: bool) -> float:
        measured, slope = self.measured, self.slope
        if not isinstance(measured, TEffect):
            shown = max(slope.low - float(stdtrit(math.inf, 0.95)) * slope.error, 0.0) * value
            return measured.p_above(shown) if above else measured.p_below(shown)
        distance = (measured.estimate - slope.low * value) * (1 if above else -1)
        error = math.hypot(measured.standard_error, value * slope.error)
        return float(stdtr(measured.df, -distance / error)) if error > 0 else float(distance <= 0)

    def interval(self, level: float) -> tuple[float, float]:
        """Two-sided confidence interval: the effects that neither one-sided test rejects, at any slope between."""
        low, high = self.measured.interval(level)
        return (
            low / self.slope.high if low > 0 else -self._limit_of_low(-low, level, -1),
            high / self.slope.high if high < 0 else self._limit_of_low(high, level, 1),
        )

    def _limit_of_low(self, limit: float, level: float, sign: int) -> float:
        """The largest effect, turned by `sign`, that the slope's low end leaves; `limit` is the measured one."""
        measured, slope = self.measured, self.slope
        if not isinstance(measured, TEffect):
            shown = slope.low - float(stdtrit(math.inf, 0.5 + level / 2)) * slope.error
            return limit / shown if shown > 0 else math.inf
        t, q = float(stdtrit(measured.df, 0.5 + level / 2)), sign * measured.estimate
        a = slope.low**2 - (t * slope.error) ** 2
        if a <= 0 or slope.low <= 0:
            return math.inf
        c = q**2 - (t * measured.standard_error) ** 2
        return (slope.low * q + math.sqrt(max((slope.low * q) ** 2 - a * c, 0.0))) / a

    def negated(self) -> HumanEffect:
        """The effect with its sign turned."""
        return HumanEffect(self.measured.negated(), self.slope)


def room_below(effect: Effect, value: float, level: float) -> float:
    """How far the measured effect may move up until it is no longer shown below `value`; negative where it is not.

    Parameters
    ----------
    effect : Effect
    value : float
        On the scale of what people score.
    level : float
        Of the two-sided interval.

    Returns
    -------
    float
        On the scale of what was measured.
    """
    if isinstance(effect, WiderEffect):
        return min(room_below(one, value, level) for one in (effect.first, *(s.effect for s in effect.seconds)))
    if not isinstance(effect, HumanEffect):
        return value - effect.interval(level)[1]
    measured, slope = effect.measured, effect.slope
    if value <= 0:
        shown = 0.0 if value == 0 else slope.high * value
        return shown - measured.interval(level)[1]
    if not isinstance(measured, TEffect):
        shown = max(slope.low - float(stdtrit(math.inf, 0.5 + level / 2)) * slope.error, 0.0) * value
        return shown - measured.interval(level)[1]
    t = float(stdtrit(measured.df, 0.5 + level / 2))
    return slope.low * value - measured.estimate - t * math.hypot(measured.standard_error, value * slope.error)


def room_above(effect: Effect, value: float, level: float) -> float:
    """How far the measured effect may move down until it is no longer shown above `value`; as `room_below`."""
    return room_below(effect.negated(), -value, level)


def as_people_score(effect: Effect, slope: Slope | None) -> Effect:
    """Give the effect on the human-scored metric; the effect itself where people scored the nights (no slope)."""
    if slope is None:
        return effect
    if isinstance(effect, WiderEffect):
        seconds = tuple(dataclasses.replace(one, effect=as_people_score(one.effect, slope)) for one in effect.seconds)
        return WiderEffect(as_people_score(effect.first, slope), seconds)
    return HumanEffect(effect, slope)
