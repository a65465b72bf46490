"""Which channels play EEG, EOG and EMG: by preference, by soundness, and as they are asked for."""

import mne
import numpy as np
import pytest

from somnometry import (
    MontageError,
    SomnometryError,
    from_mne,
    read_recording,
)
from somnometry.io.channels.choose import choose
from somnometry.io.nights.find import night_at
from somnometry.io.nights.night import open_night
from somnometry.io.signals.windows import Probe
from somnometry.io.sources.source import Channel

from ..edf_files import STEP, codes, edf_bytes, noise, signal, write


def test_the_order_of_preference_is_central_opposite_then_linked_then_frontal(tmp_path):
    labels = ["C4-M1", "C3-M2", "C4-LM", "C3-M1", "C4", "F4-M1", "F3-M2", "O2-M1", "AF7"]
    channels = {label: (noise(100, 60, seed=i), 100) for i, label in enumerate(reversed(labels))}
    while labels:
        path = write(tmp_path / "n.edf", channels)
        assert read_recording(path).montage.eeg == labels[0]
        del channels[labels.pop(0)]


@pytest.mark.parametrize("spoil", ["flat", "railing", "wild"])
def test_a_spoilt_channel_loses_to_a_sound_one(tmp_path, spoil):
    bad = {
        "flat": np.zeros(6000),
        "railing": np.where(np.arange(6000) % 3000 < 900, 3200.0, noise(100, 60)),
        "wild": noise(100, 60, sd=900),
    }[spoil]
    path = write(tmp_path / "n.edf", {"C4-M1": (bad, 100), "O1-M2": (noise(100, 60), 100)})
    recording = read_recording(path)
    assert recording.montage.eeg == "O1-M2"
    assert {"passed-over", "unusable-channel"} & set(codes(recording))


def test_a_flat_eog_is_left_out_and_said(tmp_path):
    path = write(tmp_path / "n.edf", {"C4": (noise(100, 60), 100), "E1": (np.zeros(6000), 100)})
    assert read_recording(path).montage.eog is None
    named = read_recording(path, eog="E1")
    assert named.montage.eog is None
    assert "flat-channel" in codes(named)


def test_electrodes_with_a_common_reference_are_taken_against_the_opposite_mastoid(tmp_path):
    c4, m1 = noise(100, 60, seed=1), noise(100, 60, seed=2)
    path = write(tmp_path / "n.edf", {"C4": (c4, 100), "A1": (m1, 100), "A2": (noise(100, 60, seed=3), 100)})
    recording = read_recording(path)
    assert recording.montage.eeg == "C4-A1"
    np.testing.assert_allclose(recording.signals["C4-A1"].samples, c4 - m1, atol=2 * STEP)


def test_an_inverted_derivation_is_turned_over_and_said(tmp_path):
    path = write(tmp_path / "n.edf", {"M1:C4": (noise(100, 60), 100)})
    recording = read_recording(path)
    np.testing.assert_allclose(recording.signals["M1:C4"].samples, -noise(100, 60), atol=STEP)
    assert "turned-over" in codes(recording)


def test_chin_electrodes_that_carry_the_eeg_are_subtracted(tmp_path):
    head, left, right = noise(100, 60, seed=1), noise(100, 60, sd=3, seed=2), noise(100, 60, sd=3, seed=3)
    path = write(tmp_path / "n.edf", {"C4": (head, 100), "EMG1": (head + left, 100), "EMG2": (head + right, 100)})
    recording = read_recording(path)
    np.testing.assert_allclose(recording.signals[recording.montage.emg].samples, left - right, atol=2 * STEP)
    assert "both carry the EEG" in recording.montage.why["emg"]


def test_chin_derivations_of_their_own_are_not_subtracted(tmp_path):
    channels = {"C4": (noise(100, 60, seed=1), 100)} | {f"EMG{i}": (noise(100, 60, seed=i), 100) for i in (2, 3)}
    assert read_recording(write(tmp_path / "n.edf", channels)).montage.emg == "EMG2"


