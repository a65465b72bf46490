"""schedule.html: what to take on which evening, to be printed and written on."""

from __future__ import annotations

from collections.abc import Sequence

from ...core.evenings import PersonSchedule
from ..words.schedule import evening_words, rule_words
from .page import render

__all__ = ["schedule_page"]


def schedule_page(plan: PersonSchedule, notes: Sequence[str] = (), *, is_blinded: bool = False) -> str:
    """Give the page of one person's schedule, as HTML that needs no other file.

    Parameters
    ----------
    plan : PersonSchedule
    notes : sequence of str
        What the person is asked to note each morning; a column each.
    is_blinded : bool
        Whether the rule and the seed, which tell the order, are kept from who reads the page.
    """
    evenings = plan.evenings
    return render(
        "schedule.html",
        rows=[(one.day, evening_words(one), one.is_drawn) for one in evenings],
        notes=notes,
        first=evenings[0].day,
        last=evenings[-1].day,
        at=plan.at,
        drawn=sum(one.is_drawn for one in evenings),
        rule=None if is_blinded else rule_words(plan.schedule),
    )
