"""`Metric`: what a number is called, what it means, when it is defined, and how it is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from ..core.definition import Definition, Level
from .stage_matrix import PerNight, StageMatrix

__all__ = ["Censoring", "Metric"]


@dataclass(frozen=True, slots=True)
class Censoring:
    """What a latency waits for, and how long a night was watched for it in vain.

    Parameters
    ----------
    event : str
        The requirement, one of the metric's, that says whether the event came.
    watched : function of StageMatrix
        Minutes after which a night without the event is right-censored.
    """

    event: str
    watched: Callable[[StageMatrix], PerNight]


@dataclass(frozen=True, slots=True)
class Metric(Definition):
    """A quantity of a night.

    Parameters
    ----------
    key, label, unit, better, definition, source, bounds
        As in `Definition`.
    requires : tuple of str
        Names in `REQUIREMENTS` without which it is NaN; the first that is not met gives the reason.
    function : function of StageMatrix
        Gives the value of each night, whatever it may be where a requirement is not met.
    censoring : Censoring, optional
        For a latency: `architecture` then adds ``<key>_time`` and ``<key>_event``.
    edge_cases : str
        What becomes of nights that the definition leaves open; empty where it leaves none.

    Examples
    --------
    >>> from somnometry.metrics import METRICS
    >>> METRICS["waso"]
    Metric('waso', 'WASO', min, lower is better)
    """

    level: ClassVar[Level] = "night"

    requires: tuple[str, ...]
    function: Callable[[StageMatrix], PerNight]
    censoring: Censoring | None = None
    edge_cases: str = ""

    def __repr__(self) -> str:
        better = f"{self.better} is better" if self.better else "neither way is better"
        return f"Metric({self.key!r}, {self.label!r}, {self.unit}, {better})"
