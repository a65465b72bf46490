"""What a BIDS data set says of its participants."""

import pytest

from somnometry import find_nights
from somnometry.io.nights import participants_tsv
from somnometry.io.nights.participants_tsv import of_participant

from ..edf_files import noise, write


@pytest.fixture
def data_set(tmp_path):
    for subject in ("01", "02"):
        folder = tmp_path / f"sub-{subject}" / "eeg"
        folder.mkdir(parents=True)
        seed = int(subject)
        write(folder / f"sub-{subject}_task-sleep_eeg.edf", {"C4-M1": (noise(100, 60, seed=seed), 100)})
    table = "participant_id\tage\tsex\tgroup\nsub-01\t34\tF\tcontrol\nsub-02\tn/a\tn/a\tcontrol\n"
    (tmp_path / "participants.tsv").write_text(table)
    return tmp_path


def test_age_and_sex_of_a_participant_are_those_of_the_night(data_set):
    first, second = find_nights(data_set).nights
    assert (first.details.subject, first.details.age, first.details.male) == ("01", 34.0, False)
    assert (second.details.subject, second.details.age, second.details.male) == ("02", None, None)


def test_the_users_own_table_goes_first(data_set):
    (data_set / "recordings.csv").write_text("path,age\nsub-01/eeg/sub-01_task-sleep_eeg.edf,35\n")
    (night,) = find_nights(data_set).nights
    assert (night.details.age, night.details.male) == (35.0, False)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\0", b"age\tsex\n30\tF\n", b"participant_id\nsub-01\n", b"\0" * 99])
def test_a_table_that_is_none_says_nothing(tmp_path, content):
    file = tmp_path / "sub-01" / "eeg" / "sub-01_eeg.edf"
    (tmp_path / "participants.tsv").write_bytes(content)
    assert of_participant(file, "01").cells() == {}
    assert of_participant(file, None).cells() == {}


def test_a_cell_longer_than_a_reader_takes_says_nothing(data_set):
    (data_set / "participants.tsv").write_text("participant_id\tage\nsub-01\t" + "9" * 140_000 + "\n")
    participants_tsv._rows.cache_clear()
    assert participants_tsv._rows(data_set / "participants.tsv") == {}
