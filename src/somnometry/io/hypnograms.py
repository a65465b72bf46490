"""Hypnograms out of files: our own CSV, the annotations of EDF+ and BDF+, and files of other programs."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from ..core.errors import HypnogramError, RecordingError
from ..core.events import Scoring
from ..core.hypnogram import Hypnogram
from ..core.stage import Stage
from .annotations import scoring_from_annotations, stage_of_text
from .edf.header import read_edf_header
from .edf.records import MOST_ANNOTATIONS, read_times
from .files import open_file
from .hypnogram_csv import MAGIC, read_csv
from .hypnogram_parquet import PARQUET, read_parquet
from .own_mark import OwnMark
from .scorings.read import names_of, read_scored
from .scorings.scored import Ask, Scored, epoch_of_bouts
from .scorings.stage_signal import is_stage_signal, read_stage_signal
from .write_hypnograms import write_hypnogram

#: Formats of programs that write EDF and BDF too; None where none was named.
EDF_TOO = (None, "polyman", "hmc", "usleep", "dreem", "luna", "domino", "noxturnal", "profusion", "remlogic", "alice")

__all__ = [
    "is_edf_head", "read_hypnogram", "read_hypnograms", "read_scoring", "read_stages", "says_itself", "write_hypnogram",
]  # fmt: skip


def read_hypnogram(
    path: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002
    coding: str | Mapping[int | str, Stage] | None = None,
    epoch: float | None = None,
    scorer: str | None = None,
) -> Hypnogram:
    r"""Stages of every epoch out of a scoring file, with the lights in seconds where the file marks them.

    Parameters
    ----------
    path : path-like
        A CSV of `write_hypnogram`, an EDF+ or BDF+ file with annotated stages, whether it also holds signals or not,
        or a file of another program. What a file is, its content tells, not its name.
    format : str, optional
        Short name of the program that wrote it, which fixes what its integers mean and how long its epochs are;
        needed for bare lists of integers, which no content tells apart.
    coding : str or mapping of int or str to Stage, optional
        What the integers or words of its stages mean: a name such as ``"yasa"``, or each in turn.
    epoch : float, optional
        Length of an epoch in seconds where the file does not say it; by default that of the format, that of nearly
        all its stages where they are alike, or 30.
    scorer : str, optional
        Which column, where several hold stages; or which night of a file of several.

    Returns
    -------
    Hypnogram
        Out of EDF+, epochs run from the start of the file to the end of the last stage annotation, unscored where no
        stage was annotated. Lights are NaN (unknown) where they are not marked; see `Hypnogram.whole`.

    Raises
    ------
    HypnogramError
        Where the file is of another kind, damaged, holds no stages, or the epoch length does not fit it; where its
        stages are integers and nobody said what they mean; where it holds several scorings and none was named.

    See Also
    --------
    read_scoring : the other annotations, too.
    read_hypnograms : every night of a file.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> write_hypnogram(Hypnogram([0, 2, 4]), folder / "night.csv")
    >>> read_hypnogram(folder / "night.csv")
    Hypnogram(3 epochs of 30 s, W 1, N1 0, N2 1, N3 0, R 1)
    >>> _ = (folder / "night.txt").write_text("0\n1\n5\n")
    >>> read_hypnogram(folder / "night.txt", format="isruc")
    Hypnogram(3 epochs of 30 s, W 1, N1 1, N2 0, N3 0, R 1)
    """
    return read_scoring(path, format=format, coding=coding, epoch=epoch, scorer=scorer).hypnogram


def read_stages(path: str | os.PathLike[str]) -> Hypnogram:
    """Stages of every epoch, as `read_hypnogram` gives them, but never probabilities, which take most of its time.

    Raises
    ------
    HypnogramError
        As `read_hypnogram` does, but for the cells of probabilities, which are not looked at.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> write_hypnogram(Hypnogram([0, 4], probabilities=[[1, 0, 0, 0, 0], [0, 0, 0, 0, 1]]), folder / "night.csv")
    >>> read_stages(folder / "night.csv").probabilities is None
    True
    """
    ours = _read_own(Path(path), None, Ask(), probabilities=False)
    return (read_hypnogram(path) if ours is None else ours.hypnogram).replace(probabilities=None)


def read_scoring(
    path: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002
    coding: str | Mapping[int | str, Stage] | None = None,
    epoch: float | None = None,
    scorer: str | None = None,
) -> Scoring:
    """Stages of every epoch, and every other annotation (seconds from the start), out of a scoring file.

    Parameters
    ----------
    path, format, coding, epoch, scorer
        As for `read_hypnogram`.

    Returns
    -------
    Scoring
        Events keep the scorer's words; markers of lights are among them.

    Raises
    ------
    HypnogramError
        As `read_hypnogram` does.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> write_hypnogram(Hypnogram([0, 2, 4]), folder / "night.csv")
    >>> read_scoring(folder / "night.csv").events
    Events(0)
    """
    path = Path(path)
    ask = Ask(coding, epoch, scorer)
    ours = _read_own(path, format, ask)
    if ours is not None:
        return ours
    found = read_scored(path, ask, format=format)
    names = names_of(found)
    if len(found) > 1 and scorer in names:
        found = [found[names.index(str(scorer))]]
    if len(found) != 1:
        raise HypnogramError(
            f"it holds {len(found)} nights: {', '.join(names)}" if found else "it holds no night",
            place=path.name,
            key="scorer",
            remedy="read them all with read_hypnograms, or name one as the scorer" if found else "",
        )
    return _on_the_grid(found[0], path.name, epoch)


def read_hypnograms(
    path: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002
    coding: str | Mapping[int | str, Stage] | None = None,
    epoch: float | None = None,
    scorer: str | None = None,
) -> dict[str, Hypnogram]:
    """Hypnogram of every night in a file, by the name that the file gives it, else by its place ("1", "2", ...).

    Parameters
    ----------
    path, format, coding, epoch, scorer
        As for `read_hypnogram`.

    Returns
    -------
    dict of str to Hypnogram

    Raises
    ------
    HypnogramError
        As `read_hypnogram` does.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> write_hypnogram(Hypnogram([0, 2, 4]), folder / "night.csv")
    >>> list(read_hypnograms(folder / "night.csv"))
    ['1']
    """
    path = Path(path)
    ask = Ask(coding, epoch, scorer)
    ours = _read_own(path, format, ask)
    if ours is not None:
        return {"1": ours.hypnogram}
    found = read_scored(path, ask, format=format)
    nights = [_on_the_grid(one, path.name, epoch).hypnogram for one in found]
    return dict(zip(names_of(found), nights, strict=True))


def _on_the_grid(scored: Scored, name: str, epoch: float | None) -> Scoring:
    """Put what was scored on the grid of epochs; who contradicts himself there does so in the file of that name."""
    try:
        return _by_mark(scored.scoring(name, epoch), scored.mark)
    except HypnogramError as error:
        raise error.at(name) from None


def _read_own(
    path: Path,
    format: str | None,  # noqa: A002
    ask: Ask,
    *,
    probabilities: bool = True,
) -> Scoring | None:
    """Read our own CSV, or EDF and BDF, if it is one."""
    try:
        with open_file(path) as file:
            head = file.read(256)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise HypnogramError(f"cannot be opened ({error.strerror})", place=path.name) from None
    if not head.strip():
        raise HypnogramError("the file is empty", place=path.name, remedy="export the scoring again")
    if format == "edf" or (format in EDF_TOO and is_edf_head(head)):
        return _by_mark(_read_edf(path, ask, format), OwnMark.in_edf(head))
    if format is None and head.startswith(PARQUET):
        own = read_parquet(path)
        return Scoring(own, timed=own.start is not None)
    if format is None and head.removeprefix(b"\xef\xbb\xbf").startswith(MAGIC.encode()):
        own = read_csv(path, ask.epoch, probabilities=probabilities)
        return Scoring(own, timed=own.start is not None)
    return None


def _by_mark(scoring: Scoring, mark: OwnMark | None) -> Scoring:
    """Give our own staging its scorer, where its file marks it and nobody has corrected it since."""
    if mark is None:
        return scoring
    mark.require_whole(scoring.hypnogram)
    if not mark.holds(scoring.hypnogram):
        return scoring
    return replace(scoring, hypnogram=scoring.hypnogram.replace(scorer=mark.scorer))


def says_itself(path: Path) -> Literal["csv", "edf", ""]:
    """Whether a file says beyond doubt what it is: our own table ("csv", or Parquet), or EDF and BDF."""
    try:
        with open_file(path) as file:
            head = file.read(256)
    except OSError:
        return ""
    own = head.startswith(PARQUET) or head.removeprefix(b"\xef\xbb\xbf").startswith(MAGIC.encode())
    return "csv" if own else "edf" if is_edf_head(head) else ""


def is_edf_head(head: bytes) -> bool:
    """Whether a file is EDF or BDF: its version, and a header of which no byte ends a line; text may begin with 0."""
    version = head[:8].strip(b" \0")
    return len(head) >= 8 and (version == b"\xffBIOSEMI" or (version == b"0" and not {*b"\n\r\t"} & {*head[:168]}))


def _read_edf(path: Path, ask: Ask, format: str | None) -> Scoring:  # noqa: A002
    try:
        header = read_edf_header(path)
        times = read_times(path, header)
    except RecordingError as error:
        raise HypnogramError(error.what, place=error.place, remedy=error.remedy, key=error.key) from None
    marks = times.annotations
    if len(marks) >= MOST_ANNOTATIONS:  # the rest was not read
        raise HypnogramError(
            f"it has {MOST_ANNOTATIONS:,} annotations or more, which no scoring has", place=path.name,
            remedy="export the stages without what else is annotated",
        )  # fmt: skip
    if is_stage_signal(header) and not any(stage_of_text(mark.text) is not None for mark in marks):
        return _on_the_grid(read_stage_signal(path, header, ask, named=format == "polyman"), path.name, ask.epoch)
    onset = [mark.onset for mark in marks]
    duration = [0.0 if math.isnan(mark.duration) else mark.duration for mark in marks]
    texts = [mark.text for mark in marks]
    return scoring_from_annotations(
        onset,
        duration,
        texts,
        epoch=epoch_of_bouts(onset, duration, list(map(stage_of_text, texts))) if ask.epoch is None else ask.epoch,
        start=times.start(header),
        source=path.name,
    )
