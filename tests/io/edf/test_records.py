"""Annotation channels: when records began, what was annotated when; gaps stay gaps up to the hypnogram."""

import math
import re
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from somnometry import Stage, read_recording, stage
from somnometry.io.edf.records import _time_only
from somnometry.io.finding_codes import FINDING_CODES
from somnometry.io.sources.source import EdfSource

from ..edf_files import annotation_signal, counts, edf_bytes, microvolts, signal, tal

N, RATE = 30, 100
START = datetime(2024, 5, 1, 22, 30)


def night(path, onsets, entries=None, *, reserved="EDF+D", seconds="1", rates=(RATE,), width=96, **fields):
    """A file whose records begin at the given times, None where one does not say; entries by number of record."""
    entries = entries or {}
    kept = [([] if at is None else [tal(at, "")]) + list(entries.get(i, ())) for i, at in enumerate(onsets)]
    signals = [signal(f"C{4 - i}", counts(len(onsets), rate, seed=i)) for i, rate in enumerate(rates)]
    content = edf_bytes([*signals, annotation_signal(kept, width)], reserved=reserved, seconds=seconds, **fields)
    path.write_bytes(content)
    return EdfSource(path)


@given(
    texts=st.lists(
        st.one_of(
            st.from_regex(rb"\+[0-9]{1,9}(\.[0-9]{1,9})?\x14\x14", fullmatch=True),
            st.text("+-.0123456789 \x14\x15\x00a", max_size=24).map(str.encode),
        ),
        min_size=1, max_size=8,
    ),
    width=st.integers(1, 30),
)  # fmt: skip
def test_records_that_only_tell_their_time_are_those_of_one_expression(texts, width):
    texts = [text[:width] for text in texts]
    rows = np.array([list(text.ljust(width, b"\0")) for text in texts], np.uint8)
    which, onsets = _time_only(rows)
    held = [text.rstrip(b"\0") for text in texts]
    expected = [re.fullmatch(rb"\+\d{1,8}(\.\d{1,8})?\x14\x14", text) is not None for text in held]
    assert which.tolist() == expected
    assert onsets.tolist() == [float(text[1:-2]) for text, only in zip(held, expected, strict=True) if only]


def codes(source):
    return {finding.code for finding in source.findings()}


# --------------------------------------------------------------------------------------------------------------- gaps
def test_a_gap_is_nan_of_its_length_and_what_follows_keeps_its_time(tmp_path):
    onsets = [*range(10), *range(25, 45)]
    source = night(tmp_path / "n.edf", onsets, {12: [tal(27.5, "Lights on")]}, rates=(100, 25))
    assert codes(source) == {"discontinuous", "gaps"}
    assert source.gaps == ((10.0, 25.0),)
    assert source.duration == 45
    assert source.annotations() == ([27.5], ["Lights on"])
    for i, (samples, rate) in enumerate(zip(source.read(source.channels), (100, 25), strict=True)):
        written = microvolts(counts(N, rate, seed=i))
        assert samples.size == 45 * rate
        np.testing.assert_allclose(samples[: 10 * rate], written[: 10 * rate], atol=1e-4)
        assert np.isnan(samples[10 * rate : 25 * rate]).all()
        np.testing.assert_allclose(samples[25 * rate :], written[10 * rate :], atol=1e-4)


