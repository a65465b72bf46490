"""`simulate_study`: a table of nights, or of hypnograms, whose true effects are known."""

from __future__ import annotations

import math
import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from ..catalogue import CATALOGUE
from ..core.equality import EqualByFields
from ..core.errors import SimulationError
from ..core.hypnogram import Hypnogram
from .log_normal import log_sds, restricted_mean_of
from .outcomes import OutcomeModel, StudyDraws, as_columns, draw_outcomes
from .plan import StudyPlan
from .stagers import SimulatedStager, seen_by

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SimulatedStudy", "simulate_study"]


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedStudy(EqualByFields):
    """A study whose true effects are known; made by `simulate_study`.

    Parameters
    ----------
    nights : DataFrame
        One row per night that was measured: ``subject``, ``sequence``, ``condition``, ``period``, ``night`` (within the
        period, from 1), ``recording`` where there are hypnograms, ``status``, a column per metric with
        ``<latency>_time`` and ``<latency>_event``, ``starts_asleep`` and ``technical_truncation`` (0 or 1).
    hypnograms : mapping of str to Hypnogram, or None
        By ``recording``.
    seed : int
    plan : StudyPlan
        What it was made by.
    scored : mapping of str to DataFrame
        Name of each stager of the plan -> the same nights as it scored them, with ``staging``, ``scorer``, ``device``.
    """

    nights: pd.DataFrame
    hypnograms: Mapping[str, Hypnogram] | None
    seed: int
    plan: StudyPlan
    scored: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "scored", MappingProxyType(dict(self.scored)))
        if self.hypnograms is not None:
            object.__setattr__(self, "hypnograms", MappingProxyType(dict(self.hypnograms)))

    def __reduce__(self) -> tuple[Any, ...]:
        hypnograms = None if self.hypnograms is None else dict(self.hypnograms)
        return SimulatedStudy, (self.nights, hypnograms, self.seed, self.plan, dict(self.scored))

    def __repr__(self) -> str:
        people = self.nights["subject"].nunique()
        return f"SimulatedStudy({self.plan.design}, {people} subjects, {len(self.nights)} nights, seed {self.seed})"

    @property
    def truth(self) -> Mapping[str, Mapping[str, float]]:
        """Metric -> arm -> true effect against the first arm, in the metric's unit.

        Of a count a ratio of rates, of a latency minutes of its mean.
        """
        return self.plan.model.truth

    def audited(self, stager: str, subjects: Collection[str]) -> pd.DataFrame:
        """Nights as a stager scored them, and beside it, in ``<metric>_human``, as they were, of some subjects.

        Parameters
        ----------
        stager : str
        subjects : collection of str
            Whom people scored too; of all others these columns are NaN. Latencies have none.

        Raises
        ------
        SimulationError
            Where the study has no such stager or subject.
        """
        if stager not in self.scored:
            raise SimulationError(f"no stager is called {stager!r}: {', '.join(self.scored) or 'there is none'}",
                                  key="stager")  # fmt: skip
        whom = self.nights["subject"].isin(list(subjects))
        if unknown := set(subjects) - set(self.nights["subject"]):
            raise SimulationError(f"nobody is called {min(unknown)!r}", key="subjects")
        model = self.plan.model
        given = [m for m, spread in zip(model.metrics, model.spreads, strict=True) if spread.kind != "latency"]
        return self.scored[stager].assign(**{f"{metric}_human": self.nights[metric].where(whom) for metric in given})

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
        SimulationError
            Where the study has no such latency.
        """
        model = self.plan.model
        if latency not in model.metrics or model.spread(latency).kind != "latency":
            raise SimulationError(
                f"{latency!r} is no latency of this study; it has {', '.join(model.metrics)}", key="latency"
            )
        m, spread = model.metrics.index(latency), model.spread(latency)
        between, within = log_sds(spread)
        shifts = np.repeat(model.period_effect[m][:, None], model.nights, axis=1)
        shifts[0, 0] += model.first_night[m]
        means = []
        for condition, effect in enumerate(model.effects[m][: len(model.arms)]):
            sd = math.hypot(
                between,
                within * model.within_factor[m, condition],
                within * model.response[m] / math.sqrt(2),
                within * model.period_sd,
            )
            given = (model.layout.sequences == condition).sum(axis=0)
            each = restricted_mean_of(spread.mean + effect + shifts, sd, tau)
            means.append(float(np.average(each.mean(axis=1), weights=given)))
        return {arm: mean - means[0] for arm, mean in zip(model.arms[1:], means[1:], strict=True)}


@overload
def simulate_study(plan: StudyPlan, seed: int) -> SimulatedStudy: ...
@overload
def simulate_study(plan: int | None = None, seed: int | None = None, **options: Any) -> SimulatedStudy: ...
def simulate_study(plan: StudyPlan | int | None = None, seed: int | None = None, **options: Any) -> SimulatedStudy:
    """Simulate a study whose true effects are known: a table of nights, in the units of `METRICS`.

    What no night can have, such as less wake than none, stands in the table as the nearest that one can. The true
    effects are those before that: near a bound, the effect that the table shows is smaller.

    Parameters
    ----------
    plan : StudyPlan
    seed : int
        Same plan and seed, same study. Another effect moves the nights of its arm and no other.
    **options
        Those of `StudyPlan`, in its place and after the seed: deprecated.

    Returns
    -------
    SimulatedStudy

    Raises
    ------
    SimulationError
        For a mean of a latency that falls to 0.

    Examples
    --------
    >>> study = simulate_study(StudyPlan(effects={"waso": -20}, subjects=12, nights=2), seed=1)
    >>> study
    SimulatedStudy(crossover, 12 subjects, 48 nights, seed 1)
    >>> study.truth["waso"]["active"], study.nights["sequence"].unique().tolist()
    (-20.0, ['placebo-active', 'active-placebo'])

    As a program finds them that shows .6 of what people would, and 3 points more under the drug:

    >>> from somnometry.simulate.stagers import SimulatedStager, StagerError
    >>> program = SimulatedStager("program", {"n3_percent": StagerError(slope=0.6, night_sd=2, bias={"active": 3})})
    >>> study = simulate_study(StudyPlan(effects={"n3_percent": 0}, stagers=[program]), seed=1)
    >>> means = study.scored["program"].groupby("condition")["n3_percent"].mean()
    >>> bool(means["active"] - means["placebo"] > 2)
    True
    """
    if not isinstance(plan, StudyPlan):
        warnings.warn(
            "simulate_study(seed, ...) is now simulate_study(StudyPlan(...), seed)", DeprecationWarning, stacklevel=2
        )
        seed = seed if plan is None else plan
        plan, options = StudyPlan(**{name: value for name, value in options.items() if value is not None}), {}
    if seed is None or options:
        raise TypeError("simulate_study takes a plan, which has all options, and a seed")
    if plan.hypnograms:
        from .study_hypnograms import realise

        columns, hypnograms = realise(plan.model, seed, plan.age)
        return SimulatedStudy(_frame(columns), hypnograms, seed, plan)
    draws = draw_outcomes(plan.model, seed)
    scored = {stager.name: _scored(stager, plan.model, draws, seed) for stager in plan.stagers}
    return SimulatedStudy(_frame(as_columns(plan.model, draws, draws.values)), None, seed, plan, scored)


# ------------------------------------------------------------------------------------------------------------- helpers
def _scored(stager: SimulatedStager, model: OutcomeModel, draws: StudyDraws, seed: int) -> pd.DataFrame:
    """Nights of a study as one of its stagers scored them."""
    counts = [metric for metric, spread in zip(model.metrics, model.spreads, strict=True) if spread.kind == "count"]
    conditions = np.array(model.layout.conditions, object)[draws.conditions]
    table = _frame(as_columns(model, draws, seen_by(stager, draws.values, counts, conditions, seed)))
    return table.assign(staging=stager.staging, scorer=stager.name, device=stager.device)


def _frame(columns: Mapping[str, Any]) -> pd.DataFrame:
    import pandas as pd

    place = list(columns).index("night") + 1
    items = [(name, _possible(name, values)) for name, values in columns.items()]
    return pd.DataFrame(dict([*items[:place], ("status", "ok"), *items[place:]]))


def _possible(name: str, values: Any) -> Any:
    """Give values of a metric that no night can have the nearest that one can: tables hold no others."""
    return np.clip(values, *CATALOGUE[name].possible_range) if name in CATALOGUE else values
