"""Nights that could not be measured: those of which the table says why they were lost, and the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ...core.reason import Reason
from .night_ordinals import texts_of

__all__ = ["lost_nights"]


def lost_nights(columns: Mapping[str, npt.NDArray[Any]]) -> Iterator[tuple[Reason, npt.NDArray[np.bool_]]]:
    """Give the nights whose ``status`` is not "ok": those with a word in the column ``lost``, and then all.

    Parameters
    ----------
    columns : mapping of str to array
        With ``status``, a cell each night.
    """
    failed = np.array([text.lower() != "ok" for text in texts_of(columns["status"])], bool)
    if "lost" in columns:
        why = texts_of(columns["lost"])
        told = failed & np.array([text != "" for text in why], bool)
        yield Reason("lost-as-noted", {"why": tuple(sorted({why[i] for i in np.flatnonzero(told)}))}), told
    yield Reason("not-measured"), failed