@settings(max_examples=80)
@given(
    steps=st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.5, 3.0, 11.25, 600.0]), min_size=N - 1, max_size=N - 1),
    first=st.sampled_from([0.0, 0.25, 0.999]),
    start=st.floats(0, 100), length=st.floats(0, 100),
)  # fmt: skip
def test_every_record_lies_at_its_own_time(tmp_path_factory, steps, first, start, length):
    onsets = first + np.r_[0.0, np.cumsum(np.array(steps) + 1.0)]
    source = night(tmp_path_factory.mktemp("d") / "n.edf", onsets.tolist())
    whole = source.read(source.channels)[0]
    written = microvolts(counts(N, RATE)).reshape(N, RATE)
    recorded = np.zeros(whole.size, bool)
    for onset, samples in zip(onsets - first, written, strict=True):
        at = round(onset * RATE)
        np.testing.assert_allclose(whole[at : at + RATE], samples, atol=1e-4)
        recorded[at : at + RATE] = True
    assert np.isnan(whole[~recorded]).all()
    assert source.start == START + timedelta(seconds=first)
    assert sum(end - begin for begin, end in source.gaps) == pytest.approx(sum(steps))
    part = source.read(source.channels, start, start + length)[0]
    a, b = round(start * RATE), round(min(start + length, source.duration) * RATE)
    np.testing.assert_array_equal(part, whole[a:b])


def test_epochs_in_a_gap_are_unscored_at_their_clock_time_and_those_behind_are_scored(tmp_path):
    onsets = [30 * i for i in range(10)] + [30 * i + 90 for i in range(10, 20)]
    rng = np.random.default_rng(0)
    samples = np.rint(rng.normal(0, 1500, (20, 3000))).astype(int)
    entries = [[tal(at, "")] for at in onsets]
    entries[15].append(tal(onsets[15] + 7, "Lights on"))
    content = edf_bytes([signal("C4-M1", samples), annotation_signal(entries)], reserved="EDF+D", seconds="30")
    (tmp_path / "n.edf").write_bytes(content)
    recording = read_recording(tmp_path / "n.edf")
    assert recording.gaps == ((300.0, 390.0),)
    assert recording.lights_on == 547.0
    hypnogram = stage(recording)
    assert hypnogram.n_epochs == 23
    assert hypnogram.start == START
    unscored = np.flatnonzero(hypnogram.stages == Stage.UNSCORED)
    np.testing.assert_array_equal(unscored, [10, 11, 12])
    assert np.isnan(hypnogram.probabilities[10:13]).all()


# -------------------------------------------------------------------------------------------------- odd time-keeping
@pytest.mark.parametrize(
    ("onsets", "gaps", "expected"),
    [
        ([None] * N, (), {"timekeeping-missing"}),
        ([i if i % 3 else None for i in range(N)], (), {"timekeeping-missing"}),
        ([0] * N, (), {"records-overlap"}),
        ([i if i != 7 else 3 for i in range(N)], (), {"records-overlap"}),
        ([i if i != 7 else 90_000_000 for i in range(N)], (), {"records-overlap"}),
        ([i if i != N - 1 else 90_000_000 for i in range(N)], (), {"gaps-closed"}),
        ([0, *range(999_000, 999_000 + N - 1)], (), {"gaps-closed"}),
        ([i if i < 20 else i + 100_000 for i in range(N)], ((20.0, 100_020.0),), {"gaps"}),
        ([i if i < 20 else i - 5 for i in range(N)], (), {"records-overlap"}),
        ([i + 0.004 * (-1) ** i + 0.5 for i in range(N)], (), set()),
        ([i if i < 20 else i + 0.5 for i in range(N)], ((20.0, 20.5),), {"gaps"}),
        ([i if i not in (5, 6, 7) else None for i in range(9)] + list(range(60, 60 + N - 9)), ((9.0, 60.0),),
         {"gaps", "timekeeping-missing"}),
    ],
)  # fmt: skip
def test_a_record_whose_time_cannot_be_believed_follows_the_one_in_front(tmp_path, onsets, gaps, expected):
    source = night(tmp_path / "n.edf", onsets)
    assert codes(source) == {"discontinuous"} | expected
    assert source.gaps == gaps
    assert source.duration == N + sum(end - start for start, end in gaps)
    samples = source.read(source.channels)[0]
    np.testing.assert_allclose(samples[~np.isnan(samples)], microvolts(counts(N, RATE)), atol=1e-4)


