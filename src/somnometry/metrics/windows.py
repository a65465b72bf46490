"""Fixed windows of a night, so that nights of unequal length are compared on equal parts."""

from __future__ import annotations

import re
from typing import Literal

from ..core.errors import HypnogramError
from ..core.hypnogram import Hypnogram
from .cycles import cycles
from .stage_matrix import StageMatrix

__all__ = ["window"]

#: What a window may be called.
FIRST_HOURS = re.compile(r"first_(\d+(?:\.\d+)?)h")
FIRST_CYCLES = re.compile(r"first_([1-9]\d*)_cycles?")
PART = re.compile(r"third_([1-3])|half_([12])")


def window(hypnogram: Hypnogram, name: str, *, of: Literal["lights", "sleep_period"] = "lights") -> Hypnogram:
    """Restrict a night to a part of it by moving its lights, so that any metric can be measured there.

    Parameters
    ----------
    hypnogram : Hypnogram
    name : str
        ``"first_6h"``, or any number of hours; ``"first_4_cycles"``, or any number (to the end of the last of them, by
        the rule of Feinberg, each with its REM period or followed by one that has); ``"third_1"`` to ``"third_3"``,
        ``"half_1"``, ``"half_2"``.
    of : {"lights", "sleep_period"}
        Part of what: of the time from lights-off to lights-on, or from the first to the last sleep epoch.

    Returns
    -------
    Hypnogram
        The same stages; `lights_off` and `lights_on` are the window's. Thirds and halves are whole epochs that together
        are the night; hours count the epochs whose midpoint lies within them. Latencies then count from where the
        window begins.

    Raises
    ------
    HypnogramError
        Where the night is shorter than the window or has too few cycles: a part that is not there has no metrics, and
        a shorter one would not compare. Where the lights are unknown or there is no sleep, and they are asked for.

    Examples
    --------
    >>> from somnometry.metrics import architecture
    >>> night = Hypnogram([0] * 4 + [2] * 26 + [4] * 6)
    >>> [architecture(window(night, f"third_{k}"))["rem_minutes"] for k in (1, 2, 3)]
    [0.0, 0.0, 3.0]
    """
    nights = StageMatrix.of(hypnogram)
    begin, end = _bounds(nights, hypnogram, of)
    epoch = hypnogram.epoch
    if hours := FIRST_HOURS.fullmatch(name):
        seconds = float(hours[1]) * 3600
        if seconds <= epoch / 2:
            raise HypnogramError(f"a window lasts longer than {name!r}: it holds the midpoint of no {epoch:g}-s epoch")
        if (end - begin) * epoch < seconds:
            raise HypnogramError(
                f"{name!r} does not fit: the night has {(end - begin) * epoch / 3600:.2f} h ({_named(of)})",
                remedy="leave it out, or compare all nights on a shorter window",
            )
        return hypnogram.replace(lights_off=begin * epoch, lights_on=begin * epoch + seconds)
    if n_cycles := FIRST_CYCLES.fullmatch(name):
        wanted, counted = int(n_cycles[1]), cycles(hypnogram)
        n_completed = max((i + 1 for i, complete in enumerate(counted.complete) if complete), default=0)
        if n_completed < wanted:
            raise HypnogramError(
                f"{name!r} does not fit: the night has {n_completed} completed cycles",
                remedy="leave it out, or compare all nights on fewer",
            )
        return hypnogram.replace(lights_off=begin * epoch, lights_on=float(counted.end[wanted - 1]))
    if part := PART.fullmatch(name):
        k, n_parts = (int(part[1]), 3) if part[1] else (int(part[2]), 2)
        if end - begin < n_parts:
            raise HypnogramError(f"{name!r} does not fit: the night has {end - begin} epochs ({_named(of)})")
        first, last = (begin + round((end - begin) * i / n_parts) for i in (k - 1, k))
        return hypnogram.replace(lights_off=first * epoch, lights_on=last * epoch)
    raise HypnogramError(
        f"there is no window {name!r}",
        remedy="there are 'first_6h', 'first_4_cycles', 'third_1' to 'third_3', 'half_1' and 'half_2'",
    )


def _bounds(nights: StageMatrix, hypnogram: Hypnogram, of: str) -> tuple[int, int]:
    """First epoch of what a window is a part of, and the epoch after its last."""
    if of == "lights":
        if not hypnogram.lights_known:
            raise HypnogramError(
                "the lights are unknown",
                remedy="hypnogram.whole() declares the whole record to be the lights window, and of='sleep_period' "
                "needs none",
            )
        return int(nights.begin[0]), int(nights.end[0])
    if of == "sleep_period":
        if not nights.n_sleep[0]:
            raise HypnogramError("no sleep was scored, so that there is no sleep period to take a part of")
        return int(nights.onset[0]), int(nights.last_sleep[0]) + 1
    raise HypnogramError(f"a window is a part of 'lights' or of the 'sleep_period', not of {of!r}")


def _named(of: str) -> str:
    return "from lights-off to lights-on" if of == "lights" else "from the first to the last sleep epoch"
