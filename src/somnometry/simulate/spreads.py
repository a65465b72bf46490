"""`SPREADS`: means of metrics, and their SDs between people and between the nights of one person."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal, get_args

from ..core.equality import EqualByFields
from ..core.errors import SimulationError

__all__ = ["FIRST_NIGHT", "RESPONSE", "SPREADS", "WAKING", "Spread", "spread_of"]

Kind = Literal["continuous", "count", "latency"]


#: No metric comes near, in any unit, and its square is a number still.
LARGEST = 1e12


@dataclass(frozen=True, slots=True, eq=False)
class Spread(EqualByFields):
    """Mean and SDs of one metric, in its unit, where nothing is given.

    Parameters
    ----------
    mean : float
        Per night, of an untreated night.
    between : float
        SD of people's own means.
    within : float
        SD from night to night of one person. Of a count it holds the Poisson variance, and so is at least that.
    kind : {"continuous", "count", "latency"}
        A count is per night, and follows the hours slept. A latency is positive, skewed, and may not come in a night.
    lower, upper : float
        What the metric cannot leave; only ``bounded=True`` and nights with hypnograms keep to it.
    source : str
        Where the numbers are from.

    Raises
    ------
    SimulationError
        For a negative SD, bounds out of order, or a count or latency whose mean is not above 0.

    Examples
    --------
    >>> SPREADS["tst"].mean, SPREADS["tst"].within, Spread(5.0, 1.5, 1.0, upper=10.0).kind
    (390.3, 41.8, 'continuous')
    """

    mean: float
    between: float
    within: float
    kind: Kind = "continuous"
    lower: float = 0.0
    upper: float = math.inf
    source: str = ""

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise SimulationError(
                f"a spread is of a metric that is {', '.join(get_args(Kind))}, not {self.kind!r}", key="kind"
            )
        for name in ("between", "within"):
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) >= 0):
                raise SimulationError(f"the SD {name} is a number from 0, not {getattr(self, name)!r}", key=name)
        if not math.isfinite(self.mean) or (self.kind != "continuous" and self.mean <= 0):
            above_0 = "" if self.kind == "continuous" else " and above 0"
            raise SimulationError(
                f"the mean of a {self.kind} metric must be finite{above_0}, not {self.mean!r}", key="mean"
            )
        if max(abs(self.mean), self.between, self.within) > LARGEST or 0 < abs(self.mean) < 1 / LARGEST:
            raise SimulationError(
                f"no metric has a mean of {self.mean:g} and SDs of {self.between:g} and {self.within:g}", key="mean"
            )
        if not self.lower < self.upper:
            raise SimulationError(
                f"the lower bound {self.lower!r} must lie below the upper bound {self.upper!r}", key="lower"
            )


BOAS = (
    "human consensus scorings of Bitbrain Open Access Sleep, OpenNeuro ds005555 v1.1.0, CC0, doi "
    "10.18112/openneuro.ds005555.v1.1.0: mean of 64 nights, SDs of the ten people with two or three"
)
BOAS_LATENCY = f"{BOAS}; its lights are unmarked, so latencies hold the wake before lights-off"
#: Minutes from lights-off to lights-on that are not slept; means of TRT and TST of the same nights.
WAKING = 77.3

# fmt: off
#: Key in `METRICS` -> its spread. Each can be replaced, and others added, by ``spreads`` of `simulate_study`.
SPREADS: Mapping[str, Spread] = MappingProxyType({
    "tst": Spread(390.3, 53.6, 41.8, source=BOAS),
    "se": Spread(83.3, 6.7, 7.4, upper=100.0, source=BOAS),
    "waso": Spread(42.2, 24.2, 27.5, source=BOAS),
    "sol": Spread(33.6, 29.6, 17.8, "latency", source=BOAS_LATENCY),
    "lps": Spread(43.1, 25.7, 22.6, "latency", source=BOAS_LATENCY),
    "rem_latency": Spread(113.9, 12.1, 51.4, "latency", source=BOAS),
    "rem_percent": Spread(18.8, 3.8, 4.1, upper=100.0, source=BOAS),
    "n1_percent": Spread(4.4, 3.2, 3.2, upper=100.0, source=BOAS),
    "n2_percent": Spread(71.0, 3.9, 3.7, upper=100.0, source=BOAS),
    "n3_percent": Spread(5.8, 3.9, 2.0, upper=100.0, source=BOAS),
    "rem_minutes": Spread(75.0, 21.3, 18.7, source=BOAS),
    "awakenings": Spread(18.6, 7.3, 6.1, "count", source=BOAS),
    "awakenings_2min": Spread(3.2, 2.8, 3.0, "count", source=BOAS),
    "longest_sleep": Spread(96.1, 17.2, 32.8, source=BOAS),
    "sfi_shift": Spread(9.7, 2.3, 2.6, source=BOAS),
    "transitions_3state": Spread(7.2, 3.1, 2.4, source=BOAS),
})
# fmt: on

#: SD of people's own treatment effects, the difference of two conditions, in night-to-night SDs.
RESPONSE = 0.4

#: By how much a person's very first night differs from later ones, in the metric's unit. That it is the first night
#: only, and that TST and REM are lower: Ding et al. 2022, Sleep Med 89:159, 53 studies. That it does not come back in
#: later periods: Lorenzo and Barbanoj 2002, Psychophysiology 39:409. The sizes are this package's working values, 26 to
#: 30 min of TST and 2.2 percentage points of REM between two nights without treatment.
FIRST_NIGHT: Mapping[str, float] = MappingProxyType({"tst": -28.0, "rem_percent": -2.2})


def spread_of(keys: Iterable[str], own: Mapping[str, Spread | Mapping[str, Any]]) -> dict[str, Spread]:
    """Spread of each key: the user's own, the table's with some numbers replaced, or the table's.

    Raises
    ------
    SimulationError
        For a key without a spread, and where numbers are to be replaced in one.

    Examples
    --------
    >>> spread_of(["waso"], {"waso": {"within": 30.0}})["waso"].within
    30.0
    """
    spreads = {}
    for key in keys:
        given = own.get(key)
        if isinstance(given, Spread):
            spreads[key] = given
        elif key not in SPREADS:
            raise SimulationError(
                f"nothing is known of the spread of {key!r}",
                remedy=f"give spreads={{{key!r}: Spread(mean, between, within)}}, or name one of {', '.join(SPREADS)}",
                key=f"spreads.{key}",
            )
        else:
            spreads[key] = replace(SPREADS[key], **(given or {}))
    return spreads
