"""Parts of records, read as bytes."""

import os
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry.core.errors import RecordingError
from somnometry.io.edf.columns import BLOCK, SMALL_RECORD, RecordBytes
from somnometry.io.files import stamp_of


def written(folder, n_records, size, start=7):
    """A file of bytes and its layout; the bytes of each record."""
    content = np.random.default_rng(0).integers(0, 256, (n_records, size), dtype=np.uint8)
    path = folder / "n.edf"
    path.write_bytes(b"h" * start + content.tobytes())
    with path.open("rb") as file:
        layout = SimpleNamespace(record_bytes=size, data_start=start, stamp=stamp_of(file))
    return RecordBytes(path, layout), content


def filled(source, first, n_records, columns):
    """Columns of a run of records, side by side."""
    out = [np.zeros((n_records, n), np.uint8) for _, n in columns]
    source.fill(first, [offset for offset, _ in columns], out)
    return np.concatenate(out, axis=1)


@given(st.data())
def test_columns_of_a_run_are_those_of_the_file(tmp_path_factory, data):
    size = data.draw(st.integers(2, 30))
    first = data.draw(st.integers(0, 11))
    n_records = data.draw(st.integers(1, 12 - first))
    starts = data.draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=4))
    columns = [(a, data.draw(st.integers(1, size - a))) for a in starts]
    source, content = written(tmp_path_factory.mktemp("n"), 12, size)
    records = content[first : first + n_records]
    expected = np.concatenate([records[:, a : a + n] for a, n in columns], axis=1)
    np.testing.assert_array_equal(filled(source, first, n_records, columns), expected)


@pytest.mark.parametrize(("n_records", "size"), [(3, SMALL_RECORD + 10), (2 * BLOCK // 4096 + 3, 4096)])
def test_large_records_and_many_blocks_are_read_as_they_stand(tmp_path, n_records, size):
    source, content = written(tmp_path, n_records, size)
    columns = [(5, 4), (size - 10, 10)]
    expected = np.concatenate([content[1:, 5:9], content[1:, size - 10 :]], axis=1)
    np.testing.assert_array_equal(filled(source, 1, n_records - 1, columns), expected)


@pytest.mark.parametrize("size", [16, SMALL_RECORD + 10])
def test_a_file_that_became_shorter_is_named(tmp_path, size):
    source, _ = written(tmp_path, 2, size)
    with pytest.raises(RecordingError) as caught:
        filled(source, 0, 3, [(0, size)])
    assert caught.value.place == "n.edf"


def test_a_file_that_is_gone_is_named(tmp_path):
    source, _ = written(tmp_path, 2, 16)
    (tmp_path / "n.edf").unlink()
    with pytest.raises(RecordingError) as caught:
        filled(source, 0, 1, [(0, 1)])
    assert caught.value.place == "n.edf"


@pytest.mark.parametrize("change", ["replaced", "written over", "longer", "clock set back"])
def test_a_file_that_is_not_as_it_was_is_refused(tmp_path, change):
    source, content = written(tmp_path, 40, 64)
    assert filled(source, 0, 40, [(0, 64)]).size
    path = tmp_path / "n.edf"
    if change == "replaced":
        (tmp_path / "other").write_bytes(path.read_bytes())
        (tmp_path / "other").replace(path)
    elif change == "written over":
        path.write_bytes(b"h" * 7 + content[::-1].tobytes())
    elif change == "clock set back":  # as many bytes, and the time of change as it was
        before = path.stat()
        while path.stat().st_ctime_ns == before.st_ctime_ns:
            path.write_bytes(b"h" * 7 + content[::-1].tobytes())
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    else:
        with path.open("ab") as file:
            file.write(b"more")
    with pytest.raises(RecordingError) as refused:
        filled(source, 0, 40, [(0, 64)])
    assert refused.value.what == "the file has changed since its header was read"
