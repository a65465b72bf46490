"""The ongoing EEG: noise whose spectrum follows the stage, coherent between derivations.

A night is cut into windows of 4 s that overlap by half. Each window gets a spectrum, which is a weighted sum of the
rows of `COMPONENTS`, and random phases; the windows are added under a sine taper, so the variance stays what the
spectrum says. Part of the randomness is shared by all derivations.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import scipy.fft

__all__ = ["COMPONENTS", "HOP", "WINDOW", "coloured_noise", "spectra"]

WINDOW = 4.0  # s
HOP = WINDOW / 2
SHARED = 0.55  # share of the variance that all EEG derivations have in common
TOP = 64.0  # Hz; the EEG holds nothing above it

Array = npt.NDArray[np.float32]

#: Aperiodic part: power density at 1 Hz in uV^2/Hz and exponent of the fall. The exponent steepens from wake over REM
#: and N2 to N3, between -1 and -4 (Bodizs et al. 2021, doi 10.1038/s41598-021-81230-7; Lendner et al. 2020,
#: doi 10.7554/eLife.55092).
APERIODIC = {"W": (9.0, 1.25), "N1": (14.0, 1.75), "N2": (38.0, 2.2), "N3": (110.0, 2.5), "R": (16.0, 1.75)}
#: Rhythms: centre and SD in Hz, peak power density in uV^2/Hz at weight 1, over the vertex.
RHYTHMS = {
    "delta": (2.2, 0.9, 20.0),
    "theta": (5.6, 1.3, 5.0),
    "alpha": (10.0, 0.8, 14.0),
    "low_sigma": (10.0, 1.7, 2.0),
    "sigma": (12.8, 0.9, 1.0),
    "beta": (19.0, 5.0, 0.35),
}
COMPONENTS = (*APERIODIC, *RHYTHMS, "muscle")


def spectra(frequencies: npt.NDArray[np.float64], alpha: float = 10.0) -> npt.NDArray[np.float64]:
    """Power densities of the components, in square microvolts per hertz, shape (n_components, n_frequencies).

    Parameters
    ----------
    frequencies : array, shape (n_frequencies,)
        Hz.
    alpha : float
        The sleeper's alpha frequency in hertz.

    Examples
    --------
    >>> spectra(np.array([0.0, 10.0])).shape
    (12, 2)
    """
    f = np.asarray(frequencies, float)
    drift = 1 / (1 + (0.35 / np.maximum(f, 1e-6)) ** 4)  # the amplifier's high-pass at 0.3 Hz
    rows = [power * np.maximum(f, 0.6) ** -slope * drift for power, slope in APERIODIC.values()]
    for name, (centre, width, height) in RHYTHMS.items():
        middle = alpha if name == "alpha" else centre
        rows.append(height * np.exp(-0.5 * ((f - middle) / width) ** 2) * drift)
    rows.append(0.25 * f**2 / (f**2 + 25.0**2))
    return np.array(rows)


def coloured_noise(
    rng: np.random.Generator,
    weights: Array,
    rows: Mapping[str, npt.NDArray[np.float64]],
    n_samples: int,
    rate: float,
    shared: float = SHARED,
) -> dict[str, Array]:
    """Noise in microvolts whose spectrum changes in time, for several derivations.

    Parameters
    ----------
    rng : Generator
    weights : array, shape (n_windows, n_components)
        Weight of each component's power in each window; windows start every `HOP` seconds, from ``-HOP``.
    rows : mapping of str to array, shape (n_components, n_frequencies)
        Power densities of the components in each derivation, at multiples of ``1 / WINDOW`` hertz.
    n_samples : int
    rate : float
        Hz.
    shared : float
        Share of the variance that the derivations have in common.

    Returns
    -------
    dict of str to array of float32, shape (n_samples,)
    """
    size = 2 * round(HOP * rate)
    hop = size // 2
    bins = min(size // 2 + 1, next(iter(rows.values())).shape[1])
    taper = np.sin(np.pi * (np.arange(size) + 0.5) / size).astype(np.float32)
    scale = np.sqrt(rate * size / 4)
    n_windows = weights.shape[0]
    out = {name: np.zeros((n_windows + 1) * hop, np.float32) for name in rows}
    step = 128
    for first in range(0, n_windows, step):
        some = weights[first : first + step]
        common = _complex_normal(rng, some.shape[0], bins)
        for name, powers in rows.items():
            z = _complex_normal(rng, some.shape[0], bins)
            if shared:
                z = np.float32(np.sqrt(shared)) * common + np.float32(np.sqrt(1 - shared)) * z
            z *= np.sqrt(some @ powers[:, :bins].astype(np.float32)) * np.float32(scale)
            blocks = scipy.fft.irfft(z, size, axis=1) * taper
            here = out[name][first * hop : (first + some.shape[0] + 1) * hop].reshape(-1, hop)
            here[:-1] += blocks[:, :hop]
            here[1:] += blocks[:, hop:]
    return {name: x[hop : hop + n_samples] for name, x in out.items()}


def _complex_normal(rng: np.random.Generator, n: int, bins: int) -> npt.NDArray[np.complex64]:
    return rng.standard_normal((n, 2 * bins), np.float32).view(np.complex64)
