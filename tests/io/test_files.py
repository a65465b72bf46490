"""A file is whole or not there, and a pipe is no file."""

import errno
import os
import stat

import pytest

from somnometry.io import files
from somnometry.io.files import read_whole, replacing, stamp_of, sweep, together, write_whole


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


def test_a_file_is_on_the_disk_before_it_has_its_name_and_its_folder_after(tmp_path, monkeypatch):
    done, sync, replace = [], os.fsync, files.Path.replace

    def noting_sync(handle):
        done.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        sync(handle)

    def noting_replace(self, target):
        done.append("name")
        return replace(self, target)

    monkeypatch.setattr(files.os, "fsync", noting_sync)
    monkeypatch.setattr(files.Path, "replace", noting_replace)
    with replacing(tmp_path / "a.csv") as temporary:
        temporary.write_text("new")
    assert done == ["file", "name", "folder"]


def test_a_disk_that_fills_when_the_file_is_put_there_leaves_the_old_file(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text("old")

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"), replacing(tmp_path / "a.csv") as temporary:
        temporary.write_text("new")
    assert (tmp_path / "a.csv").read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


def test_a_file_is_read_whole_or_not_at_all(tmp_path):
    (tmp_path / "a").write_bytes(b"12345")
    assert read_whole(tmp_path / "a", 5) == b"12345"
    with pytest.raises(OSError, match="larger than 4 bytes") as error:
        read_whole(tmp_path / "a", 4)
    assert error.value.errno == errno.EFBIG


@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "link to a pipe"])
def test_what_is_no_file_is_not_waited_for(tmp_path, kind):
    path = tmp_path / "a"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(tmp_path / "b")
        path.symlink_to(tmp_path / "b")
    with pytest.raises(OSError, match=r"regular|directory"):
        read_whole(path, 10)


def test_what_a_power_cut_left_is_swept_when_nobody_can_be_writing_it(tmp_path):
    (tmp_path / "hypnograms").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept.csv").touch()
    left = [tmp_path / ".part-a", tmp_path / "hypnograms" / ".part-b", tmp_path / ".part-young"]
    for folder in left:
        folder.mkdir()
        (folder / "part.csv").write_text("half")
    (tmp_path / ".part-link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (tmp_path / "n1.csv").touch()
    for folder in (*left[:2], tmp_path / "elsewhere", tmp_path / "n1.csv"):
        os.utime(folder, (0, 0))
    os.utime(tmp_path / ".part-link", (0, 0), follow_symlinks=False)
    sweep(tmp_path)
    assert not left[0].exists()
    assert not left[1].exists()
    assert left[2].exists()
    assert (tmp_path / "n1.csv").exists()
    assert (tmp_path / "elsewhere" / "kept.csv").exists()


def test_a_device_is_never_replaced(tmp_path):
    """A device in the place of a result would be lost for everybody; a link to one is only a link."""
    try:
        os.mknod(tmp_path / "null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root makes devices")
    (tmp_path / "link").symlink_to(tmp_path / "null")
    with pytest.raises(OSError, match="a device"), replacing(tmp_path / "null") as temporary:
        temporary.write_text("a")
    with replacing(tmp_path / "link") as temporary:
        temporary.write_text("a")
    assert stat.S_ISCHR((tmp_path / "null").stat().st_mode)
    assert (tmp_path / "link").read_text() == "a"
    assert {path.name for path in tmp_path.iterdir()} == {"null", "link"}


def read_and_changed(monkeypatch, path, change):
    """Read a file that is changed when it has been read, before it is looked at a second time."""
    looks = []

    def looking(file):
        if looks:
            change()
        looks.append(file)
        return stamp_of(file)

    monkeypatch.setattr(files, "stamp_of", looking)
    return read_whole(path, 10_000)


@pytest.mark.parametrize("change", ["shorter", "longer", "written over", "clock set back"])
def test_a_file_that_changes_while_it_is_read_is_no_mix_of_two(tmp_path, monkeypatch, change):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a" * 5000)
    before = path.stat()

    def changing():
        if change == "shorter":
            os.truncate(path, 100)
        while path.stat().st_ctime_ns == before.st_ctime_ns:
            path.write_bytes(b"b" * (6000 if change == "longer" else 5000))
            if change == "clock set back":
                os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    with pytest.raises(OSError, match="changed while it was read") as refused:
        read_and_changed(monkeypatch, path, changing)
    assert refused.value.errno == errno.EBUSY


def test_a_file_that_is_replaced_while_it_is_read_is_whole_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a" * 5000)
    (tmp_path / "new").write_bytes(b"b" * 5000)
    assert read_and_changed(monkeypatch, path, lambda: (tmp_path / "new").replace(path)) == b"a" * 5000
    assert path.read_bytes() == b"b" * 5000


def failing(path, error):
    with replacing(path) as temporary:
        raise error(temporary)


@pytest.mark.parametrize(
    ("error", "number"),
    [
        (lambda _: OSError(errno.ENOSPC, "the disk is full"), errno.ENOSPC),
        (lambda part: OSError(errno.ENOSPC, "the disk is full", str(part)), errno.ENOSPC),
        (lambda _: OSError("the disk is full"), errno.EIO),  # as libraries raise it
    ],
    ids=["no name", "the part", "no number"],
)
def test_an_error_of_writing_names_the_file_and_not_its_part(tmp_path, error, number):
    with pytest.raises(OSError, match="full") as raised:
        failing(tmp_path / "a.txt", error)
    assert raised.value.filename == str(tmp_path / "a.txt")
    assert raised.value.errno == number


def test_an_error_of_another_file_stays_what_it_is(tmp_path):
    with pytest.raises(FileNotFoundError) as raised, replacing(tmp_path / "a.txt"):
        (tmp_path / "missing").read_text()
    assert raised.value.filename == str(tmp_path / "missing")
    assert list(tmp_path.iterdir()) == []


def written_together(folder, names):
    with together():
        for name in names:
            write_whole(folder / name, "new")
            assert not (folder / name).is_file() or (folder / name).read_text() == "old"


def faulty(monkeypatch, which, number):
    """Let the system fail at the so-manieth file: when it is put on the disk, or when it gets its name."""
    calls, real = [], getattr(*which)

    def call(*arguments):
        calls.append(1)
        if len(calls) == number:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*arguments)

    monkeypatch.setattr(*which, call)


@pytest.mark.parametrize("which", [(files.os, "fsync"), (files.Path, "replace")])
@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("before", [(), ("a",), ("a", "b", "c"), ("b", "c")])
def test_files_of_one_answer_are_all_new_or_all_as_they_were(tmp_path, monkeypatch, which, number, before):
    for name in before:
        (tmp_path / name).write_text("old")
    with monkeypatch.context() as patched:
        faulty(patched, which, number)
        with pytest.raises(OSError, match="No space left") as error:
            written_together(tmp_path, "abc")
    assert error.value.filename == str(tmp_path / "abc"[number - 1])
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == dict.fromkeys(before, "old")
    written_together(tmp_path, "abc")
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == dict.fromkeys("abc", "new")


def test_a_folder_of_the_name_of_a_file_is_known_before_any_is_written(tmp_path):
    (tmp_path / "b").mkdir()
    with pytest.raises(IsADirectoryError):
        written_together(tmp_path, "ab")
    assert [file.name for file in tmp_path.iterdir()] == ["b"]
