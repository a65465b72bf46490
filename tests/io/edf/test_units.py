"""Units of voltage by their text and by the amplitude of a signal."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry import read_recording
from somnometry.io.edf.fields import parse_text
from somnometry.io.edf.units import MICROVOLTS, infer_microvolts, plain_unit

from ..edf_files import codes, noise, write

MICRO_SIGNS = ["\u00b5", "\u03bc", "\u00c2\u00b5", "\ufffd", "u", "U"]
OTHER_ENCODINGS = [b"\xb5", b"\x83\xca", b"\xa6\xcc", b"\xe6", b"\xec"]


@pytest.mark.parametrize("micro", [*map(str.encode, MICRO_SIGNS), *OTHER_ENCODINGS])
@pytest.mark.parametrize("volt", [b"V", b"v", b"Volt", b"V  ", b"V\0\0"])
def test_a_microvolt_is_one_in_every_encoding(micro, volt):
    assert MICROVOLTS[plain_unit(parse_text(micro + volt))] == 1.0


@pytest.mark.parametrize(
    "unit",
    [
        "%",
        "bpm",
        "mmHg",
        "cm",
        "",
        "kV",
        "uA",
        "Ohm",
        "V/Hz",
        "dB",
        "\u03a9",
        "\u00b0C",
        "\u00b5",
        "\u00b5A",
        "\u00b5V/Hz",
    ],
)
def test_what_is_no_voltage_of_a_body_is_none(unit):
    assert plain_unit(unit) not in MICROVOLTS


@given(
    factor=st.sampled_from([1.0, 1e3, 1e6]),
    spreads=st.lists(st.floats(1, 450), min_size=1, max_size=20),
    widest=st.floats(500, 3e5),
    silent=st.integers(0, 20),
)
def test_a_unit_is_inferred_from_the_amplitude_of_a_body(factor, spreads, widest, silent):
    of_windows = np.array([*spreads, *[0.0] * silent]) / factor
    assert infer_microvolts(of_windows, widest / factor) == factor


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_some_unit_is_always_inferred(spread, widest):
    assert infer_microvolts(np.array([spread, np.nan]), widest) in (1.0, 1e3, 1e6)


@pytest.mark.parametrize("labels", [("EEG L", "EEG R"), ("EXG Channel 0", "EXG Channel 1"), ("C4-M1", "Flow")])
def test_a_micro_sign_lost_to_a_question_mark_is_inferred_whatever_the_label(tmp_path, labels):
    channels = {label: (noise(256, 60, seed=i), 256) for i, label in enumerate(labels)}
    recording = read_recording(write(tmp_path / "n.edf", channels, unit="?V"), eeg=labels[0])
    assert recording.signals[recording.montage.eeg].unit == "uV"
    assert 15 < recording.signals[recording.montage.eeg].samples.std() < 25
    assert "unit-unknown" in codes(recording)


@pytest.mark.parametrize(("limit", "found"), [(3276.0, "unit-impossible"), (500.0, "unit-impossible")])
def test_volts_with_an_impossible_range_are_inferred_and_found(tmp_path, limit, found):
    path = write(tmp_path / "n.edf", {"C4-M1": (noise(256, 60), 256)}, unit="V", limit=limit)
    recording = read_recording(path)
    assert 15 < recording.signals["C4-M1"].samples.std() < 25
    assert found in codes(recording)


def test_volts_that_an_amplifier_can_have_are_volts(tmp_path):
    path = write(tmp_path / "n.edf", {"C4-M1": (noise(256, 60) / 1e6, 256)}, unit="V", limit=0.005)
    recording = read_recording(path)
    assert 15 < recording.signals["C4-M1"].samples.std() < 25
    assert "unit-impossible" not in codes(recording)
