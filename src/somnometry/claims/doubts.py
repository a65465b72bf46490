"""What a verdict says of the nights of its claim that may be other than they look."""

from __future__ import annotations

from collections.abc import Iterator

from ..catalogue import CATALOGUE
from ..core.reason import Reason
from .analysis import Question
from .data.declared_units import units_taken
from .data.filled_in import filled_in
from .data.odd_cells import odd_cells, two_times
from .data.short_nights import short_nights
from .data.unheeded_marks import unheeded_marks
from .data.zeros_apart import zeros_apart

__all__ = ["doubts_of"]


def doubts_of(question: Question) -> Iterator[Reason]:
    """Say which values were likely filled in or contradict others, which nights are short, marked, or lack a stage.

    Parameters
    ----------
    question : Question
    """
    nights, parts, arms = question.nights, question.claim.components, question.arms()
    yield from filled_in(nights, parts)
    yield from units_taken(nights, parts, question.study)
    yield from unheeded_marks(nights, question.study)
    if any(part.metric in CATALOGUE for part in parts):
        yield from short_nights(nights, arms)
        yield from odd_cells(nights, parts)
        yield from two_times(nights, parts)
        yield from zeros_apart(nights, parts, arms)
