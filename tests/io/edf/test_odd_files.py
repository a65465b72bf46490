"""Every odd file that others left us: its defect is named, its sound samples are those of the sound file."""

import logging
import re
from datetime import datetime
from itertools import pairwise

import numpy as np
import pytest
from rich import box
from rich.console import Console
from rich.table import Table

from somnometry import RecordingError, audit, measure, read_recording, to_mne, write_edf
from somnometry.io.sources.source import EdfSource

#: The finding that names what is wrong; `40_header_bytes_wrong.edf` is byte for byte `00_ok.edf`.
DEFECTS = {
    "00_ok.edf": set(),
    "00_ok_plus.edf": set(),
    "01_nrec_minus1.edf": {"record-count"},
    "02_truncated_midrecord.edf": {"truncated"},
    "08_physmin_gt_max.edf": {"range-reversed"},
    "09_digmin_gt_max.edf": {"range-reversed"},
    "11_phys_exponent.edf": {"number-exponent"},
    "12_date_00.edf": {"start-unknown"},
    "13_time_colons.edf": {"start-separator"},
    "15_date_slashes.edf": {"start-separator"},
    "16_date_blank.edf": {"start-unknown"},
    "17_unit_latin1_mu.edf": {"unit-spelling"},
    "18_unit_utf8_mu.edf": {"unit-spelling"},
    "19_unit_sjis_mu.edf": {"unit-spelling"},
    "20_unit_blank.edf": {"unit-blank"},
    "22_unit_mV.edf": set(),
    "23_unit_microvolt.edf": {"unit-spelling"},
    "25_nonascii_label.edf": {"header-encoding"},
    "29_edfplusD_nogap.edf": {"discontinuous"},
    "30_recdur_0.edf": {"record-duration"},
    "31_recdur_frac.edf": {"record-fraction"},
    "32_annot_in_plain_edf.edf": {"annotations-in-plain-edf"},
    "34_annot_latin1.edf": {"annotations-encoding"},
    "36_bdf24.bdf": set(),
    "37_version_nonascii.edf": {"version-field"},
    "39_zero_records.edf": {"no-records"},
    "40_header_bytes_wrong.edf": set(),
    "41_uppercase_EXT.EDF": {"file-suffix"},
    "43_phi.edf": set(),
    "44_annot_chan_no_first_tal.edf": {"timekeeping-missing"},
    "45_label_blank.edf": {"label-blank"},
    "46_recdur_blank_recid_dateconflict.edf": {"start-conflict"},
    "48_fs_nonint.edf": {"record-fraction"},
    "49_comma_in_recdur.edf": {"decimal-comma"},
}
QUIRKS = {
    "chtypes_edf.edf": set(),
    "duplicate_channel_labels.edf": {"label-duplicate"},
    "edfPlusC.edf": {"annotations-outside"},
    "edfPlusD.edf": {"discontinuous", "gaps"},
    "subsecond_starttime.edf": {"range-reversed"},
    "test_bdf_stim_channel.bdf": set(),
    "test_subsecond.edf": {"range-reversed"},
    "test_uneven_samp.edf": {"start-unknown", "trailing-bytes"},
    "test_utf8_annotations.edf": set(),
}
#: Files whose samples are others than those of `00_ok.edf`: 24 bits, or another rate.
OTHER_SAMPLES = {"36_bdf24.bdf", "48_fs_nonint.edf", "39_zero_records.edf"}
START = datetime(2024, 5, 1, 22, 30)
STARTS = {
    "12_date_00.edf": None,
    "16_date_blank.edf": None,
    "46_recdur_blank_recid_dateconflict.edf": datetime(1985, 1, 1, 22, 30),
}


def read(path):
    """Codes of what was found, the source, and all its samples; None where there is nothing to read."""
    try:
        source = EdfSource(path)
    except RecordingError:
        return {finding.code for finding in audit(path).findings}, None, []
    codes = {finding.code for finding in source.findings()}
    codes |= {channel.finding.code for channel in source.channels if channel.finding is not None and channel.label}
    return codes, source, source.read(source.channels)