@pytest.mark.parametrize("asked", ["EEG C3-M2", "C3-M2", "eeg c3:m2", "C3-A2"])
def test_a_label_is_matched_exactly_then_after_normalisation(night, asked):
    assert read_recording(night[0], eeg=asked).montage.eeg == "EEG C3-M2"


def test_a_pair_is_a_difference(night):
    path, channels = night
    recording = read_recording(path, eeg=("C4-M1", "C3-M2"), eog=None, emg=None)
    expected = channels["EEG C4-M1"][0] - channels["EEG C3-M2"][0]
    np.testing.assert_allclose(recording.signals[recording.montage.eeg].samples, expected, atol=2 * STEP)
    assert recording.montage.roles == {"eeg": "EEG C4-M1-EEG C3-M2"}


def test_a_label_that_is_not_there_names_those_that_are(night):
    with pytest.raises(MontageError, match=r"n1\.edf: no channel is called 'C5'; give --eeg one of 'EEG F4-M1'"):
        read_recording(night[0], eeg="C5")


def test_an_ambiguous_label_is_not_guessed(tmp_path):
    path = write(tmp_path / "n.edf", {"C4-M1": (noise(100, 60), 100), "C4:M1": (noise(100, 60, seed=1), 100)})
    assert read_recording(path, eeg="C4:M1").montage.eeg == "C4:M1"
    with pytest.raises(MontageError, match="2 channels are called 'C4 M1'"):
        read_recording(path, eeg="C4 M1")


def test_a_pair_of_two_rates_is_refused(night):
    with pytest.raises(MontageError, match=r"256 Hz.*128 Hz.*one rate"):
        read_recording(night[0], eog=("EEG C4-M1", "EOG E1-M2"))


def test_what_is_not_a_voltage_cannot_be_an_eeg(tmp_path):
    path = write(tmp_path / "n.edf", {"Flow": (noise(100, 60), 100)}, unit="%")
    with pytest.raises(MontageError, match="'Flow' is not measured in volts"):
        read_recording(path, eeg="Flow")


@pytest.mark.parametrize("rate", [50, 80])
@pytest.mark.parametrize("asked", ["auto", "C4"])
def test_a_slow_eeg_is_an_error(tmp_path, rate, asked):
    path = write(tmp_path / "n.edf", {"C4": (noise(rate, 60), rate)})
    with pytest.raises(MontageError, match=rf"n\.edf: EEG 'C4' is sampled at {rate} Hz; .*more than 80 Hz"):
        read_recording(path, eeg=asked)


@pytest.mark.parametrize("asked", ["auto", "E1"])
@pytest.mark.parametrize(
    ("rate", "code", "kept"), [(64, "upsampled-eog", True), (50, "upsampled-eog", True), (32, "slow-eog", False)]
)
def test_a_slow_eog_is_kept_or_left_out_with_a_finding(tmp_path, rate, code, kept, asked):
    path = write(tmp_path / "n.edf", {"C4": (noise(128, 60), 128), "E1": (noise(rate, 60), rate)})
    recording = read_recording(path, eog=asked)
    assert code in codes(recording)
    assert (recording.montage.eog == "E1") is kept


def test_a_channel_of_nan_loses_to_one_that_was_recorded():
    nan = np.full(6000, np.nan)
    raw = mne.io.RawArray(
        np.array([nan, noise(100, 60) * 1e-6]), mne.create_info(["C4-M1", "C3-M2"], 100, "eeg"), verbose="ERROR"
    )
    recording = from_mne(raw)
    assert recording.montage.eeg == "C3-M2"
    assert "unusable-channel" in codes(recording)


@pytest.mark.real_data
def test_the_real_psg_is_chosen_as_an_expert_would(shared):
    path = shared / "data/psg/psg_25min_256hz.edf"
    recording = read_recording(path)
    assert recording.montage.roles == {"eeg": "EEG C4", "eog": "EOG EOG1", "emg": "EMG EMG1-EMG EMG2"}
    raw = mne.io.read_raw_edf(path, include=["EMG EMG1", "EMG EMG2"], verbose="ERROR").get_data() * 1e6
    np.testing.assert_allclose(recording.signals["EMG EMG1-EMG EMG2"].samples, raw[0] - raw[1], atol=1e-3)


