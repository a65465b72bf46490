"""Kenward and Roger's small-sample inference for contrasts of fixed effects whose covariance is estimated."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...core.arrays import frozen_array
from ...core.errors import ClaimError

__all__ = ["KRTest", "adjusted_covariance", "kenward_roger_test", "pooled_inverse"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class KRTest:
    """Kenward-Roger F test of a contrast, which is a t test where it has one row.

    Parameters
    ----------
    estimate : array of float64, shape (n_rows,)
        L beta, in the outcome's unit; the null value is not subtracted.
    null : array of float64, shape (n_rows,)
        What it is tested against.
    standard_error : array of float64, shape (n_rows,)
        From the adjusted covariance.
    ddf : float
        Denominator degrees of freedom.
    ndf : int
        Numerator degrees of freedom: the rows of L.
    F, p : float
        Scaled F and its two-sided p-value.
    scale : float
        What F was multiplied by; 1 for one row.
    """

    estimate: Floats
    null: Floats
    standard_error: Floats
    ddf: float
    ndf: int
    F: float
    p: float
    scale: float

    def __post_init__(self) -> None:
        for name in ("estimate", "null", "standard_error"):
            object.__setattr__(self, name, frozen_array(getattr(self, name), np.float64))

    @property
    def effect(self) -> float:
        """Estimate of the only row."""
        self._one_row("an effect")
        return float(self.estimate[0])

    @property
    def se(self) -> float:
        """Standard error of the only row."""
        self._one_row("a standard error")
        return float(self.standard_error[0])

    @property
    def t(self) -> float:
        """(estimate - null) / standard error of the only row, on `ddf` degrees of freedom."""
        self._one_row("a t")
        return float((self.estimate[0] - self.null[0]) / self.standard_error[0])

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Lower and upper limit of the two-sided confidence interval of the only row."""
        from scipy.special import ndtri, stdtrit

        self._one_row("an interval")
        if not 0 < level < 1:
            raise ClaimError(f"the level of an interval lies between 0 and 1, not at {level!r}", key="level")
        upper = (1 + level) / 2
        reach = float(ndtri(upper) if math.isinf(self.ddf) else stdtrit(self.ddf, upper)) * self.se
        return self.effect - reach, self.effect + reach

    def _one_row(self, what: str) -> None:
        if self.ndf != 1:
            raise ClaimError(
                f"{what} belongs to a contrast of one row; this one has {self.ndf}", remedy="see its F", key="L"
            )


def pooled_inverse(information: Floats, size: Floats) -> tuple[Floats, Floats]:
    """Inverse (k, k) of an information matrix, pseudo-inverse if singular, and the directions (k, r) it is blind to.

    `size` (k,) is what the diagonal would be, were the fixed effects known.
    """
    diagonal = np.diagonal(information)
    seen = diagonal > 1e-10 * size
    weight = np.divide(1.0, np.sqrt(np.where(seen, diagonal, 1.0)))
    value, vector = np.linalg.eigh(np.where(np.outer(seen, seen), information * np.outer(weight, weight), 0.0))
    kept = value > 1e-10 * value[-1]
    vector = weight[:, None] * vector
    half = vector[:, kept] / np.sqrt(value[kept])
    blind = vector[:, ~kept]
    return half @ half.T, blind / np.abs(blind).max(axis=0)


def adjusted_covariance(covariance: Floats, components: Floats, first: Floats, second: Floats) -> Floats:
    """Covariance (p, p) of the fixed effects, made larger for that of the variance components (Kenward & Roger 1997).

    The covariance of the data must be linear in its components. `components` (k, k) is their covariance, `first`
    (k, p, p) = X'V^-1 G_i V^-1 X, and `second` (k, k, p, p) = X'V^-1 G_i V^-1 G_j V^-1 X.
    """
    p = len(covariance)
    k = len(first)
    half = covariance @ first
    products = (first.reshape(k * p, p) @ half.transpose(1, 0, 2).reshape(p, k * p)).reshape(k, p, k, p)
    excess = (components.ravel() @ (second - products.transpose(0, 2, 1, 3)).reshape(k * k, -1)).reshape(p, p)
    larger = covariance + 2 * covariance @ excess @ covariance
    return (larger + larger.T) / 2


