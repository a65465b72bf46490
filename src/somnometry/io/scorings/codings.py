"""What the integers of each program mean, and the words of a column of stages; an integer is never guessed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ...core.errors import HypnogramError
from ...core.plain import plain_word
from ...core.stage import Stage
from ...core.stage_words import NO_STAGE, stage_of_text
from .scored import Ask

__all__ = ["CODINGS", "as_integers", "says_no_stage", "stages_of_cells"]

W, N1, N2, N3, R, L, U = Stage.W, Stage.N1, Stage.N2, Stage.N3, Stage.R, Stage.LIGHT, Stage.UNSCORED

#: Integer to stage. Movement and artefacts are unscored, R&K stages 3 and 4 are N3. Sources: YASA, Dreem Open Datasets,
#: psg-utils, NSRR, FASST and SleepTrip, ELAN, the EDF+ specification, the UCD and DREAMS databases, wonambi, sleepecg.
CODINGS: Mapping[str, Mapping[int, Stage]] = MappingProxyType({
    "yasa": {0: W, 1: N1, 2: N2, 3: N3, 4: R, -1: U, -2: U},
    "aasm5_gssc_usleep_yasa_dod": {0: W, 1: N1, 2: N2, 3: N3, 4: R, -1: U, -2: U, 5: U},
    "dod_dreem": {0: W, 1: N1, 2: N2, 3: N3, 4: R, -1: U},
    "psg_utils_ids": {0: W, 1: N1, 2: N2, 3: N3, 4: R, 5: U},
    "boas": {0: W, 1: N1, 2: N2, 3: N3, 4: R, 8: U, -2: U},
    "profusion_nsrr": {0: W, 1: N1, 2: N2, 3: N3, 4: N3, 5: R, 6: U, 9: U, 10: U},
    "fasst_isruc_spisop_sleeptrip": {0: W, 1: N1, 2: N2, 3: N3, 4: N3, 5: R, 6: U, 8: U, 7: U, -1: U},
    "elan_hyp": {0: W, 1: N1, 2: N2, 3: N3, 4: N3, 5: R, -1: U, -2: U},
    "edf_plus_spec_signal": {0: W, 1: N1, 2: N2, 3: N3, 4: N3, 5: R, 6: U},
    "wsc_stg": {0: W, 1: N1, 2: N2, 3: N3, 4: N3, 5: R, 6: U, 7: U},
    "svuh_ucddb": {0: W, 1: R, 2: N1, 3: N2, 4: N3, 5: N3, 6: U, 7: U, 8: U},
    "deltamed": {1: W, 2: R, 3: N1, 4: N2, 5: N3},
    "physip_domino": {0: N3, 1: N2, 2: N1, 3: R, 4: W, 5: U},
    "dreams_aasm": {5: W, 4: R, 3: N1, 2: N2, 1: N3, 0: U, -1: U, -2: U},
    "bdsp_hsp": {5: W, 4: R, 3: N1, 2: N2, 1: N3},
    "zmax_autoscored": {5: W, 1: N1, 2: N2, 3: N3, 4: R},
    "fdcsr": {5: W, 1: N1, 2: N2, 3: N3, 4: N3, 6: R, 7: U, 0: U, 8: U, 9: U},
    "scoringhero_digit": {1: W, 0: R, -1: N1, -2: N2, -3: N3},
    "alice_numeric": {11: W, 1: N1, 12: N1, 2: N2, 13: N2, 3: N3, 14: N3, 15: R},
    "zeo": {1: W, 2: R, 3: L, 4: N3, 6: N3, 0: U},
    "sleepecg_enum": {5: W, 4: R, 3: N1, 2: N2, 1: N3, 0: U},
})  # fmt: skip

NUMBER = re.compile(r"-?\d{1,9}", re.ASCII)


def says_no_stage(cell: str) -> bool:
    """Whether a cell of a column of stages says that there is none.

    Examples
    --------
    >>> says_no_stage("n/a"), says_no_stage("Artefakt"), says_no_stage("N2")
    (True, True, False)
    """
    return len(cell) < 100 and plain_word(cell) in NO_STAGE


def as_integers(cells: Sequence[str]) -> list[int | None] | None:
    """Cells of a column as integers, None where a cell says nothing; None if the column is not of integers.

    Examples
    --------
    >>> as_integers(["0", "n/a", "2.0"]), as_integers(["N1", "2"])
    ([0, None, 2], None)
    """
    out: list[int | None] = []
    for cell in cells:
        if says_no_stage(cell):
            out.append(None)
            continue
        try:
            number = float(cell)
        except ValueError:
            return None
        if not (abs(number) < 1000 and number == int(number)):
            return None
        out.append(int(number))
    return out if any(number is not None for number in out) else None


def stages_of_cells(
    cells: Sequence[str], ask: Ask, *, coding: str | None = None, epoch: float = 30.0, source: str = "stages"
) -> list[Stage]:
    """Stage of each cell of a column, by words or by a coding that somebody named.

    Parameters
    ----------
    cells : sequence of str
    ask : Ask
        The user's coding goes before the format's.
    coding : str, optional
        That of the format.
    epoch : float
        Seconds, for the minutes that a refusal tells.
    source : str
        What errors call the column.

    Raises
    ------
    HypnogramError
        Where integers come without a coding, a coding does not know one of them, or a word is no stage.

    Examples
    --------
    >>> [stage.label for stage in stages_of_cells(["WAKE", "N2", "Art", "REM"], Ask())]
    ['W', 'N2', '?', 'R']
    """
    named = ask.coding if ask.coding is not None else coding
    if isinstance(named, Mapping):
        try:
            table = {str(code): Stage(stage) for code, stage in named.items()}
        except ValueError as error:
            what = f"a stage is one of {', '.join(f'{stage.value} ({stage.label})' for stage in Stage)}; {error}"
            raise HypnogramError(what, place=source, key="coding") from None
        return _looked_up(cells, table, "the mapping", source)
    if named is not None and named not in CODINGS:
        raise HypnogramError(
            f"there is no coding {named!r}", place=source, key="coding", remedy=f"it is one of {', '.join(CODINGS)}"
        )
    numbers = as_integers(cells)
    digits = {} if named is None else {str(code): stage for code, stage in CODINGS[named].items()}
    if numbers is None:
        return _looked_up(cells, digits, "the words of stages", source)
    if named is None:
        raise HypnogramError(
            f"its stages are integers, whose meaning differs between programs: {_candidates(numbers, epoch)}",
            place=source,
            key="coding",
            remedy="name the format or the coding",
        )
    return _looked_up(["" if number is None else str(number) for number in numbers], digits, f"coding {named}", source)


def _looked_up(cells: Sequence[str], table: Mapping[str, Stage], called: str, source: str) -> list[Stage]:
    stages = {cell: table.get(cell, None if NUMBER.fullmatch(cell) else stage_of_text(cell)) for cell in set(cells)}
    unknown = Counter(cell for cell in cells if stages[cell] is None and not says_no_stage(cell))
    if unknown:  # numbers are told; words may name people
        numbers = Counter({cell: count for cell, count in unknown.items() if NUMBER.fullmatch(cell)})
        told = [f"{cell!r} {count} times" for cell, count in numbers.most_common(5)]
        if cells_of_words := sum((unknown - numbers).values()):
            told.append(f"the text of {cells_of_words} cell{'s' if cells_of_words > 1 else ''}")
        raise HypnogramError(
            f"{called} does not know {', '.join(told)}", place=source, key="coding",
            remedy="give a coding that says what it is",
        )  # fmt: skip
    return [Stage.UNSCORED if (stage := stages[cell]) is None else stage for cell in cells]


def _candidates(numbers: Sequence[int | None], epoch: float) -> str:
    """Minutes of each stage under each coding that knows all the integers; codings that agree stand together."""
    counts = Counter(number for number in numbers if number is not None)
    alike: dict[str, list[str]] = {}
    for name, table in CODINGS.items():
        if counts.keys() <= table.keys():
            minutes: Counter[Stage] = Counter()
            for number, count in counts.items():
                minutes[table[number]] += count
            told = ", ".join(f"{s.label} {minutes[s] * epoch / 60:g}" for s in sorted(minutes))
            alike.setdefault(told, []).append(name)
    return "; ".join(f"{told} min under {', '.join(names)}" for told, names in alike.items()) or "no coding knows them"
