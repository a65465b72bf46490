"""Where the keys of a TOML file stand: paths through its tables, as text, and the line of each."""

from __future__ import annotations

import re

__all__ = ["KeyPath", "key_of", "line_of", "lines_of_keys"]

#: Where a value stands in a file: names of tables and keys, and places in lists.
KeyPath = tuple[str | int, ...]

HEADER = re.compile(r"^\s*(\[\[?)\s*([\w.-]+)\s*\]")
KEY = re.compile(r"""^\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*=""")


def key_of(path: KeyPath) -> str:
    """Write a path through tables and lists as one text.

    Examples
    --------
    >>> key_of(("claim", 1, "also", 0, "metric"))
    'claim[1].also[0].metric'
    """
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def lines_of_keys(text: str) -> dict[KeyPath, int]:
    r"""Line, from 1, of every header and key of a TOML file, by its path; the first where there are several.

    Examples
    --------
    >>> lines_of_keys('[study]\nname = "S"\n\n[[claim]]\n"a b" = 1')[("claim", 0, "a b")]
    5
    """
    lines: dict[KeyPath, int] = {}
    table: KeyPath = ()
    entries: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := HEADER.match(line):
            first, *inner = header[2].split(".")
            if header[1] == "[[":
                lines.setdefault((first,), number)
                entries[first] = entries.get(first, -1) + 1
            table = (first, *([entries[first]] if first in entries else []), *inner)
            lines.setdefault(table, number)
        elif key := KEY.match(line):
            lines.setdefault((*table, key[1] or key[2] or key[3] or ""), number)
    return lines


def line_of(path: KeyPath, lines: dict[KeyPath, int]) -> int | None:
    """Line of a path, or of the innermost table around it that has one; None where there is none."""
    return next((lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in lines), None)