@pytest.mark.real_data
@pytest.mark.parametrize(("folder", "expected"), [("edf_defects", DEFECTS), ("edf_quirks", QUIRKS)])
def test_every_odd_file_is_read_or_says_why_and_its_defect_is_named(shared, folder, expected, capsys):
    table = Table(title=folder, box=box.SIMPLE_HEAD)
    for heading in ("file", "start", "seconds", "samples read", "first values", "findings"):
        table.add_column(heading, overflow="fold")
    found = {}
    for path in sorted((shared / "data" / folder).iterdir()):
        if path.suffix.lower() not in (".edf", ".bdf"):
            continue
        found[path.name], source, samples = read(path)
        start = "unknown" if source is None or source.start is None else f"{source.start}"
        sizes = ", ".join(str(row.size) for row in samples[:4])
        first = ", ".join(f"{row[0]:.3f}" for row in samples[:4])
        seconds = "" if source is None else f"{source.duration:g}"
        table.add_row(path.name, start, seconds, sizes, first, ", ".join(sorted(found[path.name])) or "none")
    with capsys.disabled():
        Console(width=200).print("", table)
    assert found == expected


@pytest.mark.real_data
@pytest.mark.parametrize("name", sorted(set(DEFECTS) - OTHER_SAMPLES))
def test_samples_and_start_are_those_of_the_sound_file(shared, name):
    folder = shared / "data/edf_defects"
    sound = EdfSource(folder / "00_ok.edf")
    _, source, samples = read(folder / name)
    assert source is not None
    assert source.start == STARTS.get(name, START)
    assert len(samples) == 3
    upside_down = "range-reversed" in DEFECTS[name]
    for i, (row, truth) in enumerate(zip(samples, sound.read(sound.channels), strict=True)):
        if name != "31_recdur_frac.edf":
            assert source.channels[i].rate == sound.channels[i].rate
        turned = -1 if upside_down and i == 0 else 1
        np.testing.assert_allclose(row, turned * truth[: row.size], atol=0.02 if turned < 0 else 1e-4)
        assert row.size == truth.size or name.startswith("02")


@pytest.mark.real_data
def test_the_gaps_of_a_discontinuous_file_are_where_its_records_say(shared):
    path = shared / "data/edf_quirks/edfPlusD.edf"
    onsets = [int(text) for text in re.findall(rb"\+(\d+)\x14\x14\0", path.read_bytes())]
    assert len(onsets) == 11
    between = tuple((a + 1, b) for a, b in pairwise(onsets) if b > a + 1)
    assert EdfSource(path).gaps == between


@pytest.mark.real_data
def test_the_patient_of_43_phi_reaches_no_file_that_is_made_of_her_night(shared, tmp_path, caplog, capfd):
    path = shared / "data/edf_defects/43_phi.edf"
    words = [word.encode() for word in re.split(r"[ _]+", path.read_bytes()[8:168].decode("latin-1")) if len(word) > 2]
    words = [word for word in words if word not in (b"Startdate", b"01-MAY-2024")]
    assert {b"MRN123", b"02-AUG-1951", b"Doe", b"Jane"} < set(words)
    with caplog.at_level(logging.DEBUG):
        measure([path], tmp_path / "out")
        recording = read_recording(path)
        write_edf(recording, tmp_path / "out" / "copy.edf")
        to_mne(recording).save(tmp_path / "out" / "copy_raw.fif", verbose="ERROR")
    made = [
        file for file in (tmp_path / "out").rglob("*") if file.is_file() and file.name != "nights.json"
    ]  # no night's
    assert {file.suffix for file in made} >= {".csv", ".png", ".edf", ".fif"}
    shown = caplog.text + "".join(capfd.readouterr()) + repr(recording) + repr(recording.findings)
    for content in (*(file.read_bytes() for file in made), shown.encode()):
        assert not [word for word in words if word in content]
