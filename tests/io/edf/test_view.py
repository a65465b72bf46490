"""Samples through mne: bit-equal with what mne itself reads where it reads rightly, whatever the size of the file."""

import mne
import mne.io.edf.edf
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from somnometry.io.edf import view
from somnometry.io.sources.source import EdfSource

from ..edf_files import annotation_signal, counts, edf_bytes, microvolts, peak_megabytes, signal, tal

#: Files of toolboxes that mne misreads: its record times, or its labels.
MISREAD = {"edfPlusD.edf"}


def mne_microvolts(path, index, channel):
    """One channel as mne reads it, in microvolts; mne takes what it does not know for volts."""
    read = mne.io.read_raw_bdf if path.suffix == ".bdf" else mne.io.read_raw_edf
    names = read(path, stim_channel=False, exclude_after_unique=True, verbose="ERROR").ch_names
    raw = read(
        path, include=[names[index]], stim_channel=False, preload=True, exclude_after_unique=True, verbose="ERROR"
    )
    assert raw.info["sfreq"] == pytest.approx(channel.rate)
    return (raw.get_data()[0] * (1e6 if channel.voltage else 1.0)).astype(np.float32)


@settings(max_examples=40)
@given(
    physical=st.tuples(st.floats(-9999, 9999), st.floats(-9999, 9999)).map(lambda p: tuple(f"{x:.2f}" for x in p)),
    digital=st.sampled_from([(-32768, 32767), (-2048, 2047), (0, 4095), (32767, -32768), (-8388608, 8388607)]),
    unit=st.sampled_from(["uV", "mV", "V"]),
    bdf=st.booleans(),
)
def test_any_scale_is_bit_equal_with_mne(tmp_path_factory, physical, digital, unit, bdf):
    assume(physical[0] != physical[1])
    fields = {"version": b"\xffBIOSEMI"} if bdf else {}
    names = ("Flow", "Light") if unit == "V" else ("C4", "C3")  # an EEG of more than 10 V is not believed
    signals = [signal(name, counts(5, 50, i), unit=unit, physical=physical, digital=digital)
               for i, name in enumerate(names)]  # fmt: skip
    path = tmp_path_factory.mktemp("m") / ("n.bdf" if bdf else "n.edf")
    path.write_bytes(edf_bytes(signals, seconds="0.5", **fields))
    source = EdfSource(path)
    for channel, samples in zip(source.channels, source.read(source.channels), strict=True):
        np.testing.assert_array_equal(samples, mne_microvolts(path, channel.index, channel))


@pytest.mark.real_data
@pytest.mark.filterwarnings("ignore")  # mne's, of what we repair
@pytest.mark.parametrize("folder", ["edf_quirks", "psg"])
def test_samples_of_real_files_are_bit_equal_with_mne(shared, folder):
    compared = 0
    for path in sorted((shared / "data" / folder).iterdir()):
        if path.suffix not in (".edf", ".bdf") or path.name in MISREAD:
            continue
        source = EdfSource(path)
        for channel in source.channels[:8]:
            if not channel.unit:
                continue  # mne takes it for volts
            (samples,) = source.read([channel])
            np.testing.assert_array_equal(samples, mne_microvolts(path, channel.index, channel), path.name)
            compared += 1
    assert compared >= 8


@pytest.mark.real_data
def test_a_discontinuous_file_holds_what_mne_closes_up(shared):
    path = shared / "data/edf_quirks/edfPlusD.edf"
    source = EdfSource(path)
    (samples,) = source.read(source.channels[:1])
    closed = mne_microvolts(path, 0, source.channels[0])
    assert samples.size > closed.size
    np.testing.assert_array_equal(samples[~np.isnan(samples)], closed)


