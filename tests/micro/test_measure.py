"""`microstructure` against the events that were put in and on real nights, and what it counts."""

import logging
import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from somnometry.core.errors import HypnogramError, MontageError
from somnometry.core.hypnogram import Hypnogram
from somnometry.core.recording import Montage, Recording, Signal
from somnometry.io.recordings import read_recording
from somnometry.micro import microstructure
from somnometry.simulate.simulated_night import simulate_scored_night
from tests.cost import Cost

from .nights import EYES, N2, N3, NIGHTS, R, W, of_night, of_noise

BANDS = [(0.5, 4, "delta"), (4, 8, "theta"), (8, 12, "alpha"), (12, 16, "sigma"), (16, 30, "beta")]


@pytest.fixture(scope="module")
def psg(shared):
    return shared / "data" / "psg" / "psg_25min_256hz.edf"


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
def test_a_night_of_eight_hours_takes_seconds():
    night = simulate_scored_night(1, hours=8)
    with Cost() as cost:
        measured = microstructure(night.recording, night.hypnogram)
    assert cost.loops < 600
    assert not {"spindle_density_n2", "slow_wave_density_n3", "rem_density"} & measured.reasons.keys()
