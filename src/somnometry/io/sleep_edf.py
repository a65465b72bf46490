"""Nights of Sleep-EDF that people scored, through mne's own fetcher; the one thing here that may use the network."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

__all__ = ["SLEEP_EDF", "fetch_sleep_edf"]

#: Of the cassette study, as mne numbers them; some are missing.
SLEEP_EDF: tuple[int, ...] = tuple(number for number in range(83) if number not in (39, 68, 69, 78, 79))


def fetch_sleep_edf(
    people: Sequence[int] = SLEEP_EDF, folder: str | os.PathLike[str] | None = None
) -> tuple[Path, ...]:
    """Give the recordings and scorings of the cassette study of Sleep-EDF, fetched where they are not there yet.

    By `mne.datasets.sleep_physionet.age.fetch_data`, which checks each file's digest. The recordings are of twenty
    hours at home, from PhysioNet (ODC-By); 78 people are 8 GB.

    Parameters
    ----------
    people : sequence of int
        Numbers of the people, from 0.
    folder : path-like, optional
        Where mne keeps them, in ``physionet-sleep-data``; by default where it keeps all its data.

    References
    ----------
    Kemp, B., et al. (2000). Analysis of a sleep-dependent neuronal feedback loop. IEEE Trans Biomed Eng 47, 1185-1194.
    """
    from mne.datasets import sleep_physionet

    pairs = sleep_physionet.age.fetch_data(
        list(people), recording=(1, 2), path=None if folder is None else os.fspath(folder), on_missing="ignore"
    )
    return tuple(Path(file) for pair in pairs for file in pair)
