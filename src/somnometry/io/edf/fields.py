"""The text fields of an EDF header as recorders really fill them: commas, NUL bytes, any encoding, any separator."""

from __future__ import annotations

import math
import re
from datetime import datetime

__all__ = ["digital_text", "number_text", "parse_integer", "parse_number", "parse_start", "parse_text"]

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
#: Three numbers with one and the same character between them.
PARTED = re.compile(r"(\d{1,2})([^\d\s])(\d{1,2})\2(\d{1,2})")
#: A larger number in a field of eight characters is no measurement.
LARGEST = 1e15


def parse_text(field: bytes) -> str:
    r"""Text of a field up to its first NUL byte, as UTF-8 where it is that, else as Latin-1.

    Examples
    --------
    >>> parse_text(b"\xb5V" + bytes(6)), parse_text("µV".encode())
    ('µV', 'µV')
    """
    before_nul = field.lstrip(b" \0").split(b"\0")[0]
    try:
        text = before_nul.decode("utf-8")
    except UnicodeDecodeError:
        text = before_nul.decode("latin-1")
    return "".join(c if c.isprintable() else " " for c in text).strip()


def number_text(field: bytes) -> str:
    """Text of a field that should hold a number, with a decimal point, and the sign next to the digits.

    Examples
    --------
    >>> number_text(b"- 3,2   ")
    '-3.2'
    """
    text = field.lstrip(b" \0").split(b"\0")[0].decode("latin-1").strip()
    return re.sub(r"^([+-])\s+", r"\1", text).replace(",", ".")


def parse_number(field: bytes) -> float | None:
    r"""Number in a field; None where it holds none that a recorder would write.

    Examples
    --------
    >>> parse_number(b"1,5\0\0\0\0\0"), parse_number(b"nan     ")
    (1.5, None)
    """
    text = number_text(field)
    if not NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) and abs(value) <= LARGEST else None


def digital_text(field: bytes) -> str:
    """Text of a field that should hold a whole number; a comma before three digits parts thousands.

    Examples
    --------
    >>> digital_text(b"-32,768 "), digital_text(b"512,0   ")
    ('-32768', '512.0')
    """
    text = field.strip(b" \0").decode("latin-1")
    return text.replace(",", "") if THOUSANDS.fullmatch(text) else number_text(field)


def parse_integer(field: bytes) -> int | None:
    """Whole number in a field; None where it holds none.

    Examples
    --------
    >>> parse_integer(b"512,0   "), parse_integer(b"0.5     ")
    (512, None)
    """
    value = parse_number(digital_text(field).encode())
    return int(value) if value is not None and value == int(value) else None


def parse_start(date: bytes, time: bytes) -> tuple[datetime | None, bool]:
    """Clock time of the start, None where the fields hold none, and whether they are parted as EDF wants it.

    Years 85-99 are 19xx, as the EDF specification says.

    Examples
    --------
    >>> parse_start(b"01.05.24", b"22:30:00")
    (datetime.datetime(2024, 5, 1, 22, 30), False)
    >>> parse_start(b"00.00.00", b"22.30.00")[0] is None
    True
    """
    parted = [
        re.fullmatch(r"\s*(\d{1,2})([^\d\s])(\d{1,2})\2(\d{1,2})\s*", parse_text(field)) for field in (date, time)
    ]
    day_fields, time_fields = parted
    if day_fields is None or time_fields is None:
        return None, True
    day, month, year = (int(day_fields[i]) for i in (1, 3, 4))
    hour, minute, second = (int(time_fields[i]) for i in (1, 3, 4))
    try:
        start = datetime(year + (1900 if year >= 85 else 2000), month, day, hour, minute, second)
    except ValueError:
        return None, True
    return start, day_fields[2] == time_fields[2] == "."
