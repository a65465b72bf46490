"""The text fields of an EDF header as recorders really fill them: commas, NUL bytes, any encoding, any separator."""

from __future__ import annotations

import math
import re
from datetime import datetime
from fractions import Fraction

__all__ = [
    "dated_otherwise",
    "digital_text",
    "number_text",
    "parse_integer",
    "parse_number",
    "parse_text",
    "simplest",
]

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
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


def dated_otherwise(recording: bytes, start: datetime) -> bool:
    """Whether a recording field as EDF+ wants it names another date than that of the start.

    Examples
    --------
    >>> dated_otherwise(b"Startdate 01-MAY-2024 X X X", datetime(2024, 5, 1, 22, 30))
    False
    """
    named = re.match(rb"Startdate (\d\d)-([A-Za-z]{3})-(\d{4})\b", recording)
    date = f"{start.day:02d}{MONTHS[start.month - 1]}{start.year}"
    return named is not None and b"".join(named.groups()).upper() != date.encode()


def simplest(seconds: float) -> float:
    """The simple fraction that eight characters could not hold, where there is one: 0.333333 is a third.

    Examples
    --------
    >>> simplest(0.333333) == 1 / 3, simplest(0.31)
    (True, 0.31)
    """
    simple = Fraction(seconds).limit_denominator(1000)
    return float(simple) if abs(simple - Fraction(seconds)) < 2e-6 * seconds else seconds
