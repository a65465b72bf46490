"""Hypnograms as annotations of mne, there and back, and through mne's own files."""

import math
from datetime import datetime

import mne
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry import Events, Hypnogram, HypnogramError
from somnometry.io.mne_annotations import from_mne_annotations, to_mne_annotations

START = datetime(2024, 5, 1, 22, 30)


@given(
    st.lists(st.integers(-1, 4), min_size=11, max_size=40),
    st.sampled_from([10.0, 20.0, 30.0]),
    st.none() | st.just(START),
    st.sampled_from([math.nan, 0.0, 60.0]),
)
def test_there_and_back(stages, epoch, start, off):
    night = Hypnogram([*stages, 0], epoch, start=start, lights_off=off, lights_on=math.nan)
    events = Events([5.0, 7.0], [3.0, 0.5], ("arousal", "Apnea"))
    back = from_mne_annotations(to_mne_annotations(night, events))
    assert back.hypnogram.stages.tolist() == night.stages.tolist()
    assert (back.hypnogram.epoch, back.hypnogram.start) == (epoch, start)
    assert back.hypnogram.lights_off == off or math.isnan(off)
    assert back.events.of("arousal", "Apnea").onset.tolist() == [5.0, 7.0]


def test_mne_lays_them_over_a_recording(tmp_path):
    marks = to_mne_annotations(Hypnogram([0, 2, 4], start=START))
    raw = mne.io.RawArray(np.zeros((1, 9000)), mne.create_info(["C4"], 100.0, "eeg"), verbose="error")
    raw.set_meas_date(marks.orig_time)
    raw.set_annotations(marks)
    assert raw.annotations.description.tolist() == [
        "Lights off", "Sleep stage W", "Sleep stage N2", "Sleep stage R", "Lights on",
    ]  # fmt: skip
    marks.save(tmp_path / "m-annot.csv", overwrite=True)
    assert from_mne_annotations(raw.annotations).hypnogram.stages.tolist() == [0, 2, 4]


def test_other_levels_and_no_stage_are_refused():
    with pytest.raises(HypnogramError):
        to_mne_annotations(Hypnogram([0, 5], levels=4))
    with pytest.raises(HypnogramError):
        from_mne_annotations(mne.Annotations([0], [1], ["blink"]))
