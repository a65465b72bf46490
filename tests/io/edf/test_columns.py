"""Parts of records, read as bytes."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry.core.errors import RecordingError
from somnometry.io.edf.columns import SMALL_RECORD, RecordBytes


def written(folder, n_records, size, start=7):
    """A file of bytes and its layout; the bytes of each record."""
    content = np.random.default_rng(0).integers(0, 256, (n_records, size), dtype=np.uint8)
    path = folder / "n.edf"
    path.write_bytes(b"h" * start + content.tobytes())
    return RecordBytes(path, SimpleNamespace(record_bytes=size, data_start=start)), content


@given(st.data())
def test_columns_of_runs_are_those_of_the_file(tmp_path_factory, data):
    size = data.draw(st.integers(2, 30))
    cuts = sorted(data.draw(st.sets(st.integers(0, 12), max_size=6)))
    runs = list(zip(cuts[::2], cuts[1::2], strict=False))
    columns = [
        (a, data.draw(st.integers(1, size - a))) for a in data.draw(st.lists(st.integers(0, size - 1), max_size=4))
    ]
    source, content = written(tmp_path_factory.mktemp("n"), 12, size)
    chosen = [content[a:b] for a, b in runs]
    expected = np.concatenate(chosen) if chosen else content[:0]
    parts = [expected[:, a : a + n] for a, n in columns]
    found = source.read(runs, columns)
    np.testing.assert_array_equal(found, np.concatenate(parts, axis=1) if parts else expected[:, :0])


def test_large_records_are_read_column_by_column(tmp_path):
    source, content = written(tmp_path, 3, SMALL_RECORD + 10)
    columns = [(5, 4), (SMALL_RECORD, 10)]
    expected = np.concatenate([content[1:3, 5:9], content[1:3, SMALL_RECORD:]], axis=1)
    np.testing.assert_array_equal(source.read([(1, 3)], columns), expected)


@pytest.mark.parametrize("size", [16, SMALL_RECORD + 10])
def test_a_file_that_became_shorter_is_named(tmp_path, size):
    source, _ = written(tmp_path, 2, size)
    with pytest.raises(RecordingError) as caught:
        source.read([(0, 3)], [(0, size)])
    assert caught.value.place == "n.edf"


def test_a_file_that_is_gone_is_named(tmp_path):
    source, _ = written(tmp_path, 2, 16)
    (tmp_path / "n.edf").unlink()
    with pytest.raises(RecordingError) as caught:
        source.read([(0, 1)], [(0, 1)])
    assert caught.value.place == "n.edf"
