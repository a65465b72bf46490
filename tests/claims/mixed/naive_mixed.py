"""A mixed model as the books write it: one dense n x n covariance, one generic optimiser, sums written out."""

import numpy as np
from scipy import optimize, stats


def naive_fit(y, X, terms):
    """REML by a simplex over Cholesky factors from several starts; terms are pairs (groups, slopes (n, q))."""
    n, p = X.shape
    derivatives, entries = [], []
    for t, (groups, slopes) in enumerate(terms):
        same = np.equal.outer(groups, groups)
        for a in range(slopes.shape[1]):
            for b in range(a + 1):
                G = np.outer(slopes[:, a], slopes[:, b])
                derivatives.append(same * (G if a == b else G + G.T))
                entries.append((t, a, b))
    derivatives.append(np.eye(n))

    def variances(phi):
        found, at = [], dict(zip(entries, phi, strict=True))
        for t, a, b in entries:
            found.append(sum(at[t, a, c] * at[t, b, c] for c in range(b + 1)))
        return [*found, 1.0]

    def deviance(phi):
        V = sum(v * G for v, G in zip(variances(phi), derivatives, strict=True))
        Vi = np.linalg.inv(V)
        A = X.T @ Vi @ X
        r = y - X @ np.linalg.solve(A, X.T @ Vi @ y)
        s2 = r @ Vi @ r / (n - p)
        return (np.linalg.slogdet(V)[1] + np.linalg.slogdet(A)[1] + (n - p) * (1 + np.log(2 * np.pi * s2))), s2

    best = None
    for start in (0.3, 1.0, 3.0):
        phi = np.array([start if a == b else 0.0 for _, a, b in entries])
        for _ in range(3):
            run = optimize.minimize(
                lambda v: deviance(v)[0],
                phi,
                method="Nelder-Mead",
                options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000},
            )
            phi = run.x
        if best is None or run.fun < best[0]:
            best = run.fun, phi
    d, phi = best
    phi = np.where(np.abs(phi) < 1e-6, 0.0, phi)
    s2 = deviance(phi)[1]
    theta = s2 * np.array(variances(phi))
    return d, theta, naive_covariances(y, X, theta, derivatives)


def naive_covariances(y, X, theta, derivatives):
    V = sum(v * G for v, G in zip(theta, derivatives, strict=True))
    Vi = np.linalg.inv(V)
    Phi = np.linalg.inv(X.T @ Vi @ X)
    P = Vi - Vi @ X @ Phi @ X.T @ Vi
    k = len(derivatives)
    information = [[np.trace(P @ derivatives[i] @ P @ derivatives[j]) / 2 for j in range(k)] for i in range(k)]
    W = np.linalg.pinv(np.array(information), hermitian=True)
    first = [-X.T @ Vi @ G @ Vi @ X for G in derivatives]
    larger = np.zeros_like(Phi)
    for i in range(k):
        for j in range(k):
            second = X.T @ Vi @ derivatives[i] @ Vi @ derivatives[j] @ Vi @ X
            larger += W[i, j] * (second - first[i] @ Phi @ first[j])
    return {
        "beta": Phi @ X.T @ Vi @ y,
        "covariance": Phi,
        "adjusted": Phi + 2 * Phi @ larger @ Phi,
        "first": first,
        "W": W,
        "conditional": theta[-1] * Vi @ (y - X @ Phi @ X.T @ Vi @ y),
    }


def naive_test(found, L):
    """Kenward and Roger's F as in their paper: (F, ddf, p)."""
    Phi, W, first = found["covariance"], found["W"], found["first"]
    rank = len(L)
    theta = L.T @ np.linalg.inv(L @ Phi @ L.T) @ L
    k = len(first)
    A1 = A2 = 0.0
    for i in range(k):
        for j in range(k):
            left, right = theta @ Phi @ first[i] @ Phi, theta @ Phi @ first[j] @ Phi
            A1 += W[i, j] * np.trace(left) * np.trace(right)
            A2 += W[i, j] * np.trace(left @ right)
    B = (A1 + 6 * A2) / (2 * rank)
    g = ((rank + 1) * A1 - (rank + 4) * A2) / ((rank + 2) * A2)
    d = 3 * rank + 2 * (1 - g)
    mean = 1 / (1 - A2 / rank)
    variance = 2 / rank * (1 + g / d * B) / ((1 - (rank - g) / d * B) ** 2 * (1 - (rank + 2 - g) / d * B))
    rho = variance / (2 * mean**2)
    ddf = 4 + (rank + 2) / (rank * rho - 1)
    estimate = L @ found["beta"]
    F = ddf / (mean * (ddf - 2)) * estimate @ np.linalg.solve(L @ found["adjusted"] @ L.T, estimate) / rank
    return F, ddf, stats.f.sf(F, rank, ddf)
