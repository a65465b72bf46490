"""`write_hypnogram`: a hypnogram as a file of ours or of another program, and what each of them cannot hold."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.errors import HypnogramError
from ..core.events import Events
from ..core.hypnogram import Hypnogram
from ..core.shown_text import json_text
from ..core.stage import STAGES_OF_LEVEL, Stage
from .edf.writer import write_edf_annotations
from .files import replacing, write_whole
from .hypnogram_csv import write_csv
from .hypnogram_parquet import write_parquet
from .own_mark import mark_of
from .yasa_bridge import YASA_WORDS, to_yasa

__all__ = ["WRITTEN", "WrittenFormat", "not_written", "write_events_table", "write_hypnogram", "written_format"]

ANY_LEVEL = tuple(STAGES_OF_LEVEL)
#: What each stage is, for whoever reads a sidecar.
MEANINGS = {
    Stage.W: "wake",
    Stage.N1: "NREM sleep, stage N1",
    Stage.N2: "NREM sleep, stage N2",
    Stage.N3: "NREM sleep, stage N3",
    Stage.R: "REM sleep",
    Stage.LIGHT: "light sleep, N1 or N2",
    Stage.NREM: "NREM sleep, N1, N2 or N3",
    Stage.SLEEP: "sleep of any stage",
}
#: Words and digits of ScoringHero, which leaves null what nobody scored.
SCORINGHERO = {
    Stage.W: ("Wake", 1), Stage.N1: ("N1", -1), Stage.N2: ("N2", -2), Stage.N3: ("N3", -3), Stage.R: ("REM", 0),
    Stage.UNSCORED: (None, None),
}  # fmt: skip
VISBRAIN = {
    Stage.W: "Wake", Stage.N1: "N1", Stage.N2: "N2", Stage.N3: "N3", Stage.R: "REM", Stage.UNSCORED: "Art",
}  # fmt: skip


def write_hypnogram(
    hypnogram: Hypnogram,
    path: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002
    events: Events | None = None,
) -> None:
    """Write the stages of a night, in epochs of so many seconds, as a file that other programs read, or as our own.

    A file of that name is replaced, and never left half written. Our CSV and Parquet keep everything, and
    `read_hypnogram` gives back exactly the same hypnogram; what the others cannot hold, ``docs/formats.md`` says.

    Parameters
    ----------
    hypnogram : Hypnogram
        What to write; EDF+, Visbrain, Luna and ScoringHero hold five levels only.
    path : path-like
        Its suffix tells the format where none is named: ``.csv``, ``.parquet``, ``.edf``, ``.annot`` (Luna),
        ``_events.tsv`` (BIDS, with a sidecar ``_events.json``).
    format : {"csv", "parquet", "edf", "bids", "yasa", "visbrain", "luna", "scoringhero"}, optional
        ``"yasa"`` is YASA's JSON, its CSV or a word a line, by the suffix ``.json``, ``.csv`` or ``.txt``.
    events : Events, optional
        Written into EDF+, the only one that holds them.

    Raises
    ------
    HypnogramError
        Where neither format nor suffix tell what to write, they contradict each other, or the format cannot hold the
        levels or the length of the epochs.

    See Also
    --------
    to_mne_annotations, to_yasa : the same for objects of other libraries.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> write_hypnogram(Hypnogram([0, 1, -1, 4]), folder / "night.annot")
    >>> print((folder / "night.annot").read_text())
    W	.	.	0	30	.
    N1	.	.	30	60	.
    ?	.	.	60	90	.
    R	.	.	90	120	.
    <BLANKLINE>
    """
    path = Path(path)
    one = written_format(path, format)
    if hypnogram.levels not in one.levels:
        raise HypnogramError(
            f"{one.what} has stages W, N1, N2, N3, R, and this hypnogram {hypnogram.levels} levels", place=path.name,
            key="levels", remedy="write CSV, Parquet, BIDS or YASA",
        )  # fmt: skip
    if one.name == "edf":
        write_edf_annotations(hypnogram, path, events)
    else:
        one.write(hypnogram, path)


@dataclass(frozen=True, slots=True)
class WrittenFormat:
    """A kind of file that is written.

    Parameters
    ----------
    name : str
        As `read_hypnogram` takes it for `format`; ours are ``"csv"`` and ``"parquet"``.
    what : str
    suffixes : tuple of str
        Ends of names that it may have.
    write : callable
    keeps : tuple of str
        Of ``"start"``, ``"lights"``, ``"scorer"``, ``"probabilities"`` and ``"events"``, what it holds besides stages.
    levels : tuple of int
        Those that it can hold.
    alone : bool
        Whether no other format has these suffixes, so that they tell it.
    """

    name: str
    what: str
    suffixes: tuple[str, ...]
    write: Callable[[Hypnogram, Path], None]
    keeps: tuple[str, ...] = ()
    levels: tuple[int, ...] = (5,)
    alone: bool = True


def written_format(path: Path, format: str | None = None) -> WrittenFormat:  # noqa: A002
    """Which format a file of this name is written in.

    Raises
    ------
    HypnogramError
        Where it is not told, or told twice and differently.

    Examples
    --------
    >>> written_format(Path("n1.edf")).name, written_format(Path("n1.json"), "yasa").name
    ('edf', 'yasa')
    """
    name = path.name.lower()
    fitting = [one for one in WRITTEN if name.endswith(one.suffixes)]
    if format is None:
        sure = [one for one in fitting if one.alone]
        if len(sure) == 1:
            return sure[0]
        names = ", ".join(dict.fromkeys(one.name for one in fitting or WRITTEN))
        what = "several formats end so" if fitting else "no format that is written ends so"
        raise HypnogramError(what, place=path.name, key="format", remedy=f"name one of {names}")
    named = [one for one in WRITTEN if one.name == format]
    if not named:
        names = ", ".join(dict.fromkeys(one.name for one in WRITTEN))
        raise HypnogramError(f"{format!r} is not written", place=path.name, key="format", remedy=f"name one of {names}")
    if not any(one in fitting for one in named):
        ends = " or ".join(dict.fromkeys(suffix for one in named for suffix in one.suffixes))
        raise HypnogramError(
            f"a file of the format {format!r} ends in {ends}", place=path.name, key="format", remedy="rename the file"
        )
    return next(one for one in named if one in fitting)


def not_written(hypnogram: Hypnogram, one: WrittenFormat, events: Events | None = None) -> tuple[str, ...]:
    """What is known of a night and has no place in a format, besides its stages.

    Examples
    --------
    >>> not_written(Hypnogram([0, 2], scorer="A"), written_format(Path("n1.annot")))
    ('scorer',)
    """
    lights = (hypnogram.lights_off, hypnogram.lights_on)
    known = {
        "start": hypnogram.start is not None,
        "lights": lights != (0.0, hypnogram.duration) and not all(math.isnan(light or 0.0) for light in lights),
        "scorer": bool(str(hypnogram.scorer)),
        "probabilities": hypnogram.probabilities is not None,
        "events": events is not None and len(events) > 0,
    }
    return tuple(name for name, there in known.items() if there and name not in one.keeps)


# -------------------------------------------------------------------------------------------------------------- writers
def write_events_table(hypnogram: Hypnogram, path: Path, by: dict[str, str] | None = None) -> None:
    """Write a BIDS table of events, one row per epoch ("n/a" where it is unscored), and its sidecar beside it.

    Parameters
    ----------
    hypnogram : Hypnogram
    path : Path
        Ends in ``.tsv``; the sidecar in ``.json``. Columns: ``onset`` and ``duration`` in seconds, ``stage``.
    by : dict of str to str, optional
        What the sidecar says of who generated it.
    """
    labels = {stage.value: stage.label for stage in MEANINGS} | {int(Stage.UNSCORED): "n/a"}
    rows = [
        (_number(onset), _number(hypnogram.epoch), labels[stage])
        for onset, stage in zip(hypnogram.onsets.tolist(), hypnogram.stages.tolist(), strict=True)
    ]
    _write_lines(path, ["\t".join(row) for row in (("onset", "duration", "stage"), *rows)])
    sidecar: dict[str, Any] = {
        "onset": {"Description": "start of the epoch, from the start of the hypnogram", "Units": "s"},
        "duration": {"Description": "length of the epoch", "Units": "s"},
        "stage": {
            "Description": "sleep stage",
            "Levels": {stage.label: MEANINGS[stage] for stage in STAGES_OF_LEVEL[hypnogram.levels]},
        },
        "Hypnogram": {  # BIDS takes objects alone beside the columns
            "StartTime": None if hypnogram.start is None else hypnogram.start.isoformat(),
            "LightsOffSeconds": _known(hypnogram.lights_off),
            "LightsOnSeconds": _known(hypnogram.lights_on),
            "Epochs": hypnogram.n_epochs,
            "Scorer": hypnogram.scorer.to_dict(),
        },
    }
    if by is not None:
        sidecar["GeneratedBy"] = by
    _write_lines(path.with_suffix(".json"), [json_text(sidecar, indent=2)])


def _write_yasa_json(hypnogram: Hypnogram, path: Path) -> None:
    _write_lines(path, [json.dumps(to_yasa(hypnogram).to_dict(), indent=2)])


def _write_yasa_csv(hypnogram: Hypnogram, path: Path) -> None:
    if hypnogram.start is None and hypnogram.epoch != 30:
        raise HypnogramError(
            f"a table of YASA without a start does not say that an epoch lasts {hypnogram.epoch:g} s",
            place=path.name, key="epoch", remedy="write its JSON",
        )  # fmt: skip
    with replacing(path) as temporary:
        to_yasa(hypnogram).hypno.to_csv(temporary)


def _write_yasa_words(hypnogram: Hypnogram, path: Path) -> None:
    if hypnogram.epoch != 30:
        raise HypnogramError(
            f"a word a line does not say that an epoch lasts {hypnogram.epoch:g} s", place=path.name, key="epoch",
            remedy="write YASA's JSON",
        )  # fmt: skip
    words = {int(stage): word for stage, word in YASA_WORDS[hypnogram.levels].items()} | {int(Stage.UNSCORED): "UNS"}
    _write_lines(path, [words[stage] for stage in hypnogram.stages.tolist()])


def _write_visbrain(hypnogram: Hypnogram, path: Path) -> None:
    lines = [f"*Duration_sec\t{_number(hypnogram.duration)}", *_marked("*Scorer\t", hypnogram)]
    lines += [f"{VISBRAIN[stage]}\t{_number(end)}" for _, end, stage in _spans(hypnogram)]
    _write_lines(path, lines)


def _write_luna(hypnogram: Hypnogram, path: Path) -> None:
    rows = ["\t".join((stage.label, ".", ".", _number(a), _number(b), ".")) for a, b, stage in _spans(hypnogram)]
    _write_lines(path, [*_marked("# scorer | ", hypnogram), *rows])


def _write_scoringhero(hypnogram: Hypnogram, path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {
            "epoch": i + 1,
            "start": round(begin, 6),
            "end": round(end, 6),
            "stage": SCORINGHERO[stage][0],
            "digit": SCORINGHERO[stage][1],
            "confidence": None,
            "channels": [],
            "clean": 1,
            "source": mark_of(hypnogram) or str(hypnogram.scorer) or None,
        }
        for i, (begin, end, stage) in enumerate(_spans(hypnogram))
    ]
    _write_lines(path, [json.dumps([rows, []], indent=1)])


def _spans(hypnogram: Hypnogram) -> list[tuple[float, float, Stage]]:
    """Begin and end in seconds of every epoch, and its stage."""
    return [
        (i * hypnogram.epoch, (i + 1) * hypnogram.epoch, Stage(stage))
        for i, stage in enumerate(hypnogram.stages.tolist())
    ]


def _marked(before: str, hypnogram: Hypnogram) -> list[str]:
    """A line with the mark of our own staging; none for what anybody else scored."""
    mark = mark_of(hypnogram)
    return [before + mark] if mark else []


def _number(seconds: float) -> str:
    """Seconds without more digits than they have."""
    return f"{round(seconds, 6):.6f}".rstrip("0").rstrip(".")


def _known(light: float | None) -> float | None:
    return None if light is None or math.isnan(light) else light


def _write_lines(path: Path, lines: list[str]) -> None:
    write_whole(path, "\n".join(lines) + "\n")


#: Every format that is written; `docs/formats.md` is printed from it.
WRITTEN: tuple[WrittenFormat, ...] = (
    WrittenFormat("csv", "our CSV", (".csv",), write_csv, ("start", "lights", "scorer", "probabilities"), ANY_LEVEL),
    WrittenFormat(
        "parquet", "our Parquet", (".parquet",), write_parquet, ("start", "lights", "scorer", "probabilities"),
        ANY_LEVEL,
    ),
    WrittenFormat("edf", "EDF+ of annotations alone", (".edf",), write_edf_annotations, ("start", "lights", "events")),
    WrittenFormat(
        "bids", "BIDS events, EDFbrowser annotations as text", ("_events.tsv",), write_events_table,
        ("start", "lights", "scorer"), ANY_LEVEL,
    ),
    WrittenFormat(
        "yasa", "YASA JSON", (".json",), _write_yasa_json, ("start", "scorer", "probabilities"), ANY_LEVEL, alone=False
    ),
    WrittenFormat("yasa", "YASA CSV", (".csv",), _write_yasa_csv, ("start",), ANY_LEVEL, alone=False),
    WrittenFormat("yasa", "YASA text, one stage a line", (".txt",), _write_yasa_words, (), ANY_LEVEL, alone=False),
    WrittenFormat("visbrain", "Visbrain text", (".txt",), _write_visbrain, alone=False),
    WrittenFormat("luna", "Luna .annot", (".annot",), _write_luna),
    WrittenFormat("scoringhero", "ScoringHero JSON", (".json",), _write_scoringhero, alone=False),
)  # fmt: skip
