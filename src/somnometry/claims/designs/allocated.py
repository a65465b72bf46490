"""Who got what in a trial, beside what its seed draws: a declaration of a lot that anybody can check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...core.allocation import Allocated, Allocation
from ...core.reason import Reason
from ..data.study_nights import StudyNights

__all__ = ["allocation_warnings", "is_as_allocated"]

#: What shows that chance did not decide all of who got what.
CONTRADICTING = frozenset({"not-as-allocated", "not-allocated"})


def allocation_warnings(nights: StudyNights, allocation: Allocation | None) -> Iterator[Reason]:
    """Say where people of a trial did not get what was drawn for them, are on no list, or were passed over.

    Parameters
    ----------
    nights : StudyNights
        Subjects are called as the places of the list; nights that left before any claim was looked at count too.
        Conditions that are not drawn, such as a baseline, are none of the allocation's.
    allocation : Allocation, optional
        As declared; without one nothing is said.

    Yields
    ------
    Reason
        ``not-as-allocated``, ``not-allocated`` or ``places-passed-over``, each with who; else ``as-allocated``.
    """
    if allocation is None:
        return
    drawn = {one.subject: one for one in allocation.drawn()}
    given = {
        _place(who, drawn): got
        for who, got in _given(nights, {condition for one in drawn.values() for condition in one.sequence}).items()
    }
    otherwise = [who for who, got in given.items() if who in drawn and _is_other(drawn[who], got)]
    unknown = [who for who in given if who not in drawn]
    seen = {*nights.subjects, *(night.subject for night in nights.lost)}
    passed = [*_passed_over(drawn, {_place(who, drawn) for who in seen})]
    if otherwise:
        yield Reason("not-as-allocated", {"which": tuple(sorted(otherwise)), "n": len(given)})
    if unknown:
        yield Reason("not-allocated", {"which": tuple(sorted(unknown)), "n": len(given)})
    if passed:
        yield Reason("places-passed-over", {"which": tuple(passed)})
    if given and not (otherwise or unknown or passed):
        yield Reason("as-allocated", {"n": len(given), "seed": allocation.seed})


def is_as_allocated(nights: StudyNights, allocation: Allocation | None) -> bool:
    """Whether nobody's nights contradict the draw, so that chance decided who got what; true where none is declared.

    Who is on the list under another condition than was drawn, or is not on it, was put where they are by somebody. What
    a person took does not count: the table holds what was drawn for them (intention to treat), or proves nothing.
    """
    return not CONTRADICTING & {reason.code for reason in allocation_warnings(nights, allocation)}


def _place(who: str, drawn: Mapping[str, Allocated]) -> str:
    """Give the place that a subject is called by, also where a table made a number of "03"."""
    width = len(next(iter(drawn)))
    return who.zfill(width) if who.isdecimal() and who.zfill(width) in drawn else who


def _given(nights: StudyNights, conditions: set[str]) -> dict[str, set[tuple[str, str]]]:
    """Give each person's periods and what was given in them, of the conditions that are drawn."""
    given: dict[str, set[tuple[str, str]]] = {}
    for s, c, p in zip(nights.subject.tolist(), nights.condition.tolist(), nights.period.tolist(), strict=True):
        if nights.conditions[c] in conditions:
            label = nights.periods[p] if nights.periods and p >= 0 else ""
            given.setdefault(nights.subjects[s], set()).add((label, nights.conditions[c]))
    for night in nights.lost:
        if night.condition in conditions:
            given.setdefault(night.subject, set()).add((night.period, night.condition))
    return given


def _is_other(drawn: Allocated, got: set[tuple[str, str]]) -> bool:
    """Whether somebody got something else than was drawn: in a period of a crossover, or at all."""
    if len(drawn.sequence) == 1:
        return {condition for _, condition in got} != {*drawn.sequence}
    expected = {str(i): condition for i, condition in enumerate(drawn.sequence, 1)}
    return any(expected.get(period) != condition for period, condition in got)


def _passed_over(drawn: dict[str, Allocated], seen: set[str]) -> Iterator[str]:
    """Give the places of which the table says nothing, though somebody entered later in the same stratum."""
    waiting: dict[str, list[str]] = {}
    for name, one in drawn.items():
        if name in seen:
            yield from waiting.pop(one.stratum, [])
        else:
            waiting.setdefault(one.stratum, []).append(name)
