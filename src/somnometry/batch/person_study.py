"""A study of one person, as files: what is claimed, the schedule, and the table of recordings to fill in."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..claims.claims_file import Declaration, claims_in
from ..core.claim import Claim
from ..core.errors import ClaimError
from ..core.evenings import PersonSchedule
from ..core.study import Covariate, Device
from ..io.csv_tables import write_csv
from ..io.files import together, write_whole
from ..io.nights.recordings_csv import COLUMNS, TABLE
from ..io.toml_files import toml_value
from .own_columns import require_own
from .schedule_files import CAPSULES, KEY, PERSON_FILES, require_new, schedule_lines, write_person_schedule

__all__ = [
    "CLAIMS",
    "PersonStudy",
    "claim_lines",
    "column_of",
    "require_columns",
    "table_lines",
    "write_person_study",
]

#: The claims file of the folder.
CLAIMS = "claims.toml"


@dataclass(frozen=True, slots=True)
class PersonStudy:
    """What one person declares before the first night.

    Parameters
    ----------
    claims : tuple of Claim
    plan : PersonSchedule
    device : {"psg", "headband", "wearable"}
    confounders : tuple of str
        What else may change a night, and is noted: columns of the table.
    name : str
    psychoactive : bool
        Whether what is tried may change the EEG itself.
    covariates : tuple of {"trend", "weekday"}
    capsules : mapping of str to str, optional
        Of a blinded study: condition -> what is in the capsule; the claims file then lies with the key.

    Raises
    ------
    RecordingError
        Where what is noted is called as something that is measured.
    ClaimError
        Where two things that are noted have one name.
    """

    claims: tuple[Claim, ...]
    plan: PersonSchedule
    device: Device
    confounders: tuple[str, ...] = ()
    name: str = "One person's study"
    psychoactive: bool = False
    covariates: tuple[Covariate, ...] = ()
    capsules: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        require_columns(self.confounders)


def require_columns(confounders: Sequence[str]) -> None:
    """Refuse what is noted under a name that is taken, nearly taken, or given twice.

    Raises
    ------
    RecordingError
        Where it is called as something that is measured.
    ClaimError
        Where two things have one name, or one that is nearly a column of the table.
    """
    columns = [column_of(one) for one in confounders]
    require_own(columns, "--confounder")
    known = (*COLUMNS, "lost")
    for column in columns:
        near = difflib.get_close_matches(column, known, 1, 0.8)
        if near or not column or columns.count(column) > 1:
            what = f"a column {column!r} would be taken for {near[0]!r}" if near else "a name is empty or given twice"
            raise ClaimError(what, place="--confounder", remedy="call it otherwise", key="confounder")


def column_of(name: str) -> str:
    """Name of the column in which something is noted.

    Examples
    --------
    >>> column_of("Late shift")
    'late_shift'
    """
    return "_".join(name.lower().split())


def write_person_study(study: PersonStudy, folder: Path) -> Declaration:
    """Write ``claims.toml``, ``recordings.csv`` and the files of the schedule, none of which may be there.

    Parameters
    ----------
    study : PersonStudy
    folder : Path
        Made if it is not there.

    Returns
    -------
    Declaration
        What the claims file declares, as `read_claims` reads it.

    Raises
    ------
    ClaimError
        Where one of the files is there already, or the claims contradict themselves.
    """
    require_new(folder, (CLAIMS, TABLE, *PERSON_FILES))
    keeper = folder if study.capsules is None else folder / KEY
    require_new(folder / KEY, (CLAIMS,))
    require_new(keeper, (CLAIMS, PERSON_FILES[0], CAPSULES))
    text = "\n".join(_lines(study)) + "\n"
    declared = claims_in(text, CLAIMS)
    with together():
        write_person_schedule(study.plan, folder, study.confounders, capsules=study.capsules)
        write_csv(folder / TABLE, list(_rows(study)))
        write_whole(keeper / CLAIMS, text)
    return declared


def _rows(study: PersonStudy) -> Iterator[dict[str, object]]:
    """Give a row for each night that counts; of a run-in or a washout nothing is measured."""
    empty = dict.fromkeys(("lost", *map(column_of, study.confounders)), "")
    for one in study.plan.evenings:
        if one.is_drawn:
            yield {"evening": one.day.isoformat(), "path": "", "subject": study.plan.subject,
                   "condition": one.condition, "period": one.period, "night": one.night, **empty}  # fmt: skip


def _lines(study: PersonStudy) -> Iterator[str]:
    """Give the lines of the claims file."""
    plan = study.plan
    facts: dict[str, object] = {
        "name": study.name, "design": "n-of-1", "treatment": plan.treatment, "control": plan.control,
        "randomised": True, "population": "one person, of whom alone it speaks", "device": study.device,
    }  # fmt: skip
    if plan.washout:
        facts["washout_nights"] = plan.washout
    if study.capsules is not None:
        facts |= {"blinded": True, "blinding": "capsules that look alike, filled by somebody else and named by letters"}
    if study.psychoactive:
        facts["psychoactive"] = True
    if study.covariates:
        facts["covariates"] = list(study.covariates)
    facts["registered"] = "not registered"
    yield "# What is claimed, declared before the first night. `somnometry claims check` reads it back in plain words;"
    yield "# a line that is changed after a night was looked at changes the digest that verdicts carry."
    yield from table_lines("[study]", facts)
    yield ""
    yield "# How the order was drawn: by the seed `judge` draws it again, and takes no other."
    yield from schedule_lines(plan.schedule)
    for claim in study.claims:
        yield from claim_lines(claim)


def claim_lines(claim: Claim) -> Iterator[str]:
    """Give the lines of one claim of superiority in a claims file."""
    told = {"id": claim.id, "words": claim.words, "metric": claim.metric, "treatment": claim.treatment,
            "direction": claim.direction, "smallest_effect": claim.smallest_effect, "source": claim.source}  # fmt: skip
    yield from table_lines("[[claim]]", {name: value for name, value in told.items() if value not in ("", None)})


def table_lines(heading: str, facts: dict[str, object]) -> Sequence[str]:
    """Give a table of a claims file."""
    return ["", heading, *(f"{name} = {toml_value(value)}" for name, value in facts.items())]
