"""What one person's page shows besides verdicts: the nights counted by condition, and pictures of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from markupsafe import Markup

from ...catalogue import CATALOGUE, metric_of
from ...core.evenings import evening_of
from ...core.study import Study
from ...core.verdict import Verdict
from ...io.nights.recordings_csv import COLUMNS
from ..figures.person_figure import plot_person
from ..words.one_person_page import fooled_words, next_words, picture_words
from ..words.quantities import claim_title, named
from ..words.verdict import answered, besides
from .page import svg_picture

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["is_of_one_person", "nights_facts", "one_person_document", "person_pictures"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
#: Cells that mark a night, and that do not; of anything else a column is no mark.
MARKED, UNMARKED = ("1", "1.0", "true", "yes", "x"), ("", "0", "0.0", "false", "no", "nan", "none", "<na>")
#: Columns that are ours, and say nothing of the person's day.
OURS = frozenset({
    *COLUMNS, "technical_truncation", "truncated", "undosed", "rescue", "seed", "lost", "recorded_minutes",
    "lights_off_seconds", "lights_on_seconds", "given_age", "given_sex", "recording", "file", "source_id", "content_id",
    "status", "error", "findings", "warnings", "model", "family", "device", "derivations", "eeg", "eog", "emg",
    "scoring", "settings", "measured", "versions",
})  # fmt: skip


def is_of_one_person(verdicts: Sequence[Verdict], study: Study) -> bool:
    """Whether all claims are of one person's study."""
    return bool(verdicts) and {verdict.claim.design or study.design for verdict in verdicts} == {"n-of-1"}


def one_person_document(verdicts: Sequence[Verdict], study: Study, nights: pd.DataFrame | None) -> dict[str, Any]:
    """Give what the page of one person says beside the verdicts, as plain lists and texts; empty for other studies."""
    if not is_of_one_person(verdicts, study):
        return {}
    told: dict[str, Any] = {
        "answers": [answered(verdict) for verdict in verdicts],
        "besides": [besides(verdict) for verdict in verdicts],
        "next": [[claim_title(verdict.claim), next_words(verdict)] for verdict in verdicts],
        "fooled": [],
    }
    first = next((verdict for verdict in verdicts if verdict.outcome != "not testable"), None)
    facts = None if first is None or nights is None else nights_facts(first, study, nights)
    if first is not None and facts is not None:
        told["fooled"] = [list(pair) for pair in fooled_words(first, study, facts)]
    return told


def person_pictures(
    verdicts: Sequence[Verdict], study: Study, nights: pd.DataFrame | None
) -> list[tuple[str, Markup, str]]:
    """Draw the nights of a study of one person, for each metric that a claim could be judged on; and say what is shown.

    Each is what it shows, the picture, and the words below it.
    """
    if nights is None or "condition" not in nights or not is_of_one_person(verdicts, study):
        return []
    if "subject" in nights and nights["subject"].nunique() > 1:
        return []
    tested = [verdict for verdict in verdicts if verdict.outcome != "not testable"]
    metrics = {verdict.claim.metric: named(verdict).title for verdict in tested}
    return [
        (
            title,
            svg_picture(plot_person(nights, metric), f"{title}, night by night and by condition"),
            _words_below(nights, metric),
        )
        for metric, title in metrics.items()
        if metric in nights and nights[metric].notna().any()
    ]


def nights_facts(verdict: Verdict, study: Study, nights: pd.DataFrame) -> dict[str, Any] | None:
    """Count the nights of one person by condition.

    Parameters
    ----------
    verdict : Verdict
        Of the metric that is looked at.
    study : Study
    nights : DataFrame

    Returns
    -------
    dict or None
        ``arms`` (control, treatment); pairs of nights that are so and nights in all, in that order, for ``lost``,
        ``weekend`` (None without dates) and each of ``noted``; ``trend``, the change from the first night to the last
        beside the treatment; ``after``, mean and number of control nights after treatment and after control; and
        ``otherwise``, nights that were not taken as drawn. None where the table does not have both conditions.
    """
    claim = verdict.claim
    arms = (claim.control or study.control or "", claim.treatment or study.treatment or "")
    if claim.metric not in nights or "condition" not in nights:
        return None
    table = nights.reset_index(drop=True)
    taken = np.array([_text(cell) for cell in table["condition"]], object)
    numbers = _numbers(table)
    drawn, otherwise = _as_drawn(taken, numbers, arms, study)
    inside = np.isin(drawn, arms)
    if not {*arms} <= {*drawn[inside]}:
        return None
    measured = (
        table["status"].astype(str).str.lower().to_numpy() == "ok" if "status" in table else np.ones(len(table), bool)
    )
    y = np.where(measured, np.asarray(table[claim.metric], dtype=np.float64), np.nan)

    def by_arm(marked: Mask, of: Mask) -> list[tuple[int, int]]:
        return [(int((marked & of & (drawn == arm)).sum()), int((of & (drawn == arm)).sum())) for arm in arms]

    valued = inside & np.isfinite(y)
    noted = {str(name): by_arm(marked, inside) for name, marked in _marks(table, study)}
    return {
        "arms": arms,
        "lost": by_arm(~np.isfinite(y), inside),
        "weekend": _weekend(table, valued, by_arm),
        "noted": noted,
        "trend": _trend(y[valued], numbers[valued], drawn[valued] == arms[1]),
        "after": _after(y, numbers, drawn, arms),
        "otherwise": int(otherwise.sum()),
    }


