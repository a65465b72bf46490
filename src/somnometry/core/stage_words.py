"""Words that name a stage in tables and annotations, and those that say that there is none; a digit is never one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from .errors import HypnogramError
from .plain import plain_word
from .stage import STAGES_OF_LEVEL, Stage

__all__ = ["NO_STAGE", "levels_of", "stage_of_text", "stages_of_labels", "step_of"]

#: Every text that is a stage; capitals, blanks, "_" and "-" make no difference. AASM and R&K words of EDF+ ("standard
#: texts" of its specification), Sleep-EDF, RemLogic, DOMINO, NSRR and Luna (nsrr-remap.cpp), wonambi, psg-utils.
#: Left out on purpose: bare digits, which mean different stages in different programs, and "artefact" and "movement",
#: which are events. The light sleep of a device is not N2.
STAGE_WORDS: dict[Stage, tuple[str, ...]] = {
    Stage.W: (
        "W", "WK", "wake", "awake", "wakefulness", "stage W", "stage wake", "wake stage", "sleep stage W",
        "sleep stage wake", "sleep wake", "sleep S0", "Wach", "WA", "Éveil", "wake|0", "SRO:Wake", "SDO:WakeState",
    ),
    Stage.N1: (
        "N1", "NREM1", "NonREM1", "S1", "stage 1", "stage N1", "stage NREM1", "sleep stage 1",
        "sleep stage N1", "NREM1 sleep",
        "N1 sleep", "sleep N1", "sleep S1", "Stadium 1", "stage 1 sleep|1", "SRO:Stage1Sleep",
        "SDO:NonRapidEyeMovementSleep-N1",
    ),
    Stage.N2: (
        "N2", "NREM2", "NonREM2", "S2", "stage 2", "stage N2", "stage NREM2", "sleep stage 2",
        "sleep stage N2", "NREM2 sleep",
        "N2 sleep", "sleep N2", "sleep S2", "Stadium 2", "stage 2 sleep|2", "SRO:Stage2Sleep",
        "SDO:NonRapidEyeMovementSleep-N2",
    ),
    Stage.N3: (
        "N3", "NREM3", "NonREM3", "S3", "stage 3", "stage N3", "stage NREM3", "sleep stage 3",
        "sleep stage N3", "NREM3 sleep",
        "N3 sleep", "sleep N3", "sleep S3", "Stadium 3", "stage 3 sleep|3", "SRO:Stage3Sleep",
        "SDO:NonRapidEyeMovementSleep-N3",
        "N4", "NREM4", "NonREM4", "S4", "stage 4", "stage N4", "sleep stage 4", "sleep stage N4", "sleep S4",
        "Stadium 4",
        "stage 4 sleep|4", "SRO:Stage4Sleep", "SRO:Stage34Sleep", "SDO:NonRapidEyeMovementSleep-N4", "SWS", "deep",
    ),
    Stage.R: (
        "R", "REM", "RE", "sleep RE", "stage R", "stage REM", "sleep stage R", "sleep stage REM", "REM sleep",
        "sleep REM", "REM|5",
        "REM sleep|5", "paradoxical", "SRO:RapidEyeMovement", "SDO:RapidEyeMovementSleep",
    ),
    Stage.NREM: (
        "NREM", "NR", "NREM sleep", "stage NR", "stage NREM", "sleep stage N", "sleep stage NR", "sleep stage NREM",
    ),
    Stage.LIGHT: ("light",),
    Stage.UNSCORED: (
        "?", "U", "UNS", "unscored", "unknown", "stage ?", "sleep stage ?", "sleep unscored", "unscored|9", "unknown|9",
        "MT", "sleep MT", "movement time", "movement|6",
    ),
}  # fmt: skip

#: Words that in a column of stages say that there is none; elsewhere some of them are events.
NO_STAGE = frozenset(map(plain_word, (
    "", "n/a", "nan", "none", "null", "missing", "unsure", "undefined",
    "unrecognized", "not scored", "ns", "nd", "nde", "a", "ar", "art",
    "artefact", "artifact", "artefakt", "movement", "Bewegung",
)))  # fmt: skip


#: Characters; a longer text is no stage.
REMARK = 1000

_STAGE_OF = {plain_word(word): stage for stage, words in STAGE_WORDS.items() for word in words}


def stage_of_text(text: str) -> Stage | None:
    """Stage that a text names, or None where it names none.

    R&K stages 3 and 4 are N3; movement time is unscored. A bare digit is never a stage.

    Examples
    --------
    >>> stage_of_text("Sleep stage 4"), stage_of_text("sleep_stage_r"), stage_of_text("Movement time")
    (<Stage.N3: 3>, <Stage.R: 4>, <Stage.UNSCORED: -1>)
    >>> stage_of_text("2") is None
    True
    """
    return _STAGE_OF.get(plain_word(text)) if len(text) <= REMARK else None


def levels_of(stages: Iterable[Stage], source: str) -> int:
    """Give how many stages a scorer tells apart who uses these."""
    stages = set(stages)
    for levels, allowed in STAGES_OF_LEVEL.items():
        if stages <= {Stage.UNSCORED, *allowed}:
            return levels
    raise HypnogramError(
        f"its stages are {', '.join(stage.label for stage in sorted(stages))}, which no one scoring tells apart",
        place=source,
        remedy="keep either N1, N2, N3 or their union",
    )


def stages_of_labels(labels: Iterable[Any], coding: Mapping[Any, Stage]) -> list[Stage]:
    """Stage of each label: by the coding, as a `Stage`, or as a word.

    Raises
    ------
    HypnogramError
        Where a label is no stage.

    Examples
    --------
    >>> stages_of_labels(["W", "S4", float("nan")], {})
    [<Stage.W: 0>, <Stage.N3: 3>, <Stage.UNSCORED: -1>]
    """
    stages = []
    for i, label in enumerate(labels):
        plain = label.item() if hasattr(label, "item") else label  # a number of numpy
        if plain in coding:
            stages.append(Stage(coding[plain]))
        elif isinstance(plain, Stage):
            stages.append(plain)
        elif plain is None or type(plain).__name__ == "NAType" or plain != plain:  # pandas' NA equals nothing
            stages.append(Stage.UNSCORED)
        else:
            found = stage_of_text(plain) if isinstance(plain, str) else None
            if found is None and not (isinstance(plain, str) and plain_word(plain) in NO_STAGE):
                number = isinstance(plain, int | float)
                raise HypnogramError(
                    f"label {i} is {plain!r}, which is no stage", place="labels", key="labels",
                    remedy="numbers mean different stages in different programs: say what each means in `coding`, or "
                    "give values of Stage to Hypnogram" if number else "say in `coding` what it means",
                )  # fmt: skip
            stages.append(Stage.UNSCORED if found is None else found)
    return stages


def step_of(times: Sequence[datetime]) -> float:
    """Seconds between times that are equally far apart.

    Raises
    ------
    HypnogramError
        Where they are not.
    """
    steps = {(b - a).total_seconds() for a, b in pairwise(times)}
    if len(steps) != 1 or min(steps) <= 0:
        apart = ", ".join(f"{step:g}" for step in sorted(steps)[:4])
        raise HypnogramError(
            f"its epochs are {apart} s apart", place="labels", key="epoch", remedy="give every epoch, or name `epoch`"
        )
    return steps.pop()
