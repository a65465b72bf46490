"""Files made after public reports, answered as those who reported them should have been."""

from datetime import time

import numpy as np
import pytest

from somnometry import StagingError, audit, find_nights, read_recording, stage

pytestmark = pytest.mark.real_data

#: File; EEG, EOG and EMG, as the names of their signals; words of why the EEG is one; codes that must be among those of
#: the audit.
CASES = {
    "01_biosemi_abc128.bdf": (("B22", "C30-C8", None), "reference CMS not known", {"family"}),
    "04_reference_g2.edf": (("EEG C4-G2", "EOG LOC-G2", "EMG chin"), "reference G2 not known", set()),
    "05_eye_named_twice.edf": (("C4-M1", "E1 (LEOG)", "Chin 1"), "opposite mastoid", set()),
    "05_eye_named_twice_bare.edf": (("C4-M1", "E1 (LEOG)-M2", "Chin 1"), "opposite mastoid", set()),
    "05_eye_named_twice_right.edf": (("C4-M1", "E2 (REOG)", None), "opposite mastoid", set()),
    "06_left_eog.edf": (("C4-M1", "Left EOG", "Chin EMG"), "opposite mastoid", set()),
    "08_date_zero.edf": (("C4-M1", "E1-M2", "EMG chin"), "opposite mastoid", {"start-unknown"}),
    "10_lights_with_remark.edf": (("C4-M1", "E1-M2", None), "opposite mastoid", set()),
    "11_samples_beyond_range.edf": (("C4-M1", "E1-M2", None), "opposite mastoid", {"range-exceeded"}),
    "12_step_8uV.edf": (("C4-M1", "E1-M2", None), "opposite mastoid", {"amplitude-resolution"}),
    "15_common_cpz.edf": (
        ("EEG C4-CPz-EEG M1-CPz", "EEG EOG-CPz-EEG M2-CPz", None),
        "opposite mastoid, both recorded against CPZ",
        set(),
    ),
    "17_unit_family_zmax.edf": (("EEG R", "EEG L-EEG R", None), "against FPZ", {"unit-unknown", "family"}),
    "18_unit_v.edf": (("C4-M1", "E1-M2", "EMG chin"), "opposite mastoid", {"unit-impossible"}),
}
#: Findings that would be wrong of any of them.
WRONG = {"polarity", "turned-over", "unusable-channel", "dropouts", "railing", "lost-contact", "unforeseen"}


def test_every_case_is_here(shared):
    there = {path.name for path in (shared / "data" / "field_cases").iterdir() if path.suffix in (".edf", ".bdf")}
    assert there == CASES.keys()


@pytest.mark.parametrize("name", CASES)
def test_the_right_channels_are_read_and_what_is_odd_is_said(shared, name):
    roles, why, codes = CASES[name]
    path = shared / "data" / "field_cases" / name
    seen = audit(path)
    assert not seen.refused
    assert codes <= set(seen.codes)
    assert not WRONG & set(seen.codes)
    recording = read_recording(path)
    montage = recording.montage
    assert (montage.eeg, montage.eog) == roles[:2]
    assert roles[2] is None or montage.emg == roles[2]
    assert why in montage.why["eeg"]
    assert 5 < np.nanstd(recording.signals[montage.eeg].samples) < 50


def test_numbers_of_single_cases(shared, tmp_path):
    folder = shared / "data" / "field_cases"
    common = read_recording(folder / "15_common_cpz.edf")
    assert np.std(common.signals[common.montage.eeg].samples) == pytest.approx(27.9, abs=0.1)
    lights = read_recording(folder / "10_lights_with_remark.edf")
    assert (lights.lights_off, lights.lights_on) == (10.0, 110.0)
    (tmp_path / "n.edf").write_bytes((folder / "08_date_zero.edf").read_bytes())
    (tmp_path / "recordings.csv").write_text("path,lights_off\nn.edf,22:30:10\n")
    undated = read_recording(find_nights(tmp_path).nights[0])
    assert (undated.start, undated.clock, undated.lights_off) == (None, time(22, 30), 10.0)
    with pytest.raises(StagingError, match="one step"):
        stage(read_recording(folder / "12_step_8uV.edf"))
