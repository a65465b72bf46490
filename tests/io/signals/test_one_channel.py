"""Signal checks: each defect put into a sound night is found, and sound nights raise no alarm."""

import numpy as np
import pytest

from somnometry import audit, simulate_night, write_edf
from somnometry.io.channels.labels import parse_label
from somnometry.io.signals.one_channel import Examined, check_signal
from somnometry.io.signals.windows import judge, of_derivation

from .nights import EEG, OTHER, RATE, of, samples

#: Loose electrodes and movements that the simulator puts in, and their traces.
TRUE_ARTEFACTS = {"artefact", "passed-over", "railing", "flat-stretches", "clipped"}


def with_bursts(x, every, seconds, value):
    """Put a value in for some seconds of every so many."""
    for start in range(0, x.size, round(every * RATE)):
        x[start + RATE : start + RATE + round(seconds * RATE)] = value
    return x


@pytest.mark.parametrize("seed", range(3))
def test_a_sound_psg_raises_no_alarm(seed, tmp_path):
    recording, _ = simulate_night(seed, hours=2, rate=RATE, artefact_rate=0, age=25 + 20 * seed)
    write_edf(recording, tmp_path / "n.edf")
    assert audit(tmp_path / "n.edf").codes == ()


def test_movements_are_no_defects_of_the_channels(tmp_path):
    recording, _ = simulate_night(5, hours=2, rate=RATE, artefact_rate=4)
    write_edf(recording, tmp_path / "n.edf")
    assert set(audit(tmp_path / "n.edf").codes) <= TRUE_ARTEFACTS


def test_a_headband_raises_no_alarm_but_its_lost_links(tmp_path):
    recording, _ = simulate_night(2, hours=2, rate=RATE, montage="headband", artefact_rate=0)
    write_edf(recording, tmp_path / "n.edf")
    allowed = {
        "railing",
        "flat-stretches",
        "dropouts",
        "lost-contact",
        "upsampled-eog",
        "poor-signal",
        "family",
        "stand-in",
    }
    assert set(audit(tmp_path / "n.edf").codes) <= allowed


@pytest.mark.parametrize("rate", [100, 200, 512])
def test_sound_nights_at_other_rates_raise_no_alarm(rate, tmp_path):
    recording, _ = simulate_night(7, hours=1, rate=rate, artefact_rate=0)
    write_edf(recording, tmp_path / "n.edf")
    assert audit(tmp_path / "n.edf").codes == ()


def test_a_night_that_was_not_touched_has_no_finding(findings):
    assert findings({}) == ()


def test_an_eeg_that_is_flat_throughout_is_refused(findings, night):
    found = findings({EEG: np.zeros(night.signals[EEG].samples.size)}, eeg=EEG)
    assert of(found, "flat-channel")[0].where == EEG
    assert of(found, "flat-channel")[0].severity == "refused"


def test_flat_stretches_are_found(findings, night):
    found = findings({EEG: with_bursts(samples(night, EEG), 400, 60, 0.0)}, eeg=EEG)
    assert of(found, "flat-stretches")


@pytest.mark.parametrize(("seconds", "value"), [(0.5, 0.0), (4, 12.5), (3, -1000.0)])
def test_a_held_value_is_a_dropout(seconds, value, findings, night):
    found = findings({EEG: with_bursts(samples(night, EEG), 20, seconds, value)}, eeg=EEG)
    assert of(found, "dropouts")[0].where == EEG


def test_the_end_of_the_range_is_railing(findings, night):
    x = with_bursts(samples(night, EEG), 100, 0.5, 409.58)  # of a range from -409.6 to 409.5875 uV
    found = of(findings({EEG: x}, eeg=EEG), "railing")
    assert "-409.6 or 409.5" in found[0].what


@pytest.mark.parametrize("limit", [20.0, 40.0])
def test_peaks_that_are_cut_off_are_found(limit, findings, night):
    found = findings({EEG: np.clip(samples(night, EEG), -limit, limit)}, eeg=EEG)
    assert [(finding.code, finding.where) for finding in found] == [("clipped", EEG)]
    assert f"at {limit:g} uV and" in of(found, "clipped")[0].what


def test_a_sine_is_not_clipped(findings, night):
    t = np.arange(night.signals[EEG].samples.size) / RATE
    assert not of(findings({EEG: 50 * np.sin(2 * np.pi * 1.3 * t)}, eeg=EEG), "clipped")


