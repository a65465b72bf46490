"""Time mixed models of small trials against statsmodels' MixedLM, on the same tables in one run.

    python benchmarks/mixed_speed.py [--repeats 20]

MixedLM gives REML estimates and z; ours gives those and Kenward and Roger's t and F, whose time is included. The
largest differences between the two are printed, and whose deviance is the lower (ours - theirs below zero: ours).
"""

from __future__ import annotations

import argparse
import time
import warnings

import numpy as np
from rich.console import Console

from somnometry.claims.mixed import RandomTerm, fit_mixed


def trial(n_subjects, n_periods, n_nights, seed=0, missing=0.05):
    """Total sleep time in a crossover of three doses with lost nights: y, X, and the groups of each term."""
    rng = np.random.default_rng(seed)
    grid = np.meshgrid(np.arange(n_subjects), np.arange(n_periods), np.arange(n_nights), indexing="ij")
    subject, period, night = (g.ravel() for g in grid)
    dose = (subject + period) % 3
    kept = rng.random(len(subject)) >= missing
    subject, period, night, dose = subject[kept], period[kept], night[kept], dose[kept]
    dummies = [column == j for column in (period, dose, night) for j in range(1, column.max() + 1)]
    X = np.column_stack([np.ones(len(subject)), *dummies]).astype(float)
    groups = {"subject": subject}
    if n_nights > 1:
        groups["period"] = 100 * subject + period
    if n_periods > 3:
        groups["dose"] = 100 * subject + dose
    y = 420 + 15 * (dose == 2) + 30 * rng.standard_normal(len(subject))
    for size, codes in zip((35, 20, 15), groups.values(), strict=False):
        y = y + size * rng.standard_normal(codes.max() + 1)[codes]
    return y, X, groups


def ours(y, X, groups):
    """Fit, and test the last column."""
    fit = fit_mixed(y, X, [RandomTerm(codes) for codes in groups.values()])
    fit.contrast(np.eye(fit.p)[-1])
    return fit


def theirs(y, X, groups):
    """Fit the same model: the subject as group, the other terms as variance components within it."""
    from statsmodels.regression.mixed_linear_model import MixedLM, VCSpec

    subject = groups["subject"]
    inner = [name for name in groups if name != "subject"]
    matrices = []
    for name in inner:
        of_subject = [groups[name][subject == s] for s in np.unique(subject)]
        matrices.append([np.equal.outer(codes, np.unique(codes)).astype(float) for codes in of_subject])
    names = [[[str(j) for j in range(m.shape[1])] for m in of_term] for of_term in matrices]
    parts = VCSpec(inner, names, matrices) if inner else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of singular fits and slow convergence
        return MixedLM(y, X, subject, exog_re=np.ones((len(y), 1)), exog_vc=parts).fit(reml=True)


def median_ms(function, cases):
    """Median milliseconds over the cases, the first one run once before."""
    function(*cases[0])
    seconds = []
    for case in cases:
        start = time.perf_counter()
        function(*case)
        seconds.append(time.perf_counter() - start)
    return 1000 * float(np.median(seconds))


def differences(case):
    """Largest differences: effects in minutes, variances relative to the residual's, and deviance, ours - theirs."""
    a, b = ours(*case), theirs(*case)
    mine = np.array([c.item() for c in a.components])
    peer = np.append(b.cov_re.ravel(), b.vcomp)
    return (
        np.abs(a.beta - b.fe_params).max(),
        np.abs(np.append(mine - peer, a.residual_variance - b.scale)).max() / a.residual_variance,
        a.deviance + 2 * b.llf,
    )


def main():
    """Time both on three sizes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=20)
    repeats = parser.parse_args().repeats
    say = Console(highlight=False, width=160).print
    for n_subjects, n_periods, n_nights in ((24, 3, 2), (60, 8, 1), (60, 4, 2), (400, 4, 2)):
        cases = [trial(n_subjects, n_periods, n_nights, seed) for seed in range(max(3, repeats * 24 // n_subjects))]
        mine, peer = median_ms(ours, cases), median_ms(theirs, cases[: max(3, repeats // 6)])
        effect, variance, deviance = np.array([differences(case) for case in cases[:3]]).T
        say(
            f"{n_subjects} subjects x {n_periods} periods x {n_nights} nights, {len(cases[0][2])} random terms: "
            f"ours {mine:.1f} ms with tests, MixedLM {peer:.0f} ms; {peer / mine:.0f} times as long"
        )
        say(
            f"  largest difference: effects {effect.max():.2g} min, variances {variance.max():.2g} of the residual's, "
            f"our deviance - theirs {deviance.min():.2g} to {deviance.max():.2g}"
        )


if __name__ == "__main__":
    main()