def test_a_file_that_calls_itself_continuous_and_is_not_is_followed_by_its_records(tmp_path):
    onsets = [*range(10), *range(25, 45)]
    assert night(tmp_path / "n.edf", onsets, reserved="EDF+C").gaps == ((10.0, 25.0),)
    drifting = [1.0003 * i for i in range(N)]
    assert night(tmp_path / "n.edf", drifting, reserved="EDF+C").gaps == ()


def test_a_gap_within_parts_of_a_second_records(tmp_path):
    source = night(tmp_path / "n.edf", [0.3 * i + (2.0 if i > 9 else 0) for i in range(N)], seconds="0.3", rates=(30,))
    assert source.gaps == ((pytest.approx(3.0), pytest.approx(5.0)),)
    assert source.duration == pytest.approx(0.3 * N + 2)


@pytest.mark.parametrize("reserved", ["EDF+C", "EDF+D"])
def test_a_duration_that_the_header_does_not_tell_is_told_by_the_records(tmp_path, reserved):
    source = night(tmp_path / "n.edf", [0.5 * i for i in range(N)], seconds="0", reserved=reserved)
    assert "record-duration" in codes(source)
    assert (source.channels[0].rate, source.duration, source.gaps) == (200.0, 15.0, ())
    source = night(tmp_path / "n.edf", [5 * i + (60 if i > 9 else 0) for i in range(N)], seconds="?")
    assert (source.channels[0].rate, source.duration, source.gaps) == (20.0, 210.0, ((50.0, 110.0),))
    assert night(tmp_path / "n.edf", [None] * N, seconds="0").duration == N


# -------------------------------------------------------------------------------------------------------- annotations
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@settings(max_examples=80)
@given(
    marks=st.lists(
        st.tuples(st.integers(0, N - 1), st.integers(-500, 60_000), st.none() | st.integers(0, 9000), WORDS),
        max_size=25,
    ),
    channels=st.integers(1, 3),
    bdf=st.booleans(),
)
def test_annotations_are_those_written_wherever_they_stand(tmp_path_factory, marks, channels, bdf):
    path = tmp_path_factory.mktemp("a") / "n.edf"
    entries = [[[tal(i, "")] if c == 0 else [] for i in range(N)] for c in range(channels)]
    for k, (record, hundredths, duration, text) in enumerate(marks):
        entries[k % channels][record].append(tal(hundredths / 100, text, duration=duration))
    label, fields = ("BDF Annotations", {"version": b"\xffBIOSEMI"}) if bdf else ("EDF Annotations", {})
    signals = [annotation_signal(of_channel, 3000, label) for of_channel in entries]
    plus = "BDF+C" if bdf else "EDF+C"
    path.write_bytes(edf_bytes([signals[0], signal("C4", counts(N, 10)), *signals[1:]], reserved=plus, **fields))
    source = EdfSource(path)
    read = sorted((a.onset, -1.0 if math.isnan(a.duration) else a.duration, a.text) for a in source.times.annotations)
    assert read == sorted((at / 100, -1.0 if d is None else float(d), text) for _, at, d, text in marks)
    assert codes(source) <= {"file-suffix", "annotations-outside"}
    np.testing.assert_allclose(
        source.read(source.channels)[0], microvolts(counts(N, 10)), atol=1 if bdf else 1e-4, rtol=0
    )


