"""`Provenance`: who or what scored the nights of a study, and what recorded them, as its table and the study say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ...core.errors import ClaimError
from ...core.reason import Reason
from ...core.study import Device, Study
from .sample import NotTestableError
from .shares_of_arms import nights_under, share_by_person, shares_differ
from .study_nights import StudyNights, text_of

__all__ = ["AUTOMATIC", "HUMAN", "UNKNOWN", "Provenance", "device_called", "provenance_of", "require_alike_arms"]

HUMAN, AUTOMATIC, UNKNOWN = "human", "auto", "unknown"
KnownDevice = Literal["psg", "headband", "wearable", "unknown"]
#: Columns that say who scored a night.
SAY_STAGING = ("staging", "model", "scorer")
#: Columns that say what recorded a night; the scorer's name where it is that of a maker of wearables.
SAY_DEVICE = ("device", "model", "scorer")
#: What a cell that names a scorer says of whom it means, in lower case.
PEOPLE = ("human", "manual", "manually", "expert", "visual", "visually", "technician", "technologist", "rpsgt",
          "person", "people", "hand", "rater")  # fmt: skip
HOW = {HUMAN: "by people", AUTOMATIC: "automatically"}
PROGRAMS = (
    "auto", "yasa", "u-sleep", "usleep", "luna", "pops", "stages", "sleepnet", "sleeptransformer", "deepsleep",
    "algorithm", "classifier", "model", "somnolyzer", "michele", "aseega", "z3score", "sleepscore", "ensosleep",
    "wonderwave", "bitbrain", "dreem", "zmax", "muse", "oura", "fitbit", "whoop", "garmin", "apple", "withings",
    "actigraph", "headband", "software", "ai",
)  # fmt: skip
#: Words in which a table says of the device which it is; of several, the one that measures least counts.
DEVICES: Mapping[Device, tuple[str, ...]] = {
    "wearable": ("wearable", "wearables", "actigraphy", "actigraph", "actiwatch", "watch", "smartwatch", "ring",
                 "wrist", "wristband", "fitbit", "oura", "whoop", "garmin", "withings", "apple", "geneactiv", "axivity",
                 "phone", "smartphone", "tracker"),
    "headband": ("headband", "dreem", "muse", "zmax", "bitbrain", "hypnodyne", "earbuds"),
    "psg": ("psg", "polysomnography", "polysomnograph", "polysomnogram"),
}  # fmt: skip
#: Makers of wearables, whose own programs score what they record: a table that names one as scorer names the device.
MAKERS = frozenset({"fitbit", "oura", "whoop", "garmin", "withings", "apple", "actiwatch", "geneactiv", "axivity"})
#: Columns that say how nights were recorded and scored -> what may differ between arms.
ORIGINS: Mapping[str, str] = {
    "staging": "stager", "scorer": "stager", "model": "model", "device": "device", "family": "device",
    "derivations": "channels", "eeg": "channels", "eog": "channels", "emg": "channels",
    "rater": "stager", "scored_by": "stager", "scorer_id": "stager", "technician": "stager", "algorithm": "model",
    "software": "model", "recorder": "device", "amplifier": "device", "montage": "channels", "channels": "channels",
    "site": "place", "center": "place", "centre": "place",
}  # fmt: skip
#: Of these, columns that tables of others have, whose empty cells say nothing; in ours one says that there was none.
OF_OTHERS = frozenset({"rater", "scored_by", "scorer_id", "technician", "algorithm", "software", "recorder",
                       "amplifier", "montage", "channels", "site", "center", "centre"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who scored the nights of a study, and what recorded them.

    Parameters
    ----------
    staging : {"human", "auto", "unknown"}
        "unknown" where nobody says; it counts as automatic.
    device : {"psg", "headband", "wearable", "unknown"}
        "unknown" where nobody says; the limits of a headband apply to it.
    notes : tuple of Reason
        What was taken on declaration, and what is not known.
    """

    staging: str
    device: KnownDevice
    notes: tuple[Reason, ...] = ()

    @property
    def limits(self) -> Device:
        """The device whose validation counts."""
        return "headband" if self.device == "unknown" else self.device

    def by_program(self) -> Provenance:
        """The same of nights whose scorer is a program that is known otherwise, by its calibration."""
        notes = tuple(note for note in self.notes if note.code not in ("unknown-scorer", "unknown-staging"))
        return Provenance(AUTOMATIC, self.device, notes)


