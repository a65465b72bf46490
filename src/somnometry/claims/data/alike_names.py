"""Names of one subject or condition that are written in two ways: those that must be one, and those that may be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from ...core.errors import ClaimError
from ...core.reason import Reason

__all__ = ["alike_names", "require_no_twins"]

#: Marks that people write or leave out between the letters and the number of a name; between digits they tell apart.
MARKS = r"[-_./\u2010-\u2015]+"
#: Letters of other alphabets that look like a Latin one, in lower case.
LOOK_ALIKE = str.maketrans("авекмнорстухіјѕԁԛԝαβεικνορτυχ", "abekmhopctyxijsdqwabeikvoptux")
BESIDE_LETTER = re.compile(rf"(?<=[^\W\d_]){MARKS}(?=[^\W_])|(?<=\d){MARKS}(?=[^\W\d_])")


def require_no_twins(names: Sequence[str], column: str) -> None:
    """Refuse names that differ only in case, blanks, zeros or what nobody sees: whoever wrote them meant one.

    Nobody sees marks without a width, nor whether a letter is Latin or Cyrillic; 1.0 is 1.

    Parameters
    ----------
    names : sequence of str
        All different.
    column : str

    Raises
    ------
    ClaimError
    """
    for first, second in _alike(names, marks=True):
        raise ClaimError(
            f"{first!r} and {second!r} differ only in case, blanks, zeros before or behind a number, or what nobody "
            "sees",
            place=f"column {column!r}",
            remedy="write one name in one way, or name two in ways that nobody takes for one",
            key=column,
        )


def alike_names(names: Sequence[str], column: str) -> tuple[Reason, ...]:
    """Say which names differ only in a dash, underscore, point or slash beside a letter: they may be one, or two.

    Parameters
    ----------
    names : sequence of str
        All different, and no twins.
    column : str

    Examples
    --------
    >>> [reason.facts["names"] for reason in alike_names(["P-07", "P7", "S1-2", "S12"], "subject")]
    [('P-07', 'P7')]
    """
    pairs = list(_alike(names, marks=False))
    return (Reason("alike-names", {"column": column, "names": pairs[0], "n": len(pairs)}),) if pairs else ()


def _alike(names: Sequence[str], *, marks: bool) -> Iterator[tuple[str, str]]:
    """Give every name that is a former one but for how it is written, marks beside letters counting or not."""
    seen: dict[str, str] = {}
    for name in names:
        plain = "".join(unicodedata.normalize("NFKC", name).split()).casefold().translate(LOOK_ALIKE)
        plain = "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
        plain = re.sub(r"(?<=\d)\.0+$", "", plain)
        if not marks:
            plain = BESIDE_LETTER.sub("", plain)
        plain = re.sub(r"(?<![\d.,])0+(?=\d)", "", plain)
        if (first := seen.setdefault(plain, name)) != name:
            yield first, name
