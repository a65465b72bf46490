"""What to write in place of a cell that holds a number as people write it, and that no table of numbers can hold."""

from __future__ import annotations

import re

__all__ = ["written_as"]

CLOCK = re.compile(r"\s*(\d{1,3}):([0-5]\d)(?::([0-5]\d))?\s*h?\s*")
SPELLED = re.compile(r"\s*(\d{1,2})\s*h(?:\s*(\d{1,2})\s*(?:m|min)?)?\s*", re.IGNORECASE)
WITH_UNIT = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(%|min|mins|minutes|m|/h|h|hr|hrs|s)\s*", re.IGNORECASE)
WITH_COMMA = re.compile(r"\s*-?\d+,\d+\s*")
OF_THOUSANDS = re.compile(r"\s*-?[1-9]\d{0,2}(?:,\d{3})+\s*")
BOUND = re.compile(r"\s*[<>\u2264\u2265~]=?\s*-?\d")
DATE = re.compile(r"\s*(\d{4}-\d\d?-\d\d?|\d\d?[./]\d\d?[./]\d{2,4})([ T].*)?")


def written_as(cell: str) -> str:
    """Say what to write instead of a cell that is no number.

    Parameters
    ----------
    cell : str

    Examples
    --------
    >>> written_as("6:48")
    'a time of 6:48 is 408 minutes, if it is hours and minutes; a time of day is no duration'
    >>> written_as("85.4 %"), written_as("407,5")
    ("write 85.4, without its unit, if that is the column's", 'write a point and no comma in numbers: 407.5')
    >>> written_as("27,360")
    'write 27360, if the comma parts thousands; or 27.360, if it is that of decimals'
    """
    if clock := CLOCK.fullmatch(cell) or SPELLED.fullmatch(cell):
        seconds = float(clock[3] or 0) if clock.re is CLOCK else 0.0
        minutes = 60 * int(clock[1]) + int(clock[2] or 0) + seconds / 60
        length = "1 minute" if minutes == 1 else f"{minutes:g} minutes"
        return f"a time of {cell.strip()} is {length}, if it is hours and minutes; a time of day is no duration"
    if number := WITH_UNIT.fullmatch(cell):
        return f"write {number[1]}, without its unit, if that is the column's"
    if OF_THOUSANDS.fullmatch(cell):
        text = cell.strip()
        decimal = f"; or {text.replace(',', '.')}, if it is that of decimals" if text.count(",") == 1 else ""
        return f"write {text.replace(',', '')}, if the comma parts thousands{decimal}"
    if WITH_COMMA.fullmatch(cell):
        return f"write a point and no comma in numbers: {cell.strip().replace(',', '.')}"
    if BOUND.match(cell):
        return "a bound is no value: leave the cell empty, or for a latency give its _time and _event columns"
    if DATE.fullmatch(cell):
        return "write a number: of a night its number in its period, from 1"
    return "mend the cell, or leave it empty if nothing was measured"
