"""Signs of a sleeping person: whether an EEG can be a head's at night, or is what an amplifier makes without one.

The classifiers find stages in anything, in white noise too. What tells a head from noise, mains, drift, a heart or a
muscle is in the spectra of the epochs, which staging has measured already:

- **fall**: the power of a brain falls with frequency, that of an amplifier or a muscle does not;
- **rhythm**: in some of the night alpha or sigma rises above the straight line that theta and beta span in a plot of
  both logarithms, which noise of any colour follows; and it comes and goes;
- **alternation**: delta against beta changes over the night by much more than 5-min medians of noise do;
- **shape**: theta against alpha changes from epoch to epoch, as in waking and drowsiness, more than chance lets noise;
- **kurtosis**: a heart's spikes and the edges of square waves are distributed as no EEG is.

An EEG has signs of sleep if it falls, has no such kurtosis, and has a rhythm, an alternation or a shape of a head.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..core.equality import EqualByFields
from ..core.finding import Finding
from ..core.recording import Recording
from ..io.finding_codes import finding_of
from ..kernels.spectrum import BANDS
from .channels import EPOCH, Mask, MeasuredChannel
from .features import MeasuredNight, measure_night

__all__ = ["SignsOfSleep", "not_sleep", "signs_of", "signs_of_sleep"]

Floats = npt.NDArray[np.float64]

#: Minutes of EEG below which nothing is said: so long a head may do one thing.
SHORTEST = 30.0
#: Decades per decade; the tenth of the epochs that falls most falls more than this.
FALL = -0.6
#: The same of the median epoch, for an alternation to be one of sleep.
FALL_IN_SLEEP = -1.0
#: dB that the tenth of the epochs with most rhythm has, and between that and the tenth with least: at any slope, and
#: where the median epoch falls as in slow-wave sleep, whose spindles may be steady for half an hour.
RHYTHM, RHYTHM_RANGE = 1.8, 1.7
STEADY_RANGE, FALL_IF_STEADY = 1.1, -2.2
#: dB between the tenths of the 5-min medians of delta against beta, and of rhythm that has to come with it.
ALTERNATION, RHYTHM_IN_SLEEP = 8.0, 1.2
#: dB between the tenths of the epochs in theta against alpha.
SHAPE = 4.5
#: Between these lies the excess kurtosis of a head's median epoch.
KURTOSIS = (-0.9, 8.0)
#: Epochs of a block of 5 min.
BLOCK = 10
#: Bands whose density makes the slope.
FALLING = ("fdelta", "theta", "alpha", "sigma", "beta")


@dataclass(frozen=True, slots=True, eq=False)
class SignsOfSleep(EqualByFields):
    """What the epochs of one EEG derivation tell of a sleeping head, from 0.4 to 30 Hz.

    Parameters
    ----------
    minutes : float
        Of EEG that could be measured.
    fall, steepest : float
        Slope of the power density from 1 to 30 Hz, in decades per decade: of the median epoch, and the least that the
        steepest tenth has.
    rhythm, rhythm_range : float
        Decibels by which alpha or sigma, whichever does more, exceeds the line from theta to beta: in the tenth of the
        epochs with most, and between that and the tenth with least.
    alternation : float
        Decibels between the tenths of the night with most and least delta (1-4 Hz) against beta, by 5-min medians.
    shape : float
        Decibels between the tenths of the epochs with most and least theta against alpha.
    kurtosis : float
        Excess kurtosis of the median epoch.

    Examples
    --------
    >>> SignsOfSleep(480, -1.8, -2.0, 5.0, 5.5, 12.0, 4.0, 0.2).found
    True
    >>> SignsOfSleep(480, 0.0, -0.1, 0.9, 1.2, 0.5, 1.8, 0.0).found  # white noise
    False
    """

    minutes: float
    fall: float
    steepest: float
    rhythm: float
    rhythm_range: float
    alternation: float
    shape: float
    kurtosis: float

    @property
    def enough(self) -> bool:
        """Whether there is half an hour of EEG, below which nobody can tell."""
        return self.minutes >= SHORTEST

    @property
    def found(self) -> bool:
        """Whether these are the signs of a head, asleep or awake in bed."""
        least = STEADY_RANGE if self.fall <= FALL_IF_STEADY else RHYTHM_RANGE
        rhythmic = self.rhythm >= RHYTHM and self.rhythm_range >= least
        alternating = self.alternation >= ALTERNATION and self.fall <= FALL_IN_SLEEP and self.rhythm >= RHYTHM_IN_SLEEP
        low, high = KURTOSIS
        of_a_brain = self.steepest <= FALL and low <= self.kurtosis <= high
        return of_a_brain and (rhythmic or alternating or self.shape >= SHAPE)


def signs_of_sleep(recording: Recording, *, threads: int | None = None) -> SignsOfSleep:
    """Signs of a sleeping person in the EEG of the montage; decibels, slopes and minutes.

    Parameters
    ----------
    recording : Recording
        With an EEG in its montage.
    threads : int, optional
        As for `stage`.

    Raises
    ------
    StagingError
        If the EEG cannot be measured: none, one that is too slow or flat, or less than an epoch.

    Examples
    --------
    >>> from somnometry import Montage, Signal, simulate_night
    >>> night, truth = simulate_night(1, hours=1, rate=100)
    >>> signs_of_sleep(night).found
    True
    >>> noise = np.random.default_rng(0).normal(0, 20, 3600 * 100)
    >>> signs_of_sleep(Recording({"C4-M1": Signal(noise, 100)}, Montage("C4-M1"))).found
    False
    """
    night = measure_night(recording, threads=threads)
    return signs_of(next(iter(night.eeg.values())), ~night.off_head)


def signs_of(channel: MeasuredChannel, on_head: Mask) -> SignsOfSleep:
    """Signs of sleep in one EEG that was measured for staging; NaN where no epoch can be used."""
    used = channel.usable & on_head
    if not used.any():
        return SignsOfSleep(0.0, *[np.nan] * 7)
    density = {
        name: _decibels(channel.columns[f"{channel.role}_{name}"][used]) - 10 * np.log10(high - low)
        for name, (low, high) in BANDS.items()
    }
    slope = _slope(density)
    rhythm = np.maximum(_above_line(density, "alpha"), _above_line(density, "sigma"))
    blocks = _medians(density["fdelta"] - density["beta"])
    least, most = np.percentile(rhythm, (10, 90))
    return SignsOfSleep(
        minutes=float(used.sum()) * EPOCH / 60,
        fall=float(np.median(slope)),
        steepest=float(np.percentile(slope, 10)),
        rhythm=float(most),
        rhythm_range=float(most - least),
        alternation=_range(blocks),
        shape=_range(density["theta"] - density["alpha"]),
        kurtosis=float(np.median(channel.columns[f"{channel.role}_kurt"][used])),
    )


def not_sleep(night: MeasuredNight) -> tuple[Finding, ...]:
    """Find a night without signs of sleep in any EEG that was measured; nothing where one has them, or is too short."""
    signs = {name: signs_of(channel, ~night.off_head) for name, channel in night.eeg.items()}
    if any(sign.found or not sign.enough for sign in signs.values()):
        return ()
    name, sign = next(iter(signs.items()))
    what = (
        f"slope {sign.fall:.2g} ({sign.steepest:.2g} in the steepest tenth), rhythm {sign.rhythm:.2g} dB, changing by "
        f"{sign.rhythm_range:.2g} dB, delta against beta by {sign.alternation:.2g} dB, theta against alpha by "
        f"{sign.shape:.2g} dB, kurtosis {sign.kurtosis:.2g}: no head asleep or awake has these"
    )
    return (finding_of("not-sleep", name, what),)


def _decibels(power: Floats) -> Floats:
    """Ten times the logarithm; what is zero by round-off counts as next to nothing."""
    return np.asarray(10 * np.log10(np.maximum(power, 1e-12)), np.float64)


def _place(band: str) -> float:
    """Where a band lies on the axis of log10 frequency."""
    low, high = BANDS[band]
    return float(np.log10(low * high) / 2)


def _slope(density: dict[str, Floats]) -> Floats:
    """Slope of each epoch by least squares over the bands, decades per decade."""
    x = np.array([_place(band) for band in FALLING])
    x -= x.mean()
    y = np.stack([density[band] for band in FALLING]) / 10
    return np.asarray(np.einsum("b,be->e", x, y) / (x**2).sum(), np.float64)


def _above_line(density: dict[str, Floats], band: str) -> Floats:
    """Decibels of a band above the line from theta to beta."""
    share = (_place(band) - _place("theta")) / (_place("beta") - _place("theta"))
    return np.asarray(density[band] - (1 - share) * density["theta"] - share * density["beta"], np.float64)


def _medians(values: Floats) -> Floats:
    """Medians of blocks of 5 min; a rest joins the last."""
    return np.array([np.median(block) for block in np.array_split(values, max(values.size // BLOCK, 1))])


def _range(values: Floats) -> float:
    low, high = np.percentile(values, (10, 90))
    return float(high - low)
