"""What a page of a night says in sentences: how certain the stager was, what the lights are, with what settings."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np

from ...core.bounded_json import bounded_json
from ...core.hypnogram import Hypnogram
from ...core.stage import STAGES_OF_LEVEL
from ...metrics.certainty import Certainty
from .numbers import listed, number

__all__ = ["SURE", "certainty_words", "lights_words", "percent_sure", "settings_words"]

#: Lead of the likeliest stage over the next from which an epoch counts as clear.
SURE = 0.5
#: From this share of clear epochs on, which word says it.
WORDS = ((80.0, "mostly sure"), (60.0, "often unsure"), (0.0, "unsure of most of the night"))


def percent_sure(hypnogram: Hypnogram, certain: Certainty) -> float:
    """Share of the epochs between the lights, of those with probabilities, whose stage is clear; per cent, or NaN."""
    margins = certain.margin[hypnogram.in_bed]
    margins = margins[~np.isnan(margins)]
    return 100 * float((margins >= SURE).mean()) if margins.size else float("nan")


def certainty_words(hypnogram: Hypnogram, certain: Certainty) -> str:
    """Say how certain the stager was, overall and of which stages least; that nobody knows without probabilities.

    Examples
    --------
    >>> from somnometry.metrics.certainty import certainty
    >>> night = Hypnogram([2, 2], probabilities=[[0, 0, 1, 0, 0], [0, 0.3, 0.4, 0.3, 0]])
    >>> print(certainty_words(night, certainty(night)))
    The stager was unsure of most of the night: in 50.0 % of the epochs one stage led clearly, by half or more of the
    probability.
    """
    sure = percent_sure(hypnogram, certain)
    if sure != sure:
        return "The scoring has no probabilities, so that nothing tells how certain each stage is."
    word = next(word for limit, word in WORDS if sure >= limit)
    text = (
        f"The stager was {word}: in {number(sure)} % of the epochs one stage led clearly, by half or more of the "
        "probability."
    )
    unsure = _unsure_stages(hypnogram, certain)
    return f"{text} Epochs called {listed(unsure)} were clear in less than half of the cases." if unsure else text


def _unsure_stages(hypnogram: Hypnogram, certain: Certainty) -> list[str]:
    """Labels of the stages, of ten epochs or more, of which less than half the epochs are clear."""
    known = hypnogram.in_bed & ~np.isnan(certain.margin)
    names = []
    for stage in STAGES_OF_LEVEL[hypnogram.levels]:
        margins = certain.margin[known & (hypnogram.stages == stage)]
        if margins.size >= 10 and (margins >= SURE).mean() < 0.5:
            names.append(stage.label)
    return names


def lights_words(hypnogram: Hypnogram) -> str:
    """Say between which moments of the clock the night counts.

    Examples
    --------
    >>> lights_words(Hypnogram([0, 2], lights_off=float("nan"), lights_on=float("nan")))
    'Lights-off and lights-on are unknown, so that whatever counts from them is undefined.'
    """
    off, on = float(hypnogram.lights_off or 0.0), float(hypnogram.lights_on or 0.0)
    unknown = [name for name, at in (("lights-off", off), ("lights-on", on)) if at != at]
    if unknown:
        words = listed(unknown)
        verb = "are" if len(unknown) > 1 else "is"
        return f"{words[:1].upper()}{words[1:]} {verb} unknown, so that whatever counts from them is undefined."
    if (off, on) == (0.0, hypnogram.duration):
        return "The whole record counts as the time between lights-off and lights-on."
    if hypnogram.start is not None:
        times = [(hypnogram.start + timedelta(seconds=at)).strftime("%H:%M:%S") for at in (off, on)]
        return f"Lights off at {times[0]}, on at {times[1]}."
    return f"Lights off {number(off / 60)} min after the first epoch began, on after {number(on / 60)} min."


def settings_words(cell: str) -> str:
    """Say which settings a night was measured with, of those that are not the default; a cell of another kind as it is.

    Examples
    --------
    >>> settings_words('{"scored": true, "lights": "recording", "max_unscored": 0.5}')
    'scorings as they are, without staging; lights: recording; max unscored: 0.5'
    """
    try:
        settings = bounded_json(cell)
    except ValueError:
        return cell
    if not isinstance(settings, dict):
        return cell
    whether = {True: "yes", False: "no", None: "none"}
    said = []
    for name, value in settings.items():
        shown = whether[value] if value is None or isinstance(value, bool) else value
        plain = shown if isinstance(shown, str) else json.dumps(shown)
        as_they_are = name == "scored" and value is True
        said.append("scorings as they are, without staging" if as_they_are else f"{name.replace('_', ' ')}: {plain}")
    return "; ".join(said)
