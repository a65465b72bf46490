"""Linear mixed models of nights within people: REML estimates with Kenward-Roger inference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ...core.arrays import frozen_array
from ...core.errors import ClaimError
from .blocks import Design, Moments, inverses
from .kenward_roger import KRTest, adjusted_covariance, kenward_roger_test, pooled_inverse
from .layouts import laid_out
from .random_terms import RandomTerm
from .reml import SINGULAR, ExactFitError, maximise
from .strata import Likelihood

__all__ = ["MixedFit", "RandomTerm", "fit_mixed"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class MixedFit:
    """A linear mixed model fitted by REML: y = X beta + random effects + residual.

    Parameters
    ----------
    names : tuple of str
        The fixed effects.
    beta : array of float64, shape (p,)
        Their generalised least-squares estimates.
    covariance, covariance_adjusted : array of float64, shape (p, p)
        Covariance of `beta` with the variance components taken as known, and adjusted for their estimation.
    residual_variance : float
        In the outcome's unit squared.
    components : tuple of arrays of float64, shape (q, q)
        Covariance matrix of the effects of each random term.
    deviance : float
        -2 log of the restricted likelihood, as lme4 gives it (REML criterion).
    singular : bool
        Whether a component, or a combination of a term's effects, has variance zero.
    n, p : int
        Rows, and fixed effects.
    block : array of int64, shape (n,)
        Which independent block each row is in (usually a subject), numbered as they first appear.
    conditional_residuals, marginal_residuals : array of float64, shape (n,)
        y - X beta - predicted random effects (BLUP), and y - X beta.
    component_covariance : array of float64, shape (k, k)
        Asymptotic covariance of the components: the lower triangle of each term's matrix by rows, then the residual.
    covariance_derivatives : array of float64, shape (k, p, p)
        Derivatives of `covariance` by them.
    blind : array of float64, shape (k, r)
        Directions of the components that change nothing that the design can see; see `aliased`.
    root : array of float64, shape (p, p)
        X `root` is orthonormal.
    block_kind : array of int64, shape (n_blocks,)
        Numbers the blocks that have the same fixed effects and covariance.
    kind_information, block_score : arrays of float64, shapes (n_kinds, p, p) and (n_blocks, p)
        What a block of each kind, and each block, adds to the normal equations of X `root` at the estimate.
    """

    names: tuple[str, ...]
    beta: Floats
    covariance: Floats = field(repr=False)
    covariance_adjusted: Floats = field(repr=False)
    residual_variance: float
    components: tuple[Floats, ...]
    deviance: float
    singular: bool
    n: int
    p: int
    block: Ints = field(repr=False)
    conditional_residuals: Floats = field(repr=False)
    marginal_residuals: Floats = field(repr=False)
    component_covariance: Floats = field(repr=False)
    covariance_derivatives: Floats = field(repr=False)
    blind: Floats = field(repr=False)
    root: Floats = field(repr=False)
    block_kind: Ints = field(repr=False)
    kind_information: Floats = field(repr=False)
    block_score: Floats = field(repr=False)

    def __post_init__(self) -> None:
        for name in (
            *("beta", "covariance", "covariance_adjusted", "conditional_residuals", "marginal_residuals"),
            *("component_covariance", "covariance_derivatives", "blind", "root", "kind_information", "block_score"),
        ):
            object.__setattr__(self, name, frozen_array(getattr(self, name), np.float64))
        for name in ("block", "block_kind"):
            object.__setattr__(self, name, frozen_array(getattr(self, name), np.int64))
        object.__setattr__(self, "components", tuple(frozen_array(c, np.float64) for c in self.components))

    @property
    def aliased(self) -> bool:
        """Whether the design cannot tell some components apart: they are known only in sum, or not at all."""
        return self.blind.size > 0

    def contrast(self, L: npt.ArrayLike, null: npt.ArrayLike = 0.0) -> KRTest:
        """Test L beta = null after Kenward & Roger (1997): L of shape (p,) or (rows, p), null a value or one per row.

        Raises
        ------
        ClaimError
            Where L does not fit the fixed effects, is not finite, or has rows that are not independent; where its
            variance cannot be estimated in this design, or the groups are too few for a joint test.
        """
        return kenward_roger_test(
            L,
            null,
            self.beta,
            self.covariance,
            self.covariance_adjusted,
            self.covariance_derivatives,
            self.component_covariance,
            self.blind,
        )


def fit_mixed(
    y: npt.ArrayLike, X: npt.ArrayLike, terms: Sequence[RandomTerm], names: Sequence[str] | None = None
) -> MixedFit:
    """Fit y = X beta + random effects + residual by REML, effects and tests in the unit of y.

    Parameters
    ----------
    y : array of float64, shape (n,)
        The outcome. A row with a missing value is left out by the caller, from y, X and the terms.
    X : array of float64, shape (n, p)
        Fixed effects, an intercept among them if one is meant; of full rank, and fewer than rows.
    terms : sequence of RandomTerm
        Nested or crossed. None at all is ordinary least squares, with its exact t and F.
    names : sequence of str, optional
        Of the fixed effects.

    Returns
    -------
    MixedFit
        Its `contrast` tests. Never NaN: a variance of zero stays among the components whose estimation widens
        intervals, as in Kenward & Roger's original and R's pbkrtest.

    Raises
    ------
    ClaimError
        Where y or X is not finite or of another length, an effect cannot be estimated, no residual degree of freedom
        is left, or y is fitted exactly.

    Notes
    -----
    Rows are inverted in independent blocks (rows tied by shared groups), so that the cost grows linearly with
    subjects and with the cube of the largest block.

    Kenward & Roger 1997, Biometrics 53:983. Halekoh & Hojsgaard 2014, J Stat Softw 59(9).

    Examples
    --------
    Student's (1908) hours of extra sleep, two drugs in ten people; the t of the paired test is -4.06 on 9:

    >>> first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    >>> second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    >>> X = np.column_stack([np.ones(20), np.repeat([1, 0], 10)])
    >>> fit = fit_mixed(first + second, X, [RandomTerm(list(range(10)) * 2)], ["mean", "first - second"])
    >>> test = fit.contrast([0, 1])
    >>> f"{test.effect:.2f} h, t = {test.t:.2f} on {test.ddf:.1f} df, p = {test.p:.4f}"
    '-1.58 h, t = -4.06 on 9.0 df, p = 0.0028'
    """
    outcome, fixed, labels = _checked(y, X, names)
    n, p = fixed.shape
    for term in terms:
        if len(term.codes) != n:
            raise ClaimError(f"{term.title} has {len(term.codes)} rows, the outcome {n}", key="terms")
    sizes = [np.sqrt(np.mean(np.square(term.design), axis=0)) for term in terms]
    slopes = [term.design / size for term, size in zip(terms, sizes, strict=True)]
    basis, root, design, strata = laid_out(fixed, labels, [term.codes for term in terms], slopes)
    start = basis.T @ outcome
    residual = outcome - basis @ start
    residual -= basis @ (basis.T @ residual)
    unit = float(np.sqrt(residual @ residual / (n - p)))
    if unit <= 1e-13 * float(np.sqrt(outcome @ outcome / n)):
        raise ExactFitError(
            "the outcome is constant or an exact sum of the fixed effects, so that its residual variance is 0 and "
            "nothing can be tested",
            key="y",
        )
    phi, at = maximise(Likelihood.of(residual / unit, design, strata))
    return _assemble(design, phi, at, labels, root, start, residual, basis, unit, sizes)


def _assemble(
    design: Design,
    phi: Floats,
    at: Moments,
    names: tuple[str, ...],
    root: Floats,
    start: Floats,
    residual: Floats,
    basis: Floats,
    unit: float,
    sizes: Sequence[Floats],
) -> MixedFit:
    """Bring what REML found (unit outcome, orthonormal X, slopes of mean square 1) back to the caller's units."""
    n, p = design.n, design.p
    variance = at.scale * unit**2
    components, scales, i = [], [], 0
    for q, size in zip(design.sizes, sizes, strict=True):
        lower = np.tril_indices(q)
        L = np.zeros((q, q))
        L[lower] = phi[i : i + len(lower[0])]
        components.append(variance * (L @ L.T) / np.outer(size, size))
        scales.append(1 / np.outer(size, size)[lower])
        i += len(lower[0])
    scale = np.concatenate([*scales, [1.0]])
    weights, blind = pooled_inverse(at.trace2 / 2, at.size / 2)
    adjusted = adjusted_covariance(at.covariance, weights, at.first, at.second)
    derivatives = root @ (at.covariance @ at.first @ at.covariance) @ root.T
    marginal = residual - basis @ (unit * at.beta)
    conditional = np.zeros(n + 1)
    kind = np.zeros(design.n_blocks, np.int64)
    information: list[Floats] = []
    score = np.zeros((design.n_blocks, p))
    for stack, inverse in zip(design.stacks, inverses(design, design.psi(phi)), strict=True):
        weighted = inverse @ stack.place(marginal)
        conditional[stack.rows] = weighted
        XV = stack.X.reshape(*stack.rows.shape, p).transpose(0, 2, 3, 1).reshape(len(stack.blocks), p, -1)
        score[stack.blocks] = (XV @ weighted.swapaxes(1, 2).reshape(len(stack.blocks), -1, 1))[..., 0] / variance
        kind[stack.blocks] = stack.kind + len(information)
        of_kind = XV[stack.example]
        information.extend(of_kind @ inverse @ of_kind.swapaxes(1, 2) / variance)
    return MixedFit(
        names=names,
        beta=root @ (start + unit * at.beta),
        covariance=variance * root @ at.covariance @ root.T,
        covariance_adjusted=variance * root @ adjusted @ root.T,
        residual_variance=variance,
        components=tuple(components),
        deviance=at.deviance
        + (n - p) * (1 + float(np.log(2 * np.pi * unit**2)))
        - 2 * float(np.linalg.slogdet(root)[1]),
        singular=bool((np.abs(phi[design.diagonal]) < SINGULAR).any()),
        n=n,
        p=p,
        block=design.block,
        conditional_residuals=conditional[:n],
        marginal_residuals=marginal,
        component_covariance=variance**2 * weights * np.outer(scale, scale),
        covariance_derivatives=derivatives / scale[:, None, None],
        blind=blind * scale[:, None],
        root=root,
        block_kind=kind,
        kind_information=np.stack(information),
        block_score=score,
    )


