"""`Requirement`: what a metric needs of a night; the first that the night does not meet is the reason for its NaN."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

__all__ = ["Check", "Requirement", "first_unmet", "measured"]

N = TypeVar("N")
N_contra = TypeVar("N_contra", contravariant=True)


class Requirement(Protocol[N_contra]):
    """A condition on a night, in whatever form a family of metrics has it."""

    @property
    def reason(self) -> str:
        """Why a metric is NaN where the condition does not hold, in general."""
        ...

    def unmet(self, night: N_contra, /) -> str | None:
        """Why a metric is NaN of this night, with its numbers; None where the condition holds."""
        ...


@dataclass(frozen=True, slots=True)
class Check(Generic[N]):
    """A requirement that a function looks into.

    Parameters
    ----------
    reason : str
        Why a metric is NaN, in general.
    unmet : function of a night
        Why it is NaN of this one, with its numbers; None where it is not.
    """

    reason: str
    unmet: Callable[[N], str | None]


def first_unmet(requirements: Iterable[Requirement[N]], night: N) -> str | None:
    """Give the reason of the first requirement that a night does not meet; those after it are not asked.

    Examples
    --------
    >>> positive = Check("it is negative", lambda x: None if x >= 0 else f"{x} is negative")
    >>> first_unmet([positive], -2), first_unmet([positive], 2)
    ('-2 is negative', None)
    """
    return next((reason for each in requirements if (reason := each.unmet(night)) is not None), None)


def measured(
    metrics: Iterable[tuple[str, Iterable[Requirement[N]], Callable[[N], float]]], night: N
) -> tuple[dict[str, float], dict[str, str]]:
    """Measure a night, metric by metric.

    Parameters
    ----------
    metrics : iterable of (key, requirements, function)
        The function is called only where the requirements are met.
    night
        What requirements and functions take.

    Returns
    -------
    values : dict of str to float
        NaN where a requirement is not met.
    reasons : dict of str to str
        Why, for each of these.
    """
    values: dict[str, float] = {}
    reasons: dict[str, str] = {}
    for key, requirements, function in metrics:
        reason = first_unmet(requirements, night)
        values[key] = function(night) if reason is None else math.nan
        if reason is not None:
            reasons[key] = reason
    return values, reasons
