"""A claim as people type it, `waso=-20`, with the way and the size that are usual where they say none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from ..catalogue import CATALOGUE, meant
from ..core.claim import Claim, Direction
from ..core.errors import ClaimError
from .data.estimand import Estimand

__all__ = ["OWN_SOURCE", "TRIAL_SOURCE", "USUAL", "asked_claim"]

#: Who says how much is enough where neither a guideline does nor the usual size is taken.
OWN_SOURCE = "what the person said, before the first night, would be enough"
TRIAL_SOURCE = "what those who run the trial said, before its first night, would be enough"
#: Metric -> the way that is claimed as a rule, the smallest effect that matters, and who says so.
USUAL: Mapping[str, tuple[Direction, float, str]] = MappingProxyType({
    "tst": ("increases", 15.0, "AASM 2021 guideline on insomnia: clinical significance thresholds"),
    "se": ("increases", 10.0, "AASM 2021 guideline: 10 percentage points (5 between active treatments)"),
    "waso": ("decreases", 20.0, "AASM 2017 guideline: 20 min (15 between active treatments)"),
    "sol": ("decreases", 20.0, "AASM 2017 and 2021 guidelines: 20 min for latency (10 between active treatments)"),
    "lps": ("decreases", 20.0, "AASM 2017 and 2021 guidelines: 20 min for latency (10 between active treatments)"),
    "awakenings": ("decreases", 0.8, "a fifth fewer awakenings per hour of sleep"),
    "awakenings_2min": ("decreases", 0.8, "a fifth fewer awakenings per hour of sleep"),
    "longest_sleep": ("increases", 20.0, "half the standard deviation between people (39 min in BOAS)"),
    "rem_percent": ("increases", 3.0, "half the standard deviation between people (6.1 to 6.6 in BOAS)"),
    "n3_percent": ("increases", 3.6, "half the standard deviation between people (7.2)"),
    "transitions_3state": ("decreases", 1.6, "half the standard deviation between people (3.2 per hour in BOAS)"),
})  # fmt: skip


def asked_claim(text: str, words: str = "", own_source: str = OWN_SOURCE) -> Claim:
    """Make a claim of a text such as ``tst``, ``waso=-20`` or ``awakenings=0.8``.

    Parameters
    ----------
    text : str
        A metric, and the smallest effect that would be enough: in its unit, with the sign of the way it is claimed to
        go, or without one for the better way; of counts a ratio. Without an effect it is that of `USUAL`.
    words : str
        What was said, in words.
    own_source : str
        Who says how much is enough, where it is not the usual size.

    Raises
    ------
    ClaimError
        For a metric that there is not, a size that is none, and where no size is usual.

    Examples
    --------
    >>> asked_claim("waso").direction, asked_claim("tst=-30").direction, asked_claim("awakenings=0.7").smallest_effect
    ('decreases', 'decreases', 0.7)
    """
    name, equals, value = (part.strip() for part in text.partition("="))
    metric = name.lower()
    if metric not in CATALOGUE:
        likely = meant(metric)
        near = f"did you mean {' or '.join(likely)}? " if likely else ""
        what = f"no metric is called {name!r}"
        raise ClaimError(what, place="claim", remedy=f"{near}`somnometry metrics` lists them all", key="claim")
    usual = USUAL.get(metric)
    if not equals:
        if usual is None:
            what = f"nobody says how much of {metric} matters"
            raise ClaimError(what, place="claim", remedy=f"say it, as {metric}=5", key="claim")
        return Claim(metric, usual[0], smallest_effect=usual[1], id=metric.upper(), words=words, source=usual[2])
    try:
        size = float(value.replace(",", "."))
    except ValueError:
        size = math.nan
    better = "decreases" if CATALOGUE[metric].better == "lower" else "increases"
    is_ratio = Estimand.of(Claim(metric, "increases", smallest_effect=2.0)).is_ratio
    if is_ratio:
        direction: Direction = "decreases" if size < 1 else "increases"
        fits = size > 0 and size != 1
    else:
        way = "decreases" if size < 0 else "increases" if value.startswith("+") else usual[0] if usual else better
        direction, fits, size = ("decreases" if way == "decreases" else "increases"), size != 0, abs(size)
    if not (math.isfinite(size) and fits):
        example = "a ratio such as 0.8" if is_ratio else "a size such as -20"
        raise ClaimError(f"{value!r} is no effect of {metric}", place="claim", remedy=f"give {example}", key="claim")
    source = usual[2] if usual and (direction, size) == usual[:2] else own_source
    return Claim(metric, direction, smallest_effect=size, id=metric.upper(), words=words, source=source)
