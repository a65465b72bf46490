"""Spindles, slow waves, eye movements and spectra against YASA, called directly on the same samples."""

import math

import numpy as np
import pytest

from somnometry.core.hypnogram import Hypnogram
from somnometry.core.recording import Signal
from somnometry.core.stage import Stage
from somnometry.micro import microstructure

from .nights import EYES, N2, R

BANDS = [(0.5, 4, "delta"), (4, 8, "theta"), (8, 12, "alpha"), (12, 16, "sigma"), (16, 30, "beta")]

HANN = {"average": "median", "window": "hann"}


@pytest.fixture(scope="module")
def given(clean):
    """What YASA takes: microvolts, and a stage for each sample; -2 outside the lights."""
    signals = clean.recording.signals
    eeg, left, right = (signals[name].samples.astype(float) for name in ("EEG C4-M1", *EYES))
    stages = np.where(clean.hypnogram.in_bed, clean.hypnogram.stages, -2)
    return eeg, left, right, np.repeat(stages.astype(int), 3000)


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
