"""What the labels of a recording allow for each role, in order of preference, before any signal is looked at.

EEG: central, frontal, occipital, then the rest of the head; in each region the opposite mastoid first. EOG: the left
eye, the right, a bipolar derivation. EMG: the chin. A headband's own order comes first, and where no electrode lies
beside an eye, the difference of the two sides of the forehead stands in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ...core.recording import Role
from ..sources.source import Channel, Source
from .families import Family
from .labels import Label, names_chin, normalised, parse_label
from .nets import recognise_all

__all__ = ["UNKNOWN", "Candidates", "Derivation", "family_of"]

REGIONS = {
    "central": ("C4", "C3", "CZ"),
    "frontal": ("F4", "F3", "FZ", "FPZ", "FP2", "FP1", "F2", "F1"),
    "occipital or parietal": ("O2", "O1", "OZ", "PZ"),
}
OPPOSITE = {"C4": "M1", "C3": "M2", "F4": "M1", "F3": "M2", "O2": "M1", "O1": "M2", "E1": "M2", "E2": "M1"}
#: A channel of which nothing is known.
UNKNOWN = Label("other")
#: Two sides of the forehead whose difference shows the eyes, the nearest to the eyes first.
SIDES = (("AF7", "AF8"), ("F7", "F8"))


@dataclass(frozen=True, slots=True)
class Derivation:
    """One channel, or the difference of two, in a role.

    Parameters
    ----------
    name : str
        Of the signal in the recording.
    plus : Channel
    minus : Channel or None
    sign : {1, -1}
        -1 turns an inverted trace over.
    why : str
    label : Label
        The electrodes, as they are after turning over and subtracting.
    stands_in : bool
        Whether it plays its role for want of a better: an EEG of the temples, an EOG away from the eyes.
    """

    name: str
    plus: Channel
    minus: Channel | None = None
    sign: int = 1
    why: str = ""
    label: Label = UNKNOWN
    stands_in: bool = False

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels to read."""
        return (self.plus,) if self.minus is None else (self.plus, self.minus)


def family_of(source: Source) -> Family | None:
    """Give the recorder or cohort whose labels a source has; None where none is recognised."""
    return recognise_all(channel.label for channel in source.channels)