def _checked(y: npt.ArrayLike, X: npt.ArrayLike, names: Sequence[str] | None) -> tuple[Floats, Floats, tuple[str, ...]]:
    outcome, fixed = np.asarray(y, dtype=np.float64), np.asarray(X, dtype=np.float64)
    if outcome.ndim != 1 or fixed.ndim != 2 or len(fixed) != len(outcome) or not fixed.shape[1]:
        raise ClaimError(f"y of shape {outcome.shape} and X of shape {fixed.shape} are not (n,) and (n, p)", key="X")
    n, p = fixed.shape
    labels = tuple(f"column {j}" for j in range(p)) if names is None else tuple(names)
    if len(labels) != p:
        raise ClaimError(f"{len(labels)} names for {p} fixed effects", key="names")
    if not np.isfinite(outcome).all():
        row = int(np.flatnonzero(~np.isfinite(outcome))[0])
        raise ClaimError(f"the outcome is {outcome[row]}", place=f"row {row}", remedy="leave the row out", key="y")
    if not np.isfinite(fixed).all():
        row, column = (int(i) for i in np.argwhere(~np.isfinite(fixed))[0])
        raise ClaimError(
            f"{labels[column]!r} is {fixed[row, column]}", place=f"row {row}", remedy="leave the row out", key="X"
        )
    if n <= p:
        raise ClaimError(f"{n} rows leave no residual degree of freedom beside {p} fixed effects", key="X")
    return outcome, fixed, labels
