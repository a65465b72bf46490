"""Verdicts as a table on the terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from ...core.verdict import Interval, Verdict
from ..figures.marks import OUTCOMES
from ..words.numbers import p_value, shown
from ..words.quantities import QuantityWords, named
from ..words.verdict import smallest

__all__ = ["VerdictsTable", "verdicts_table"]

#: Heading -> width on a terminal of fewer than `NARROW` columns; with a blank between two, 78 together.
COLUMNS = {"claim": 13, "metric": 10, "estimate\n(95 % interval)": 11, "smallest\nthat matters": 10, "outcome": 14,
           "p\nadjusted": 8, "people\nnights": 6}  # fmt: skip
NARROW = 100
NUMBERS = ("p\nadjusted", "people\nnights")
SIZES = {"at least D": "at least the smallest", "below D": "below the smallest", "uncertain": "size uncertain", "": ""}


@dataclass(frozen=True, slots=True)
class VerdictsTable:
    """A table that is as wide as the terminal, and whole on one of 80 columns.

    Parameters
    ----------
    verdicts : tuple of Verdict
    """

    verdicts: tuple[Verdict, ...]

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        yield _table(self.verdicts, is_narrow=options.max_width < NARROW)


def verdicts_table(verdicts: Sequence[Verdict]) -> VerdictsTable:
    """One row per claim: what was said, of which metric, what was measured, and what it says of the claim."""
    return VerdictsTable(tuple(verdicts))


def _table(verdicts: Sequence[Verdict], *, is_narrow: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=0 if is_narrow else (0, 1, 0, 0), pad_edge=False, show_edge=False)
    for name, width in COLUMNS.items():
        table.add_column(
            name, width=width if is_narrow else None, overflow="fold", no_wrap=name in NUMBERS and not is_narrow,
            justify="right" if name in NUMBERS else "left",
        )  # fmt: skip
    for verdict in verdicts:
        claim, look = verdict.claim, OUTCOMES[verdict.outcome]
        heading = Text(claim.name, "bold")
        if claim.words and claim.words != claim.name:
            heading.append(f"\n{claim.words}", "not bold")
        outcome = Text(f"{look.glyph} {verdict.outcome}", look.style)
        if more := verdict.cap or SIZES[verdict.size]:
            outcome.append(f"\n{more}", "not bold dim")
        equivalent = verdict.outcome == "equivalent"
        titles = [named(verdict, part.metric).title for part in claim.components]
        p = verdict.p_equivalence_adjusted if equivalent else verdict.p_adjusted
        table.add_row(
            heading, Text("\nand ".join(titles)), Text(_estimates(verdict)), Text(smallest(verdict)), outcome,
            p_value(p), f"{verdict.n_subjects}\n{verdict.n_nights}" if verdict.n_nights else "",
        )  # fmt: skip
    return table


def _estimates(verdict: Verdict) -> str:
    """Give the estimate above its interval, or those of the parts of a claim that has parts; units stand beside."""
    claim, own = verdict.claim, named(verdict)
    if claim.kind == "conjunction" and len(verdict.pairs) == len(claim.components):
        parts = zip(verdict.pairs, claim.components, strict=True)
        return "\n".join(_estimate(p.estimate, p.interval95, named(verdict, c.metric)) for p, c in parts)
    if claim.kind in ("dose-response", "difference") and verdict.pairs:
        return "\n".join(f"{p.name}:\n{_estimate(p.estimate, p.interval95, own)}" for p in verdict.pairs)
    return _estimate(verdict.estimate, verdict.interval95, own)


def _estimate(value: float, interval: Interval, quantity: QuantityWords) -> str:
    if math.isnan(value):
        return ""
    text = f"{'ratio ' * (quantity.scale == 'ratio')}{shown(value, quantity.scale)}"
    low, high = (shown(limit, quantity.scale) for limit in interval)
    return f"{text}\n({low} to {high})" if low and high else text
