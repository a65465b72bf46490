"""What channel labels mean, as tables and as a page of the documentation."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from ...io.channels.families import FAMILIES, Family, explain
from ...io.channels.labels import Label
from ...io.channels.nets import recognise_all
from .fitted_table import FittedTable

__all__ = ["channels_page", "families_table", "labels_table"]

KINDS = {"cohort": "Cohorts", "laboratory": "Laboratory recorders", "headband": "Headbands"}
UNKNOWN = "not understood; say what it is in a montage file"


def labels_table(labels: Sequence[str]) -> FittedTable:
    """One line per label: what it means by itself, and in the family that all of them together are recognised as."""
    family = recognise_all(labels)
    table = FittedTable(title="" if family is None else f"together: {family.name}")
    table.add_column("label")
    table.add_column("by itself")
    if family is not None:
        table.add_column(f"in {family.id}")
    for label in labels:
        row = [label, explain(label) or UNKNOWN]
        table.add_row(*map(Text, row if family is None else [*row, _in_words(family.parse(label))]))
    return table


def families_table() -> FittedTable:
    """One line per recorder or cohort: what `family` in a montage file calls it, its name and some of its labels."""
    table = FittedTable()
    for name in ("family", "kind", "name", "labels"):
        table.add_column(name)
    for family in FAMILIES.values():
        table.add_row(*map(Text, (family.id, family.kind, family.name, ", ".join(family.labels[:8]))))
    return table


def channels_page() -> str:
    """Give the page of the docs on channels, as Markdown, made from the tables that the choice of channels uses."""
    lines = [
        "# What channels are called",
        "",
        "Made from the tables that channels are chosen by: `somnometry channels --markdown > docs/channels.md`.",
        "",
        "`somnometry channels LABEL...` tells what labels mean, alone and together. Labels that name electrodes are",
        "read by them, ears as mastoids: `EEG C4-A1` is C4 against M1, `A1:O2` is O2 against M1 upside down. Some",
        "labels mean different things in different cohorts (`EEG`, `EEG1`) or only a place in a device (`EEG L`); they",
        "are read only where all labels of the file together are those of a family below, or where you say so.",
        "",
        "## Saying so: a montage file",
        "",
        "`--montage FILE`, or `read_recording(..., montage=FILE)`. The first entry whose `files` fits the name of the",
        "recording is followed; `--eeg`, `--eog` and `--emg` go before it. Each line but the first may be left out.",
        "",
        "```toml",
        "[[montage]]",
        'files = "*.edf"                # names that it is for',
        'family = "openbci"             # one of the families below; by default recognised by the labels',
        'eeg = "EXG Channel 0"          # as --eeg ("all" too), --eog, --emg; "none": do without; "A,B": A minus B',
        "upside_down = false            # whether EEG and EOG were recorded so; by default what the family does",
        "[montage.labels]",
        '"EXG Channel 0" = "C4-M1"      # electrodes; "E1-M2", "E1-E2", "M1" (a reference), "chin", "other"',
        '"EXG Channel 1" = "E1-M2"',
        "```",
    ]
    for kind, title in KINDS.items():
        lines += ["", f"## {title}"]
        for family in FAMILIES.values():
            if family.kind == kind:
                lines += ["", *_section(family)]
    return "\n".join(lines) + "\n"


def _section(family: Family) -> list[str]:
    """One family of the page."""
    lines = [f"### {family.name} (`{family.id}`)", ""]
    if family.note:
        lines += [family.note, ""]
    if family.common:
        lines += [f"- Bare electrodes are against {family.common}; EEG and EOG are taken against a mastoid."]
    if family.reversed:
        lines += ["- EEG and EOG are turned over."]
    for role, pairs in (("EEG", family.eeg), ("EOG", family.eog)):
        if pairs:
            lines += [
                f"- Stands in for {role}, best first: {', '.join('-'.join(filter(None, pair)) for pair in pairs)}."
            ]
    lines += [
        f"- Basis: {family.basis}. Sources: {'; '.join(family.sources)}.",
        "",
        "| label | means |",
        "| --- | --- |",
    ]
    return [*lines, *(f"| `{label}` | {_meaning(family, label)} |" for label in family.labels)]


def _meaning(family: Family, label: str) -> str:
    return _in_words(family.parse(label)) or explain(label)


def _in_words(label: Label) -> str:
    """A label in words; empty for what is not of the head."""
    if label.kind == "other":
        return ""
    name = "reference" if label.kind == "reference" else label.kind.upper()
    return f"{name} {label.derivation}{', upside down' if label.inverted else ''}"
