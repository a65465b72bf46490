"""The English of a schedule: how an order was drawn, and what an evening asks for."""

from __future__ import annotations

from ...core.evenings import RUN_IN, Evening
from ...core.schedule import Schedule
from .numbers import count

__all__ = ["evening_words", "rule_words"]


def rule_words(schedule: Schedule) -> str:
    """Say how an order was drawn, so that it can be drawn again.

    Examples
    --------
    >>> rule_words(Schedule("blocks", periods=20, seed=5))
    'drawn in blocks of 2, half of each under treatment; 20 periods, seed 5'
    """
    how = {
        "blocks": f"drawn in blocks of {schedule.block}, half of each under treatment",
        "complete": "drawn over all periods at once, half of them under treatment",
        "phases": f"drawn where the phases {schedule.pattern} begin, none shorter than {schedule.min_phase} periods "
        "(A control, B treatment)",
        "listed": f"drawn from {len(schedule.orders)} orders that were listed",
    }[schedule.scheme]
    cut = schedule.scheme == "blocks" and schedule.periods is not None and schedule.periods % schedule.block
    facts = [count(schedule.periods or len(schedule.order), "period")]
    facts += [f"seed {schedule.seed}"] if schedule.seed is not None else []
    return f"{how}{', the last block cut' if cut else ''}; {', '.join(facts)}"


def evening_words(evening: Evening) -> str:
    """Say what an evening asks for.

    Examples
    --------
    >>> from datetime import date
    >>> evening_words(Evening(date(2026, 3, 1), "magnesium", 1, 1))
    'magnesium'
    """
    if evening.is_drawn:
        return evening.condition
    return "nothing yet: wear the device only" if evening.condition == RUN_IN else "nothing: a night between"
