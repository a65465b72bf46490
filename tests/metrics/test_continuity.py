"""Wake after sleep onset and awakenings, by hand and by law."""

import numpy as np
import pytest
from hypothesis import assume, given

from .nights import measure, measured_runs
from .strategies import hypnograms, laws


def test_only_a_gap_of_at_most_two_minutes_is_bridged():
    assert measured_runs(2, 10, -1, 4, 0, 2, 2, 10)["awakenings_bridged"] == 1
    assert measured_runs(2, 10, -1, 5, 0, 2, 2, 10)["awakenings_bridged"] == 0
    assert measured_runs(2, 10, -1, 4, 0, 2)["awakenings_bridged"] == 0  # the final awakening
    assert (
        measured_runs(2, 10, 0, 1, -1, 4, 0, 2, 2, 10)["awakenings_bridged"] == 1
    )  # the same one before and after the gap


def test_an_awakening_counts_by_the_length_of_its_wake():
    night = measured_runs(2, 10, 0, 1, 2, 10, 0, 4, 2, 10, 0, 9, 2, 5, 0, 10, 2, 5, 0, 40)
    assert [night[key] for key in ("awakenings", "awakenings_1min", "awakenings_2min")] == [4, 3, 3]
    assert [night[f"awakenings_{k}min"] for k in (3, 4, 5)] == [2, 2, 1]


def test_a_gap_at_the_end_after_sleep_truncates_the_night():
    assert measured_runs(0, 2, 2, 20)["truncated"] == 1
    assert measured_runs(0, 2, 2, 20, -1, 3)["truncated"] == 1
    assert measured_runs(0, 2, 2, 20, -1, 3, 0, 1)["truncated"] == 0


@pytest.mark.parametrize(("epoch", "n_bridged"), [(50.0, 2), (25.0, 4), (7.0, 17), (30.0, 4), (0.1, 1200)])
def test_a_gap_is_bridged_up_to_2_minutes_whatever_the_epoch(epoch, n_bridged):
    for n, bridged in ((n_bridged, 1), (n_bridged + 1, 0)):
        night = measured_runs(2, 5, -1, n, 0, 3, 2, 5, epoch=epoch)
        assert (night["awakenings"], night["awakenings_bridged"]) == (0, bridged)


@laws
@given(hypnograms(unscored=False, unknown_lights=False))
def test_waso_is_trt_less_sol_and_tst_where_nothing_is_unscored(hypnogram):
    night = measure(hypnogram)
    assume(night["tst"] > 0)
    assert night["waso"] == pytest.approx(night["trt"] - night["sol"] - night["tst"])


@laws
@given(hypnograms())
def test_waso_is_its_part_in_the_sleep_period_and_the_final_wake(hypnogram):
    night = measure(hypnogram)
    assert night["waso"] == pytest.approx(night["waso_spt"] + night["fwt"], nan_ok=True)


@laws
@given(hypnograms())
def test_longer_awakenings_are_among_the_shorter(hypnogram):
    night = measure(hypnogram)
    counts = [night[f"awakenings_{k}min"] for k in (5, 4, 3, 2, 1)] + [night["awakenings"], night["awakenings_bridged"]]
    assert np.isnan(counts).all() or counts == sorted(counts)
