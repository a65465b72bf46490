"""Results as tables on the terminal."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from rich.text import Text

from ...catalogue import CATALOGUE
from ...core.definition import Definition, Level
from ...io.finding_codes import FINDING_CODES, SUBJECTS
from ...metrics.conventions.quantities import QUANTITIES
from ...metrics.conventions.table import CONVENTIONS
from ...metrics.metric import Metric
from ...metrics.requirements import REQUIREMENTS
from ...metrics.table import METRICS
from ...micro.requirements import REQUIREMENTS as MICRO_REQUIREMENTS
from ...micro.table import MicroMetric
from ..words.metric_groups import value_words
from .fitted_table import FittedTable
from .published_values import published_lines

if TYPE_CHECKING:
    from ...core.finding import Finding
    from ...io.audit import Audit

__all__ = [
    "HEADLINE",
    "channels_table",
    "codes_page",
    "conventions_page",
    "empty_cells",
    "findings_table",
    "metrics_page",
    "metrics_table",
    "nights_table",
    "remarks",
    "truth_table",
]


#: The metrics that a night is shown by, under short headings; the table of nights holds them all.
HEADLINE = {
    "tst": "TST",
    "se": "SE",
    "sol": "SOL",
    "waso_spt": "WASO SPT",
    "awakenings": "awak.",
    "rem_latency": "REM lat",
    "n1_percent": "N1",
    "n2_percent": "N2",
    "n3_percent": "N3",
    "rem_percent": "R",
}
DEFINITION_HEADINGS = ("key", "unit", "possible", "better", "definition", "source")
LEVELS: Mapping[Level, str] = {
    "night": "Architecture, from the hypnogram",
    "period": "Regularity, from many nights (`sm.regularity`)",
    "microstructure": "Microstructure, from the recording (`--micro`)",
    "events": "Indices of scored events (`sm.event_indices`)",
}
COLOURS = {"note": "dim", "repaired": "cyan", "warning": "yellow", "refused": "red"}


def nights_table(rows: Sequence[Mapping[str, Any]]) -> FittedTable:
    """One line per night: the headline metrics with their units; nothing where the night failed."""
    table = FittedTable()
    table.add_column("recording")
    for key, heading in HEADLINE.items():
        unit = "" if METRICS[key].unit == "count" else METRICS[key].unit
        table.add_column(f"{heading}\n{unit}".strip(), justify="right")
    for row in rows:
        table.add_row(Text(str(row["recording"])), *(_cell(key, row.get(key)) for key in HEADLINE))
    return table


def metrics_table(definitions: Iterable[Definition]) -> FittedTable:
    """One line per metric: key, unit, definition and source."""
    table = FittedTable()
    for name in ("key", "unit", "definition", "source"):
        table.add_column(name)
    for metric in definitions:
        table.add_row(Text(metric.key, "bold"), metric.unit, Text(metric.definition), Text(metric.source, "dim"))
    return table


def metrics_page() -> str:
    """Give the page of the docs that defines every metric, as Markdown, made from the tables that compute them."""
    lines = [
        "# Every metric",
        "",
        "Made from the tables that the package computes from: `somnometry metrics --markdown > docs/metrics.md`.",
        "",
        "A metric that is undefined is NaN, and `reasons` says why. A latency also has `<key>_time` (minutes) and",
        "`<key>_event` (1 observed, 0 right-censored), the pair of survival analysis; they are NaN together. What is",
        "possible is said of nights of at most 24 h.",
    ]
    for level, title in LEVELS.items():
        rows = [_definition_cells(metric) for metric in CATALOGUE.values() if metric.level == level]
        headings = (*DEFINITION_HEADINGS, "NaN when", "edge cases")[: len(rows[0])]
        lines += ["", f"## {title}", "", f"| {' | '.join(headings)} |", "| --- " * len(headings) + "|"]
        lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |" for cells in rows]
    return "\n".join([*lines, *published_lines()]) + "\n"


def _definition_cells(metric: Definition) -> list[str]:
    """What the page says of one metric: the headings, when it is NaN, and what becomes of odd nights."""
    cells = [
        f"`{metric.key}`",
        metric.unit,
        _possible(metric),
        metric.better or "",
        f"{metric.label}. {metric.definition}",
        metric.source,
    ]
    if isinstance(metric, Metric):
        reasons = [REQUIREMENTS[name].reason for name in metric.requires]
        return [*cells, "; ".join(reasons), metric.edge_cases]
    if isinstance(metric, MicroMetric):
        return [*cells, "; ".join(MICRO_REQUIREMENTS[name].reason for name in metric.requires)]
    return cells


def _possible(metric: Definition) -> str:
    """The range that a metric can have, with words where nothing bounds it."""
    low, high = metric.possible_range
    if math.isinf(low):
        return "any"
    return f"{low:g} or more" if math.isinf(high) else f"{low:g} to {high:.4g}"


def conventions_page() -> str:
    """Give the page of the docs that lists where programs differ, and why, as Markdown, made from the conventions."""
    lines = [
        "# Where programs differ",
        "",
        "Made from the tables that `sm.conventional` and `sm.compare_conventions` compute from:",
        "`somnometry metrics --conventions > docs/conventions.md`. This is the one list of deliberate differences.",
        "",
        "## By quantity",
        "",
        "| quantity | unit | why programs differ |",
        "| --- | --- | --- |",
    ]
    lines += [f"| {quantity} | {unit} | {reason or 'they agree'} |" for quantity, (unit, reason) in QUANTITIES.items()]
    lines += ["", "## By program"]
    for convention in CONVENTIONS.values():
        lines += ["", f"### {convention.key}", "", f"{convention.source}."]
        lines += ["", *(f"- {note}" for note in convention.notes)] if convention.notes else []
    return "\n".join(lines) + "\n"


def truth_table(truth: Mapping[str, float], row: Mapping[str, Any]) -> FittedTable:
    """One line per headline metric: what was put into a simulated night, and what was measured."""
    table = FittedTable(title=str(row["recording"]))
    table.add_column("metric")
    for heading in ("truth", "measured", "difference"):
        table.add_column(heading, justify="right")
    table.add_column("unit")
    for key in HEADLINE:
        known, measured = truth[key], row.get(key, math.nan)
        unit = "" if METRICS[key].unit == "count" else METRICS[key].unit
        table.add_row(METRICS[key].label, *(_cell(key, value) for value in (known, measured, measured - known)), unit)
    return table


def empty_cells(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say why headline metrics of nights that were measured are empty: the lights, first of all."""
    untold = Counter(
        (tuple(HEADLINE[key] for key in ("se", "sol") if not _cell(key, row.get(key))), lights)
        for row in rows
        if _cell("tst", row.get("tst")) and (lights := _untold_lights(row))
    )
    return [
        f"{' and '.join(empty)}{f' of {n} nights' if n > 1 else ''} {'are' if len(empty) > 1 else 'is'} empty: "
        f"{' and '.join(lights).replace('_', '-')} {'are' if len(lights) > 1 else 'is'} not known. A recordings.csv "
        f"tells {'them' if len(lights) > 1 else 'it'} ({', '.join(lights)}); --lights recording declares the whole "
        "record to be the time in bed."
        for (empty, lights), n in untold.items()
        if empty
    ]


