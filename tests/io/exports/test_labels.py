"""Labels that an EDF header can hold."""

from hypothesis import given
from hypothesis import strategies as st

from somnometry.io.exports.labels import edf_labels


@given(st.lists(st.text(max_size=30), max_size=12))
def test_labels_are_short_printable_ascii_and_apart(names):
    labels = edf_labels(names)
    assert len(set(labels)) == len(labels) == len(names)
    assert all(0 < len(label) <= 16 and label.isascii() and label.isprintable() for label in labels)


def test_a_label_that_edf_can_hold_stays_as_it_is():
    assert edf_labels(["EEG C4-M1", "RAW_TP9", "SpO2"]) == ["EEG C4-M1", "RAW_TP9", "SpO2"]
