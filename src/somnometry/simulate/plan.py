"""`StudyPlan`: design, size, true effects and flaws of a study that is to be simulated."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from types import MappingProxyType
from typing import Any, get_args

import numpy as np

from ..core.errors import SimulationError
from ..core.schedule import Schedule
from .designs import Design, lay_out
from .outcomes import Distribution, OutcomeModel
from .spreads import RESPONSE, Spread, spread_of
from .stagers import SimulatedStager, check_stagers
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

__all__ = ["StudyPlan"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class StudyPlan:
    """Plan of a simulated study; the studies that `simulate_study` draws of it differ by their seed alone.

    A night's value is the mean, the person's own deviation, the effect of the condition, the person's own response to
    it, the period, and the night's own deviation.

    Parameters
    ----------
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
    schedule : {"paired", "randomised", "alternating"}, sequence of str or Schedule, optional
        Of an n-of-1 study: the order of the arms drawn within each successive set of one period each, over all
        periods, or fixed; or one's own, one condition for each period; or as a declared `Schedule` draws it.
    allocation : sequence of float, optional
        Shares of the sequences, or of the parallel arms; by default even, but for the odd person. Who gets which is
        drawn.
    response : float or mapping of str to float, optional
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
    stagers : sequence of SimulatedStager
        Who score the nights besides, with errors that are known; not where there are hypnograms.

    Attributes
    ----------
    model : OutcomeModel
        The plan with every default resolved, as arrays; ``model.metrics`` is the order of a matrix of correlations.

    Raises
    ------
    SimulationError
        For a metric whose spread is unknown, an arm, design or option that does not exist, or an effect that
        hypnograms cannot realise.

    Notes
    -----
    A count is Poisson given a log-normal rate; a latency is log-normal. Their means and SDs are those of the spread
    while nothing else is switched on; their effects multiply, so that those who have more of it change more. With
    hypnograms, a metric whose mean is less than 3 SD above 0 (WASO, N1 %, N3 %) is drawn log-normally too, TST is at
    least 60 min, and N1, N3 and REM together are at most 95 % of TST.

    Examples
    --------
    >>> plan = StudyPlan(effects={"waso": -20}, subjects=12, nights=2)
    >>> plan
    StudyPlan(subjects=12, nights=2, effects={'waso': -20})
    >>> plan.model.metrics, plan.model.truth["waso"]
    (('waso', 'tst'), {'active': -20.0})
    """

    design: Design = "crossover"
    arms: Sequence[str] = ("placebo", "active")
    subjects: int | None = None
    nights: int = 1
    effects: Mapping[str, float | Mapping[str, float]] = field(default_factory=dict)
    metrics: Sequence[str] = ()
    spreads: Mapping[str, Spread | Mapping[str, Any]] = field(default_factory=dict)
    periods: int | None = None
    baseline: bool = False
    sequences: str | Sequence[Sequence[str]] | None = None
    schedule: str | Sequence[str] | Schedule | None = None
    allocation: Sequence[float] | None = None
    response: float | Mapping[str, float] | None = None
    period_sd: float = 0.0
    first_night: bool | Mapping[str, float] = True
    period_effect: Mapping[str, float | Sequence[float]] = field(default_factory=dict)
    carry_over: float | Mapping[str, float] = 0.0
    correlation: float | Mapping[tuple[str, str], float] | Sequence[Sequence[float]] = 0.0
    distribution: Distribution = "normal"
    heteroscedastic: float | Mapping[str, float] = 1.0
    bounded: bool = False
    dropout: float = 0.0
    missing: float = 0.0
    truncation: float = 0.0
    starts_asleep: float = 0.0
    hours: float | None = None
    hypnograms: bool = False
    age: float = 30.0
    stagers: Sequence[SimulatedStager] = ()
    model: OutcomeModel = field(init=False, compare=False)

    def __post_init__(self) -> None:
        for name in _options():
            object.__setattr__(self, name, _frozen(getattr(self, name)))
        object.__setattr__(self, "model", _model_of(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return functools.partial(StudyPlan, **{name: _thawed(getattr(self, name)) for name in _options()}), ()

    def __repr__(self) -> str:
        given = {name: value for name, usual in _options().items() if (value := getattr(self, name)) != usual}
        return f"StudyPlan({', '.join(f'{name}={_thawed(value)!r}' for name, value in given.items())})"


# ------------------------------------------------------------------------------------------------------------- helpers
@functools.cache
def _options() -> dict[str, Any]:
    """Options of a plan, and what each is by default."""
    return {
        option.name: MappingProxyType({}) if option.default is MISSING else option.default
        for option in fields(StudyPlan)
        if option.init
    }


def _frozen(value: Any) -> Any:
    """Copy mappings and sequences, so that the plan cannot change."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: _frozen(item) for key, item in value.items()})
    if isinstance(value, np.ndarray):
        value = value.tolist()
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value


