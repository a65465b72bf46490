"""Nights that were lost or cut off more often in one arm: counted, compared by person, and what they could change."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from ...core.reason import Reason
from ...metrics.table import METRICS
from .outcome import CUT_SHORT
from .sample import Sample
from .study_nights import StudyNights

__all__ = ["Losses", "losses_between"]

#: Losses that chance would part so among people less often are said.
P = 0.05
#: Share of people who have as many nights in an arm as were meant, or more.
WHOLE = 0.25
#: Column that says that a night ended in sleep: whoever wakes later slept longer than was seen.
ENDS_ASLEEP = "truncated"


@dataclass(frozen=True, slots=True)
class Losses:
    """What two arms lost, unlike each other.

    Parameters
    ----------
    code : {"lost-by-arm", "cut-off-by-arm"}
        Whether nights have no value, or end in sleep.
    arms : (str, str)
    lost, given : (int, int)
        Nights of each arm: lost or cut off, and in all.
    p : float
        That chance parts people so (Fisher's exact test); of one person's study, its periods.
    shift : (float, float)
        What the effect of the second arm against the first, on the scale that is analysed, would move by, had the
        nights been as low or as high as the lowest or highest twentieth of the others.
    alone : bool
        Whether periods were compared, and not people.
    """

    code: str
    arms: tuple[str, str]
    lost: tuple[int, int]
    given: tuple[int, int]
    p: float
    shift: tuple[float, float]
    alone: bool = False

    def reason(self, sample: Sample, estimate: float) -> Reason:
        """Say it, with bounds of the estimate (of a difference or a ratio, as people read it); none where it is NaN."""
        bounds = [estimate * math.exp(by) if sample.scale == "ratio" else estimate + by for by in self.shift]
        facts = {"arms": self.arms, "lost": self.lost, "nights": self.given, "p": self.p, "low": bounds[0],
                 "high": bounds[1], "scale": sample.scale, "unit": sample.unit, "alone": self.alone}  # fmt: skip
        return Reason(self.code, facts)


def losses_between(
    nights: StudyNights, sample: Sample, metric: str, pairs: Sequence[tuple[str, str]], *, alone: bool, crossed: bool
) -> tuple[Losses, ...]:
    """Give the pairs of arms that lost nights unlike each other: more than chance would part people.

    Parameters
    ----------
    nights : StudyNights
    sample : Sample
        Values of the metric in all arms, those of people who lack one of them too.
    metric : str
    pairs : sequence of (str, str)
        Arms to compare; chance is held to P over all of them together.
    alone : bool
        Whether it is one person's study, whose periods stand for people.
    crossed : bool
        Whether everyone is meant to have every arm, so that one without any night of an arm has lost it.

    Returns
    -------
    tuple of Losses
        First those of nights that have no value.
    """
    arms = tuple(dict.fromkeys(arm for pair in pairs for arm in pair))
    if not arms or not set(arms) <= set(sample.arms) <= set(nights.conditions):
        return ()
    known = {arm: _Nights.of(nights, sample, metric, arm, alone=alone) for arm in sample.arms}
    if not alone:
        _add_absent(known, crossed=crossed)
    found: list[Losses] = []
    of_night = metric in METRICS and METRICS[metric].censoring is None and metric != ENDS_ASLEEP
    for code in ("lost-by-arm", "cut-off-by-arm") if of_night else ("lost-by-arm",):
        for pair in pairs:
            losses = _compared(code, pair, [known[arm] for arm in pair], sample, alone=alone)
            if losses is not None and losses.p * len(pairs) <= P:
                found.append(losses)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Nights:
    """The nights of one arm by unit, a person or a period: in all, with a value, and those that end in sleep."""

    given: Counter[str]
    used: Counter[str]
    asleep: Counter[str]

    @classmethod
    def of(cls, nights: StudyNights, sample: Sample, metric: str, arm: str, *, alone: bool) -> _Nights:
        inside = nights.condition == nights.conditions.index(arm)
        mine = sample.arm == sample.arms.index(arm)
        if not alone:
            of_row, of_value = _named(nights.subjects, nights.subject), _named(nights.subjects, sample.subject)
            gone = [night.subject for night in nights.lost if night.condition == arm]
        elif nights.periods:
            of_row, of_value = _named(nights.periods, nights.period), _named(nights.periods, sample.period)
            gone = [night.period for night in nights.lost if night.condition == arm]
        else:  # every night is a period of its own
            of_row, of_value = list(map(str, nights.row)), [f"value {i}" for i in range(len(sample))]
            gone = [f"lost {i}" for i, night in enumerate(nights.lost) if night.condition == arm]
        used: Counter[str] = Counter()
        for unit, n in zip(_where(of_value, mine), sample.n_nights[mine].tolist(), strict=True):
            used[unit] += n
        used.subtract(_where(of_row, inside & _cut_before_the_event(nights, metric)))
        asleep = Counter(_where(of_row, inside & nights.flags(ENDS_ASLEEP)))
        if alone and not nights.periods:
            given, value = int(inside.sum()) + len(gone), used.total()
            return cls(Counter(map(str, range(given))), Counter(map(str, range(value))), asleep)
        return cls(Counter([*_where(of_row, inside), *gone]), used, asleep)

    def lost(self, code: str) -> Counter[str]:
        """Nights lost, or cut off, by unit; only units that have any."""
        return self.given - self.used if code == "lost-by-arm" else +self.asleep


def _named(labels: Sequence[str], codes: npt.NDArray[np.intp]) -> list[str]:
    return [labels[code] for code in codes.tolist()]


def _where(units: Sequence[str], marked: npt.NDArray[np.bool_]) -> Iterable[str]:
    return (units[i] for i in np.flatnonzero(marked).tolist())


def _cut_before_the_event(nights: StudyNights, metric: str) -> npt.NDArray[np.bool_]:
    """Nights that ended for technical causes before the event of a latency: they have a value, but not of their own."""
    event = f"{metric}_event"
    if metric not in METRICS or METRICS[metric].censoring is None or event not in nights.columns:
        return np.zeros(len(nights), bool)
    cut: npt.NDArray[np.bool_] = nights.flags(CUT_SHORT) & (nights.numbers(event) == 0)
    return cut


def _add_absent(known: dict[str, _Nights], *, crossed: bool) -> None:
    """Count nights without a row: fewer than were meant in the arm, or none of it where all have all arms."""
    everybody = set().union(*(nights.given for nights in known.values()))
    most = max(sum(person in nights.given for nights in known.values()) for person in everybody)
    for nights in known.values():
        counts = sorted(nights.given.values())
        meant = counts[math.ceil((1 - WHOLE) * (len(counts) - 1))]
        for person in everybody if crossed and most == len(known) else list(nights.given):
            nights.given[person] = max(nights.given[person], meant)


def _compared(code: str, pair: tuple[str, str], of: Sequence[_Nights], sample: Sample, *, alone: bool) -> Losses | None:
    """Compare two arms; None where neither lost anything or one has nothing left."""
    lost = [nights.lost(code) for nights in of]
    given = [nights.given.total() for nights in of]
    units = [[len(one), len(nights.given) - len(one)] for one, nights in zip(lost, of, strict=True)]
    if not any(lost) or not all(given):
        return None
    low, high = np.quantile(sample.y, (0.05, 0.95))
    shifts = []
    for arm, one, n in zip(pair, lost, given, strict=True):
        mean = float(sample.y[sample.arm == sample.arms.index(arm)].mean())
        shifts.append((one.total() / n * (low - mean), one.total() / n * (high - mean)))
    (low0, high0), (low1, high1) = shifts
    return Losses(
        code, pair, (lost[0].total(), lost[1].total()), (given[0], given[1]),
        float(stats.fisher_exact(np.array(units)).pvalue), (float(low1 - high0), float(high1 - low0)), alone,
    )  # fmt: skip
