"""Everything that staging makes once and keeps: compiled kernels and the classifiers as arrays."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..core.recording import Montage, Recording, Signal
from ..io.edf.writer import write_edf
from ..io.recordings import read_recording
from .models import KNOWN_CLASSIFIERS, load_classifier
from .stage import stage

__all__ = ["warm_up"]

#: Hertz, of which the first is halved and staged in single precision and the second staged in double.
RATES = (256, 100)
#: Seconds of noise, two epochs of it flat and one missing, so that every kernel has something to do.
SECONDS = 600


def warm_up(progress: Callable[[str], object] = lambda _: None) -> None:
    """Compile the kernels of staging and extract every classifier, so that later processes only load them.

    Parameters
    ----------
    progress : callable
        Called with the name of a classifier, or with ``"kernels 256 Hz"`` and ``"kernels 100 Hz"``, before each step.

    Raises
    ------
    ModelError
        If a classifier of YASA's is missing or is not the one we know.

    Examples
    --------
    >>> warm_up(print)  # doctest: +SKIP
    kernels 256 Hz
    kernels 100 Hz
    eeg
    """
    with tempfile.TemporaryDirectory(prefix="somnometry-warm-up-") as folder:
        for rate in RATES:
            progress(f"kernels {rate} Hz")
            path = Path(folder) / f"noise-{rate}.edf"
            write_edf(_noise(rate), path)
            stage(read_recording(path, threads=1), threads=1)
    for name in KNOWN_CLASSIFIERS:
        progress(name)
        load_classifier(name)


def _noise(rate: int) -> Recording:
    """A recording of noise with what kernels look for: a lost contact, a stretch at one value, lost packets."""
    samples = np.random.default_rng(0).normal(0, 20, (3, SECONDS * rate)).astype(np.float32)
    samples[0, 90 * rate : 100 * rate] = 5
    samples[:, 200 * rate : 203 * rate] = 1
    samples[1, 300 * rate : 310 * rate] = 409.5875  # the end of the range that it is written with
    names = ("EEG C4-M1", "EOG E1-M2", "EMG Chin")
    return Recording({name: Signal(row, rate) for name, row in zip(names, samples, strict=True)}, Montage(*names))
