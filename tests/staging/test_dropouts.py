"""Lost packets, stretches off the head, and nights that end there: unscored, said, and cut."""

import math

import numpy as np
import pytest

from somnometry import Montage, Recording, Signal, Stage, architecture, simulate_night, stage
from somnometry.staging.dropouts import end_of_wear

RATE, HOURS = 128, 2.0


@pytest.fixture(scope="module")
def night():
    return simulate_night(11, montage="headband", hours=HOURS, rate=RATE, artefact_rate=0.0)


def spoiled(recording, start, stop, values, names=("HB_1", "HB_2"), **fields):
    """The recording with samples from `start` to `stop`, in seconds, set to values, or made of the samples there."""
    signals = dict(recording.signals)
    here = slice(round(start * RATE), round(stop * RATE))
    for name in names:
        samples = np.array(signals[name].samples)
        samples[here] = values(samples[here]) if callable(values) else values
        signals[name] = Signal(samples, RATE)
    return recording.replace(signals=signals, **fields)


def unscored(hypnogram):
    return np.flatnonzero(hypnogram.stages == Stage.UNSCORED).tolist()


def codes(hypnogram):
    return [finding.code for finding in hypnogram.findings if not finding.code.startswith("amplitude")]


def held(samples):
    """What a receiver gives that repeats the last value until the next packet."""
    return np.full_like(samples, samples[0])


def test_a_whole_night_has_nothing_to_say(night):
    hypnogram = stage(night[0])
    assert codes(hypnogram) == []
    assert unscored(hypnogram) == []


@pytest.mark.parametrize("value", [np.nan, held, 0.0, 1500.0], ids=["NaN", "held", "zeros", "rail"])
def test_a_lost_packet_costs_its_epoch(night, value):
    hypnogram = stage(spoiled(night[0], 1000, 1002, value))
    assert unscored(hypnogram) == [33]
    assert np.isnan(hypnogram.probabilities[33]).all()
    assert codes(hypnogram) == ["dropouts"]
    assert "0.5 of 120 min unscored" in hypnogram.findings[-1].what


def test_half_a_second_of_held_values_costs_nothing(night):
    assert unscored(stage(spoiled(night[0], 1000, 1000.5, held))) == []


def test_one_channel_that_stands_still_for_two_seconds_has_lost_nothing(night):
    assert unscored(stage(spoiled(night[0], 1000, 1002, held, names=("HB_1",)))) == []


def test_simulated_dropouts_are_unscored_and_nothing_else():
    recording, _ = simulate_night(2, montage="headband", hours=2.0, rate=RATE, artefact_rate=3.0)
    lost = {int(i // (30 * RATE)) for s in recording.signals.values() for i in np.flatnonzero(np.isnan(s.samples))}
    assert lost
    assert set(unscored(stage(recording))) == lost


@pytest.mark.parametrize(
    "off",
    [lambda x: x * np.float32(0.01), lambda x: x * np.float32(100), lambda x: np.full_like(x, np.nan)],
    ids=["silent", "wild", "NaN"],
)
def test_ten_minutes_off_the_head_are_unscored(night, off):
    hypnogram = stage(spoiled(night[0], 1800, 2400, off))
    lost = unscored(hypnogram)
    assert set(range(61, 79)) <= set(lost) <= set(range(59, 81))
    assert "off-head" in codes(hypnogram)
    far = np.r_[0:50, 90:240]
    assert (hypnogram.stages[far] == stage(night[0]).stages[far]).mean() > 0.85


def test_a_minute_of_wild_movement_is_not_off_the_head(night):
    assert unscored(stage(spoiled(night[0], 1800, 1860, lambda x: x * np.float32(40)))) == []


def test_one_silent_channel_is_not_off_the_head(night):
    hypnogram = stage(spoiled(night[0], 1800, 2400, lambda x: x * np.float32(0.01), names=("HB_2",)))
    assert unscored(hypnogram) == []


def test_a_night_in_another_unit_is_not_off_the_head(night):
    whole = spoiled(night[0], 0, HOURS * 3600, lambda x: x * np.float32(1e-2))
    assert unscored(stage(whole)) == []


@pytest.mark.parametrize("value", [np.nan, -800.0, lambda x: x * np.float32(0.005)], ids=["NaN", "rail", "silent"])
def test_a_night_that_ends_off_the_head_ends_there_and_is_truncated(night, value):
    recording, truth = night
    asleep = next(i for i in range(150, 200) if (truth.stages[i - 4 : i + 1] == Stage.N2).all())
    cut = stage(spoiled(recording, asleep * 30.0, HOURS * 3600, value))
    assert asleep - 1 <= cut.n_epochs <= asleep + 1
    assert "ends-off-head" in codes(cut)
    assert math.isnan(stage(spoiled(recording, 6000, 7200, value, lights_off=None, lights_on=None)).lights_on)
    measured = architecture(cut.whole())
    assert measured["truncated"] == 1
    assert architecture(stage(recording).whole())["tst"] > measured["tst"] > 0


def test_lights_on_is_never_later_than_the_end(night):
    cut = stage(spoiled(night[0], 6000, 7200, np.nan, lights_off=300.0, lights_on=7000.0))
    assert (cut.lights_off, cut.lights_on) == (300.0, cut.duration)
    early = stage(spoiled(night[0], 6000, 7200, np.nan, lights_off=300.0, lights_on=5000.0))
    assert early.lights_on == 5000.0


def test_four_minutes_at_the_end_are_unscored_but_not_cut(night):
    hypnogram = stage(spoiled(night[0], 6960, 7200, np.nan))
    assert hypnogram.n_epochs == 240
    assert unscored(hypnogram) == list(range(232, 240))


def test_an_eog_that_is_lost_does_not_end_the_night(night):
    """Its epochs cannot be scored, but somebody was still asleep under the headband."""
    hypnogram = stage(spoiled(night[0], 6000, 7200, np.nan, names=("HB_2",)))
    assert hypnogram.n_epochs == 240
    assert unscored(hypnogram) == list(range(200, 240))


def test_leading_minutes_off_the_head_keep_the_clock(night):
    hypnogram = stage(spoiled(night[0], 0, 900, np.nan))
    assert hypnogram.n_epochs == 240
    assert unscored(hypnogram) == list(range(30))


def test_nothing_measured_has_no_end():
    assert end_of_wear(np.zeros(30, np.bool_)) == 30


def test_a_single_channel_may_repeat_itself_for_five_seconds():
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 20, RATE * 300)
    noise[RATE * 100 : RATE * 103] = 5.0
    assert unscored(stage(Recording({"C4": Signal(noise, RATE)}, Montage("C4")))) == []
