"""`Claim`: what is said of a treatment, as a question that a table of nights can answer."""

from __future__ import annotations

import math
from dataclasses import KW_ONLY, dataclass
from numbers import Real
from typing import Literal, NoReturn, get_args

from .errors import ClaimError
from .html_tables import fields_html

__all__ = ["Claim", "Component", "Design", "Direction", "Kind"]

Direction = Literal["increases", "decreases"]
Design = Literal["crossover", "parallel", "pre-post", "n-of-1", "single-arm"]
Kind = Literal[
    "superiority", "equivalence", "non-inferiority", "difference", "conjunction", "dose-response", "heterogeneity",
    "mediation", "consistency",
]  # fmt: skip
#: Kinds that need a direction, because they say better or worse.
DIRECTED = ("superiority", "non-inferiority", "conjunction", "dose-response", "mediation", "consistency")


@dataclass(frozen=True, slots=True)
class Component:
    """One metric of a conjunction, with the way it is said to go.

    Parameters
    ----------
    metric : str
        Column of the table of nights.
    direction : {"increases", "decreases"}
    smallest_effect : float, optional
        As in `Claim`.
    """

    metric: str
    direction: Direction
    smallest_effect: float | None = None

    def __post_init__(self) -> None:
        _check_component(self.metric, self.direction, self.smallest_effect)


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, declared before looking: one primary metric, a direction, and the smallest effect of interest.

    Parameters
    ----------
    metric : str
        Column of the table of nights that decides: a key of `METRICS`, or any other measurement, such as a rating.
    direction : {"increases", "decreases"}, optional
        Which way the treatment is said to move the metric; for non-inferiority, which way is better. Equivalence,
        difference and heterogeneity need none.
    smallest_effect : float, optional
        Smallest effect of interest, positive, in the metric's unit; the margin of non-inferiority and equivalence.
        For counts and for ``kind="consistency"`` a ratio, below 1 for "decreases" and above 1 for "increases".
        Without it a claim can be supported or contradicted, and never equivalent.
    kind : str
        "superiority", "equivalence", "non-inferiority"; "difference" between `arms`; "conjunction" of the metric and
        `also`; "dose-response"; "heterogeneity" of the effect between people; "mediation" by `mediator`;
        "consistency", of the metric within a person over nights.
    design : {"crossover", "parallel", "pre-post", "n-of-1", "single-arm"}, optional
        That of the study where it is None; so are `treatment` and `control`.
    treatment, control : str, optional
        Values of the column ``condition``.
    arms : tuple of str
        Of a difference, the conditions that are compared with each other; of a dose-response, the active ones where
        not all doses of the study are meant.
    also : tuple of Component
        Further metrics of a conjunction.
    mediator : str, optional
        Column through which the effect is said to come about.
    secondary : tuple of str
        Metrics that are reported beside the primary one.
    horizon : float, optional
        Minutes to which a latency is watched; by default 120 for sleep onset and 240 for the others.
    sd : float, optional
        Declared standard deviation, in the metric's unit, that standardises the effect.
    population : str, optional
        Whom the claim is about, where that is not whom the study studied.
    id, words, source : str
        Short name; what was said; where the smallest effect is from.
    not_testable : str
        Why nothing measured in sleep can decide the claim; such a claim needs no metric.

    Raises
    ------
    ClaimError
        Where the parts contradict each other.

    Examples
    --------
    >>> Claim("rem_percent", "increases", smallest_effect=3.0, treatment="active", control="placebo").kind
    'superiority'
    >>> Claim("rem_percent", "rises")
    Traceback (most recent call last):
    somnometry.core.errors.ClaimError: claim 'rem_percent': direction is 'increases' or 'decreases', not 'rises'
    """

    metric: str
    direction: Direction | None = None
    _: KW_ONLY
    smallest_effect: float | None = None
    kind: Kind = "superiority"
    design: Design | None = None
    treatment: str | None = None
    control: str | None = None
    arms: tuple[str, ...] = ()
    also: tuple[Component, ...] = ()
    mediator: str | None = None
    secondary: tuple[str, ...] = ()
    horizon: float | None = None
    sd: float | None = None
    population: str | None = None
    id: str = ""
    words: str = ""
    source: str = ""
    not_testable: str = ""

    def _repr_html_(self) -> str:
        told = [(name, getattr(self, name)) for name in ("metric", "direction", "smallest_effect", "kind", "design")]
        told += [(name, getattr(self, name)) for name in ("treatment", "control", "words", "source", "not_testable")]
        return fields_html(f"Claim {self.name}", [(name.replace("_", " "), value) for name, value in told])

    def __post_init__(self) -> None:
        for name in ("arms", "also", "secondary"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if self.kind not in get_args(Kind):
            self._refuse("kind", f"there is no kind {self.kind!r}", f"there are {_listed(Kind)}")
        if self.design is not None and self.design not in get_args(Design):
            self._refuse("design", f"there is no design {self.design!r}", f"there are {_listed(Design)}")
        if self.not_testable:
            return
        if self.direction is None and self.kind in DIRECTED:
            self._refuse("direction", f"a claim of {self.kind} says 'increases' or 'decreases'")
        _check_component(self.metric, self.direction, self.smallest_effect, self.name)
        self._check_parts()

    def _check_parts(self) -> None:
        if bool(self.also) != (self.kind == "conjunction"):
            self._refuse(
                "also" if self.also else "kind", "`also` holds the further metrics of a conjunction, and of that only"
            )
        if bool(self.mediator) != (self.kind == "mediation"):
            self._refuse("mediator" if self.mediator else "kind", "a mediation, and only that, names its mediator")
        if self.kind in ("equivalence", "non-inferiority") and self.smallest_effect is None:
            self._refuse("kind", f"{self.kind} needs a margin", "give it as smallest_effect")
        if self.treatment is not None and self.treatment == self.control:
            self._refuse("treatment", f"treatment and control are both {self.treatment!r}")
        metrics = [part.metric for part in self.components]
        if len(set(metrics)) < len(metrics):
            self._refuse("also", f"a conjunction names each metric once, not {', '.join(metrics)}")
        if self.metric in self.secondary:
            self._refuse("secondary", f"{self.metric} is primary and cannot be secondary too")
        for name in ("horizon", "sd"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value > 0):
                self._refuse(name, f"{name} is a positive number, not {value!r}")

    def _refuse(self, key: str, what: str, remedy: str = "") -> NoReturn:
        raise ClaimError(what, place=f"claim {self.name!r}", remedy=remedy, key=key)

    @property
    def name(self) -> str:
        """What to call the claim: its id, or its metric."""
        return self.id or self.metric or self.words

    @property
    def components(self) -> tuple[Component | Claim, ...]:
        """The metrics that decide: this one, and those of the conjunction."""
        return (self, *self.also)


def _check_component(
    metric: str, direction: Direction | None, smallest_effect: float | None, name: str | None = None
) -> None:
    place = f"claim {(metric if name is None else name)!r}"
    if not metric:
        raise ClaimError("a claim names the metric that decides it", place=place, key="metric")
    if direction is not None and direction not in get_args(Direction):
        raise ClaimError(f"direction is 'increases' or 'decreases', not {direction!r}", place=place, key="direction")
    is_size = isinstance(smallest_effect, Real) and not isinstance(smallest_effect, bool)
    if smallest_effect is not None and not (is_size and math.isfinite(smallest_effect) and smallest_effect > 0):
        raise ClaimError(
            f"the smallest effect is a positive number, whichever way the claim goes, not {smallest_effect!r}",
            place=place, key="smallest_effect",
        )  # fmt: skip


def _listed(choices: object) -> str:
    return ", ".join(map(repr, get_args(choices)))
