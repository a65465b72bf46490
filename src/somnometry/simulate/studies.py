"""`simulate_study`: a table of nights, or of hypnograms, whose true effects are known."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from scipy.special import ndtr

from ..core.hypnogram import Hypnogram
from .designs import Design, lay_out
from .outcomes import Distribution, Floats, StudyPlan, draw_study, log_sds
from .spreads import Spread, spread_of
from .study_options import (
    at_least_0,
    check_keys,
    probability,
    resolve_carry_over,
    resolve_effects,
    resolve_first_night,
    resolve_mixing,
    resolve_period_effect,
    resolve_sds,
    resolve_weights,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SimulatedStudy", "restricted_mean_of", "simulate_study"]

RESPONSE = 0.4  # SD of people's own treatment effects, in night-to-night SDs


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedStudy:
    """A study whose true effects are known; made by `simulate_study`.

    Parameters
    ----------
    nights : DataFrame
        One row per night that was measured: ``subject``, ``sequence``, ``condition``, ``period``, ``night`` (within the
        period, from 1), ``recording`` where there are hypnograms, ``status``, a column per metric with
        ``<latency>_time`` and ``<latency>_event``, ``starts_asleep`` and ``technical_truncation`` (0 or 1).
    truth : mapping of str to mapping of str to float
        Metric -> arm -> true effect against the first arm, in the metric's unit; a rate ratio of a count, minutes of
        the mean of a latency.
    hypnograms : mapping of str to Hypnogram, or None
        By ``recording``.
    seed : int
    plan : StudyPlan
        How it was made; ``plan.metrics`` is the order of a matrix of correlations.
    """

    nights: pd.DataFrame
    truth: Mapping[str, Mapping[str, float]]
    hypnograms: Mapping[str, Hypnogram] | None
    seed: int
    plan: StudyPlan

    def __post_init__(self) -> None:
        truth = {metric: MappingProxyType(dict(effects)) for metric, effects in self.truth.items()}
        object.__setattr__(self, "truth", MappingProxyType(truth))
        if self.hypnograms is not None:
            object.__setattr__(self, "hypnograms", MappingProxyType(dict(self.hypnograms)))

    def __reduce__(self) -> tuple[Any, ...]:
        truth = {metric: dict(effects) for metric, effects in self.truth.items()}
        nights = None if self.hypnograms is None else dict(self.hypnograms)
        return SimulatedStudy, (self.nights, truth, nights, self.seed, self.plan)

    def __repr__(self) -> str:
        people = self.nights["subject"].nunique()
        return f"SimulatedStudy({self.plan.design}, {people} subjects, {len(self.nights)} nights, seed {self.seed})"

    def restricted_mean(self, latency: str, tau: float) -> dict[str, float]:
        """Difference in minutes of the mean of min(T, `tau`) of a latency T: arm -> true effect against the first arm.

        Parameters
        ----------
        latency : str
            A latency of the study.
        tau : float
            Minutes, of which every night has at least as many.

        Returns
        -------
        dict of str to float
            Averaged over the periods and nights of the design; without carry-over and nights that start asleep.

        Raises
        ------
        ValueError
            Where the study has no such latency.
        """
        plan = self.plan
        if latency not in plan.metrics or plan.spread(latency).kind != "latency":
            raise ValueError(f"{latency!r} is no latency of this study; it has {', '.join(plan.metrics)}")
        m, spread = plan.metrics.index(latency), plan.spread(latency)
        between, within = log_sds(spread)
        shifts = np.repeat(plan.period_effect[m][:, None], plan.nights, axis=1)
        shifts[0, 0] += plan.first_night[m]
        found = []
        for condition, effect in enumerate(plan.effects[m][: len(plan.arms)]):
            sd = math.hypot(
                between,
                within * plan.within_factor[m, condition],
                within * plan.response[m] / math.sqrt(2),
                within * plan.period_sd,
            )
            given = (plan.layout.sequences == condition).sum(axis=0)
            each = restricted_mean_of(spread.mean + effect + shifts, sd, tau)
            found.append(float(np.average(each.mean(axis=1), weights=given)))
        return {arm: value - found[0] for arm, value in zip(plan.arms[1:], found[1:], strict=True)}


def simulate_study(
    seed: int,
    *,
    design: Design = "crossover",
    arms: Sequence[str] = ("placebo", "active"),
    subjects: int | None = None,
    nights: int = 1,
    effects: Mapping[str, float | Mapping[str, float]] | None = None,
    metrics: Sequence[str] = (),
    spreads: Mapping[str, Spread | Mapping[str, Any]] | None = None,
    periods: int | None = None,
    baseline: bool = False,
    sequences: str | Sequence[Sequence[str]] | None = None,
    schedule: str | Sequence[str] | None = None,
    allocation: Sequence[float] | None = None,
    response: float | Mapping[str, float] | None = None,
    period_sd: float = 0.0,
    first_night: bool | Mapping[str, float] = True,
    period_effect: Mapping[str, float | Sequence[float]] | None = None,
    carry_over: float | Mapping[str, float] = 0.0,
    correlation: float | Mapping[tuple[str, str], float] | Sequence[Sequence[float]] = 0.0,
    distribution: Distribution = "normal",
    heteroscedastic: float | Mapping[str, float] = 1.0,
    bounded: bool = False,
    dropout: float = 0.0,
    missing: float = 0.0,
    truncation: float = 0.0,
    starts_asleep: float = 0.0,
    hours: float | None = None,
    hypnograms: bool = False,
    age: float = 30.0,
) -> SimulatedStudy:
    """Simulate a study whose true effects are known: a table of nights, in the units of `METRICS`.

    A night's value is the mean, the person's own deviation, the effect of the condition, the person's own response to
    it, the period, and the night's own deviation.

    Parameters
    ----------
    seed : int
        Same seed and arguments, same study. Another effect moves the nights of its arm and no other.
    design : {"crossover", "parallel", "pre-post", "n-of-1"}
        "pre-post" gives everyone the first arm, then the second. "n-of-1" is one person.
    arms : sequence of str
        The first is the one that the others are compared with.
    subjects : int, optional
        By default 24; 1 in an n-of-1 study.
    nights : int
        Per period.
    effects : mapping of str to float or to mapping of str to float, optional
        Metric -> effect of the second of two arms, or -> arm -> effect, against the first arm. In the metric's unit; of
        a count the ratio of rates per hour slept; of a latency minutes of its mean.
    metrics : sequence of str
        Others than those of `effects` and TST, which are always there.
    spreads : mapping of str to Spread, or to mapping of str to number, optional
        In the place of those of `SPREADS`, for columns that it does not have, or for some of the numbers of one:
        ``{"pain": Spread(5, 1.5, 1), "waso": {"within": 30}}``.
    periods : int, optional
        Of a crossover, by default one for each arm; with more, people repeat treatments (ABBA, BAAB). Of an n-of-1
        study, by default seven for each arm.
    baseline : bool
        A parallel study has the condition "baseline", which is like the first arm, in period 1 and the arms in
        period 2.
    sequences : {"williams", "cyclic"} or sequence of sequences of str, optional
        Of a crossover: all arms in each, in another order; turned round for further periods. Or one's own.
    schedule : {"paired", "randomised", "alternating"} or sequence of str, optional
        Of an n-of-1 study: the order of the arms drawn within each successive set of one period each, over all
        periods, or fixed; or one's own, one condition for each period.
    allocation : sequence of float, optional
        Shares of the sequences, or of the parallel arms; by default even, but for the odd person. Who gets which is
        drawn.
    response : float or mapping of str to float
        SD of the person's own effects, the difference of two conditions, in night-to-night SDs. By default 0.4, and 0
        in an n-of-1 study, whose truth is of that person; also of metrics that a mapping does not name.
    period_sd : float
        SD of what the nights of one person in one period share besides, in night-to-night SDs.
    first_night : bool or mapping of str to float
        What is added to every person's first night of the study: that of `FIRST_NIGHT`, nothing, or one's own, as in
        `effects`.
    period_effect : mapping of str to float or sequence of float, optional
        What is added from one period to the next; or to each period. As in `effects`.
    carry_over : float or mapping of str to float
        Which share of the effect of the period before is left over; below 0 for a rebound.
    correlation : float, mapping of pairs of metrics to float, or matrix
        Of people's and of nights' deviations between metrics (of the normal deviates behind them, where these are
        skewed, log-normal or counts). A matrix follows the order of `effects`, TST, `metrics`.
    distribution : {"normal", "skewed", "heavy"}
        Of people's and of nights' deviations of continuous metrics, of the same SDs: log-normal with skewness 1.75, or
        Student's t with 5 degrees of freedom.
    heteroscedastic : float or mapping of str to float
        By which the night-to-night SD is multiplied in all arms but the first; 1 of what a mapping does not name.
    bounded : bool
        Clip continuous metrics to what is possible, which biases effects near a bound.
    dropout : float
        Probability of leaving after each period but the last.
    missing : float
        Probability that a night is missing; neither depends on anything.
    truncation : float
        Probability that a night ends, for technical causes, at a uniform moment. Its latencies are censored there, its
        other metrics NaN.
    starts_asleep : float
        Probability that a night is asleep at lights-off: SOL and LPS are then 0.
    hours : float, optional
        Time from lights-off to lights-on, after which a latency without its event is censored; by default TST and 77
        min. Nights with hypnograms are as long as they need be.
    hypnograms : bool
        Make a hypnogram of each night that has the SOL, TST and WASO and the shares of N1, N3 and REM that were drawn,
        to the epoch, and put what `architecture_table` measures of it in the table: all of `METRICS`. About 35 ms each.
    age : float
        In years; for hypnograms.

    Returns
    -------
    SimulatedStudy

    Raises
    ------
    ValueError
        For a metric whose spread is unknown, an arm, design or option that does not exist, a mean of a latency that
        falls to 0, or an effect that hypnograms cannot realise.

    Notes
    -----
    A count is Poisson given a log-normal rate; a latency is log-normal. Their means and SDs are those of the spread
    while nothing else is switched on; their effects multiply, so that those who have more of it change more. With
    hypnograms, a metric whose mean is less than 3 SD above 0 (WASO, N1 %, N3 %) is drawn log-normally too, TST is at
    least 60 min, and N1, N3 and REM together are at most 95 % of TST.

    Examples
    --------
    >>> study = simulate_study(1, effects={"waso": -20}, subjects=12, nights=2)
    >>> study
    SimulatedStudy(crossover, 12 subjects, 48 nights, seed 1)
    >>> study.truth["waso"]["active"], study.nights["sequence"].unique().tolist()
    (-20.0, ['placebo-active', 'active-placebo'])
    """
    from ..simulate import study_hypnograms

    arms, effects, spreads = tuple(arms), dict(effects or {}), dict(spreads or {})
    layout = lay_out(design, arms, periods=periods, baseline=baseline, sequences=sequences, schedule=schedule)
    subjects = (1 if design == "n-of-1" else 24) if subjects is None else subjects
    if subjects < 1 or nights < 1 or (design == "n-of-1" and subjects != 1):
        raise ValueError(f"subjects={subjects!r} and nights={nights!r} must be at least 1, and an n-of-1 study has one "
                         "subject; simulate several with several seeds")  # fmt: skip
    if distribution not in get_args(Distribution):
        raise ValueError(f"the distribution {distribution!r} is none of {', '.join(get_args(Distribution))}")
    keys = list(dict.fromkeys([*effects, "tst", *metrics]))
    if hypnograms:
        keys = study_hypnograms.drawn(keys, effects)
    known = spread_of(keys, spreads)
    check_keys("spreads", spreads, keys)
    n_periods = layout.sequences.shape[1]
    counted = np.array([spread.kind == "count" for spread in known.values()])
    index = np.arange(len(layout.conditions))
    resolved = resolve_effects(effects, keys, layout, arms, counted)
    factors = resolve_sds("heteroscedastic", heteroscedastic, keys, 1.0)
    usual = 0.0 if design == "n-of-1" else RESPONSE
    plan = StudyPlan(
        design=design,
        arms=arms,
        subjects=subjects,
        nights=nights,
        layout=layout,
        weights=resolve_weights(allocation, len(layout.sequences)),
        metrics=tuple(keys),
        spreads=tuple(known.values()),
        effects=resolved,
        carry_over=resolve_carry_over(carry_over, keys),
        period_effect=resolve_period_effect(period_effect or {}, keys, n_periods, counted),
        first_night=resolve_first_night(first_night, keys, counted),
        mixing=resolve_mixing(correlation, keys),
        within_factor=np.where((index > 0) & (index < len(arms)), factors[:, None], 1.0),
        response=resolve_sds("response", {} if response is None else response, keys, usual),
        period_sd=at_least_0("period_sd", period_sd),
        distribution=distribution,
        bounded=bounded or hypnograms,
        dropout=probability("dropout", dropout),
        missing=probability("missing", missing),
        truncation=probability("truncation", truncation),
        starts_asleep=probability("starts_asleep", starts_asleep),
        hours=None if hours is None else at_least_0("hours", hours),
        positive=study_hypnograms.positive(known) if hypnograms else frozenset(),
    )  # fmt: skip
    truth = {
        key: {
            arm: float(np.exp(effect) if counted[m] else effect) for arm, effect in zip(arms[1:], own[1:], strict=False)
        }
        for m, (key, own) in enumerate(zip(keys, resolved, strict=True))
    }
    if hypnograms:
        columns, made = study_hypnograms.realise(plan, seed, age)
        return SimulatedStudy(_frame(columns), truth, made, seed, plan)
    return SimulatedStudy(_frame(draw_study(plan, seed)), truth, None, seed, plan)


# ------------------------------------------------------------------------------------------------------------- helpers
def _frame(columns: Mapping[str, Any]) -> pd.DataFrame:
    import pandas as pd

    place = list(columns).index("night") + 1
    items = list(columns.items())
    return pd.DataFrame(dict([*items[:place], ("status", "ok"), *items[place:]]))


def restricted_mean_of(mean: Floats, sd: float, tau: float) -> Floats:
    """Mean of min(T, tau) of a log-normal T, of which `sd` is the SD of the logarithm."""
    if sd == 0:
        return np.minimum(mean, tau)
    z = (math.log(tau) - np.log(mean)) / sd
    return np.asarray(mean * ndtr(z - sd / 2) + tau * ndtr(-z - sd / 2), np.float64)
