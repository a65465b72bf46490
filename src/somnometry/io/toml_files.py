"""TOML: files of others, read within limits and refused in one way beyond them; and values as TOML writes them."""

from __future__ import annotations

import errno
import json
import os
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..core.errors import SomnometryError
from ..core.shown_text import escaped
from .files import read_whole

__all__ = ["read_toml", "tables_of", "toml_of", "toml_value"]

#: Bytes.
LARGEST = 1 << 19
#: Tables in tables, lists in lists, and parts of a dotted key.
DEEPEST = 32
#: Whole numbers that the specification asks a reader to take.
NUMBERS = range(-(1 << 63), 1 << 63)
#: Strings of any kind, closed or not, and comments.
STRINGS = re.compile(
    r'"""(?:\\.|[^\\])*?(?:"""|\Z)'
    r"|'''.*?(?:'''|\Z)"
    r'|"(?:\\.|[^"\\\n])*+"?'
    r"|'[^'\n]*+'?"
    r"|#[^\n]*+",
    re.DOTALL,
)
DOTTED = re.compile(rf"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){{{DEEPEST}}}")


def read_toml(path: str | os.PathLike[str]) -> tuple[str, dict[str, Any]]:
    """Read a TOML file: its text, and its tables.

    Raises
    ------
    OSError
        If it cannot be read, is no regular file, or has more than 512 KiB.
    UnicodeDecodeError
        If it is not UTF-8.
    tomllib.TOMLDecodeError
        If it is no TOML, has more than 32 tables or lists in each other, or a whole number of more than 64 bits.
    """
    text = read_whole(path, LARGEST).decode("utf-8-sig").replace("\r\n", "\n")
    return text, _tables_in(text)


def _tables_in(text: str) -> dict[str, Any]:
    _refuse_the_deep(text)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except (ValueError, RecursionError, OverflowError):  # Python refuses integers of thousands of digits, and odd dates
        raise tomllib.TOMLDecodeError("a number or a time that no program takes") from None
    _refuse_large_numbers(tables)
    return tables


def toml_of(
    path: str | os.PathLike[str], error: type[SomnometryError], kind: str, remedy: str
) -> tuple[str, dict[str, Any]]:
    """Read a TOML file of one kind: its text, and its tables.

    Parameters
    ----------
    path : path-like
    error : type of SomnometryError
        What to raise.
    kind : str
        What the file is to be, such as "a claims file".
    remedy : str
        What to do where it cannot be opened or is no TOML.

    Raises
    ------
    SomnometryError
        Of the type `error`, with the name of the file.
    """
    with _as_error(Path(path).name, error, kind, remedy):
        return read_toml(path)


def tables_of(text: str, name: str, error: type[SomnometryError], kind: str, remedy: str) -> dict[str, Any]:
    """Give the tables of a text that is to be a TOML file, within the limits and with the errors of `toml_of`."""
    with _as_error(name, error, kind, remedy):
        if len(text.encode()) > LARGEST:
            raise OSError(errno.EFBIG, f"larger than {LARGEST} bytes", name)
        return _tables_in(text)


@contextmanager
def _as_error(name: str, error: type[SomnometryError], kind: str, remedy: str) -> Iterator[None]:
    try:
        yield
    except OSError as found:
        what = f"cannot be read as {kind} ({found.strerror})"
        raise error(what, place=name, remedy=remedy) from None
    except UnicodeDecodeError as found:
        raise error(f"cannot be read as text ({found.reason})", place=name, remedy="save it as UTF-8") from None
    except tomllib.TOMLDecodeError as found:
        raise error(f"not TOML: {found}", place=name, remedy=remedy) from None


def toml_value(value: Any) -> str:
    r"""Write a text, a number, true or false, or a list of them as TOML does.

    Examples
    --------
    >>> print(toml_value("a \"b\""), toml_value([1, 2.5]), toml_value(True))
    "a \"b\"" [1, 2.5] true
    """
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, str):
        return escaped(json.dumps(value, ensure_ascii=False), _escape)
    return json.dumps(value) if isinstance(value, (bool, int)) else repr(float(value))


def _escape(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number < 1 << 16 else f"\\U{number:08x}"


def _refuse_the_deep(text: str) -> None:
    bare = STRINGS.sub(lambda found: "" if found[0].startswith("#") else "s", text)
    depth = 0
    for bracket in re.findall(r"[\[\]{}]", bare):
        depth += 1 if bracket in "[{" else -1
        if depth > DEEPEST:
            break
    if depth > DEEPEST or DOTTED.search(bare):
        raise tomllib.TOMLDecodeError(f"more than {DEEPEST} tables or lists stand in each other")


def _refuse_large_numbers(value: Any) -> None:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            _refuse_large_numbers(inner)
    elif isinstance(value, int) and value not in NUMBERS:
        raise tomllib.TOMLDecodeError("a whole number has more than 64 bits")
