"""Names of files, and files that are no recordings."""

import pytest

from somnometry import (
    RecordingError,
    find_nights,
    write_edf,
)
from somnometry.io.nights.scorings import details_of_name

from ..edf_files import noise, write
from ..folders import recording


def test_names_tell_subject_and_session():
    assert details_of_name("sub-07_ses-pre_task-sleep_eeg").cells() == {"subject": "07", "session": "pre"}
    assert details_of_name("ST7132J0-PSG").cells() == {"subject": "ST713", "session": "2"}
    assert details_of_name("night1").cells() == {}


def test_an_entity_of_bids_that_is_called_psg_is_part_of_the_name(tmp_path):
    for i, of in enumerate(("psg", "headband")):
        write_edf(recording(seed=i), tmp_path / f"sub-01_task-sleep_acq-{of}_eeg.edf")
        (tmp_path / f"sub-01_task-sleep_acq-{of}_events.tsv").write_text("onset\tduration\tstage\n0\t30\t0\n")
    nights = find_nights(tmp_path).nights
    assert {night.name: [file.name for file in night.scorings] for night in nights} == {
        f"sub-01_task-sleep_acq-{of}_eeg.edf": [f"sub-01_task-sleep_acq-{of}_events.tsv"] for of in ("psg", "headband")
    }


def test_links_that_lead_nowhere_are_told_and_do_not_stop_the_others(tmp_path):
    write_edf(recording(), tmp_path / "n1.edf")
    for name in ("n2.edf", "n3.csv", "nights.csv"):
        (tmp_path / name).symlink_to(tmp_path / "not fetched" / name)
    found = find_nights(tmp_path)
    assert [night.name for night in found.nights] == ["n1.edf"]
    told = {entry.file.name: entry.code for entry in found.left_out}
    assert told == {"n2.edf": "broken", "n3.csv": "other", "nights.csv": "other"}


def test_hidden_files_are_left_out(tmp_path):
    write(tmp_path / "n.edf", {"C4-M1": (noise(100, 60), 100)})
    (tmp_path / "._n.edf").write_bytes(b"Mac OS X")
    assert [night.name for night in find_nights([tmp_path]).nights] == ["n.edf"]


def test_folders_without_recordings_and_missing_paths_are_errors(tmp_path):
    with pytest.raises(RecordingError, match="no EDF or BDF file in this folder"):
        find_nights([tmp_path])
    with pytest.raises(RecordingError, match="no such file or folder"):
        find_nights([tmp_path / "nowhere"])
