"""Texts that say the light went off or on, in people's words, and those that nearly do."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from importlib.resources import files
from typing import Literal

__all__ = ["LightsText", "read_lights_text"]

Says = Literal["off", "on", "nearly", ""]
#: A clock time within a text, with the letters that some write for its parts.
CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:.h](\d{2})(?:[:.m](\d{2})(?:[.,]\d+)?)?s?\s*([ap]\.?m\b)?")
WORD = re.compile(r"[^\W\d_]+")
#: Characters; a longer text is a remark.
LONGEST = 80
#: How alike a text is to "lights off" that is a slip of the pen.
ALIKE = 0.84

_TABLE = tomllib.loads((files(__package__) / "lights_words.toml").read_text("utf-8"))
_WHOLE: dict[str, Says] = dict.fromkeys(_TABLE["whole_off"], "off") | dict.fromkeys(_TABLE["whole_on"], "on")
_BESIDE = frozenset(_TABLE["beside"])
_ENGLISH = _TABLE["language"][0]
#: Words for the light that also name a stage or a movement ("light sleep"), and say nothing alone.
_STAGE = frozenset({"light", "lite", "lys", "feny", "ljus"})
#: Of each language: words for the light, and what each other word says of it.
_LANGUAGES: list[tuple[frozenset[str], dict[str, Says]]] = [
    (
        frozenset(row["light"]),
        dict.fromkeys([*_ENGLISH["off"], *row["off"]], "off") | dict.fromkeys([*_ENGLISH["on"], *row["on"]], "on"),
    )
    for row in _TABLE["language"]
]


@dataclass(frozen=True, slots=True)
class LightsText:
    """What a text says of the light.

    Parameters
    ----------
    says : {"off", "on", "nearly", ""}
        "nearly" where it speaks of the light in other words, or is misspelt; such a text is no marker.
    clock : tuple of int, optional
        Seconds of the day of a clock time in it, each that it may mean: one, or two twelve hours apart.
    to_the_minute : bool
        Whether the clock time is without seconds.
    """

    says: Says = ""
    clock: tuple[int, ...] = ()
    to_the_minute: bool = False


@lru_cache(maxsize=4096)
def read_lights_text(text: str) -> LightsText:
    """Tell whether a text marks lights-off or lights-on, and the clock time that it gives.

    Examples
    --------
    >>> read_lights_text("Lights off: 22:45:10")
    LightsText(says='off', clock=(81910,), to_the_minute=False)
    >>> read_lights_text("Luces encendidas").says, read_lights_text("light").says
    ('on', '')
    >>> read_lights_text("Bathroom light on").says
    'nearly'
    """
    if len(text) > LONGEST:
        return LightsText()
    plain = _folded(text.partition("@@")[0])
    clock = CLOCK.search(plain)
    times, plain = (
        ((), plain) if clock is None else (_times(clock), plain[: clock.start()] + " " + plain[clock.end() :])
    )
    words = WORD.findall(plain)
    whole = _WHOLE.get("".join(words))
    says: Says = whole if whole is not None else _said(words)
    if says in ("off", "on") and "?" in plain:
        says = "nearly"
    return LightsText(says, times, bool(times) and clock is not None and clock.group(3) is None)


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold().translate(str.maketrans("øłıđ", "olid")).replace("æ", "ae"))
    return unicodedata.normalize("NFC", "".join(c for c in apart if not "\u0300" <= c <= "\u036f"))


def _times(clock: re.Match[str]) -> tuple[int, ...]:
    """Seconds of the day that a clock time may mean; an hour up to 12 may be of either half of the day."""
    hour, minute, second = (int(clock.group(i) or 0) for i in (1, 2, 3))
    if hour > 23 or minute > 59 or second > 59:
        return ()
    at = minute * 60 + second
    half = (clock.group(4) or "")[:1]
    if half:
        return ((hour % 12 + (12 if half == "p" else 0)) * 3600 + at,)
    return (hour * 3600 + at,) if hour > 12 or hour == 0 else (hour * 3600 + at, (hour + 12) % 24 * 3600 + at)


def _said(words: list[str]) -> Says:
    """What words say of the light, in whichever language they say most."""
    found: set[Says] = set()
    for light, states in _LANGUAGES:
        apart = [part for word in words for part in _apart(word, light, states)]
        if not any(word in light for word in apart):
            continue
        said = {states[word] for word in apart if word in states}
        more = [word for word in apart if word not in light and word not in states and word not in _BESIDE]
        if len(said) == 1 and not more:
            found |= said
        elif said or any(word in light and word not in _STAGE for word in apart):
            found.add("nearly")
    certain = found & {"off", "on"}
    if len(certain) == 1:
        return certain.pop()
    if found:
        return "nearly"
    name = "".join(words)
    forms = ("lightsoff", "lightson", "lightsout", "lightoff") if name[:1] == "l" and len(name) < 13 else ()
    return "nearly" if any(SequenceMatcher(None, name, form).ratio() >= ALIKE for form in forms) else ""


def _apart(word: str, light: frozenset[str], states: dict[str, Says]) -> list[str]:
    """The parts of a word such as "lightsoff" or "lichtuit"."""
    for name in light:
        rest = word.removeprefix(name)
        for state in states if rest != word else ():
            if rest == state or (rest.startswith(state) and rest.removeprefix(state) in _BESIDE):
                return [name, state]
    return [word]
