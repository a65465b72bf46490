"""Strata of balanced designs: parts of a covariance that commute share a few eigenspaces, over which REML sums."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .blocks import Design, Moments, evaluate, moments_of

__all__ = ["Likelihood", "Strata", "Turned", "find_strata"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: A design with more strata than this gains nothing by them.
MOST = 12
#: Parts of a covariance commute where what is left off the diagonal is smaller than this share of them.
ROUNDING = 1e-12
#: A residual variance of 0 counts as this one, so that it has a logarithm.
LEAST = 1e-300
#: Eigenvalues that differ by less are those of one stratum.
SAME = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Turned:
    """An outcome y (n,), turned and sorted by strata, and X'y of each stratum: `products` (n_strata, p)."""

    y: Floats
    products: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Strata:
    """Rows of a table turned so that all covariances are diagonal, sorted by stratum.

    In a stratum every part of the covariance has one eigenvalue: in nights within periods within people the strata are
    people, periods of a person, and nights of a period.

    Parameters
    ----------
    rotations : tuple of arrays of float64, shape (rows of a block, rows of a block)
        For each stack, what turns the rows of one of its blocks.
    order : array of int64, shape (n,)
        Of the turned rows.
    starts, size : arrays of int64, shape (n_strata,)
        Where each stratum starts, and its rows.
    eigenvalues : array of float64, shape (k, n_strata)
        Of the derivative of the covariance by each parameter, the residual variance last.
    X : array of float64, shape (n, p)
        Fixed effects, turned and sorted.
    products : array of float64, shape (n_strata, p, p)
        X'X of each stratum.
    """

    rotations: tuple[Floats, ...]
    order: Ints
    starts: Ints
    size: Ints
    eigenvalues: Floats
    X: Floats
    products: Floats

    def turn(self, placed: Sequence[Floats]) -> Turned:
        """Turn and sort a column of the table that is laid out in stacks."""
        turned = [(Q.T @ values[0, : len(Q)]).ravel() for Q, values in zip(self.rotations, placed, strict=True)]
        y = np.concatenate(turned)[self.order]
        return Turned(y, np.add.reduceat(self.X * y[:, None], self.starts, axis=0))

    def deviance(self, outcome: Turned, psi: Floats) -> float:
        """Give the deviance alone, at relative parameters psi (k - 1,)."""
        return self._solve(outcome, psi)[0]

    def evaluate(self, outcome: Turned, psi: Floats) -> Moments:
        """Evaluate REML at relative parameters psi (k - 1,): as `blocks.evaluate`."""
        deviance, weight, scale, covariance, beta, squares = self._solve(outcome, psi)
        k, p, n_strata = len(self.eigenvalues), len(beta), len(weight)
        inner = np.empty((n_strata, p + 1, p + 1))
        inner[:, :p, :p] = self.products
        inner[:, :p, p] = inner[:, p, :p] = outcome.products - self.products @ beta
        inner[:, p, p] = squares
        flat = inner.reshape(n_strata, -1)
        of_part = self.eigenvalues * weight
        of_pair = of_part[:, None] * of_part
        first = ((of_part * weight) @ flat).reshape(k, p + 1, p + 1)
        second = ((of_pair * weight).reshape(k * k, -1) @ flat).reshape(k, k, p + 1, p + 1)
        return moments_of(deviance, scale, beta, covariance, of_part @ self.size, of_pair @ self.size, first, second)

    def _solve(self, outcome: Turned, psi: Floats) -> tuple[float, Floats, float, Floats, Floats, Floats]:
        """Give deviance, weights of strata, scale, covariance of fixed effects, these, and squares left in strata."""
        variance = 1 + psi @ self.eigenvalues[:-1]
        weight = 1 / variance
        n, p = self.X.shape
        A = (weight @ self.products.reshape(len(weight), -1)).reshape(p, p)
        covariance = np.asarray(np.linalg.inv(A), np.float64)
        beta = covariance @ (weight @ outcome.products)
        residual = outcome.y - self.X @ beta
        squares = np.add.reduceat(residual * residual, self.starts)
        scale = float(weight @ squares) / (n - p)
        log_det = float(self.size @ np.log(variance)) + float(np.linalg.slogdet(A)[1])
        return log_det + (n - p) * math.log(max(scale, LEAST)), weight, scale, covariance, beta, squares


