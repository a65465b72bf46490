"""Boosted trees of depth 5 at most, stored as complete binary trees and evaluated by masks of leaves.

A node that sends a row to the right rules out the leaves on its left. The first leaf that no node rules out is the one
that the row ends in, so that nodes need no order and every node looks at all rows at once (QuickScorer; Lucchese, C. et
al. (2015). QuickScorer: a fast algorithm to rank documents with additive ensembles of regression trees. SIGIR, 73-82).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from .compile import Counts, Floats, kernel

__all__ = ["DEPTH", "N_LEAVES", "N_NODES", "class_probabilities"]

DEPTH = 5
N_NODES = 2**DEPTH - 1
N_LEAVES = 2**DEPTH
#: One bit per leaf.
ALL, ONE = np.uint32(2**N_LEAVES - 1), np.uint32(1)
#: The remainders of the powers of two up to 2**31 differ all.
PRIME = np.uint32(37)
#: LightGBM takes magnitudes up to its single-precision 1e-35 for zero.
TINY = float(np.float32(1e-35))


def _kept() -> npt.NDArray[np.uint32]:
    """Leaves that a node leaves possible when it sends a row to the right: all but those under its left child."""
    kept = np.full(N_NODES, ALL)
    for node in range(N_NODES):
        below = DEPTH - (node + 1).bit_length()
        first = (2 * node + 2 << below) - N_LEAVES
        for leaf in range(first, first + (1 << below)):
            kept[node] &= ALL ^ np.uint32(1 << leaf)
    return kept


KEPT = _kept()


@kernel
def class_probabilities(
    rows: Floats, feature: Counts, threshold: Floats, leaf: Floats, n_classes: int
) -> npt.NDArray[np.float64]:
    """Class probabilities of a boosted multi-class model, shape (n_rows, n_classes).

    Parameters
    ----------
    rows : array of float, shape (n_rows, n_features)
        NaN and magnitudes up to 1e-35 count as 0.
    feature : array of int, shape (n_trees, 31)
        The feature that each inner node looks at; node i has the children 2i+1 (left) and 2i+2.
    threshold : array of the type of `rows`, shape (n_trees, 31)
        A row goes left where its feature is not above the threshold.
    leaf : array of float64, shape (n_trees, 32)
        What a leaf adds to the raw score. Tree t belongs to class t modulo `n_classes`.
    n_classes : int

    Returns
    -------
    array of float64, shape (n_rows, n_classes)
        Rows sum to 1.
    """
    n_rows, n_features = rows.shape
    x = np.empty((n_features, n_rows), rows.dtype)
    for i in range(n_rows):
        for f in range(n_features):
            v = rows[i, f]
            x[f, i] = v if abs(v) > TINY else 0.0
    scores = np.zeros((n_classes, n_rows))
    possible = np.empty(n_rows, np.uint32)
    value = np.empty(PRIME)
    for t in range(feature.shape[0]):
        possible[:] = ALL
        for node in range(N_NODES):
            limit = threshold[t, node]
            if limit < math.inf:
                kept, column = KEPT[node], x[feature[t, node]]
                for i in range(n_rows):
                    possible[i] &= kept if column[i] > limit else ALL
        for j in range(N_LEAVES):
            value[(1 << j) % PRIME] = leaf[t, j]
        score = scores[t % n_classes]
        for i in range(n_rows):
            first = possible[i] & ~(possible[i] - ONE)
            score[i] += value[first % PRIME]
    out = np.empty((n_rows, n_classes))
    for i in range(n_rows):
        largest = scores[0, i]
        for c in range(1, n_classes):
            largest = max(largest, scores[c, i])
        total = 0.0
        for c in range(n_classes):
            out[i, c] = math.exp(scores[c, i] - largest)
            total += out[i, c]
        for c in range(n_classes):
            out[i, c] /= total
    return out
