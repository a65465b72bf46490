"""Where `microstructure` must say NaN, and why."""

import math
import re

import numpy as np
import pytest

from somnometry.core.recording import Signal
from somnometry.micro import MICROSTRUCTURE, microstructure

from .nights import N2, NIGHTS, of_night, of_noise

SLOW_WAVE_KEYS = [key for key in MICROSTRUCTURE if key.startswith("slow_wave")]


class TestReferences:
    @pytest.mark.parametrize("name", ["C4-M1", "EEG C3-A2", "C4:A1", "EEG C4-LM", "EEG C4-EEG M1"])
    def test_against_a_mastoid_there_is_nothing_to_say(self, name):
        measured = microstructure(*of_noise([N2] * 20, name=name))
        assert measured["slow_wave_density_n2n3"] >= 0
        assert measured.warnings == ()

    @pytest.mark.parametrize("name", ["C4", "EEG 1", "C4-Ref"])
    def test_an_unsaid_reference_is_a_warning(self, name):
        measured = microstructure(*of_noise([N2] * 20, name=name))
        assert measured["slow_wave_density_n2n3"] >= 0
        assert [w for w in measured.warnings if "does not say its reference" in w]

    @pytest.mark.parametrize("name", ["EEG Fpz-Cz", "Pz-Oz", "F3-C3"])
    def test_slow_waves_of_a_bipolar_derivation_are_nan_unless_asked_for(self, name):
        recording, hypnogram = of_noise([N2] * 20, name=name, sd=3)
        waves = 60 * np.sin(2 * np.pi * 0.8 * np.arange(60_000) / 100)  # 48 a minute, 120 uV from peak to peak
        recording = recording.replace(signals={name: Signal(recording.signals[name].samples + waves, 100)})
        measured = microstructure(recording, hypnogram)
        for key in SLOW_WAVE_KEYS:
            assert math.isnan(measured[key])
        assert "is bipolar" in measured.reasons["slow_wave_density_n2n3"]
        assert measured["spindle_density_n2"] >= 0
        assert [w for w in measured.warnings if "is bipolar" in w]
        all_the_same = microstructure(recording, hypnogram, any_reference=True)
        assert all_the_same["slow_wave_density_n2n3"] == pytest.approx(48, rel=0.02)
        assert all_the_same["slow_wave_amplitude"] == pytest.approx(120, rel=0.02)
        # From the trough to the crossing, a quarter of 1.25 s, a sine rises by 60 uV.
        assert all_the_same["slow_wave_slope"] == pytest.approx(60 / 0.3125, rel=0.05)


@pytest.mark.parametrize("name", NIGHTS)
def test_every_nan_has_a_reason_and_every_reason_a_nan(name):
    measured = of_night(name)
    assert list(measured) == list(MICROSTRUCTURE)
    assert {key for key, value in measured.items() if math.isnan(value)} == set(measured.reasons)
    assert all(measured.reasons.values())


def test_the_reasons_name_what_is_wrong():
    reasons = {name: of_night(name).reasons for name in NIGHTS}
    expected = {
        ("no EEG", "spindle_density_n2"): "no EEG in the montage",
        ("nothing at all", "rem_density"): "the recording holds no EOG of the left or the right eye",
        ("slow EEG", "wake_alpha_percent"): "EEG 'C4-M1' is sampled at 64 Hz; YASA's detectors need 100 Hz",
        ("all gaps", "n2_sigma_power"): "EEG 'C4-M1' is missing, flat or wildly noisy in every scored epoch",
        ("volts", "n2_sigma_power"): "EEG 'C4-M1' is missing, flat or wildly noisy in every scored epoch",
        ("digits", "n2_sigma_power"): "EEG 'C4-M1' is missing, flat or wildly noisy in every scored epoch",
        ("no epochs", "n2_sigma_power"): "no epoch is scored",
        ("unscored", "n2_sigma_power"): "no epoch is scored",
        ("awake", "spindle_density_n2n3"): "no N2 or N3 was scored",
        ("awake", "rem_delta_percent"): "no REM was scored",
        ("complete", "slow_wave_amplitude"): "no slow wave was found",
        ("short stages", "n3_delta_power"): "4.5 min of N3 with a usable EEG, of 4.5 scored; 5 are needed",
        ("REM only, one eye", "rem_density"): (
            "eye movements need a left and a right EOG, and the recording holds 'E1-M2' only"
        ),
        ("REM only, bipolar eye", "rem_density"): (
            "eye movements need a left and a right EOG, and the recording holds 'EOG horizontal' only"
        ),
        ("REM only, slow eyes", "rem_density"): "an EOG is sampled at 25 Hz, less than 50 Hz",
        ("REM only, one eye flat", "rem_density"): (
            "one EOG or the other is missing, flat or wildly noisy in every scored epoch"
        ),
        ("four levels", "spindle_density_n2"): "the scorer's levels have no N2",
        ("four levels", "slow_wave_density_n2n3"): "the scorer's levels have no N2",
        ("three levels", "n3_delta_power"): "the scorer's levels have no N3",
        ("two levels", "rem_delta_percent"): "the scorer's levels have no REM",
    }
    assert {key: reasons[key[0]][key[1]] for key in expected} == expected
    assert re.fullmatch(
        r"the left EOG has an SD of 0\.08\d* uV, which no such signal has; check its unit",
        reasons["REM only, eyes in volts"]["rem_density"],
    )
    assert not {"n3_delta_power", "rem_delta_percent", "slow_wave_density_n3"} & reasons["four levels"].keys()
