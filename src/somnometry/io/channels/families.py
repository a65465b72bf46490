"""Recorders and cohorts, recognised by all labels of a file together, and what their labels mean."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from ...core.errors import MontageError
from .label_words import EYES, MASTOIDS, SCALP
from .labels import LONGEST, Label, normalised, parse_label, without_type

__all__ = ["FAMILIES", "Family", "explain", "read_meaning", "recognise"]

Kind = Literal["cohort", "laboratory", "headband", "net"]


@dataclass(frozen=True, slots=True)
class Family:
    """A recorder or a cohort: how its files are known, and what its labels mean.

    Parameters
    ----------
    id, name : str
    kind : {"cohort", "laboratory", "headband", "net"}
    labels : tuple of str
        As it writes them.
    means : mapping of str to Label
        By the normalised label, where the label alone does not say it.
    common : str
        Electrode that bare electrodes were recorded against; empty where none or unknown.
    reversed : bool
        Whether it writes EEG upside down.
    eeg, eog : tuple of (str, str)
        Electrodes whose difference stands in for a central EEG and for an EOG, best first; the second may be empty.
    note : str
    basis : {"seen", "inferred", "remembered"}
    sources : tuple of str
    all, some, none : tuple
        Normalised labels by which it is recognised; each of `all` is a set of alternatives.
    least : int
        How many of `some` must be there.
    """

    id: str
    name: str
    kind: Kind
    labels: tuple[str, ...]
    means: Mapping[str, Label] = field(hash=False)
    common: str
    reversed: bool
    eeg: tuple[tuple[str, str], ...]
    eog: tuple[tuple[str, str], ...]
    note: str
    basis: str
    sources: tuple[str, ...]
    all: tuple[frozenset[str], ...]
    some: frozenset[str]
    none: frozenset[str]
    least: int

    def holds(self, labels: frozenset[str]) -> bool:
        """Tell whether normalised labels are those of one of its files."""
        return (
            all(alternatives & labels for alternatives in self.all)
            and len(self.some & labels) >= self.least
            and not self.none & labels
        )

    def parse(self, label: str) -> Label:
        """Tell what a label of one of its files means."""
        own = self.means.get(normalised(label))
        if own is not None:
            return own
        parsed = parse_label(label)
        bare = parsed.kind in ("eeg", "eog", "reference") and parsed.active != "E1-E2" and not parsed.against
        if self.common and bare:
            return Label(parsed.kind, parsed.active, self.common)
        return parsed


def read_meaning(text: str) -> Label:
    """Tell what a table or a user means by ``"C4-M1"``, ``"E1-PG1"``, ``"M1-FPZ"``, ``"chin"`` or ``"other"``.

    Raises
    ------
    MontageError
        If it names no electrode that we know.

    Examples
    --------
    >>> read_meaning("A1-Fpz"), read_meaning("chin").kind
    (Label(kind='reference', active='M1', reference='FPZ', inverted=False), 'emg')
    """
    if text.lower() == "other":
        return Label("other")
    active, _, reference = text.upper().partition("-")
    active, reference = MASTOIDS.get(active, active), MASTOIDS.get(reference, reference)
    if active in EYES and reference in EYES:
        return Label("eog", "E1-E2", inverted=EYES[active] == "E2")
    if active in EYES:
        return Label("eog", EYES[active], reference)
    if active in MASTOIDS and (reference not in SCALP or reference.endswith("Z")):
        return Label("reference", active, reference)
    parsed = Label("eeg", active, reference) if active in SCALP else parse_label(text)
    if parsed.kind == "other":
        raise MontageError(
            f"{text!r} names no electrode", remedy="write such as 'C4-M1', 'E1-M2', 'E1-E2', 'chin' or 'other'"
        )
    return parsed


def recognise(labels: Iterable[str]) -> Family | None:
    """Give the recorder or cohort that writes these labels; cohorts before laboratories, None where none fits.

    Examples
    --------
    >>> recognise(["TP9", "AF7", "AF8", "TP10"]).name
    'Muse (Mind Monitor, BlueMuse, muse-lsl)'
    >>> recognise(["EEG", "EMG"]) is None
    True
    """
    known = frozenset(map(normalised, labels))
    return next((family for family in FAMILIES.values() if family.holds(known)), None)


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What labels without electrodes mean."""

    role: str
    whole: frozenset[str]
    part: tuple[str, ...]
    numbered: tuple[str, ...]

    def fits(self, text: str) -> bool:
        named = text.rstrip(string.digits).rstrip("-") in self.numbered
        return text in self.whole or named or any(part in text for part in self.part)


def explain(label: str) -> str:
    """Say in words what a label means by itself; empty where nothing is known of it.

    Examples
    --------
    >>> explain("EEG C4-A1"), explain("SaO2"), explain("A1:O2"), explain("Zxq")
    ('EEG C4-M1', 'oxygen saturation', 'EEG O2-M1, upside down', '')
    """
    if len(label) > LONGEST:
        return ""
    parsed = parse_label(label)
    if parsed.kind == "reference":
        return f"reference {parsed.active}"
    if parsed.kind != "other":
        return f"{parsed.kind.upper()} {parsed.derivation}{', upside down' if parsed.inverted else ''}"
    plain, typed = without_type(label), normalised(label)
    return next((m.role for m in _meanings() if m.fits(typed) or m.fits(plain)), "")


@cache
def _meanings() -> tuple[_Meaning, ...]:
    return tuple(
        _Meaning(
            row["role"],
            frozenset(row.get("whole", ())),
            tuple(row.get("part", ())),
            tuple(row.get("numbered", ())),
        )
        for row in _table("channel_labels.toml")["meaning"]
    )


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / name).read_text("utf-8"))


def _family(row: Mapping[str, Any]) -> Family:
    return Family(
        id=row["id"],
        name=row["name"],
        kind=row["kind"],
        labels=tuple(row["labels"]),
        means={normalised(label): read_meaning(meaning) for label, meaning in row["means"].items()},
        common=row.get("common", ""),
        reversed=row.get("reversed", False),
        eeg=tuple(_pair(text) for text in row.get("eeg", ())),
        eog=tuple(_pair(text) for text in row.get("eog", ())),
        note=row.get("note", ""),
        basis=row["basis"],
        sources=tuple(row["sources"]),
        all=tuple(frozenset(map(normalised, text.split("|"))) for text in row.get("all", ())),
        some=frozenset(map(normalised, row.get("some", ()))),
        none=frozenset(map(normalised, row.get("none", ()))),
        least=row.get("least", 0),
    )


def _pair(text: str) -> tuple[str, str]:
    active, _, reference = text.partition("-")
    return active, reference


#: Every family, by id, in the order in which they are tried.
FAMILIES: Mapping[str, Family] = {row["id"]: _family(row) for row in _table("channel_families.toml")["family"]}
