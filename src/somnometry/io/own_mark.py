"""The mark of our own staging: what a file says of it whose format has no place for a scorer, and how it is found."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Self

import numpy as np

from ..core.errors import HypnogramError
from ..core.hypnogram import Hypnogram
from ..core.scorer import Scorer

__all__ = ["OwnMark", "edf_codes", "is_unmarked_edf", "mark_of"]

#: As the line of a scorer has it, and perhaps which stages were written, and to what second.
MARK = re.compile(
    r"YASA ([a-z]+(?:\+[a-z]+)*) sha256:([0-9a-f]{12})(?:.{0,200}? stages:([0-9a-f]{8})(?:/([0-9.]{1,12})s)?)?"
)
#: The recording field of EDF+ files that this package writes; versions before 0.2.0 wrote no last part.
OURS = re.compile(r"Startdate \S+ X (?:X|YASA_([a-z]+(?:\+[a-z]+)*)_([0-9a-f]{12})) somnometry(?: (\S+))? *")
CELLS = re.compile(r"[,;\t]")
#: Characters and lines that are looked at: a mark stands at the beginning.
MOST, LINES = 1 << 14, 100
PROGRAM, NOTHING = "somnometry", "X"
#: Where the recording field and the number of signals lie in a header.
RECORDING, SIGNALS = slice(88, 168), slice(252, 256)


@dataclass(frozen=True, slots=True)
class OwnMark:
    """What a file says of our staging.

    Parameters
    ----------
    scorer : Scorer
        The classifier, with as much of its hash as a mark has.
    stages : str
        Digest of the stages that were written; "" where the file does not say it.
    seconds : float
        End of the last epoch that is scored; 0 where the file does not say it.
    """

    scorer: Scorer
    stages: str = ""
    seconds: float = 0.0

    @classmethod
    def in_text(cls, text: str) -> Self | None:
        """The mark in the comments of a text, in a JSON, or in the heading of the only column of a table.

        A table of several columns may hold others' stages too, and is unmarked.

        Examples
        --------
        >>> OwnMark.in_text("*Scorer YASA eeg+eog sha256:330c1afdc863").scorer
        Scorer(name='YASA', kind='classifier', sha256='330c1afdc863', inputs=('eeg', 'eog'))
        >>> OwnMark.in_text("epoch,YASA eeg sha256:330c1afdc863,Anna") is None
        True
        """
        text = text[:MOST].lstrip('\ufeff" \t\r\n')
        as_json = text.startswith(("{", "["))
        for line in [text] if as_json else text.split("\n", LINES)[:LINES]:
            found = MARK.search(line)
            alone = as_json or line.lstrip('" ').startswith(("#", "*")) or len(CELLS.findall(line)) < 2
            if found is not None and alone:
                return cls(_classifier(found[1], found[2]), found[3] or "", _seconds(found[4]))
        return None

    @classmethod
    def in_edf(cls, head: bytes) -> Self | None:
        """The mark in the header of an EDF or BDF file."""
        found = OURS.fullmatch(head[RECORDING].decode("latin-1"))
        return None if found is None or found[1] is None else cls(_classifier(found[1], found[2]), found[3] or "")

    def holds(self, hypnogram: Hypnogram) -> bool:
        """Whether these are the stages that were written; who corrected one of them made them his own."""
        return self.stages in ("", _digest(hypnogram))

    def require_whole(self, hypnogram: Hypnogram) -> None:
        """Refuse stages that end before those that were written: who corrects some of them does not shorten the night.

        Raises
        ------
        HypnogramError
        """
        end = _n_scored(hypnogram) * hypnogram.epoch
        if end < self.seconds - hypnogram.epoch / 2:
            raise HypnogramError(
                f"it was cut: of {self.seconds / 60:.6g} min that we scored, {end / 60:.6g} are there",
                remedy="copy it again; who shortened it on purpose takes our name out of it",
            )


def mark_of(hypnogram: Hypnogram) -> str:
    """The mark of what a classifier of ours scored, alone or with others; nothing for everybody else.

    Examples
    --------
    >>> ours = Scorer("YASA", "classifier", sha256="330c1afdc86396e0", inputs=("eeg", "eog"), votes=("C3",))
    >>> mark_of(Hypnogram([0, 2], scorer=ours))
    'YASA eeg+eog sha256:330c1afdc863 stages:532c4b16/60s'
    >>> mark_of(Hypnogram([0, 2], scorer="Anna"))
    ''
    """
    found = MARK.search(str(hypnogram.scorer))
    if found is None:
        return ""
    end = f"{_n_scored(hypnogram) * hypnogram.epoch:.3f}".rstrip("0").rstrip(".")
    return f"YASA {found[1]} sha256:{found[2]} stages:{_digest(hypnogram)}/{end}s"


def edf_codes(hypnogram: Hypnogram | None) -> tuple[str, str, str]:
    """What the recording field says of the technician, the equipment, and which stages were written.

    Examples
    --------
    >>> edf_codes(Hypnogram([0, 2], scorer="Anna"))
    ('X', 'somnometry', 'X')
    """
    found = None if hypnogram is None else MARK.search(str(hypnogram.scorer))
    if hypnogram is None or found is None:
        return NOTHING, PROGRAM, NOTHING
    return f"YASA_{found[1]}_{found[2]}", PROGRAM, _digest(hypnogram)


def is_unmarked_edf(head: bytes) -> bool:
    """Whether a file of annotations alone is of a version before 0.2.0, of which only `measure` wrote any."""
    found = OURS.fullmatch(head[RECORDING].decode("latin-1"))
    return found is not None and found[1] is found[3] is None and head[SIGNALS].strip() == b"1"


def _classifier(inputs: str, sha256: str) -> Scorer:
    return Scorer("YASA", "classifier", sha256=sha256, inputs=tuple(inputs.split("+")))


def _seconds(told: str | None) -> float:
    try:
        return float(told or 0.0)
    except ValueError:  # two points
        return 0.0


def _n_scored(hypnogram: Hypnogram) -> int:
    """Epochs up to the last that is scored, which formats keep."""
    scored = np.flatnonzero(hypnogram.stages >= 0)
    return int(scored[-1]) + 1 if scored.size else 0


def _digest(hypnogram: Hypnogram) -> str:
    """Of the epochs up to the last that is scored."""
    stages = hypnogram.stages[: _n_scored(hypnogram)]
    return hashlib.sha256(f"{hypnogram.epoch:.6g} ".encode() + stages.tobytes()).hexdigest()[:8]
