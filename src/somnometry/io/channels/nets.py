"""Caps and nets whose labels are places in a grid of their own: A1 is then no ear, E1 no eye, C4 no electrode."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from .families import Family, recognise
from .labels import Label, normalised, without_type

__all__ = ["recognise_all", "recognise_net"]

#: Labels of one pattern that make a net of them, whatever they would mean alone.
FEWEST = 16
#: Share of a cap's places that a file must hold for the cap to be known by their number.
MOST_OF_IT = 0.75
#: A set of thirty-two places under one letter, as BioSemi's are, and so many of A3 and above that A is no ear.
GRID = re.compile(r"([A-H])(\d{1,2})")
IN_A_SET, BEYOND_EARS = 32, 4
#: Places of an EGI net; from the third on they are no eyes.
EGI = re.compile(r"E(\d{1,3})")
#: Electrodes by number alone.
NUMBERED = re.compile(r"(?:EEG|CH|CHAN|CHANNEL|ELECTRODE|SENSOR|E-?EG)?-?(\d{1,3})")
WHERE = "say in a montage file which of them lies where, or name one with --eeg"


def recognise_all(labels: Iterable[str]) -> Family | None:
    """Give the net, recorder or cohort that writes these labels; None where none fits.

    Examples
    --------
    >>> recognise_all([f"{letter}{i}" for letter in "ABCD" for i in range(1, 33)]).name
    'BioSemi, cap of 128 (ABC)'
    """
    every = tuple(labels)
    return recognise_net(every) or recognise(every)


@lru_cache(maxsize=64)
def recognise_net(labels: tuple[str, ...]) -> Family | None:
    """Give the cap or net whose places these labels are, as a family; None where they are none.

    Where its positions are not published, or the file does not tell which it is, all its places are "other".

    Examples
    --------
    >>> recognise_net(tuple(f"E{i}" for i in range(1, 129))).means["E104"].derivation
    'C4-CZ'
    >>> recognise_net(("C3", "C4", "A1", "A2", "E1", "E2")) is None
    True
    """
    if len(labels) < FEWEST:
        return None
    plain = {label: normalised(label) if normalised(label).isdigit() else without_type(label) for label in labels}
    places = {label: place for label, place in plain.items() if GRID.fullmatch(place)}
    beyond = sum(place[0] == "A" and int(place[1:]) > 2 for place in places.values())
    if len(places) >= FEWEST and beyond >= BEYOND_EARS and all(int(p[1:]) <= IN_A_SET for p in places.values()):
        letters = "".join(sorted({place[0] for place in places.values()}))
        held = len(set(places.values()))
        known = (net for net in _nets() if net["letters"] == letters and letters != "E")
        row = next((net for net in known if held >= MOST_OF_IT * net["places"]), None)
        return _family(places, row, f"a BioSemi cap with places {letters[0]}1 to {letters[-1]}{IN_A_SET}")
    places = {label: place for label, place in plain.items() if EGI.fullmatch(place)}
    if len(places) >= FEWEST:
        last = max(int(place[1:]) for place in places.values())
        rows = [net for net in _nets() if net["letters"] == "E" and last <= net["places"] + 1]
        row = rows[0] if rows and len(places) >= MOST_OF_IT * rows[0]["places"] else None
        return _family(places, row, f"an EGI net with places up to E{last}")
    places = {label: place for label, place in plain.items() if NUMBERED.fullmatch(normalised(label))}
    if len(places) >= FEWEST:
        return _family(places, None, f"a net of {len(places)} electrodes by number")
    return None


def _family(places: Mapping[str, str], row: Mapping[str, Any] | None, name: str) -> Family:
    """The net as a family, which says of every place where it lies, or that it lies at none that we use."""
    means, reference = {}, ""
    if row is not None:
        name, reference, means = row["name"], row["reference"], row["means"]
    meant = {normalised(label): _label(means.get(place), reference) for label, place in places.items()}
    published = "" if row is None else f"Places by mne's table {row['montage']}, nearest to the 10-20 electrodes."
    return Family(
        id=row["id"] if row is not None else "net", name=name, kind="net", labels=tuple(places), means=meant,
        common="", reversed=False, eeg=(), eog=(), note=published or WHERE, basis="seen" if row else "inferred",
        sources=("mne.channels.make_standard_montage",), all=(), some=frozenset(), none=frozenset(), least=0,
    )  # fmt: skip


def _label(electrode: str | None, reference: str) -> Label:
    if electrode is None:
        return Label("other")
    if reference == "CMS":  # BioSemi's own, which is no electrode to name a derivation by
        return Label("eeg", electrode, called=reference)
    return Label("reference" if electrode in ("M1", "M2") else "eeg", electrode, reference)


@cache
def _nets() -> tuple[dict[str, Any], ...]:
    text = (files(__package__) / "channel_nets.toml").read_text("utf-8")
    return tuple(tomllib.loads(text)["net"])
