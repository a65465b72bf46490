"""Shares hold every sample once, in order, and none much more than the others."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from somnometry.io.edf import view
from somnometry.io.sources import shares as module
from somnometry.io.sources.shares import shares
from somnometry.io.sources.source import EdfSource

from ..edf_files import counts, edf_bytes, signal


@given(
    lengths=st.lists(st.integers(0, 400_000), min_size=1, max_size=6), n=st.integers(1, 4), unit=st.integers(1, 5000)
)
def test_every_sample_is_in_one_share_with_its_target(lengths, n, unit):
    wanted, at = [], 0
    for i, length in enumerate(lengths):
        wanted.append(((at, at + length), (i, -at)))
        at += length + 7
    out = shares(wanted, n, unit)
    pieces = [piece for share in out for piece in share]
    samples = [np.arange(first, last) for (first, last), _ in pieces]
    expected = [np.arange(first, last) for (first, last), _ in wanted]
    np.testing.assert_array_equal(np.concatenate([[], *samples]), np.concatenate([[], *expected]))
    assert all(dict(enumerate(wanted))[target[0]][1] == target for _, target in pieces)
    held = [sum(last - first for (first, last), _ in share) for share in out]
    assert len(out) <= n
    assert max(held) - (held[-2] if len(held) > 1 else held[0]) <= unit * len(out)


@given(threads=st.integers(1, 4), per_record=st.integers(1, 40), start=st.floats(0, 20), length=st.floats(0, 30))
def test_any_number_of_threads_reads_the_same(tmp_path_factory, threads, per_record, start, length):
    import pytest

    path = tmp_path_factory.mktemp("s") / "n.edf"
    path.write_bytes(edf_bytes([signal("C4", counts(50, per_record)), signal("E1", counts(50, per_record, 1))]))
    windows = [(0.0, 50.0), (start, start + length), (3.2, 4.1)]
    alone = EdfSource(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "FEWEST", 1)
        patch.setattr(view, "SHOWN", 64)
        together = EdfSource(path, None, threads)
        read = together.read_windows(together.channels, windows)
    for a, b in zip(alone.read_windows(alone.channels, windows), read, strict=True):
        for x, y in zip(a, b, strict=True):
            np.testing.assert_array_equal(x, y)
