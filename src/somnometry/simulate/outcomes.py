"""The data-generating model of a study, and draws from it: people, responses, periods and nights that differ."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from ..core.errors import SimulationError
from .designs import Design, DesignLayout, allocate, draw_schedule, labels_of
from .log_normal import log_sds
from .spreads import WAKING, Spread

__all__ = ["OutcomeModel", "StudyDraws", "as_columns", "draw_outcomes", "draw_study"]

Floats = npt.NDArray[np.float64]
Distribution = Literal["normal", "skewed", "heavy"]

SKEW = 0.5  # SD of the logarithm of a skewed deviate: skewness 1.75, excess kurtosis 5.9
TAIL = 5  # degrees of freedom of a heavy-tailed deviate: excess kurtosis 6
FROM_ONSET = ("n1_latency", "n2_latency", "n3_latency", "rem_latency", "rem_latency_asleep", "rem_latency_5min")
AT_ONSET = ("sol", "sol_5min", "lps")


@dataclass(frozen=True, slots=True, eq=False)
class OutcomeModel:
    """Data-generating model of a study: a plan with every default resolved, as arrays whose first axis is `metrics`.

    Parameters
    ----------
    design, arms, subjects, nights
        As in `StudyPlan`.
    layout : DesignLayout
        Sequences of conditions.
    weights : array of float, shape (n_sequences,), or None
        Shares of the allocation; None is balanced.
    metrics : tuple of str
    spreads : tuple of Spread
        One for each metric.
    effects : array of float, shape (n_metrics, n_conditions)
        In the metric's unit; of counts the logarithm of the rate ratio.
    carry_over : array of float, shape (n_metrics,)
    period_effect : array of float, shape (n_metrics, n_periods)
        As `effects`.
    first_night : array of float, shape (n_metrics,)
        As `effects`.
    mixing : array of float, shape (n_metrics, n_metrics)
        Cholesky factor of the correlations.
    within_factor : array of float, shape (n_metrics, n_conditions)
        By which the night-to-night SD is multiplied.
    response : array of float, shape (n_metrics,)
        SD of people's own effects, in night-to-night SDs.
    period_sd, distribution, bounded, dropout, missing, truncation, starts_asleep, hours
        As in `StudyPlan`.
    positive : frozenset of str
        Continuous metrics that are drawn log-normally, so that none is below 0.
    """

    design: Design
    arms: tuple[str, ...]
    subjects: int
    nights: int
    layout: DesignLayout
    weights: Floats | None
    metrics: tuple[str, ...]
    spreads: tuple[Spread, ...]
    effects: Floats
    carry_over: Floats
    period_effect: Floats
    first_night: Floats
    mixing: Floats
    within_factor: Floats
    response: Floats
    period_sd: float
    distribution: Distribution
    bounded: bool
    dropout: float
    missing: float
    truncation: float
    starts_asleep: float
    hours: float | None
    positive: frozenset[str] = frozenset()

    @property
    def truth(self) -> dict[str, dict[str, float]]:
        """Metric -> arm -> true effect against the first arm, in the metric's unit; of a count a ratio of rates."""
        return {
            metric: {
                arm: float(np.exp(effect) if spread.kind == "count" else effect)
                for arm, effect in zip(self.arms[1:], effects[1:], strict=False)
            }
            for metric, spread, effects in zip(self.metrics, self.spreads, self.effects, strict=True)
        }

    def spread(self, metric: str) -> Spread:
        """Spread of one of the metrics."""
        return self.spreads[self.metrics.index(metric)]


@dataclass(frozen=True, slots=True, eq=False)
class StudyDraws:
    """Everything drawn of one study, shape (n_subjects, n_periods, n_nights) unless another is given.

    Parameters
    ----------
    conditions : array of int, shape (n_subjects, n_periods)
    sequence : array of object, shape (n_subjects,)
        Label of each person's sequence.
    values : dict of str to array
        Metric -> value; of a latency when its event comes, were the night endless.
    kept : array of bool
        False where the night is missing, or the person has left.
    truncated : array of bool
    cut : array of float
        At which share of the night a truncated one ends, 0 to 1.
    asleep : array of bool
        Asleep at lights-off.
    """

    conditions: npt.NDArray[np.intp]
    sequence: npt.NDArray[np.object_]
    values: dict[str, Floats]
    kept: npt.NDArray[np.bool_]
    truncated: npt.NDArray[np.bool_]
    cut: Floats
    asleep: npt.NDArray[np.bool_]


def draw_study(model: OutcomeModel, seed: int) -> dict[str, npt.NDArray[np.generic]]:
    """Draw one study as arrays, the columns of its table of nights, shape (n_nights,) each."""
    return as_columns(model, draws := draw_outcomes(model, seed), draws.values)