def kenward_roger_test(
    L: npt.ArrayLike,
    null: npt.ArrayLike,
    beta: Floats,
    covariance: Floats,
    adjusted: Floats,
    derivatives: Floats,
    components: Floats,
    blind: Floats,
) -> KRTest:
    """Test L beta = null, L (n_rows, p) or (p,), with the degrees of freedom of Kenward & Roger (1997).

    `derivatives` (k, p, p) are those of the covariance by the variance components, the residual last, `components`
    (k, k) is the covariance of those, `blind` (k, r) the directions in which they cannot be told apart. A zero divided
    by zero in the formulas is 1 and a scale at 2 degrees of freedom is 1, as in Halekoh & Hojsgaard (2014).

    Raises
    ------
    ClaimError
        Where L does not fit the fixed effects, its rows are not independent, its variance is not estimable in this
        design, or the groups are too few for a joint test of its rows.
    """
    rows, value = _contrast(L, null, beta)
    n_rows = len(rows)
    spread = rows @ covariance @ rows.T
    size = np.sqrt(np.diagonal(spread))
    correlation, vector = np.linalg.eigh(spread / np.outer(size, size)) if size.all() else (np.zeros(1), np.eye(1))
    if correlation[0] <= 1e-12:
        raise ClaimError(
            f"the {n_rows} rows of the contrast are not independent", remedy="leave out the ones that follow", key="L"
        )
    white = (vector / np.sqrt(correlation)).T / size
    change = white @ (rows @ derivatives @ rows.T) @ white.T
    if np.abs(np.tensordot(blind.T, change, 1)).max(initial=0.0) > 1e-6 * np.abs(change[-1]).max():
        raise ClaimError(
            "the variance of the contrast cannot be estimated: in this design a random term cannot be told from the "
            "fixed effects (as with one subject per arm)",
            remedy="add groups, or leave the term or the effects out",
            key="terms",
        )
    trace = np.trace(change, axis1=1, axis2=2)
    flat = change.reshape(len(change), -1)
    A1 = float(trace @ components @ trace)
    A2 = float(np.sum(components * (flat @ flat.T)))
    ddf, scale = _degrees_of_freedom(n_rows, A1, A2)
    if not (ddf > 0 and scale > 0):
        raise ClaimError(
            f"the groups are too few for a joint test of {n_rows} rows (denominator degrees of freedom {ddf:.3g}, "
            f"scale {scale:.3g})",
            remedy="test the rows one by one",
            key="L",
        )
    estimate = rows @ beta
    spread = rows @ adjusted @ rows.T
    away = estimate - value
    F = scale / n_rows * float(away @ np.linalg.solve(spread, away))
    return KRTest(estimate, value, np.sqrt(np.diagonal(spread)), ddf, n_rows, F, _p_value(F, n_rows, ddf), scale)


def _contrast(L: npt.ArrayLike, null: npt.ArrayLike, beta: Floats) -> tuple[Floats, Floats]:
    rows = np.atleast_2d(np.asarray(L, dtype=np.float64))
    if rows.ndim != 2 or rows.shape[1] != len(beta) or not len(rows):
        raise ClaimError(
            f"a contrast of {len(beta)} fixed effects has shape (rows, {len(beta)}), not {rows.shape}", key="L"
        )
    value = np.asarray(null, dtype=np.float64)
    if value.shape not in ((), (len(rows),)):
        raise ClaimError(
            f"a contrast of {len(rows)} rows has one null value or {len(rows)}, not {value.shape}", key="null"
        )
    if not (np.isfinite(rows).all() and np.isfinite(value).all()):
        raise ClaimError(
            "the contrast or its null value is not finite", key="L" if np.isfinite(value).all() else "null"
        )
    return rows, np.broadcast_to(value, len(rows))


def _degrees_of_freedom(n_rows: int, A1: float, A2: float) -> tuple[float, float]:
    """Give the denominator degrees of freedom and the scale that match the first two moments of F."""
    if n_rows == 1:
        return (2 / A2 if A2 > 0 else math.inf), 1.0  # what the formulas below come to
    if A2 <= 0:
        return math.inf, 1.0
    B = (A1 + 6 * A2) / (2 * n_rows)
    g = ((n_rows + 1) * A1 - (n_rows + 4) * A2) / ((n_rows + 2) * A2)
    d = 3 * n_rows + 2 * (1 - g)
    top, mean, tail = 1 + g / d * B, 1 - (n_rows - g) / d * B, 1 - (n_rows + 2 - g) / d * B
    less = 1 - A2 / n_rows
    # l rho - 1 = (less / mean)^2 top / tail - 1, written so that tail = 0 gives 4 degrees of freedom
    ratio = _divide(less, mean) ** 2 * top
    ddf = 4 + (n_rows + 2) * tail / (ratio - tail) if ratio != tail else math.inf
    scale = 1.0 if math.isinf(ddf) or abs(ddf - 2) < 1e-2 else ddf * less / (ddf - 2)
    return ddf, scale


def _divide(a: float, b: float) -> float:
    if abs(a) < 1e-12 and abs(b) < 1e-12:
        return 1.0
    return a / b if b else math.inf


def _p_value(F: float, ndf: int, ddf: float) -> float:
    from scipy.special import chdtrc, fdtrc

    return float(chdtrc(ndf, ndf * F) if math.isinf(ddf) else fdtrc(ndf, ddf, F))
