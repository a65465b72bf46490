"""Which file a table in memory was read from, so that what is wrong with a cell of it says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from .errors import ClaimError

__all__ = ["SOURCE", "said_of", "source_of"]

#: Under which name a DataFrame's ``attrs`` hold the file.
SOURCE = "somnometry_source"


def source_of(table: Any) -> str:
    """Give the file that a table was read from; empty where its reader noted none."""
    attrs = getattr(table, "attrs", None)
    return str(attrs.get(SOURCE, "")) if isinstance(attrs, Mapping) else ""


@contextmanager
def said_of(source: str) -> Iterator[None]:
    """Say the file first in what is wrong with its cells; what is wrong with the study's declaration stays as it is."""
    try:
        yield
    except ClaimError as error:
        if not source or error.key.startswith("study."):
            raise
        raise error.within(source) from None
