"""`microstructure` against the events that were put in, against YASA called directly, and where it must say NaN."""

import logging
import math
import re
import time
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import pytest

from somnometry.core.errors import HypnogramError, MontageError
from somnometry.core.hypnogram import Hypnogram
from somnometry.core.recording import Montage, Recording, Signal
from somnometry.core.stage import Stage
from somnometry.io.recordings import read_recording
from somnometry.micro import MICROSTRUCTURE, microstructure
from somnometry.micro.requirements import REQUIREMENTS
from somnometry.simulate.simulated_night import simulate_scored_night

W, N1, N2, N3, R = range(5)
EYES = ("EOG E1-M2", "EOG E2-M2")
SLOW_WAVE_KEYS = [key for key in MICROSTRUCTURE if key.startswith("slow_wave")]
BANDS = [(0.5, 4, "delta"), (4, 8, "theta"), (8, 12, "alpha"), (12, 16, "sigma"), (16, 30, "beta")]
HANN = {"average": "median", "window": "hann"}


@pytest.fixture(scope="module")
def night():
    """Three hours as a laboratory records them, at 256 Hz."""
    return simulate_scored_night(201, hours=3, stage_targets={"N3": 12, "R": 20})


@pytest.fixture(scope="module")
def measured(night):
    return microstructure(night.recording, night.hypnogram)


@pytest.fixture(scope="module")
def clean():
    """Two hours at the detectors' own rate without artefacts, so that YASA can be given the very same samples."""
    return simulate_scored_night(7, hours=2, rate=100, artefact_rate=0)


@pytest.fixture(scope="module")
def ours(clean):
    return microstructure(clean.recording, clean.hypnogram)


@pytest.fixture(scope="module")
def given(clean):
    """What YASA takes: microvolts, and a stage for each sample; -2 outside the lights."""
    signals = clean.recording.signals
    eeg, left, right = (signals[name].samples.astype(float) for name in ("EEG C4-M1", *EYES))
    stages = np.where(clean.hypnogram.in_bed, clean.hypnogram.stages, -2)
    return eeg, left, right, np.repeat(stages.astype(int), 3000)


@pytest.fixture(scope="module")
def psg(shared):
    return shared / "data" / "psg" / "psg_25min_256hz.edf"


def of_noise(stages, *, name="C4-M1", rate=100.0, sd=20.0, epoch=30.0, exponent=0.0, **signals):
    """A recording of Gaussian noise whose power falls with frequency to an exponent, and a hypnogram."""
    n = round(len(stages) * epoch * rate)
    x = np.random.default_rng(0).normal(0, sd, n)
    if exponent:
        frequencies = np.fft.rfftfreq(n, 1 / rate)
        frequencies[0] = np.inf
        x = np.fft.irfft(np.fft.rfft(x) * frequencies ** (exponent / 2), n)
        x *= sd / x.std()
    recording = Recording({name: Signal(x, rate), **signals}, Montage(name))
    return recording, Hypnogram(stages, epoch=epoch)


