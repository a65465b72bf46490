"""In which order labels of a table stand: numbers by size, periods as people count them, texts by their letters."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["by_size", "in_time"]

#: Words by which people number periods; they count only where all periods have one of a row.
COUNTED = (
    ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"),
    ("eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn"),
)
NUMBER = re.compile(r"\d+")


def by_size(label: str) -> tuple[int, float, str]:
    """Give what labels are sorted by: numbers by size, then other texts."""
    try:
        return 0, float(label), label
    except ValueError:
        return 1, 0.0, label


def in_time(labels: Iterable[str]) -> list[str]:
    """Give labels of periods or nights in time: numbers by size, also within a text, and words by which one counts.

    Examples
    --------
    >>> in_time(["week 10", "week 2"]), in_time(["third", "First", "second"]), in_time(["10", "9"])
    (['week 2', 'week 10'], ['First', 'second', 'third'], ['9', '10'])
    """
    own = list(labels)
    for words in COUNTED:
        if all(label.casefold() in words for label in own):
            return sorted(own, key=lambda label: words.index(label.casefold()))
    return sorted(own, key=_by_numbers_within)


def _by_numbers_within(label: str) -> tuple[int, float, str]:
    kind, size, text = by_size(label)
    return kind, size, NUMBER.sub(lambda found: found[0].zfill(18), text)
