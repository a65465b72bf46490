"""The same question answered in other ways, and what would have to be true for the answer to change."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from ..core.claim import Kind
from ..core.errors import ClaimError
from ..core.verdict import Sensitivity
from ..metrics.table import METRICS
from .analysis import Fitted, Question
from .data.sample import NotTestableError, Sample
from .designs.crossover import TwoByTwo
from .designs.effect import Effect, TEffect, two_sided
from .designs.mixed_model import MixedModel, fit_crossover, fit_pre_post_nights
from .designs.n_of_1 import NOf1
from .designs.parallel import Ancova, Welch, fit_ancova, fit_welch
from .designs.pre_post import Paired

__all__ = ["ALTERNATIVES", "residual_remarks", "sensitivity_analyses"]

Floats = npt.NDArray[np.float64]
#: Metric -> others that ask nearly the same.
ALTERNATIVES = {
    "rem_percent": ("rem_minutes", "n3_percent"),
    "rem_minutes": ("rem_percent",),
    "n3_percent": ("n3_minutes",),
    "n3_minutes": ("n3_percent",),
    "rem_latency": ("rem_latency_5min", "rem_latency_asleep"),
    "sol": ("lps", "sol_5min"),
    "lps": ("sol", "sol_5min"),
    "waso": ("waso_spt", "long_wake_minutes"),
    "waso_spt": ("waso",),
    "se": ("se_scored", "sme"),
    "tst": ("spt",),
    "awakenings": ("awakenings_2min", "awakenings_bridged"),
    "awakenings_2min": ("awakenings", "awakenings_5min"),
    "longest_sleep": ("sleep_bout_median",),
    "transitions_3state": ("stage_shift_index",),
    "sfi_shift": ("sfi_wake", "transitions_3state"),
}
#: How `judge` finds the same metric in a fixed part of the night, so that nights of unequal length compare.
WINDOW = "{metric}__first_"
#: Up to so many exchanges all are looked at; of more, so many are drawn at random.
ALL_EXCHANGES, N_RESAMPLES = 40_000, 4999


def sensitivity_analyses(question: Question, fitted: Fitted) -> tuple[Sensitivity, ...]:
    """Answer the question of a contrast in other ways.

    Parameters
    ----------
    question : Question
    fitted : Fitted
        The main analysis.

    Returns
    -------
    tuple of Sensitivity
        Estimates in the metric's unit, or ratios. An analysis that the data do not carry is left out.
    """
    found: list[Sensitivity] = []
    for analysis in (_without_one, _permuted, _other_models, _missing_periods, _poisson):
        found.extend(analysis(question, fitted))
    found.extend(_other_metrics(question))
    return tuple(found)


def residual_remarks(residuals: Floats, sample: Sample) -> tuple[str, ...]:
    """Say what about the residuals a t test does not expect; nothing where all is well."""
    n = residuals.size
    spread = float(residuals.std())
    if n < 8 or spread == 0:
        return ()
    said = []
    skewness = float(stats.skew(residuals))
    if abs(skewness) > 1.5 and stats.skewtest(residuals).pvalue < 0.01:
        said.append(f"the residuals are skewed ({skewness:.1f}): set the permutation test beside the t test")
    far = float(np.abs(residuals).max()) / float(stats.median_abs_deviation(residuals, scale="normal") or spread)
    if far > 6:
        said.append(f"one {'night' if sample.by_night else 'value'} lies {far:.0f} robust SDs from the model")
    return tuple(said)


# ------------------------------------------------------------------------------------------------------- analyses
def _turn(sample: Sample) -> Callable[[float], float]:
    return math.exp if sample.scale == "ratio" else float


def _said(name: str, effect: Effect, sample: Sample, note: str = "") -> Sensitivity:
    turn = _turn(sample)
    low, high = effect.interval(0.95)
    return Sensitivity(name, turn(effect.estimate), (turn(low), turn(high)), two_sided(effect), note)


def _without_one(question: Question, fitted: Fitted) -> Iterator[Sensitivity]:
    """Leave each subject out in turn."""
    if isinstance(fitted.model, NOf1):
        return
    weights = _weights(question, fitted)
    try:
        estimates = fitted.model.leave_one_out(weights)
    except ClaimError:  # all subjects are tied together
        return
    estimates = estimates[np.isfinite(estimates)]
    if estimates.size < 3:
        return
    turn = _turn(fitted.sample)
    least = float(estimates[np.argmin(np.abs(estimates))])
    note = f"from {turn(float(estimates.min())):.3g} to {turn(float(estimates.max())):.3g}; the least is shown"
    if least * fitted.effect.estimate < 0:
        note += "; without one subject the effect changes its sign"
    yield Sensitivity("each subject left out", turn(least), note=note)


def _weights(question: Question, fitted: Fitted) -> dict[str, float]:
    arms = fitted.model.sample.arms
    treatment = question.claim.treatment if question.claim.treatment in arms else arms[1]
    control = question.claim.control if question.claim.control in arms else arms[0]
    return {str(treatment): 1.0, str(control): -1.0}


def _permuted(question: Question, fitted: Fitted) -> Iterator[Sensitivity]:
    """Test by what chance might have done: exchange orders, arms, or signs of subjects."""
    model = fitted.model
    if isinstance(model, NOf1):
        return
    how: Any
    samples: tuple[Floats, ...]
    if isinstance(model, TwoByTwo):
        signed = np.where(model.second, model.difference, -model.difference)
        samples, how = (signed[model.second], signed[~model.second]), "independent"
        name = "permutation of orders"
    elif isinstance(model, Paired):
        samples, how, name = (model.difference,), "samples", "signs of differences exchanged"
    elif isinstance(model, (Welch, Ancova)):
        weights = _weights(question, fitted)
        at = [model.sample.arms.index(arm) for arm in weights]
        y = _without_covariate(model)
        samples, how = tuple(y[model.sample.arm == a] for a in at), "independent"
        name = "permutation of arms"
    else:
        difference = _subject_differences(model, _weights(question, fitted))
        samples, how, name = (difference,), "samples", "signs of subjects' differences exchanged"
    if min(map(len, samples)) < 2:
        return
    n = sum(map(len, samples))
    exchanges = math.comb(n, len(samples[0])) if how == "independent" else 2.0**n
    test = stats.permutation_test(
        samples, _mean_difference, permutation_type=how, vectorized=True, rng=0,
        n_resamples=ALL_EXCHANGES if exchanges <= ALL_EXCHANGES else N_RESAMPLES,
    )  # fmt: skip
    yield Sensitivity(name, _turn(fitted.sample)(fitted.effect.estimate), p=float(test.pvalue))


def _mean_difference(*samples: Floats, axis: int = -1) -> Any:
    first = samples[0].mean(axis=axis)
    return first if len(samples) == 1 else first - samples[1].mean(axis=axis)


def _without_covariate(model: Welch | Ancova) -> Floats:
    """Give the values, what the baseline explains taken off."""
    if isinstance(model, Welch):
        return model.sample.y
    covariate = np.column_stack([np.ones(len(model.sample)), model.X[:, -1]])
    slope = np.linalg.lstsq(covariate, model.sample.y, rcond=None)[0]
    rest: Floats = model.sample.y - covariate @ slope
    return rest


def _subject_differences(model: Any, weights: dict[str, float]) -> Floats:
    """Give the difference of each subject who has both arms; of parallel arms, deviations that carry their sign."""
    sample: Sample = model.sample
    treatment, control = (sample.arms.index(arm) for arm in weights)
    nuisance = np.zeros(len(sample))
    if isinstance(model, MixedModel):
        columns = [i for i, name in enumerate(model.fit.names) if name.split()[0] in ("period", "night")]
        for i in columns:
            stem, number = model.fit.names[i].split()
            codes = sample.period if stem == "period" else sample.night
            nuisance += model.fit.beta[i] * (codes == np.unique(codes)[int(number) - 1])
    y = sample.y - nuisance
    means = []
    for a in (treatment, control):
        inside = sample.arm == a
        n = np.bincount(sample.subject[inside], minlength=len(sample.subjects))
        total = np.bincount(sample.subject[inside], y[inside], minlength=len(sample.subjects))
        with np.errstate(invalid="ignore"):
            means.append(total / n)
    difference = means[0] - means[1]
    return difference[np.isfinite(difference)]


def _other_models(question: Question, fitted: Fitted) -> Iterator[Sensitivity]:
    """Fit other models of the same values."""
    model, weights = fitted.model, _weights(question, fitted)
    if isinstance(model, TwoByTwo):
        yield from _refit("mixed model (Kenward-Roger)", lambda: fit_crossover(fitted.sample), weights)
    elif isinstance(model, MixedModel) and question.claim.design == "crossover":
        yield from _refit("adjusted for carry-over", lambda: fit_crossover(fitted.sample, carry_over=True), weights)
    elif isinstance(model, MixedModel) and question.claim.design == "parallel":
        means = _subject_means(model.sample)
        if fitted.baseline is None:
            yield from _refit("subjects' means (Welch)", lambda: fit_welch(means), weights)
        else:
            base = fitted.baseline
            yield from _refit("subjects' means, baseline covariate (HC3)", lambda: fit_ancova(means, base), weights)
    elif isinstance(model, Paired):
        yield from _refit("mixed model (Kenward-Roger)", lambda: fit_pre_post_nights(fitted.sample), weights)
    elif isinstance(model, Welch) and len(model.sample.arms) == 2:
        arms = [model.sample.y[model.sample.arm == a] for a in (1, 0)]
        n = sum(y.size for y in arms)
        pooled = sum((y.size - 1) * y.var(ddof=1) for y in arms) / (n - 2)
        error = math.sqrt(pooled * sum(1 / y.size for y in arms))
        effect = TEffect(float(arms[0].mean() - arms[1].mean()), error, n - 2)
        yield _said("variances pooled", effect, fitted.sample)


def _refit(name: str, fit: Callable[[], Any], weights: dict[str, float]) -> Iterator[Sensitivity]:
    try:
        model = fit()
    except (NotTestableError, ClaimError):
        return
    yield _said(name, model.contrast(weights), model.sample)


def _subject_means(sample: Sample) -> Sample:
    """Give one value per subject and arm, the mean of its nights."""
    keys, cell = np.unique(np.stack([sample.subject, sample.arm]), axis=1, return_inverse=True)
    cell = cell.ravel()
    n = np.bincount(cell)
    zero = np.zeros(n.size, np.intp)
    return dataclasses.replace(
        sample, y=np.bincount(cell, sample.y) / n, subject=keys[0], arm=keys[1], period=zero, night=zero,
        n_nights=np.bincount(cell, sample.n_nights).astype(np.intp), by_night=False,
    )  # fmt: skip


def _missing_periods(_: Question, fitted: Fitted) -> Iterator[Sensitivity]:
    """Give by how much the effect in subjects without a period must fall short for the test to lose its result."""
    model = fitted.model
    if not (isinstance(model, TwoByTwo) and model.n_incomplete and isinstance(fitted.effect, TEffect)):
        return
    effect, n = fitted.effect, model.difference.size
    room = abs(effect.estimate) - (effect.interval(0.975 * 2 - 1)[1] - effect.estimate)
    if room <= 0:
        return
    tipping = room * (n + model.n_incomplete) / model.n_incomplete
    unit = f" {fitted.sample.unit}" if fitted.sample.scale == "difference" else " on the log scale"
    yield Sensitivity(
        "missing periods (tipping point)", _turn(fitted.sample)(effect.estimate),
        note=f"the result holds unless the effect in the {model.n_incomplete} subjects without a period is worse by "
        f"{tipping:.3g}{unit} than in the others",
    )  # fmt: skip


def _poisson(question: Question, fitted: Fitted) -> Iterator[Sensitivity]:
    """Fit counts by generalised estimating equations with errors corrected for few subjects, and t."""
    metric, sample = question.claim.metric, fitted.model.sample
    if sample.scale != "ratio" or question.claim.kind == "consistency" or question.claim.design == "n-of-1":
        return
    nights = question.nights
    count, hours = nights.numbers(metric), nights.numbers("tst") / 60
    arm = np.array([sample.arms.index(label) if label in sample.arms else -1 for label in nights.conditions])
    who = np.isin(nights.subject, sample.subject)
    used = who & (arm[nights.condition] >= 0) & np.isfinite(count) & (hours > 0)
    arm = arm[nights.condition][used]
    periods, ordinal = nights.period[used], nights.night[used]
    columns = [np.ones(arm.size), *(arm == a for a in range(1, len(sample.arms)))]
    if question.claim.design == "crossover":
        columns += [periods == p for p in np.unique(periods)[1:]]
    columns += [ordinal == k for k in np.unique(ordinal)[1:]]
    X = np.column_stack(columns).astype(np.float64)
    n_subjects = np.unique(nights.subject[used]).size
    if n_subjects <= X.shape[1] + 1:
        return
    effect = _gee(count[used], X, nights.subject[used], np.log(hours[used]), arm.max() + 1, n_subjects)
    if effect is not None:
        at = sample.arms.index(str(next(iter(_weights(question, fitted)))))
        yield _said("Poisson rates (GEE, bias-reduced errors, t)", effect[at - 1], sample)


def _gee(y: Floats, X: Floats, groups: Any, offset: Floats, n_arms: int, n_subjects: int) -> list[TEffect] | None:
    import warnings

    import statsmodels.api as sm

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = sm.GEE(y, X, groups=groups, offset=offset, family=sm.families.Poisson(),
                           cov_struct=sm.cov_struct.Exchangeable())  # fmt: skip
            fit = model.fit(cov_type="bias_reduced")
            errors = fit.bse
        except (np.linalg.LinAlgError, ValueError):
            return None
    df = n_subjects - X.shape[1]
    effects = [TEffect(float(fit.params[a]), float(errors[a]), df) for a in range(1, n_arms)]
    return effects if all(math.isfinite(e.standard_error) for e in effects) else None


def _other_metrics(question: Question) -> Iterator[Sensitivity]:
    """Ask the same of metrics that mean nearly the same, and of fixed parts of the night."""
    metric = question.claim.metric
    names = [name for name in ALTERNATIVES.get(metric, ()) if name in question.nights.columns]
    names += sorted(name for name in question.nights.columns if name.startswith(WINDOW.format(metric=metric)))
    for name in names:
        kind: Kind = "consistency" if question.claim.kind == "consistency" else "superiority"
        claim = dataclasses.replace(question.claim, kind=kind, secondary=(), smallest_effect=None)
        try:
            fitted = question.fit(name, kind_of=claim)
        except (NotTestableError, ClaimError):
            continue
        label = METRICS[name].label if name in METRICS else name.replace("__", ", ").replace("_", " ")
        yield _said(f"{label} ({name})", fitted.effect, fitted.sample)