def provenance_of(nights: StudyNights, study: Study) -> Provenance:
    """Read from a table who scored the nights and what recorded them; where it is silent, from the study.

    Parameters
    ----------
    nights : StudyNights
    study : Study

    Raises
    ------
    ClaimError
        Where the study declares what the table contradicts.
    NotTestableError
        Where one subject has nights scored automatically and others by a human: their difference is the scorers'.
    """
    stagings, scorers = _stagings(nights.columns, nights.row)
    devices = _devices(nights.columns)
    notes: list[Reason] = []
    _require_no_contradiction("staging", study.staging, stagings, nights)
    _require_no_contradiction("device", study.device, devices, nights)
    _require_one_way_per_subject(nights, stagings)
    known = {tag for tag in stagings if tag}
    if known and all(stagings):
        staging = AUTOMATIC if AUTOMATIC in known else HUMAN
    elif study.staging is not None:
        staging = study.staging
        notes.append(Reason("declared-staging", {"staging": staging}))
    else:
        staging = AUTOMATIC if AUTOMATIC in known else UNKNOWN
        silent = {"n": stagings.count(""), "of": len(stagings)}
        notes.append(Reason("unknown-scorer", {"names": scorers}) if scorers else Reason("unknown-staging", silent))
    recorded = {device for device in devices if device}
    device: KnownDevice
    if recorded and all(devices):
        device = _least(recorded)
    elif study.device is not None:
        device = study.device
        notes.append(Reason("declared-device", {"device": device}))
    else:
        device = "unknown" if recorded <= {"psg"} else _least(recorded)
        if device == "unknown":
            notes.append(Reason("unknown-device"))
    if device == "wearable":
        staging = AUTOMATIC
    if staging == HUMAN:  # what recorded the nights is no matter to who scores them
        notes = [note for note in notes if note.code not in ("unknown-device", "declared-device")]
    return Provenance(staging, device, tuple(notes))


def device_called(name: str) -> Device | None:
    """Kind of device that a name stands for, such as that of a maker; None where it is not known.

    Examples
    --------
    >>> device_called("Muse S"), device_called("oura ring"), device_called("toaster")
    ('headband', 'wearable', None)
    """
    found = _device_of(name)
    return next((device for device in DEVICES if device == found), None)


def require_alike_arms(nights: StudyNights, arms: Sequence[str]) -> None:
    """Refuse arms that were scored by different stagers or models, or recorded by different channels or devices.

    Shares of nights are compared between every two arms: those of one arm all, and those of the other none, or shares
    that chance would hardly give people alike (Fisher's exact test). Names that differ in case alone are one.

    Raises
    ------
    NotTestableError
    """
    for column, what in ORIGINS.items():
        if column not in nights.columns:
            continue
        cells = np.array([text_of(cell) for cell in nights.columns[column]], object)
        inside = np.isin(nights.condition, [i for i, label in enumerate(nights.conditions) if label in arms])
        said = cells != "" if column in OF_OTHERS else np.ones(len(cells), bool)
        folded = np.array([cell.casefold() for cell in cells], object)
        values, n = np.unique(folded[inside & said].astype(str), return_counts=True)
        if values.size < 2:
            continue
        for value in values[np.argsort(-n, kind="stable")]:
            for a, b in combinations(arms, 2):
                shares = [share_by_person(nights, folded == value, arm, said) for arm in (a, b)]
                if all(share.size for share in shares) and shares_differ(*shares):
                    given = {arm: sorted(set(cells[nights_under(nights, arm)])) for arm in (a, b)}
                    raise NotTestableError("confounded-with-arm", what=what, column=column, values=given)


