"""Nouns as plain data that JSON can hold, and what people write as plain words that compare."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

__all__ = ["plain_data", "plain_word"]

#: Characters of a text that is remembered; scorers write the same few thousands of times.
SHORT = 64


def plain_data(value: Any) -> Any:
    """Give dataclasses and mappings as dicts, tuples as lists, numbers of numpy as Python's, and no number as None.

    Examples
    --------
    >>> plain_data({"arms": ("placebo", "active"), "p": float("nan")})
    {'arms': ['placebo', 'active'], 'p': None}
    """
    if hasattr(value, "item"):  # a number of numpy
        value = value.item()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain_data(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain_data(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_data(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def plain_word(text: str) -> str:
    """Give an annotation without its channel ("@@EEG C4"), blanks, underscores, hyphens and capitals.

    Examples
    --------
    >>> plain_word("Sleep_stage-N2@@EEG C4")
    'sleepstagen2'
    """
    return _plain_word(text) if len(text) <= SHORT else _joined(text)


@lru_cache(maxsize=4096)
def _plain_word(text: str) -> str:
    return _joined(text)


def _joined(text: str) -> str:
    return re.sub(r"[\s_\-]+", "", text.partition("@@")[0]).casefold()
