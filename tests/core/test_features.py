"""Features by name."""

import pickle

import pytest

from somnometry.core.features import Features

NAN = float("nan")


def test_features_by_name_and_as_a_table():
    features = Features([[1, 2], [3, NAN]], ["a", "b"])
    assert features["b"].tolist()[0] == 2.0
    assert len(features) == 2
    assert features.to_frame().columns.tolist() == ["a", "b"]
    assert pickle.loads(pickle.dumps(features)).names == ("a", "b")


@pytest.mark.parametrize(("values", "names"), [([[1, 2]], ["a"]), ([1, 2], ["a", "b"]), ([[1, 2]], ["a", "a"])])
def test_features_need_one_distinct_name_a_column(values, names):
    with pytest.raises(ValueError, match="distinct names do not fit"):
        Features(values, names)