def as_columns(
    model: OutcomeModel, draws: StudyDraws, values: Mapping[str, Floats]
) -> dict[str, npt.NDArray[np.generic]]:
    """Columns of a table of the nights that were drawn, with the values that somebody found in them."""
    kept = draws.kept.ravel()
    columns: dict[str, npt.NDArray[np.generic]] = labels(model, draws)
    for key, found in measured(model, draws, values).items():
        columns[key] = found.ravel()[kept]
    columns["starts_asleep"] = draws.asleep.ravel()[kept].astype(np.float64)
    columns["technical_truncation"] = draws.truncated.ravel()[kept].astype(np.int64)
    return columns


def draw_outcomes(model: OutcomeModel, seed: int) -> StudyDraws:
    """Draw one study; the draws of one option do not shift those of another."""
    rng = np.random.default_rng(seed)
    people, periods, nights = model.subjects, model.layout.sequences.shape[1], model.nights
    if model.design == "n-of-1":
        sequences = draw_schedule(rng, model.layout)
        conditions, sequence = sequences, labels_of(model.layout.conditions, sequences)
    else:
        who = allocate(rng, people, len(model.layout.sequences), model.weights)
        conditions, sequence = model.layout.sequences[who], model.layout.labels[who]
    shape = (people, periods, nights)
    deviates = _deviates(rng, model, shape)
    chance = rng.random((4, *shape))
    leaves = rng.random((people, periods)) < model.dropout
    tails = _tail(rng, (people,)), _tail(rng, shape)
    gone = np.zeros((people, periods), bool)
    gone[:, 1:] = np.logical_or.accumulate(leaves[:, :-1], axis=1)
    kept = ~gone[:, :, None] & (chance[0] >= model.missing)
    shift = _shifts(model, conditions)
    factors = model.within_factor[:, conditions][..., None]
    values: dict[str, Floats] = {}
    for m, (key, spread) in enumerate(zip(model.metrics, model.spreads, strict=True)):
        parts = _of_metric(m, deviates, conditions)
        if spread.kind == "latency" or key in model.positive:
            values[key] = _positive(key, spread, shift[m], parts, _scaling(model, m, factors))
        elif spread.kind == "continuous":
            values[key] = _continuous(model, spread, shift[m], parts, _scaling(model, m, factors), tails)
    for m, (key, spread) in enumerate(
        zip(model.metrics, model.spreads, strict=True)
    ):  # last: Poisson draws take an uncertain share of the stream
        if spread.kind == "count":
            parts = _of_metric(m, deviates, conditions)
            values[key] = _counted(
                rng, spread, model.spread("tst"), shift[m], parts, _scaling(model, m, factors), values["tst"]
            )
    return StudyDraws(
        conditions, sequence, values, kept, chance[1] < model.truncation, chance[2], chance[3] < model.starts_asleep
    )


def labels(model: OutcomeModel, draws: StudyDraws) -> dict[str, npt.NDArray[np.generic]]:
    """Columns of a table of nights that name the nights that were kept: subject, sequence, condition, period, night."""
    person, period, night = (index.astype(np.int64) for index in np.nonzero(draws.kept))
    names = np.array([f"s{i + 1:0{max(2, len(str(model.subjects)))}d}" for i in range(model.subjects)], object)
    conditions = np.array(model.layout.conditions, object)
    return {
        "subject": names[person],
        "sequence": draws.sequence[person],
        "condition": conditions[draws.conditions[person, period]],
        "period": period + 1,
        "night": night + 1,
    }


def measured(model: OutcomeModel, draws: StudyDraws, values: Mapping[str, Floats]) -> dict[str, Floats]:
    """Metrics as they are measured of what somebody found: latencies censored, truncated nights cut short."""
    whole = draws.values["tst"] + WAKING if model.hours is None else np.full(draws.kept.shape, model.hours * 60)
    end = np.where(draws.truncated, draws.cut * whole, whole)
    onset = np.where(draws.asleep, 0.0, np.maximum(values["sol"], 0.0)) if "sol" in values else np.zeros(end.shape)
    metrics: dict[str, Floats] = {}
    for key, spread in zip(model.metrics, model.spreads, strict=True):
        if spread.kind != "latency":
            metrics[key] = np.where(draws.truncated, np.nan, values[key])
            continue
        found = np.maximum(values[key], 0.0)
        comes = np.where(draws.asleep, 0.0, found) if key in AT_ONSET else found
        watched = end - onset if key in FROM_ONSET else end
        event = comes <= watched
        at_risk = watched > 0
        metrics[key] = np.where(at_risk & event, comes, np.nan)
        metrics[f"{key}_time"] = np.where(at_risk, np.minimum(comes, watched), np.nan)
        metrics[f"{key}_event"] = np.where(at_risk, event, np.nan)
    return metrics


# ------------------------------------------------------------------------------------------------------------- helpers
Parts = tuple[Floats, Floats, Floats, Floats]
Scaling = tuple[float, float, Floats]


