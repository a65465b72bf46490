"""Sleep-EDF through mne's fetcher: who is asked for, and where it is kept; the fetcher itself is mne's."""

from pathlib import Path

import pytest
from mne.datasets import sleep_physionet

from somnometry.io.sleep_edf import SLEEP_EDF, fetch_sleep_edf


def test_there_are_78_people():
    assert len(SLEEP_EDF) == 78  # Sleep-EDF Expanded 1.0.0: 153 nights of 78 people
    assert {39, 68, 69, 78, 79}.isdisjoint(SLEEP_EDF)


@pytest.mark.parametrize("folder", [None, "here"])
def test_recordings_and_scorings_come_as_mne_gives_them(monkeypatch, folder):
    def fetched(subjects, recording, path, on_missing):
        assert (subjects, recording, path, on_missing) == ([0, 1], (1, 2), folder, "ignore")
        return [["a-PSG.edf", "a-Hypnogram.edf"], ["b-PSG.edf", "b-Hypnogram.edf"]]

    monkeypatch.setattr(sleep_physionet.age, "fetch_data", fetched)
    names = ["a-PSG.edf", "a-Hypnogram.edf", "b-PSG.edf", "b-Hypnogram.edf"]
    assert fetch_sleep_edf((0, 1), folder) == tuple(map(Path, names))
