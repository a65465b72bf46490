"""A night staged by YASA: mne reads the file, whole or the needed channels only, and `SleepStaging` stages it."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.errors import MontageError
from ..core.recording import Role
from .channels.candidates import Derivation

if TYPE_CHECKING:
    import yasa

__all__ = ["labels_for_yasa", "stage_by_yasa"]


def labels_for_yasa(derivations: Mapping[Role, Derivation], labels: Collection[str], place: str) -> list[str]:
    """The labels of the channels that some derivations are made of, by which mne finds them.

    Raises
    ------
    MontageError
        Where two channels of the file have one of these labels: mne then gives them names of its own.
    """
    needed = list(dict.fromkeys(channel.label for d in derivations.values() for channel in d.channels))
    for label in needed:
        if list(labels).count(label) > 1:
            raise MontageError(f"two channels are called {label!r}, which mne would rename", place=place, key=label)
    return needed


def stage_by_yasa(
    path: Path, derivations: Mapping[Role, Derivation], *, labels: Collection[str] | None = None
) -> yasa.Hypnogram:
    """Stages of 30-s epochs by YASA, from the path of an EDF or BDF file.

    Parameters
    ----------
    path : Path
    derivations : mapping of role to Derivation
        What plays each role. Differences of two channels, and traces that are upside down, are made of what mne reads,
        since YASA takes whole channels only.
    labels : collection of str, optional
        Read these channels only; None preloads the whole file, as YASA's documentation shows.

    Raises
    ------
    Exception
        Whatever mne and YASA raise.
    """
    with path.open("rb") as file:
        is_bdf = file.read(1) == b"\xff"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of headers, of pickles, of progress bars: what is timed is what they do
        import mne
        import yasa

        read: Any = mne.io.read_raw_bdf if is_bdf else mne.io.read_raw_edf
        kwargs = {} if labels is None else {"include": list(labels)}
        raw = read(path, preload=True, verbose="ERROR", **kwargs)
        names = {role: _made(raw, derivation) for role, derivation in derivations.items()}
        staging = yasa.SleepStaging(raw, names["eeg"], eog_name=names.get("eog"), emg_name=names.get("emg"))
        return staging.predict()


def _made(raw: Any, derivation: Derivation) -> str:
    """Give the name of the channel that holds a derivation, which is made if no channel does."""
    import mne

    plus, minus = derivation.plus.label, derivation.minus
    if minus is not None:
        pair = (plus, minus.label) if derivation.sign > 0 else (minus.label, plus)
        name = f"{pair[0]} less {pair[1]}"
        mne.set_bipolar_reference(raw, *pair, ch_name=name, drop_refs=False, copy=False, verbose="ERROR")
        return name
    if derivation.sign < 0:
        raw.apply_function(np.negative, picks=[plus], verbose="ERROR")
    return plus