def _thawed(value: Any) -> Any:
    """Mappings that can be pickled, and print as what the user wrote."""
    return {key: _thawed(item) for key, item in value.items()} if isinstance(value, Mapping) else value


def _model_of(plan: StudyPlan) -> OutcomeModel:
    """Check the options of a plan, and resolve them."""
    design, arms = plan.design, tuple(plan.arms)
    layout = lay_out(
        design,
        arms,
        periods=plan.periods,
        baseline=plan.baseline,
        sequences=plan.sequences,
        schedule=plan.schedule,
    )
    subjects = (1 if design == "n-of-1" else 24) if plan.subjects is None else plan.subjects
    if subjects < 1 or plan.nights < 1 or (design == "n-of-1" and subjects != 1):
        raise SimulationError(
            f"subjects={subjects!r} and nights={plan.nights!r} must be at least 1, and an n-of-1 study has one subject",
            remedy="simulate several with several seeds",
            key="nights" if plan.nights < 1 else "subjects",
        )
    if plan.distribution not in get_args(Distribution):
        raise SimulationError(
            f"the distribution {plan.distribution!r} is none of {', '.join(get_args(Distribution))}", key="distribution"
        )
    keys = list(dict.fromkeys([*plan.effects, "tst", *plan.metrics]))
    spread_near_0: frozenset[str] = frozenset()
    if plan.hypnograms:
        from .study_hypnograms import drawn, positive

        keys = drawn(keys, plan.effects)
    spreads = spread_of(keys, plan.spreads)
    if plan.hypnograms:
        spread_near_0 = positive(spreads)
    check_keys("spreads", plan.spreads, keys)
    check_stagers(plan.stagers, keys, layout.conditions)
    if plan.hypnograms and plan.stagers:
        raise SimulationError(
            "stagers err on the metrics of a table, not on hypnograms",
            remedy="leave out hypnograms=True, or stage the recordings of the study",
            key="stagers",
        )
    counted = np.array([spread.kind == "count" for spread in spreads.values()])
    index = np.arange(len(layout.conditions))
    treated = (index > 0) & (index < len(arms))
    factors = resolve_sds("heteroscedastic", plan.heteroscedastic, keys, 1.0)
    usual = 0.0 if design == "n-of-1" else RESPONSE
    return OutcomeModel(
        design=design,
        arms=arms,
        subjects=subjects,
        nights=plan.nights,
        layout=layout,
        weights=resolve_weights(plan.allocation, len(layout.sequences)),
        metrics=tuple(keys),
        spreads=tuple(spreads.values()),
        effects=resolve_effects(plan.effects, keys, layout, arms, counted),
        carry_over=resolve_carry_over(plan.carry_over, keys),
        period_effect=resolve_period_effect(plan.period_effect, keys, layout.sequences.shape[1], counted),
        first_night=resolve_first_night(plan.first_night, keys, counted),
        mixing=resolve_mixing(plan.correlation, keys),
        within_factor=np.where(treated, factors[:, None], 1.0),
        response=resolve_sds("response", {} if plan.response is None else plan.response, keys, usual),
        period_sd=at_least_0("period_sd", plan.period_sd),
        distribution=plan.distribution,
        bounded=plan.bounded or plan.hypnograms,
        dropout=probability("dropout", plan.dropout),
        missing=probability("missing", plan.missing),
        truncation=probability("truncation", plan.truncation),
        starts_asleep=probability("starts_asleep", plan.starts_asleep),
        hours=None if plan.hours is None else at_least_0("hours", plan.hours),
        positive=spread_near_0,
    )
