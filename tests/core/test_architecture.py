"""An architecture is a frozen mapping."""

import pickle

import pytest

from somnometry.core.architecture import Architecture

NAN = float("nan")


def test_an_architecture_is_a_frozen_mapping():
    night = Architecture({"tst": 412, "rem_latency": NAN}, {"rem_latency": "no REM"}, ("short night",))
    assert list(night) == ["tst", "rem_latency"]
    assert isinstance(night["tst"], float)
    with pytest.raises(AttributeError, match="frozen"):
        night.reasons = {}
    with pytest.raises(TypeError, match="does not support item assignment"):
        night.reasons["tst"] = ""
    with pytest.raises(TypeError, match="does not support item assignment"):
        night["tst"] = 0


def test_an_architecture_pickles_and_shows_no_nan():
    night = pickle.loads(pickle.dumps(Architecture({"tst": 412.5, "sol": NAN}, {"sol": "lights unknown"}, ("w",))))
    assert repr(night) == "Architecture({'tst': 412.5})"
    assert night.warnings == ("w",)
    assert "lights unknown" in night._repr_html_()
    assert "nan" not in night._repr_html_()