def _untold_lights(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the lights of a night that nobody knows."""
    return tuple(name for name in ("lights_off", "lights_on") if math.isnan(row.get(f"{name}_seconds", math.nan)))


class NightRow(Protocol):
    """The cells of a night and the findings behind them."""

    findings: tuple[Finding, ...]

    def __getitem__(self, column: str, /) -> Any: ...


def remarks(rows: Iterable[NightRow]) -> list[Text]:
    """One paragraph per night that failed, and one per caution, with the nights that need it."""
    failed, cautions = list[Text](), dict[str, list[str]]()
    for row in rows:
        if row["status"] != "ok":
            failed.append(Text(f"{row['recording']} failed: {row['error']}", "red"))
        else:
            grave = [str(finding) for finding in row.findings if finding.severity in ("warning", "refused")]
            if caution := " | ".join(filter(None, [row["warnings"], *grave])):
                cautions.setdefault(caution, []).append(str(row["recording"]))
    return [Text(f"{', '.join(names)}: {caution}", "yellow") for caution, names in cautions.items()] + failed


def channels_table(audit: Audit) -> FittedTable:
    """One line per channel of a file: label, rate, unit, role, whether it was chosen, and why."""
    table = FittedTable()
    table.add_column("channel")
    table.add_column("rate\nHz", justify="right")
    table.add_column("unit")
    table.add_column("role")
    table.add_column("chosen")
    table.add_column("why")
    for channel in audit.channels:
        cells = (
            channel.label,
            f"{channel.rate:g}",
            channel.unit,
            channel.role.upper(),
            "yes" if channel.chosen else "",
        )
        table.add_row(*map(Text, (*cells, channel.why)), style="bold" if channel.chosen else "dim")
    return table


def codes_page() -> str:
    """Give the page of the docs that lists every code of a finding, as Markdown, made from the table of codes."""
    lines = [
        "# What an audit can find",
        "",
        "Made from the table that the audit takes its severities from: `somnometry inspect --codes > docs/audit.md`.",
        "",
        "`somnometry inspect PATH...` and `sm.audit(path)` look at the header, annotations and signals of a file and",
        "give findings. A note changes nothing; a repair changed how the file is read; a warning may change the",
        "result; what is refused is left out. `inspect` leaves with exit code 1 if anything is refused.",
    ]
    for subject, title in SUBJECTS.items():
        lines += ["", f"## {title}", "", "| code | severity | what was seen | what was done, or what to do |"]
        lines += ["| --- | --- | --- | --- |"]
        for row in FINDING_CODES.values():
            if row.subject == subject:
                lines.append(f"| `{row.code}` | {row.severity} | {row.meaning} | {row.remedy} |")
    return "\n".join(lines) + "\n"


def findings_table(findings: Sequence[Finding]) -> FittedTable:
    """One line per finding."""
    table = FittedTable()
    for name in ("severity", "finding", "where", "what", "remedy"):
        table.add_column(name)
    for finding in findings:
        table.add_row(
            Text(finding.severity, COLOURS[finding.severity]),
            finding.code,
            Text(finding.where),
            Text(finding.what),
            Text(finding.remedy),
        )
    return table


def _cell(key: str, value: Any) -> str:
    """The value of a metric; nothing where there is no number."""
    return value_words(key, value) if isinstance(value, float) else ""
