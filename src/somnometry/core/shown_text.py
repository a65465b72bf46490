"""Text that is safe to show: what steers a terminal, or turns the direction of writing, is shown as its escape."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from typing import Any

__all__ = ["escaped", "json_text", "shown_text"]

#: Controls, marks without a sign of their own, half characters, separators of lines and paragraphs.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
#: Marks without a sign that scripts need: soft hyphen, joiner and non-joiner.
NEEDED = frozenset("\u00ad\u200c\u200d")


def shown_text(text: str, *, keep: str = "\n\t", limit: int | None = None) -> str:
    r"""Give a text with escapes in place of what cannot be seen and may do something.

    Escape sequences of terminals begin with a control character, and a right-to-left mark turns what stands after it; a
    name of a file that is not UTF-8 holds half characters, which no file takes.

    Parameters
    ----------
    text : str
    keep : str
        Control characters that stay.
    limit : int, optional
        Most characters; of a longer text the beginning stays, and how many are left out is said.

    Examples
    --------
    >>> shown_text("\x1b[2Jn1 \u202efde.1n"), shown_text("n\udcff.edf")
    ('\\x1b[2Jn1 \\u202efde.1n', 'n\\udcff.edf')
    >>> shown_text("abcdefgh", limit=3)
    'abc ... (5 more characters)'
    """
    more = 0 if limit is None else len(text) - limit
    if more > 0:
        return f"{shown_text(text[:limit], keep=keep)} ... ({more} more characters)"
    if text.isascii() and text.isprintable():
        return text
    return escaped(text, _escape, keep=keep)


def json_text(value: Any, **options: Any) -> str:
    r"""Write a value as JSON that does nothing to a terminal that shows it, and reads as what it was.

    Letters of every script are written as they are; what cannot be seen is written as the escape that JSON has for it.

    Parameters
    ----------
    value : dict, list, str, number or None
    **options
        Of `json.dumps`.

    Examples
    --------
    >>> print(json_text("N\u00e4chte \u202e"), json.loads(json_text("\x9b2J")) == "\x9b2J")
    "Nächte \u202e" True
    """
    return escaped(json.dumps(value, ensure_ascii=False, **options), lambda character: json.dumps(character)[1:-1])


def escaped(text: str, escape: Callable[[str], str], *, keep: str = "\n\t") -> str:
    """Give a text with the escape of a format in place of each character that cannot be seen and may do something."""
    found = {ord(character): escape(character) for character in set(text) if _is_unseen(character, keep)}
    return text.translate(found) if found else text


def _is_unseen(character: str, keep: str) -> bool:
    return unicodedata.category(character) in UNSEEN and character not in NEEDED and character not in keep


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
