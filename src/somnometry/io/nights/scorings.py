"""Which scoring belongs to which night, and what names say of a night: Sleep-EDF, BIDS, NSRR, or the same stem."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from ...core.errors import HypnogramError
from ...core.events import Scoring
from ...core.finding import Finding
from ...core.recording import Recording
from ..files import open_file
from ..finding_codes import finding_of
from ..hypnogram_csv import MAGIC
from ..hypnograms import is_edf_head
from ..scorings.read import is_scoring_text
from .alignment import scoring_on_recording
from .night import Night
from .reading import Reading
from .recordings_csv import Details

__all__ = [
    "SUFFIXES",
    "details_of_name",
    "looks_like_scoring",
    "named_as_scoring",
    "night_key",
    "pair_scorings",
    "read_scoring_of",
]

#: Suffixes of files that may hold a scoring.
SUFFIXES = tuple(".xml .csv .tsv .txt .annot .eannot .hyp .ids .json .rml .sta .vis .xlsx .xdf .edf .bdf .rec".split())
#: "SC4001E0-PSG" is scored in "SC4001EC-Hypnogram": the letters in front of the hyphen name equipment and scorer.
SLEEP_EDF = re.compile(r"(s[ct]\d(\d\d)(\d)[a-z])[a-z0-9]-(?:psg|hypnogram)", re.IGNORECASE)
#: Last words of a scoring's name, and of a recording's; "acq-psg" is an entity of BIDS that both bear.
OF_SCORINGS = re.compile(
    r"[-_. ]*(?:hypnogram|hypno|hyp|profusion|nsrr|sleep[-_ ]?scoring|scoring|scored|score|sleep[-_ ]?stages?|stages?|"
    r"staging|sleep[-_ ]?profile|schlafprofil|annotations?|events)$",
    re.IGNORECASE,
)
#: Names of lists of events, which hold stages or do not.
OF_EVENTS = re.compile(r"(?:annotations?|events)$", re.IGNORECASE)
OF_RECORDINGS = re.compile(r"(?<!_acq)[-_. ]+(?:psg|eeg|signals|raw|recording)$", re.IGNORECASE)
#: First words of a scoring's name: DOMINO writes "Sleep Profile - n1.txt", DREAMS "HypnogramAASM_subject1.txt".
IN_FRONT = re.compile(r"^(?:sleep[-_ ]?profile|schlafprofil|hypnogram(?:aasm|r&k)?)[-_ ]+", re.IGNORECASE)
#: The suffix of the recording, which some programs keep: "n1.edf.vis"; and the number of a rater, as in ISRUC.
KEPT_SUFFIX = re.compile(r"\.(?:edf|bdf|rec)$", re.IGNORECASE)
RATER = re.compile(r"_\d$")
#: Files of a BIDS data set that describe recordings, and score none.
BIDS_METADATA = re.compile(
    r"(?:^dataset_description|^participants|_channels|_electrodes|_coordsystem|_scans|_sessions)\.|_(?:eeg|events)\.json$",
    re.IGNORECASE,
)
BIDS = re.compile(r"(?:^|_)(sub|ses)-([A-Za-z0-9]+)(?=_|$)")


def details_of_name(stem: str) -> Details:
    """Subject and session that a file's name tells: BIDS entities, or a name of Sleep-EDF.

    Examples
    --------
    >>> details_of_name("sub-01_ses-2_task-sleep_eeg").cells()
    {'subject': '01', 'session': '2'}
    >>> details_of_name("SC4012E0-PSG").cells()
    {'subject': 'SC401', 'session': '2'}
    """
    if named := SLEEP_EDF.fullmatch(stem):
        return Details(subject=named[1][:5].upper(), session=named[3])
    entities = dict(BIDS.findall(stem))
    return Details(subject=entities["sub"], session=entities.get("ses")) if "sub" in entities else Details()


def looks_like_scoring(file: Path) -> bool:
    """Whether a file is a scoring by its name, or by what it holds."""
    return not BIDS_METADATA.search(file.name) and (named_as_scoring(file) or _holds(file))


def named_as_scoring(file: Path) -> bool:
    """Whether the name says so, as "n1-hypnogram.xml" and "Sleep Profile - n1.txt" do; it may be damaged."""
    says = OF_SCORINGS.search(file.stem) or IN_FRONT.search(file.stem)
    return file.suffix.lower() in SUFFIXES and says is not None and not OF_EVENTS.search(file.stem)


def _holds(file: Path, *, bare: bool = True) -> bool:
    """Whether it holds stages: our own table, annotations or a signal of stages in EDF, or another program's format."""
    try:
        with open_file(file) as opened:
            head = opened.read(256)
    except OSError:
        return False
    return head.startswith(MAGIC.encode()) or is_edf_head(head) or is_scoring_text(file, bare=bare)