@pytest.mark.real_data
def test_the_burst_on_f4_costs_it_its_place(shared):
    raw = mne.io.read_raw_edf(shared / "data/psg/psg_25min_256hz.edf", verbose="ERROR").load_data(verbose="ERROR")
    recording = from_mne(raw.pick(["EEG F4", "EEG F3"]))
    assert recording.montage.eeg == "EEG F3"
    assert any(f.code == "passed-over" and f.where == "EEG F4" for f in recording.findings)


def test_all_sound_eeg_derivations_are_read_best_first(night, tmp_path):
    path, channels = night
    recording = read_recording(path, eeg="all")
    assert recording.montage.eeg == "EEG C4-M1"
    assert recording.montage.more_eeg == ("EEG C3-M2", "EEG F4-M1")
    for name in recording.montage.more_eeg:
        np.testing.assert_allclose(recording.signals[name].samples, channels[name][0], atol=STEP)
    assert read_recording(path).montage.more_eeg == ()


@pytest.mark.parametrize("bad", [np.zeros(6000), noise(100, 60, sd=900), noise(100, 60, sd=180), noise(100, 60, sd=2)])
def test_an_unsound_eeg_does_not_vote(tmp_path, bad):
    channels = {label: (noise(100, 60, seed=i), 100) for i, label in enumerate(["C4-M1", "C3-M2", "O1-M2"])}
    recording = read_recording(write(tmp_path / "n.edf", channels | {"F4-M1": (bad, 100)}), eeg="all")
    assert recording.montage.more_eeg == ("C3-M2", "O1-M2")


@pytest.mark.parametrize("reference", ["CPz", "Cz", "FCz", "G2", "AV", "M2"])
def test_channels_that_share_a_reference_are_recombined_to_the_opposite_mastoid(tmp_path, reference):
    head, ear, eye = (noise(100, 60, seed=seed) for seed in range(3))
    channels = {f"C4-{reference}": (head, 100), f"M1-{reference}": (ear, 100), f"E2-{reference}": (eye, 100)}
    recording = read_recording(write(tmp_path / "n.edf", channels))
    for role, active in ((recording.montage.eeg, head), (recording.montage.eog, eye)):
        np.testing.assert_allclose(recording.signals[role].samples, active - ear, atol=2 * STEP)


def test_channels_against_different_references_are_not_subtracted(tmp_path):
    channels = {"C4-G2": (noise(100, 60), 100), "M1-AV": (noise(100, 60, seed=1), 100), "A2": (noise(100, 60), 100)}
    assert read_recording(write(tmp_path / "n.edf", channels)).montage.eeg == "C4-G2"


def test_samples_beyond_the_declared_range_are_read_by_its_scale_and_said(tmp_path):
    counted = np.round(noise(100, 60) * 50).astype(int).reshape(60, 100)
    narrow = signal("C4-M1", counted, physical=(-0.2, 0.2), digital=(-10, 10))
    (tmp_path / "n.edf").write_bytes(edf_bytes([narrow]))
    recording = read_recording(tmp_path / "n.edf")
    np.testing.assert_allclose(recording.signals["C4-M1"].samples, counted.ravel() / 50, atol=1e-3)
    assert "unusable-channel" not in codes(recording)


class Windows:
    """A night of channels in memory, and how many samples of each were read."""

    name, start, clock, gaps = "night", None, None, ()

    def __init__(self, rows: dict[str, np.ndarray], rate: float, limit: float) -> None:
        self.channels = tuple(Channel(i, label, rate, (-limit, limit)) for i, label in enumerate(rows))
        self.rows, self.rate = list(rows.values()), rate
        self.duration = self.rows[0].size / rate
        self.read_of = dict.fromkeys(rows, 0)

    def read(self, channels, start=0.0, stop=float("inf")):
        part = slice(round(start * self.rate), round(min(stop, self.duration) * self.rate))
        for channel in channels:
            self.read_of[channel.label] += part.stop - part.start
        return [self.rows[channel.index][part].copy() for channel in channels]

    def annotations(self):
        return [], []

    def findings(self):
        return ()


