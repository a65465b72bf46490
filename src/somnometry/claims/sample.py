"""`Sample`: what is analysed of a metric, night by night or period by period, and on which scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..core.claim import Claim
from ..core.definition import Definition
from ..core.verdict import Arm, Exclusion
from ..metrics.event_indices import EVENT_INDICES
from ..metrics.table import METRICS
from ..micro.table import MICROSTRUCTURE
from .restricted_mean import pseudo_values
from .trial import Trial

__all__ = ["NoValuesError", "NotTestableError", "Sample", "definition_of", "draw_sample", "horizon_of", "is_ratio"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

ONSET_HORIZON, HORIZON = 120.0, 240.0
#: Latencies that a night has already passed when it is asleep at lights-off.
FROM_LIGHTS_OFF = ("sol", "sol_5min", "lps")
#: Measures of many nights together, one value per subject and period; not among the metrics of one night.
PERIOD_METRICS = {
    "sri": Definition("sri", "Sleep regularity index", "points", "higher", "Similarity of days 24 h apart.",
                      "Phillips et al. 2017, Sci Rep 7:3216"),
    "sri_nights": Definition("sri_nights", "Sleep regularity index of the nights", "points", "higher",
                             "Similarity of nights 24 h apart.", "Phillips et al. 2017, Sci Rep 7:3216"),
    "tst_sd": Definition("tst_sd", "SD of TST", "min", "lower", "Standard deviation of TST over nights.", "somnometry"),
    "mid_sleep_sd": Definition("mid_sleep_sd", "SD of mid-sleep", "min", "lower",
                               "Circular standard deviation of mid-sleep over nights.", "somnometry"),
}  # fmt: skip
#: Fewest nights per subject and arm from which regularity and consistency can be told.
MIN_NIGHTS = 7


class NotTestableError(Exception):
    """What the study or its table lacks for a claim; the verdict's reason."""