# ---------------------------------------------------------------------------------------------------------------- size
@settings(max_examples=60)
@given(
    n_records=st.integers(1, 9), per_record=st.integers(1, 60), shown=st.integers(1, 400),
    start=st.floats(0, 9), length=st.floats(0, 9),
)  # fmt: skip
def test_pieces_of_any_size_make_the_same_signal(tmp_path_factory, n_records, per_record, shown, start, length):
    path = tmp_path_factory.mktemp("p") / "n.edf"
    written = [counts(n_records, per_record, i) for i in range(2)]
    path.write_bytes(edf_bytes([signal("C4", written[0]), signal("X", written[1][:, :1]), signal("C3", written[1])]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(view, "SHOWN", shown)
        source = EdfSource(path)
        whole = source.read(source.channels)
        windows = [(start, start + length), (0.0, 1.0), (start, start + 0.5)]
        parts = source.read_windows(source.channels, windows)
    np.testing.assert_allclose(whole[0], microvolts(written[0]), atol=1e-4)
    np.testing.assert_allclose(whole[2], microvolts(written[1]), atol=1e-4)
    for (a, b), part in zip(windows, parts, strict=True):
        for channel, samples, full in zip(source.channels, part, whole, strict=True):
            first, last = round(a * channel.rate), round(min(b, source.duration) * channel.rate)
            np.testing.assert_array_equal(samples, full[first:last])


def test_mne_opens_a_night_once_however_many_windows_and_pieces(tmp_path, monkeypatch):
    path = tmp_path / "n.edf"
    path.write_bytes(edf_bytes([signal("C4", counts(60, 100))]))
    opened = []
    original = mne.io.edf.edf.RawEDF
    monkeypatch.setattr(mne.io.edf.edf, "RawEDF", lambda *given, **named: opened.append(1) or original(*given, **named))
    monkeypatch.setattr(view, "SHOWN", 1000)
    source = EdfSource(path)
    (whole,) = source.read(source.channels)
    windows = source.read_windows(source.channels, [(start, start + 1.5) for start in range(0, 58, 3)])
    for start, (samples,) in zip(range(0, 58, 3), windows, strict=True):
        np.testing.assert_array_equal(samples, whole[start * 100 : start * 100 + 150])
    assert len(opened) == 2


def test_one_record_of_a_whole_night_is_read_in_parts(tmp_path):
    n = 8 * 3600 * 128
    written = [counts(1, n, seed) for seed in range(2)]
    notes = annotation_signal([[tal(0, ""), tal(3600.5, "Lights on")]], 200)
    path = tmp_path / "n.edf"
    path.write_bytes(edf_bytes([signal("C4", written[0]), notes, signal("E1", written[1])], seconds="28800"))
    source = EdfSource(path)
    for samples, truth in zip(source.read(source.channels), written, strict=True):
        np.testing.assert_allclose(samples, microvolts(truth), atol=1e-4)
    assert source.annotations() == ([3600.5], ["Lights on"])


def sparse(path, gigabytes, seconds=1):
    """A file of 18 channels at 512 Hz, as large as asked, of which only the header takes room; records of zeros."""
    samples = [np.zeros((1, 512 * seconds), int)] * 18
    head = edf_bytes([signal(f"C{i}", row) for i, row in enumerate(samples)], n_records=-1, seconds=seconds)
    path.write_bytes(head)
    with path.open("r+b") as file:
        file.truncate(int(gigabytes * 1e9))


@pytest.mark.parametrize("seconds", [1, 30])
def test_a_file_of_2_7_gigabytes_opens_and_a_part_of_it_is_read(tmp_path, seconds):
    sparse(tmp_path / "n.edf", 2.7, seconds)
    read_a_part = """
        source = EdfSource(Path(sys.argv[1]))
        assert source.duration > 40 * 3600, source.duration
        samples = source.read(source.channels[:3], source.duration - 600, source.duration)
        assert [row.size for row in samples] == [600 * 512] * 3
    """
    assert peak_megabytes(read_a_part, tmp_path / "n.edf") < 300


def test_only_the_chosen_channels_are_ever_held(tmp_path):
    sparse(tmp_path / "n.edf", 0.5)
    nothing = peak_megabytes("import mne; EdfSource(Path(sys.argv[1]))", tmp_path / "n.edf")
    one = peak_megabytes("source = EdfSource(Path(sys.argv[1])); source.read(source.channels[:1])", tmp_path / "n.edf")
    held = 0.5e9 / 18 / 2 * 4 / 2**20  # one channel in single precision
    assert one - nothing < 2 * held + 120
