"""What a forest plot shows of a verdict: effects over the smallest effect of interest, and how outcomes look."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...core.claim import Claim, Component
from ...core.verdict import Interval, Quantity, Verdict
from ..words.numbers import UNITS, shown
from ..words.quantities import QuantityWords, named
from ..words.verdict import smallest

__all__ = ["OUTCOMES", "Look", "Mark", "aim", "interval_text", "marks_of", "over_smallest", "unit_words"]


@dataclass(frozen=True, slots=True)
class Look:
    """How an outcome is drawn, apart by shape and by colour.

    Parameters
    ----------
    colour : str
        Of Okabe and Ito 2008, which colour-blind readers tell apart.
    marker, glyph : str
        For matplotlib, and as text.
    filled : bool
    style : str
        On the terminal.
    """

    colour: str
    marker: str
    glyph: str
    filled: bool
    style: str


OUTCOMES = {
    "supported": Look("#009E73", "o", "●", True, "green"),
    "equivalent": Look("#0072B2", "D", "◆", True, "blue"),
    "contradicted": Look("#D55E00", "s", "■", True, "red"),
    "inconclusive": Look("#555555", "o", "○", False, "yellow"),
    "not testable": Look("#555555", "x", "×", True, "dim"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """One effect on the axis of a forest plot.

    Parameters
    ----------
    name : str
        Of the metric, or of the part of a claim.
    value : float
        Over the smallest effect of interest; positive the way of the claim, or upward where it says none.
    interval90, interval95 : (float, float)
    text : str
        Estimate and 95 % interval in the metric's unit.
    """

    name: str
    value: float
    interval90: Interval
    interval95: Interval
    text: str


def over_smallest(value: float, part: Claim | Component, scale: str) -> float:
    """Effect over the smallest effect of interest, without a unit: positive the way of the claim.

    Differences over D; logarithms of ratios over that of D. NaN without a smallest effect.

    Examples
    --------
    >>> over_smallest(-30.0, Claim("waso", "decreases", smallest_effect=20.0), "difference")
    1.5
    >>> round(over_smallest(0.64, Claim("awakenings", "decreases", smallest_effect=0.8), "ratio"), 6)
    2.0
    """
    if part.smallest_effect is None or math.isnan(value):
        return math.nan
    sign = -1 if part.direction == "decreases" else 1
    if scale == "ratio":
        unit = abs(math.log(part.smallest_effect))
        value = math.log(value) if value > 0 else -math.inf
        return sign * value / unit if unit else math.nan
    return sign * value / part.smallest_effect


def marks_of(verdict: Verdict) -> tuple[Mark, ...]:
    """Give what is drawn of a verdict: each part of a claim that has parts; nothing where it cannot be drawn."""
    claim = verdict.claim
    if verdict.outcome == "not testable" or claim.smallest_effect is None:
        return ()
    estimates: list[tuple[str, Claim | Component, float, Interval, Interval]]
    if claim.kind == "conjunction" and len(verdict.pairs) == len(claim.components):
        estimates = [
            (named(verdict, part.metric).title, part, pair.estimate, pair.interval90, pair.interval95)
            for part, pair in zip(claim.components, verdict.pairs, strict=True)
        ]
    elif claim.kind in ("dose-response", "difference") and verdict.pairs:
        estimates = [(str(pair.name), claim, pair.estimate, pair.interval90, pair.interval95) for pair in verdict.pairs]
    else:
        estimates = [("", claim, verdict.estimate, verdict.interval90, verdict.interval95)]
    marks = []
    for name, part, value, interval90, interval95 in estimates:
        quantity = verdict.quantity(part.metric)
        at = over_smallest(value, part, quantity.scale)
        if not math.isfinite(at):
            continue
        inner, outer = (_turned(interval, part, quantity.scale) for interval in (interval90, interval95))
        marks.append(Mark(name, at, inner, outer, interval_text(value, interval95, quantity)))
    return tuple(marks)


def _turned(interval: Interval, part: Claim | Component, scale: str) -> Interval:
    low, high = sorted((over_smallest(limit, part, scale) for limit in interval), key=lambda x: (math.isnan(x), x))
    return low, high


def interval_text(value: float, interval: Interval, quantity: Quantity | QuantityWords) -> str:
    """Give an estimate with its 95 % interval and unit.

    Examples
    --------
    >>> interval_text(6.08, (4.41, 7.75), Quantity("rem_percent", "REM", "%"))
    '6.1 (4.4 to 7.8) percentage points'
    """
    if math.isnan(value):
        return ""
    text = shown(value, quantity.scale)
    if not any(map(math.isnan, interval)):
        text += f" ({shown(interval[0], quantity.scale)} to {shown(interval[1], quantity.scale)})"
    return f"{text} {unit_words(quantity)}".strip()


def unit_words(quantity: Quantity | QuantityWords) -> str:
    """What stands behind an effect on a quantity: its unit, "ratio" for ratios."""
    return "ratio" if quantity.scale == "ratio" else UNITS.get(quantity.unit, ("", quantity.unit))[1]


def aim(verdict: Verdict) -> str:
    """Say in few words what a claim must reach: "up, at least 3 percentage points"."""
    way = {"increases": "up", "decreases": "down"}.get(verdict.claim.direction or "", "either way")
    kind, known = verdict.claim.kind, smallest(verdict)
    if kind == "heterogeneity":
        way = "spread between people"
    elif kind == "non-inferiority":
        way = f"{'lower' if way == 'down' else 'higher'} is better"
    elif known and verdict.quantity().scale == "ratio" and verdict.claim.direction:
        return f"at least {known}"
    margin = "margin" if kind in ("equivalence", "non-inferiority") else "at least"
    return f"{way}, {margin} {known}" if known else way
