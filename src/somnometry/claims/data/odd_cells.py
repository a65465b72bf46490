"""Cells that contradict the others of their night, in a table whose other nights fit together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from ...core.claim import Claim, Component
from ...core.reason import Reason
from .columns_together import LINKS, Link, Table, table_of
from .study_nights import StudyNights

__all__ = ["odd_cells", "two_times"]

#: Share of nights that must fit, and how many, before it is known that columns are defined so.
FIT, LEAST = 0.75, 8
#: What is farther from what the others give is odd, in the metric's unit and as a share: epochs may be lost.
FAR, SHARE = 5.0, 0.05
#: Of these more is given by the others where parts of a night were not scored: only what is above it is odd.
PARTS = ("waso", "sol", "tst", "waso_spt", "twt")


def odd_cells(nights: StudyNights, components: Iterable[Component | Claim]) -> Iterator[Reason]:
    """Say how many nights have a value of a metric that the other columns contradict, and where the first is.

    Parameters
    ----------
    nights : StudyNights
    components : iterable of Component or Claim
        The parts of a claim.
    """
    table = table_of(nights)
    links = [link for link in LINKS if not link.other and all(name in table for name in (link.column, *link.needs))]
    for metric in dict.fromkeys(part.metric for part in components):
        of_metric = [link for link in links if metric in (link.column, *link.needs)]
        odd = {link: rows for link in of_metric if (rows := _odd(table, link)).any()}
        if not odd:
            continue
        anywhere = np.any(list(odd.values()), axis=0)
        first = int(np.flatnonzero(anywhere)[0])
        column, given = _blamed(table, links, [link for link, rows in odd.items() if rows[first]], first)
        yield Reason("cells-contradict", {
            "metric": column, "n": int(anywhere.sum()), "row": int(nights.row[first]),
            "value": float(table[column][first]), "given": given,
        })  # fmt: skip


def two_times(nights: StudyNights, components: Iterable[Component | Claim]) -> Iterator[Reason]:
    """Say of a latency that its two columns hold two times where its event came, and which of them was judged.

    Parameters
    ----------
    nights : StudyNights
    components : iterable of Component or Claim
        The parts of a claim.
    """
    for metric in dict.fromkeys(part.metric for part in components):
        names = (metric, f"{metric}_time", f"{metric}_event")
        if not all(name in nights.columns for name in names):
            continue
        latency, time, event = (nights.numbers(name) for name in names)
        unlike = (event == 1) & (abs(latency - time) > 1.0)
        if unlike.any():
            first = int(np.flatnonzero(unlike)[0])
            yield Reason("two-times", {
                "metric": metric, "n": int(unlike.sum()), "row": int(nights.row[first]),
                "latency": float(latency[first]), "time": float(time[first]),
            })  # fmt: skip


def _odd(table: Table, link: Link) -> npt.NDArray[np.bool_]:
    """Nights in which a column is far from what others give, where it is just that in most nights; else none."""
    values = table[link.column]
    with np.errstate(divide="ignore", invalid="ignore"):
        away = values - (given := link.given(table))
    fits = abs(away) <= np.maximum(1.0, 0.01 * abs(values))
    if fits.sum() < max(LEAST, FIT * np.isfinite(away).sum()):
        return np.zeros(values.shape, bool)
    odd: npt.NDArray[np.bool_] = (away if link.column in PARTS else abs(away)) > np.maximum(FAR, SHARE * abs(given))
    return odd


def _blamed(table: Table, links: list[Link], broken: list[Link], row: int) -> tuple[str, float]:
    """Give the column that most of the links hold which one night breaks, and what the others give for it there."""
    held = Counter(name for link in broken for name in (link.column, *link.needs))
    ways = [*broken, *links]  # a column that breaks others may be given by a link that it does not break
    of = max(ways, key=lambda link: held[link.column])
    return of.column, float(of.given(table)[row])
