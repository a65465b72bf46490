"""Complexity of the sequence of stages: Lempel and Ziv 1976, against what shuffling leaves of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..core.equality import EqualByFields
from ..core.errors import HypnogramError
from ..core.hypnogram import Hypnogram
from ..core.stage import Stage
from .stage_matrix import StageMatrix

__all__ = ["LempelZiv", "lempel_ziv", "lz76"]


@dataclass(frozen=True, slots=True, eq=False)
class LempelZiv(EqualByFields):
    """How many new patterns a sequence of stages holds.

    Parameters
    ----------
    n_patterns : int
        Components of the exhaustive history of Lempel and Ziv 1976.
    n_epochs : int
        Length of the sequence.
    normalised : float
        ``n_patterns * log_k(n_epochs) / n_epochs``, with k the stages that the scorer tells apart: about 1 for a
        random sequence that is long enough.
    surrogate : float
        Mean of that over shuffled sequences, which have the same minutes of each stage.
    ratio : float
        ``normalised / surrogate``: 1 where the order of the stages is random.
    reason : str
        Why they are NaN; empty where they are not.
    """

    n_patterns: int
    n_epochs: int
    normalised: float
    surrogate: float
    ratio: float
    reason: str = ""


def lz76(sequence: bytes) -> int:
    """Count the components of the exhaustive history of a sequence: each the shortest that did not occur before it.

    Examples
    --------
    The sequence of Lempel and Ziv 1976 parses as 0.001.10.100.1000.101:

    >>> lz76(b"0001101001000101")
    6
    """
    start, n_patterns = 0, 0
    while start < len(sequence):
        length = 1
        while start + length <= len(sequence):
            if sequence.find(sequence[start : start + length], 0, start + length - 1) < 0:
                break
            length += 1
        start += length
        n_patterns += 1
    return n_patterns


def lempel_ziv(hypnogram: Hypnogram, *, n_surrogates: int = 100, seed: int = 0) -> LempelZiv:
    """Measure the Lempel-Ziv complexity of a night, as a share of that of a random sequence.

    It grows with the number of epochs and depends on their length: compare nights of one epoch length, and read the
    ratio first. Exploratory.

    Parameters
    ----------
    hypnogram : Hypnogram
        The scored epochs from the first to the last sleep epoch are the sequence; unscored ones are left out.
    n_surrogates : int
        How many times it is shuffled, at least once.
    seed : int
        For the shuffling; the same seed gives the same numbers.

    Returns
    -------
    LempelZiv
        NaN with a reason where there are fewer than two epochs.

    Raises
    ------
    HypnogramError
        For fewer surrogates than one.

    Examples
    --------
    >>> from somnometry.core.hypnogram import Hypnogram
    >>> lempel_ziv(Hypnogram([0, 1, 2, 3, 4] * 20)).n_patterns
    6
    """
    if n_surrogates < 1:
        raise HypnogramError(f"n_surrogates must be at least 1, not {n_surrogates!r}")
    nights = StageMatrix.of(hypnogram)
    period = nights.stages[0, int(nights.onset[0]) : int(nights.last_sleep[0]) + 1]
    sequence = period[period > Stage.UNSCORED].astype(np.uint8) if nights.n_sleep[0] else np.zeros(0, np.uint8)
    n = len(sequence)
    n_patterns = lz76(sequence.tobytes())
    if n < 2:
        return LempelZiv(n_patterns, n, math.nan, math.nan, math.nan, "fewer than two epochs of sleep and wake")
    scale = math.log(n) / math.log(hypnogram.levels) / n
    rng = np.random.default_rng(seed)
    shuffled = [lz76(rng.permutation(sequence).tobytes()) for _ in range(n_surrogates)]
    mean = float(np.mean(shuffled))
    return LempelZiv(n_patterns, n, n_patterns * scale, mean * scale, n_patterns / mean)
