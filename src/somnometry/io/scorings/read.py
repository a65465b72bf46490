"""The scorings in a file of another program: which format it is, by its content, and what stands in it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from ...core.errors import HypnogramError
from ..files import settled
from ..own_mark import OwnMark
from . import columns, json_files
from .codings import as_integers, stages_of_cells
from .content import Content
from .formats import FORMATS, ScoringFormat
from .scored import Ask, Scored

__all__ = ["is_scoring_text", "names_of", "read_scored"]

#: Characters of a file of nothing but integers: a day in epochs of a second is a quarter of it.
MOST_OF_INTEGERS = 1_000_000
#: A file as it was, and what was asked of it: of a scorer only whether one was named.
_Asked = tuple[Path, tuple[int, ...], Ask, bool, str | None]
#: What was read last of a file of several, if anything.
_last: list[tuple[_Asked, tuple[Scored, ...]]] = []
#: What a reader may trip over in a file that is not what it promises: numbers, moments and parts of other kinds.
DAMAGE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def read_scored(path: Path, ask: Ask, *, format: str | None = None) -> list[Scored]:  # noqa: A002
    """Read every night or scorer of a file.

    What was read last of a file of several is kept while the file does not change, so that who measures one after the
    other reads it once. A reader that gave several though one was named leaves the choice to who asked.

    Parameters
    ----------
    path : Path
    ask : Ask
        What the user told.
    format : str, optional
        Name in `FORMATS`; by default the content tells.

    Raises
    ------
    HypnogramError
        Where no format is recognised, or the file does not hold what its format promises.
    """
    if format is not None and format not in {one.name for one in FORMATS}:
        content = Content(path.name, "")
        names = ", ".join(dict.fromkeys(one.name for one in FORMATS))
        raise content.error(f"there is no format {format!r}", f"it is one of edf, {names}", key="format")
    known = _asked_of(path, ask, format)
    for asked, kept in _last[:]:
        if asked == known and (ask.scorer is None or ask.scorer in names_of([*kept])):
            return [*kept]
    scored = _read(path, ask, format)
    if len(scored) > 1 and known is not None and known == _asked_of(path, ask, format):
        _last[:] = [(known, (*scored,))]
    return scored


def _asked_of(path: Path, ask: Ask, format: str | None) -> _Asked | None:  # noqa: A002
    """Say what is asked of which file; None where an answer cannot be kept, as of a table that has a sidecar."""
    try:
        stamp = None if path.suffix.lower() == ".tsv" else settled(path)
    except OSError:
        return None
    return None if stamp is None else (path, stamp, replace(ask, scorer=None), ask.scorer is not None, format)


def _read(path: Path, ask: Ask, format: str | None) -> list[Scored]:  # noqa: A002
    content = Content.of(path)
    found = _format_of(content, format)
    if format is not None and found is not None and found.coding and ask.coding is None:
        ask = replace(ask, coding=found.coding)
    try:
        return _by_mark(_bare(content, ask) if found is None else found.read(content, ask), content)
    except HypnogramError as error:
        raise error.at(content.name) from None
    except DAMAGE as error:
        what = f"it is damaged, or no {found.what if found else 'scoring'} ({type(error).__name__})"
        raise content.error(what, "export the scoring again") from None


def _by_mark(scored: list[Scored], content: Content) -> list[Scored]:
    """Add what the file says in a comment or a name: that it is our own staging."""
    if len(scored) != 1 or scored[0].scorer.kind != "unknown":
        return scored
    return [replace(scored[0], mark=OwnMark.in_text(content.text))]


def _format_of(content: Content, format: str | None) -> ScoringFormat | None:  # noqa: A002
    """The first format that recognises a file; of those of a name the last, else one that only its name tells."""
    if format is None:
        return next((one for one in FORMATS if _recognises(one, content)), None)
    named = [one for one in FORMATS if one.name == format]
    fitting = [one for one in named if _recognises(one, content)]
    fitting = fitting or [one for one in named if one.recognises is None or one.more_if_named]
    if not fitting:
        what = " nor ".join(dict.fromkeys(one.what for one in named))
        raise content.error(f"it is no {what}", "name the format that it has, or none", key="format")
    return fitting[-1]


def _recognises(one: ScoringFormat, content: Content) -> bool:
    try:
        return one.recognises is not None and one.recognises(content)
    except DAMAGE:
        return False


def is_scoring_text(path: Path, *, bare: bool = True) -> bool:
    """Whether a file is of a format that is read, by its content; or holds nothing but small integers.

    Parameters
    ----------
    path : Path
    bare : bool
        Whether integers count, whose coding somebody must name.
    """
    content = Content.head_of(path)
    if content is None or not content.filled:
        return False
    if any(_recognises(one, content) for one in FORMATS):
        return True
    if json_files.is_number_list(content):
        return bare
    numbers = _bare_integers(content) if len(content.filled) > 1 else None
    return bare and numbers is not None and all(number is None or -5 <= number <= 20 for number in numbers)


def _bare_integers(content: Content) -> list[int | None] | None:
    """Integers of a file that holds nothing else but perhaps a title, one a line or all in one line."""
    if len(content.text) > MOST_OF_INTEGERS:
        return None
    lone = len(content.filled) == 1 or not any(re.search(r"[\s,;]", line) for line in content.filled[1:])
    cells = columns.first_cells(content) if lone else []
    found = as_integers(cells) if cells else None
    return as_integers(cells[1:]) if found is None and len(cells) > 2 else found


def _bare(content: Content, ask: Ask) -> list[Scored]:
    """Read integers whose coding the user named; say of all else that it is not read."""
    if json_files.is_number_list(content):
        return json_files.read_dreem(content, ask) if ask.coding is not None else _refused(content, ask)
    if _bare_integers(content) is not None:
        return columns.read_column(None, 30.0)(content, ask)
    if re.match(r"\s*<(?:!doctype html|html)", content.text, re.IGNORECASE):
        raise content.error("it is a web page, perhaps the message of a server", "download the scoring again")
    raise content.error(
        "neither an EDF or BDF file nor a scoring in a format that is read",
        "name its format, export the scoring as EDF+, or build a Hypnogram from its stages",
    )


def _refused(content: Content, ask: Ask) -> list[Scored]:
    cells = re.findall(r"-?\d+", content.text)
    stages_of_cells(cells, ask, source=content.name)
    raise content.error("it is a list of numbers", "name the format or the coding", key="coding")


def names_of(scored: list[Scored]) -> list[str]:
    """Names that tell the scorings of a file apart, so that none takes the place of another.

    Examples
    --------
    >>> names_of([Scored((), (), (), (), name=name) for name in ("08/01/2012", "", "08/01/2012")])
    ['08/01/2012', '2', '08/01/2012 (3)']
    """
    first: dict[str, int] = {}
    names = [one.name or str(i + 1) for i, one in enumerate(scored)]
    return [name if first.setdefault(name, i) == i else f"{name} ({i + 1})" for i, name in enumerate(names)]
