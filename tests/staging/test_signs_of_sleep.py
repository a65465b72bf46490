"""Noise is no sleep, and people are none the noise: the gate on known noise, simulated people and a real night."""

import dataclasses

import numpy as np
import pytest

from benchmarks.not_sleep import CHANNELS, KINDS, derivations, noise_night, people, windows
from somnometry import Montage, Recording, Signal, signs_of_sleep, simulate_night, stage
from somnometry.staging.features import measure_night
from somnometry.staging.signs_of_sleep import SHORTEST, not_sleep, signs_of


def codes(hypnogram):
    return [finding.code for finding in hypnogram.findings]


@pytest.mark.parametrize("kind", KINDS)
def test_noise_is_no_sleep(kind):
    montage = list(CHANNELS)[len(kind) % 2]
    signs = signs_of_sleep(noise_night(kind, 7, 0.5, 128.0, 25.0, montage))
    assert not signs.found, signs


@pytest.mark.acceptance
@pytest.mark.parametrize("kind", KINDS)
def test_whole_nights_of_noise_are_no_sleep_at_any_amplitude(kind):
    for seed in range(20, 21):
        for size in (3.0, 200.0):
            assert not signs_of_sleep(noise_night(kind, seed, 4.0, 128.0, size, "psg")).found


def test_people_are_not_called_noise_asleep_or_awake_all_night():
    for who, recording in people(31, hours=1.5):
        assert signs_of_sleep(recording).found, who


def test_a_slope_is_what_the_noise_was_made_with():
    for kind, slope in {"white": 0.0, "pink": -1.0, "1/f^1.5": -1.5, "brown": -2.0}.items():
        signs = signs_of_sleep(noise_night(kind, 3, 1.0, 100.0, 30.0, "psg"))
        assert signs.fall == pytest.approx(slope, abs=0.06)
        assert signs.steepest < signs.fall
        assert signs.kurtosis == pytest.approx(0, abs=0.25)


def test_a_wave_has_its_kurtosis_and_no_change():
    signs = signs_of_sleep(noise_night("sine of 10 Hz", 3, 0.6, 100.0, 30.0, "psg"))
    assert signs.kurtosis == pytest.approx(-1.5, abs=0.01)
    assert signs.rhythm > 20
    assert signs.rhythm_range == pytest.approx(0, abs=0.1)


def test_signs_do_not_depend_on_amplitude():
    recording, _ = simulate_night(4, hours=1, rate=100)
    larger = {name: Signal(40 * one.samples, one.rate, one.unit) for name, one in recording.signals.items()}
    one, other = signs_of_sleep(recording), signs_of_sleep(recording.replace(signals=larger))
    assert other.minutes == one.minutes
    assert (other.fall, other.rhythm, other.shape) == pytest.approx((one.fall, one.rhythm, one.shape), abs=1e-3)


def test_noise_is_staged_all_the_same_and_said():
    hypnogram = stage(noise_night("white", 1, 1.0, 100.0, 30.0, "psg"))
    assert hypnogram.n_epochs == 120
    assert codes(hypnogram) == ["not-sleep"]
    (finding,) = hypnogram.findings
    assert (finding.severity, finding.where) == ("warning", "C4-M1")
    assert "not-sleep" not in codes(stage(simulate_night(4, hours=1, rate=100)[0]))


def test_less_than_half_an_hour_is_not_judged():
    short, enough = (noise_night("pink", 1, minutes / 60, 100.0, 30.0, "psg") for minutes in (SHORTEST - 1, SHORTEST))
    assert not signs_of_sleep(short).enough
    assert "not-sleep" not in codes(stage(short))
    assert "not-sleep" in codes(stage(enough))


def test_one_sound_derivation_is_enough_where_several_vote():
    recording, _ = simulate_night(5, hours=1, rate=100)
    eeg = recording.montage.eeg
    other = next(name for name in recording.signals if name.startswith("EEG") and name != eeg)
    noise = Signal(np.random.default_rng(0).normal(0, 20, recording.signals[eeg].samples.size), 100)
    spoilt = recording.replace(signals={**recording.signals, eeg: noise})
    assert not_sleep(measure_night(spoilt))
    assert not not_sleep(measure_night(spoilt, further_eeg=(other,)))


def test_what_lies_off_the_head_says_nothing():
    recording, _ = simulate_night(6, hours=2, rate=100)
    half = recording.signals[recording.montage.eeg].samples.size // 2
    rng = np.random.default_rng(1)
    parts = {}
    for name, one in recording.signals.items():
        samples = one.samples.copy()
        samples[half:] = rng.normal(0, 0.3, samples.size - half)  # electrodes on the table
        parts[name] = Signal(samples, one.rate, one.unit)
    signs = signs_of_sleep(recording.replace(signals=parts))
    assert signs.minutes == pytest.approx(60, abs=2)
    assert signs.found


def test_a_night_that_lies_off_the_head_whole_has_no_signs_and_is_not_called_noise():
    night = measure_night(noise_night("white", 1, 0.6, 100.0, 30.0, "psg"))
    signs = signs_of(night.eeg["C4-M1"], np.zeros(night.n_epochs, np.bool_))
    assert signs.minutes == 0
    assert np.isnan([signs.fall, signs.steepest, signs.rhythm, signs.rhythm_range, signs.alternation]).all()
    assert np.isnan([signs.shape, signs.kurtosis]).all()
    assert not signs.found
    assert not signs.enough
    assert not not_sleep(dataclasses.replace(night, off_head=np.ones(night.n_epochs, np.bool_)))


def test_a_channel_of_which_nothing_is_used_has_no_signs():
    names = ("C4-M1",)
    recording = Recording({names[0]: Signal(np.full(3000 * 4, np.nan, np.float32), 100)}, Montage(*names))
    with pytest.raises(Exception, match="flat or missing in every epoch"):
        signs_of_sleep(recording)


@pytest.mark.real_data
def test_no_derivation_of_a_real_night_is_called_noise_whole_or_in_parts(shared):
    file = shared / "data" / "psg" / "psg_25min_256hz.edf"
    chosen = ("EEG F4", "EEG C4", "EOG EOG1", "('EEG C3', 'EEG C4')", "('EEG C3', 'EEG O1')")
    each = {name: recording for name, recording in derivations(file) if name in chosen}
    assert len(each) == len(chosen)
    for name, recording in each.items():
        assert signs_of_sleep(recording).found, name
        for part in windows(recording, 20):
            assert signs_of_sleep(part).found, name