def _deviates(rng: np.random.Generator, model: OutcomeModel, shape: tuple[int, int, int]) -> Parts:
    """Draw normal deviates of people, of people under each condition, of their periods, and of nights, by metric."""
    n, people = len(model.spreads), shape[0]
    sizes = ((n, people), (n, people, len(model.layout.conditions)), (n, *shape[:2]), (n, *shape))
    ends = np.cumsum([math.prod(size) for size in sizes])
    z = rng.standard_normal(int(ends[-1]))
    subject, response, period, night = (
        part.reshape(size) for part, size in zip(np.split(z, ends[:-1]), sizes, strict=True)
    )
    return model.mixing @ subject, response, period, np.tensordot(model.mixing, night, 1)


def _of_metric(m: int, deviates: Parts, conditions: npt.NDArray[np.intp]) -> Parts:
    """Deviates of one metric, of shapes that broadcast to that of the nights."""
    subject, response, period, night = (part[m] for part in deviates)
    response = np.take_along_axis(response, conditions, axis=1)
    return subject[:, None, None], response[:, :, None], period[:, :, None], night


def _shifts(model: OutcomeModel, conditions: npt.NDArray[np.intp]) -> Floats:
    """Expected difference of each night from an untreated one, shape (n_metrics, people, periods, nights)."""
    own = model.effects[:, conditions]
    shift = own + model.period_effect[:, None, :]
    shift[:, :, 1:] += model.carry_over[:, None, None] * own[:, :, :-1]
    nights = np.repeat(shift[..., None], model.nights, axis=-1)
    nights[:, :, 0, 0] += model.first_night[:, None]
    return nights


def _scaling(model: OutcomeModel, m: int, factors: Floats) -> Scaling:
    """Night-to-night SDs in which own response, period and night vary; two responses differ by `response` of them."""
    return float(model.response[m]) / math.sqrt(2), model.period_sd, factors[m]


def _scales(between: float, within: float, scaling: Scaling) -> tuple[float | Floats, ...]:
    """SDs of the four deviates."""
    response, period, night = scaling
    return between, response * within, period * within, within * night


def _continuous(
    model: OutcomeModel, spread: Spread, shift: Floats, parts: Parts, scaling: Scaling, tails: tuple[Floats, Floats]
) -> Floats:
    subject, response, period, night = parts
    if model.distribution == "skewed":
        subject, night = _skewed(subject), _skewed(night)
    elif model.distribution == "heavy":
        subject, night = subject * tails[0][:, None, None], night * tails[1]
    values = spread.mean + shift
    scales = _scales(spread.between, spread.within, scaling)
    for scale, part in zip(scales, (subject, response, period, night), strict=True):
        values = values + scale * part
    return np.clip(values, spread.lower, spread.upper) if model.bounded else values


def _positive(key: str, spread: Spread, shift: Floats, parts: Parts, scaling: Scaling) -> Floats:
    """Log-normal values with the mean and SDs of a spread."""
    mean = spread.mean + shift
    if not (mean > 0).all():
        raise SimulationError(
            f"the mean of {key!r} would fall to {mean.min():g}, but it is never below 0",
            remedy=f"declare smaller effects and shifts, or a spread with a mean of more than {spread.mean:g}",
            key=f"effects.{key}",
        )
    return np.asarray(mean * np.exp(_log_noise(_scales(*log_sds(spread), scaling), parts)), np.float64)


def _log_noise(scales: tuple[float | Floats, ...], parts: Parts) -> Floats:
    """Sum of the deviates, shifted so that the mean of its exponential is 1."""
    total = np.zeros(parts[3].shape)
    for scale, part in zip(scales, parts, strict=True):
        total = total + (scale * part - np.square(scale) / 2)
    return total


#: Logarithm of the largest factor of a rate; none of a night is near it, and NumPy draws no more than 1e18 events.
MOST = 30.0


def _counted(
    rng: np.random.Generator, spread: Spread, slept: Spread, shift: Floats, parts: Parts, scaling: Scaling, tst: Floats
) -> Floats:
    """Poisson counts given a log-normal rate per hour slept; SDs as in the spread, as far as TST and Poisson allow."""
    by_tst = np.square([slept.between, slept.within]) / slept.mean**2
    square = spread.mean**2
    people = (1 + spread.between**2 / square) / (1 + by_tst[0])
    nights = (1 + (spread.between**2 + spread.within**2) / square - 1 / spread.mean) / (1 + by_tst.sum())
    between = math.log(max(people, 1.0))
    within = max(math.log(max(nights, 1.0)) - between, 0.0)
    noise = _log_noise(_scales(math.sqrt(between), math.sqrt(within), scaling), parts)
    hours = np.maximum(tst, 0) / slept.mean
    return rng.poisson(spread.mean * hours * np.exp(np.minimum(shift + noise, MOST))).astype(np.float64)


def _tail(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Factors that make normal deviates Student's t of SD 1; one for all metrics, so that correlations stay."""
    return np.sqrt((TAIL - 2) / rng.chisquare(TAIL, shape))


def _skewed(z: Floats) -> Floats:
    """Log-normal deviates of mean 0 and SD 1, skewed to the right."""
    w = math.exp(SKEW**2)
    return np.asarray((np.exp(SKEW * z) - math.sqrt(w)) / math.sqrt(w * (w - 1)), np.float64)
