"""What scorers write, and what it means: texts with a time become stages, lights and events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt

from ..core.errors import HypnogramError
from ..core.events import Events, Scoring
from ..core.hypnogram import Hypnogram
from ..core.plain import plain_word
from ..core.stage import STAGES_OF_LEVEL, Stage
from .lights_words import read_lights_text

__all__ = ["is_lights_off", "is_lights_on", "lights_from_annotations", "scoring_from_annotations", "stage_of_text"]

#: Every text that is a stage; capitals, blanks, "_" and "-" make no difference. AASM and R&K words of EDF+ ("standard
#: texts" of its specification), Sleep-EDF, RemLogic, DOMINO, NSRR and Luna (nsrr-remap.cpp), wonambi, psg-utils.
#: Left out on purpose: bare digits, which mean different stages in different programs, and "artefact" and "movement",
#: which are events. The light sleep of a device is not N2.
STAGE_WORDS: dict[Stage, tuple[str, ...]] = {
    Stage.W: (
        "W", "WK", "wake", "awake", "wakefulness", "stage W", "stage wake", "wake stage", "sleep stage W",
        "sleep stage wake", "sleep wake", "sleep S0", "Wach", "WA", "Éveil", "wake|0", "SRO:Wake", "SDO:WakeState",
    ),
    Stage.N1: (
        "N1", "NREM1", "NonREM1", "S1", "stage 1", "stage N1", "stage NREM1", "sleep stage 1",
        "sleep stage N1", "NREM1 sleep",
        "N1 sleep", "sleep N1", "sleep S1", "Stadium 1", "stage 1 sleep|1", "SRO:Stage1Sleep",
        "SDO:NonRapidEyeMovementSleep-N1",
    ),
    Stage.N2: (
        "N2", "NREM2", "NonREM2", "S2", "stage 2", "stage N2", "stage NREM2", "sleep stage 2",
        "sleep stage N2", "NREM2 sleep",
        "N2 sleep", "sleep N2", "sleep S2", "Stadium 2", "stage 2 sleep|2", "SRO:Stage2Sleep",
        "SDO:NonRapidEyeMovementSleep-N2",
    ),
    Stage.N3: (
        "N3", "NREM3", "NonREM3", "S3", "stage 3", "stage N3", "stage NREM3", "sleep stage 3",
        "sleep stage N3", "NREM3 sleep",
        "N3 sleep", "sleep N3", "sleep S3", "Stadium 3", "stage 3 sleep|3", "SRO:Stage3Sleep",
        "SDO:NonRapidEyeMovementSleep-N3",
        "N4", "NREM4", "NonREM4", "S4", "stage 4", "stage N4", "sleep stage 4", "sleep stage N4", "sleep S4",
        "Stadium 4",
        "stage 4 sleep|4", "SRO:Stage4Sleep", "SRO:Stage34Sleep", "SDO:NonRapidEyeMovementSleep-N4", "SWS", "deep",
    ),
    Stage.R: (
        "R", "REM", "RE", "sleep RE", "stage R", "stage REM", "sleep stage R", "sleep stage REM", "REM sleep",
        "sleep REM", "REM|5",
        "REM sleep|5", "paradoxical", "SRO:RapidEyeMovement", "SDO:RapidEyeMovementSleep",
    ),
    Stage.NREM: (
        "NREM", "NR", "NREM sleep", "stage NR", "stage NREM", "sleep stage N", "sleep stage NR", "sleep stage NREM",
    ),
    Stage.LIGHT: ("light",),
    Stage.UNSCORED: (
        "?", "U", "UNS", "unscored", "unknown", "stage ?", "sleep stage ?", "sleep unscored", "unscored|9", "unknown|9",
        "MT", "sleep MT", "movement time", "movement|6",
    ),
}  # fmt: skip

TOLERATED = 0.05  # share of annotations between epochs, or of epochs with two stages, that does not stop the reading
REMARK = 1000  # characters; a longer text is no stage
BEYOND = 1e12  # seconds that no duration lasts
LONGEST = 31 * 86400.0  # seconds; what claims to be longer is a damaged onset
MOST_EPOCHS = 31 * 86400  # of the longest, a second each; more are a damaged length of epochs


_STAGE_OF = {plain_word(word): stage for stage, words in STAGE_WORDS.items() for word in words}


def stage_of_text(text: str) -> Stage | None:
    """Stage that a text names, or None where it names none.

    R&K stages 3 and 4 are N3; movement time is unscored. A bare digit is never a stage.

    Examples
    --------
    >>> stage_of_text("Sleep stage 4"), stage_of_text("sleep_stage_r"), stage_of_text("Movement time")
    (<Stage.N3: 3>, <Stage.R: 4>, <Stage.UNSCORED: -1>)
    >>> stage_of_text("2") is None
    True
    """
    return _STAGE_OF.get(plain_word(text)) if len(text) <= REMARK else None


def is_lights_off(text: str) -> bool:
    """Whether a text marks lights-off.

    Examples
    --------
    >>> is_lights_off("Lights off@@EEG F4-A1"), is_lights_off("light")
    (True, False)
    """
    return read_lights_text(text).says == "off"


def is_lights_on(text: str) -> bool:
    """Whether a text marks lights-on.

    Examples
    --------
    >>> is_lights_on("LIGHTS-ON")
    True
    """
    return read_lights_text(text).says == "on"


def lights_from_annotations(onsets: Iterable[float], texts: Iterable[str]) -> tuple[float | None, float | None]:
    """Lights-off and lights-on in seconds: the first marker of lights-off, the last of lights-on after it.

    Parameters
    ----------
    onsets : iterable of float
        Seconds from the start of the recording.
    texts : iterable of str
        What was annotated at each onset.

    Returns
    -------
    lights_off, lights_on : float or None
        None where there is no such marker.

    Examples
    --------
    >>> lights_from_annotations([5.0, 60.0, 28800.0], ["Lights on", "Lights off", "Lights on"])
    (60.0, 28800.0)
    >>> lights_from_annotations([60.0], ["lights out"])
    (60.0, None)
    """
    marks = list(zip(onsets, texts, strict=True))
    off = min((float(onset) for onset, text in marks if is_lights_off(text)), default=None)
    ons = [float(onset) for onset, text in marks if is_lights_on(text) and (off is None or onset > off)]
    return off, max(ons, default=None)


def scoring_from_annotations(
    onsets: npt.ArrayLike,
    durations: npt.ArrayLike,
    texts: Sequence[str],
    *,
    epoch: float = 30.0,
    start: datetime | None = None,
    source: str = "annotations",
    stages: Sequence[Stage | None] | None = None,
    levels: int | None = None,
) -> Scoring:
    """Stages, lights and events out of annotations, on the grid of epochs that begins with the recording.

    Parameters
    ----------
    onsets, durations : array of float, shape (n_annotations,)
        Seconds; onsets from the start of the recording. A stage without duration (0 or NaN) lasts one epoch.
    texts : sequence of str, length n_annotations
        What was annotated.
    epoch : float
        Length of an epoch in seconds.
    start : datetime, optional
        Clock time at which the recording starts.
    source : str
        What error messages call the annotations.
    stages : sequence of Stage or None, length n_annotations, optional
        Which stage each is, None for an event, where the file says it otherwise than by the words of `stage_of_text`.
    levels : int, optional
        How many stages the scorer tells apart, where it is known; else the most that hold those seen.

    Returns
    -------
    Scoring
        The hypnogram runs from the start of the recording to the end of the last stage annotation; lights without a
        marker are unknown (NaN). Everything that is not a stage is among the events, as the scorer wrote it.

    Raises
    ------
    HypnogramError
        Where no text is a stage, stages of different levels are mixed, or the epochs do not fit the annotations: more
        than one stage annotation in twenty falls between epochs, or more than one epoch in twenty has two stages.

    Notes
    -----
    An epoch has the stage that is annotated at its midpoint, as it counts in bed if its midpoint does. So a scoring
    that begins 12 s into the recording keeps its sequence, and a last bout cut short counts if half an epoch is left.
    What nobody annotated is unscored, and so is an epoch to which two annotations give different stages.

    Examples
    --------
    >>> scoring_from_annotations([0, 60], [60, 30], ["Sleep stage W", "Sleep stage 2"]).hypnogram.stages
    array([0, 0, 2], dtype=int8)
    """
    if not (np.isfinite(epoch) and epoch > 0):
        raise HypnogramError(f"an epoch must last a positive number of seconds, not {epoch!r}", place=source)
    onset = np.asarray(onsets, dtype=np.float64)
    duration = np.nan_to_num(np.asarray(durations, dtype=np.float64), posinf=BEYOND, neginf=0.0)
    given = [stage_of_text(text) for text in texts] if stages is None else stages
    scored = [(i, stage) for i, stage in enumerate(given) if stage is not None]
    if not scored:
        raise HypnogramError(
            f"none of its {len(texts)} annotations is a sleep stage",
            place=source,
            remedy="give a file scored with words such as 'Sleep stage N2' or 'REM'; `somnometry inspect "
            "--show-annotations` shows what it says",
        )
    which = np.array([i for i, _ in scored])
    first, after = _epochs_of(onset[which], duration[which], epoch, source)
    _check_fit(first, after, scored, onset, duration, epoch, source)

    n_epochs = int(after.max())
    epochs = np.full(n_epochs, Stage.UNSCORED, dtype=np.int8)
    given_by = np.zeros(n_epochs, dtype=np.int8)  # how many stages were given to each epoch
    codes = np.array([stage for _, stage in scored], dtype=np.int8)
    for stage in np.unique(codes):
        covered = _covered(first[codes == stage], after[codes == stage], n_epochs)
        epochs[covered] = stage
        given_by += covered
    twice = given_by > 1
    if twice.sum() > TOLERATED * n_epochs:
        raise HypnogramError(
            f"{twice.sum()} of {n_epochs} epochs have two different stages, the first at "
            f"{np.argmax(twice) * epoch:g} s",
            place=source,
            remedy="keep the annotations of one scorer, or name the length of the epochs",
        )
    epochs[twice] = Stage.UNSCORED

    off, on = lights_from_annotations(onset, texts)
    hypnogram = Hypnogram(
        epochs,
        epoch=epoch,
        start=start,
        lights_off=np.nan if off is None else off,
        lights_on=np.nan if on is None else on,
        levels=levels or _levels({stage for _, stage in scored}, source),
    )
    others = np.setdiff1d(np.arange(len(texts)), which)
    return Scoring(hypnogram, Events(onset[others], duration[others], tuple(texts[i] for i in others)))


def _epochs_of(
    onset: npt.NDArray[np.float64], duration: npt.NDArray[np.float64], epoch: float, source: str
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give the first epoch whose midpoint each stretch covers, and the first that it no longer does."""
    with np.errstate(over="ignore"):
        end = onset + np.where(duration > 0, duration, epoch)
    if (odd := ~((onset >= -LONGEST) & (end <= LONGEST))).any():
        worst = int(np.argmax(odd))
        raise HypnogramError(
            f"a stage annotation at {onset[worst]:g} s ends at {end[worst]:g} s, beyond any recording",
            place=source,
            remedy="its time is damaged",
        )
    if end.max() <= 0:
        what = "every stage annotation ends before the recording begins"
        raise HypnogramError(what, place=source, remedy="its times are damaged")
    if end.max() > MOST_EPOCHS * epoch:
        raise HypnogramError(
            f"epochs of {epoch:g} s would be too many for {end.max():g} s", place=source, key="epoch",
            remedy="name their length",
        )  # fmt: skip
    first, after = (np.ceil(np.round(t / epoch - 0.5, 9)).astype(np.int64).clip(0) for t in (onset, end))
    return first, after