def pair_scorings(
    nights: Sequence[Night], scorings: Sequence[Path], *, by_name_only: bool = False
) -> dict[Path, list[int]]:
    """Give each scoring the nights it belongs to, by their places in the row; those of one file share its scoring.

    A scoring belongs to the recordings that bear its name; among several to those that lie nearest. Where several
    recordings are left, it belongs to none. One that bears no recording's name belongs to the only night of its folder,
    if it is the only one there. What a file is, its content tells: text in no format that is read is taken for a
    scoring by its name alone, and only where nothing else is one.

    Parameters
    ----------
    nights : sequence of Night
    scorings : sequence of Path
        Files that may be scorings.
    by_name_only : bool
        Whether the only scoring of a folder must bear the name of its night, too.

    Returns
    -------
    dict of Path to list of int
        Without the files that belong to no night.
    """
    stems: dict[str, list[int]] = {}
    keys: dict[str, list[int]] = {}
    for i, night in enumerate(nights):
        names = {night.place.name, *(file.stem for file in night.files if night.layout != "channels")}
        for name in names:
            stems.setdefault(name.casefold(), []).append(i)
        for key in {night_key(name) for name in names}:
            keys.setdefault(key, []).append(i)
    pairs: dict[Path, list[int]] = {}
    doubtful: dict[Path, list[int]] = {}
    nameless: dict[Path, list[Path]] = {}
    for file in scorings:
        if BIDS_METADATA.search(file.name):
            continue
        nearest = _nearest(file, nights, stems.get(file.stem.casefold()) or keys.get(night_key(file.stem), []))
        if not nearest and RATER.search(file.stem) and _holds(file):
            nearest = _nearest(file, nights, stems.get(RATER.sub("", file.stem).casefold(), []))
        if not nearest:
            nameless.setdefault(file.parent, []).append(file)
        elif len({nights[i].files for i in nearest}) == 1:
            (pairs if named_as_scoring(file) or _holds(file) else doubtful)[file] = nearest
    if not by_name_only:
        pairs |= _by_place(nights, nameless, {i for taken in pairs.values() for i in taken})
    scored = {i for taken in pairs.values() for i in taken}
    by_name = {
        file: taken for file, taken in doubtful.items()
        if file.suffix.lower() in SUFFIXES and not scored & {*taken}
    }  # fmt: skip
    return pairs | by_name


def _by_place(nights: Sequence[Night], nameless: dict[Path, list[Path]], scored: set[int]) -> dict[Path, list[int]]:
    """Give the only scoring of a folder to the only night there, if no scoring bears its name."""
    pairs: dict[Path, list[int]] = {}
    for folder, files in nameless.items():
        here = [i for i, night in enumerate(nights) if any(file.parent == folder for file in night.files)]
        if not here or len({nights[i].files for i in here}) != 1 or scored & {*here}:
            continue
        held = [file for file in files if _holds(file, bare=False)]
        if len(held) == 1:
            pairs[held[0]] = here
    return pairs


def read_scoring_of(night: Night, recording: Recording, reading: Reading) -> tuple[Scoring | None, tuple[Finding, ...]]:
    """The first of a night's scorings that can be read, on the epochs of its recording, and what is wrong with each."""
    findings: list[Finding] = []
    part = night.details.start is not None or night.details.stop is not None
    for file in night.scorings:
        try:
            scoring, said = scoring_on_recording(reading.read(file), recording, file.name, part=part)
            findings += said
            if scoring is not None:
                return scoring, tuple(findings)
        except HypnogramError as error:
            inside = "" if error.place in ("", file.name) else f"{error.place}: "
            findings.append(finding_of("scoring-unread", file.name, inside + error.what, error.remedy))
        except OSError as error:
            findings.append(finding_of("scoring-unread", file.name, error.strerror or type(error).__name__))
    return None, tuple(findings)


def night_key(stem: str) -> str:
    """What the names of a recording and of its scoring have in common.

    Examples
    --------
    >>> night_key("n1_sleepscoring"), night_key("SC4001EC-Hypnogram"), night_key("n1.edf")
    ('n1', 'sc4001e', 'n1')
    """
    if named := SLEEP_EDF.fullmatch(stem):
        return named[1].casefold()
    return OF_RECORDINGS.sub("", OF_SCORINGS.sub("", IN_FRONT.sub("", KEPT_SUFFIX.sub("", stem)))).casefold()


def _nearest(file: Path, nights: Sequence[Night], candidates: Sequence[int]) -> list[int]:
    """Keep the nights whose folders share most with the file's."""
    shared = {
        i: len(Path(os.path.commonpath([file.resolve(), nights[i].files[0].resolve()])).parts) for i in candidates
    }
    return [i for i in candidates if shared[i] == max(shared.values())]
