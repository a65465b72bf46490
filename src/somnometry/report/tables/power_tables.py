"""Power of claims as CSV and on the terminal, and the nights that metrics and devices need."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence

from rich.text import Text

from ...claims.power.audited_nights import AuditWidth
from ...claims.power.nights_needed import NightsNeeded
from ...claims.power.power_table import PowerRow, PowerTable
from ...io.csv_tables import write_csv
from ..words.reasons import reason_text
from .fitted_table import FittedTable

__all__ = [
    "audit_widths_table",
    "effect_text",
    "nights_needed_table",
    "power_table",
    "unsimulated_table",
    "write_power",
]


def write_power(table: PowerTable, path: str | os.PathLike[str]) -> None:
    """Write the rows of a table as CSV: power, outcomes and Monte-Carlo errors by claim, subjects and nights.

    Claims that were not simulated have a row too, with the column ``reason`` alone.
    """
    rows = [{**row.to_dict(), "reason": ""} for row in table.rows]
    names = list(rows[0]) if rows else ["claim", "reason"]
    untold = [{"claim": one.claim, "reason": reason_text(one.reason)} for one in table.unsimulated]
    write_csv(path, [*rows, *untold], names, digits=None)


def power_table(table: PowerTable) -> FittedTable:
    """One line per claim and number of nights, one column per number of subjects: alone, after Holm, fixed sequence."""
    lines = FittedTable(caption=_caption(table), grouped=True)
    lines.add_column("claim")
    lines.add_column("nights", justify="right")
    sizes = list(dict.fromkeys(row.subjects for row in table.rows))
    for n in sizes:
        lines.add_column(f"n {n}", justify="right")
    for claim in table.claims:
        nights = list(dict.fromkeys(row.nights for row in table.of(claim)))
        for k in nights:
            cells = [_cell(table.at(claim, n, k)) for n in sizes]
            lines.add_row(Text(claim if k == nights[0] else ""), str(k), *cells)
    return lines


def unsimulated_table(table: PowerTable) -> FittedTable:
    """One line per claim that was not simulated, and why; those that count for Holm nonetheless are marked."""
    lines = FittedTable(caption="* may be tested by the study, and counts for Holm")
    lines.add_column("not simulated")
    lines.add_column("because")
    for one in table.unsimulated:
        lines.add_row(Text(f"{one.claim}{' *' * one.is_counted}"), Text(reason_text(one.reason)))
    return lines


def nights_needed_table(rows: Sequence[NightsNeeded]) -> FittedTable:
    """One line per metric and device: nights for a reliable mean of a person, subjects for power by nights."""
    caption = (
        "r1: reliability of one night. Nights: from which the mean of a person's nights has a reliability of 0.8. "
        "k: subjects of a 2x2 crossover with k nights per period and power 0.8, before adjustment. Of a device's error "
        "the part that recurs in a person does not average out over nights, and cancels between periods."
    )
    lines = FittedTable(caption=caption, grouped=True)
    lines.add_column("metric")
    lines.add_column("scored by")
    lines.add_column("effect", justify="right")
    for heading in ("r1", "nights", *(f"k {k}" for k in (rows[0].subjects if rows else ()))):
        lines.add_column(heading, justify="right")
    lines.add_column("")
    before = ""
    for row in rows:
        scorer = {None: "humans", "psg": "algorithm, PSG", "headband": "algorithm, headband"}[row.device]
        known = not math.isnan(row.reliability)
        lines.add_row(
            Text(row.label if row.metric != before else ""),
            scorer,
            effect_text(row.smallest_effect, row.unit) if row.metric != before else "",
            f"{row.reliability:.2f}" if known else "",
            ("never" if row.nights is None else str(row.nights)) if known else "",
            *("-" if n is None else str(n) for n in row.subjects.values()),
            Text("" if row.note is None else reason_text(row.note)),
        )
        before = row.metric
    return lines


def audit_widths_table(rows: Sequence[AuditWidth], stager: str) -> FittedTable:
    """One line per metric and nights, one column per number of audited subjects: what an audit leaves open."""
    subjects = rows[0].subjects if rows else 0
    caption = (
        "Half the 95 % interval that an audit of n subjects, whom people score too, leaves of an effect: by the error "
        f"from night to night of {stager} alone; in brackets what is to be expected of {subjects} subjects in all, "
        "with their own differences, and with the program's word on those who are not audited."
    )
    lines = FittedTable(caption=caption, grouped=True)
    lines.add_column("audit")
    lines.add_column("nights", justify="right")
    for n in rows[0].of_error if rows else ():
        lines.add_column(f"n {n}", justify="right")
    lines.add_column("")
    before = ""
    for row in rows:
        cells = [f"±{half:.2g} ({row.expected[n]:.2g})" for n, half in row.of_error.items()]
        unit = "points" if row.unit == "%" else row.unit
        lines.add_row(Text(row.label if row.metric != before else ""), str(row.nights), *cells, unit)
        before = row.metric
    return lines


def effect_text(value: float, unit: str) -> str:
    """Give a smallest effect with its unit; "ratio 0.8" for ratios."""
    if unit in ("ratio", "count"):
        return f"ratio {value:g}"
    return f"{value:g} {'points' if unit == '%' else unit}".strip()


def _cell(row: PowerRow) -> str:
    return " ".join(
        _short(row.probability("supported", adjustment)) for adjustment in ("none", "holm", "fixed-sequence")
    )


def _short(p: float) -> str:
    text = f"{p:.2f}"
    return text[1:] if text.startswith("0") else "1.0"


def _caption(table: PowerTable) -> str:
    n = table.rows[0].n_studies if table.rows else 0
    error = 0.5 / math.sqrt(n) if n else math.nan
    device = f", with the error of an algorithm on {table.device}" if table.device else ""
    audit = f"; people score {table.audit} subjects too" if table.audit else ""
    return (
        f"Power of a claim alone, after Holm, and in the fixed sequence of the file; the study declares "
        f"{table.study.multiplicity}. {n} simulated studies of each size{device}{audit}: standard error at most "
        f"{error:.3f}."
    )