def spoilt(random, n, limit):
    """A channel of one amplitude or another, with stretches that nobody could score."""
    x = random.normal(0, random.choice([0.05, 10, 40, 300]), n)
    for _ in range(int(random.choice([0, 0, 1, 3, 30]))):
        first = int(random.integers(0, n))
        part = slice(first, first + int(random.choice([30, 200, 1000, n])))
        x[part] = x[part] * 50 if random.random() < 0.3 else random.choice([x[first], limit, np.nan])
    return np.clip(x, -limit, limit).astype(np.float32)


def by_the_rule(source, labels, tiers):
    """The first of those that are worse than the best by the fewest tiers, all windows of all looked at."""
    quality = Probe(source).quality([channel for channel in source.channels if channel.label in labels])
    by_label = {source.channels[index].label: each for index, each in quality.items()}
    usable = [label for label in labels if by_label[label].bad < 1]
    best = min((by_label[label].bad for label in usable), default=0)
    chosen = min(usable, key=lambda label: sum(by_label[label].bad - best > tier for tier in tiers), default=None)
    return chosen, {label for label in labels if by_label[label].bad == 1}


@pytest.mark.parametrize("limit", [200.0, 3000.0])
def test_a_glimpse_of_the_others_changes_no_choice_and_no_finding(limit):
    eeg, eog = ["C4-M1", "C3-M2", "F4-M1", "O2-M1"], ["E1-M2", "E2-M2"]
    glimpses = 0
    for seed in range(60):
        random = np.random.default_rng(seed)
        source = Windows({label: spoilt(random, 60_000, limit) for label in (*eeg, *eog)}, 100.0, limit)
        (first, no_eeg), (eye, no_eog) = (by_the_rule(source, labels, (0.005, 0.10)) for labels in (eeg, eog))
        source.read_of = dict.fromkeys(source.read_of, 0)
        if first is None:
            with pytest.raises(MontageError, match="no EEG channel holds a signal"):
                choose(source, {"eeg": "auto", "eog": "auto", "emg": None})
            continue
        chosen = choose(source, {"eeg": "auto", "eog": "auto", "emg": None})
        assert {role: d.name for role, d in chosen.derivations.items() if d} == {
            role: label for role, label in (("eeg", first), ("eog", eye)) if label
        }
        assert {f.where for f in chosen.findings if f.code == "unusable-channel"} == no_eeg | no_eog
        glimpses += min(source.read_of.values()) < max(source.read_of.values())
    assert 5 < glimpses < 55  # both ways were gone


def test_of_sound_channels_only_those_that_are_taken_are_looked_at_throughout():
    random = np.random.default_rng(0)
    labels = ["C4-M1", "C3-M2", "F4-M1", "E1-M2", "E2-M2", "Chin1-Chin2"]
    source = Windows({label: random.normal(0, 20, 200_000).astype(np.float32) for label in labels}, 100.0, 500.0)
    chosen = choose(source, {"eeg": "auto", "eog": "auto", "emg": "auto"})
    taken = {d.name for d in chosen.derivations.values()}
    assert taken == {"C4-M1", "E1-M2", "Chin1-Chin2"}
    assert {label for label, n in source.read_of.items() if n > 10_000} == taken


@pytest.mark.real_data
def test_real_nights_are_chosen_by_the_rule_too(shared):
    files = sorted((shared / "data").rglob("*.edf"))
    assert files
    for file in files:
        try:
            source = open_night(night_at(file))
            glimpsed = choose(source, dict.fromkeys(("eeg", "eog", "emg"), "auto"))
        except SomnometryError:
            continue
        whole = choose(source, dict.fromkeys(("eeg", "eog", "emg"), "auto"), ranked=("eeg", "eog", "emg"))
        assert (glimpsed.derivations, glimpsed.findings) == (whole.derivations, whole.findings)
