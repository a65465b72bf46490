"""One night under every convention, side by side."""

import math
from datetime import datetime

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given

from somnometry.core.errors import HypnogramError
from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics.conventions.compare import compare_conventions
from somnometry.metrics.conventions.report import conventional
from somnometry.metrics.conventions.table import CONVENTIONS

from ..strategies import WORKED_NIGHT, hypnograms, laws, runs, stages_of


def test_night_a_side_by_side(peers):
    """peers.md: WASO 3 or 8, REM latency 47 or 42, SFI 1.6822 per hour, persistent sleep 8."""
    table = compare_conventions(Hypnogram(peers["A_two_cycles"]["stages"]))
    conventions = list(CONVENTIONS)
    assert list(table.columns) == ["unit", *conventions, "differs", "reason"]
    assert table.loc["waso", conventions].tolist() == pytest.approx([8, 7, 3, 3, 3, 8, 3])
    assert table.loc["rem_latency", ["aasm", "yasa", "luna", "wonambi"]].tolist() == [42, 47, 42, 47]
    assert table.loc["sfi", ["yasa", "luna"]].tolist() == pytest.approx([1.6822, 1.6822], abs=5e-5)
    assert table.loc["lps", ["trial", "yasa", "luna", "wonambi"]].tolist() == [8, 8, 8, 9]
    assert table.loc["n3_percent", ["aasm", "luna"]].tolist() == pytest.approx([18.6916, 18.6916], abs=5e-5)
    assert np.isnan(table.loc["sfi", "aasm"])
    differing = table.index[table["differs"]]
    assert set(differing) == {"waso", "rem_latency", "sfi", "lps", "fwt"}
    assert (table.loc[differing, "reason"] != "").all()


def test_a_number_beside_an_undefined_one_is_a_difference():
    table = compare_conventions(Hypnogram([0] * 40))
    assert math.isnan(table.loc["sol", "aasm"])
    assert table.loc["sol", "sri"] == 20
    assert table.loc["sol", "differs"]
    assert "aasm: no sleep was scored" in table.loc["sol", "reason"]
    assert not table.loc["rem_latency", "differs"]  # undefined for all


def test_lights_matter_to_some():
    night = Hypnogram(runs(0, 20, 2, 60, 0, 20), lights_off=300.0, lights_on=2700.0)
    table = compare_conventions(night)
    assert table.loc["sol", ["aasm", "yasa", "luna", "wonambi", "sri"]].tolist() == [5, 10, 5, 5, 10]
    assert table.loc["se", ["aasm", "yasa", "luna"]].tolist() == pytest.approx([75, 60, 75])


def test_unknown_lights_leave_what_needs_none():
    unknown = Hypnogram([0, 2, 2, 0], lights_off=math.nan, lights_on=math.nan)
    assert conventional(unknown, "yasa")["SOL"] == conventional(unknown, "luna")["SOL"] == 0.5
    for convention in ("aasm", "trial"):
        ours = conventional(unknown, convention)
        assert ours["tst"] == 1
        assert "lights-off is unknown" in ours.reasons["se"]
    assert "lights-off is unknown" in conventional(unknown, "wonambi").reasons["TST"]


@laws
@given(hypnograms())
def test_any_night_can_be_compared(hypnogram):
    table = compare_conventions(hypnogram)
    assert "tst" in table.index


@laws
@given(stages_of(unscored=False))
def test_where_all_is_scored_time_is_the_same_for_all(stages):
    assume((stages > 0).any())
    table = compare_conventions(Hypnogram(stages))
    for quantity in ("tst", "twt", "spt", "sme", "n1_minutes", "rem_percent"):
        assert not table.loc[quantity, "differs"], quantity


@laws
@given(stages_of(), st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2040, 1, 1)))
def test_the_hour_of_the_clock_changes_nothing(stages, start):
    for convention in CONVENTIONS:
        one = conventional(Hypnogram(stages), convention)
        other = conventional(Hypnogram(stages, start=start), convention)
        assert dict(one) == pytest.approx(dict(other), nan_ok=True)


def test_refuses_an_unknown_convention():
    with pytest.raises(HypnogramError, match="no convention 'r&k'; there are aasm, trial"):
        conventional(Hypnogram(WORKED_NIGHT), "r&k")
