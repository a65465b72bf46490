"""JSON of anybody's, within limits: what has more lists and objects than a file of ours or of a night is refused."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["bounded_json"]

#: Lists and objects: each becomes a hundred bytes.
MOST = 500_000


def bounded_json(text: str | bytes) -> Any:
    """What a JSON holds.

    Raises
    ------
    ValueError
        Where it is none, is nested too deeply, or holds more than 500,000 lists and objects.

    Examples
    --------
    >>> bounded_json('{"a": [1, 2]}')
    {'a': [1, 2]}
    """
    marks: tuple[Any, Any] = (b"[", b"{") if isinstance(text, bytes) else ("[", "{")
    if sum(map(text.count, marks)) > MOST:
        raise ValueError(f"more than {MOST:,} lists and objects")
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("lists or objects in each other beyond any depth") from None
