"""Spectrograms are kept, found again, and never trusted when damaged."""

import zipfile

import numpy as np
import pytest

from somnometry.batch.measure import Settings, measure
from somnometry.batch.spectrograms import read_spectrogram, write_spectrogram
from somnometry.io.recordings import read_recording
from somnometry.micro.spectrogram import spectrogram

from .small_nights import write_night


def test_a_batch_keeps_one_with_its_figures_and_none_without(tmp_path):
    night = write_night(tmp_path / "n.edf", seconds=120)
    measure([night], tmp_path / "out", Settings(lights="recording"))
    kept = read_spectrogram(tmp_path / "out" / "spectrograms" / "n.npz")
    own = spectrogram(read_recording(night))
    assert kept.channel == own.channel == "C4-M1"
    assert np.abs(kept.power - own.power).max() <= 0.26
    assert np.array_equal(kept.frequencies, own.frequencies)
    measure([night], tmp_path / "bare", Settings(lights="recording", figures=False))
    assert not (tmp_path / "bare" / "spectrograms").exists()


def test_what_is_damaged_or_another_file_is_none(tmp_path):
    night = write_night(tmp_path / "n.edf", seconds=120)
    file = tmp_path / "s.npz"
    write_spectrogram(spectrogram(read_recording(night)), file)
    whole = file.read_bytes()
    for content in (b"", whole[: len(whole) // 2], b"x" * 100, whole[:-40] + b"0" * 40):
        file.write_bytes(content)
        assert read_spectrogram(file) is None
    assert read_spectrogram(tmp_path / "none.npz") is None
    assert read_spectrogram(tmp_path) is None
    np.savez(file, power=np.array([object()], dtype=object), frequencies=np.arange(3), epoch=30, channel="")
    assert read_spectrogram(file) is None
    np.savez(file, power=np.zeros((4, 2)), frequencies=np.arange(3), epoch=30, channel="")
    assert read_spectrogram(file) is None


@pytest.mark.parametrize("nan", [True, False])
def test_what_was_not_recorded_stays_so(tmp_path, nan):
    from somnometry.micro.spectrogram import Spectrogram

    power = np.full((3, 2), np.nan if nan else -12.3)
    write_spectrogram(Spectrogram(power, np.array([1.0, 2.0]), 30.0, "µV ‮"), tmp_path / "s.npz")
    kept = read_spectrogram(tmp_path / "s.npz")
    assert np.isnan(kept.power).all() == nan
    assert kept.channel == "µV ‮"


def test_what_would_unpack_to_far_more_is_none(tmp_path):
    np.savez_compressed(tmp_path / "s.npz", power=np.zeros((8000, 2500), np.float32), frequencies=np.arange(2500),
                        epoch=30.0, channel="C4")  # fmt: skip
    assert (tmp_path / "s.npz").stat().st_size < 1 << 18
    assert read_spectrogram(tmp_path / "s.npz") is None


def test_a_head_that_says_there_are_terabytes_is_none(tmp_path):
    head = b"\x93NUMPY\x01\x00v\x00" + b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000, 5000), }".ljust(
        118
    )
    with zipfile.ZipFile(tmp_path / "s.npz", "w") as archive:
        archive.writestr("power.npy", head)
        archive.writestr("frequencies.npy", head)
    assert read_spectrogram(tmp_path / "s.npz") is None
