"""Exports that are not read are refused, by name where they are known."""

import os

import numpy as np
import pytest

from somnometry import RecordingError
from somnometry.io.exports.formats import FORMATS
from somnometry.io.exports.long_lines import lines_at_once
from somnometry.io.exports.read import read_export

from .app_files import board_signals, muse_signals, write_muse, write_old_openbci


def test_a_file_that_is_no_export_is_told_what_is(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("subject,age\nn1,30\n")
    with pytest.raises(RecordingError, match="no export that is read") as refused:
        read_export(path)
    assert all(each.name in refused.value.remedy for each in FORMATS)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("timestamps,TP9,AF7,AF8,TP10,Right AUX\n1603711387.314,-1000.000,-44.434,-38.574,-1000.000,0.000\n", "muse"),
        ("title:foo, start timestamp:1623658701.491566, headset type:INSIGHT, channels:28\nTimestamp,\n", "Emotiv"),
    ],
)
def test_tables_of_other_apps_are_refused_by_name(tmp_path, content, name):
    path = tmp_path / "a.csv"
    path.write_text(content)
    with pytest.raises(RecordingError, match=name):
        read_export(path)


def muse(path):
    return write_muse(path, muse_signals(20), np.arange(20 * 256) / 256)


def openbci(path):
    return write_old_openbci(path, board_signals(20))


@pytest.mark.parametrize(("module", "write", "name"),
                         [("mind_monitor", muse, "a.csv"), ("openbci", openbci, "a.txt")])  # fmt: skip
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch, module, write, name):
    path = write(tmp_path / name)
    whole = path.stat().st_size
    module = f"somnometry.io.exports.{module}.lines_at_once"

    def cut_meanwhile(file, name):
        os.truncate(path, whole - 1000)
        return lines_at_once(file, name)

    monkeypatch.setattr(module, cut_meanwhile)
    with pytest.raises(RecordingError, match=r"^a\.(csv|txt): cannot be read \(changed while it was read\)"):
        read_export(path)
