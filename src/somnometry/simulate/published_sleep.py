"""Stage targets of one sleeper by age, from what has been published of healthy adults."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from ..core.errors import SimulationError
from ..metrics.reference_values import REFERENCE_VALUES
from .spreads import SPREADS

__all__ = ["published_targets"]

#: Metric -> its stage; those whose medians by age are published in an abstract.
STAGES: Mapping[str, str] = MappingProxyType({"n3_percent": "N3", "rem_percent": "R"})
#: Per cent of TST below which no sleeper's target is drawn, so that N3 and R are there.
LEAST = 4.0


def published_targets(seed: int, *, age: float = 30.0) -> dict[str, float]:
    """Draw the shares of N3 and R, in per cent of TST, that a healthy sleeper of some age has in one night.

    Their middle is the published median (Mitterling 2015: 18-30 and 60-77 years), on a line between the middles of its
    two groups of age and constant outside them; how nights lie about it is the spread of people and nights of 64
    public nights (`SPREADS`), whose own N3 is lower. Nothing is published there of N1 and N2: they stay as fitted.

    Parameters
    ----------
    seed : int
    age : float
        Years.

    Returns
    -------
    dict of str to float
        For ``simulate_hypnogram(stage_targets=)`` and ``simulate_scored_night(stage_targets=)``.

    Raises
    ------
    SimulationError
        For an age outside 18 to 90 years.

    Examples
    --------
    >>> {stage: round(percent) for stage, percent in published_targets(1, age=24).items()}
    {'N3': 20, 'R': 16}
    """
    if not 18 <= age <= 90:
        raise SimulationError(f"the sleepers are 18 to 90 years old, not {age!r}", key="age")
    rng = np.random.default_rng([seed, 3])
    targets = {}
    for metric, stage in STAGES.items():
        known = [value for value in REFERENCE_VALUES if value.metric == metric]
        ages = [(value.age_above + value.age_to) / 2 for value in known]
        middle = float(np.interp(age, ages, [value.median for value in known]))
        spread = SPREADS[metric]
        drawn = middle + float(np.hypot(spread.between, spread.within)) * rng.standard_normal()
        targets[stage] = max(LEAST, drawn)
    return targets
