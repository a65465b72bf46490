"""The sample of a metric from the nights of a study: latencies to a horizon, counts per hour, spreads over nights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...catalogue import CATALOGUE, is_called, reads_as
from ...core.definition import Level
from ...core.reason import Reason
from ...core.verdict import Exclusion
from ...metrics.period_metrics import PERIOD_METRICS
from ...metrics.table import METRICS
from .estimand import Estimand
from .restricted_mean import pseudo_values
from .sample import (
    MIN_NIGHTS,
    Floats,
    Ints,
    Mask,
    NotTestableError,
    NoValuesError,
    Sample,
)
from .study_nights import StudyNights

__all__ = ["outcome_values"]

#: Column that marks nights which ended for technical causes. Every metric of a night depends on how it ends, but for
#: latencies, which are watched until then.
CUT_SHORT = "technical_truncation"
#: Level of a metric -> why it is not in the table.
NO_COLUMN: Mapping[Level, str] = {
    "night": "no-column",
    "period": "no-column-of-periods",
    "microstructure": "no-column-of-signals",
    "events": "no-column-of-events",
}


def outcome_values(estimand: Estimand, nights: StudyNights, arms: Sequence[str]) -> Sample:
    """Give the values that are analysed of a metric.

    Parameters
    ----------
    estimand : Estimand
    nights : StudyNights
    arms : sequence of str
        Conditions that take part; the first is the control.

    Returns
    -------
    Sample
        Latencies are cut at the horizon: a night without the event has the horizon, one that was cut short by
        technical causes a pseudo-value; of everything else such a night has no value. Counts are logarithms of
        (count + 0.5) per hour of sleep of a subject in a period, beside the events and hours themselves; of a
        consistency, logarithms of standard deviations over nights, with their bias taken off.

    Raises
    ------
    NotTestableError
        Where a column, or the nights that it takes, are missing.
    ClaimError
        Where a cell is no number.
    """
    metric, known = estimand.metric, CATALOGUE.get(estimand.metric)
    place = np.array([arms.index(label) if label in arms else -1 for label in nights.conditions], np.intp)
    arm = place[nights.condition]
    inside = arm >= 0
    taking_part = inside
    exclusions: list[Exclusion] = []
    if not inside.all():
        others = [label for label in nights.conditions if label not in arms]
        exclusions.append(_excluded(Reason("other-conditions", {"conditions": others}), ~inside, inside, nights))

    warnings: list[Reason] = []
    is_latency = metric in METRICS and METRICS[metric].censoring is not None
    if is_latency:
        y, usable = _latency(estimand, nights, inside, arm, exclusions, warnings)
    else:
        if metric not in nights.columns:
            raise _no_column(metric, nights)
        y = nights.numbers(metric)
        usable = inside & np.isfinite(y)
        if known is not None and known.level != "period" and (cut := inside & nights.flags(CUT_SHORT)).any():
            usable &= ~cut
            exclusions.append(_excluded(Reason("cut-short", {"metric": metric}), cut, usable, nights))
            inside = inside & ~cut
    tst = _sleep_hours(nights) if estimand.is_rate else None
    if tst is not None:
        usable &= np.isfinite(tst) & (tst > 0)
    if (missing := inside & np.isnan(y)).any():
        exclusions.append(_excluded(Reason("undefined", {"metric": metric}), missing, usable, nights))
    if tst is not None and (sleepless := inside & np.isfinite(y) & ~usable).any():
        exclusions.append(_excluded(Reason("no-rate"), sleepless, usable, nights))

    of_many = estimand.summary == "sd" or metric in PERIOD_METRICS
    cells = _Cells(nights, arm, usable) if of_many or tst is not None else None
    if of_many and cells is not None and (few := cells.with_few_nights(estimand, len(arms))).any():
        enough = usable & ~few
        exclusions.append(_excluded(Reason("too-few-nights", {"least": MIN_NIGHTS}), few, enough, nights))
        usable, cells = enough, _Cells(nights, arm, enough)

    parts: dict[str, Any] = {
        "arms": tuple(arms),
        "subjects": nights.subjects,
        "sequences": _sequences(nights, taking_part),
        "label": known.label if known else metric,
        "unit": known.unit if known else "",
        "exclusions": tuple(exclusions),
        "warnings": tuple(warnings),
        "is_latency": is_latency,
    }
    if cells is None:
        return Sample(
            y[usable], nights.subject[usable], arm[usable], nights.period[usable], nights.night[usable],
            np.ones(int(usable.sum()), np.intp), **parts,
        )  # fmt: skip
    if tst is not None:
        counts, hours = cells.sums(y), cells.sums(tst)
        parts |= {"scale": "ratio", "counts": counts, "hours": hours}
        return cells.sample(np.log((counts + 0.5) / hours), parts)
    if estimand.summary == "sd":
        return _consistency(cells, y, parts)
    return cells.sample(cells.sums(y) / cells.n, parts)


class _Cells:
    """The nights of each subject in each period and arm, taken together."""

    def __init__(self, nights: StudyNights, arm: Ints, usable: Mask) -> None:
        self.usable = usable
        subject, period, of_arm = nights.subject[usable], nights.period[usable], arm[usable]
        widths = int(period.max(initial=0)) + 2, int(of_arm.max(initial=0)) + 1  # a period may be -1
        number = (subject * widths[0] + period + 1) * widths[1] + of_arm
        _, first, self.cell = np.unique(number, return_index=True, return_inverse=True)
        self.subject, self.period, self.arm = subject[first], period[first], of_arm[first]
        self.n = np.bincount(self.cell, minlength=first.size)
        self.night = nights.night[usable]

    def with_few_nights(self, estimand: Estimand, n_arms: int) -> Mask:
        """Give the nights of subjects who have too few of them in an arm for what is measured over many nights."""
        most = [int(self.n[self.arm == a].max(initial=0)) for a in range(n_arms)]
        if min(most) < MIN_NIGHTS:
            raise NotTestableError(
                "few-nights", metric=estimand.metric, summary=estimand.summary, least=MIN_NIGHTS, most=min(most)
            )
        few = np.zeros(self.usable.size, bool)
        few[self.usable] = (self.n < MIN_NIGHTS)[self.cell]
        return few

    def sums(self, values: Floats) -> Floats:
        return np.bincount(self.cell, values[self.usable], minlength=self.n.size).astype(np.float64)

    def sample(self, y: Floats, parts: dict[str, Any]) -> Sample:
        return Sample(
            y, self.subject, self.arm, self.period, np.zeros(y.size, np.intp), self.n, by_night=False, **parts
        )


def _meant(name: str) -> str:
    """Give the metric that a name which is no key is likely meant for; empty where none is."""
    return reads_as(name) or next((metric for metric in CATALOGUE if is_called(name, metric)), "")


def _no_column(metric: str, nights: StudyNights) -> NotTestableError:
    """Say that a metric is not in the table, by what it is measured from, and which column may be meant for it."""
    if metric not in CATALOGUE:
        meant = _meant(metric)
        return NotTestableError("no-column-of-others", metric=metric, **({"like": meant} if meant else {}))
    level = CATALOGUE[metric].level
    if level == "night" and (like := [name for name in nights.columns if is_called(name, metric)]):
        return NotTestableError(NO_COLUMN[level], metric=metric, like=like[0])
    least = {"least": MIN_NIGHTS} if level == "period" else {}
    return NotTestableError(NO_COLUMN[level], metric=metric, **least)


def _latency(
    estimand: Estimand,
    nights: StudyNights,
    inside: Mask,
    arm: Ints,
    exclusions: list[Exclusion],
    warnings: list[Reason],
) -> tuple[Floats, Mask]:
    """Give minutes to the event, at most the horizon, and the nights in which it could be awaited."""
    metric, horizon = estimand.metric, estimand.watched_to
    if f"{metric}_time" in nights.columns and f"{metric}_event" in nights.columns:
        time, event = nights.numbers(f"{metric}_time"), nights.numbers(f"{metric}_event") == 1
    elif metric in nights.columns:
        time = nights.numbers(metric)
        event = np.isfinite(time)
        if (without := inside & ~event).any():
            n = {label: int((without & (nights.condition == i)).sum()) for i, label in enumerate(nights.conditions)}
            raise NotTestableError("no-event-columns", metric=metric, n=n)
        warnings.append(Reason("no-censoring-columns", {"metric": metric}))
    else:
        raise _no_column(metric, nights)
    usable = inside & np.isfinite(time)
    if estimand.is_from_lights_off:
        asleep = usable & nights.flags("starts_asleep")
        usable &= ~asleep
        if asleep.any():
            exclusions.append(_excluded(Reason("asleep-at-lights-off"), asleep, usable, nights))
    cut = usable & ~event & (time < horizon) & nights.flags(CUT_SHORT)
    y = np.where(event & (time < horizon), time, horizon)
    y[~np.isfinite(time)] = np.nan
    if cut.any():
        warnings.append(Reason("pseudo-values", {"n": int(cut.sum())}))
        for a in np.unique(arm[cut]):
            rows = usable & (arm == a)
            y[rows] = pseudo_values(np.where(cut, time, y)[rows], ~cut[rows], horizon)
    return y, usable


def _sleep_hours(nights: StudyNights) -> Floats:
    if "tst" not in nights.columns:
        raise NotTestableError("no-total-sleep-time")
    return nights.numbers("tst") / 60


def _consistency(cells: _Cells, y: Floats, parts: dict[str, Any]) -> Sample:
    """Give log SD over nights, its bias taken off, of the first k nights of each; k is the least that anyone has."""
    k = int(cells.n.min())
    values = y[cells.usable]
    order = np.lexsort((cells.night, cells.cell))
    start = np.concatenate([[0], np.cumsum(cells.n)])[:-1]
    kept = values[order][start[:, None] + np.arange(k)]
    sd = kept.std(axis=1, ddof=1)
    if not (sd > 0).all():
        raise NoValuesError("same-value-every-night")
    warnings = (*parts["warnings"], Reason("first-nights", {"n": k}))
    return cells.sample(np.log(sd) + 1 / (2 * (k - 1)), parts | {"scale": "ratio", "warnings": warnings})


def _sequences(nights: StudyNights, inside: Mask) -> tuple[str, ...]:
    """Give each subject's sequence: as the table says, or its conditions in the order of periods."""
    sequences = list(nights.sequences)
    if all(sequences):
        return tuple(sequences)
    order = np.flatnonzero(inside)
    order = order[np.lexsort((nights.night[order], nights.period[order], nights.subject[order]))]
    subject, period = nights.subject[order], nights.period[order]
    is_first = np.ones(order.size, bool)
    is_first[1:] = (subject[1:] != subject[:-1]) | (period[1:] != period[:-1])
    taken: dict[int, list[str]] = {}
    for s, c in zip(subject[is_first].tolist(), nights.condition[order][is_first].tolist(), strict=True):
        taken.setdefault(s, []).append(nights.conditions[c])
    return tuple(text or "-".join(taken.get(s, ())) for s, text in enumerate(sequences))


def _excluded(reason: Reason, left: Mask, kept: Mask, nights: StudyNights) -> Exclusion:
    gone = set(nights.subject[left].tolist()) - set(nights.subject[kept].tolist())
    return Exclusion(reason, int(left.sum()), len(gone))
