"""Nights as recorders write them: written, read, staged, and compared with their truth."""

import numpy as np
import pytest
from rich.console import Console

from somnometry import MontageError, read_recording, stage
from somnometry.metrics.agreement.epochs import epoch_agreement
from somnometry.simulate.hardware import HARDWARE, simulate_hardware

#: What loses contact decides which of these is the soundest.
MUSE, BRAINBIT = ("AF7-TP10", "AF8-TP9", "AF7-TP9", "AF8-TP10"), ("T4-O1", "T3-O2")
#: What the user must say, the derivations, the roles that are played by a stand-in, and codes that must be found.
EXPECTED = {
    "muse": ({}, (MUSE, "AF7-AF8", None), ("eeg", "eog"), {"family", "stand-in", "lost-contact"}),
    "dreem": (
        {}, ("EEG F8-O2", "EEG F8-F7", None), ("eeg", "eog"),
        {"family", "stand-in", "unusable-channel", "turned-over"},
    ),
    "zmax": ({}, ("EEG R", "EEG L-EEG R", None), ("eeg", "eog"), {"family", "stand-in", "file-per-channel"}),
    "bitbrain": ({}, ("HB_1", "HB_1-HB_2", None), ("eeg", "eog"), {"family", "stand-in", "lost-contact"}),
    "brainbit": ({}, (BRAINBIT, None, None), ("eeg",), {"family", "stand-in"}),
    "sleep-profiler": ({}, ("FPZ", "LEOG", None), ("eeg",), {"family", "stand-in"}),
    "openbci": (
        {"eeg": "EXG Channel 0", "eog": "EXG Channel 1", "emg": "EXG Channel 2"},
        ("EXG Channel 0", "EXG Channel 1", "EXG Channel 2"), (), {"turned-over"},
    ),
    "mros": ({}, ("C4-A1", "LOC-A2", "L Chin"), (), {"family"}),
    "domino": ({"eeg": "A1:O2"}, ("A1:O2", "EOGl:A2", "EMG"), (), {"turned-over"}),
    "shhs": ({}, ("EEG", "EOG(L)", "EMG"), (), {"family"}),
}  # fmt: skip
#: Those that the whole suite stages; the others are read, and staged by `make acceptance`.
STAGED = ("muse", "dreem", "zmax", "openbci", "mros", "domino", "shhs")


def night_of(family, tmp_path, hours, artefact_rate=2.0):
    """The night, and what is read of it."""
    out = tmp_path / ("night" if HARDWARE[family].file_per_channel else "night.edf")
    night = simulate_hardware(family, out, seed=3, hours=hours, artefact_rate=artefact_rate)
    return night, read_recording(out, **EXPECTED[family][0])


def kappa_of(night, recording):
    """Cohen's kappa of our stages with the truth, over scored epochs."""
    staged = stage(recording)
    n = min(staged.n_epochs, night.hypnogram.n_epochs)
    truth, scored = (h.replace(stages=h.stages[:n], probabilities=None) for h in (night.hypnogram, staged))
    return float(epoch_agreement([truth], [scored]).summary["kappa"].pooled.value)


def check_reading(family, recording):
    _, names, indirect, codes = EXPECTED[family]
    montage = recording.montage
    eeg, *others = names
    assert montage.eeg in (eeg if isinstance(eeg, tuple) else (eeg,))
    assert [montage.eog, montage.emg] == others
    assert montage.indirect == indirect
    assert codes <= {finding.code for finding in recording.findings}


@pytest.mark.parametrize("family", EXPECTED)
def test_a_recorders_night_is_read_as_it_was_recorded(family, tmp_path):
    night, recording = night_of(family, tmp_path, 0.5 if family not in STAGED else 2.0, artefact_rate=0)
    check_reading(family, recording)
    if family in STAGED:
        kappa = kappa_of(night, recording)
        Console().print(f"{family}: kappa {kappa:.2f}")
        assert kappa >= 0.6


def test_every_recorder_has_its_expectations():
    assert set(EXPECTED) == set(HARDWARE)


def test_an_unknown_recorder_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="hardware 'abacus' is none of 'muse'"):
        simulate_hardware("abacus", tmp_path / "n.edf")


def test_a_trace_that_is_written_upside_down_is_read_the_right_way_up(tmp_path):
    night, recording = night_of("openbci", tmp_path, 0.5)
    written = night.recording.signals["EXG Channel 0"].samples
    np.testing.assert_allclose(recording.signals["EXG Channel 0"].samples, -written, atol=0.1)


def test_a_common_reference_cancels(tmp_path):
    night, recording = night_of("mros", tmp_path, 0.5)
    signals = night.recording.signals
    expected = signals["C4"].samples - signals["A1"].samples
    np.testing.assert_allclose(recording.signals["C4-A1"].samples, expected, atol=0.2)


def test_inputs_without_a_place_are_not_guessed(tmp_path):
    simulate_hardware("openbci", tmp_path / "n.edf", hours=0.5)
    with pytest.raises(MontageError, match=r"'EXG Channel 0'.*differ in meaning.*montage file"):
        read_recording(tmp_path / "n.edf")


@pytest.mark.acceptance
@pytest.mark.parametrize("family", EXPECTED)
def test_a_whole_night_is_staged_near_its_truth(family, tmp_path, capsys):
    night, recording = night_of(family, tmp_path, 8.0)
    kappa = kappa_of(night, recording)
    with capsys.disabled():
        Console().print(f"\n{family}: kappa {kappa:.3f}")
    assert kappa >= 0.6


def test_electrodes_behind_the_ears_do_not_vote(tmp_path):
    simulate_hardware("muse", tmp_path / "n.edf", hours=0.5)
    montage = read_recording(tmp_path / "n.edf", eeg="all").montage
    assert {name[:3] for name in (montage.eeg, *montage.more_eeg)} == {"AF7", "AF8"}
