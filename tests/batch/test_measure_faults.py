"""What a batch meets in the world: odd names, entries that are no files, a disk that fills, a folder in a folder."""

import errno
import os

import pytest

from somnometry import RecordingError, Settings, measure
from somnometry.batch import derivatives, one_night

from .small_nights import rows_of, write_night, write_nights

PLAIN = Settings(figures=False)


@pytest.mark.parametrize(
    "name",
    [b"with blank.edf", "Nächte ☾.edf".encode(), b"-rf.edf", b"new\nline.edf", b"n\xff.edf", b"x" * 251 + b".edf"],
    ids=["blank", "unicode", "leading dash", "newline", "not UTF-8", "255 bytes"],
)
def test_a_night_of_any_name_is_measured_and_found_again(tmp_path, name):
    folder = tmp_path / "in"
    folder.mkdir()
    write_night(folder / "n.edf")
    (folder / "n.edf").rename(os.fsdecode(os.fsencode(folder) + b"/" + name))
    (row,) = measure([folder], tmp_path / "out", PLAIN)
    assert row["status"] == "ok", row["error"]
    (again,) = measure([folder], tmp_path / "out", PLAIN)
    assert again["recording"] == row["recording"]
    assert list(rows_of(tmp_path / "out")) == [row["recording"]]


def test_derivatives_inside_the_folder_of_nights_are_no_nights(tmp_path):
    nights = write_nights(tmp_path / "in", 2)
    for _ in range(2):
        rows = measure([nights], nights / "derivatives", Settings(figures=False, edf_annotations=True))
        assert [(row["recording"], row.get("scoring", "")) for row in rows] == [("n00", ""), ("n01", "")]


def test_a_loop_of_links_does_not_stop_the_others(tmp_path):
    nights = write_nights(tmp_path / "in", 2)
    (nights / "loop.edf").symlink_to(nights / "loop.edf")
    (nights / "round").symlink_to(nights, target_is_directory=True)
    rows = measure([nights], tmp_path / "out", PLAIN)
    assert [row["recording"] for row in rows if row["status"] == "ok"] == ["n00", "n01"]


@pytest.mark.parametrize("name", ["pipe.edf", "pipe.csv"])
def test_a_pipe_is_not_waited_for_and_does_not_stop_the_others(tmp_path, name):
    nights = write_nights(tmp_path / "in", 1)
    os.mkfifo(nights / name)
    (row,) = measure([nights], tmp_path / "out", PLAIN)
    assert row["status"] == "ok"
    assert f"{name},broken,neither a file nor a folder" in (tmp_path / "out" / "left_out.csv").read_text()
    with pytest.raises(RecordingError) as error:
        measure([nights / name], tmp_path / "out", PLAIN)
    assert error.value.what == "neither a file nor a folder"


def test_a_disk_that_fills_is_named_and_the_next_batch_measures_what_is_missing(tmp_path, monkeypatch):
    nights, out = write_nights(tmp_path / "in", 3), tmp_path / "out"
    real = one_night.write_hypnogram

    def filling(hypnogram, path):
        if path.name == "n01.csv":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(hypnogram, path)

    monkeypatch.setattr(one_night, "write_hypnogram", filling)
    rows = measure([nights], out, PLAIN)
    assert [row["status"] for row in rows] == ["ok", "failed", "ok"]
    assert rows[1]["error"].startswith("n01.edf: No space left on device; ")
    monkeypatch.undo()
    assert [row["status"] for row in measure([nights], out, PLAIN)] == ["ok", "ok", "ok"]


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_a_folder_that_cannot_be_written_is_one_error_at_the_start(tmp_path, monkeypatch, number):
    nights = write_nights(tmp_path / "in", 1)

    def refusing(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(derivatives.Path, "mkdir", refusing)
    with pytest.raises(RecordingError) as error:
        measure([nights], tmp_path / "out", PLAIN)
    assert (error.value.place, error.value.remedy) == (str(tmp_path / "out"), "choose another --out")
    assert os.strerror(number) in error.value.what


def test_a_file_that_goes_before_its_turn_is_a_failed_row(tmp_path):
    nights = write_nights(tmp_path / "in", 2)
    seen = []

    def vanish(row):
        seen.append(row["recording"])
        (nights / "n01.edf").unlink(missing_ok=True)

    rows = measure([nights], tmp_path / "out", PLAIN, progress=vanish)
    assert [row["status"] for row in rows] == ["ok", "failed"]
    assert rows[1]["error"] == "n01.edf: cannot be read (No such file or directory)"
