"""How long the night and its stages were: parts are the whole."""

import pytest
from hypothesis import assume, given

from .nights import measure
from .strategies import hypnograms, laws


@laws
@given(hypnograms(choose_levels=(5,)))
def test_percentages_sum_to_100(hypnogram):
    night = measure(hypnogram)
    assume(night["tst"] > 0)
    assert sum(night[f"{key}_percent"] for key in ("n1", "n2", "n3", "rem")) == pytest.approx(100)
    assert night["nrem_percent"] + night["rem_percent"] == pytest.approx(100)
    assert night["light_percent"] + night["n3_percent"] + night["rem_percent"] == pytest.approx(100)


@laws
@given(hypnograms(unknown_lights=False))
def test_the_lights_window_is_sleep_and_wake_and_unscored(hypnogram):
    night = measure(hypnogram)
    assert night["trt"] == pytest.approx(night["tst"] + night["twt"] + night["unscored_minutes"])
