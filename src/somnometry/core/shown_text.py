"""Text that is safe to show: what steers a terminal, or turns the direction of writing, is shown as its escape."""

from __future__ import annotations

import unicodedata

__all__ = ["shown_text"]

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
    return "".join(_shown(character) if character not in keep else character for character in text)


def _shown(character: str) -> str:
    unseen = unicodedata.category(character) in UNSEEN and character not in NEEDED
    return character.encode("unicode_escape").decode("ascii") if unseen else character
