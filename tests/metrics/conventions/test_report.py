"""A night under one convention is an architecture."""

import math
import pickle

import hypothesis.strategies as st
import pytest
from hypothesis import given

import somnometry as sm
from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics.conventions.report import conventional
from somnometry.metrics.conventions.table import CONVENTIONS

from ..strategies import WORKED_NIGHT, hypnograms, laws


@laws
@given(hypnograms(), st.sampled_from(list(CONVENTIONS)))
def test_every_nan_has_a_reason_and_nothing_else_has(hypnogram, convention):
    ours = conventional(hypnogram, convention)
    assert set(ours.reasons) == {name for name, value in ours.items() if math.isnan(value)}
    assert set(ours.units) == set(ours)


def test_a_report_is_frozen_and_survives_pickling():
    ours = conventional(Hypnogram(WORKED_NIGHT), "luna")
    with pytest.raises(AttributeError, match="frozen"):
        ours.convention = "yasa"
    again = pickle.loads(pickle.dumps(ours))
    assert (again.convention, again.units["SFI"]) == ("luna", "1/min")
    assert dict(again) == pytest.approx(dict(ours), nan_ok=True)
    assert "<th>luna</th>" in ours._repr_html_()
    assert "1/min" in ours._repr_html_()
    assert repr(ours).startswith("Architecture({'TIB': 10, 'TRT': 10")
    assert repr(ours).endswith("convention='luna')")


def test_what_was_a_reported_is_an_architecture():
    with pytest.warns(DeprecationWarning, match="Architecture"):
        assert sm.Reported is sm.Architecture
