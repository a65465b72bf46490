"""Channel labels: from what a recorder wrote to what was measured between which electrodes.

The vocabulary follows the labels of public cohorts (NSRR, Sleep-EDF, ISRUC, HMC) and the manuals of recorders.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

__all__ = ["Label", "names_chin", "normalised", "parse_label", "without_type"]

Kind = Literal["eeg", "eog", "emg", "reference", "other"]

SCALP = (
    "FP1 FP2 FPZ AF7 AF8 AF3 AF4 AFZ F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 FZ FC1 FC2 FC5 FC6 FCZ C1 C2 C3 C4 C5 C6 CZ "
    "CP1 CP2 CP3 CP4 CP5 CP6 CPZ T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 FT7 FT8 FT9 FT10 TP7 TP8 TP9 TP10 "
    "P3 P4 P7 P8 P9 P10 PZ PO3 PO4 PO7 PO8 POZ O1 O2 OZ"
).split()
#: Mastoids and ears under one name each; LM is both linked.
MASTOIDS = {"M1": "M1", "A1": "M1", "M2": "M2", "A2": "M2"} | dict.fromkeys(
    ("LM", "M1M2", "M2M1", "A1A2", "A2A1", "MX", "AX", "CLE", "LE", "LER"), "LM"
)
LEFT_EYE = ("E1", "LOC", "LEOG", "EOGL", "EOG1", "LEFTEYE", "LEYE")
RIGHT_EYE = ("E2", "ROC", "REOG", "EOGR", "EOG2", "RIGHTEYE", "REYE")
EYES = dict.fromkeys(LEFT_EYE, "E1") | dict.fromkeys(RIGHT_EYE, "E2")
#: Ways of writing that name the same electrodes: both mastoids, an eye in two words, a zero for the letter O, the
#: second copy of a channel (STAGES: "C3-A22"), and what mne appends to labels that are there twice ("C3-M2-1").
SPELLINGS = (
    (re.compile(r"([AM][12])\+([AM][12])"), r"\1\2"),
    (re.compile(r"(?<=[A-Z0-9]-)([AM][12])-([AM][12])$"), r"\1\2"),
    (re.compile(r"^(L|R|LEFT|RIGHT)-(?=EOG|EYE)"), r"\1"),
    (re.compile(r"^0([12Z])(?=-)|(?<=-)0([12Z])$"), r"O\1\2"),
    (re.compile(r"(?<=.[AM][12])2$"), ""),
    (re.compile(r"(?<=.)-[01]$"), ""),
)
NOT_A_REFERENCE = ("REF", "OFF")
#: The average of all electrodes.
AVERAGE = {"AVG": "AVG", "AVE": "AVG"}
#: Names that only one maker uses: the forehead electrodes of Bitbrain's headband.
MAKERS = {"HB-1": "AF7", "HB-2": "AF8"}

SEPARATORS = re.compile(r"[ _:/\\.#()\[\],\N{EN DASH}\N{MINUS SIGN}-]+")
PREFIX = re.compile(r"^(EEG|EOG|EMG|ECG|EKG|PSG|POL|BIO)-(?=.)")
LEG = re.compile(r"LEG|TIB|PLM|[LR]AT\b|ANT|ARM|MASS|FOOT|DELT")
CHIN = re.compile(r"(^|[^A-Z])[LRC]?CHIN(\d|$|[^A-Z])|EMGCHIN|(^|-)(SUB-?)?MENT(AL|ALIS)?($|-)|^(EMG-?)?SM$")
CHIN_PROBABLE = re.compile(r"^(EMG)?-?([0123+-]|1-2|1-3|2-3|2-1|3-1|EMG|(EMG)?[123]-EMG-?[123])?$")
EOG_BIPOLAR = re.compile(r"^(HORIZONTAL|HORIZ|HEOG|EOGH|EOG)$")


@dataclass(frozen=True, slots=True)
class Label:
    """What a channel label says.

    Parameters
    ----------
    kind : {"eeg", "eog", "emg", "reference", "other"}
        A bare mastoid is a reference, never an EEG; "emg" is the chin's only.
    active : str
        The electrode measured: ``"C4"``, ``"E1"``, ``"E1-E2"`` for a bipolar EOG, ``"chin"``, ``"chin1"``.
    reference : str
        The electrode it is measured against, mastoids as ``"M1"``, ``"M2"``, ``"LM"``; empty where the label is silent.
    inverted : bool
        The label names the reference first, so the trace is upside down.
    """

    kind: Kind
    active: str = ""
    reference: str = ""
    inverted: bool = False

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
    hints, text = _typed(label)
    text = MAKERS.get(text, text)
    if "ECG" in hints or "EKG" in hints:
        return Label("other")
    if "EMG" in hints or text.startswith("EMG") or CHIN.search(text):
        return _emg(text)
    first, second = _electrodes(text, "EOG" in hints)
    if first in MASTOIDS and (not second or second in MASTOIDS or second in NOT_A_REFERENCE):
        return Label("reference", MASTOIDS[first])
    if first in MASTOIDS or (first in NOT_A_REFERENCE):
        first, second, inverted = second, first, True
    else:
        inverted = False
    reference = (MASTOIDS | AVERAGE).get(second, "" if second in NOT_A_REFERENCE else second)
    if first in EYES:
        if second in EYES:
            return Label("eog", "E1-E2", inverted=EYES[first] == "E2")
        return Label("eog", EYES[first], reference, inverted)
    if first in SCALP:
        return Label("eeg", first, reference, inverted)
    if "EOG" in hints or text.startswith("EOG") or EOG_BIPOLAR.match(text):
        return Label("eog", "E1-E2") if EOG_BIPOLAR.match(text) else Label("other")
    return Label("other")


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
    if CHIN.search(text) or CHIN_PROBABLE.match(text):
        pair = re.search(r"\d-(EMG-?)?(CHIN-?)?\d", text)
        number = re.search(r"(\d)$", text)
        return Label("emg", "chin" if pair or not number else f"chin{number.group(1)}")
    return Label("other")


def _electrodes(text: str, eog: bool) -> tuple[str, str]:
    """The one or two electrodes that a label names, joined or not; empty strings where it names none."""
    if eog:
        text = re.sub(r"^(?:(L|LEFT|1)|(R|RIGHT|2))(?=-[^12]|$)", lambda side: "E1" if side.group(1) else "E2", text)
    for spelling, meant in SPELLINGS:
        text = spelling.sub(meant, text)
    electrode = "|".join(sorted([*SCALP, *MASTOIDS, *EYES, *NOT_A_REFERENCE], key=len, reverse=True))
    match = re.fullmatch(rf"({electrode})(?:-?({electrode}|{'|'.join(AVERAGE)}))?", text)
    if match is None and eog and (side := re.match(r"(E[12])-", text)) is not None:
        return side.group(1), ""
    return (match.group(1), match.group(2) or "") if match else ("", "")