class Candidates:
    """The channels of a source as their labels, its family and the user explain them.

    Parameters
    ----------
    source : Source
    family : Family, optional
    user_labels : mapping of str to Label, optional
        What the user says that labels mean, by the normalised label; it goes before all else.
    upside_down : bool, optional
        Whether EEG and EOG were recorded so; by default what the family does.
    channels : sequence of Channel, optional
        Those of the source that may be taken; all by default.
    """

    def __init__(
        self,
        source: Source,
        family: Family | None,
        user_labels: Mapping[str, Label] | None = None,
        upside_down: bool | None = None,
        channels: Sequence[Channel] | None = None,
    ) -> None:
        self.channels = source.channels if channels is None else tuple(channels)
        self.family, self.user_labels = family, dict(user_labels or {})
        self.reversed = upside_down if upside_down is not None else family is not None and family.reversed
        self.labels = {channel.index: self._label(channel) for channel in self.channels if channel.voltage}

    def _label(self, channel: Channel) -> Label:
        own = self.user_labels.get(normalised(channel.label))
        if own is not None:
            return own
        return parse_label(channel.label) if self.family is None else self.family.parse(channel.label)

    def of(self, kind: str) -> list[Channel]:
        """Channels of a kind, in the order of the file."""
        return [c for c in self.channels if c.index in self.labels and self.labels[c.index].kind == kind]

    def derivations(self, role: Role) -> list[Derivation]:
        """What the labels allow for a role, in order of preference, nothing twice."""
        allowed = {"eeg": self._eeg, "eog": self._eog, "emg": self._emg}[role]()
        unique: dict[tuple[int, ...], Derivation] = {}
        for derivation in allowed:
            unique.setdefault(tuple(sorted(channel.index for channel in derivation.channels)), derivation)
        return list(unique.values())

    def _eeg(self) -> Iterator[Derivation]:
        """EEG in order of preference: a headband's own, then by region, reference and AASM's order."""
        for pair in self.family.eeg if self.family is not None else ():
            if (derivation := self.between(*pair)) is not None:
                yield _standing_in(derivation)
        ranked = sorted(enumerate(self._derived("eeg")), key=lambda item: (_eeg_rank(item[1].label), item[0]))
        for _, derivation in ranked:
            yield derivation if _region(derivation.label) else _standing_in(derivation)

    def _eog(self) -> Iterator[Derivation]:
        order = {"E1": 0, "E2": 1, "EOG": 2, "E1-E2": 3}
        yield from sorted(self._derived("eog"), key=lambda d: (order[d.label.active], not d.label.reference))
        own = self.family.eog if self.family is not None else ()
        for pair in dict.fromkeys((*own, *SIDES)):
            if pair[0] not in order and (derivation := self.between(*pair)) is not None:
                yield replace(derivation, stands_in=True, why=f"{_sides(pair)}, for want of an EOG")

    def _emg(self) -> Iterator[Derivation]:
        for c in sorted(self.of("emg"), key=lambda c: (self.labels[c.index].active != "chin", c.index)):
            label = self.labels[c.index]
            by_label = names_chin(c.label) or normalised(c.label) in self._explained()
            why = "chin EMG by its label" if by_label else "EMG by its label, taken for the chin's"
            yield Derivation(c.label, c, why=why, label=label)

    def _explained(self) -> set[str]:
        return set(self.user_labels) | (set(self.family.means) if self.family is not None else set())

    def between(self, active: str, reference: str) -> Derivation | None:
        """Give the derivation between two electrodes, as recorded, turned over, or as a difference; None without."""
        labelled = [(self.labels[c.index], c) for c in self.channels if c.index in self.labels]
        for label, channel in labelled:
            if label.active == active and (label.reference == reference or not reference):
                return self._single(channel, label)
            if reference and (label.active, label.reference) == (reference, active):
                turned = Label(label.kind, active, reference, not label.inverted)
                return replace(self._single(channel, turned), label=Label(label.kind, active, reference))
        plus = next((item for item in labelled if item[0].active == active and not item[0].inverted), None)
        minus = next((item for item in labelled if item[0].active == reference and not item[0].inverted), None)
        return None if plus is None or minus is None else self._difference(plus[1], minus[1])

    def _derived(self, kind: Role) -> Iterator[Derivation]:
        """Channels of a kind; an electrode against a mastoid recorded against the same electrode at its rate.

        The opposite mastoid, else both linked, else the one of its own side. What is against a mastoid already is taken
        against another only where that is the opposite one.
        """
        for channel in self.of(kind):
            label = self.labels[channel.index]
            derived = None if label.inverted or label.active == "E1-E2" else self._to_a_mastoid(channel, label)
            yield self._single(channel, label) if derived is None else derived

    def _to_a_mastoid(self, channel: Channel, label: Label) -> Derivation | None:
        """The channel against the best mastoid that shares its reference; None where none does or none is better."""
        opposite = OPPOSITE.get(label.active, "M2")
        if label.reference in (opposite, "LM"):
            return None
        better = (opposite,) if label.reference in ("M1", "M2") else (opposite, "LM", "M1", "M2")
        mastoids = [c for c in self.of("reference") if self.labels[c.index].active in better]
        for mastoid in sorted(mastoids, key=lambda c: better.index(self.labels[c.index].active)):
            if (derived := self._difference(channel, mastoid)) is not None:
                return derived
        return None

    def _difference(self, plus: Channel, minus: Channel) -> Derivation | None:
        """Two channels of one rate and one reference, subtracted."""
        a, b = self.labels[plus.index], self.labels[minus.index]
        if plus.rate != minus.rate or a.against != b.against or plus.index == minus.index:
            return None
        against = f"against {a.against}" if a.against else "against one reference"
        derived = Label(a.kind, a.active, b.active)
        sign = -1 if self.reversed else 1
        why = f"{_place(derived)}, both recorded {against}"
        return Derivation(f"{plus.label}-{minus.label}", plus, minus, sign, why, derived)

    def _single(self, channel: Channel, label: Label) -> Derivation:
        sign = -1 if label.inverted != self.reversed else 1
        return Derivation(channel.label, channel, None, sign, _place(label), label)


def _region(label: Label) -> str:
    """The part of the head that an EEG derivation is from; empty where it is none of the usual."""
    return next((name for name, those in REGIONS.items() if label.active in those), "")


def _standing_in(derivation: Derivation) -> Derivation:
    """Say that an EEG stands in for a central one."""
    return replace(derivation, stands_in=True)


def _sides(pair: Sequence[str]) -> str:
    return f"{pair[0]} minus {pair[1]}" if pair[1] else str(pair[0])


def _eeg_rank(label: Label) -> tuple[int, int, int]:
    """Region of the head, then reference (opposite mastoid, linked, same side, unknown, other), then AASM's order."""
    regions = list(REGIONS.values())
    at = next((i for i, electrodes in enumerate(regions) if label.active in electrodes), len(regions))
    place = regions[at].index(label.active) if at < len(regions) else 0
    if label.reference and label.reference == OPPOSITE.get(label.active):
        return at, 0, place
    return at, {"LM": 1, "M1": 2, "M2": 2, "": 3}.get(label.reference, 4), place


def _place(label: Label) -> str:
    """The derivation in words."""
    if label.kind == "eog":
        where = {"E1": "left EOG", "E2": "right EOG", "E1-E2": "bipolar EOG", "EOG": "EOG"}[label.active]
    else:
        where = f"{_region(label)} EEG".strip()
    if not label.reference:
        silent = f", reference {label.called} not known" if label.called else ", reference not said"
        against = "" if label.active == "E1-E2" else silent
    elif label.reference == OPPOSITE.get(label.active):
        against = " to the opposite mastoid"
    elif label.reference in ("M1", "M2", "LM"):
        against = f" to {'linked mastoids' if label.reference == 'LM' else label.reference}"
    else:
        against = f" against {label.reference}"
    return f"{where}{against}{', turned over' if label.inverted else ''}"
