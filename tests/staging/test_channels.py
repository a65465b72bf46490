"""What one channel says of a night: flat, wild, offset, at its own rate, and for as long as it lasts."""

import numpy as np

from somnometry import Montage, Recording, Signal, Stage, stage

from .nights import MINUTES, RATE, recording, seconds


def test_flat_minutes_are_unscored(data):
    flat = data.copy()
    flat[2, seconds(600, 780)] = 12.0
    hypnogram = stage(recording(flat))
    assert (hypnogram.stages[20:26] == Stage.UNSCORED)[1:-1].all()
    assert (np.delete(hypnogram.stages, np.r_[20:26]) != Stage.UNSCORED).all()


def test_an_epoch_of_less_than_a_hundredth_of_a_microvolt_is_unscored(data):
    quiet = data.copy()
    quiet[:, seconds(300, 420)] *= 1e-5
    hypnogram = stage(recording(quiet))
    assert (hypnogram.stages[11:13] == Stage.UNSCORED).all()


def test_values_that_no_amplifier_gives_cost_their_epochs_only(data):
    wild = data.copy()
    wild[0, seconds(600, 600.1)] = 1e37
    hypnogram = stage(recording(wild))
    assert 0 < (hypnogram.stages == Stage.UNSCORED).sum() <= 8


def test_a_night_shorter_on_one_channel_ends_with_it(data):
    signals = {"C4-M1": Signal(data[0], RATE), "E1-M2": Signal(data[1][: RATE * 95], RATE)}
    assert stage(Recording(signals, Montage("C4-M1", "E1-M2"))).n_epochs == 3


def test_an_offset_changes_nothing(data):
    """A DC-coupled amplifier may stand at 0.2 V."""
    np.testing.assert_array_equal(stage(recording(data + 2e5)).stages, stage(recording(data)).stages)


def test_mixed_rates_are_staged_together(data):
    slow = data[1][::2]
    night = Recording({"C4": Signal(data[0], RATE), "E1": Signal(slow, RATE / 2)}, Montage("C4", "E1"))
    assert stage(night).n_epochs == 2 * MINUTES
