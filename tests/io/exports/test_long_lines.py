"""All lines come, in their order and whole, however they lie in what is read at once; one without an end does not."""

import io

import pytest

from somnometry import RecordingError
from somnometry.io.exports import long_lines
from somnometry.io.exports.convert import convert_signals
from somnometry.io.exports.long_lines import lines_at_once, next_line

HEADS = {
    "Mind Monitor": b"TimeStamp,RAW_TP9,RAW_AF7,RAW_AF8,RAW_TP10\n",
    "OpenBCI": b"%OpenBCI Raw EXG Data\n%Number of channels = 2\n%Sample Rate = 250 Hz\nSample Index, EXG Channel 0\n",
}


@pytest.mark.parametrize("at_once", [1, 2, 3, 7, 100, 10_000])
@pytest.mark.parametrize("text", [b"", b"\n", b"a", b"a\n\nbc\r\nd", b"a\rb\n" * 50, b"0123456789\n" * 30 + b"x"])
def test_the_same_lines_come_whatever_is_read_at_once(monkeypatch, text, at_once):
    monkeypatch.setattr(long_lines, "AT_ONCE", at_once)
    lines = [line for lines in lines_at_once(io.BytesIO(text), "n.csv") for line in lines]
    assert lines == io.BytesIO(text).readlines()


@pytest.mark.parametrize("at_once", [1, 1 << 19, 1 << 25])
def test_a_line_of_a_megabyte_is_refused_wherever_it_lies(monkeypatch, at_once):
    monkeypatch.setattr(long_lines, "AT_ONCE", at_once)
    for text in (b"x" * (1 << 20), b"a\n" + b"x" * (1 << 21) + b"\nb\n"):
        with pytest.raises(RecordingError, match=r"n\.csv: a line of a megabyte or more"):
            list(lines_at_once(io.BytesIO(text), "n.csv"))
    with pytest.raises(RecordingError):
        next_line(io.BytesIO(b"x" * (1 << 20)), "n.csv")
    assert next_line(io.BytesIO(b"x" * 1000 + b"\nb"), "n.csv") == b"x" * 1000 + b"\n"


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
@pytest.mark.parametrize("front", [b"", b"2024-05-01 22:30:00.000,800,800,800,800\n"])
def test_a_night_that_is_one_line_is_refused_before_it_fills_the_memory(tmp_path, head, front):
    for content in (head + front + b"1" * (1 << 21), head.rstrip(b"\n") + b"," * (1 << 21)):
        (tmp_path / "n.csv").write_bytes(content)
        with pytest.raises(RecordingError, match="a line of a megabyte or more"):
            convert_signals(tmp_path / "n.csv", tmp_path / "o.edf")
