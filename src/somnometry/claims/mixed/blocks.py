"""Independent blocks of rows: what shares no group is independent, so that a covariance is inverted block by block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Design", "Moments", "Stack", "evaluate", "inverses", "lay_out", "moments_of"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Blocks of up to so many rows are padded to one size; larger ones to sizes that grow by half.
SMALL_BLOCK = 12
#: So many blocks on average must share the form of their covariance for it to be computed once.
ALIKE = 4
#: More numbers of covariance than this are no one stack: what is made of a stack stays in the processor's cache.
LARGE_STACK = 50_000


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """Blocks of nearly one size, padded to the largest, zero where padded, and beside each other by their covariances.

    There are `n` covariances, each of `alike` blocks: one of all blocks where it is the same in them, as among people
    with the same periods and nights, or one of every block. So that a covariance meets its blocks at once, `rows`
    (n, size, alike) holds the row of the table behind each place (n_rows where padded), `X` (n, size, alike x p) the
    fixed effects; `blocks` (n_blocks,) is the number of each block in the order of n and alike, `derivatives` (k, n,
    size, size) that of the covariance by each parameter, the residual variance last, and `unit` (n, size, size) ones.
    Blocks with the same covariance and fixed effects are of one kind: `kind` (n_blocks,) numbers these in the stack,
    and `example` (n_kinds,) is the place of a block of each.
    """

    rows: Ints
    blocks: Ints
    X: Floats
    unit: Floats
    derivatives: Floats
    kind: Ints
    example: Ints

    @property
    def alike(self) -> int:
        """How many blocks one covariance stands for."""
        return int(self.rows.shape[2])

    def place(self, values: Floats) -> Floats:
        """Lay a column of the table out, (n_rows,) -> (n, size, alike)."""
        return np.append(values, 0.0)[self.rows]


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """A table laid out in independent blocks: orthonormal fixed effects, and how the covariance depends on parameters.

    The covariance is linear in its parameters: residual variance x (I + sum_i psi_i G_i), where psi holds the lower
    triangle of each term's covariance matrix relative to the residual variance, and psi_i = phi' `curvature`_i phi / 2
    with phi the same entries of its Cholesky factor.
    """

    n: int
    p: int
    block: Ints
    stacks: tuple[Stack, ...]
    curvature: Floats
    diagonal: npt.NDArray[np.bool_]
    sizes: tuple[int, ...]

    @property
    def n_blocks(self) -> int:
        """Number of independent blocks."""
        return int(self.block.max()) + 1

    def psi(self, phi: Floats) -> Floats:
        """Give the relative parameters of entries phi (k,) of the terms' Cholesky factors."""
        return np.asarray(0.5 * ((self.curvature @ phi) @ phi), np.float64)


