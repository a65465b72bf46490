"""Exports known by what they hold, and those that are not read named."""

import pytest

from somnometry import RecordingError
from somnometry.io.exports.formats import FORMATS, UNREAD, format_of, read_export, unread_format

from .app_files import MUSE_COLUMNS


def test_a_format_is_told_by_the_file_not_by_its_name_alone(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(",".join(MUSE_COLUMNS))
    assert format_of(path).id == "mind-monitor"
    path.write_text("subject,age\nn1,30\n")
    assert format_of(path) is None
    assert unread_format(path) is None
    assert format_of(tmp_path / "none.csv") is None
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


def test_every_format_that_is_not_read_says_what_to_do():
    assert all(each.name and each.remedy and each.suffixes for each in UNREAD)