def _words_below(nights: pd.DataFrame, metric: str) -> str:
    valued = nights[metric].notna()
    keys = [name for name in ("period", "condition") if name in nights]
    limits = [f"{metric}_{end}" for end in ("low", "high")]
    return picture_words(
        means=("period" if "period" in nights else "condition") if nights[valued].duplicated(keys).any() else "",
        has_intervals=all(name in nights for name in limits) and bool(nights[limits].notna().all(axis=1).any()),
        has_lost=not bool(valued.all()),
    )


def _text(cell: Any) -> str:
    return "" if cell is None or cell != cell else str(cell).strip()


def _numbers(table: pd.DataFrame) -> Floats:
    """Give the number of each night; its place in the table where none is told."""
    column = next((name for name in ("period", "night") if name in table), None)
    try:
        numbers = np.array([float(_text(cell) or "nan") for cell in table[column]]) if column else np.array([])
    except ValueError:
        numbers = np.array([])
    return numbers if numbers.size and np.isfinite(numbers).any() else np.arange(1.0, len(table) + 1)


def _as_drawn(taken: Any, numbers: Floats, arms: tuple[str, str], study: Study) -> tuple[Any, Mask]:
    """Give the condition that was drawn of each night where the schedule tells, and nights that had the other."""
    order = "" if study.schedule is None else study.schedule.order
    drawn = taken.copy()
    if not order:
        return drawn, np.zeros(taken.size, bool)
    for i, number in enumerate(numbers.tolist()):
        known = math.isfinite(number) and number == int(number) and 1 <= number <= len(order)
        if taken[i] in ("", *arms):
            drawn[i] = arms[order[int(number) - 1] == "B"] if known else ""
    return drawn, np.array([(a in arms) & (b in arms) & (a != b) for a, b in zip(taken, drawn, strict=True)], bool)


def _marks(table: pd.DataFrame, study: Study) -> Iterator[tuple[str, Mask]]:
    """Give the columns in which the person marked nights."""
    for name in map(str, table.columns):
        if name in OURS or name in study.exclude or name.endswith("_event") or metric_of(name) in CATALOGUE:
            continue
        cells = [_text(cell).lower() for cell in table[name]]
        if all(cell in (*MARKED, *UNMARKED) for cell in cells) and any(cells):
            yield name, np.array([cell in MARKED for cell in cells], bool)


def _weekend(table: pd.DataFrame, valued: Mask, by_arm: Any) -> list[tuple[int, int]] | None:
    """Count the nights of Friday and Saturday evenings; None where not every night with a value has its start."""
    if "start" not in table:
        return None
    marked = np.zeros(len(table), bool)
    for i in np.flatnonzero(valued).tolist():
        try:
            marked[i] = evening_of(datetime.fromisoformat(_text(table["start"].iloc[i]))).weekday() in (4, 5)
        except ValueError:
            return None
    counted: list[tuple[int, int]] = by_arm(marked, valued)
    return counted


def _trend(y: Floats, numbers: Floats, treated: Mask) -> float | None:
    """Give the change from the first night to the last, by least squares beside the treatment."""
    if y.size < 6 or not np.isfinite(numbers).all() or not np.ptp(numbers):
        return None
    design = np.stack([np.ones(y.size), numbers, treated.astype(np.float64)], axis=1)
    slope = float(np.linalg.lstsq(design, y, rcond=None)[0][1])
    return slope * float(np.ptp(numbers))


def _after(y: Floats, numbers: Floats, drawn: Any, arms: tuple[str, str]) -> list[tuple[float, int]] | None:
    """Give mean and number of nights under control, after treatment and after control; None with fewer than two."""
    known = {number: label for number, label in zip(numbers.tolist(), drawn.tolist(), strict=True) if label in arms}
    found = []
    for before in (arms[1], arms[0]):
        of = [
            value
            for value, number, label in zip(y.tolist(), numbers.tolist(), drawn.tolist(), strict=True)
            if label == arms[0] and math.isfinite(value) and known.get(number - 1) == before
        ]
        if len(of) < 2:
            return None
        found.append((math.fsum(of) / len(of), len(of)))
    return found
