"""Annotations of other encodings and units, in files and by themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry import read_recording
from somnometry.io.edf.odd_annotations import in_milliseconds, utf16_as_utf8

from ..edf_files import annotation_signal, counts, edf_bytes, signal, tal

TEXTS = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_categories=("Cc",)), min_size=3, max_size=20
)


def night(path, entries):
    """Two minutes with entries by number of record."""
    kept = [[tal(i, ""), *entries.get(i, ())] for i in range(120)]
    path.write_bytes(edf_bytes([signal("C4-M1", counts(120, 100)), annotation_signal(kept, 96)], reserved="EDF+C"))
    return path


@given(TEXTS, st.sampled_from(["utf-16-le", "utf-16-be"]), st.booleans())
def test_a_text_of_utf16_is_itself(text, codec, marked):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}[codec] if marked else b""
    content, found = utf16_as_utf8(b"+10\x14" + mark + text.encode(codec) + b"\x14\0+20\x14plain\x14\0")
    assert (content, found) == (b"+10\x14" + text.encode() + b"\x14\0+20\x14plain\x14\0", 1)


@given(
    st.lists(st.tuples(st.integers(0, 99999), st.text(st.characters(codec="utf-8", exclude_characters="\x14\x15\0"))))
)
def test_sound_annotations_stay_as_they_are(entries):
    content = b"".join(tal(onset, text) for onset, text in entries) + b"\0\0\0\0"
    assert utf16_as_utf8(content) == (content, 0)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_lights_of_utf16_are_lights(tmp_path, codec):
    entries = {5: [tal(10, "Lights off".encode(codec))], 90: [tal(100, "Licht an".encode(codec))]}
    recording = read_recording(night(tmp_path / "n.edf", entries))
    assert (recording.lights_off, recording.lights_on) == (10.0, 100.0)
    assert "annotations-encoding" in {finding.code for finding in recording.findings}


def test_lights_in_milliseconds_are_lights(tmp_path):
    entries = {5: [tal(10_000, "Lights off")], 90: [tal(100_000, "Lights on")]}
    recording = read_recording(night(tmp_path / "n.edf", entries))
    assert (recording.lights_off, recording.lights_on) == (10.0, 100.0)
    assert "annotations-milliseconds" in {finding.code for finding in recording.findings}


@pytest.mark.parametrize(
    ("onsets", "duration", "told"),
    [
        ([30_000.0 * i for i in range(1, 960)], 28_800.0, True),
        ([0.0, 30_000.0, 60_000.0], 90.0, True),
        ([30.0 * i for i in range(1, 960)], 600.0, False),  # a recording that ends before its scoring
        ([30.0 * i for i in range(960)], 28_800.0, False),
        ([10.0, 28_000.0], 28_800.0, False),
        ([40_000.0], 28_800.0, False),
        ([10_000.5, 20_000.5], 120.0, False),
        ([], 120.0, False),
    ],
)
def test_onsets_are_milliseconds_where_they_can_be_nothing_else(onsets, duration, told):
    assert in_milliseconds(onsets, duration) is told
