"""Regularity over many nights: sleep regularity index, mid-sleep on the clock, and how TST varies."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import numpy as np

from ..core.equality import EqualByFields
from ..core.errors import HypnogramError
from ..core.hypnogram import Hypnogram
from .stage_matrix import StageMatrix
from .timeline import AWAKE, Mask, States, start_of, timeline

__all__ = ["Regularity", "regularity"]

DAY = 86_400.0
#: The largest share of a night that may be unscored if its sleep is to count.
MAX_UNSCORED = 0.20
ONE_NIGHT = "one night says nothing of regularity; at least two are needed"


@dataclass(frozen=True, slots=True, eq=False)
class Regularity(EqualByFields):
    """How regular the sleep of a person is over many nights.

    Parameters
    ----------
    n_nights : int
        Nights given.
    sri : float
        Sleep regularity index, -100 to 100: 100 if every moment of every day is like that of the day before, 0 if no
        more so than a coin, -100 if always the opposite. From recordings around the clock.
    sri_nights : float
        The same, assuming wake outside the recordings. It does not compare with `sri`, for naps are not seen.
    coverage : float
        Valid pairs of epochs 24 h apart, as a share of those there were if every time of day had as many as the one
        that has most, 0 to 1; recordings of 8 h at night give a third.
    mid_sleep : float
        Circular mean over nights of the moment half-way between sleep onset and the end of sleep, hours of the clock,
        0 to 24.
    mid_sleep_sd : float
        Circular standard deviation of mid-sleep, minutes.
    tst_sd : float
        Standard deviation of TST, minutes; with n - 1.
    reasons : mapping of str to str
        For every NaN, why.
    warnings : tuple of str
        What a reader should know before using the numbers: nights that were left out.

    Examples
    --------
    >>> Regularity(1, reasons={"sri": "one night"}).sri
    nan
    """

    n_nights: int
    sri: float = math.nan
    sri_nights: float = math.nan
    coverage: float = math.nan
    mid_sleep: float = math.nan
    mid_sleep_sd: float = math.nan
    tst_sd: float = math.nan
    reasons: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "reasons", MappingProxyType(dict(self.reasons)))
        object.__setattr__(self, "warnings", tuple(self.warnings))

    def __reduce__(self) -> tuple[Any, ...]:
        return Regularity, (
            self.n_nights, self.sri, self.sri_nights, self.coverage, self.mid_sleep, self.mid_sleep_sd, self.tst_sd,
            dict(self.reasons), self.warnings,
        )  # fmt: skip


def regularity(nights: Sequence[Hypnogram], *, min_coverage: float = 0.75) -> Regularity:
    """Measure how regular sleep is over many nights; SRI from -100 to 100, mid-sleep in hours and its SD in minutes.

    Parameters
    ----------
    nights : sequence of Hypnogram
        Recordings of one person, each with its start, in any order; around the clock or of nights only.
    min_coverage : float
        The least `coverage` for an `sri`, so that it is not one of the night only. The default is this package's own.

    Returns
    -------
    Regularity
        NaN where the nights do not suffice; ``reasons`` says why. ``sri`` needs scored epochs 24 h apart, at
        `min_coverage` of the times of day. ``sri_nights`` takes the time between two recordings for wake where it is
        shorter than 24 h, and fills up the days before the first and after the last of such a run, which are cut
        opposite to the mean middle of its recordings, whatever the clock says there. Longer gaps are unknown, not wake;
        a sleep that was not recorded in a shorter one counts as wake. Naps, shorter than 4 h and than half the longest
        recording, fill no gap.
        Mid-sleep and TST are those between the lights; a recording of more than 24 h is not a night and leaves both
        out. A night of which more than 20 % between the lights is unscored, or that has no epoch there, is left out of
        both, and ``warnings`` says so. One night has a mid-sleep, but no SD.

    Raises
    ------
    HypnogramError
        Where there are no nights, their epochs differ in length or do not divide 24 h, two recordings overlap, or some
        starts have a time zone and others none.

    Notes
    -----
    SRI = -100 + 200 x (pairs in the same state) / (valid pairs), over all pairs of epochs 24 h apart; an unscored or
    unrecorded epoch makes its pairs invalid. With every pair valid this is the formula of Phillips et al. 2017 (Sci
    Rep 7:3216). Recordings are laid on one grid of epochs, so that one moves by half an epoch at most. 24 h apart is by
    the clock where starts have no time zone; with one it is elapsed time, in which the clock may be put forward. The
    circular mean and SD, sqrt(-2 ln R), are those of Mardia and Jupp, Directional Statistics, 2000.

    Examples
    --------
    >>> from datetime import datetime
    >>> from somnometry.core.hypnogram import Hypnogram
    >>> def night(day, hour):
    ...     return Hypnogram([2] * 960, start=datetime(2024, 5, day, hour))
    >>> week = regularity([night(1, 22), night(2, 22), night(3, 23)])
    >>> week.sri_nights, round(week.mid_sleep, 2)
    (91.66..., 2.33)
    >>> week.sri, week.reasons["sri"]
    (nan, 'the recordings cover 31 % of the clock, less than 75 %; ...')
    """
    if not nights:
        raise HypnogramError("regularity needs at least one night")
    reasons: dict[str, str] = {}
    too_little = {i: why for i, night in enumerate(nights) if (why := _too_little_scored(night))}
    scored = [night for i, night in enumerate(nights) if i not in too_little]
    tst_sd = _tst_sd(nights, scored, reasons)
    mid_sleep, mid_sleep_sd = _mid_sleep(nights, scored, reasons)
    sri, coverage, sri_nights = _sris(nights, min_coverage, reasons)
    warnings = tuple(f"night {i}: {why}; it is left out of TST and mid-sleep" for i, why in too_little.items())
    return Regularity(len(nights), sri, sri_nights, coverage, mid_sleep, mid_sleep_sd, tst_sd, reasons, warnings)


# ----------------------------------------------------------------------------------------------------- night by night
def _are_nights(nights: Sequence[Hypnogram]) -> str | None:
    long = [i for i, night in enumerate(nights) if night.duration > DAY]
    return f"recording {long[0]} lasts more than 24 h and is not a night" if long else None


def _too_little_scored(night: Hypnogram) -> str | None:
    """Say why the sleep of a night is not known, or nothing where it is."""
    window = StageMatrix.of(night)
    n_unscored, n_in_bed = int(window.n_unscored[0]), int(window.n_in_bed[0])
    if n_in_bed == 0:
        return "no epoch lies between the lights"
    if n_unscored > MAX_UNSCORED * n_in_bed:
        return f"{100 * n_unscored / n_in_bed:.0f} % of it is unscored, more than {100 * MAX_UNSCORED:g} %"
    return None


def _tst_sd(nights: Sequence[Hypnogram], scored: Sequence[Hypnogram], reasons: dict[str, str]) -> float:
    reason = ONE_NIGHT if len(nights) < 2 else _are_nights(nights)
    if not reason and len(scored) < 2:
        reason = f"{len(scored) or 'none'} of the {len(nights)} nights is scored well enough; at least two are needed"
    if reason:
        reasons["tst_sd"] = reason
        return math.nan
    minutes = [int(StageMatrix.of(night).n_sleep[0]) * night.epoch / 60 for night in scored]
    return float(np.std(minutes, ddof=1))


def _mid_sleep(
    nights: Sequence[Hypnogram], scored: Sequence[Hypnogram], reasons: dict[str, str]
) -> tuple[float, float]:
    reason = _no_clock(nights) or _are_nights(nights)
    clock = [] if reason else list(_clock_of_mid_sleep(scored))
    if not reason and not clock:
        reason = "no sleep was scored" if scored else "no night is scored well enough"
    if reason:
        reasons |= {"mid_sleep": reason, "mid_sleep_sd": reason}
        return math.nan, math.nan
    mean = np.exp(2j * np.pi * np.array(clock) / 24).mean()
    length = min(abs(mean), 1.0)
    if length < 1e-9:
        reasons |= dict.fromkeys(("mid_sleep", "mid_sleep_sd"), "the nights lie around the clock and have no mean")
        return math.nan, math.nan
    mid_sleep = float(np.angle(mean) / (2 * np.pi) * 24 % 24)
    if len(clock) < 2:
        enough = "has sleep" if len(scored) == len(nights) else "is scored well enough and has sleep"
        reasons["mid_sleep_sd"] = ONE_NIGHT if len(nights) < 2 else f"only one night {enough}"
        return mid_sleep, math.nan
    return mid_sleep, math.sqrt(max(0.0, -2 * math.log(length))) / (2 * math.pi) * 24 * 60


def _clock_of_mid_sleep(nights: Sequence[Hypnogram]) -> Iterator[float]:
    for night in nights:
        window = StageMatrix.of(night)
        if window.n_sleep[0] > 0:
            middle = (int(window.onset[0]) + int(window.last_sleep[0]) + 1) / 2 * night.epoch
            moment = start_of(night) + timedelta(seconds=middle)
            yield moment.hour + moment.minute / 60 + (moment.second + moment.microsecond / 1e6) / 3600


def _no_clock(nights: Sequence[Hypnogram]) -> str | None:
    unknown = [i for i, night in enumerate(nights) if night.start is None]
    return f"night {unknown[0]} has no start time" if unknown else None


# ----------------------------------------------------------------------------------------------------- around the clock
def _sris(nights: Sequence[Hypnogram], min_coverage: float, reasons: dict[str, str]) -> tuple[float, float, float]:
    """Give the SRI, the coverage, and the SRI of nights."""
    epoch = _epoch(nights)
    reason = _no_clock(nights)
    if reason:
        reasons |= dict.fromkeys(("sri", "coverage", "sri_nights"), reason)
        return math.nan, math.nan, math.nan
    if len({start_of(night).utcoffset() is None for night in nights}) > 1:
        raise HypnogramError("some starts have a time zone and others have none", remedy="give all or none")
    per_day = round(DAY / epoch)
    states, presumed = timeline(nights, epoch, per_day)
    sri, coverage = _around_the_clock(states, per_day, min_coverage, reasons)
    return sri, coverage, _of_nights(states, presumed, per_day, len(nights), reasons)


def _epoch(nights: Sequence[Hypnogram]) -> float:
    lengths = sorted({night.epoch for night in nights})
    if len(lengths) > 1:
        raise HypnogramError(f"nights must have epochs of one length, not of {lengths[0]:g} and {lengths[-1]:g} s")
    if abs(DAY / lengths[0] - round(DAY / lengths[0])) > 1e-6:
        raise HypnogramError(f"24 h are no whole number of epochs of {lengths[0]:g} s")
    return lengths[0]


def _pairs(states: States, per_day: int) -> tuple[Mask, Mask]:
    """Say of each epoch whether it and that 24 h later are both known, and whether they are also in the same state."""
    today, tomorrow = states[:-per_day], states[per_day:]
    valid: Mask = (today >= AWAKE) & (tomorrow >= AWAKE)
    same: Mask = valid & (today == tomorrow)
    return valid, same


def _index(valid: Mask, same: Mask) -> float:
    return -100 + 200 * int(np.count_nonzero(same)) / int(np.count_nonzero(valid))


def _around_the_clock(
    states: States, per_day: int, min_coverage: float, reasons: dict[str, str]
) -> tuple[float, float]:
    valid, same = _pairs(states, per_day)
    if not valid.any():
        reasons |= dict.fromkeys(("sri", "coverage"), "no two scored epochs lie 24 h apart")
        return math.nan, math.nan
    by_time_of_day = valid.reshape(-1, per_day).sum(axis=0)
    coverage = float(by_time_of_day.mean() / by_time_of_day.max())
    if coverage < min_coverage:
        reasons["sri"] = (
            f"the recordings cover {100 * coverage:.0f} % of the clock, less than {100 * min_coverage:g} %; "
            "sri_nights assumes wake outside the recordings"
        )
        return math.nan, coverage
    return _index(valid, same), coverage


def _of_nights(states: States, presumed: Mask, per_day: int, n_nights: int, reasons: dict[str, str]) -> float:
    valid, same = _pairs(np.where(presumed, AWAKE, states).astype(np.int8), per_day)
    if not valid.any():
        reasons["sri_nights"] = ONE_NIGHT if n_nights < 2 else "no two days in a row have a recording"
        return math.nan
    return _index(valid, same)
