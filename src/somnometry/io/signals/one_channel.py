"""What the windows of a channel tell about it: holes, rails, clipped peaks, bursts, mains, amplitude, kind."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ...core.finding import Finding
from ...core.recording import Role
from ...kernels.amplitude_step import amplitude_step
from ...kernels.missing import long_runs
from ..channels.labels import Label
from ..finding_codes import finding_of
from .windows import Quality

__all__ = ["NOTICED", "Examined", "check_signal"]

NO_LABEL = Label("other")
Floats = npt.NDArray[np.floating]

#: Seconds for which no living signal holds one value, and the share of the samples looked at that may be held so;
#: a resting chin can stay within one step of its recorder for longer.
HELD: dict[Role, float] = {"eeg": 0.25, "eog": 0.25, "emg": 1.0}
FEW_HELD: dict[Role, float] = {"eeg": 0.0005, "eog": 0.0005, "emg": 0.002}
#: Clipped peaks: how many, how many of their samples are equal, and the least height cut off, as a share of the peak.
CLIPPED_PEAKS, CLIPPED_SAMPLES, CUT_OFF = 5, 2, 0.02
#: Share of the power that the mains have where they are strong; half the width of their line in hertz.
MAINS, MAINS_WIDTH = 0.2, 1.0
#: Median standard deviation of a window in microvolts, between which a signal of each kind can lie.
PLAUSIBLE: dict[Role, tuple[float, float]] = {"eeg": (0.5, 500.0), "eog": (0.5, 500.0), "emg": (0.05, 1000.0)}
#: What a window of each kind usually spans, in microvolts: the goal of the factor that is named to the user.
USUAL: dict[Role, float] = {"eeg": 15.0, "eog": 20.0, "emg": 8.0}
#: Autocorrelation of the power between 8 and 30 Hz, 0.4 to 1.5 s apart, that only a heart reaches; seconds of its bins.
HEART, BIN = 0.45, 0.05
#: Share of the power between 8 and 30 Hz, where an ECG has its complexes.
COMPLEXES = 0.05
#: Microvolts: a chin holds a faint ECG on any night, so that only a large one is somebody else's channel.
HEART_IN_EMG = 50.0
#: Microvolts of one step from which on staging by each kind begins to change: 4-6 % of a real night's epochs at twice
#: that, with the others untouched.
NOTICED: dict[Role, float] = {"eeg": 2.0, "eog": 2.0, "emg": 0.5}
#: Bursts that are listed by their times.
MOST_LISTED = 5
#: Share of the power above 20 Hz that is a muscle's, and that is never one's.
MUSCLE, NO_MUSCLE = 0.6, 0.1
#: Windows that must be sound before a channel is told what it is, and microvolts above 8 Hz that it must have.
ENOUGH_WINDOWS, LEAST_FAST = 6, 1.0
#: Slow waves for polarity: amplitude in microvolts, slow over fast power, windows, mean skewness, and its error.
SLOW_AMPLITUDE, SLOW_TO_FAST, SLOW_WINDOWS, SKEWNESS, ERRORS = (15.0, 80.0), 40.0, 10, 0.1, 4.0


@dataclass(frozen=True, eq=False)
class Examined:
    """A channel or derivation, the role it has or could have, and its windows.

    Parameters
    ----------
    name : str
    role : {"eeg", "eog", "emg"}
    quality : Quality
    label : Label
        What its label says of it.
    gaps : tuple of (float, float)
        Seconds between which nothing was recorded at all, which is no fault of the channel.
    """

    name: str
    role: Role
    quality: Quality
    label: Label = NO_LABEL
    gaps: tuple[tuple[float, float], ...] = ()

    @cached_property
    def about_mean(self) -> Floats:
        """Windows without their means."""
        windows = self.quality.windows
        about_mean: Floats = windows - windows.mean(axis=1, keepdims=True)
        return about_mean

    @cached_property
    def frequencies(self) -> Floats:
        """Hertz."""
        return np.fft.rfftfreq(self.quality.windows.shape[1], 1 / self.quality.rate)

    @cached_property
    def power(self) -> Floats:
        """Power of each window at `frequencies`, in microvolts squared."""
        n = self.quality.windows.shape[1]
        taper = np.hanning(n).astype(np.float32)
        spectrum = np.fft.rfft(self.about_mean * (taper / np.float32(math.sqrt(max((taper * taper).sum() * n / 2, 1)))))
        return np.square(spectrum.real) + np.square(spectrum.imag)

    def band(self, low: float, high: float) -> Floats:
        """Power of each window between two frequencies, in microvolts squared."""
        inside = (self.frequencies >= low) & (self.frequencies < high)
        power: Floats = self.power[:, inside].sum(axis=1, dtype=np.float64)
        return power

    def share(self, low: float, high: float) -> float:
        """Median over sound windows of the share of the power above 0.3 Hz that lies in a band; NaN without any."""
        whole = self.band(0.3, math.inf)
        usable = self.quality.sound & (whole > 0)
        return float(np.median(self.band(low, high)[usable] / whole[usable])) if usable.any() else math.nan

    @cached_property
    def fast(self) -> float:
        """Share of the power above 20 Hz in the median window, the mains left out; NaN where no window is sound."""
        mains = self.band(48.0, 52.0) + self.band(58.0, 62.0)
        whole = self.band(0.3, math.inf) - mains
        usable = self.quality.sound & (whole > 0)
        above = self.band(20.0, math.inf) - mains
        return float(np.median(above[usable] / whole[usable])) if usable.any() else math.nan

    @cached_property
    def amplitude(self) -> float:
        """Median standard deviation of the windows that hold anything, in microvolts; NaN if none does."""
        spread = self.about_mean.std(axis=1)
        alive = (spread > 0) & ~self.quality.is_railing
        return float(np.median(spread[alive])) if alive.any() else math.nan

    def amplitude_above(self, low: float) -> float:
        """Median standard deviation of the windows above a frequency, in microvolts."""
        return float(np.sqrt(np.median(self.band(low, math.inf))))

    def filtered(self, low: float, high: float) -> Floats:
        """Windows between two frequencies."""
        spectrum = np.fft.rfft(self.about_mean)
        spectrum[:, (self.frequencies < low) | (self.frequencies >= high)] = 0
        return np.fft.irfft(spectrum, self.quality.windows.shape[1])

    @cached_property
    def step(self) -> float:
        """Microvolts between the values that samples take; 0 where that is too fine to tell."""
        return amplitude_step(self.quality.windows[~(self.quality.is_missing | self.quality.is_flat)])

    @cached_property
    def heartbeat(self) -> float:
        """How regularly the power between 8 and 30 Hz returns after 0.4 to 1.5 s, from 0 to 1, in the median window."""
        per_bin = max(round(BIN * self.quality.rate), 1)
        bins = self.quality.windows.shape[1] // per_bin
        lags = np.arange(bins) * per_bin / self.quality.rate
        near = (lags >= 0.4) & (lags <= 1.5)
        sound = self.quality.sound
        if not near.any() or not sound.any():
            return 0.0
        power = self.filtered(8.0, 30.0)[sound, : bins * per_bin] ** 2
        power = power.reshape(len(power), bins, per_bin).mean(axis=2)
        power -= power.mean(axis=1, keepdims=True)
        of_lags = np.fft.irfft(np.abs(np.fft.rfft(power, 2 * bins)) ** 2)[:, :bins]
        alive = of_lags[:, 0] > 0
        peaks = of_lags[alive][:, near].max(axis=1, initial=0.0) / of_lags[alive, 0]
        return float(np.median(peaks)) if alive.any() else 0.0

    @cached_property
    def slow_wave_skewness(self) -> tuple[float, float]:
        """Mean skewness of slow waves, and its standard error; (0, inf) where there are too few.

        The down-state, negative at the scalp, is the larger and sharper half of K-complexes and slow waves.
        """
        slow = self.filtered(0.4, 4.0)
        size = slow.std(axis=1)
        low, high = SLOW_AMPLITUDE
        deep = (size > low) & (size < high) & (self.band(0.5, 4) > SLOW_TO_FAST * self.band(14, 30))
        deep &= self.quality.sound
        if deep.sum() < SLOW_WINDOWS:
            return 0.0, math.inf
        each = np.clip(((slow[deep] / size[deep, None]) ** 3).mean(axis=1), -1, 1)
        return float(each.mean()), float(each.std(ddof=1) / math.sqrt(each.size))


def check_signal(examined: Examined, *, chosen: bool = True) -> list[Finding]:
    """Give the findings of one channel by itself; of one that was not chosen, only what explains that.

    Examples
    --------
    >>> from somnometry.io.signals.windows import judge
    >>> noise = np.random.default_rng(0).normal(0, 20, (60, 1000)).astype(np.float32)
    >>> noise[30] *= 100
    >>> quality = judge(list(noise), 100.0, np.arange(60) * 10.0)
    >>> check_signal(Examined("C4-M1", "eeg", quality))[0].what
    'bursts at minute 5.0: SD 1989 uV, 20 uV in the median window; 1 of the 60 windows looked at'
    """
    checks = (
        (_flat, _amplitude, _resolution, _held, _rails, _beyond, _clipped, _artefact, _mains, _kind)
        if chosen
        else (_artefact,)
    )
    return [finding for check in checks for finding in check(examined)]


def _flat(examined: Examined) -> Iterator[Finding]:
    quality = examined.quality
    flat = quality.is_flat & ~quality.is_missing
    if quality.flat == 1.0:
        yield finding_of("flat-channel", examined.name, f"{quality}; its {examined.role.upper()} cannot be used")
    elif flat.any():
        yield finding_of("flat-stretches", examined.name, f"flat in {_of_windows(flat)}")


def _amplitude(examined: Examined) -> Iterator[Finding]:
    """The factor named is the power of a thousand that brings the amplitude nearest to what is usual."""
    low, high = PLAUSIBLE[examined.role]
    amplitude = examined.amplitude
    if math.isnan(amplitude) or low <= amplitude <= high:
        return
    thousands = round(math.log10(amplitude / USUAL[examined.role]) / 3)
    what = f"SD {amplitude:.2g} uV in the median window, {USUAL[examined.role]:g} is usual"
    if thousands:
        what += f"; a factor of 10^{abs(3 * thousands)} fits"
    yield finding_of("amplitude-too-large" if amplitude > high else "amplitude-too-small", examined.name, what)


def _resolution(examined: Examined) -> Iterator[Finding]:
    if examined.step > NOTICED[examined.role]:
        yield finding_of("amplitude-resolution", examined.name, f"one step is {examined.step:g} uV")


def _held(examined: Examined) -> Iterator[Finding]:
    """Missing samples, and runs of one value in windows that live otherwise; a filled-up last record is none."""
    quality = examined.quality
    ends = quality.starts + quality.windows.shape[1] / quality.rate
    lost = quality.is_missing.copy()
    for first, last in examined.gaps:
        lost &= (ends <= first) | (quality.starts >= last)
    if lost.any():
        yield finding_of("dropouts", examined.name, f"samples are missing in {_of_windows(lost)}")
    living = ~(quality.is_flat | quality.is_railing)
    if examined.step > NOTICED[examined.role]:
        return  # neighbours are equal because few values are
    alive = quality.windows[living]
    same = np.zeros(alive.shape, bool)
    same[:, 1:] = alive[:, 1:] == alive[:, :-1]
    if any(_clipped(examined)):  # what stays at the ends is clipped
        same &= (alive > alive.min(initial=0.0)) & (alive < alive.max(initial=0.0))
    if same.size and living[-1]:
        same[-1, np.flatnonzero(~same[-1])[-1] :] = False
    longest = HELD[examined.role]
    held = long_runs(same.ravel(), max(round(longest * quality.rate), 2)).reshape(alive.shape)
    if alive.size and held.mean() > FEW_HELD[examined.role]:
        what = f"one value is repeated for {longest:g} s or longer in {held.mean():.2g} of the samples looked at"
        where = np.zeros(living.size, bool)
        where[living] = held.any(axis=1)
        yield finding_of("dropouts", examined.name, f"{what}, {_of_windows(where)}")


def _rails(examined: Examined) -> Iterator[Finding]:
    railing = examined.quality.is_railing
    if railing.any():
        low, high = examined.quality.limits
        yield finding_of("railing", examined.name, f"at {low:g} or {high:g} uV in {_of_windows(railing)}")


def _beyond(examined: Examined) -> Iterator[Finding]:
    """Samples beyond the range that the header declares; the scale holds there too."""
    quality, (low, high) = examined.quality, examined.quality.limits
    if not math.isfinite(high - low):
        return
    step = (high - low) / 2**15
    beyond = np.logical_or(quality.windows.min(axis=1) < low - step, quality.windows.max(axis=1) > high + step)
    if beyond.any():
        what = f"samples beyond {low:g} to {high:g} uV in {_of_windows(beyond)}"
        yield finding_of("range-exceeded", examined.name, what)


def _clipped(examined: Examined) -> Iterator[Finding]:
    """A peak that was cut off is level although the trace runs into it steeply; a parabola tells how high it was."""
    quality = examined.quality
    if quality.is_railing.any() or quality.windows.shape[1] < 5:
        return
    where = np.zeros(quality.starts.size, bool)
    peaks = []
    for sign in (1, -1):
        trace = quality.windows * np.float32(sign)
        top = float(trace.max())
        if np.count_nonzero(trace == top) < CLIPPED_PEAKS * CLIPPED_SAMPLES:
            continue  # as in most signals, so that the passes below are spared
        middle = float(np.median(trace))
        rows, cut_off = _level_peaks(trace, top)
        cut = cut_off > CUT_OFF * (top - middle)
        if top > middle and np.count_nonzero(cut) >= CLIPPED_PEAKS:
            where[rows[cut]] = True
            peaks.append(f"{np.count_nonzero(cut)} peaks at {sign * top:.4g} uV")
    if peaks:
        yield finding_of("clipped", examined.name, f"{' and '.join(peaks)} are cut off, in {_of_windows(where)}")


def _level_peaks(trace: npt.NDArray[np.float32], top: float) -> tuple[npt.NDArray[np.intp], Floats]:
    """Windows of the runs of equal samples at the top, and how much higher a parabola of their slope would go."""
    level = np.zeros((trace.shape[0], trace.shape[1] + 2), np.int8)
    level[:, 1:-1] = trace >= top
    edges = np.diff(level, axis=1)
    rows, first = np.nonzero(edges == 1)
    _, after = np.nonzero(edges == -1)
    runs = (first >= 2) & (after - first >= CLIPPED_SAMPLES)
    rows, first, after = rows[runs], first[runs], after[runs]
    slope = trace[rows, first - 1] - trace[rows, first - 2]
    runs_in = top - trace[rows, first - 1] <= 2 * slope  # a trace that jumps to its top was not cut off but lost
    return rows[runs_in], (slope * (after - first) / 4)[runs_in]


def _artefact(examined: Examined) -> Iterator[Finding]:
    quality = examined.quality
    bursts = quality.is_wild | quality.is_railing
    others = quality.spread[~bursts & ~quality.is_flat]
    if not quality.is_wild.any() or others.size == 0:
        return
    largest = quality.spread[bursts].max()
    minutes = [f"{start / 60:.1f}" for start in quality.starts[bursts]]
    listed = ", ".join(minutes[:MOST_LISTED]) + (" and later" if len(minutes) > MOST_LISTED else "")
    what = (
        f"bursts at minute {listed}: SD {largest:.0f} uV, {np.median(others):.2g} uV in the median window; "
        f"{_of_windows(bursts)}"
    )
    yield finding_of("artefact", examined.name, what)


def _mains(examined: Examined) -> Iterator[Finding]:
    nyquist = examined.quality.rate / 2
    for line in (50.0, 60.0):
        if line + MAINS_WIDTH < nyquist:
            share = examined.share(line - MAINS_WIDTH, line + MAINS_WIDTH)
            if share > MAINS:
                yield finding_of("mains", examined.name, f"{share:.0%} of the power lies at {line:g} Hz")


def _kind(examined: Examined) -> Iterator[Finding]:
    """A heart or a muscle where another signal should be; a minute at least must be seen of it."""
    if np.count_nonzero(examined.quality.sound) < ENOUGH_WINDOWS or examined.amplitude_above(8.0) < LEAST_FAST:
        return
    complexes = examined.share(8.0, 30.0) > COMPLEXES
    complexes &= examined.role != "emg" or examined.amplitude > HEART_IN_EMG
    if complexes and (heart := examined.heartbeat) > HEART:
        what = f"it beats like a heart (autocorrelation {heart:.2f}), so it is an ECG"
        yield finding_of("channels-swapped", examined.name, what)
    elif examined.role != "emg" and (fast := examined.fast) > MUSCLE:
        what = f"{fast:.0%} of the power lies above 20 Hz, as in a muscle"
        yield finding_of("channels-swapped", examined.name, what)


def _of_windows(which: npt.NDArray[np.bool_]) -> str:
    return f"{np.count_nonzero(which)} of the {which.size} windows looked at"
