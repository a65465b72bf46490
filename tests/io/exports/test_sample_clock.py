"""Rows that arrive late, in bursts and not all of them, put where they were measured."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry import RecordingError
from somnometry.io.exports.sample_clock import nominal_rate, on_grid, place_rows, without_clock_changes

from .app_files import in_bursts

RATE = 256.0


@pytest.mark.parametrize("most", [0.0, 0.05, 0.2, 0.6])
def test_without_a_loss_every_row_is_the_next_sample_however_late_it_comes(most):
    n = 60 * 256
    assert place_rows(in_bursts(n, most=most, seed=3), RATE).tolist() == list(range(n))


@pytest.mark.parametrize("most", [0.0, 0.07, 0.2])
@pytest.mark.parametrize("lost", [(5000, 5300), (5000, 5768), (2560, 2560 + 256 * 40)])
def test_what_was_lost_is_counted_within_a_packet_or_what_the_link_delays(lost, most):
    n = 90 * 256
    kept = np.delete(np.arange(n), slice(*lost))
    places = place_rows(in_bursts(n, most=most, seed=5)[kept], RATE)
    assert (places[: lost[0] - 24] == np.arange(lost[0] - 24)).all()
    assert np.abs(places - kept).max() <= (most + 0.1) * RATE


def test_many_short_losses_do_not_add_up():
    rng = np.random.default_rng(1)
    n = 600 * 256
    packet = np.arange(n) // 12
    kept = np.flatnonzero(np.isin(packet, rng.choice(packet[-1], 300, replace=False), invert=True))
    places = place_rows(in_bursts(n, seed=2)[kept], RATE)
    assert np.abs(places - kept).max() <= 0.4 * RATE
    assert (np.diff(places) >= 1).all()


def test_a_counter_tells_losses_exactly_and_stamps_its_rounds():
    n, wrap = 40 * 250, 256
    kept = np.delete(np.arange(n), slice(3000, 3000 + 600))
    counter = kept % wrap
    counted = np.concatenate([[0], np.cumsum((np.diff(counter) - 1) % wrap + 1)])
    assert counted[3000] - counted[2999] == 601 - 2 * wrap
    arrived = np.maximum.accumulate(kept / 250 + np.random.default_rng(0).uniform(0, 0.1, kept.size))
    assert place_rows(arrived, 250.0, counted, wrap).tolist() == kept.tolist()


@given(st.integers(0, 23), st.sampled_from([-3600.0, 3600.0]))
def test_a_clock_set_by_an_hour_is_followed_as_it_went(hour, change):
    true = hour * 3600 + 3590 + np.arange(0, 20, 0.25)
    seen = np.where(true >= hour * 3600 + 3600, true + change, true)
    even, shift, changes = without_clock_changes(seen, "a.csv")
    assert changes == [change]
    np.testing.assert_allclose(even, true)
    np.testing.assert_allclose(seen - shift, true)


def test_an_hour_without_a_row_is_a_gap_and_stamps_that_go_back_are_refused():
    quiet = np.array([100.0, 101.0, 4701.0])
    assert without_clock_changes(quiet, "a.csv")[2] == []
    with pytest.raises(RecordingError, match="go back by 500 s at row 3"):
        without_clock_changes(np.array([1000.0, 1001.0, 501.0]), "a.csv")


@pytest.mark.parametrize(("rate", "found"), [(256, 256.0), (220, 220.0), (258.5, 256.0), (128, None), (2, None)])
def test_the_rate_is_that_of_a_recorder_or_unknown(rate, found):
    assert nominal_rate(np.arange(60 * rate) / rate, (256.0, 220.0)) == found


def test_short_losses_are_bridged_and_long_ones_are_gaps():
    places = np.concatenate([np.arange(300), np.arange(320, 600), np.arange(900, 1200)])
    values = np.stack([places, -places], axis=1).astype(np.float32)
    grid = on_grid(values, places, 100.0, "a.csv")
    assert grid.samples[:, 310].tolist() == [310, -310]
    assert np.isnan(grid.samples[:, 600:900]).all()
    assert grid.gaps == ((6.0, 9.0),)
    assert grid.bridged == 20
    with pytest.raises(RecordingError, match="72"):
        on_grid(values[:2], np.array([0, 72 * 3600 * 100 - 1]), 100.0, "a.csv")
