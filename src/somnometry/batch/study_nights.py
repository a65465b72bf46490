"""Measured nights as a study needs them: `nights.csv`, and what only the hypnograms of several nights can tell."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import ClaimError, HypnogramError
from ..core.hypnogram import Hypnogram
from ..io.hypnograms import read_stages
from ..metrics.architecture import architecture
from ..metrics.regularity import regularity
from ..metrics.table import METRICS
from ..metrics.windows import window
from .nights_csv import read_nights

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FIRST_HOURS", "read_study_nights"]

#: Fixed parts of the night in which a claim's metrics are measured again, so that nights of unequal length compare.
FIRST_HOURS = (4, 6)
REGULARITY = ("sri", "sri_nights", "tst_sd", "mid_sleep_sd")


def read_study_nights(path: str | os.PathLike[str], metrics: Sequence[str] = ()) -> pd.DataFrame:
    """Read the nights of a study: a table, or a folder that `measure` wrote.

    Parameters
    ----------
    path : path-like
        ``nights.csv`` or another table in CSV; or a folder with ``nights.csv`` and ``hypnograms/``, from which
        regularity over nights (per subject and period) and `metrics` in the first hours of the night are added.
    metrics : sequence of str
        Metrics of claims.

    Returns
    -------
    DataFrame
        One row per night.

    Raises
    ------
    ClaimError
        Where there is no table, or it cannot be read.
    """
    place = Path(path)
    table = place / "nights.csv" if place.is_dir() else place
    try:
        nights = read_nights(table)
    except FileNotFoundError:
        remedy = "give nights.csv, or the folder of `measure`"
        raise ClaimError("there is no such table", place=str(table), remedy=remedy) from None
    except (OSError, ValueError) as error:
        what = f"cannot be read as a table of nights ({type(error).__name__}: {error})"
        raise ClaimError(what, place=str(table)) from None
    hypnograms = table.parent / "hypnograms"
    if not hypnograms.is_dir() or "recording" not in nights:
        return nights
    scored = [_hypnogram(hypnograms / f"{name}.csv") for name in nights["recording"]]
    return _with_regularity(_with_windows(nights, scored, metrics), scored)


def _hypnogram(file: Path) -> Hypnogram | None:
    """The stages of a night, without the probabilities: those of thousands of nights fill the memory."""
    try:
        return read_stages(file) if file.exists() else None
    except HypnogramError:
        return None


def _with_windows(nights: pd.DataFrame, scored: Sequence[Hypnogram | None], metrics: Iterable[str]) -> pd.DataFrame:
    """Add the metrics in the first hours of the night, NaN where a night is shorter."""
    added: dict[str, list[float]] = {}
    for hours in FIRST_HOURS:
        parts = [_first_hours(hypnogram, hours) for hypnogram in scored]
        for metric in metrics:
            if metric in METRICS and METRICS[metric].censoring is None:
                added[f"{metric}__first_{hours}h"] = [part.get(metric, math.nan) for part in parts]
    return _joined(nights, added)


def _joined(nights: pd.DataFrame, columns: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat([nights, pd.DataFrame(dict(columns), index=nights.index)], axis=1)


def _first_hours(hypnogram: Hypnogram | None, hours: int) -> dict[str, float]:
    if hypnogram is None or not hypnogram.lights_known:
        return {}
    try:
        return dict(architecture(window(hypnogram, f"first_{hours}h")))
    except HypnogramError:
        return {}


def _with_regularity(nights: pd.DataFrame, scored: Sequence[Hypnogram | None]) -> pd.DataFrame:
    """Add the regularity of each subject in each period and condition to all of its rows."""
    keys = [key for key in ("subject", "condition", "period") if key in nights]
    if "subject" not in keys or "condition" not in keys:
        return nights
    new = [name for name in REGULARITY if name not in nights]
    columns = {name: [math.nan] * len(nights) for name in new}
    for places in nights.groupby(keys, dropna=False).indices.values():
        dated = [hypnogram for i in places if (hypnogram := scored[int(i)]) is not None and hypnogram.start is not None]
        if len(dated) < 2:
            continue
        try:
            measured = regularity(dated)
        except HypnogramError:
            continue
        for name in new:
            for i in places:
                columns[name][int(i)] = getattr(measured, name)
    return _joined(nights, columns)
