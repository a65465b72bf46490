"""`EVENT_WORDS`: how scorers write the events that have an index."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from ..core.plain import plain_word

__all__ = ["EVENT_WORDS", "FAMILIES", "event_of_text", "not_understood"]

#: Every text that is an event with an index; capitals, blanks, "_" and "-" make no difference, nor does a channel after
#: "@@". AASM's words in both spellings, EDF+ standard texts, NSRR and its harmonised terms (luna-base nsrr-remap.cpp,
#: NSRR data dictionaries), Compumedics Profusion (the settings of learn-nsrr01), Noxturnal (French export). HMC scores
#: stages and lights only. Left out on purpose: "unsure", which is a hypopnea in one cohort and a doubt in the others;
#: artefacts; and an apnea or hypopnea "arousal", of which nobody says whether it is the event or its end.
EVENT_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "arousal": (
        "arousal", "arousals", "EEG arousal", "arousal ()", "arousal|arousal ()", "arousal|arousal (arousal)",
        "arousal|arousal (standard)", "arousal (standard)", "arousal standard", "arousal (asda)", "arousal (aasm)",
        "asda arousal|arousal (asda)", "asda arousal|arousal (adsa)", "arousal (aro spont)", "spontaneous arousal",
        "spontaneous arousal|arousal (aro spont)", "spontaneous arousal|arousal (spon aro)",
        "spontaneous arousal|arousal (apon aro)", "arousal spontaneous", "arousal external",
        "external arousal|arousal (external arousal)", "arousal (aro res)", "respiratory arousal",
        "arousal respiratory", "arousal resulting from respiratory effort|arousal (aro res)",
        "arousal resulting from respiratory effort|arousal (resp aro)", "arousal (aro limb)", "arousal plm",
        "arousal lm", "arousal resulting from periodic leg movement|arousal (plm)",
        "arousal resulting from periodic leg movement|arousal (plm aro)", "arousal (cheshire)", "arousal cheshire",
        "arousal resulting from chin emg|arousal (cheshire)", "micro-arousal", "micro-éveil",
    ),
    "obstructive apnea": (
        "obstructive apnea", "obstructive apnoea", "apnea obstructive", "apnea (obstructive)",
        "obstructive apnea|obstructive apnea", "apnée obstructive",
    ),
    "central apnea": (
        "central apnea", "central apnoea", "apnea central", "apnea (central)", "central apnea|central apnea",
        "apnée centrale",
    ),
    "mixed apnea": (
        "mixed apnea", "mixed apnoea", "apnea mixed", "apnea (mixed)", "mixed apnea|mixed apnea", "apnée mixte",
    ),
    "apnea": ("apnea", "apnoea", "apnea|apnea", "apnée"),
    "hypopnea": (
        "hypopnea", "hypopnoea", "hypopnea|hypopnea", "hypopnée", "obstructive hypopnea", "central hypopnea",
        "mixed hypopnea", "hypopnea obstructive", "hypopnea central", "hypopnea mixed", "obstructive hypopnoea",
        "central hypopnoea", "mixed hypopnoea", "obstructive hypopnea|obstructive hypopnea",
        "central hypopnea|central hypopnea", "mixed hypopnea|mixed hypopnea",
    ),
    "RERA": (
        "RERA", "respiratory effort related arousal", "respiratory effort related arousal|RERA",
    ),
    "desaturation": (
        "desaturation", "desat", "SpO2 desaturation", "SpO2 desaturation|SpO2 desaturation", "oxygen desaturation",
        "O2 desaturation", "désaturation",
    ),
})  # fmt: skip

#: Kinds that one scorer marks together: where one of them is among the events, the others were looked for too.
FAMILIES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "arousals": ("arousal",),
    "apneas and hypopneas": ("obstructive apnea", "central apnea", "mixed apnea", "apnea", "hypopnea"),
    "RERAs": ("RERA",),
    "desaturations": ("desaturation",),
})  # fmt: skip

#: Texts that look as if they belonged into the table: they are told, not counted.
SUSPICIOUS = re.compile(r"apn|pnoe|hypop|arous|rera|desat|désat|éveil$|weck|unsure", re.IGNORECASE)

_EVENT_OF = {plain_word(word): kind for kind, words in EVENT_WORDS.items() for word in words}


def event_of_text(text: str) -> str | None:
    """Kind of event that a text names, a key of `EVENT_WORDS`, or None where it names none.

    Examples
    --------
    >>> event_of_text("Arousal ()"), event_of_text("apnea_central"), event_of_text("Micro-éveil")
    ('arousal', 'central apnea', 'arousal')
    >>> event_of_text("SpO2 artifact") is None
    True
    """
    return _EVENT_OF.get(plain_word(text))


def not_understood(kinds: Iterable[str]) -> Iterator[str]:
    """Tell of texts that look like events; none is quoted, for each may name a person, however often it occurs."""
    n = sum(event_of_text(kind) is None and SUSPICIOUS.search(kind) is not None for kind in kinds)
    if n:
        yield f"{'1 event is' if n == 1 else f'{n} events are'} not understood and not counted"
