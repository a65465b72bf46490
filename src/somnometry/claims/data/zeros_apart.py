"""Stages, wake and awakenings of which some nights have nothing and the others plenty: absent, or not scored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from ...core.claim import Claim, Component
from ...core.reason import Reason
from .shares_of_arms import chance_between_arms, nights_under
from .study_nights import StudyNights

__all__ = ["zeros_apart"]

#: Of these a night commonly has some; what nobody has seen, or looked for, is 0 too.
STAGES = ("rem_percent", "rem_minutes", "n3_percent", "n3_minutes", "n2_percent", "n2_minutes", "n1_percent",
          "n1_minutes", "light_percent", "light_minutes")  # fmt: skip
WAKE = ("waso", "waso_spt", "twt", "awakenings", "awakenings_per_hour", "awakenings_1min", "awakenings_2min",
        "sfi_wake", "sfi_shift", "stage_shift_index", "transitions_3state")  # fmt: skip
#: Nights from which on something is said.
LEAST = 2
#: Of other nights the least twentieth has this share of their median or more, and so many minutes or per cent, where
#: zeros stand apart from them.
APART, AT_LEAST = 0.2, 3.0
#: Arms that chance would part so among people less often are said, also where zeros do not stand apart.
P = 0.05


def zeros_apart(nights: StudyNights, components: Iterable[Component | Claim], arms: Sequence[str]) -> Iterator[Reason]:
    """Say how many nights of each arm have nothing of what others have, where zeros stand apart or, of stages, by arm.

    A treatment that suppresses REM makes such nights, and so does a scoring that lost it, or a 0 for an empty cell: the
    table does not tell which.

    Parameters
    ----------
    nights : StudyNights
    components : iterable of Component or Claim
        The parts of a claim.
    arms : sequence of str
        Conditions that the claim compares.
    """
    for metric in dict.fromkeys(part.metric for part in components):
        if metric not in (*STAGES, *WAKE) or metric not in nights.columns:
            continue
        there = tuple(arm for arm in arms if arm in nights.conditions)
        under = [nights_under(nights, arm) for arm in there]
        inside = np.any(under, axis=0)
        values = nights.numbers(metric)
        none, some, known = inside & (values == 0), values[inside & (values > 0)], inside & np.isfinite(values)
        if none.sum() < LEAST or not some.size:
            continue
        differs = metric in STAGES and chance_between_arms(nights, none, known, there) <= P
        if differs or np.quantile(some, 0.05) >= max(AT_LEAST, APART * np.median(some)):
            yield Reason("zeros-apart", {
                "metric": metric, "arms": there, "n": tuple(int((none & arm).sum()) for arm in under),
                "nights": tuple(int((known & arm).sum()) for arm in under), "least": float(some.min()),
                "differs": differs,
            })  # fmt: skip
