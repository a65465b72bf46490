"""The hypnograms of a batch as a BIDS derivative of its own: `sub-*/` folders that the validator of BIDS takes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from ..core.errors import RecordingError
from ..core.shown_text import json_text
from ..io.files import sweep, write_whole
from ..io.hypnograms import read_hypnogram
from .outputs import write_dataset_description, write_events

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["write_bids"]

FOLDER = "bids"
README = """Hypnograms of nights, one row per epoch, as a derivative of recordings that are not here.

Each sub-*/[ses-*/]eeg/*_events.tsv has the columns onset and duration (seconds from the first sample) and stage
(W, N1, N2, N3, R; n/a where an epoch is unscored). Under "Hypnogram" its sidecar says who or what scored the night, and
by "Night" what nights.csv calls it, where every metric of it stands.
"""
#: Columns of nights.csv that are taken over.
KEPT = ("recording", "subject", "session", "age", "sex")
#: Columns of participants.tsv beside the identifier, and what each is.
PARTICIPANTS = {
    "age": {"Description": "age in years, as recordings.csv says", "Units": "year"},
    "sex": {"Description": "sex, as recordings.csv says"},
}


def write_bids(folder: Path, nights: pd.DataFrame) -> None:
    """Write the hypnograms of a folder of derivatives as a BIDS data set below it, ``bids/``.

    Parameters
    ----------
    folder : Path
        With ``hypnograms/``.
    nights : pandas.DataFrame
        The rows of ``nights.csv``; those with ``status`` "ok" are written. A person is the subject of the row, or else
        the night is one person's. Several nights of one person and session are runs, in the order of the table.

    Raises
    ------
    RecordingError
        Where two subjects or two sessions differ only in signs that a BIDS label cannot have.
    """
    root = folder / FOLDER
    sweep(root, depth=3)
    sound = nights[nights["status"] == "ok"]
    columns = sound.reindex(columns=list(KEPT)).astype(object)
    rows = [dict(zip(KEPT, cells, strict=True)) for cells in columns.where(columns.notna(), None).to_numpy().tolist()]
    people = _labels([str(row["subject"] or row["recording"]) for row in rows], "subject")
    sessions = _labels([str(row["session"]) for row in rows if row["session"]], "session")
    placed: dict[PurePath, list[str]] = {}
    for row in rows:
        entities = [f"sub-{people[str(row['subject'] or row['recording'])]}"]
        entities += [f"ses-{sessions[str(row['session'])]}"] if row["session"] else []
        placed.setdefault(PurePath(*entities), []).append(str(row["recording"]))
    written = set()
    for place, names in placed.items():
        for number, name in enumerate(names, 1):
            run = f"_run-{number}" if len(names) > 1 else ""
            stem = f"{'_'.join(place.parts)}_task-sleep{run}_desc-somnometry_events"
            written |= _write_night(folder / "hypnograms", name, root / place / "eeg", stem)
    for path in root.glob("sub-*/**/*_events.*"):
        if path not in written:  # of a night that is no longer in the table, or is called otherwise
            path.unlink()
    _write_participants(root, {people[str(row["subject"] or row["recording"])]: row for row in rows})
    write_dataset_description(root)
    write_whole(root / "README", README)


def _labels(names: list[str], what: str) -> Mapping[str, str]:
    """Give each name the label that BIDS allows: its letters and digits."""
    labels: dict[str, str] = {}
    taken: dict[str, str] = {}
    for name in dict.fromkeys(names):
        label = re.sub(r"[^A-Za-z0-9]", "", name.removeprefix("sub-").removeprefix("ses-"))
        if not label or taken.setdefault(label.casefold(), name) != name:
            other = taken.get(label.casefold())
            problem = f"is the same as {other!r}" if label else "has none"
            raise RecordingError(
                f"BIDS calls people and sessions by letters and digits alone, of which {what} {name!r} {problem}",
                key=what, remedy=f"call it otherwise in recordings.csv, in the column {what!r}",
            )  # fmt: skip
        labels[name] = label
    return labels


def _write_night(hypnograms: Path, name: str, folder: Path, stem: str) -> set[Path]:
    """Write the events of a night and their sidecar, which names the night.

    From its hypnogram, which folders of every version have; those of 0.1.0 have no events.
    """
    folder.mkdir(parents=True, exist_ok=True)
    table, sidecar = folder / f"{stem}.tsv", folder / f"{stem}.json"
    write_events(read_hypnogram(hypnograms / f"{name}.csv"), table)
    content = json.loads(sidecar.read_text(encoding="utf-8"))
    content["Hypnogram"]["Night"] = name
    write_whole(sidecar, json_text(content, indent=2) + "\n")
    return {table, sidecar}


def _write_participants(root: Path, people: Mapping[str, Mapping[str, object]]) -> None:
    """Write who took part: age and sex where they are known."""
    lines = ["\t".join(("participant_id", *PARTICIPANTS))]
    for label, row in sorted(people.items()):
        cells = ["n/a" if row[key] is None else re.sub(r"\s+", " ", f"{row[key]}") for key in PARTICIPANTS]
        lines.append("\t".join((f"sub-{label}", *cells)))
    write_whole(root / "participants.tsv", "\n".join(lines) + "\n")
    write_whole(root / "participants.json", json.dumps(PARTICIPANTS, indent=2) + "\n")
