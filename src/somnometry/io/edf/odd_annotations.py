"""Annotations as some programs write them: texts of UTF-16, and onsets in milliseconds."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

__all__ = ["in_milliseconds", "utf16_as_utf8"]

#: A text behind the sign that ends an onset, with a zero in front of each of its characters, or behind each.
BIG_ENDIAN = re.compile(rb"(?<=\x14)(?:\xfe\xff)?((?:\x00[\x20-\xff]){3,})")
LITTLE_ENDIAN = re.compile(rb"(?<=\x14)(?:\xff\xfe)?((?:[\x20-\xff]\x00){3,})")
#: Seconds behind the end of a recording within which an annotation may lie; smallest step of onsets in milliseconds.
BEHIND, STEP = 60.0, 1000.0


def utf16_as_utf8(content: bytes) -> tuple[bytes, int]:
    r"""Give an annotation channel with its texts of UTF-16 as UTF-8, and how many there were.

    Examples
    --------
    >>> utf16_as_utf8(b"+10\x14" + "Light".encode("utf-16-le") + b"\x14\0")
    (b'+10\x14Light\x14\x00', 1)
    """
    found = 0
    for pattern, codec in ((BIG_ENDIAN, "utf-16-be"), (LITTLE_ENDIAN, "utf-16-le")):
        content, n = pattern.subn(lambda text, codec=codec: text[1].decode(codec).encode(), content)  # type: ignore[misc]
        found += n
    return content, found


def in_milliseconds(onsets: Sequence[float], duration: float) -> bool:
    """Tell whether onsets count milliseconds: most lie behind the end as seconds, and all inside as milliseconds.

    A recording that ends before what was scored of it has onsets that are nearer to each other than a second, taken
    for milliseconds.

    Examples
    --------
    >>> in_milliseconds([10_000.0, 100_000.0], 120.0), in_milliseconds([30.0, 60.0, 90.0], 45.0)
    (True, False)
    """
    apart = np.unique(np.asarray(onsets, np.float64))
    apart = apart[apart != 0]
    if apart.size < 2 or apart[0] < STEP or (apart != np.round(apart)).any():
        return False
    behind = (apart > duration + BEHIND).mean() >= 0.5
    return bool(behind and apart[-1] / 1000 <= duration and np.median(np.diff(apart)) >= STEP)
