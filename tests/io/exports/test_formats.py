"""Exports known by what they hold."""

from somnometry.io.exports.formats import UNREAD, format_of, unread_format

from .app_files import MUSE_COLUMNS


def test_a_format_is_told_by_the_file_not_by_its_name_alone(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(",".join(MUSE_COLUMNS))
    assert format_of(path).id == "mind-monitor"
    path.write_text("subject,age\nn1,30\n")
    assert format_of(path) is None
    assert unread_format(path) is None
    assert format_of(tmp_path / "none.csv") is None


def test_every_format_that_is_not_read_says_what_to_do():
    assert all(each.name and each.remedy and each.suffixes for each in UNREAD)