def lay_out(X: Floats, codes: Sequence[Ints], slopes: Sequence[Floats], same: Ints | None = None) -> Design:
    """Lay a table out in blocks: X (n, p), for each random term codes (n,) from 0 and slopes (n, q).

    `same` (n,) numbers the rows whose fixed effects are the same; without it those are compared.
    """
    n, p = X.shape
    if same is None:
        same = np.unique(X, axis=0, return_inverse=True)[1].ravel().astype(np.int64)
    block = connected_rows(n, codes)
    count = np.bincount(block)
    order = np.argsort(block, kind="stable")
    within = np.arange(n) - np.repeat(np.cumsum(count) - count, count)
    size_class = np.ceil(np.log(np.maximum(count, SMALL_BLOCK) / SMALL_BLOCK) / np.log(1.5))
    stacks = []
    for cls in np.unique(size_class):
        of_class = np.flatnonzero(size_class == cls)
        at_once = max(1, LARGE_STACK // int(count[of_class].max()) ** 2)
        for blocks in np.split(of_class, range(at_once, len(of_class), at_once)):
            rows = np.full((len(blocks), count[blocks].max()), n)
            chosen = np.isin(block[order], blocks)
            rows[np.searchsorted(blocks, block[order][chosen]), within[chosen]] = order[chosen]
            stacks.extend(_stacks(rows, blocks, X, codes, slopes, same))
    sizes = tuple(s.shape[1] for s in slopes)
    curvature, diagonal = _cholesky_curvature(sizes)
    return Design(n, p, block, tuple(stacks), curvature, diagonal, sizes)


def connected_rows(n: int, codes: Sequence[Ints]) -> Ints:
    """Number the sets of rows that are tied together by groups, in the order in which they first appear, (n,)."""
    label = np.arange(n)
    while True:
        before = label
        for code in codes:
            lowest = np.full(int(code.max()) + 1, n)
            np.minimum.at(lowest, code, label)
            label = lowest[code]
        label = label[label]
        if np.array_equal(label, before):
            return np.unique(label, return_inverse=True)[1].astype(np.int64)


def _stacks(
    rows: Ints, blocks: Ints, X: Floats, codes: Sequence[Ints], slopes: Sequence[Floats], same: Ints
) -> list[Stack]:
    """Lay blocks out; those whose covariance has the same form are a stack with one, unless there are many forms."""
    n_rows, size = rows.shape
    fixed = np.vstack([X, np.zeros(X.shape[1])])[rows]
    derivatives = _derivatives(rows, len(X), codes, slopes)
    unit = np.broadcast_to(np.eye(size), (n_rows, size, size))
    forms: dict[bytes, list[int]] = {}
    for i, form in enumerate(np.ascontiguousarray(derivatives.swapaxes(0, 1))):
        forms.setdefault(form.tobytes(), []).append(i)
    if len(forms) > max(1, n_rows // ALIKE):
        return [Stack(rows[..., None], blocks, fixed, unit, derivatives, np.arange(n_rows), np.arange(n_rows))]
    kinds = np.append(same, -1)[rows]
    stacks = []
    for of in forms.values():
        _, example, kind = np.unique(kinds[of], axis=0, return_index=True, return_inverse=True)
        laid = fixed[of].swapaxes(0, 1).reshape(1, size, -1)
        parts = np.ascontiguousarray(derivatives[:, of[:1]])
        stacks.append(Stack(rows[of].T[None], blocks[of], laid, unit[:1], parts, kind.ravel(), example))
    return stacks


def _derivatives(rows: Ints, n: int, codes: Sequence[Ints], slopes: Sequence[Floats]) -> Floats:
    """Give the derivatives (k, n_blocks, size, size) of the covariances of blocks by each parameter."""
    real = rows < n
    unit = np.broadcast_to(np.eye(rows.shape[1]), (*rows.shape, rows.shape[1]))
    derivatives = []
    for code, slope in zip(codes, slopes, strict=True):
        group = np.append(code, -1)[rows]
        same = (group[:, :, None] == group[:, None, :]) & real[:, :, None]
        z = np.vstack([slope, np.zeros(slope.shape[1])])[rows]
        for a in range(slope.shape[1]):
            for b in range(a + 1):
                product = z[:, :, None, a] * z[:, None, :, b]
                derivatives.append(same * (product if a == b else product + product.swapaxes(1, 2)))
    derivatives.append(unit * real[:, :, None])
    return np.stack(derivatives)


def _cholesky_curvature(sizes: Sequence[int]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Give the second derivatives (k, k, k) of the entries of L L' by those of L, and which are on L's diagonal."""
    entries = [(t, a, b) for t, q in enumerate(sizes) for a in range(q) for b in range(a + 1)]
    at = {entry: i for i, entry in enumerate(entries)}
    curvature = np.zeros((len(entries),) * 3)
    for (t, a, b), i in at.items():
        for c in range(b + 1):
            f, g = at[t, a, c], at[t, b, c]
            curvature[i, f, g] += 1.0
            curvature[i, g, f] += 1.0
    return curvature, np.array([a == b for _, a, b in entries], dtype=bool)


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Sums over the blocks at one covariance V (relative to the residual variance), for k parameters and the residual.

    With P = V^-1 - V^-1 X (X' V^-1 X)^-1 X' V^-1 and G_i the derivative of V by parameter i: `trace`_i = tr(P G_i),
    `form`_i = y'P G_i P y, `trace2`_ij = tr(P G_i P G_j), `form2`_ij = y'P G_i P G_j P y; `first`_i = X'V^-1 G_i V^-1 X
    and `second`_ij = X'V^-1 G_i V^-1 G_j V^-1 X, `covariance` = (X'V^-1 X)^-1; `size`_i = tr(V^-1 G_i V^-1 G_i).
    """

    deviance: float
    scale: float
    beta: Floats
    covariance: Floats
    trace: Floats
    form: Floats
    trace2: Floats
    size: Floats
    form2: Floats
    first: Floats
    second: Floats


def evaluate(design: Design, y: Sequence[Floats], psi: Floats) -> Moments:
    """Evaluate REML at relative parameters psi (k,): y is laid out as `Stack.place` does it.

    The deviance is -2 log of the restricted likelihood, profiled over the residual variance `scale`.
    """
    p, k = design.p, len(psi) + 1
    log_det, A, c = 0.0, np.zeros((p, p)), np.zeros(p)
    inverted, projected = [], []
    for stack, values in zip(design.stacks, y, strict=True):
        V = _covariance(stack, psi)
        factor = np.linalg.cholesky(V)
        log_det += 2 * stack.alike * float(np.log(np.diagonal(factor, axis1=1, axis2=2)).sum())
        inverse = np.asarray(np.linalg.inv(V), np.float64)
        VX = (inverse @ stack.X).reshape(*values.shape, p)
        A += stack.X.reshape(-1, p).T @ VX.reshape(-1, p)
        c += values.ravel() @ VX.reshape(-1, p)
        inverted.append(inverse)
        projected.append(VX)
    covariance = np.asarray(np.linalg.inv(A), np.float64)
    beta = covariance @ c
    rss, traces, traces2 = 0.0, np.zeros(k), np.zeros((k, k))
    first, second = np.zeros((k, p + 1, p + 1)), np.zeros((k * (p + 1), k * (p + 1)))
    for stack, values, inverse, VX in zip(design.stacks, y, inverted, projected, strict=True):
        G = stack.derivatives
        residual = values - (stack.X.reshape(-1, p) @ beta).reshape(values.shape)
        Py = inverse @ residual
        rss += float(residual.ravel() @ Py.ravel())
        S = np.concatenate([VX, Py[..., None]], axis=3).reshape(*values.shape[:2], -1)
        U = G @ S
        VG = inverse @ G
        flat = S.reshape(-1, p + 1)
        first += flat.T @ U.reshape(k, -1, p + 1)
        columns = U.reshape(k, -1, p + 1).transpose(1, 0, 2).reshape(-1, k * (p + 1))
        VU = (inverse @ U).reshape(k, -1, p + 1).transpose(1, 0, 2).reshape(-1, k * (p + 1))
        second += columns.T @ VU
        traces += stack.alike * (G.reshape(k, -1) @ inverse.ravel())
        traces2 += stack.alike * (VG.reshape(k, -1) @ VG.swapaxes(2, 3).reshape(k, -1).T)
    scale = rss / (design.n - p)
    deviance = log_det + float(np.linalg.slogdet(A)[1]) + (design.n - p) * float(np.log(scale))
    pairs = second.reshape(k, p + 1, k, p + 1).transpose(0, 2, 1, 3)
    return moments_of(deviance, scale, beta, covariance, traces, traces2, first, pairs)


def inverses(design: Design, psi: Floats) -> tuple[Floats, ...]:
    """Give V^-1 of each stack (n, size, size) at relative parameters psi (k,)."""
    return tuple(np.asarray(np.linalg.inv(_covariance(stack, psi)), np.float64) for stack in design.stacks)


def _covariance(stack: Stack, psi: Floats) -> Floats:
    sum_of_parts = psi @ stack.derivatives[:-1].reshape(len(psi), stack.unit.size)
    return np.asarray(stack.unit + sum_of_parts.reshape(stack.unit.shape), np.float64)


def moments_of(
    deviance: float,
    scale: float,
    beta: Floats,
    covariance: Floats,
    traces: Floats,
    traces2: Floats,
    first: Floats,
    second: Floats,
) -> Moments:
    """Give the moments from sums over rows, r = y - X beta standing as the last column beside those of X.

    `traces`_i = tr(V^-1 G_i) and `traces2`_ij = tr(V^-1 G_i V^-1 G_j); `first` (k, p + 1, p + 1) and `second` (k, k,
    p + 1, p + 1) are those of `Moments`, of [X, r] in the place of X.
    """
    p, k = len(beta), len(traces)
    XX, XXXX = first[:, :p, :p], second[..., :p, :p]
    CM = covariance @ XX
    cross = first[:, p, :p]
    return Moments(
        deviance=deviance,
        scale=scale,
        beta=beta,
        covariance=covariance,
        trace=traces - np.trace(CM, axis1=1, axis2=2),
        form=first[:, p, p],
        trace2=traces2
        - 2 * (XXXX.reshape(k, k, -1) @ covariance.ravel())
        + CM.reshape(k, -1) @ CM.swapaxes(1, 2).reshape(k, -1).T,
        size=np.diagonal(traces2),
        form2=second[..., p, p] - cross @ covariance @ cross.T,
        first=XX,
        second=XXXX,
    )
