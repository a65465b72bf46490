"""The graphoelements a scorer looks for, as arrays of unit size at any sampling rate.

Negative is up on paper and negative here. Durations and frequencies follow the AASM Manual v3 (2023)
and Rodenbeck et al. 2006 (Somnologie 10:159).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = [
    "blink",
    "heartbeat",
    "k_complex",
    "rapid_eye_movement",
    "sawtooth",
    "slow_eye_movement",
    "slow_wave",
    "spindle",
    "vertex_wave",
]

Wave = npt.NDArray[np.float32]


def _time(duration: float, rate: float) -> npt.NDArray[np.float64]:
    return np.arange(max(2, round(duration * rate))) / rate


def _bump(t: npt.NDArray[np.float64], centre: float, width: float) -> npt.NDArray[np.float64]:
    return np.exp(-0.5 * ((t - centre) / width) ** 2)


def spindle(rate: float, duration: float = 0.9, frequency: float = 13.3) -> Wave:
    """Sleep spindle of 11-16 Hz, waxing and waning, 2 units peak to peak.

    Examples
    --------
    >>> wave = spindle(256.0, duration=1.0)
    >>> wave.size, bool(np.ptp(wave) > 1.9)
    (256, True)
    """
    t = _time(duration, rate)
    envelope = np.sin(np.pi * t / duration) ** 1.2
    slowing = frequency * t - 0.4 * t**2 / max(duration, 0.5)  # spindles slow down by about 1 Hz
    return (envelope * np.sin(2 * np.pi * slowing)).astype(np.float32)


def k_complex(rate: float, duration: float = 1.1) -> Wave:
    """K-complex: a sharp negative wave, then a slower positive one; 1 unit peak to peak.

    Examples
    --------
    >>> wave = k_complex(100.0)
    >>> bool(wave.argmin() < wave.argmax()), round(float(np.ptp(wave)), 3)
    (True, 1.0)
    """
    t = _time(duration, rate)
    x = -_bump(t, 0.32 * duration, 0.11 * duration) + 0.7 * _bump(t, 0.66 * duration, 0.13 * duration)
    return _unit_range(x * _taper(t.size))


def slow_wave(rate: float, duration: float = 1.1) -> Wave:
    """Slow wave of slow-wave activity, one cycle of 0.5-2 Hz: negative, then positive; 1 unit peak to peak.

    Examples
    --------
    >>> wave = slow_wave(100.0, duration=1.0)
    >>> bool(wave.argmin() < 50 < wave.argmax()), round(float(np.ptp(wave)), 3)
    (True, 1.0)
    """
    t = _time(duration, rate)
    phase = t / duration
    x = -1.15 * np.sin(2 * np.pi * phase**0.95) * (1.1 - 0.25 * phase)
    return _unit_range(x * _taper(t.size, 0.08))


def vertex_wave(rate: float, duration: float = 0.3) -> Wave:
    """Vertex sharp wave: a negative peak of less than 0.5 s, 1 unit from baseline.

    Examples
    --------
    >>> round(float(vertex_wave(256.0).min()), 1)
    -1.0
    """
    t = _time(duration, rate)
    x = -_bump(t, 0.4 * duration, 0.12 * duration) + 0.35 * _bump(t, 0.72 * duration, 0.13 * duration)
    return (x * _taper(t.size)).astype(np.float32)


def sawtooth(rate: float, duration: float = 3.0, frequency: float = 3.0) -> Wave:
    """Train of sawtooth waves of 2-6 Hz before or in a burst of rapid eye movements, 1 unit peak to peak.

    Examples
    --------
    >>> sawtooth(100.0, duration=2.0).size
    200
    """
    t = _time(duration, rate)
    phase = (frequency * t) % 1.0
    x = np.where(phase < 0.7, phase / 0.7, (1 - phase) / 0.3) - 0.5
    return (x * np.sin(np.pi * t / duration) ** 0.7).astype(np.float32)


def rapid_eye_movement(rate: float, duration: float = 0.7) -> Wave:
    """Rapid eye movement: the first deflection lasts less than 0.5 s, then the amplifier returns; 1 unit high.

    Examples
    --------
    >>> wave = rapid_eye_movement(256.0)
    >>> bool(wave.argmax() < 0.5 * 256), round(float(wave.max()), 1)
    (True, 1.0)
    """
    t = _time(duration, rate)
    rise = 0.28 * duration
    up = 0.5 - 0.5 * np.cos(np.pi * t / rise)
    down = np.exp(-((np.maximum(t - rise, 0) / (0.3 * duration)) ** 1.5))
    x: npt.NDArray[np.float64] = np.where(t < rise, up, down)
    return np.asarray(x / x.max() * _taper(t.size, 0.05), np.float32)


def slow_eye_movement(rate: float, duration: float = 3.0) -> Wave:
    """Slow eye movement: a sinusoid whose first deflection lasts more than 0.5 s, 2 units peak to peak.

    Examples
    --------
    >>> bool(abs(slow_eye_movement(100.0).mean()) < 0.05)
    True
    """
    t = _time(duration, rate)
    return (np.sin(2 * np.pi * t / duration) * np.sin(np.pi * t / duration) ** 0.5).astype(np.float32)


def blink(rate: float, duration: float = 0.35) -> Wave:
    """Eye blink, 1 unit high, 0.3-0.4 s.

    Examples
    --------
    >>> round(float(blink(256.0).max()), 1)
    1.0
    """
    t = _time(duration, rate)
    return (np.sin(np.pi * t / duration) ** 2).astype(np.float32)


def heartbeat(rate: float, duration: float = 0.6) -> Wave:
    """P, QRS and T of one heartbeat in lead II; R is 1 unit high, 0.2 s after the start.

    Examples
    --------
    >>> round(int(heartbeat(256.0).argmax()) / 256, 1)
    0.2
    """
    t = _time(duration, rate)
    parts = ((0.06, 0.020, 0.12), (0.175, 0.008, -0.12), (0.2, 0.010, 1.0), (0.225, 0.009, -0.22), (0.42, 0.045, 0.25))
    x = sum(height * _bump(t, centre, width) for centre, width, height in parts)
    return (np.asarray(x) * _taper(t.size, 0.05)).astype(np.float32)


def _taper(n: int, share: float = 0.15) -> npt.NDArray[np.float64]:
    edge = max(1, int(share * n))
    taper = np.ones(n)
    ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(edge) + 0.5) / edge)
    taper[:edge] *= ramp
    taper[n - edge :] *= ramp[::-1]
    return taper


def _unit_range(x: npt.NDArray[np.float64]) -> Wave:
    return (x / np.ptp(x)).astype(np.float32)