@pytest.mark.parametrize("line", [50, 60])
def test_mains_that_dominate_are_found(line, findings, night):
    t = np.arange(night.signals[EEG].samples.size) / RATE
    found = findings({EEG: samples(night, EEG) + 40 * np.sin(2 * np.pi * line * t)}, eeg=EEG)
    assert f"{line} Hz" in of(found, "mains")[0].what


@pytest.mark.parametrize(("factor", "code"), [(1e-3, "amplitude-too-small"), (1e3, "amplitude-too-large")])
def test_a_unit_that_is_a_thousand_off_is_found_and_the_factor_named(factor, code, findings, night):
    channels = [EEG, OTHER, "EEG F3-M2", "EEG F4-M1", "EEG O1-M2", "EEG O2-M1"]
    found = findings({name: samples(night, name) * factor for name in channels}, eeg=EEG, eog=None)
    assert EEG in {finding.where for finding in of(found, code)}
    assert all("10^3" in finding.what for finding in of(found, code))


def test_a_file_whose_eeg_is_all_too_small_says_so_although_no_channel_can_be_chosen(findings, night):
    changes = {name: samples(night, name) * 1e-3 for name in night.signals if name.startswith("EEG")}
    found = findings(changes)
    assert of(found, "no-eeg")
    assert {finding.where for finding in of(found, "amplitude-too-small")} == set(changes)


def test_a_channel_that_was_not_chosen_is_only_searched_for_bursts(findings, night):
    x = with_bursts(samples(night, "EEG F4-M1"), 400, 60, 0.0)
    x[3600 * RATE : 3660 * RATE] += 2000 * np.sin(np.arange(60 * RATE) * 0.6)
    found = [finding for finding in findings({"EEG F4-M1": x}) if finding.where == "EEG F4-M1"]
    assert [finding.code for finding in found] == ["artefact"]
    assert "minute 60" in found[0].what


def test_a_last_record_that_is_filled_up_is_no_dropout(findings, night):
    x = samples(night, EEG)
    x[-RATE:] = x[-RATE]
    assert findings({EEG: x}, eeg=EEG) == ()


def test_a_gap_of_the_file_is_no_dropout_of_its_channels(night):
    x = samples(night, EEG)[: 600 * RATE].reshape(-1, 10 * RATE)
    x[10:13] = np.nan
    quality = judge(list(x), RATE, np.arange(60) * 10.0)
    label = parse_label(EEG)
    assert [f.code for f in check_signal(Examined(EEG, "eeg", quality, label))] == ["dropouts"]
    assert not check_signal(Examined(EEG, "eeg", quality, label, gaps=((100.0, 130.0),)))
    difference = of_derivation(quality, judge(list(x * 0.5), RATE, np.arange(60) * 10.0), 1)
    assert not check_signal(Examined(EEG, "eeg", difference, label, gaps=((95.0, 130.0),)))


@pytest.mark.parametrize("spike", [0.0, 50.0, 5000.0])
def test_one_sample_beyond_the_declared_range_hides_no_rail(spike):
    """Four of sixty windows lie at the end of the range for two seconds; one sample elsewhere passes it."""
    pieces = list(np.random.default_rng(0).normal(0, 20, (60, 1000)).astype(np.float32))
    for i in (10, 20, 30, 40):
        pieces[i][:200] = 200.0
    if spike:
        pieces[50][500] = 200.0 + spike
    quality = judge(pieces, 100.0, np.arange(60) * 10.0, (-200.0, 200.0))
    assert np.flatnonzero(quality.is_railing).tolist() == [10, 20, 30, 40]
    assert "railing" in {finding.code for finding in check_signal(Examined("C4-M1", "eeg", quality))}


@pytest.mark.parametrize("step", [0.1, 1.0, 8.0])
def test_a_coarse_signal_that_passes_a_narrow_range_does_not_rail(step):
    samples = np.random.default_rng(0).normal(0, 20, (60, 1000))
    pieces = list((np.round(samples / step) * step).astype(np.float32))
    quality = judge(pieces, 100.0, np.arange(60) * 10.0, (-16.0, 16.0))
    assert not quality.is_railing.any()


def test_a_rail_beyond_the_declared_range_is_one_too():
    pieces = list(np.random.default_rng(0).normal(0, 20, (60, 1000)).astype(np.float32))
    pieces[7][100:400] = 300.0
    quality = judge(pieces, 100.0, np.arange(60) * 10.0, (-200.0, 200.0))
    assert np.flatnonzero(quality.is_railing).tolist() == [7]