def _stagings(columns: Mapping[str, npt.NDArray[Any]], row: npt.NDArray[np.intp]) -> tuple[list[str], tuple[str, ...]]:
    """Give how each night was scored, "" where the table does not say; and names that are not known to be anybody's."""
    n = len(columns["subject"])
    tags, unknown, said_by = [""] * n, set(), [""] * n
    for name in SAY_STAGING:
        if name not in columns:
            continue
        for i, cell in enumerate(columns[name]):
            if not (text := text_of(cell)):
                continue
            tag = _scored_by(text)
            if tag and tags[i] and tag != tags[i]:
                raise ClaimError(
                    f"column {said_by[i]!r} says that the night was scored {HOW[tags[i]]}, and column {name!r} "
                    f"({text!r}) that it was scored {HOW[tag]}",
                    place=f"row {row[i]}",
                    remedy="keep the column that says who made the stages that the numbers are from",
                    key=name,
                )
            if tag and not tags[i]:
                tags[i], said_by[i] = tag, name
            elif not tag:
                unknown.add(text)
    return tags, tuple(sorted(unknown)) if not all(tags) else ()


@lru_cache(maxsize=4096)
def _scored_by(text: str) -> str:
    """Whether a scorer's name is that of a program or says that it is a person; "" where it tells neither.

    Examples
    --------
    >>> _scored_by("Human, AASM"), _scored_by("U-Sleep v2"), _scored_by("Doe"), _scored_by("humanoid")
    ('human', 'auto', '', '')
    """
    words = text.lower()
    if any(program in words.split() if len(program) < 3 else program in words for program in PROGRAMS):
        return AUTOMATIC
    first = re.split(r"[\W_]+", words.strip())[0]
    return HUMAN if first in PEOPLE or first.removesuffix("s") in PEOPLE else ""


def _devices(columns: Mapping[str, npt.NDArray[Any]]) -> list[str]:
    """Give the device of each night, "" where the table does not say, or says what is not known."""
    devices = [""] * len(columns["subject"])
    for name in SAY_DEVICE:
        if name in columns:
            tell = _device_of if name == "device" else _device_of_scorer
            devices = [known or tell(text_of(cell)) for known, cell in zip(devices, columns[name], strict=True)]
    return devices


@lru_cache(maxsize=4096)
def _device_of_scorer(text: str) -> str:
    """Which device a scorer's name tells: a wearable, of which nobody else scores what it recorded.

    Examples
    --------
    >>> _device_of_scorer("Oura"), _device_of_scorer("Apple Health"), _device_of_scorer("YASA")
    ('wearable', 'wearable', '')
    """
    return "wearable" if {*re.split(r"[\W_]+", text.lower())} & MAKERS else ""


@lru_cache(maxsize=4096)
def _device_of(text: str) -> str:
    """Which device a cell names; "" where it names none that is known.

    Examples
    --------
    >>> _device_of("PSG"), _device_of("Apple Watch 9"), _device_of("dreem-3"), _device_of("EMFIT")
    ('psg', 'wearable', 'headband', '')
    """
    words = set(re.split(r"[\W_]+", text.lower()))
    return next((device for device, known in DEVICES.items() if words & {*known}), "")


def _least(devices: set[str]) -> KnownDevice:
    """Give the device that measures least, of those that recorded nights."""
    return "wearable" if "wearable" in devices else "headband" if "headband" in devices else "psg"


def _require_no_contradiction(key: str, declared: str | None, in_table: Sequence[str], nights: StudyNights) -> None:
    others = sorted({value for value in in_table if value and value != declared})
    if declared is not None and others:
        at = in_table.index(others[0])
        row = nights.row[at]
        named, told = (SAY_STAGING, _scored_by) if key == "staging" else (SAY_DEVICE, _device_of)
        there = (name for name in named if name in nights.columns)
        column = next(name for name in there if told(text_of(nights.columns[name][at])))
        raise ClaimError(
            f"the study declares {key} = {declared!r}, and the table of nights says {others[0]!r} in "
            f"{in_table.count(others[0])} of {len(in_table)} nights, first in row {row}",
            place="study",
            remedy=f"take the line out, since the table counts, or mend the column {column!r}",
            key=f"study.{key}",
        )


def _require_one_way_per_subject(nights: StudyNights, stagings: Sequence[str]) -> None:
    if not {AUTOMATIC, HUMAN} <= {*stagings}:
        return
    automatic = np.array([tag == AUTOMATIC for tag in stagings], bool)
    human = np.array([tag == HUMAN for tag in stagings], bool)
    both = np.intersect1d(nights.subject[automatic], nights.subject[human])
    if both.size:
        raise NotTestableError("mixed-staging", subject=nights.subjects[int(both[0])])
