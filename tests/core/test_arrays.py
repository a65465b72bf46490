import numpy as np
import pandas as pd
import pytest

from somnometry.core.arrays import frozen_array


def read_only_view_of_a_writeable_array():
    owner = np.arange(3, dtype=np.int8)
    view = owner[:]
    view.flags.writeable = False
    return owner, view


@pytest.mark.parametrize(
    "make",
    [
        lambda: (a := np.arange(3, dtype=np.int8), a),
        lambda: (a := np.arange(3, dtype=np.int8), a[:]),
        lambda: (a := np.arange(3, dtype=np.int64), a),
        lambda: (a := pd.Series([0, 1, 2], dtype="int8"), a),
        lambda: (a := [0, 1, 2], a),
        read_only_view_of_a_writeable_array,
    ],
    ids=["array", "view", "other type", "Series", "list", "read-only view"],
)
def test_nobody_can_write_through(make):
    owner, values = make()
    frozen = frozen_array(values, np.int8)
    owner[0] = 9
    assert frozen.tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="read-only"):
        frozen[0] = 9


def test_the_array_given_stays_writeable():
    given = np.arange(3, dtype=np.int8)
    frozen_array(given, np.int8)
    assert given.flags.writeable


def test_frozen_arrays_and_their_parts_are_not_copied():
    frozen = frozen_array(np.arange(8), np.int8)
    assert frozen_array(frozen, np.int8) is frozen
    assert np.shares_memory(frozen_array(frozen[2:5], np.int8), frozen)


def test_the_result_is_contiguous():
    assert frozen_array(np.arange(12.0).reshape(3, 4).T, np.float64).flags.c_contiguous
