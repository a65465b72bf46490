"""Nights and people that stand in a table twice, also rounded or moved by a constant."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from ...catalogue import CATALOGUE, metric_of
from ...core.errors import ClaimError
from .study_nights import Floats, StudyNights

__all__ = ["columns_apart", "require_no_copies"]

#: Numbers that all but a copy share in one night, or in all nights of a person, are fewer than this.
ALIKE_IN_NIGHT, ALIKE_IN_PERSON = 5, 6
#: People whose fewer numbers are the same are copies where chance would make any such pair less often than this.
CHANCE = 0.01
#: Two nights whose numbers are the same are no copies where chance makes any such pair at least so often, as where
#: hundreds of nights are written in whole minutes.
CHANCE_SAME = 0.05
#: Steps in which numbers are written, and the part of an SD about a number in which all steps are as likely.
STEPS, ALIKE = (5.0, 1.0, 0.5, 0.1, 0.01), 0.25
#: Nights of one person are more alike than those of several, and columns hang together: chance is held to less.
CHANCE_NEAR = 1e-3
#: Columns that follow each other more closely say one thing about two nights.
CORRELATED = 0.7
#: People by people are compared up to so many; of more, only those who are alike to the digit are found.
MOST = 400
#: Of fewer different values any may be common.
DIFFERENT = 10
#: Share of the nights whose very numbers another night of their cell has, from which nights are there twice.
DOUBLED = 0.5
#: Share of them that may be so by chance.
BY_CHANCE = 0.1


def require_no_copies(nights: StudyNights) -> None:
    """Refuse a night, or a person, that stands in the table twice under different names.

    Copies are those whose numbers are the same to the digit; the same but for rounding of one of them; of people, those
    whose nights differ by one constant in each metric; and, where a table holds few numbers of a night, half of all
    nights or more if each has the numbers of another of the same person and condition.

    Raises
    ------
    ClaimError
        With the two rows or people.
    """
    columns = [name for name in nights.columns if metric_of(name) in CATALOGUE and "__" not in name]
    if not columns or not len(nights):
        return
    table = np.empty((len(nights), len(columns)))
    for i, name in enumerate(columns):
        table[:, i] = nights.numbers(name)
    _require_no_same(nights, table)
    _require_no_doubled(nights, table)
    varied = [i for i, values in enumerate(table.T) if np.unique(values[np.isfinite(values)]).size > 2]
    if varied and len(nights) > 2:
        _require_no_rounded_nights(nights, table[:, varied])
        _require_no_moved_people(nights, table[:, varied])


# ------------------------------------------------------------------------------------------------------- to the digit
def _require_no_same(nights: StudyNights, table: Floats) -> None:
    seen: dict[bytes, int] = {}
    spreads: list[_Spread] = []
    for i, row in enumerate(table):
        if np.unique(row[np.isfinite(row) & (row != 0)]).size < ALIKE_IN_NIGHT:
            continue
        first = seen.setdefault(sha256(row.tobytes()).digest(), i)
        if first == i:
            continue
        spreads = spreads or _spreads(table)
        if _pairs_by_chance(spreads, row, len(table)) < CHANCE_SAME:
            raise _copied_night(nights, first, i, f"the same {table.shape[1]} numbers")
    people: dict[bytes, int] = {}
    alike = sum((n / len(table)) ** 2 for n in Counter(hash(row.tobytes()) for row in table).values())
    for s in range(len(nights.subjects)):
        own = np.sort(table[nights.subject == s], axis=0)
        distinct = np.unique(own[np.isfinite(own) & (own != 0)]).size
        few = distinct < ALIKE_IN_PERSON or table.shape[1] == 1
        if few and not _is_rare_by_chance(distinct, alike, len(nights.subjects)):
            continue
        if (first := people.setdefault(sha256(own.tobytes()).digest(), s)) != s:
            raise _copied_person(nights, first, s, "have the same numbers in all of their nights")


@dataclass(frozen=True, slots=True)
class _Spread:
    """How the numbers of a column lie: in order, their step, and how far about each all steps are as likely."""

    column: int
    values: Floats
    step: float
    window: float

    def share(self, number: float) -> float:
        """Give the share of nights that have a number."""
        first, last = np.searchsorted(self.values, [number - self.window, number + self.window + 1e-9])
        return float(last - first) / self.values.size / (2 * int(self.window / self.step + 1e-9) + 1)


def _spreads(table: Floats) -> list[_Spread]:
    """Describe the columns that do not follow others."""
    spreads = []
    for c in columns_apart(table):
        values = np.sort(table[np.isfinite(table[:, c]), c])
        if values.size:
            step = next((one for one in STEPS if np.allclose(values / one, np.round(values / one), atol=1e-6)), 1e-3)
            spreads.append(_Spread(c, values, step, max(ALIKE * float(values.std()), 0.5 * step)))
    return spreads


def _pairs_by_chance(spreads: Sequence[_Spread], row: Floats, n: int) -> float:
    """Give how many pairs of n nights chance is expected to give the numbers of one."""
    return math.comb(n, 2) * math.prod(of.share(row[of.column]) for of in spreads if math.isfinite(row[of.column]))


def _require_no_doubled(nights: StudyNights, table: Floats) -> None:
    """Refuse a table half of whose nights have the numbers of another of their cell, where chance has few such.

    As where a folder was moved and measured again, and its table holds too little of a night to tell it by itself.
    """
    told = np.flatnonzero(np.isfinite(table).any(axis=1))
    cells: dict[tuple[int, int, int], Counter[bytes]] = {}
    first_of: dict[tuple[int, int, int, bytes], int] = {}
    pairs: list[tuple[int, int]] = []
    for i in told.tolist():
        cell, row = (int(nights.subject[i]), int(nights.condition[i]), int(nights.period[i])), table[i].tobytes()
        cells.setdefault(cell, Counter())[row] += 1
        if (first := first_of.setdefault((*cell, row), i)) != i:
            pairs.append((first, i))
    every: Counter[bytes] = Counter()
    for own in cells.values():
        every.update(own)
    alike = sum(n * (n - 1) for n in every.values()) - sum(n * (n - 1) for own in cells.values() for n in own.values())
    others = told.size**2 - sum(own.total() ** 2 for own in cells.values())
    if not pairs or not others or len(every) < DIFFERENT:
        return
    # nights of one person are more alike than those of several: three times as often
    chance = min(1.0, 3 * alike / others * (max(own.total() for own in cells.values()) - 1))
    doubled = sum(n for own in cells.values() for n in own.values() if n > 1)
    if doubled >= DOUBLED * told.size and chance < BY_CHANCE:
        raise _copied_night(nights, *pairs[0], "the same numbers, as have half of all nights or more")


def _is_rare_by_chance(distinct: int, alike: float, n: int) -> bool:
    """Whether any two of n people would seldom share so many numbers, two nights being alike with that probability."""
    return distinct >= 3 and math.comb(n, 2) * math.factorial(distinct) * alike**distinct < CHANCE


# ---------------------------------------------------------------------------------------------------------- but nearly
def _require_no_rounded_nights(nights: StudyNights, table: Floats) -> None:
    """Refuse nights that are the same in every number but for rounding, where chance makes none such."""
    step = _steps(table)
    for i, j in _near_pairs(table, step):
        both = np.isfinite(table[i]) & np.isfinite(table[j])
        if (np.isfinite(table[i]) != np.isfinite(table[j])).any() or both.sum() < ALIKE_IN_NIGHT:
            continue
        away, bound = abs(table[i] - table[j])[both], 0.5 * np.maximum(step[i], step[j])[both] + 1e-9
        if (away <= bound).all() and away.any() and np.unique(table[i][both]).size >= ALIKE_IN_NIGHT:
            near = (abs(table[:, both] - table[i, both]) <= bound).mean(axis=0)
            chance = math.prod(near[columns_apart(table[:, both])].tolist())
            if chance * math.comb(len(table), 2) < CHANCE_NEAR:
                raise _copied_night(nights, i, j, "the same numbers but for rounding")


def _require_no_moved_people(nights: StudyNights, table: Floats) -> None:
    """Refuse people whose nights differ by rounding or one constant in every metric, where chance makes none such."""
    people = [table[nights.subject == s] for s in range(len(nights.subjects))]
    if len(people) > MOST:
        return
    by_nights: dict[int, list[int]] = {}
    for s, own in enumerate(people):
        by_nights.setdefault(len(own), []).append(s)
    apart = columns_apart(table)
    for size, alike in by_nights.items():
        if size < 2 or len(alike) < 3:
            continue
        stacked = np.stack([np.sort(people[s], axis=0) for s in alike])
        step = np.stack([_steps(people[s]).min(axis=0) for s in alike])
        for i in range(len(alike) - 1):
            away = stacked[i + 1 :] - stacked[i]
            bound = np.maximum(step[i + 1 :], step[i])[:, None, :]
            moved = abs(away - _middle(away))
            for what, off, most, free in (
                ("but for rounding", abs(away), 0.5 * bound + 1e-9, 0),
                ("but for a constant", moved, np.full_like(moved, 1e-6), 1),
            ):
                fits = (off <= most) | np.isnan(off)
                for k in np.flatnonzero(fits.all(axis=(1, 2))).tolist():
                    if _is_copy(stacked, i, i + 1 + k, apart, most[k], free):
                        first, second = sorted((alike[i], alike[i + 1 + k]))
                        said = f"have the same numbers in all of their nights, {what}"
                        raise _copied_person(nights, first, second, said)


def _is_copy(stacked: Floats, i: int, j: int, apart: list[int], most: Floats, free: int) -> bool:
    """Whether chance seldom makes two people so alike, by how alike all others are to the first."""
    others = np.delete(np.arange(len(stacked)), [i, j])
    chance, numbers = math.log(math.comb(len(stacked), 2)), 0
    for c in apart:
        own = stacked[i, :, c]
        if not np.isfinite(own).all() or not np.isfinite(stacked[j, :, c]).all() or np.ptp(own) == 0:
            continue
        away = stacked[others, :, c] - own
        # how far nights of others are once their level is taken off, and how far their levels are: by the normal
        # density in the middle, and no finer than the numbers are written
        level = float(np.sqrt(np.nanmean(away**2))) or 1.0
        spread = float(np.sqrt(np.nanmean((away - np.nanmean(away, axis=1, keepdims=True)) ** 2))) or level
        digits = np.maximum(np.broadcast_to(most, (len(own), most.shape[-1]))[:, c], _finest(stacked[:, :, c]))
        share = np.minimum(1.0, 2 * digits / (np.r_[level, np.full(len(own) - 1, spread)] * math.sqrt(2 * math.pi)))
        chance += float(np.log(share)[free:].sum())
        numbers += len(own) - free
    return numbers >= 3 and chance < math.log(CHANCE_NEAR)


def _middle(away: Floats) -> Floats:
    """Give the median over nights of each pair and column; NaN where there is none."""
    none = np.isnan(away).all(axis=1, keepdims=True)
    middle: Floats = np.where(none, np.nan, np.nanmedian(np.where(none, 0.0, away), axis=1, keepdims=True))
    return middle


def _finest(values: Floats) -> float:
    """Half the smallest distance of different values."""
    gaps = np.diff(np.unique(values[np.isfinite(values)]))
    gaps = gaps[gaps > 1e-9]
    return 0.5 * float(gaps.min()) if gaps.size else 0.5


def _steps(table: Floats) -> Floats:
    """Give of every number the step of its last digit that is not 0, at most 1 and at least a thousandth."""
    steps = np.full(table.shape, 1e-3)
    for step in (0.01, 0.1, 1.0):
        steps[abs(table / step - np.round(table / step)) < 1e-6] = step
    return steps


def _near_pairs(table: Floats, step: Floats) -> Iterator[tuple[int, int]]:
    """Give pairs of nights that are alike but for rounding in the column that tells most nights apart."""
    key = int(np.argmax([np.unique(values[np.isfinite(values)]).size for values in table.T]))
    values = table[:, key]
    order = np.argsort(values, kind="stable")
    order = order[np.isfinite(values[order])]
    others = [c for c in range(table.shape[1]) if c != key]
    at = np.arange(order.size)
    for ahead in range(1, order.size):
        at = at[: np.searchsorted(at, order.size - ahead)]
        within = values[order[at + ahead]] - values[order[at]] <= 0.5 + 1e-9  # half of the largest step
        at = at[within]  # who is farther on is no nearer
        if not at.size:
            return
        first, second = order[at], order[at + ahead]
        near = values[second] - values[first] <= 0.5 * np.maximum(step[first, key], step[second, key]) + 1e-9
        pairs = np.column_stack([first[near], second[near]])
        for c in others:
            if not len(pairs):
                break
            off = abs(table[pairs[:, 0], c] - table[pairs[:, 1], c])
            bound = 0.5 * np.maximum(step[pairs[:, 0], c], step[pairs[:, 1], c]) + 1e-9
            pairs = pairs[(off <= bound) | np.isnan(off)]
        yield from ((int(min(pair)), int(max(pair))) for pair in pairs)


def columns_apart(table: Floats) -> list[int]:
    """Give columns none of which follows another closely."""
    kept: list[int] = []
    for c in range(table.shape[1]):
        if all(_correlation(table[:, c], table[:, one]) < CORRELATED for one in kept):
            kept.append(c)
    return kept


def _correlation(a: Floats, b: Floats) -> float:
    both = np.isfinite(a) & np.isfinite(b)
    a, b = a[both], b[both]
    if a.size < 3:
        return 0.0
    a, b = a - a.mean(), b - b.mean()
    scale = math.sqrt(float(a @ a) * float(b @ b))
    return abs(float(a @ b)) / scale if scale else 1.0


# ------------------------------------------------------------------------------------------------------------- helpers
def _copied_night(nights: StudyNights, first: int, second: int, what: str) -> ClaimError:
    return ClaimError(
        f"two nights have {what}: one is a copy of the other",
        place=f"rows {nights.row[first]} and {nights.row[second]}",
        remedy="leave the copy out",
        key="subject",
    )


def _copied_person(nights: StudyNights, first: int, second: int, what: str) -> ClaimError:
    return ClaimError(
        f"subjects {nights.subjects[first]!r} and {nights.subjects[second]!r} {what}: one is a copy of the other",
        place="the table of nights",
        remedy="leave the copy out",
        key="subject",
    )
