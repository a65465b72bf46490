"""From rows that were stamped when they arrived to samples at their times: bursts, lost rows, clocks that were set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...core.errors import RecordingError

__all__ = ["BRIDGED", "GridSamples", "nominal_rate", "on_grid", "place_rows", "single", "without_clock_changes"]

#: Seconds: two rows further apart may have lost rows between them.
PAUSE = 0.1
#: Seconds by which rows may come later than before, for lost packets too short to see, until samples are put in.
DRIFT = 0.25
#: Seconds over which the earliest arrival tells the delay of all.
WINDOW = 2.0
#: Seconds: shorter losses are bridged by a straight line, longer ones are gaps.
BRIDGED = 1.0
#: Seconds: what daylight saving sets a clock by, and how near to that a jump must be.
HOUR, NEAR = 3600.0, 2.0
#: Seconds by which stamps may go back where rows of one burst are out of order.
BACK = 1.0
#: Seconds: a file that lasts longer holds several nights.
LONGEST = 48 * HOUR

#: Microvolts that no electrode gives; such a number is damage.
DAMAGED = 1e7

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


#: Samples lost at once beyond which a clock is wrong; `on_grid` refuses what is so long.
MOST_LOST = 1 << 40


def single(values: Floats) -> npt.NDArray[np.float32]:
    """Samples in single precision; NaN for what no electrode gives.

    Examples
    --------
    >>> single(np.array([1.5, np.inf, 1e300])).tolist()
    [1.5, nan, nan]
    """
    return np.where(np.abs(values) < DAMAGED, values, np.nan).astype(np.float32)


def without_clock_changes(times: Floats, name: str) -> tuple[Floats, Floats, list[float]]:
    """Undo what a clock was set by in the night: an hour back, or from one full hour to the next.

    Parameters
    ----------
    times : array of float64, shape (n_rows,)
        Stamps in seconds, whose multiples of 3600 are full hours of the clock.
    name : str
        Of the file, for errors.

    Returns
    -------
    even : array of float64, shape (n_rows,)
        Stamps by the clock as it went at first.
    shift : array of float64, shape (n_rows,)
        What was taken off each stamp.
    changes : list of float
        Seconds by which the clock was set, in order.

    Raises
    ------
    RecordingError
        If stamps go back in any other way: the file then holds several recordings.

    Examples
    --------
    >>> even, _, changes = without_clock_changes(np.array([10798.0, 10799.0, 7200.0, 7201.0]), "a.csv")
    >>> even.tolist(), changes
    ([10798.0, 10799.0, 10800.0, 10801.0], [-3600.0])
    """
    steps = np.diff(times)
    shift = np.zeros(times.size)
    changes: list[float] = []
    for i in np.flatnonzero((steps < -BACK) | (np.abs(steps - HOUR) < NEAR)):
        before, after = times[i] % HOUR, times[i + 1] % HOUR
        if abs(steps[i] + HOUR) < NEAR:
            change = -HOUR
        elif steps[i] > 0:
            if HOUR - before > NEAR or after > NEAR:
                continue  # an hour in which nothing was recorded
            change = HOUR
        else:
            raise RecordingError(
                f"the stamps go back by {-steps[i]:.4g} s at row {i + 2}", place=name,
                remedy="the file holds several recordings, so cut it there",
            )  # fmt: skip
        changes.append(change)
        shift[i + 1 :] += change
    return times - shift, shift, changes


def nominal_rate(times: Floats, rates: Sequence[float], tolerance: float = 0.05) -> float | None:
    """Find which of the rates that a recorder has the rows came at; None where none is near.

    It is the median, over stretches of `WINDOW`, of rows per second, so that losses and pauses do not count.

    Examples
    --------
    >>> nominal_rate(np.arange(2560) / 256, (256.0, 220.0))
    256.0
    """
    if times.size < 2:
        return None
    counts = np.bincount(((times - times.min()) / WINDOW).astype(np.int64))[:-1]
    seen = np.median(counts[counts > 0]) / WINDOW if (counts > 0).any() else times.size / max(np.ptp(times), 1e-9)
    near = min(rates, key=lambda rate: abs(rate - seen))
    return near if abs(seen / near - 1.0) <= tolerance else None


def place_rows(times: Floats, rate: float, counted: Places | None = None, wrap: int = 0) -> Places:
    """Give the sample that each row is, rows lost before it counted.

    Rows come late and in bursts, but never before they were measured: the earliest of the next seconds tells when a row
    was due. Where rows come later than before, and stay late, some were lost.

    Parameters
    ----------
    times : array of float64, shape (n_rows,)
        When each row arrived, in seconds.
    rate : float
        Hertz.
    counted : array of int64, shape (n_rows,), optional
        Place of each row by the recorder's own counter, which tells losses up to `wrap` samples apart.
    wrap : int
        Samples after which the counter begins again.

    Examples
    --------
    >>> stamps = np.arange(2048) / 256
    >>> place_rows(np.delete(stamps, slice(700, 1000)), 256.0)[[0, 699, 700, -1]].tolist()
    [0, 699, 1000, 2047]
    """
    base = np.arange(times.size) if counted is None else counted
    late = (times - times[0]) * rate - base
    width = round(WINDOW * rate)
    unsteady = _unsteady(late, width)
    least = max(PAUSE * rate, unsteady) if counted is None else wrap / 2
    most = max(DRIFT * rate, 1.5 * unsteady)
    pauses = np.flatnonzero(np.diff(times, prepend=times[0]) > PAUSE)
    put_in = np.zeros(times.size, np.int64)
    behind = float(late[:width].min())
    lost = 0
    for first in range(0, times.size, width):
        last = min(first + width, times.size)
        before = lost
        for at in pauses[np.searchsorted(pauses, first) : np.searchsorted(pauses, last)]:
            jump = late[at : at + width].min() - lost - behind
            if jump > least:
                put_in[at] = min(_whole(min(jump, MOST_LOST), wrap), MOST_LOST)
                lost += int(put_in[at])
        if counted is None and last - first == width:
            drift = (late[first:last] - np.cumsum(put_in[first:last])).min() - before - behind
            if drift > most:
                at = first + int(np.argmax(np.diff(times[first:last], prepend=times[max(first - 1, 0)])))
                put_in[at] += round(drift)
                lost += round(drift)
            elif drift < 0:
                behind += drift  # the recorder's clock is the faster one
    return base + np.cumsum(put_in)


def _unsteady(late: Floats, width: int) -> float:
    """Samples by which rows come late now and then, by the middle one of all windows."""
    whole = late[: late.size // width * width].reshape(-1, width)
    return float(np.median(np.percentile(whole, 95, axis=1) - whole.min(axis=1))) if whole.size else 0.0


def _whole(samples: float, wrap: int) -> int:
    """Round to whole samples, or to whole rounds of a counter."""
    return round(samples / wrap) * wrap if wrap else round(samples)


@dataclass(frozen=True, slots=True, eq=False)
class GridSamples:
    """Rows put on an even grid of samples.

    Parameters
    ----------
    samples : array of float32, shape (n_channels, n_samples)
        NaN where nothing was recorded for `BRIDGED` or longer.
    gaps : tuple of (float, float)
        Those stretches, in seconds, where they are in all channels.
    bridged : int
        Samples that were lost for a shorter time, and lie on a straight line.
    """

    samples: npt.NDArray[np.float32]
    gaps: tuple[tuple[float, float], ...]
    bridged: int


def on_grid(values: npt.NDArray[np.float32], places: Places, rate: float, name: str) -> GridSamples:
    """Put rows, shape (n_rows, n_channels), where they belong; of two at one place the later counts.

    Raises
    ------
    RecordingError
        If they last longer than two days.
    """
    size = int(places[-1]) + 1
    if size > LONGEST * rate:
        raise RecordingError(
            f"the rows last {size / rate / HOUR:.3g} h", place=name, remedy="cut the file into one for each night"
        )
    samples = np.full((values.shape[1], size), np.nan, np.float32)
    samples[:, places] = values.T
    bridged = 0
    for row in samples:
        bridged = max(bridged, _bridge(row, rate))
    missing = np.isnan(samples).all(axis=0)
    edges = np.flatnonzero(np.diff(missing.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
    gaps = tuple((float(a / rate), float(b / rate)) for a, b in edges)
    return GridSamples(samples, gaps, bridged)


def _bridge(row: npt.NDArray[np.float32], rate: float) -> int:
    """Put a straight line over each short loss between two samples; give how many samples lie on such lines."""
    missing = np.isnan(row)
    edges = np.flatnonzero(np.diff(missing.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
    inner = edges[(edges[:, 0] > 0) & (edges[:, 1] < row.size)]
    short = inner[np.diff(inner, axis=1)[:, 0] < BRIDGED * rate]
    if short.size:
        ends = np.zeros(row.size + 1, np.int8)
        ends[short[:, 0]], ends[short[:, 1]] = 1, -1
        at = np.flatnonzero(np.cumsum(ends[:-1]))
        known = np.flatnonzero(~missing)
        row[at] = np.interp(at, known, row[known])
    return int(np.diff(short, axis=1).sum())
