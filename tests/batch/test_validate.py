"""Nights that people scored, staged and set beside their scorings: folders, mne's fetcher, one page."""

import errno
from pathlib import Path

import numpy as np
import pytest

from somnometry import RecordingError, Settings, read_calibration, simulate_night, write_edf, write_hypnogram
from somnometry.batch import one_night
from somnometry.batch.agree import agree
from somnometry.batch.validate import validate

PLAIN = Settings(figures=False)


def scored_nights(folder: Path, n: int, hours: float = 0.5):
    """Simulated nights, each with its truth as the scoring beside it."""
    folder.mkdir()
    lines = ["path,subject"]
    for seed in range(n):
        recording, truth = simulate_night(seed, hours=hours, rate=100, artefact_rate=0)
        write_edf(recording, folder / f"n{seed:02d}.edf")
        write_hypnogram(truth.replace(scorer="human"), folder / f"n{seed:02d}_scoring.csv")
        lines.append(f"n{seed:02d}.edf,p{seed:02d}")
    (folder / "recordings.csv").write_text("\n".join(lines) + "\n")
    return folder


def test_nights_with_scorings_are_staged_and_set_beside_them(tmp_path):
    nights, out = scored_nights(tmp_path / "nights", 3), tmp_path / "out"
    made = validate([nights], out, PLAIN, n_boot=50)
    assert made.epochs.nights == ("n00", "n01", "n02")
    assert made.people_named
    assert made.epochs.summary["kappa"].pooled.value > 0.5
    assert made.calibration is None
    assert "20" in made.why_none
    assert not (out / "calibration.toml").exists()
    same = agree(out / "scorings", out / "hypnograms", tmp_path / "agree", n_boot=50, figures=False)
    assert np.array_equal(same.epochs.confusion, made.epochs.confusion)
    page = (out / "validation.html").read_text()
    for text in ("Run on: nights.", "3 nights of 3 people", ".826", "Rosenberg", "None was made"):
        assert text in page


@pytest.mark.acceptance
def test_with_twenty_people_there_is_a_calibration(tmp_path):
    nights, out = scored_nights(tmp_path / "nights", 20, 1.0), tmp_path / "out"
    made = validate([nights], out, PLAIN, n_boot=50)
    assert made.calibration is not None
    assert made.calibration.n_people == 20
    assert read_calibration(out / "calibration.toml").n_nights == 20
    assert "calibration.toml" in (out / "validation.html").read_text()


def test_nights_without_scorings_are_refused(tmp_path):
    nights = scored_nights(tmp_path / "nights", 1)
    (nights / "n00_scoring.csv").unlink()
    with pytest.raises(RecordingError, match=r"none of the nights .1. has a scoring"):
        validate([nights], tmp_path / "out", PLAIN)


def test_where_no_night_could_be_measured_the_first_fault_is_told(tmp_path, monkeypatch):
    nights = scored_nights(tmp_path / "nights", 1)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(one_night, "write_hypnogram", full)
    with pytest.raises(RecordingError, match=r"none of the nights .1. could be measured") as error:
        validate([nights], tmp_path / "out", PLAIN)
    assert "No space left on device" in error.value.remedy