def truth_per_minute(night, kinds, stages):
    events = night.events.of(*kinds)
    inside = np.isin(night.hypnogram.stages[(events.onset // 30).astype(int)], stages)
    return inside.sum() / (np.isin(night.hypnogram.stages, stages).sum() / 2)


class TestAgainstTheTruth:
    """YASA finds most of what is there, and little else; test_detectors.py pairs the events one by one."""

    def test_spindles(self, night, measured):
        assert measured["spindle_density_n2"] == pytest.approx(truth_per_minute(night, ["spindle"], [N2]), rel=0.25)
        truth = truth_per_minute(night, ["spindle"], [N2, N3])
        assert measured["spindle_density_n2n3"] == pytest.approx(truth, rel=0.25)

    def test_slow_waves(self, night, measured):
        kinds = ["slow wave", "k-complex"]
        assert measured["slow_wave_density_n3"] == pytest.approx(truth_per_minute(night, kinds, [N3]), rel=0.4)
        assert measured["slow_wave_density_n2n3"] == pytest.approx(truth_per_minute(night, kinds, [N2, N3]), rel=0.4)

    def test_rapid_eye_movements(self, night, measured):
        assert measured["rem_density"] == pytest.approx(truth_per_minute(night, ["rapid eye movement"], [R]), rel=0.25)

    def test_sizes_are_those_that_were_drawn(self, night, measured):
        spindles = night.events.of("spindle")
        assert measured["spindle_duration"] == pytest.approx(spindles.duration.mean(), abs=0.35)
        assert 12.2 <= measured["spindle_frequency"] <= 14.5  # the range of `Sleeper.spindle`
        assert 75 < measured["slow_wave_amplitude"] < 320

    def test_white_noise_has_the_power_of_its_bandwidth(self):
        # 400 uV^2 over 50 Hz: 8 per hertz. Shares are widths over 29.5 Hz.
        measured = microstructure(*of_noise([N2] * 60 + [N3] * 60))
        assert measured["n2_sigma_power"] == pytest.approx(8 * 4, rel=0.03)
        assert measured["n3_delta_power"] == pytest.approx(8 * 3.5, rel=0.03)
        for low, high, band in BANDS:
            assert measured[f"n2_{band}_percent"] == pytest.approx(100 * (high - low) / 29.5, abs=0.7)
        assert measured["n2_aperiodic_slope"] == pytest.approx(0, abs=0.05)

    @pytest.mark.parametrize("exponent", [-1.0, -2.0, -3.0])
    def test_the_aperiodic_slope_is_the_exponent_of_the_noise(self, exponent):
        measured = microstructure(*of_noise([N2] * 60, exponent=exponent))
        assert measured["n2_aperiodic_slope"] == pytest.approx(exponent, abs=0.12)

    def test_a_rhythm_does_not_change_the_aperiodic_slope(self):
        recording, hypnogram = of_noise([N2] * 60, exponent=-2.0)
        samples = recording.signals["C4-M1"].samples
        t = np.arange(samples.size) / 100
        rhythm = 0.25 * np.sin(2 * np.pi * 10 * t)
        with_rhythm = recording.replace(signals={"C4-M1": Signal(samples + rhythm, 100)})
        plain, rhythmic = (microstructure(r, hypnogram) for r in (recording, with_rhythm))
        assert rhythmic["n2_alpha_percent"] > 2 * plain["n2_alpha_percent"]
        assert rhythmic["n2_aperiodic_slope"] == pytest.approx(plain["n2_aperiodic_slope"], abs=0.15)


class TestAgainstYasa:
    def test_spindles(self, ours, given):
        import yasa

        eeg, _, _, stages = given
        found = yasa.spindles_detect(eeg, 100, hypno=stages, include=(2, 3)).summary()
        assert ours["spindle_density_n2"] == (found["Stage"] == 2).sum() / ((stages == 2).sum() / 6000)
        assert ours["spindle_density_n2n3"] == len(found) / (np.isin(stages, (2, 3)).sum() / 6000)
        for key, column in {"amplitude": "Amplitude", "frequency": "Frequency", "duration": "Duration"}.items():
            assert ours[f"spindle_{key}"] == pytest.approx(found[column].mean())

    def test_slow_waves(self, ours, given):
        import yasa

        eeg, _, _, stages = given
        found = yasa.sw_detect(eeg, 100, hypno=stages).summary()
        assert ours["slow_wave_density_n3"] == (found["Stage"] == 3).sum() / ((stages == 3).sum() / 6000)
        assert ours["slow_wave_density_n2n3"] == len(found) / (np.isin(stages, (2, 3)).sum() / 6000)
        assert ours["slow_wave_amplitude"] == pytest.approx(found["PTP"].mean())
        assert ours["slow_wave_slope"] == pytest.approx(found["Slope"].mean())

    def test_rapid_eye_movements(self, ours, given):
        import yasa

        _, left, right, stages = given
        found = yasa.rem_detect(left, right, 100, hypno=stages).summary()
        assert ours["rem_density"] == len(found) / ((stages == 4).sum() / 6000)

    def test_spectra(self, ours, given):
        import yasa

        eeg, _, _, stages = given
        for stage, key in enumerate(("wake", "n1", "n2", "n3", "rem")):
            of_stage = eeg[stages == stage]
            if of_stage.size < 30_000:
                assert math.isnan(ours[f"{key}_delta_percent"])
                continue
            shares = yasa.bandpower(of_stage, 100, bands=BANDS, welch_kwargs=HANN).loc["CHAN000"]
            for _, _, band in BANDS:
                assert ours[f"{key}_{band}_percent"] == pytest.approx(100 * shares[band])
            factors = np.arange(1.1, 1.51, 0.05)
            fit = yasa.irasa(of_stage, sf=100, band=(2, 20), hset=factors, welch_kwargs=HANN, verbose="ERROR")[3]
            assert ours[f"{key}_aperiodic_slope"] == pytest.approx(fit["Slope"][0])
        powers = yasa.bandpower(eeg, 100, hypno=stages, bands=BANDS, relative=False, welch_kwargs=HANN).droplevel(
            "Chan"
        )
        assert ours["n2_sigma_power"] == pytest.approx(powers.loc[2, "sigma"])
        assert ours["n3_delta_power"] == pytest.approx(powers.loc[3, "delta"])

    def test_100_hz_finds_what_the_recorders_rate_finds(self, night, measured):
        import yasa

        eeg, left, right = (night.recording.signals[n].samples.astype(float) for n in ("EEG C4-M1", *EYES))
        stages = np.repeat(night.hypnogram.stages.astype(int), 30 * 256)
        minutes = {stage: (stages == stage).sum() / 256 / 60 for stage in range(5)}
        spindles = yasa.spindles_detect(eeg, 256, hypno=stages, include=(2, 3)).summary()
        assert measured["spindle_density_n2"] == pytest.approx((spindles["Stage"] == 2).sum() / minutes[2], rel=0.05)
        waves = yasa.sw_detect(eeg, 256, hypno=stages).summary()
        assert measured["slow_wave_density_n3"] == pytest.approx((waves["Stage"] == 3).sum() / minutes[3], rel=0.03)
        movements = yasa.rem_detect(left, right, 256, hypno=stages).summary()
        assert measured["rem_density"] == pytest.approx(len(movements) / minutes[4], rel=0.05)

    def test_gaps_are_bridged_and_their_epochs_count_neither_as_events_nor_as_minutes(self, clean, given):
        import yasa

        eeg, _, _, stages = given
        gone = np.zeros(eeg.size, bool)
        n2 = np.flatnonzero(stages[::3000] == N2)
        for epoch in n2[::3]:
            gone[epoch * 3000 + 700 : epoch * 3000 + 1900] = True
        x = np.where(gone, np.nan, eeg)
        signals = {**clean.recording.signals, "EEG C4-M1": Signal(x, 100)}
        ours = microstructure(clean.recording.replace(signals=signals), clean.hypnogram)

        known = np.flatnonzero(~gone)
        bridged = np.interp(np.arange(x.size), known, eeg[known])
        touched = np.unique(np.flatnonzero(gone) // 3000)
        masked = stages.reshape(-1, 3000).copy()
        masked[touched] = -2
        masked = masked.ravel()
        found = yasa.spindles_detect(bridged, 100, hypno=masked, include=(2, 3)).summary()
        assert ours["spindle_density_n2"] == (found["Stage"] == 2).sum() / ((masked == 2).sum() / 6000)
        assert not np.isin(found["Start"] // 30, touched).any()
        left_out = f"{touched.size} of {(stages > -2).sum() // 3000} scored epochs are left out of EEG 'EEG C4-M1'"
        assert any(w.startswith(left_out) for w in ours.warnings)

    def test_events_of_unscored_epochs_are_not_counted(self, clean, given):
        import yasa

        stages = clean.hypnogram.stages.copy()
        stages[np.flatnonzero(stages == N2)[::2]] = Stage.UNSCORED
        stages[np.flatnonzero(stages == R)[::2]] = Stage.UNSCORED
        ours = microstructure(clean.recording, Hypnogram(stages))
        per_sample = np.repeat(stages.astype(int), 3000)
        found = yasa.spindles_detect(given[0], 100, hypno=per_sample, include=(2, 3)).summary()
        assert ours["spindle_density_n2"] == (found["Stage"] == 2).sum() / ((stages == N2).sum() / 2)
        found = yasa.rem_detect(given[1], given[2], 100, hypno=per_sample).summary()
        assert ours["rem_density"] == len(found) / ((stages == R).sum() / 2)

    def test_one_wild_second_changes_nothing_elsewhere(self, clean, ours):
        where = int(np.flatnonzero(clean.hypnogram.stages == N2)[50]) * 3000
        x = clean.recording.signals["EEG C4-M1"].samples.copy()
        x[where + 1000 : where + 1100] += np.random.default_rng(0).normal(0, 5000, 100)
        signals = {**clean.recording.signals, "EEG C4-M1": Signal(x, 100)}
        burst = microstructure(clean.recording.replace(signals=signals), clean.hypnogram)
        for key in ("spindle_density_n2", "slow_wave_density_n2n3", "n2_sigma_power", "n2_aperiodic_slope"):
            assert burst[key] == pytest.approx(ours[key], rel=0.02)


class TestWhatCounts:
    def test_epochs_outside_the_lights_do_not_count(self):
        recording, hypnogram = of_noise([N2] * 60)
        late = microstructure(recording, hypnogram.replace(lights_off=1650.0))
        assert late.reasons["spindle_density_n2"].startswith("2.5 min of N2 with a usable EEG, of 2.5 scored")
        unknown = microstructure(recording, hypnogram.replace(lights_off=math.nan, lights_on=math.nan))
        assert unknown["n2_sigma_power"] == microstructure(recording, hypnogram)["n2_sigma_power"]

    def test_a_hypnogram_that_starts_later_lies_later_in_the_recording(self):
        recording, hypnogram = of_noise([W] * 20 + [N2] * 20)
        loud = recording.signals["C4-M1"].samples.copy()
        loud[60_000:] *= 3
        start = datetime(2024, 5, 1, 22)
        recording = recording.replace(signals={"C4-M1": Signal(loud, 100)}, start=start)
        whole = microstructure(recording, hypnogram.replace(start=start))
        late = microstructure(recording, Hypnogram([N2] * 20, start=start + timedelta(seconds=600)))
        assert late["n2_sigma_power"] == pytest.approx(whole["n2_sigma_power"])
        beyond = microstructure(recording, Hypnogram([N2] * 40, start=start + timedelta(seconds=600)))
        assert beyond["n2_sigma_power"] == pytest.approx(whole["n2_sigma_power"])
        assert "the hypnogram goes on for 10.0 min after the end of the recording; they are not counted" in (
            beyond.warnings
        )

    def test_a_hypnogram_of_another_day_is_refused(self):
        recording, hypnogram = of_noise([N2] * 20)
        recording = recording.replace(start=datetime(2024, 5, 1, 22))
        with pytest.raises(HypnogramError, match=r"2023-05-01.*2024-05-01.*600 s.*replace\(start=None\)"):
            microstructure(recording, hypnogram.replace(start=datetime(2023, 5, 1, 22)))

    def test_only_one_start_with_a_time_zone_is_refused(self):
        recording, hypnogram = of_noise([N2] * 20)
        start = datetime(2024, 5, 1, 22)
        for one, other in ((start, start.replace(tzinfo=UTC)), (start.replace(tzinfo=UTC), start)):
            with pytest.raises(HypnogramError, match="time zone; give both one, or neither"):
                microstructure(recording.replace(start=one), hypnogram.replace(start=other))

    @pytest.mark.parametrize("epoch", [5.0, 20.0, 30.0])
    def test_epochs_may_be_of_any_length(self, epoch):
        recording, hypnogram = of_noise([N2] * round(1200 / epoch), epoch=epoch)
        assert microstructure(recording, hypnogram)["n2_sigma_power"] == pytest.approx(32, rel=0.05)

    def test_the_eyes_are_found_by_their_labels_and_may_be_named(self, clean, ours):
        signals = clean.recording.signals
        other = Recording({"a": signals[EYES[0]], "b": signals[EYES[1]]})
        found = ours["rem_density"]
        assert found > 0
        assert microstructure(other, clean.hypnogram).reasons["rem_density"].startswith("the recording holds no EOG")
        assert microstructure(other, clean.hypnogram, eogs=("a", "b"))["rem_density"] == found
        with pytest.raises(MontageError, match=r"no signal 'c' for an eye.*'a', 'b'"):
            microstructure(other, clean.hypnogram, eogs=("a", "c"))

    def test_fewer_minutes_may_be_asked_for_but_not_less_than_half_a_minute(self):
        recording, hypnogram = of_noise([N2] * 2 + [W] * 20)
        assert microstructure(recording, hypnogram, min_minutes=1)["n2_sigma_power"] == pytest.approx(32, rel=0.3)
        with pytest.raises(ValueError, match=r"at least 0\.5, not 0\.1"):
            microstructure(recording, hypnogram, min_minutes=0.1)


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


def eye(seed=0, rate=100.0, n_epochs=60, sd=20.0):
    return Signal(np.random.default_rng(seed).normal(0, sd, round(n_epochs * 30 * rate)), rate)


DEEP = [W] * 12 + [N1] * 12 + [N2] * 12 + [N3] * 12 + [R] * 12
NIGHTS = {
    "complete": lambda: of_noise(DEEP, **{"E1-M2": eye(1), "E2-M2": eye(2)}),
    "no EEG": lambda: (Recording({"E1-M2": eye(1), "E2-M2": eye(2)}), Hypnogram(DEEP)),
    "nothing at all": lambda: (Recording({}), Hypnogram(DEEP)),
    "slow EEG": lambda: of_noise(DEEP, rate=64.0),
    "volts": lambda: of_noise(DEEP, sd=2e-5),
    "nanovolts": lambda: of_noise(DEEP, sd=200.0),
    "digits": lambda: of_noise(DEEP, sd=2e4),
    "all gaps": lambda: (
        Recording({"C4-M1": Signal(np.full(180_000, np.nan), 100)}, Montage("C4-M1")),
        Hypnogram(DEEP),
    ),
    "flat": lambda: (Recording({"C4-M1": Signal(np.zeros(180_000), 100)}, Montage("C4-M1")), Hypnogram(DEEP)),
    "empty signal": lambda: (Recording({"C4-M1": Signal(np.empty(0), 100)}, Montage("C4-M1")), Hypnogram(DEEP)),
    "no epochs": lambda: (of_noise(DEEP)[0], Hypnogram([])),
    "unscored": lambda: of_noise([-1] * 60),
    "awake": lambda: of_noise([W] * 60),
    "REM only, one eye": lambda: of_noise([R] * 60, **{"E1-M2": eye(1)}),
    "REM only, bipolar eye": lambda: of_noise([R] * 60, **{"EOG horizontal": eye(1)}),
    "REM only, slow eyes": lambda: of_noise([R] * 60, **{"E1-M2": eye(1, 25.0), "E2-M2": eye(2, 25.0)}),
    "REM only, one eye flat": lambda: of_noise([R] * 60, **{"E1-M2": eye(1), "E2-M2": eye(2, sd=1e-6)}),
    "REM only, eyes in volts": lambda: of_noise([R] * 60, **{"E1-M2": eye(1, sd=0.11), "E2-M2": eye(2)}),
    "short stages": lambda: of_noise([W, N1, N2, N3, R] * 9),
    "four levels": lambda: (of_noise(DEEP)[0], Hypnogram([0] * 15 + [5] * 15 + [3] * 15 + [4] * 15, levels=4)),
    "three levels": lambda: (of_noise(DEEP)[0], Hypnogram([0] * 20 + [6] * 20 + [4] * 20, levels=3)),
    "two levels": lambda: (of_noise(DEEP)[0], Hypnogram([0] * 20 + [7] * 40, levels=2)),
    "bipolar": lambda: of_noise(DEEP, name="Fpz-Cz"),
    "after the end": lambda: (of_noise([W] * 2)[0], Hypnogram(DEEP)),
}


@cache
def of_night(name):
    return microstructure(*NIGHTS[name]())


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


def test_no_events_are_a_density_of_zero_and_a_size_of_nan():
    measured = of_night("complete")
    assert (measured["slow_wave_density_n3"], measured["rem_density"]) == (0, 0)
    assert math.isnan(measured["slow_wave_slope"])


@pytest.mark.parametrize("name", ["complete", "digits", "empty signal"])
def test_nothing_is_logged_or_printed(name, caplog, capsys):
    with caplog.at_level(logging.INFO):
        microstructure(*NIGHTS[name]())
    assert not caplog.records
    assert capsys.readouterr() == ("", "")
    assert logging.getLogger("yasa").level in (logging.NOTSET, logging.INFO, logging.WARNING)


def test_the_table_is_complete():
    assert all(key == metric.key for key, metric in MICROSTRUCTURE.items())
    for metric in MICROSTRUCTURE.values():
        assert metric.definition.endswith(".")
        assert metric.label
        assert metric.source
        assert metric.unit in ("1/min", "uV", "uV/s", "uV^2", "Hz", "s", "%", "1")
        assert set(metric.requires) <= REQUIREMENTS.keys()
    from somnometry.metrics import METRICS

    assert not MICROSTRUCTURE.keys() & METRICS.keys()


@pytest.mark.real_data
class TestRealNights:
    #: As three independent stagers say: N2 and N3, then REM from epoch 36-41 (data/README.md).
    HYPNOGRAM = Hypnogram([N2] * 12 + [N3] * 24 + [-1] * 5 + [R] * 9)

    def test_slow_wave_sleep_and_rem_look_like_themselves(self, psg):
        measured = microstructure(read_recording(psg), self.HYPNOGRAM, min_minutes=4)
        assert measured["slow_wave_density_n3"] > 5
        assert 75 < measured["slow_wave_amplitude"] < 350
        assert measured["n3_delta_percent"] > 85
        assert measured["n3_delta_percent"] > measured["rem_delta_percent"]
        assert measured["n3_aperiodic_slope"] < measured["rem_aperiodic_slope"] < 0
        assert measured.reasons["wake_alpha_percent"] == "no wake was scored"
        assert "'EOG EOG1' only" in measured.reasons["rem_density"]

    def test_what_yasa_finds_at_256_hz(self, psg):
        import yasa

        recording = read_recording(psg)
        measured = microstructure(recording, self.HYPNOGRAM, min_minutes=4)
        eeg = recording.signals[recording.montage.eeg].samples.astype(float)
        stages = np.full(eeg.size, -2)
        per_epoch = np.repeat(self.HYPNOGRAM.stages.astype(int), 30 * 256)
        stages[: per_epoch.size] = per_epoch
        waves = yasa.sw_detect(eeg, 256, hypno=stages).summary()
        assert measured["slow_wave_density_n3"] == pytest.approx((waves["Stage"] == 3).sum() / 12, rel=0.05)
        assert measured["slow_wave_amplitude"] == pytest.approx(waves["PTP"].mean(), rel=0.02)

    def test_a_channel_with_a_burst_loses_those_epochs_and_says_so(self, psg):
        measured = microstructure(read_recording(psg, eeg="EEG F4"), self.HYPNOGRAM, min_minutes=4)
        assert [w for w in measured.warnings if "flat or wildly noisy" in w]
        assert measured["n3_delta_percent"] > 80

    def test_both_eyes_of_a_real_rem_period(self, shared):
        import yasa

        with np.load(shared / "data" / "yasa_snippets" / "data_EOGs_REM_256Hz.npz") as file:
            left, right = file["data"]
        recording = Recording({"LOC": Signal(left, 256), "ROC": Signal(right, 256)}, Montage(eog="LOC"))
        n_epochs = left.size // (30 * 256)
        measured = microstructure(recording, Hypnogram([R] * n_epochs))
        found = yasa.rem_detect(left, right, 256).summary()
        inside = (found["Peak"] < n_epochs * 30).sum()
        assert measured["rem_density"] == pytest.approx(inside / (n_epochs / 2), rel=0.05)

    def test_thirty_seconds_of_n3_that_are_known_to_hold_no_spindle(self, shared):
        samples = np.loadtxt(shared / "data" / "yasa_snippets" / "data_N3_no-spindles_30sec_100Hz.txt")
        recording = Recording({"C4-M1": Signal(samples, 100)}, Montage("C4-M1"))
        measured = microstructure(recording, Hypnogram([N3]), min_minutes=0.5)
        assert measured["spindle_density_n2n3"] == 0
        assert measured["slow_wave_density_n3"] > 0


@pytest.mark.acceptance
def test_a_night_of_eight_hours_takes_well_under_a_minute():
    night = simulate_scored_night(1, hours=8)
    began = time.process_time()
    measured = microstructure(night.recording, night.hypnogram)
    assert time.process_time() - began < 40  # wall time depends on what else runs
    assert not {"spindle_density_n2", "slow_wave_density_n3", "rem_density"} & measured.reasons.keys()
