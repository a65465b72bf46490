"""Artefacts: where they fall, what they do to the signals, heart and mains."""

import numpy as np
import pytest
from scipy.signal import find_peaks, welch

from somnometry import Hypnogram
from somnometry.simulate.artefacts import Artefacts, draw_artefacts, heart, mains, muscle_gain
from somnometry.simulate.montages import LAYOUTS

RATE = 100.0
NIGHT = Hypnogram(np.tile(np.repeat([2, 0, 3, 4], 20), 12))  # 8 h, 12 awakenings from REM and N2


def test_a_headband_drops_out_in_stretches_apart_and_a_laboratory_does_not():
    rng = np.random.default_rng(0)
    lab, band = (draw_artefacts(rng, NIGHT, LAYOUTS[name], 4.0) for name in ("psg", "headband"))
    assert lab.gaps == lab.lost == ()
    assert len(band.gaps) > 10
    assert all(end < following for (_, end), (following, _) in zip(band.gaps, band.gaps[1:], strict=False))
    for spans in (lab.movements, band.movements, band.gaps):
        assert all(0 <= first < NIGHT.duration for first, _ in spans)


@pytest.mark.parametrize("rate", [0.0, 2.0])
def test_movements_come_with_awakenings_and_at_their_rate(rate):
    drawn = [draw_artefacts(np.random.default_rng(seed), NIGHT, LAYOUTS["psg"], rate) for seed in range(40)]
    awakenings = np.count_nonzero((NIGHT.stages[1:] == 0) & (NIGHT.stages[:-1] > 0))
    expected = 8 * rate + awakenings * min(1.0, 0.3 * rate)
    assert np.mean([len(artefacts.movements) for artefacts in drawn]) == pytest.approx(expected, rel=0.1)
    assert np.mean([len(artefacts.loose) for artefacts in drawn]) == pytest.approx(8 * rate, rel=0.1)


def test_each_artefact_disturbs_its_stretch_and_its_channels_only():
    layout = LAYOUTS["headband"]
    artefacts = Artefacts(((10.0, 4.0),), (("HB_1", 20.0, 8.0),), (("HB_2", 40.0, 5.0),), ((50.0, 2.0),))
    signals = {channel.name: np.zeros(6000, np.float32) for channel in layout.channels}
    artefacts.apply(np.random.default_rng(0), signals, layout, RATE)
    for name, spans in {"HB_1": [(10, 14), (20, 28), (50, 52)], "HB_2": [(10, 14), (40, 45), (50, 52)]}.items():
        disturbed = np.flatnonzero(signals[name] != 0) / RATE  # NaN differs from 0, too
        inside = [(disturbed >= first) & (disturbed < end) for first, end in spans]
        assert np.any(inside, axis=0).all()
        assert all(one.any() for one in inside)
    assert np.isnan(signals["HB_2"][4000:4500]).all()
    assert all(np.isnan(x[5000:5200]).all() for x in signals.values())
    assert artefacts.gaps == ((50.0, 52.0),)


def test_muscle_is_stronger_in_a_movement():
    gain = muscle_gain(np.array([0.0, 8.9, 9.0, 14.9, 15.0]), Artefacts(((10.0, 4.0),)))
    assert gain.tolist() == [1.0, 1.0, 2.5, 2.5, 1.0]


def test_the_heart_beats_about_once_a_second_and_its_r_waves_are_one_unit():
    trace = heart(np.random.default_rng(1), round(600 * RATE), RATE)
    peaks, _ = find_peaks(trace, height=0.6, distance=40)
    assert trace.max() == pytest.approx(1, abs=0.1)
    assert 45 < len(peaks) / 10 < 90


@pytest.mark.parametrize("frequency", [50.0, 60.0])
def test_mains_hum_at_their_frequency_and_are_flat_beyond_nyquist(frequency):
    rng = np.random.default_rng(2)
    hum = mains(rng, 60 * 256, 256.0, frequency)
    f, power = welch(hum, 256.0, nperseg=1024)
    assert f[power.argmax()] == pytest.approx(frequency, abs=0.25)
    assert hum.std() == pytest.approx(1 / np.sqrt(2), rel=0.5)
    assert not mains(rng, 1000, 100.0, frequency).any()
