"""People drawn with replacement, and the intervals of what their draws give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from ...core.errors import HypnogramError

__all__ = ["BootstrapInterval", "Draws", "Estimate", "check_confidence"]

#: How bootstrap draws become an interval: their quantiles, or those mirrored at the estimate (as R's boot.ci "basic").
BootstrapInterval = Literal["percentile", "basic"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and its confidence interval, in the unit of the number; NaN where it is undefined.

    Examples
    --------
    >>> print(Estimate(2.5, 1.0, 4.25))
    2.5 [1, 4.25]
    >>> f"{Estimate(0.8713, 0.86461, 0.87809):.2f}"
    '0.87 [0.86, 0.88]'
    """

    value: float
    lower: float
    upper: float

    def __str__(self) -> str:
        return f"{self:.4g}"

    def __format__(self, spec: str) -> str:
        """Write all three numbers by one rule, such as ``.2f``."""
        return f"{self.value:{spec or '.4g'}} [{self.lower:{spec or '.4g'}}, {self.upper:{spec or '.4g'}}]"


def check_confidence(confidence: float) -> None:
    """Refuse a confidence that is no share between 0 and 1."""
    if not 0 < confidence < 1:
        raise HypnogramError(
            f"confidence must lie between 0 and 1, not be {confidence!r}",
            remedy="0.95 stands for 95 %",
            key="confidence",
        )


class Draws:
    """People drawn with replacement; each brings all the nights of his or hers.

    Parameters
    ----------
    subjects : sequence of str
        The person of every night.
    n : int
        Number of draws.
    seed : int
        Same seed and people, same draws, in whatever order the nights come.

    Attributes
    ----------
    people : list of str
        Sorted.
    index : array of int, shape (n_nights,)
        Of the person of every night.
    """

    def __init__(self, subjects: Sequence[str], n: int, seed: int) -> None:
        self.people = sorted(set(subjects))
        place = {person: i for i, person in enumerate(self.people)}
        self.index = np.array([place[subject] for subject in subjects], dtype=np.int64)
        self._n, self._seed = n, seed

    @cached_property
    def weights(self) -> npt.NDArray[np.float64]:
        """How often each person was drawn, shape (n, n_people); drawn when they are first asked for."""
        return _drawn(len(self.people), self._n, self._seed)

    def interval(
        self, value: float, draws: npt.NDArray[np.float64], confidence: float, kind: BootstrapInterval = "percentile"
    ) -> Estimate:
        """Give a value the interval of its draws; NaN with fewer than two people or where no draw defines it."""
        draws = draws[~np.isnan(draws)]
        if np.isnan(value) or len(self.people) < 2 or not draws.size:
            return Estimate(float(value), float("nan"), float("nan"))
        low, high = np.quantile(draws, [(1 - confidence) / 2, (1 + confidence) / 2]).tolist()
        if kind == "basic":
            low, high = 2 * value - high, 2 * value - low
        return Estimate(float(value), low, high)


@lru_cache(maxsize=1)  # of one table of people, metric after metric
def _drawn(n_people: int, n: int, seed: int) -> npt.NDArray[np.float64]:
    """Draw people with replacement, and count how often each was drawn; read-only."""
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(n_people, np.full(n_people, 1 / n_people), size=n) if n_people else np.zeros((n, 0))
    weights = drawn.astype(np.float64)
    weights.flags.writeable = False
    return weights
