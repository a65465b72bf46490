"""Nights of noise in a batch: failed with their code, or measured with a finding, as was asked."""

import pytest

from somnometry import NotSleepError, RecordingError, Settings, measure, night_row, read_recording
from somnometry.batch.records import read_record

from ..io.edf_files import noise, write
from .small_nights import rows_of, write_night

PLAIN = Settings(figures=False)


def test_a_night_of_noise_fails_with_its_code_unless_it_shall_only_be_said(tmp_path):
    nights = tmp_path / "in"
    nights.mkdir()
    write(nights / "table.edf", {"C4-M1": (noise(100, 1860), 100)})
    write_night(nights / "short.edf")
    out = tmp_path / "out"
    short, table = sorted(measure([nights], out, PLAIN), key=lambda row: row["recording"])
    assert (short["status"], table["status"]) == ("ok", "failed")
    assert "--gate warn" in table["error"]
    assert not (out / "hypnograms" / "table.csv").exists()
    record = read_record(out, "table")
    assert (record.failure, record.passing) == ("not-sleep", False)
    assert "not-sleep" in [finding.code for finding in record.findings]
    assert "not-sleep" in rows_of(out)["table"]["findings"]

    warned = Settings(figures=False, gate="warn")
    rows = {row["recording"]: row for row in measure([nights], out, warned)}
    assert rows["table"]["status"] == "ok"
    assert rows["table"]["eeg"] == "C4-M1"
    record = read_record(out, "table")
    assert (record.failure, record.settings["gate"]) == ("", "warn")
    assert "not-sleep" in [finding.code for finding in record.findings]
    assert (out / "hypnograms" / "table.csv").exists()

    recording = read_recording(nights / "table.edf")
    with pytest.raises(NotSleepError) as error:
        night_row(recording, PLAIN)
    assert error.value.key == "gate"
    assert "not-sleep" in night_row(recording, warned)["findings"]


def test_a_gate_is_one_of_two():
    with pytest.raises(RecordingError, match="'fail' or 'warn', not 'open'"):
        Settings(gate="open")
