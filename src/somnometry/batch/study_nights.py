"""Measured nights as a study needs them: `nights.csv`, and what only the hypnograms of several nights can tell."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..core.errors import ClaimError, HypnogramError
from ..core.hypnogram import Hypnogram
from ..core.table_source import SOURCE
from ..io.hypnograms import read_stages
from ..metrics.architecture import measured_table, unscored_refusals
from ..metrics.regularity import regularity
from ..metrics.stage_matrix import StageMatrix
from ..metrics.table import METRICS
from ..metrics.windows import window
from .nights_csv import AUDITED, read_table
from .records import require_rows

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FIRST_HOURS", "read_nights"]

Floats = npt.NDArray[np.float64]
#: Fixed parts of the night in which a claim's metrics are measured again, so that nights of unequal length compare.
FIRST_HOURS = (4, 6)
#: Largest share of a part that may be unscored, and how many nights are measured at once.
MAX_UNSCORED, AT_ONCE = 0.20, 100
REGULARITY = ("sri", "sri_nights", "tst_sd", "mid_sleep_sd")


def read_nights(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read the nights of a study, as `judge` and ``somnometry judge`` take them: a table, or a folder of `measure`.

    Parameters
    ----------
    path : path-like
        ``nights.csv`` or another table in CSV; or the folder that holds it.

    Returns
    -------
    DataFrame
        One row per night; empty cells are NaN. Where a folder ``hypnograms`` lies beside the table, what only they tell
        of nights with status "ok" is added: regularity over nights (`PERIOD_METRICS`; per subject, condition and
        period), and the metrics in the first 4 and 6 hours of the night (``tst__first_4h``), unless no night has them.

    Raises
    ------
    ClaimError
        Where there is no table, or it cannot be read, or what people scored of an audit is not whole.
    RecordingError
        If two columns have one name, a table that this package wrote ends in the middle of a row, or ``nights.csv``
        lacks nights of which ``records/`` beside it tells that they were measured.

    Examples
    --------
    >>> read_nights("derivatives")["rem_percent"].mean()  # doctest: +SKIP
    21.4
    """
    place = Path(path)
    table = place / "nights.csv" if place.is_dir() else place
    try:
        nights = read_table(table)
    except FileNotFoundError:
        remedy = "give nights.csv, or the folder of `measure`"
        raise ClaimError("there is no such table", place=str(table), remedy=remedy) from None
    except (OSError, ValueError) as error:
        what = f"cannot be read as a table of nights ({type(error).__name__}: {error})"
        raise ClaimError(what, place=str(table)) from None
    if table.name == "nights.csv" and "recording" in nights:
        require_rows(table.parent, nights["recording"])
    nights = _with_audit(nights, table.parent)
    hypnograms = table.parent / "hypnograms"
    if not hypnograms.is_dir() or "recording" not in nights:
        return _from(nights, table)
    measured = nights["status"] == "ok" if "status" in nights else [True] * len(nights)
    scored = [
        _hypnogram(hypnograms, name) if is_measured else None
        for name, is_measured in zip(nights["recording"], measured, strict=True)
    ]
    return _from(_with_regularity(_with_windows(nights, scored), scored), table)


def _from(nights: pd.DataFrame, table: Path) -> pd.DataFrame:
    """Note on a table which file it is of, so that what is wrong with a cell says so."""
    nights.attrs[SOURCE] = str(table)
    return nights


def _with_audit(nights: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Add what people scored of the nights of an audit, where there was one."""
    if "recording" not in nights or not (folder / AUDITED).is_file():
        return nights
    from .audit_sample import audited_values

    audited = audited_values(folder)
    given = audited.reindex(nights["recording"])
    added = {str(name): given[name].to_numpy(np.float64) for name in audited if name not in nights}
    return _joined(nights, added)


def _hypnogram(folder: Path, name: object) -> Hypnogram | None:
    """Give the stages of a night of that name, without probabilities, which would fill the memory; None without any."""
    if not isinstance(name, str) or Path(name).name != name:
        return None
    try:
        return read_stages(folder / f"{name}.csv")
    except (HypnogramError, OSError, ValueError):
        return None


def _with_windows(nights: pd.DataFrame, scored: Sequence[Hypnogram | None]) -> pd.DataFrame:
    """Add the metrics in the first hours of the night, NaN where a night is shorter."""
    added: dict[str, Floats] = {}
    for hours in FIRST_HOURS:
        measured = _first_hours(scored, hours)
        for metric in METRICS:
            column = f"{metric}__first_{hours}h"
            if metric in nights and column not in nights and METRICS[metric].censoring is None:
                added |= {} if np.isnan(measured[metric]).all() else {column: measured[metric]}
    return _joined(nights, added)


def _joined(nights: pd.DataFrame, columns: Mapping[str, Sequence[float] | Floats]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat([nights, pd.DataFrame(dict(columns), index=nights.index)], axis=1)


def _first_hours(scored: Sequence[Hypnogram | None], hours: int) -> dict[str, Floats]:
    """Give every metric of the first hours of each night, NaN where there are none or `architecture` would refuse."""
    alike: dict[tuple[float, int], list[tuple[int, Hypnogram]]] = {}
    for i, hypnogram in enumerate(scored):
        if hypnogram is not None and hypnogram.lights_known:
            with suppress(HypnogramError):
                part = window(hypnogram, f"first_{hours}h")
                alike.setdefault((part.epoch, part.levels), []).append((i, part))
    measured = {metric: np.full(len(scored), math.nan) for metric in METRICS}
    for parts in alike.values():
        for first in range(0, len(parts), AT_ONCE):
            places, hypnograms = zip(*parts[first : first + AT_ONCE], strict=True)
            nights = StageMatrix.of_many(hypnograms)
            table = measured_table(nights)
            sound = np.array([refusal is None for refusal in unscored_refusals(nights, MAX_UNSCORED)])
            for metric, column in measured.items():
                column[list(places)] = np.where(sound, table[metric], math.nan)
    return measured


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