def _covered(first: npt.NDArray[np.int64], after: npt.NDArray[np.int64], n_epochs: int) -> npt.NDArray[np.bool_]:
    """Tell which epochs lie in any of these stretches, in one pass however many there are and however long."""
    some = first < after
    change = np.bincount(first[some], minlength=n_epochs + 1) - np.bincount(after[some], minlength=n_epochs + 1)
    return np.cumsum(change)[:n_epochs] > 0


def _check_fit(
    first: npt.NDArray[np.int64],
    after: npt.NDArray[np.int64],
    scored: list[tuple[int, Stage]],
    onset: npt.NDArray[np.float64],
    duration: npt.NDArray[np.float64],
    epoch: float,
    source: str,
) -> None:
    """Refuse epochs so long that annotated stages fall between their midpoints."""
    lost = np.flatnonzero(first >= after)
    if lost.size > TOLERATED * len(scored):
        i, stage = scored[lost[0]]
        raise HypnogramError(
            f"{stage.label} at {onset[i]:g} s lasts {duration[i]:g} s and falls between epochs of {epoch:g} s, as do "
            f"{lost.size} of {len(scored)} stages",
            place=source,
            remedy=f"name the length of the epochs, e.g. epoch={duration[i]:g}",
        )


def _levels(stages: set[Stage], source: str) -> int:
    """Give how many stages a scorer tells apart who uses these."""
    for levels, allowed in STAGES_OF_LEVEL.items():
        if stages <= {Stage.UNSCORED, *allowed}:
            return levels
    raise HypnogramError(
        f"its stages are {', '.join(stage.label for stage in sorted(stages))}, which no one scoring tells apart",
        place=source,
        remedy="keep either N1, N2, N3 or their union",
    )
