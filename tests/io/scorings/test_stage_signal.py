"""Hypnograms that are signals of an EDF file."""

import edfio
import numpy as np
import pytest

from somnometry import HypnogramError, read_hypnogram
from somnometry.io.nights.find import find_nights
from tests.io.edf_files import noise, write

#: Two epochs of each stage of the EDF specification, movement, and 9 as Sleep-EDF of 1995 has it.
DIGITS = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 9, 9]
RIGHT = [0, 0, 1, 1, 2, 2, 3, 3, 3, 3, 4, 4, -1, -1, -1, -1]


def write_signal(path, digits, seconds=30, label="Hypnogram"):
    """A signal of one sample in so many seconds, in an EDF whose records are as long."""
    signal = edfio.EdfSignal(
        np.array(digits, float), 1 / seconds, label=label, physical_range=(0, 9), digital_range=(0, 9)
    )
    edfio.Edf([signal], data_record_duration=seconds).write(path)
    return path


@pytest.mark.parametrize("seconds", [30, 20])
def test_polyman(tmp_path, seconds):
    path = write_signal(tmp_path / "sc4002e0.hyp", DIGITS, seconds)
    hypnogram = read_hypnogram(path, format="polyman")
    assert (hypnogram.stages.tolist(), hypnogram.epoch) == (RIGHT, seconds)
    with pytest.raises(HypnogramError, match="whose meaning differs"):
        read_hypnogram(path)
    assert read_hypnogram(path, coding="fdcsr").stages.tolist()[:2] == [-1, -1]  # 0 is unscored there


def test_a_sample_a_second(tmp_path):
    path = write_signal(tmp_path / "n.edf", np.repeat(DIGITS, 30), 1, "Sleep stage")
    assert read_hypnogram(path, format="polyman").stages.tolist() == RIGHT


def test_it_is_never_a_night_to_stage(tmp_path):
    write(tmp_path / "n1.edf", {"EEG C4-M1": (noise(100, 300), 100)})
    write_signal(tmp_path / "n1-hypnogram.edf", DIGITS)
    write_signal(tmp_path / "alone.edf", DIGITS, label="something")
    found = find_nights(tmp_path)
    (night,) = found.nights
    assert [file.name for file in night.files] == ["n1.edf"]
    assert [file.name for file in night.scorings] == ["n1-hypnogram.edf"]
    assert [(str(entry.file), entry.code) for entry in found.left_out] == [("alone.edf", "orphan-scoring")]


def test_what_is_refused(tmp_path):
    path = write(tmp_path / "n.edf", {"Stage": (np.linspace(0, 5, 20), 1)})
    with pytest.raises(HypnogramError, match="holds no whole numbers"):
        read_hypnogram(path, format="polyman")
    two = write(tmp_path / "two.edf", {name: (np.zeros(20), 1) for name in ("Hypnogram A", "Hypnogram B")})
    with pytest.raises(HypnogramError, match="2 signals hold stages; name one of Hypnogram A, Hypnogram B"):
        read_hypnogram(two, format="polyman")
    with pytest.raises(HypnogramError, match="there is no scorer 'C'"):
        read_hypnogram(two, format="polyman", scorer="C")
    assert set(read_hypnogram(two, format="polyman", scorer="Hypnogram B", epoch=10).stages.tolist()) == {0}
