"""Units of voltage by their text and by the amplitude of a signal."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry.io.edf.fields import parse_text
from somnometry.io.edf.units import MICROVOLTS, infer_microvolts, plain_unit

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
