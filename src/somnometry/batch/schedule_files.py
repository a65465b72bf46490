"""The files of a schedule: the rule and its seed, a table, a calendar and a page of evenings; of a trial its list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..core.allocation import Allocation
from ..core.errors import ClaimError
from ..core.evenings import PersonSchedule
from ..core.schedule import Schedule
from ..io.calendar_file import write_calendar
from ..io.csv_tables import write_csv
from ..io.files import together, write_whole
from ..io.toml_files import toml_of, toml_value
from ..report.pages.schedule_page import schedule_page
from ..report.words.schedule import evening_words

__all__ = [
    "CAPSULES",
    "KEY",
    "PERSON_FILES",
    "TRIAL_FILES",
    "allocation_lines",
    "nights_of_period",
    "require_new",
    "schedule_lines",
    "write_allocation",
    "write_person_schedule",
]

#: What is written for one person, and for a trial.
PERSON_FILES = ("schedule.toml", "schedule.csv", "schedule.ics", "schedule.html")
TRIAL_FILES = ("schedule.toml", "allocation.csv")
#: Folder of a blinded study that the person who fills the capsules keeps, and the table in it of what they hold.
KEY, CAPSULES = "key", "capsules.csv"


def require_new(folder: Path, names: Iterable[str]) -> None:
    """Refuse a folder that holds one of the files already: a study that runs is not drawn again.

    Raises
    ------
    ClaimError
    """
    for name in names:
        if (folder / name).exists():
            raise ClaimError("there is such a file already", place=str(folder / name), remedy="name another folder")


def nights_of_period(folder: Path) -> int:
    """How many nights a period has, by the ``schedule.toml`` of a folder; 1 where there is no such file.

    Raises
    ------
    ClaimError
        Where the file holds no number of nights.
    """
    file = folder / "schedule.toml"
    if not file.is_file():
        return 1
    _, tables = toml_of(file, ClaimError, "a schedule", "`somnometry study schedule` writes one")
    facts = tables.get("evenings", {})
    nights = facts.get("nights_per_period") if isinstance(facts, dict) else None
    if nights is None:
        what, remedy = "says nothing of nights_per_period in [evenings]", "add it: the nights of a period"
        raise ClaimError(what, place=file.name, remedy=remedy, key="evenings.nights_per_period")
    if not isinstance(nights, int) or isinstance(nights, bool) or not 1 <= nights <= 366:
        raise ClaimError(f"nights_per_period is {nights!r}", place=file.name, remedy="give a whole number from 1")
    return nights


def schedule_lines(schedule: Schedule) -> Iterator[str]:
    """Give the table ``[study.schedule]`` of a claims file, which draws the order again."""
    yield "[study.schedule]"
    own = {"blocks": ("block",), "phases": ("pattern", "min_phase"), "listed": ("orders",), "complete": ()}
    for name in ("scheme", *own[schedule.scheme], "periods", "seed"):
        yield f"{name} = {toml_value(getattr(schedule, name))}"
    if schedule.looks:
        yield f"looks = {toml_value(schedule.looks)}"


def allocation_lines(allocation: Allocation) -> Iterator[str]:
    """Give the table ``[study.allocation]`` of a claims file, which draws again who gets what."""
    yield "[study.allocation]"
    for name in ("sequences", "subjects", "seed", "blocks", "strata"):
        yield f"{name} = {toml_value(getattr(allocation, name))}"


def write_person_schedule(
    plan: PersonSchedule, folder: Path, notes: Sequence[str] = (), *, capsules: Mapping[str, str] | None = None
) -> Path:
    """Write ``schedule.toml``, ``.csv``, ``.ics`` and ``.html``, none of which may be there.

    Parameters
    ----------
    plan : PersonSchedule
    folder : Path
        Made if it is not there.
    notes : sequence of str
        What the person is asked to note; a column each of the page.
    capsules : mapping of str to str, optional
        Of a blinded study: condition, such as "capsule K" -> what is in it. What tells the order or the capsules then
        lies in a folder of its own, `KEY`, for the person who fills them.

    Returns
    -------
    Path
        The folder of ``schedule.toml``.

    Raises
    ------
    ClaimError
        Where one of the files is there already.
    """
    keeper = folder if capsules is None else folder / KEY
    require_new(folder, PERSON_FILES)
    require_new(keeper, (PERSON_FILES[0], CAPSULES))
    keeper.mkdir(parents=True, exist_ok=True)
    with together():
        _write_person_schedule(plan, folder, keeper, notes, capsules)
    return keeper


def _write_person_schedule(
    plan: PersonSchedule, folder: Path, keeper: Path, notes: Sequence[str], capsules: Mapping[str, str] | None
) -> None:
    facts = {"treatment": plan.treatment, "control": plan.control, "start": plan.start.isoformat(),
             "nights_per_period": plan.nights, "run_in": plan.run_in, "washout": plan.washout}  # fmt: skip
    head = ["# The order that was drawn, by rule and seed: whoever draws again by them gets the same.", ""]
    _write_toml(keeper / "schedule.toml", [*head, *schedule_lines(plan.schedule)], "evenings", facts)
    if capsules is not None:
        write_csv(keeper / CAPSULES, [{"capsule": name, "holds": what} for name, what in sorted(capsules.items())])
    rows = [
        {"date": one.day.isoformat(), "weekday": f"{one.day:%A}", "period": one.period, "night": one.night,
         "condition": one.condition}
        for one in plan.evenings
    ]  # fmt: skip
    write_csv(folder / "schedule.csv", rows)
    total = sum(one.is_drawn for one in plan.evenings)
    entries, number = [], 0
    for one in plan.evenings:
        number += one.is_drawn
        what = evening_words(one)
        title = f"Night {number} of {total}: {what}" if one.is_drawn else f"Sleep study: {what}"
        entries.append((one.day, title, "The order was drawn by lot; if you cannot keep to it, write down why."))
    write_calendar(entries, folder / "schedule.ics", at=plan.at, name="Sleep study")
    write_whole(folder / "schedule.html", schedule_page(plan, notes, is_blinded=capsules is not None))


def write_allocation(allocation: Allocation, folder: Path, design: str) -> None:
    """Write ``schedule.toml`` and ``allocation.csv``, the list of who gets what, neither of which may be there.

    Raises
    ------
    ClaimError
        Where one of the files is there already.
    """
    require_new(folder, TRIAL_FILES)
    folder.mkdir(parents=True, exist_ok=True)
    head = f"# Who gets what in a {design} trial, by rule and seed: whoever draws again by them gets the same."
    rows = []
    for one in allocation.drawn():
        what: dict[str, Any] = {"subject": one.subject, "stratum": one.stratum, "block": one.block}
        if len(one.sequence) == 1:
            rows.append(what | {"condition": one.sequence[0]})
        else:
            rows.append(
                what
                | {"sequence": "-".join(one.sequence)}
                | {f"period_{i}": condition for i, condition in enumerate(one.sequence, 1)}
            )
    with together():
        write_whole(folder / "schedule.toml", "\n".join([head, "", *allocation_lines(allocation)]) + "\n")
        write_csv(folder / "allocation.csv", rows)


def _write_toml(path: Path, head: Sequence[str], table: str, facts: Mapping[str, Any]) -> None:
    lines = [*head, "", f"[{table}]", *(f"{name} = {toml_value(value)}" for name, value in facts.items())]
    write_whole(path, "\n".join(lines) + "\n")
