"""Channel labels: from what a recorder wrote to what was measured between which electrodes.

The vocabulary follows the labels of public cohorts (NSRR, Sleep-EDF, ISRUC, HMC) and the manuals of recorders.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from .label_words import (
    CHIN_WORDS,
    EYES,
    MASTOIDS,
    NO_REFERENCE,
    OLD_NAMES,
    SCALP,
    SILENT,
    UNKNOWN_REFERENCES,
    WRITTEN_OUT,
    folded,
)

__all__ = ["Label", "names_chin", "normalised", "parse_label", "without_type"]

Kind = Literal["eeg", "eog", "emg", "reference", "other"]

#: Ways of writing that name the same electrodes: both mastoids, a zero for the letter O, the second copy of a channel
#: (STAGES: "C3-A22"), and what mne appends to labels that are there twice ("C3-M2-1").
SPELLINGS = (
    (re.compile(r"([AM][12])\+([AM][12])"), r"\1\2"),
    (re.compile(r"(?<=[A-Z0-9]-)([AM][12])-([AM][12])$"), r"\1\2"),
    (re.compile(r"^0([12Z])(?=-)|(?<=-)0([12Z])$"), r"O\1\2"),
    (re.compile(r"(?<=.[AM][12])2$"), ""),
    (re.compile(r"(?<=.)-[01]$"), ""),
)
NOT_A_REFERENCE = ("REF", "OFF")
#: The average of all electrodes.
AVERAGE = {"AVG": "AVG", "AVE": "AVG"}
#: Names that only one maker uses: the forehead electrodes of Bitbrain's headband.
MAKERS = {"HB-1": "AF7", "HB-2": "AF8"}
#: Characters; no format has longer labels than this (EDF has 16).
LONGEST = 200
#: Words for the kind of channel, wherever they stand in a label.
TYPES = ("EEG", "EOG", "EMG", "ECG", "EKG")

SEPARATORS = re.compile(r"[ _:/\\.#()\[\],\N{EN DASH}\N{MINUS SIGN}-]+")
PREFIX = re.compile(r"^(EEG|EOG|EMG|ECG|EKG|PSG|POL|BIO)-(?=.)")
LEG = re.compile(r"LEG|TIB|PLM|[LR]AT\b|ANT|ARM|MASS|FOOT|DELT")
CHIN = re.compile(
    rf"(^|[^A-Z])[LRC]?({'|'.join(CHIN_WORDS)})(\d|$|[^A-Z])|EMG({'|'.join(CHIN_WORDS)})|(^|-)(SUB-?)?MENT(AL|ALIS)?($|-)"
    "|^(EMG-?)?SM$"
)
CHIN_PROBABLE = re.compile(r"^(EMG)?-?([0123+-]|1-2|1-3|2-3|2-1|3-1|EMG|(EMG)?[123]-EMG-?[123])?$")
EOG_BIPOLAR = re.compile(r"^(HORIZONTALE?|ORIZZONTALE|HORIZ|HOR|H|HEOG|EOGH|EOG)$")
#: What may stand first in two electrodes that are written as one word.
NAMES = frozenset([*SCALP, *MASTOIDS, *EYES, *NOT_A_REFERENCE])
#: Between electrodes; a blank or "_" as well parts an electrode from what is said of it ("C3 Impedance").
BETWEEN = re.compile(r"[-:/\N{EN DASH}\N{MINUS SIGN}]\s*[^\s_.:/-]+[\s)\].]*$")
#: A second part that may be a reference of somebody's own.
A_WORD = re.compile(r"[A-Z]{1,5}\d{0,2}")
#: Where an electrode of the face or temples lies that a label says is of the eyes; the others are near neither.
NEAR_AN_EYE = re.compile(r"(?:FP|AF|F|FT)(\d+)")


@dataclass(frozen=True, slots=True)
class Label:
    """What a channel label says.

    Parameters
    ----------
    kind : {"eeg", "eog", "emg", "reference", "other"}
        A bare mastoid is a reference, never an EEG; "emg" is the chin's only.
    active : str
        The electrode measured: ``"C4"``, ``"E1"``, ``"E1-E2"`` for a bipolar EOG, ``"EOG"`` where the eye is not said,
        ``"chin"``, ``"chin1"``.
    reference : str
        The electrode it is measured against, mastoids as ``"M1"``, ``"M2"``, ``"LM"``; empty where the label is silent.
    inverted : bool
        The label names the reference first, so the trace is upside down.
    called : str
        What the label calls a reference that is nowhere known, such as ``"G2"``; channels that share it can be
        subtracted. Of one mastoid against another, the other.
    """

    kind: Kind
    active: str = ""
    reference: str = ""
    inverted: bool = False
    called: str = field(default="", repr=False)

    @property
    def against(self) -> str:
        """What it was recorded against, by whatever name; empty where the label is silent."""
        return self.reference or self.called

    @property
    def derivation(self) -> str:
        """``"C4-M1"``, or ``"C4"`` where the reference is not said."""
        return f"{self.active}-{self.reference}" if self.reference else self.active


def normalised(label: str) -> str:
    """Upper case, one hyphen for every separator, no surrounding hyphens.

    Examples
    --------
    >>> normalised("EEG C4:M1 ")
    'EEG-C4-M1'
    """
    return SEPARATORS.sub("-", label.replace("\0", "").strip().upper()).strip("-")


def without_type(label: str) -> str:
    """Normalised, without the words for the kind of channel in front.

    Examples
    --------
    >>> without_type("EEG C4-M1"), without_type("EMG EMG1")
    ('C4-M1', 'EMG1')
    """
    return _typed(label)[1]


def _typed(label: str) -> tuple[list[str], str]:
    """Words in front that say what kind of channel it is, and the rest."""
    text, words = normalised(label), []
    while (prefix := PREFIX.match(text)) is not None:
        words.append(prefix.group(1))
        text = text[prefix.end() :]
    return words, text


def parse_label(label: str) -> Label:
    """Tell what a channel label means; what is not understood, or means different things elsewhere, is "other".

    Examples
    --------
    >>> parse_label("EEG C4-A1")
    Label(kind='eeg', active='C4', reference='M1', inverted=False)
    >>> parse_label("EOG LOC-A2").derivation
    'E1-M2'
    >>> parse_label("SpO2").kind
    'other'
    """
    return _parsed(label) if len(label) <= LONGEST else Label("other")


@lru_cache(maxsize=4096)
def _parsed(label: str) -> Label:
    hints, text = _typed(label)
    text = MAKERS.get(text, folded(text))
    said = {*hints, *(word for word in text.split("-") if word in TYPES)}
    if said & {"ECG", "EKG"}:
        return Label("other")
    if "EMG" in said or text.startswith("EMG") or CHIN.search(text):
        return _emg(text)
    parts, rest = _parts(text, "EOG" in said)
    if not parts:
        bipolar = EOG_BIPOLAR.match(text) is not None and ("EOG" in said or text != "H")
        return Label("eog", "E1-E2") if bipolar else Label("other")
    reference = _unknown_reference(label, parts, rest, typed=bool(said))
    if reference is None or len(parts) > 2:
        return Label("other")
    if "EOG" in said:
        parts = _of_the_eyes(parts)
    return _between(parts, reference)


def _between(parts: list[str], called: str) -> Label:
    """What is measured between one or two electrodes, or one and a reference of which only the name is known."""
    first, second = parts[0], parts[1] if len(parts) > 1 else ""
    if first in ("M1", "M2", "LM") and (not second or _refers(second)):
        common = "" if second in ("M1", "M2", "LM", *NOT_A_REFERENCE) else second
        return Label("reference", first, common, called=called or (second if second in ("M1", "M2") else ""))
    inverted = _refers(first, scalp=False)
    if inverted:
        first, second = second, first
    if not first or _refers(first, scalp=False):
        return Label("other")
    reference = "" if second in NOT_A_REFERENCE else second
    if first == "E1-E2" or (first in ("E1", "E2") and second in ("E1", "E2")):
        return Label("eog", "E1-E2", inverted=first == "E2")
    if first in ("E1", "E2", "EOG"):
        return Label("eog", first, reference, inverted, called)
    return Label("eeg", first, "" if reference in ("E1", "E2", "EOG") else reference, inverted, called)


def _refers(part: str, *, scalp: bool = True) -> bool:
    """Whether all channels of a recording may be against it: a mastoid, an average, or an electrode of the midline."""
    return part in ("M1", "M2", "LM", "AVG", *NOT_A_REFERENCE) or (scalp and part in SCALP and part.endswith("Z"))


def _of_the_eyes(parts: list[str]) -> list[str]:
    """The electrodes of a label that says it is of the eyes, whatever they are called."""
    if any(part.startswith("E") for part in parts):
        return parts
    if _refers(parts[0]):
        return ["EOG", *parts[-1:]]
    side = NEAR_AN_EYE.fullmatch(parts[0])
    eye = "EOG" if side is None else ("E2", "E1")[int(side.group(1)) % 2]
    beside = NEAR_AN_EYE.fullmatch(parts[1]) if len(parts) > 1 else None
    if side is not None and beside is not None:
        return ["E1", "E2"] if eye == "E1" else ["E2", "E1"]
    return [eye, *parts[1:]]


def _unknown_reference(label: str, parts: list[str], rest: list[str], *, typed: bool) -> str | None:
    """The reference that the rest of a label names; empty without a rest, None where it names something else."""
    called = "".join(rest)
    if not rest or (parts[0] in ("E1", "E2", "EOG", "E1-E2") and called in SILENT):
        return ""
    if len(parts) > 1 or NO_REFERENCE.fullmatch(called) or NO_REFERENCE.fullmatch(rest[0]):
        return None
    if called in UNKNOWN_REFERENCES and not (len(called) == 1 and parts[0] == "O2"):
        return called
    own = typed or (parts[0] != "O2" and BETWEEN.search(label) is not None)
    return called if own and len(rest) == 1 and A_WORD.fullmatch(called) else None


def names_chin(label: str) -> bool:
    """Tell whether a label names the chin, rather than just a muscle.

    Examples
    --------
    >>> names_chin("EMG submental"), names_chin("EMG1"), names_chin("Machine Flow")
    (True, False, False)
    """
    return CHIN.search(normalised(label)) is not None


def _emg(text: str) -> Label:
    """Chin EMG by name, or by the bare word EMG; leg and arm muscles are "other"."""
    if LEG.search(text):
        return Label("other")
    text = _without_reference(text)
    if CHIN.search(text) or CHIN_PROBABLE.match(text):
        pair = re.search(r"\d-(EMG-?)?(CHIN-?)?\d", text)
        number = re.search(r"(\d)$", text)
        return Label("emg", "chin" if pair or not number else f"chin{number.group(1)}")
    return Label("other")


def _without_reference(text: str) -> str:
    """The words of a muscle without what it was recorded against."""
    words = text.split("-")
    alone = words[-1] in NOT_A_REFERENCE or (words[-1] in SCALP and words[-1].endswith("Z"))
    refers = len(words) > 1 or alone or (len(text) > 1 and text in UNKNOWN_REFERENCES)
    known = words[-1] in UNKNOWN_REFERENCES or words[-1] in NOT_A_REFERENCE or _electrode(words[-1]) is not None
    return "-".join(words[:-1]) if refers and known else text


def _parts(text: str, eog: bool) -> tuple[list[str], list[str]]:
    """The electrodes that a label names, each once however often it is named, and the words that name none."""
    for spelling, meant in SPELLINGS:
        text = spelling.sub(meant, text)
    words = text.split("-")
    if len(words) > 3 and words[-1] in words[1:-2]:  # "C4-CPz-M1-CPz" is the difference of two
        del words[words.index(words[-1], 1)], words[-1]
    parts: list[str] = []
    rest: list[str] = []
    at = 0
    while at < len(words):
        said_already = bool(parts) and words[at] in SILENT
        found, used = ([], 1) if said_already else _first(words, at, eog)
        if found and rest and not parts:
            return [], words
        for part in found:
            if not parts or OLD_NAMES.get(part, part) != OLD_NAMES.get(parts[-1], parts[-1]):
                parts.append(part)
        if not found and words[at] not in TYPES:
            rest.append(words[at])
        at += used
    if eog and not parts and len("".join(rest)) > 1 and "".join(rest) in UNKNOWN_REFERENCES:
        parts = ["EOG"]
    return parts, rest


def _first(words: list[str], at: int, eog: bool) -> tuple[list[str], int]:
    """The electrodes that the words from a place on name, and how many words they take."""
    for several in (3, 2, 1):
        name = "".join(words[at : at + several])
        if at + several > len(words):
            continue
        if (eye := EYES.get(name) or (EYES.get(f"EOG{name}") if eog else None)) is not None:
            return [eye], several
        if name in WRITTEN_OUT:
            return [WRITTEN_OUT[name]], several
        if several > 1 and at and MASTOIDS.get(name) == "LM":
            return ["LM"], several
    word = words[at]
    if (one := _electrode(word)) is not None:
        return [one], 1
    both = [part for name in _two_names(word) or () if (part := _electrode(name)) is not None]
    return (both, 1) if len(both) == 2 else ([], 1)


def _two_names(word: str) -> tuple[str, str] | None:
    """Part a word into two electrodes, the first as long as can be; an expression of all would take .2 s to make."""
    parted = ((word[:at], word[at:]) for at in range(len(word) - 1, 0, -1))
    return next((two for two in parted if two[0] in NAMES and (two[1] in NAMES or two[1] in AVERAGE)), None)


def _electrode(word: str) -> str | None:
    """An electrode or reference under the one name that we use for it; None where it is none."""
    if word in SCALP or word in NOT_A_REFERENCE:
        return word
    return MASTOIDS.get(word) or EYES.get(word) or AVERAGE.get(word)