class NoValuesError(NotTestableError):
    """What the measured values lack for a claim that design and columns allow; it counts among the claims tested."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The values of one metric that enter an analysis.

    Parameters
    ----------
    y : array of float64, shape (n,)
        Analysed values: in the metric's unit, or logarithms where `scale` is "ratio".
    subject, arm, period, night : array of int, shape (n,)
        Codes; `arm` into `arms`, whose first is the control.
    n_nights : array of int, shape (n,)
        Nights behind each value.
    arms, subjects : tuple of str
    sequences : tuple of str
        Of each subject: the conditions in the order of its periods.
    scale : {"difference", "ratio"}
    label, unit : str
    by_night : bool
        Whether a value is one night; else it is one period of a subject.
    exclusions : tuple of Exclusion
    warnings : tuple of str
    """

    y: Floats
    subject: Ints
    arm: Ints
    period: Ints
    night: Ints
    n_nights: Ints
    arms: tuple[str, ...]
    subjects: tuple[str, ...]
    sequences: tuple[str, ...]
    scale: Literal["difference", "ratio"] = "difference"
    label: str = ""
    unit: str = ""
    by_night: bool = True
    exclusions: tuple[Exclusion, ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return self.y.size

    @property
    def n_subjects(self) -> int:
        """Subjects with at least one value."""
        return np.unique(self.subject).size

    def subset(self, keep: Mask) -> Sample:
        """Give the sample cut to some of its values."""
        return Sample(
            self.y[keep], self.subject[keep], self.arm[keep], self.period[keep], self.night[keep], self.n_nights[keep],
            self.arms, self.subjects, self.sequences, self.scale, self.label, self.unit, self.by_night,
            self.exclusions, self.warnings, self.notes,
        )  # fmt: skip

    @property
    def control_mean(self) -> float:
        """Mean of the subjects' means under the control, as in `arms_table`."""
        return self._arm(self.arm == 0, "", "", "").mean

    def arms_table(self) -> tuple[Arm, ...]:
        """Describe each arm, and each period of each sequence: subjects, nights, mean and SD of the subjects' means."""
        rows = [self._arm(self.arm == a, label, "", "") for a, label in enumerate(self.arms)]
        sequence = np.array(self.sequences, object)[self.subject] if len(self) else np.array([], object)
        if len(set(sequence)) > 1 and (self.period >= 0).all():
            for name in sorted(set(sequence)):
                for period in np.unique(self.period[sequence == name]):
                    inside = (sequence == name) & (self.period == period)
                    labels = {self.arms[a] for a in self.arm[inside]}
                    rows.append(self._arm(inside, "/".join(sorted(labels)), name, str(period + 1)))
        return tuple(rows)

    def _arm(self, inside: Mask, condition: str, sequence: str, period: str) -> Arm:
        n = np.bincount(self.subject[inside], minlength=len(self.subjects))
        total = np.bincount(self.subject[inside], self.y[inside], minlength=len(self.subjects))
        means = total[n > 0] / n[n > 0]
        mean = float(means.mean()) if means.size else math.nan
        sd = float(means.std(ddof=1)) if means.size > 1 else math.nan
        if self.scale == "ratio":
            mean, sd = math.exp(mean), math.exp(sd)
        return Arm(condition, sequence, period, means.size, int(self.n_nights[inside].sum()), mean, sd)


def definition_of(metric: str) -> Definition | None:
    """Give what is known of a metric; None of a column that is not among ours."""
    return METRICS.get(metric) or MICROSTRUCTURE.get(metric) or EVENT_INDICES.get(metric) or PERIOD_METRICS.get(metric)


def is_ratio(metric: str, claim: Claim) -> bool:
    """Whether effects on a metric are ratios: of counts per hour of sleep, and of standard deviations."""
    known = definition_of(metric)
    return claim.kind == "consistency" or (known is not None and known.unit == "count")


def horizon_of(claim: Claim, metric: str) -> float:
    """Minutes to which a latency is watched."""
    return claim.horizon or (ONSET_HORIZON if metric in FROM_LIGHTS_OFF else HORIZON)


def draw_sample(claim: Claim, metric: str, trial: Trial, arms: Sequence[str]) -> Sample:
    """Take from a trial what is analysed of a metric.

    Parameters
    ----------
    claim : Claim
        Whose `kind` and `horizon` count.
    metric : str
    trial : Trial
    arms : sequence of str
        Conditions that take part; the first is the control.

    Returns
    -------
    Sample
        Latencies are cut at the horizon: a night without the event has the horizon, one that was cut short by
        technical causes a pseudo-value. Counts are logarithms of (count + 0.5) per hour of sleep of a subject in a
        period; of a consistency, logarithms of standard deviations over nights, with their bias taken off.

    Raises
    ------
    NotTestableError
        Where a column, or the nights that it takes, are missing.
    ClaimError
        Where a cell is no number.
    """
    known = definition_of(metric)
    inside = np.isin(trial.condition, [i for i, label in enumerate(trial.conditions) if label in arms])
    place = np.array([arms.index(label) if label in arms else -1 for label in trial.conditions], np.intp)
    arm = place[trial.condition]
    exclusions: list[Exclusion] = []
    if not inside.all():
        others = [label for label in trial.conditions if label not in arms]
        exclusions.append(_excluded(f"takes no part in this claim: {', '.join(others)}", ~inside, inside, trial))

    warnings: list[str] = []
    if metric in METRICS and METRICS[metric].censoring is not None:
        y, usable = _latency(claim, metric, trial, inside, arm, exclusions, warnings)
    else:
        if metric not in trial.columns:
            raise NotTestableError(_lacking(metric, known))
        y = trial.numbers(metric)
        usable = inside & np.isfinite(y)
    tst = _sleep_hours(trial) if is_ratio(metric, claim) and claim.kind != "consistency" else None
    if tst is not None:
        usable &= np.isfinite(tst) & (tst > 0)
    if (missing := inside & np.isnan(y)).any():
        exclusions.append(_excluded(f"{metric} is undefined", missing, usable, trial))
    if tst is not None and (sleepless := inside & np.isfinite(y) & ~usable).any():
        exclusions.append(_excluded("no sleep, or tst is undefined: there is no rate", sleepless, usable, trial))

    parts: dict[str, Any] = {
        "arms": tuple(arms),
        "subjects": trial.subjects,
        "sequences": _sequences(trial, inside),
        "label": known.label if known else metric,
        "unit": known.unit if known else "",
        "exclusions": tuple(exclusions),
        "warnings": tuple(warnings),
    }
    cells = _Cells(trial, arm, usable)
    if tst is not None:
        counts = cells.sums(y)
        return cells.sample(np.log((counts + 0.5) / cells.sums(tst)), parts | {"scale": "ratio"})
    if claim.kind == "consistency":
        return _consistency(cells, y, parts)
    if metric in PERIOD_METRICS:
        _require_nights(cells, _period_metric(metric))
        return cells.sample(cells.sums(y) / cells.n, parts)
    return Sample(
        y[usable], trial.subject[usable], arm[usable], trial.period[usable], trial.night[usable],
        np.ones(int(usable.sum()), np.intp), **parts,
    )  # fmt: skip


class _Cells:
    """The nights of each subject in each period and arm, taken together."""

    def __init__(self, trial: Trial, arm: Ints, usable: Mask) -> None:
        self.usable = usable
        stacked = np.stack([trial.subject[usable], trial.period[usable], arm[usable]])
        keys, self.cell = np.unique(stacked, axis=1, return_inverse=True)
        self.cell = self.cell.ravel()
        self.subject, self.period, self.arm = keys
        self.n = np.bincount(self.cell, minlength=keys.shape[1])
        self.night = trial.night[usable]

    def sums(self, values: Floats) -> Floats:
        return np.bincount(self.cell, values[self.usable], minlength=self.n.size).astype(np.float64)

    def sample(self, y: Floats, parts: dict[str, Any]) -> Sample:
        return Sample(
            y, self.subject, self.arm, self.period, np.zeros(y.size, np.intp), self.n, by_night=False, **parts
        )


def _lacking(metric: str, known: Definition | None) -> str:
    if metric in PERIOD_METRICS:
        return (
            f"the table has no column {metric!r}: {_period_metric(metric)} takes at least {MIN_NIGHTS} days per "
            "subject and arm; compute it with `regularity` and add it to the rows of each period"
        )
    if known is None:
        return f"the table has no column {metric!r}, and it is no metric of sleep; add the measurement to the table"
    if metric in EVENT_INDICES:
        return f"the table has no column {metric!r}: it needs scored events (`event_indices`)"
    if metric in MICROSTRUCTURE:
        return f"the table has no column {metric!r}; measure the nights with --micro"
    return f"the table has no column {metric!r}; measure the nights with `somnometry measure`"


def _latency(
    claim: Claim, metric: str, trial: Trial, inside: Mask, arm: Ints, exclusions: list[Exclusion], warnings: list[str]
) -> tuple[Floats, Mask]:
    """Give minutes to the event, at most the horizon, and the nights in which it could be awaited."""
    horizon = horizon_of(claim, metric)
    if f"{metric}_time" in trial.columns and f"{metric}_event" in trial.columns:
        time, event = trial.numbers(f"{metric}_time"), trial.numbers(f"{metric}_event") == 1
    elif metric in trial.columns:
        time = trial.numbers(metric)
        event = np.isfinite(time)
        warnings.append(
            f"the table has no columns {metric}_time and {metric}_event: nights without the event are left out, which "
            "flatters the latency"
        )
    else:
        raise NotTestableError(_lacking(metric, METRICS[metric]))
    usable = inside & np.isfinite(time)
    if metric.removesuffix("_lights_off") != metric or metric in FROM_LIGHTS_OFF:
        asleep = usable & trial.flags("starts_asleep")
        usable &= ~asleep
        if asleep.any():
            exclusions.append(
                _excluded("asleep at lights-off, so that the latency cannot be told", asleep, usable, trial)
            )
    cut = usable & ~event & (time < horizon) & trial.flags("technical_truncation")
    y = np.where(event & (time < horizon), time, horizon)
    y[~np.isfinite(time)] = np.nan
    if cut.any():
        warnings.append(
            f"{int(cut.sum())} nights were cut short before the event by technical causes; they enter as censored, "
            "through pseudo-values"
        )
        for a in np.unique(arm[cut]):
            rows = usable & (arm == a)
            y[rows] = pseudo_values(np.where(cut, time, y)[rows], ~cut[rows], horizon)
    return y, usable


def _sleep_hours(trial: Trial) -> Floats:
    if "tst" not in trial.columns:
        raise NotTestableError("counts are analysed per hour of sleep, and the table has no column 'tst'")
    return trial.numbers("tst") / 60


def _consistency(cells: _Cells, y: Floats, parts: dict[str, Any]) -> Sample:
    """Give log SD over nights, its bias taken off, of the first k nights of each; k is the least that anyone has."""
    _require_nights(cells, "consistency over nights")
    k = int(cells.n.min())
    values = y[cells.usable]
    order = np.lexsort((cells.night, cells.cell))
    start = np.concatenate([[0], np.cumsum(cells.n)])[:-1]
    kept = values[order][start[:, None] + np.arange(k)]
    sd = kept.std(axis=1, ddof=1)
    if not (sd > 0).all():
        raise NoValuesError("a subject has the same value in every night of an arm, so that its SD is 0")
    note = f"consistency over the first {k} nights of each subject and arm"
    return cells.sample(np.log(sd) + 1 / (2 * (k - 1)), parts | {"scale": "ratio", "notes": (note,)})


def _period_metric(metric: str) -> str:
    return f"the {PERIOD_METRICS[metric].label.replace('Sleep', 'sleep')}"


def _require_nights(cells: _Cells, what: str) -> None:
    if not cells.n.size or int(cells.n.min()) < MIN_NIGHTS:
        least = int(cells.n.min()) if cells.n.size else 0
        raise NotTestableError(
            f"{what} needs at least {MIN_NIGHTS} nights per subject and arm, and the study has {least}"
        )


def _sequences(trial: Trial, inside: Mask) -> tuple[str, ...]:
    """Give each subject's sequence: as the table says, or its conditions in the order of periods."""
    found = list(trial.sequences)
    order = np.flatnonzero(inside)
    order = order[np.lexsort((trial.night[order], trial.period[order]))]
    for s, text in enumerate(found):
        if not text:
            taken = order[trial.subject[order] == s]
            _, first = np.unique(trial.period[taken], return_index=True)
            found[s] = "-".join(trial.conditions[c] for c in trial.condition[taken][first])
    return tuple(found)


def _excluded(reason: str, left: Mask, kept: Mask, trial: Trial) -> Exclusion:
    gone = set(trial.subject[left].tolist()) - set(trial.subject[kept].tolist())
    return Exclusion(reason, int(left.sum()), len(gone))
