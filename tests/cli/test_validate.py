"""The command that validates: folders, and nights that mne fetches, from a local copy in its layout."""

import shutil

from mne.datasets import sleep_physionet

from somnometry import simulate_night
from somnometry.io.edf.writer import write_edf_annotations

from ..batch.test_validate import scored_nights


def test_sleep_edf_comes_by_mnes_fetcher_from_a_local_copy(tmp_path, monkeypatch, run):
    """The fetcher's layout, with a simulated night in the place of the first; nothing is downloaded."""
    data = tmp_path / "mne" / "physionet-sleep-data"
    data.mkdir(parents=True)
    source = scored_nights(tmp_path / "nights", 1)
    shutil.copy(source / "n00.edf", data / "SC4001E0-PSG.edf")
    truth = simulate_night(0, hours=0.5, rate=100)[1]
    write_edf_annotations(truth, data / "SC4001EC-Hypnogram.edf")
    asked = []

    def fetched(subjects, recording, path, on_missing):
        asked.append((subjects, recording, path, on_missing))
        return [[str(data / "SC4001E0-PSG.edf"), str(data / "SC4001EC-Hypnogram.edf")]]

    monkeypatch.setattr(sleep_physionet.age, "fetch_data", fetched)
    out = tmp_path / "out"
    result = run("validate", "sleep-edf", "--people", 1, "--data-folder", tmp_path / "mne", "--out", out)
    assert result.exit_code == 0, result.output
    assert asked == [([0], (1, 2), str(tmp_path / "mne"), "ignore")]
    page = (out / "validation.html").read_text()
    assert "Sleep-EDF (cassettes)" in page
    assert "1 night of 1 person" in page


def test_a_folder_without_scorings_is_wrong_use(run, tmp_path):
    nights = scored_nights(tmp_path / "nights", 1)
    (nights / "n00_scoring.csv").unlink()
    result = run("validate", nights, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "none of the nights (1) has a scoring" in result.output
