"""A trial, as files: what is claimed, who gets what by lot, and the table of recordings to fill in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..claims.claims_file import Declaration, claims_in
from ..core.allocation import Allocation
from ..core.claim import Claim
from ..core.errors import ClaimError
from ..core.study import Device
from ..io.csv_tables import write_csv
from ..io.files import together, write_whole
from ..io.nights.recordings_csv import TABLE
from .person_study import CLAIMS, claim_lines, column_of, require_columns, table_lines
from .schedule_files import TRIAL_FILES, allocation_lines, require_new, write_allocation

__all__ = ["TrialStudy", "write_trial_study"]


@dataclass(frozen=True, slots=True)
class TrialStudy:
    """What those who run a trial declare before the first night.

    Parameters
    ----------
    claims : tuple of Claim
        Each is made of every treatment against the control.
    allocation : Allocation
    arms : tuple of str
        The control first.
    design : {"parallel", "crossover"}
    device : {"psg", "headband", "wearable"}
    nights : int
        Of each person in each period.
    washout : int, optional
        Nights between two periods, of a crossover.
    confounders : tuple of str
        What else may change a night, and is noted: columns of the table.
    name : str
    psychoactive : bool
        Whether what is tried may change the EEG itself.

    Raises
    ------
    RecordingError
        Where what is noted is called as something that is measured.
    ClaimError
        Where two things that are noted have one name, or arms and allocation are not of one trial.
    """

    claims: tuple[Claim, ...]
    allocation: Allocation
    arms: tuple[str, ...]
    design: Literal["parallel", "crossover"]
    device: Device
    nights: int = 1
    washout: int | None = None
    confounders: tuple[str, ...] = ()
    name: str = "A trial"
    psychoactive: bool = False

    def __post_init__(self) -> None:
        require_columns(self.confounders)
        given = {condition for sequence in self.allocation.sequences for condition in sequence}
        if given != {*self.arms} or len(given) < len(self.arms) or len(self.arms) < 2:
            what = f"the allocation gives {', '.join(sorted(given))}, and the arms are {', '.join(self.arms)}"
            raise ClaimError(what, place="--arms", key="arms")
        if self.nights < 1:
            raise ClaimError(f"nights is a whole number from 1, not {self.nights}", place="trial", key="nights")


def write_trial_study(study: TrialStudy, folder: Path) -> Declaration:
    """Write ``claims.toml``, ``allocation.csv``, ``schedule.toml`` and ``recordings.csv``, none of which may be there.

    Parameters
    ----------
    study : TrialStudy
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
    require_new(folder, (CLAIMS, TABLE, *TRIAL_FILES))
    text = "\n".join(_lines(study)) + "\n"
    declared = claims_in(text, CLAIMS)
    with together():
        write_allocation(study.allocation, folder, study.design)
        write_csv(folder / TABLE, list(_rows(study)))
        write_whole(folder / CLAIMS, text)
    return declared


def _rows(study: TrialStudy) -> Iterator[dict[str, object]]:
    """Give a row for each night that is planned."""
    empty = dict.fromkeys(("lost", *map(column_of, study.confounders)), "")
    for one in study.allocation.drawn():
        for period, condition in enumerate(one.sequence, 1):
            for night in range(1, study.nights + 1):
                yield {"path": "", "evening": "", "subject": one.subject, "condition": condition, "period": period,
                       "night": night, **empty}  # fmt: skip


def _lines(study: TrialStudy) -> Iterator[str]:
    """Give the lines of the claims file."""
    control, *treatments = study.arms
    facts: dict[str, object] = {"name": study.name, "design": study.design, "control": control}
    if len(treatments) == 1:
        facts["treatment"] = treatments[0]
    else:
        facts["arms"] = list(study.arms)
    facts |= {"randomised": True, "device": study.device}
    if study.washout is not None:
        facts["washout_nights"] = study.washout
    if study.psychoactive:
        facts["psychoactive"] = True
    facts["registered"] = "not registered"
    yield "# What is claimed, declared before the first night. `somnometry claims check` reads it back in plain words;"
    yield "# a line that is changed after a night was looked at changes the digest that verdicts carry."
    yield '# Say whom it speaks of (population = "...") and who knew what was given (blinded = true or false).'
    yield from table_lines("[study]", facts)
    yield ""
    yield "# Who gets what, by lot: by the seed `judge` draws it again. Keep it from those who let people in."
    yield from allocation_lines(study.allocation)
    for claim in study.claims:
        for treatment in treatments:
            one = claim if len(treatments) == 1 else dataclasses.replace(
                claim, id=f"{claim.id}-{treatment}", treatment=treatment
            )  # fmt: skip
            yield from claim_lines(one)
