"""Amplitude: the range that the classifiers decide by, who is brought into it, and what that does to N3."""

import numpy as np
import pytest

from benchmarks import calibration
from somnometry import Montage, Signal, StagingError, extract_features, simulate_night, stage
from somnometry.staging.calibration import Amplitude, amplitude_range, factor_of_eog, from_headband
from somnometry.staging.features import measure_night
from somnometry.staging.models import KNOWN_CLASSIFIERS, load_classifier


@pytest.fixture(scope="module")
def psg():
    return simulate_night(3, hours=0.75, rate=128)[0]


def scaled(recording, factor, roles=("eeg", "eog")):
    names = {recording.montage.roles[role] for role in roles}
    signals = {
        name: Signal(s.samples * np.float32(factor), s.rate) if name in names else s
        for name, s in recording.signals.items()
    }
    return recording.replace(signals=signals)


def codes(hypnogram):
    return [finding.code for finding in hypnogram.findings]


@pytest.mark.parametrize("name", KNOWN_CLASSIFIERS)
def test_three_fifths_of_the_splits_lie_in_the_range(name):
    classifier = load_classifier(name)
    low, high = amplitude_range(classifier)
    splits = classifier.threshold[classifier.feature == classifier.feature_names.index("eeg_std")]
    splits = splits[np.isfinite(splits)]
    assert np.mean((splits >= low) & (splits <= high)) == pytest.approx(0.6, abs=0.02)


def test_the_factor_brings_the_median_to_the_nearer_end():
    for median in (1.0, 5.0, 9.0, 20.0, 40.0, 300.0):
        size = Amplitude(median, 9.0, 40.0)
        assert 9.0 <= median * size.factor <= 40.0
        assert (size.factor == 1) == (9.0 <= median <= 40.0)


def test_scaled_features_are_those_of_scaled_samples(psg):
    """By a power of two, which leaves no rounding, so that no zero crossing comes or goes."""
    ours = measure_night(psg).scaled({psg.montage.eeg: 0.25}, 0.25).features(psg.montage.eeg)
    theirs = extract_features(scaled(psg, 0.25))
    np.testing.assert_allclose(ours.values, theirs.values, rtol=1e-5, atol=1e-5)


def test_a_laboratorys_night_is_never_changed_unless_asked(psg):
    small = scaled(psg, 0.3)
    untouched = stage(small, calibrate="off")
    assert codes(untouched) == ["amplitude-out-of-range"]
    assert "factor" in untouched.findings[0].what
    np.testing.assert_array_equal(stage(small).probabilities, untouched.probabilities)
    asked = stage(small, calibrate="on")
    assert codes(asked) == ["amplitude-calibrated"]
    assert list(asked.scorer.amplitude) == [small.montage.eeg]


@pytest.mark.parametrize("calibrate", ["auto", "on", "off"])
def test_a_night_inside_the_range_is_left_as_it_is(psg, calibrate):
    night = stage(scaled(psg, 1.5), calibrate=calibrate)
    assert night.findings == ()
    assert not night.scorer.amplitude


def test_any_small_amplitude_leads_to_one_night(psg):
    """What is calibrated does not depend on how small it was."""
    half, third = (stage(scaled(psg, factor), calibrate="on").stages for factor in (0.5, 0.3))
    assert (half == third).mean() > 0.98


@pytest.mark.parametrize(("eog", "moved"), [(1.0, False), (0.2, True)])
def test_an_eog_that_is_large_enough_is_left_as_it_is(psg, eog, moved):
    night = stage(scaled(scaled(psg, 0.4, ("eeg",)), eog, ("eog",)), calibrate="on")
    assert ("EOG by" in night.findings[0].what) is moved


def test_an_eog_is_moved_no_further_than_the_eeg_nor_beyond_its_own_range(psg):
    name = "eeg+eog+emg"
    low, high = amplitude_range(load_classifier(name), "eog")
    for own in (0.1, 0.5, 1.0, 3.0, 30.0):
        eyes = [channel for channel in measure_night(scaled(psg, own, ("eog",))).others if channel.role == "eog"]
        median = np.median(eyes[0].spread)
        for factor in (0.3, 1.0, 1.7, 5.0):
            to_eog = factor_of_eog(eyes, load_classifier(name), factor)
            assert min(1, factor) <= to_eog <= max(1, factor)
            assert to_eog == 1 or low * 0.999 <= median * to_eog <= high * 1.001 or to_eog == factor
    assert factor_of_eog([], load_classifier(name), 3.0) == 1


@pytest.mark.parametrize(
    ("montage", "headband"),
    [
        (Montage("HB_1", "HB_2"), True),
        (Montage("EEG AF7", "EEG AF8"), True),
        (Montage("EEG F7-O1"), True),
        (Montage("Band 1", indirect=("eeg",)), True),
        (Montage("EEG F7-O1", emg="Chin"), False),
        (Montage("EEG Fpz-Cz", "EOG horizontal"), False),
        (Montage("F7-M2"), False),
        (Montage("C4-M1"), False),
        (Montage("EEG"), False),
    ],
)
def test_headbands_are_told_by_electrode_reference_and_chin(montage, headband):
    assert from_headband(montage) is headband


def test_another_word_is_refused(psg):
    with pytest.raises(StagingError) as refused:
        stage(psg, calibrate="yes")
    assert refused.value.key == "calibrate"


def test_a_small_headband_night_loses_n3_and_regains_it():
    night = calibration.calibrated_night(7, hours=3.0)
    assert night.n3["small"] < night.n3["as recorded"]
    assert night.n3["small"] < night.n3["small, calibrated"]
    assert night.kappa["small"] < night.kappa["small, calibrated"]
    assert "multiplied by" in night.calibration


@pytest.mark.acceptance
def test_twenty_small_headband_nights_lose_n3_and_regain_it():
    nights = [calibration.calibrated_night(seed) for seed in range(20)]
    n3 = {way: np.mean([night.n3[way] for night in nights]) for way in calibration.WAYS}
    kappa = {way: np.mean([night.kappa[way] for night in nights]) for way in calibration.WAYS}
    assert n3["small"] < n3["as recorded"] - 1.5
    assert n3["small, calibrated"] == pytest.approx(n3["as recorded"], abs=0.5)
    assert kappa["small"] < kappa["small, calibrated"] - 0.02
    assert kappa["small, calibrated"] == pytest.approx(kappa["as recorded"], abs=0.01)