@settings(max_examples=80)
@given(st.lists(st.binary(max_size=64), min_size=N, max_size=N))
def test_any_bytes_may_stand_in_an_annotation_channel(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("b") / "n.edf"
    notes = signal("EDF Annotations", [record.ljust(64, b"\0") for record in content], unit="", physical=(-1, 1))
    path.write_bytes(edf_bytes([signal("C4", counts(N, 10)), notes], reserved="EDF+D"))
    source = EdfSource(path)
    assert codes(source) <= set(FINDING_CODES)
    samples = source.read(source.channels)[0]
    assert np.isfinite(samples).sum() == 10 * N


def test_texts_that_are_not_utf8_are_latin1_and_damaged_ones_are_counted(tmp_path):
    entries = {2: [tal(2.5, b"Ger\xe4usch")], 3: [tal(3.5, "Geräusch")], 4: [b"nonsense\0", b"+5;3\x14x\x14\0"]}
    source = night(tmp_path / "n.edf", range(N), entries, reserved="EDF+C")
    assert source.annotations() == ([2.5, 3.5], ["Geräusch", "Geräusch"])
    assert codes(source) == {"annotations-encoding", "annotations-damaged"}


def test_annotations_beyond_the_record_keep_their_times(tmp_path):
    source = night(tmp_path / "n.edf", range(N), {0: [tal(-3, "before"), tal(99, "after")]}, reserved="EDF+C")
    assert source.annotations() == ([-3.0, 99.0], ["before", "after"])
    assert codes(source) == {"annotations-outside"}


def test_annotations_in_a_plain_edf_are_read_and_said(tmp_path):
    source = night(tmp_path / "n.edf", range(N), {1: [tal(1.5, "x")]}, reserved="")
    assert source.annotations() == ([1.5], ["x"])
    assert codes(source) == {"annotations-in-plain-edf"}


def test_annotations_beside_channels_of_no_samples_are_read(tmp_path):
    notes = annotation_signal([[tal(i, "")] for i in range(N)])
    content = edf_bytes([signal("C4", np.empty((N, 0), int)), notes], reserved="EDF+C")
    (tmp_path / "n.edf").write_bytes(content)
    source = EdfSource(tmp_path / "n.edf")
    assert (source.duration, source.channels) == (N, ())
    assert codes(source) == {"samples-per-record"}


@pytest.mark.parametrize(
    "written",
    [b"%d\x14\x14\0", b" +%d\x14\x14\0", b"+%d \x14\x14\0", b"+%d\x151\x14\x14\0", b"+%d,0\x14\x14\0",
     b"+%d\x14\x14\0      ", b"+%d\x14\x14begins\x14\0"],
)  # fmt: skip
def test_time_keeping_is_understood_as_recorders_write_it(tmp_path, written):
    onsets = [*range(10), *range(25, 45)]
    kept = {i: [written % at] for i, at in enumerate(onsets)}
    source = night(tmp_path / "n.edf", [None] * N, kept)
    assert source.gaps == ((10.0, 25.0),)
    assert codes(source) == {"discontinuous", "gaps"}


def test_an_onset_without_a_digit_before_its_point_is_a_fraction(tmp_path):
    assert night(tmp_path / "n.edf", [None] * N, {0: [b"+.5\x14\x14\0"]}).start == START + timedelta(seconds=0.5)


@pytest.mark.parametrize(("first", "moved"), [(5.5, 5.5), (-3600, -3600), (80_000, 0), (1e6, 0)])
def test_records_that_begin_long_after_the_header_says_are_told_and_keep_their_annotations(tmp_path, first, moved):
    entries = {3: [tal(first + 3.5, "x")]}
    source = night(tmp_path / "n.edf", [first + i for i in range(N)], entries, reserved="EDF+C")
    assert codes(source) == {"start-conflict"}
    assert source.start == START + timedelta(seconds=moved)
    assert source.annotations() == ([3.5], ["x"])


def test_onsets_that_wrap_at_midnight_leave_the_start_alone(tmp_path):
    onsets = [i if i < 10 else i - 86_400 for i in range(N)]
    source = night(tmp_path / "n.edf", onsets)
    assert (source.start, source.duration) == (START, N)
    assert "records-overlap" in codes(source)


@pytest.mark.parametrize("label", ["EDF Annotations", "EDFAnnotations", "edf_annotations", b"EDF Annotations\0"])
def test_an_annotation_channel_is_one_in_every_spelling(tmp_path, label):
    notes = annotation_signal([[tal(i, "")] for i in range(N)], label=label)
    (tmp_path / "n.edf").write_bytes(edf_bytes([signal("C4", counts(N, RATE)), notes], reserved="EDF+C"))
    assert [channel.label for channel in EdfSource(tmp_path / "n.edf").channels] == ["C4"]
