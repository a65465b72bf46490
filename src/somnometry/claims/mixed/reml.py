"""Restricted maximum likelihood: one scoring step for a start, then Newton's method on relative Cholesky factors."""

from __future__ import annotations

import math
from contextlib import suppress

import numpy as np

from ...core.errors import ClaimError
from .blocks import Design, Floats, Moments
from .strata import Likelihood

__all__ = ["SINGULAR", "ExactFitError", "maximise"]

MAX_STEPS = 200

#: Newton's method doubles the digits of each step: after one so small, the next would change rounding errors only.
SETTLED = 1e-10

#: A Cholesky diagonal (relative to the residual standard deviation) below this is zero.
ZERO = 1e-7

#: One below this makes a fit singular, as in lme4.
SINGULAR = 1e-4

#: A residual variance below this share of the outcome's variance around the fixed effects is zero; one that is still
#: falling and below the second is on its way there.
PERFECT, NO_RESIDUAL = 1e-10, 1e-4


class ExactFitError(ClaimError):
    """The model fits the values exactly: there is no residual variance, hence no standard error."""


def maximise(likelihood: Likelihood) -> tuple[Floats, Moments]:
    """Give the Cholesky entries phi (k,) of the terms' relative covariances at the REML estimate, and the moments.

    The outcome has mean square 1 around the least-squares fit. The variance of a term is the square of its factor, so
    that no bound is needed: Newton's method reaches a variance of zero cubically.

    Raises
    ------
    ClaimError
        Where the random terms fit the outcome exactly, or no maximum is found.
    """
    design = likelihood.design
    k = len(design.curvature)
    ones = design.diagonal.astype(np.float64)
    at = likelihood.moments(0.5 * ones)
    if k == 0:
        return np.zeros(0), at
    phi, best = _climb(likelihood, _scoring_start(design, at))
    for start in _other_starts(design, phi):
        # likelihoods of few rows can have two maxima, one of them at a variance of zero
        if max(design.sizes) == 1 and likelihood.deviance(design.psi(start)) >= best.deviance:
            continue
        with suppress(ClaimError):
            other, moments = _climb(likelihood, start)
            if moments.deviance < best.deviance - 1e-8 * (1 + abs(best.deviance)):
                phi, best = other, moments
    return phi, best


def _other_starts(design: Design, phi: Floats) -> list[Floats]:
    """Give points from which a better maximum may be reached: for variances alone, only where one of them is zero."""
    if max(design.sizes) > 1:
        ones = design.diagonal.astype(np.float64)
        return [ones, 0.3 * ones, 3.0 * ones]
    zero = np.flatnonzero(np.abs(phi) < SINGULAR)
    return [np.where(np.arange(len(phi)) == i, size, phi) for i in zero for size in (3.0, 20.0)]


def _climb(likelihood: Likelihood, phi: Floats) -> tuple[Floats, Moments]:
    design = likelihood.design
    at = likelihood.moments(design.psi(phi))
    for _ in range(MAX_STEPS):
        if at.scale < PERFECT:
            break
        step, decrement, saddle = _newton_step(design, phi, at)
        if saddle is not None:
            phi, at = _descend(likelihood, phi, at, 0.1 * saddle, 0.0)
        elif np.abs(step).max() < 1e-8 * (1 + np.abs(phi).max()):
            zero = design.diagonal & (np.abs(phi + step) < ZERO)
            if not zero.any() and np.abs(step).max() < SETTLED * (1 + np.abs(phi).max()):
                return phi, at
            phi = np.where(zero, 0.0, phi + step)
            return phi, likelihood.moments(design.psi(phi))
        else:
            phi, at = _descend(likelihood, phi, at, step, decrement)
    if at.scale < NO_RESIDUAL:
        raise ExactFitError(
            "the fixed effects and random terms fit the outcome exactly, so that its residual variance is 0 and "
            "nothing can be tested",
            remedy="leave out a term, or see whether rows are copies of one another",
            key="y",
        )
    raise ClaimError(
        f"the variance components of {design.n} rows were not found in {MAX_STEPS} steps",
        remedy="leave out a random term",
        key="terms",
    )


def _scoring_start(design: Design, at: Moments) -> Floats:
    """Take one step of scoring on the variances (exact in a balanced design), made positive definite."""
    theta = np.linalg.lstsq(at.trace2, at.form, rcond=1e-10)[0]
    psi = theta[:-1] / max(theta[-1], 1e-3 * at.scale)
    phi, i = [], 0
    for q in design.sizes:
        if q == 1:
            phi.append(np.sqrt(np.clip(psi[i : i + 1], 1e-2, 1e6)))
            i += 1
            continue
        lower = np.tril_indices(q)
        Psi = np.zeros((q, q))
        Psi[lower] = psi[i : i + len(lower[0])]
        value, vector = np.linalg.eigh(Psi)  # reads the lower triangle
        phi.append(np.linalg.cholesky((vector * np.clip(value, 1e-2, 1e6)) @ vector.T)[lower])
        i += len(lower[0])
    return np.concatenate(phi)


def _newton_step(design: Design, phi: Floats, at: Moments) -> tuple[Floats, float, Floats | None]:
    """Give the Newton step, the decrease of the deviance that it promises, and a way down where phi is a saddle."""
    k, df = len(phi), design.n - design.p
    form = at.form[:k] / at.scale
    gradient = at.trace[:k] - form
    hessian = -at.trace2[:k, :k] + 2 * at.form2[:k, :k] / at.scale - form[:, None] * form / df
    jacobian = design.curvature @ phi
    slope = jacobian.T @ gradient
    bend = jacobian.T @ hessian @ jacobian + (gradient @ design.curvature.reshape(k, -1)).reshape(k, k)
    value, vector = np.linalg.eigh(bend)
    along = vector.T @ slope
    level = 1e-9 * max(np.abs(value).max(), df)
    along[(np.abs(value) < level) & (np.abs(along) < 1e-9 * df)] = 0.0  # what the design cannot tell apart stays
    size = np.maximum(np.abs(value), level)
    step = -vector @ (along / size)
    longest = 1 + 2 * math.sqrt(phi @ phi)
    step *= min(1.0, longest / max(math.sqrt(step @ step), longest))
    flat = np.abs(slope).max() < 1e-9 * df
    saddle = vector[:, 0] if flat and value[0] < -1e-6 * df else None
    return step, float(along @ (along / size)), saddle


def _descend(
    likelihood: Likelihood, phi: Floats, at: Moments, step: Floats, decrement: float
) -> tuple[Floats, Moments]:
    """Halve a step until the deviance falls; where it promises less than can be seen, take it as it is."""
    for _ in range(40):
        new = likelihood.moments(likelihood.design.psi(phi + step))
        if new.deviance < at.deviance or decrement < 1e-9 * (1 + abs(at.deviance)):
            return phi + step, new
        step = step / 2
    return phi, at
