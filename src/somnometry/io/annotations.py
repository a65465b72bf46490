"""What scorers write, and what it means: texts with a time become stages, lights and events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt

from ..core.errors import HypnogramError
from ..core.events import Events, Scoring
from ..core.hypnogram import Hypnogram
from ..core.stage import Stage
from ..core.stage_words import levels_of, stage_of_text
from .lights_words import read_lights_text

__all__ = ["is_lights_off", "is_lights_on", "lights_from_annotations", "scoring_from_annotations", "stage_of_text"]

TOLERATED = 0.05  # share of annotations between epochs, or of epochs with two stages, that does not stop the reading
BEYOND = 1e12  # seconds that no duration lasts
LONGEST = 31 * 86400.0  # seconds; what claims to be longer is a damaged onset
MOST_EPOCHS = 31 * 86400  # of the longest, a second each; more are a damaged length of epochs


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
        levels=levels or levels_of({stage for _, stage in scored}, source),
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