@dataclass(frozen=True, slots=True, eq=False)
class Likelihood:
    """The restricted likelihood of an outcome: by the strata of its design where it has any, else block by block.

    Parameters
    ----------
    design : Design
    placed : tuple of arrays
        The outcome as each stack lays it out.
    strata : Strata, optional
    turned : Turned, optional
        The outcome as the strata lay it out.
    """

    design: Design
    placed: tuple[Floats, ...]
    strata: Strata | None = None
    turned: Turned | None = None

    @classmethod
    def of(cls, y: Floats, design: Design, strata: Strata | None) -> Likelihood:
        """Lay an outcome (n,) out."""
        placed = tuple(stack.place(y) for stack in design.stacks)
        return cls(design, placed, strata, None if strata is None else strata.turn(placed))

    def moments(self, psi: Floats) -> Moments:
        """Evaluate at relative parameters psi (k,)."""
        if self.strata is None or self.turned is None:
            return evaluate(self.design, self.placed, psi)
        return self.strata.evaluate(self.turned, psi)

    def deviance(self, psi: Floats) -> float:
        """The deviance alone."""
        if self.strata is None or self.turned is None:
            return evaluate(self.design, self.placed, psi).deviance
        return self.strata.deviance(self.turned, psi)


def find_strata(design: Design) -> Strata | None:
    """Give the strata of a design; None where the parts of its covariance do not commute."""
    n, stacks = design.n, design.stacks
    rotations, values = [], []
    for stack in stacks:
        if len(stack.unit) > 1:
            return None
        real = int((stack.rows[0, :, 0] < n).sum())
        parts = stack.derivatives[:, 0, :real, :real]
        found = _common_eigenvectors(parts)
        if found is None:
            return None
        rotations.append(found[0])
        values.append(np.repeat(found[1], stack.alike, axis=1))
    eigenvalues = np.concatenate(values, axis=1)
    levels, stratum = np.unique(np.round(eigenvalues / SAME), axis=1, return_inverse=True)
    stratum = stratum.ravel()
    if levels.shape[1] > MOST:
        return None
    order = np.argsort(stratum, kind="stable")
    size = np.bincount(stratum)
    starts = np.cumsum(size) - size
    turned = [
        (Q.T @ stack.X[0, : len(Q)]).reshape(len(Q) * stack.alike, -1)
        for Q, stack in zip(rotations, stacks, strict=True)
    ]
    X = np.concatenate(turned)[order]
    products = np.stack([X[at : at + rows].T @ X[at : at + rows] for at, rows in zip(starts, size, strict=True)])
    means = np.add.reduceat(eigenvalues[:, order], starts, axis=1) / size
    return Strata(tuple(rotations), order, starts, size, means, X, products)


def _common_eigenvectors(parts: Floats) -> tuple[Floats, Floats] | None:
    """Give orthonormal vectors that make symmetric matrices (k, size, size) diagonal, and their diagonals (k, size)."""
    mixture = np.tensordot(np.sqrt(np.arange(2.0, len(parts) + 2)), parts, 1)
    vectors = np.linalg.eigh(mixture)[1]
    turned = vectors.T @ parts @ vectors
    diagonal = np.diagonal(turned, axis1=1, axis2=2)
    off = turned - diagonal[:, :, None] * np.eye(len(vectors))
    largest = np.abs(parts).max(initial=1.0) * len(vectors)
    return (vectors, diagonal) if np.abs(off).max() <= ROUNDING * largest else None
