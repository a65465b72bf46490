"""Resampling to 100 Hz and band-pass 0.4-30 Hz as one operator, block by block.

YASA resamples a whole night by one FFT, keeping what lies below 50 Hz, and then applies mne's FIR at 100 Hz. Both are
convolutions, so their product is one, and its impulse response is hardly longer than the FIR's (about 8 s). Overlapping
blocks of the signal are therefore transformed, multiplied by one real response, and transformed back at 100 Hz: the
same output on the same grid of 1/100 s, without padding the night to a power of two.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import fft

from .halving import SLOWEST, halved
from .missing import Bridged

__all__ = ["RATE", "bandpass_taps", "to_100_hz_bandpassed"]

#: The rate, in hertz, at which YASA's classifiers were trained.
RATE = 100
#: Seconds beyond which the impulse response of the operator is negligible.
REACH = 6.0
#: About how many samples at 100 Hz one block yields.
BLOCK = 8000
#: Samples at 100 Hz at either end that are resampled and filtered one after the other.
END = 4000
#: How many blocks are transformed together.
BATCH = 16
#: Samples for which bridges are drawn together.
PIECE = 1 << 19
#: Taps that a Hamming-windowed low-pass needs, in units of rate / transition width.
HAMMING_LENGTH = 3.3


@lru_cache(maxsize=1)
def bandpass_taps() -> npt.NDArray[np.float64]:
    """Taps of the zero-phase 0.4-30 Hz band-pass at 100 Hz, shape (825,).

    mne's default ``firwin`` design: the difference of two Hamming-windowed low-passes, of 33.75 Hz (transition
    7.5 Hz, 45 taps) and of 0.2 Hz (transition 0.4 Hz, 825 taps), each of gain 1 at 0 Hz.

    Examples
    --------
    >>> taps = bandpass_taps()
    >>> taps.size, bool(abs(taps.sum()) < 1e-12)
    (825, True)
    """
    low, high = _lowpass_taps(0.2, 0.4), _lowpass_taps(33.75, 7.5)
    taps = -low
    margin = (low.size - high.size) // 2
    taps[margin : margin + high.size] += high
    taps.flags.writeable = False
    return taps


def _lowpass_taps(cutoff: float, transition: float) -> npt.NDArray[np.float64]:
    """Hamming-windowed sinc of odd length, gain 1 at 0 Hz; frequencies in hertz."""
    n = round(HAMMING_LENGTH * RATE / transition)
    n += 1 - n % 2
    taps = np.sinc(2 * cutoff / RATE * (np.arange(n) - n // 2)) * np.hamming(n)
    return np.asarray(taps / taps.sum())


def _periods(rate: float) -> tuple[int, int]:
    """Smallest numbers of samples, in and out, that last equally long."""
    ratio = Fraction(RATE) / Fraction(rate).limit_denominator(10_000)
    return ratio.denominator, ratio.numerator


@lru_cache(maxsize=32)
def _plan(rate: float) -> tuple[int, int, int, int]:
    """Block length and guard, in samples in and samples out, that tie the two rates together exactly."""
    per_in, per_out = _periods(rate)
    guard = -(-int(REACH * RATE) // per_out)
    fewest = max(-(-BLOCK // per_out), 3 * guard)
    periods = next(
        (m for m in range(fewest, 2 * fewest) if _is_fast(m * per_in) and _is_fast(m * per_out)),
        fewest + fewest % 2,
    )
    return periods * per_in, periods * per_out, guard * per_in, guard * per_out


def _is_fast(n: int) -> bool:
    return n % 2 == 0 and bool(fft.next_fast_len(n, real=True) == n)


@lru_cache(maxsize=32)
def _response(n_in: int, n_out: int) -> npt.NDArray[np.float64]:
    """Gain at the frequencies that both block lengths share, scaled for the shorter inverse transform."""
    kernel = np.zeros(n_out)
    taps = bandpass_taps()
    kernel[: taps.size] = taps
    centred = np.roll(kernel, -(taps.size // 2))
    return fft.rfft(centred).real[: min(n_in, n_out) // 2 + 1] * (n_out / n_in)


def to_100_hz_bandpassed(samples: npt.NDArray[Any] | Bridged, rate: float, centre: float = 0.0) -> npt.NDArray[Any]:
    """Samples at 100 Hz, band-passed 0.4-30 Hz, in the unit of the input, shape (round(n * 100 / rate),).

    Sample k of the output lies at k/100 s exactly, whatever the rate. The ends are continued by point reflection, as
    mne does. The output is of the input's floating type.

    Parameters
    ----------
    samples : array of float32 or float64, shape (n,), or Bridged
        Without NaN: one NaN would spread over its block.
    rate : float
        Sampling rate in hertz. Below 100 Hz the signal is upsampled.
    centre : float
        About the middle of the samples, which is taken off first, so that single precision is spent on the signal.

    Examples
    --------
    >>> t = np.arange(20 * 256) / 256
    >>> y = to_100_hz_bandpassed(np.cos(2 * np.pi * 10 * t), 256)
    >>> y.size, float(np.round(np.abs(y[500:1500]).max(), 2))
    (2000, 1.0)
    """
    n_out = max(round(samples.size * RATE / rate), 1)
    if rate == RATE:
        return _by_blocks(samples, rate, n_out, centre)
    per_in, per_out = _periods(rate)
    end = -(-END // per_out)
    if samples.size <= 3 * end * per_in:
        return _resampled_then_filtered(samples[:], rate, n_out)
    filtered = _by_blocks(samples, rate, n_out, centre)
    mended = 2 * bandpass_taps().size
    filtered[:mended] = _resampled_then_filtered(samples[: end * per_in], rate, end * per_out)[:mended]
    last = samples.size // per_in - end
    tail = _resampled_then_filtered(samples[last * per_in :], rate, n_out - last * per_out)
    filtered[-mended:] = tail[-mended:]
    return filtered


def _by_blocks(samples: npt.NDArray[Any] | Bridged, rate: float, n_out: int, centre: float) -> npt.NDArray[Any]:
    """Resample to 100 Hz and band-pass at once, by overlapping blocks; the ends are reflected at the input's rate.

    A fast signal is halved first, since what folds into the band can be damped in far less time than the transform of
    twice the samples takes.
    """
    times = 0
    while rate >= SLOWEST:
        rate, times = rate / 2, times + 1
    block_in, block_out, guard_in, guard_out = _plan(rate)
    hop_in, hop_out = block_in - 2 * guard_in, block_out - 2 * guard_out
    n_blocks = -(-n_out // hop_out)
    length = (n_blocks - 1) * hop_in + block_in
    if times == 0:
        padded = _reflected(samples, guard_in, length, centre)
    else:
        padded = halved(samples, centre, guard_in << times - 1, length << times - 1)
        for turn in reversed(range(times - 1)):
            padded = halved(padded, 0.0, 0, length << turn)
    blocks = np.lib.stride_tricks.sliding_window_view(padded, block_in)[::hop_in]
    gain = _response(block_in, block_out).astype(samples.dtype)
    filtered = np.empty((n_blocks, hop_out), samples.dtype)
    for first in range(0, n_blocks, BATCH):
        spectrum = fft.rfft(blocks[first : first + BATCH], axis=1)[:, : gain.size]
        spectrum *= gain
        filtered[first : first + BATCH] = fft.irfft(spectrum, block_out, axis=1)[:, guard_out : guard_out + hop_out]
    return filtered.reshape(-1)[:n_out]


def _resampled_then_filtered(samples: npt.NDArray[Any], rate: float, n_out: int) -> npt.NDArray[Any]:
    """The two steps one after the other, as mne does them, for the ends: mne reflects again between them."""
    _, _, guard_in, guard_out = _plan(rate)
    per_in, per_out = _periods(rate)
    periods = -(-(samples.size + 2 * guard_in) // per_in)
    centred = samples.astype(np.float64) - samples.mean(dtype=np.float64)
    spectrum = fft.rfft(_reflected(centred, guard_in, periods * per_in))
    scale = per_out / per_in
    resampled = scale * fft.irfft(spectrum[: periods * per_out // 2 + 1], periods * per_out)[guard_out:][:n_out]
    taps = bandpass_taps()
    reach = taps.size - 1
    padded = _reflected(resampled, reach, n_out + 2 * reach)
    return np.convolve(padded, taps, mode="same")[reach : reach + n_out].astype(samples.dtype)


def _reflected(samples: npt.NDArray[Any] | Bridged, guard: int, length: int, centre: float = 0.0) -> npt.NDArray[Any]:
    """Continue a signal less `centre` at both ends by point reflection through its end samples, then zeros."""
    padded = np.zeros(length, samples.dtype)
    reach = min(guard, samples.size - 1)
    signal = padded[guard : guard + samples.size]
    for first in range(0, signal.size, PIECE):
        part = signal[first : first + PIECE]
        np.subtract(samples[first : first + part.size], centre, out=part)
    head, tail = samples[: reach + 1], samples[samples.size - 1 - reach :]
    padded[guard - reach : guard] = 2 * signal[0] - (head[:0:-1] - centre)
    room = padded[guard + samples.size :][:reach]
    room[:] = (2 * tail[-1] - tail[-2::-1] - centre)[: room.size]
    return padded
