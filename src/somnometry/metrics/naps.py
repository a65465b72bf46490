"""`mslt`: the multiple sleep latency test, a day of naps."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..core.equality import EqualByFields
from ..core.errors import HypnogramError
from ..core.hypnogram import Hypnogram
from ..core.stage import STAGES_OF_LEVEL, Stage
from .stage_matrix import StageMatrix, epochs_lasting

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Mslt", "Nap", "mslt"]

#: Minutes to fall asleep in, and minutes that the nap goes on after that.
OPPORTUNITY, AFTER_ONSET = 20.0, 15.0


@dataclass(frozen=True, slots=True)
class Nap:
    """One nap of a multiple sleep latency test.

    Parameters
    ----------
    latency : float
        From lights-off to the first epoch of any sleep, minutes; 20 where none came in time. NaN where lights-off is
        unknown, or where no sleep was seen in 20 min that were not all scored, or not all given.
    slept : bool
        Whether sleep came within 20 min.
    rem_latency : float
        From sleep onset to the first R within 15 min of it, minutes; NaN without.
    sleep_onset_rem : float
        Whether there was such R, 0 or 1; NaN where the scorer's levels have no R, or the latency is NaN.
    tst : float
        Sleep between the lights, minutes.
    reasons : mapping of str to str
        For every NaN, why.
    """

    latency: float
    slept: bool
    rem_latency: float
    sleep_onset_rem: float
    tst: float
    reasons: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reasons", MappingProxyType(dict(self.reasons)))

    def __reduce__(self) -> tuple[Any, ...]:
        return Nap, (
            self.latency, self.slept, self.rem_latency, self.sleep_onset_rem, self.tst, dict(self.reasons),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Mslt(EqualByFields):
    """A multiple sleep latency test.

    Parameters
    ----------
    mean_latency : float
        Mean of the latencies of the naps, minutes. NaN where that of any nap is.
    sleep_onset_rem : float
        Naps with R within 15 min of sleep onset, count. NaN where it is unknown of any nap.
    naps : tuple of Nap
        In the order given.
    reasons : mapping of str to str
        For every NaN, why.
    warnings : tuple of str
        What a reader should know before using the numbers.
    """

    mean_latency: float
    sleep_onset_rem: float
    naps: tuple[Nap, ...]
    reasons: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "naps", tuple(self.naps))
        object.__setattr__(self, "reasons", MappingProxyType(dict(self.reasons)))
        object.__setattr__(self, "warnings", tuple(self.warnings))

    def __reduce__(self) -> tuple[Any, ...]:
        return Mslt, (self.mean_latency, self.sleep_onset_rem, self.naps, dict(self.reasons), self.warnings)

    def to_frame(self) -> pd.DataFrame:
        """Give a table with one row per nap: ``latency``, ``slept``, ``rem_latency``, ``sleep_onset_rem``, ``tst``."""
        import pandas as pd

        columns = ("latency", "slept", "rem_latency", "sleep_onset_rem", "tst")
        rows = [{column: getattr(nap, column) for column in columns} for nap in self.naps]
        return pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name="nap"), columns=list(columns))


def mslt(naps: Sequence[Hypnogram]) -> Mslt:
    """Measure a multiple sleep latency test: mean sleep latency in minutes, and the number of sleep-onset REM periods.

    Parameters
    ----------
    naps : sequence of Hypnogram
        One for each nap, four or five as a rule; its lights are those of the nap.

    Returns
    -------
    Mslt
        With a `Nap` for each; ``to_frame()`` has them as a table. A nap without lights-off, one ended before 20 min
        without sleep, or one without sleep in 20 min of which a part is unscored, has no latency, and then neither has
        the test; ``reasons`` says which. ``warnings`` tells of fewer than four naps, of unscored epochs before sleep,
        and of naps ended before 15 min of sleep without R.

    Raises
    ------
    HypnogramError
        Without naps.

    Notes
    -----
    Sleep latency runs from lights-off to the first epoch of any stage of sleep, N1 included; a nap without sleep in 20
    min counts as 20 min. From that epoch the nap goes on for 15 min by the clock, asleep or not, and R that begins
    within them is a sleep-onset REM period. Littner et al. 2005 (AASM practice parameters, Sleep 28:113), upheld by
    Krahn et al. 2021 (J Clin Sleep Med 17:2489). Sleep that begins after 20 min is not counted: the nap was over.
    A sleep-onset REM period of the night before, which ICSD-3 lets stand for one, is not among them.

    Examples
    --------
    >>> from somnometry.core.hypnogram import Hypnogram
    >>> day = mslt([Hypnogram([0] * 8 + [1] * 10 + [4] * 20), Hypnogram([0] * 40)])
    >>> day.mean_latency, day.sleep_onset_rem
    (12.0, 1.0)
    >>> [(nap.latency, nap.rem_latency) for nap in day.naps]
    [(4.0, 5.0), (20.0, nan)]
    """
    if not naps:
        raise HypnogramError("a multiple sleep latency test needs at least one nap")
    measured = tuple(_nap(nap) for nap in naps)
    reasons = {}
    for name, value in (("mean_latency", "latency"), ("sleep_onset_rem", "sleep_onset_rem")):
        unknown = next((i for i, nap in enumerate(measured) if math.isnan(getattr(nap, value))), None)
        if unknown is not None:
            reasons[name] = f"nap {unknown + 1}: {measured[unknown].reasons[value]}"
    mean_latency = math.fsum(nap.latency for nap in measured) / len(measured)
    sleep_onset_rem = math.fsum(nap.sleep_onset_rem for nap in measured)
    return Mslt(mean_latency, sleep_onset_rem, measured, reasons, _warnings(naps, measured))


def _nap(hypnogram: Hypnogram) -> Nap:
    window = StageMatrix.of(hypnogram)
    minute = hypnogram.epoch / 60
    tst = float(window.n_sleep[0]) * minute
    if not window.lights_off_known[0]:
        return _unknown(tst, "lights-off is unknown; hypnogram.whole() declares the whole record to be the nap")
    stages = window.stages[0, window.begin[0] : window.end[0]]
    asleep = (stages > Stage.W).nonzero()[0]
    latency = float(asleep[0]) * minute if asleep.size else math.inf
    if latency >= OPPORTUNITY:
        if (stages.size + 1) * minute <= OPPORTUNITY:
            return _unknown(tst, f"it was ended after {stages.size * minute:g} min without sleep, before 20 min")
        given = stages[: epochs_lasting(60 * OPPORTUNITY, hypnogram.epoch)]
        if n_unscored := int((given == Stage.UNSCORED).sum()):
            return _unknown(tst, f"no sleep was seen in 20 min, but {n_unscored} of their epochs are unscored")
        reasons = {"rem_latency": "no sleep came within 20 min"}
        return Nap(OPPORTUNITY, False, math.nan, _if_rem_is_told(hypnogram, 0.0, reasons), tst, reasons)
    rem = (stages == Stage.R).nonzero()[0]
    rem_latency = float(rem[0] - asleep[0]) * minute if rem.size else math.inf
    if rem_latency < AFTER_ONSET:
        return Nap(latency, True, rem_latency, 1.0, tst)
    reasons = {"rem_latency": "no R came within 15 min of sleep onset"}
    return Nap(latency, True, math.nan, _if_rem_is_told(hypnogram, 0.0, reasons), tst, reasons)


def _unknown(tst: float, reason: str) -> Nap:
    names = ("latency", "rem_latency", "sleep_onset_rem")
    return Nap(math.nan, False, math.nan, math.nan, tst, dict.fromkeys(names, reason))


def _if_rem_is_told(hypnogram: Hypnogram, value: float, reasons: dict[str, str]) -> float:
    if Stage.R in STAGES_OF_LEVEL[hypnogram.levels]:
        return value
    reasons |= dict.fromkeys(("rem_latency", "sleep_onset_rem"), "the scorer's levels have no REM")
    return math.nan


def _warnings(naps: Sequence[Hypnogram], measured: tuple[Nap, ...]) -> tuple[str, ...]:
    warnings = [] if len(naps) >= 4 else [f"a test has four or five naps, this one {len(naps)}"]
    for i, (hypnogram, nap) in enumerate(zip(naps, measured, strict=True), start=1):
        if math.isnan(nap.latency):
            continue
        window = StageMatrix.of(hypnogram)
        stages = window.stages[0, window.begin[0] : window.end[0]]
        minute = hypnogram.epoch / 60
        waited = round(nap.latency / minute)
        n_unscored = int((stages[:waited] == Stage.UNSCORED).sum())
        if n_unscored:
            warnings.append(
                f"nap {i}: {n_unscored} epochs before sleep onset are unscored; sleep may have come earlier"
            )
        watched = (stages.size - waited) * minute
        if nap.slept and nap.sleep_onset_rem == 0 and watched < AFTER_ONSET:
            warnings.append(f"nap {i}: it was ended {watched:g} min after sleep onset; R may have come within 15 min")
    return tuple(warnings)
