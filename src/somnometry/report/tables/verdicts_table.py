"""Verdicts as a table on the terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.text import Text

from ...core.verdict import Interval, Verdict
from ..figures.marks import OUTCOMES
from ..words.numbers import p_value, sentence, shown
from ..words.quantities import QuantityWords, claim_title, named
from ..words.reasons import reason_text
from ..words.verdict import smallest
from .fitted_table import FittedTable

__all__ = ["reasons_text", "verdicts_table"]

SIZES = {"at least D": "at least the smallest", "below D": "below the smallest", "uncertain": "size uncertain", "": ""}


def verdicts_table(verdicts: Sequence[Verdict]) -> FittedTable:
    """One row per claim: what was said, of which metric, what was measured, what it says of the claim, and why."""
    table = FittedTable()
    for name in ("claim", "metric", "estimate\n(95 % interval)", "smallest\nthat matters", "outcome"):
        table.add_column(name)
    for name in ("p\nadjusted", "people", "nights"):
        table.add_column(name, justify="right")
    table.add_column("why")
    for verdict in verdicts:
        claim, look = verdict.claim, OUTCOMES[verdict.outcome]
        heading = Text(claim_title(claim), "bold")
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
            p_value(p), *(str(n) if verdict.n_nights else "" for n in (verdict.n_subjects, verdict.n_nights)),
            reasons_text(verdict),
        )  # fmt: skip
    return table


def reasons_text(verdict: Verdict) -> str:
    """Give every reason of a verdict, each as a sentence."""
    return " ".join(sentence(reason_text(reason)) for reason in verdict.reasons)


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
