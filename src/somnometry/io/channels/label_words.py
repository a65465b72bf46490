"""Words of labels: electrodes by their names, and by what people call an eye, a chin or a side in their language."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from importlib.resources import files
from itertools import product

__all__ = [
    "CHIN_WORDS",
    "EYES",
    "LANGUAGES",
    "MASTOIDS",
    "NO_REFERENCE",
    "OLD_NAMES",
    "SCALP",
    "SILENT",
    "UNKNOWN_REFERENCES",
    "WRITTEN_OUT",
    "folded",
]

SCALP = (
    "FP1 FP2 FPZ AF7 AF8 AF3 AF4 AFZ F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 FZ FC1 FC2 FC3 FC4 FC5 FC6 FCZ C1 C2 C3 C4 C5 C6 "
    "CZ CP1 CP2 CP3 CP4 CP5 CP6 CPZ T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 FT7 FT8 FT9 FT10 TP7 TP8 TP9 TP10 "
    "P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 PZ PO3 PO4 PO7 PO8 POZ O1 O2 OZ"
).split()
#: Electrodes of the 10-20 system of which the 10-10 system has another name.
OLD_NAMES = {"T3": "T7", "T4": "T8", "T5": "P7", "T6": "P8"}

_TABLE = tomllib.loads((files(__package__) / "label_words.toml").read_text("utf-8"))
#: Letters that Unicode does not take apart.
_WHOLE = str.maketrans({"Ø": "O", "Æ": "AE", "Œ": "OE", "ß": "SS", "Ł": "L", "ı": "I", "Đ": "D"})


def folded(text: str) -> str:
    """Text without accents.

    Examples
    --------
    >>> folded("MENTÓN"), folded("HØYRE ŒIL")
    ('MENTON', 'HOYRE OEIL')
    """
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text.translate(_WHOLE))
    return "".join(c for c in apart if not unicodedata.combining(c))


def _joined(words: list[str]) -> list[str]:
    return [word.replace(" ", "") for word in words]


#: For each language, what it calls left, right, an eye and the chin.
LANGUAGES: Mapping[str, Mapping[str, list[str]]] = {
    row["name"]: {key: _joined(row[key]) for key in ("left", "right", "eye", "chin")} for row in _TABLE["language"]
}


def _of(key: str) -> list[str]:
    return list(dict.fromkeys(word for words in LANGUAGES.values() for word in words[key]))


_SIDES = dict.fromkeys(_of("left"), 0) | dict.fromkeys(_of("right"), 1)
#: Mastoids and ears under one name each; LM is both linked.
MASTOIDS = {"M1": "M1", "A1": "M1", "M2": "M2", "A2": "M2"} | dict.fromkeys(
    ("LM", "M1M2", "M2M1", "A1A2", "A2A1", "MX", "AX", "CLE", "LE", "LER", *_TABLE["references"]["linked"]), "LM"
)
#: An eye by a word for it and one for its side, in either order, as "EOGL" and "OJOIZQUIERDO".
EYES: Mapping[str, str] = (
    {
        name: ("E1", "E2")[at]
        for (side, at), eye in product(_SIDES.items(), _of("eye"))
        for name in (side + eye, eye + side, f"EOG{eye}{side}", f"EOG{side}{eye}")
        if len(side) > 1 or eye == "EOG" or eye + side in ("EYEL", "EYER") or side in "LRGD"
    }
    | dict.fromkeys(_TABLE["eyes"]["left"], "E1")
    | dict.fromkeys(_TABLE["eyes"]["right"], "E2")
    | dict.fromkeys(_TABLE["eyes"]["both"], "E1-E2")
)
CHIN_WORDS = tuple(sorted(_of("chin"), key=len, reverse=True))
#: A scalp electrode by its part of the head and a side that is a word, or the L and R of English.
WRITTEN_OUT: Mapping[str, str] = {
    name: region[("left", "right")[at]]
    for region in _TABLE["region"]
    for (side, at), word in product(_SIDES.items(), region["words"])
    if len(side) > 1 or side in "LR"
    for name in (side + word, word + side)
}
SILENT = frozenset(_TABLE["silent"]["words"])
UNKNOWN_REFERENCES = frozenset(_TABLE["references"]["unknown"])
NO_REFERENCE = re.compile(rf"({'|'.join(_TABLE['references']['none'])})\d*")
