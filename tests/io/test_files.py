"""A file is whole or not there."""

import pytest

from somnometry.io.files import replacing


def test_what_is_written_becomes_the_file(tmp_path):
    (tmp_path / "a.csv").write_text("old")
    with replacing(tmp_path / "a.csv") as temporary:
        temporary.write_text("new")
        assert (tmp_path / "a.csv").read_text() == "old"
        assert temporary.suffix == ".csv"
    assert (tmp_path / "a.csv").read_text() == "new"
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


def test_where_writing_fails_the_old_file_stays_and_nothing_else(tmp_path):
    (tmp_path / "a.csv").write_text("old")

    def write_half():
        with replacing(tmp_path / "a.csv") as temporary:
            temporary.write_text("ne")
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        write_half()
    assert (tmp_path / "a.csv").read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "none" / "a.csv"):
        pass
