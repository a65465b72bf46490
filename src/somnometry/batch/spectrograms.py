"""Spectrograms of nights as small files, so that a page can show one when the recording is elsewhere."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import numpy as np

from ..core.errors import RecordingError
from ..core.recording import Recording
from ..io.files import read_whole, replacing
from ..micro.spectrogram import Spectrogram, spectrogram

__all__ = ["read_spectrogram", "spectrogram_of", "write_spectrogram"]

#: Decibels to which power is kept: finer than any picture shows.
STEP = 0.5
#: Bytes of a file, and of what it unpacks to, that no spectrogram of a night comes near.
LARGEST = 1 << 26


def spectrogram_of(recording: Recording, epoch: float) -> Spectrogram | None:
    """Give the spectrogram of the EEG that was staged; None where it is sampled too slowly for one."""
    try:
        return spectrogram(recording, epoch=epoch)
    except RecordingError:
        return None


def write_spectrogram(spectrum: Spectrogram, path: Path) -> None:
    """Write a spectrogram as arrays of numpy (``.npz``): power in decibels to half a decibel, frequencies, epoch."""
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(
            file,
            power=(np.round(spectrum.power / STEP) * STEP).astype(np.float16),
            frequencies=spectrum.frequencies,
            epoch=np.float64(spectrum.epoch),
            channel=np.str_(spectrum.channel),
        )


def read_spectrogram(path: Path) -> Spectrogram | None:
    """Read what `write_spectrogram` wrote; None where there is no such file, or it is damaged."""
    try:
        content = io.BytesIO(read_whole(path, LARGEST))
        with zipfile.ZipFile(content) as archive:
            if sum(one.file_size for one in archive.infolist()) > LARGEST:
                return None
        with np.load(content, allow_pickle=False) as held:
            power, frequencies = held["power"], held["frequencies"]
            if power.ndim != 2 or power.shape[1:] != frequencies.shape or frequencies.size < 2:
                return None
            return Spectrogram(power, frequencies, float(held["epoch"]), str(held["channel"]))
    except (OSError, ValueError, KeyError, EOFError, MemoryError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return None  # MemoryError: of an array that its head alone says is there
