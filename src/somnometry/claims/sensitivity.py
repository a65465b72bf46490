"""Sensitivity analyses: the question of a contrast answered in other ways."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from ..core.errors import ClaimError
from ..core.reason import Reason
from ..core.verdict import Sensitivity
from .analysis import Fitted, Question
from .data.estimand import Estimand
from .data.sample import NotTestableError, Sample
from .designs.effect import Effect, two_sided
from .designs.poisson_rates import fit_poisson_rates
from .designs.second_answer import WiderEffect, shown_skewness

__all__ = ["ALTERNATIVES", "residual_warnings", "sensitivity_analyses"]

Floats = npt.NDArray[np.float64]
#: Metric -> others that ask nearly the same.
ALTERNATIVES = {
    "rem_percent": ("rem_minutes",),
    "rem_minutes": ("rem_percent",),
    "n3_percent": ("n3_minutes",),
    "n3_minutes": ("n3_percent",),
    "rem_latency": ("rem_latency_5min", "rem_latency_asleep"),
    "sol": ("lps", "sol_5min"),
    "lps": ("sol", "sol_5min"),
    "waso": ("waso_spt", "long_wake_minutes"),
    "waso_spt": ("waso",),
    "se": ("se_scored", "sme"),
    "awakenings": ("awakenings_2min", "awakenings_bridged"),
    "awakenings_2min": ("awakenings", "awakenings_5min"),
    "longest_sleep": ("sleep_bout_median",),
    "transitions_3state": ("stage_shift_index",),
    "sfi_shift": ("sfi_wake", "transitions_3state"),
}
#: How `judge` finds the same metric in a fixed part of the night, so that nights of unequal length compare.
WINDOW = "{metric}__first_"
#: Second answers that mind skewness.
MINDING = ("skewness-minded", "studentised-permutation")
#: Up to so many exchanges all are looked at; of more, so many are drawn at random.
ALL_EXCHANGES, N_RESAMPLES = 40_000, 4999
#: So many numbers are exchanged at once: 2 MB.
AT_ONCE = 250_000


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
    analyses: list[Sensitivity] = []
    for analysis in (_without_one, _permuted, _other_models, _missing_periods, _poisson):
        analyses.extend(analysis(question, fitted))
    analyses.extend(_other_metrics(question))
    return tuple(analyses)


def residual_warnings(fitted: Fitted) -> tuple[Reason, ...]:
    """Say that a value lies far from the model, or that residuals are skewed and nothing minds it; else nothing."""
    residuals, sample = fitted.model.residuals, fitted.model.sample
    if residuals.size < 8 or (spread := float(residuals.std())) == 0:
        return ()
    warnings = []
    seconds = fitted.effect.seconds if isinstance(fitted.effect, WiderEffect) else ()
    skewness = shown_skewness(residuals)
    if skewness is not None and not any(one.name.code in MINDING for one in seconds):
        warnings.append(Reason("skewed-residuals-of-few", {"skewness": skewness}))
    far = float(np.abs(residuals).max()) / float(stats.median_abs_deviation(residuals, scale="normal") or spread)
    if far > 6:
        warnings.append(Reason("outlying-residual", {"by_night": sample.by_night, "distance": far}))
    return tuple(warnings)


# ------------------------------------------------------------------------------------------------------- analyses
def _turn(sample: Sample) -> Callable[[float], float]:
    return math.exp if sample.scale == "ratio" else float


def _reported(analysis: Reason, effect: Effect, sample: Sample) -> Sensitivity:
    turn = _turn(sample)
    low, high = effect.interval(0.95)
    return Sensitivity(analysis, turn(effect.estimate), (turn(low), turn(high)), two_sided(effect))


def _without_one(question: Question, fitted: Fitted) -> Iterator[Sensitivity]:
    """Leave each subject out in turn."""
    estimates = fitted.model.leave_one_out(_weights(question, fitted))
    estimates = estimates[np.isfinite(estimates)]
    if estimates.size < 3:
        return
    turn = _turn(fitted.sample)
    least = float(estimates[np.argmin(np.abs(estimates))])
    extremes = {"low": turn(float(estimates.min())), "high": turn(float(estimates.max()))}
    notes = [Reason("least-of-range", extremes)]
    if least * fitted.effect.estimate < 0:
        notes.append(Reason("sign-changes"))
    yield Sensitivity(Reason("leave-one-out"), turn(least), notes=tuple(notes))


def _weights(question: Question, fitted: Fitted) -> dict[str, float]:
    arms = fitted.model.sample.arms
    treatment = question.claim.treatment if question.claim.treatment in arms else arms[1]
    control = question.claim.control if question.claim.control in arms else arms[0]
    return {str(treatment): 1.0, str(control): -1.0}


def _permuted(question: Question, fitted: Fitted) -> Iterator[Sensitivity]:
    """Test by what chance might have done: exchange orders, arms, or signs of subjects."""
    permutation = fitted.model.permutation(_weights(question, fitted))
    if permutation is None or min(map(len, permutation.groups)) < 2:
        return
    groups, n = permutation.groups, sum(map(len, permutation.groups))
    how: Any = "independent" if len(groups) > 1 else "samples"
    exchanges = math.comb(n, len(groups[0])) if len(groups) > 1 else 2.0**n
    test = stats.permutation_test(
        groups, _mean_difference, permutation_type=how, vectorized=True, rng=0,
        n_resamples=ALL_EXCHANGES if exchanges <= ALL_EXCHANGES else N_RESAMPLES, batch=max(1, AT_ONCE // n),
    )  # fmt: skip
    yield Sensitivity(permutation.name, _turn(fitted.sample)(fitted.effect.estimate), p=float(test.pvalue))


def _mean_difference(*samples: Floats, axis: int = -1) -> Any:
    first = samples[0].mean(axis=axis)
    return first if len(samples) == 1 else first - samples[1].mean(axis=axis)


def _other_models(question: Question, fitted: Fitted) -> Iterator[Sensitivity]:
    """Fit other models of the same values; where a second answer was asked for, give each by itself."""
    if isinstance(fitted.effect, WiderEffect):
        yield _reported(Reason("prescribed-alone"), fitted.effect.first, fitted.sample)
        for second in fitted.effect.seconds:
            if second.name.code == "poisson-gee":  # which stands beside all counts
                continue
            yield _reported(second.name, second.effect, fitted.sample)
    for name, contrast in fitted.model.alternatives.items():
        with suppress(NotTestableError, ClaimError):
            yield _reported(name, contrast(_weights(question, fitted)), fitted.sample)


def _missing_periods(_: Question, fitted: Fitted) -> Iterator[Sensitivity]:
    """Give by how much the effect in subjects without a period must fall short for the test to lose its result."""
    model, effect = fitted.model, fitted.effect
    if not model.n_incomplete:
        return
    n = model.sample.n_subjects
    room = abs(effect.estimate) - (effect.interval(0.975 * 2 - 1)[1] - effect.estimate)
    if room <= 0:
        return
    tipping = room * (n + model.n_incomplete) / model.n_incomplete
    facts = {"n": model.n_incomplete, "worse": tipping, "scale": fitted.sample.scale, "unit": fitted.sample.unit}
    yield Sensitivity(
        Reason("tipping-point"), _turn(fitted.sample)(effect.estimate), notes=(Reason("tipping-point-at", facts),)
    )


def _poisson(question: Question, fitted: Fitted) -> Iterator[Sensitivity]:
    """Fit counts that are not rare by Poisson rates too, with errors from people."""
    sample = fitted.sample
    if sample.counts is None or sample.is_rare or question.claim.design == "n-of-1":
        return
    with suppress(NotTestableError):
        effect = fit_poisson_rates(sample, fitted.model).contrast(_weights(question, fitted))
        noted = _reported(Reason("poisson-gee"), effect, sample)
        yield dataclasses.replace(noted, notes=(Reason("mean-count", {"mean": sample.mean_count}),))


def _other_metrics(question: Question) -> Iterator[Sensitivity]:
    """Ask the same of metrics that mean nearly the same, and of fixed parts of the night."""
    metric = question.claim.metric
    names = [name for name in ALTERNATIVES.get(metric, ()) if name in question.nights.columns]
    names += sorted(name for name in question.nights.columns if name.startswith(WINDOW.format(metric=metric)))
    for name in names:
        try:
            fitted = question.fit(Estimand.of(question.claim, name))
        except (NotTestableError, ClaimError):
            continue
        yield _reported(Reason("other-metric", {"metric": name}), fitted.effect, fitted.sample)
