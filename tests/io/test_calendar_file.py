"""The calendar of a study, read as RFC 5545 says, by hand and not by what wrote it."""

from datetime import date, time

from somnometry.io.calendar_file import write_calendar

ENTRIES = [
    (date(2026, 12, 31), "Night 1 of 2: tea; or, as always, nothing", "a\\b\nnext line"),
    (date(2027, 1, 1), "Night 2 of 2: " + "Zitronenmelissenblättertee " * 6, "ü" * 200),
]


def unfolded(data):
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    return data.replace(b"\r\n ", b"").decode().split("\r\n")


def test_entries_are_of_no_time_zone_with_a_reminder_each(tmp_path):
    write_calendar(ENTRIES, tmp_path / "s.ics", at=time(21, 30), name="Sleep study")
    lines = unfolded((tmp_path / "s.ics").read_bytes())
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert lines.count("VERSION:2.0") == 1
    assert sum(line.startswith("PRODID:") for line in lines) == 1
    assert [line for line in lines if line.startswith("DTSTART")] == [
        "DTSTART:20261231T213000",
        "DTSTART:20270101T213000",
    ]
    assert lines.count("BEGIN:VALARM") == lines.count("ACTION:DISPLAY") == 2
    stamps = [line for line in lines if line.startswith("DTSTAMP:")]
    assert all(line.endswith("Z") for line in stamps)
    assert len({line for line in lines if line.startswith("UID:")}) == 2


def test_texts_are_escaped(tmp_path):
    write_calendar(ENTRIES, tmp_path / "s.ics", at=time(21, 30), name="Sleep study")
    lines = unfolded((tmp_path / "s.ics").read_bytes())
    assert "SUMMARY:Night 1 of 2: tea\\; or\\, as always\\, nothing" in lines
    assert "DESCRIPTION:a\\\\b\\nnext line" in lines
    assert f"DESCRIPTION:{'ü' * 200}" in lines


def test_what_steers_a_terminal_and_what_ends_a_line_does_nothing(tmp_path):
    said = "\x1b]0;x\x07\u202egnp\x9b2J\r\nBEGIN:VALARM\u2028b\udcff"
    write_calendar([(date(2026, 12, 31), said, said)], tmp_path / "s.ics", at=time(21, 30), name=said)
    lines = unfolded((tmp_path / "s.ics").read_bytes())
    assert all(character.isprintable() for line in lines for character in line)
    assert lines.count("BEGIN:VALARM") == 1
    assert "SUMMARY:\\\\x1b]0\\;x\\\\x07\\\\u202egnp\\\\x9b2J\\\\r\\nBEGIN:VALARM\\\\u2028b\\\\udcff" in lines
