"""Which channel plays EEG, EOG and chin EMG: by label first, by signal where labels leave a choice.

Order of preference for EEG: a central derivation to the opposite mastoid (what YASA's classifiers were trained on),
then central to other references, then frontal, occipital and the rest of the head. For EOG: the left eye, then the
right, then a bipolar derivation. For EMG: the chin. A channel that is flat, railing or wildly noisy in many more of the
windows looked at than the best of its kind loses to a sounder one, whatever its label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from ..core.errors import MontageError
from ..core.finding import Finding
from ..core.recording import Role
from .labels import Label, names_chin, normalised, parse_label, without_type
from .quality import Quality, probe
from .sources import Channel, Source

__all__ = ["Choice", "Derivation", "choose", "further_eeg", "other_eye"]

#: What may be asked of a role: choose, (EEG) choose all that are sound, do without, one label, a difference of two.
Choice = Literal["auto", "all"] | str | tuple[str, str] | None

CENTRAL, FRONTAL, OCCIPITAL = ("C4", "C3", "CZ"), ("F4", "F3", "FZ", "FPZ", "FP2", "FP1"), ("O2", "O1", "OZ", "PZ")
OPPOSITE = {"C4": "M1", "C3": "M2", "F4": "M1", "F3": "M2", "O2": "M1", "O1": "M2", "E1": "M2", "E2": "M1"}
#: Hertz: an EEG at or below the first cannot be staged; EOG and EMG under the second are left out.
SLOWEST_EEG, SLOWEST_OTHER = 80.0, 50.0
#: How much larger a share of bad windows than the best candidate's puts a channel a tier, and two tiers, lower.
TIERS = (0.005, 0.10)
#: A derivation that is so many times larger or smaller than the middle of all is no EEG like the others.
UNLIKE = 4.0
#: Correlations, 10-s windows: two chin electrodes that carry the EEG's reference, and the EEG in each.
SHARED, CARRIED = 0.7, 0.3


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
    """

    name: str
    plus: Channel
    minus: Channel | None = None
    sign: int = 1
    why: str = ""

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels to read."""
        return (self.plus,) if self.minus is None else (self.plus, self.minus)


def choose(source: Source, asked: dict[Role, Choice]) -> tuple[dict[Role, Derivation], tuple[Finding, ...]]:
    """Find a derivation for each role, and say what was left out or is weak.

    Parameters
    ----------
    source : Source
    asked : dict of role to Choice

    Raises
    ------
    MontageError
        If a label is not there or not unique, the pair has two rates, or no channel can be the EEG.
    """
    chooser = _Chooser(source)
    found: dict[Role, Derivation] = {}
    for role in ("eeg", "eog", "emg"):
        choice = asked[role]
        derivation = chooser.automatic(role, found) if choice in ("auto", "all") else chooser.named(role, choice)
        if derivation is not None and (derivation := chooser.checked(role, derivation)) is not None:
            found[role] = derivation
    return found, tuple(chooser.findings)


def other_eye(source: Source, eog: Derivation) -> Derivation | None:
    """Find the eye that the chosen EOG is not, recorded at the same rate; None where there is none."""
    chosen = parse_label(eog.plus.label).active
    wanted = {"E1": "E2", "E2": "E1"}.get(chosen)
    candidates = [
        d
        for d in _Chooser(source).derivations("eog")
        if parse_label(d.plus.label).active == wanted and d.plus.rate == eog.plus.rate
    ]
    return candidates[0] if candidates else None


def further_eeg(source: Source, eeg: Derivation) -> tuple[Derivation, ...]:
    """Give the other EEG derivations that are sound enough to vote beside the chosen one, best first.

    Each is fast enough to stage, has an electrode of its own, is bad in hardly more windows than the soundest, and is
    neither far larger nor far smaller than the middle of them.
    """
    chooser = _Chooser(source)
    by_electrode = {parse_label(eeg.plus.label).active or eeg.name: eeg}
    for derivation in chooser.derivations("eeg"):
        if _fast_enough("eeg", derivation) and derivation.plus.index != eeg.plus.index:
            by_electrode.setdefault(parse_label(derivation.plus.label).active, derivation)
    every = list(by_electrode.values())
    quality = chooser.quality([channel for d in every for channel in d.channels])
    bad = [max(quality[c.index].bad for c in d.channels) for d in every]
    size = np.array([_size(d, quality) for d in every])
    middle = float(np.median(size[size > 0])) if (size > 0).any() else 0.0
    sound = [
        b - min(bad) <= TIERS[1] and middle / UNLIKE <= s <= middle * UNLIKE for b, s in zip(bad, size, strict=True)
    ]
    return tuple(d for d, is_sound in zip(every[1:], sound[1:], strict=True) if is_sound)


class _Chooser:
    """The candidates of one source, their labels understood, their quality looked at once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.labels = {channel.index: parse_label(channel.label) for channel in source.channels if channel.voltage}
        self.findings: list[Finding] = []
        self._quality: dict[int, Quality] = {}

    def _of(self, kind: str) -> list[Channel]:
        return [c for c in self.source.channels if c.index in self.labels and self.labels[c.index].kind == kind]

    def quality(self, channels: Sequence[Channel]) -> dict[int, Quality]:
        """Quality of channels, each looked at once."""
        unseen = [channel for channel in channels if channel.index not in self._quality]
        if unseen:
            self._quality |= probe(self.source, unseen)
        return {channel.index: self._quality[channel.index] for channel in channels}

    # ------------------------------------------------------------------------------------------------ what was asked
    def named(self, role: Role, choice: Choice) -> Derivation | None:
        """Give the derivation that the caller named."""
        if choice is None:
            return None
        if isinstance(choice, str):
            channel = self._find(role, choice)
            sign = -1 if parse_label(channel.label).inverted else 1
            return Derivation(channel.label, channel, None, sign, "named by the user")
        plus, minus = (self._find(role, label) for label in choice)
        if plus.rate != minus.rate:
            raise MontageError(
                f"{self.source.name}: {plus.label!r} is sampled at {plus.rate:g} Hz and {minus.label!r} at "
                f"{minus.rate:g} Hz; a difference needs one rate"
            )
        return Derivation(f"{plus.label}-{minus.label}", plus, minus, why="named by the user")

    def _find(self, role: Role, label: str) -> Channel:
        """Find a channel by its exact label, else uniquely: normalised, without its type word, by its electrodes."""
        channels = self.source.channels
        found = [c for c in channels if c.label == label]
        for plain in (normalised, without_type, _meaning):
            found = found or [c for c in channels if plain(c.label) == plain(label)]
        if len(found) == 1:
            if not found[0].voltage:
                raise MontageError(
                    f"{self.source.name}: {label!r} is not measured in volts; it cannot be the {role.upper()}"
                )
            return found[0]
        what = f"{len(found)} channels are" if found else "no channel is"
        raise MontageError(
            f"{self.source.name}: {what} called {label!r}; give --{role} one of "
            f"{', '.join(repr(c.label) for c in channels) or 'none: the file has no signals'}"
        )

    # ------------------------------------------------------------------------------------------------- what is chosen
    def automatic(self, role: Role, found: dict[Role, Derivation]) -> Derivation | None:
        """Choose among the channels whose labels allow the role."""
        candidates = self.derivations(role)
        usable = [d for d in candidates if _fast_enough(role, d)]
        if not usable and (role == "eeg" or candidates):
            self._too_slow(role, candidates)
            return None
        best = self._soundest(usable)
        if best is None and role == "eeg":
            said = "; ".join(f"{d.name}: {self.quality([d.plus])[d.plus.index]}" for d in usable)
            raise MontageError(f"{self.source.name}: no EEG channel holds a signal ({said}); name one with --eeg")
        if best is not None and role == "emg":
            return self._chin_difference(best, usable, found.get("eeg"))
        return best

    def derivations(self, role: Role) -> list[Derivation]:
        """What the labels allow for a role, in order of preference."""
        return {"eeg": self._eeg, "eog": self._eog, "emg": self._emg}[role]()

    def _soundest(self, candidates: list[Derivation]) -> Derivation | None:
        """Give the first candidate of the best tier of quality; None if nothing is usable."""
        if not candidates:
            return None
        quality = self.quality([channel for d in candidates for channel in d.channels])
        bad = [max(quality[c.index].bad for c in d.channels) for d in candidates]
        for derivation in candidates:
            for channel in derivation.channels:
                if not quality[channel.index].usable:
                    self._note("unusable-channel", "refused", channel.label, str(quality[channel.index]))
        usable = [i for i, d in enumerate(candidates) if all(quality[c.index].usable for c in d.channels)]
        if not usable:
            return None
        least = min(bad[i] for i in usable)
        chosen = min(usable, key=lambda i: sum(bad[i] - least > tier for tier in TIERS))
        best = candidates[chosen]
        for passed in (candidates[i] for i in usable[: usable.index(chosen)]):
            worst = max((quality[c.index] for c in passed.channels), key=lambda q: q.bad)
            self._note("passed-over", "note", passed.name, f"preferred by its label, but {worst}; took {best.name}")
        if bad[chosen] > TIERS[1]:
            worst = max((quality[c.index] for c in best.channels), key=lambda q: q.bad)
            self._note("poor-signal", "warning", best.name, str(worst), "look at the trace before using the numbers")
        return best

    def _eeg(self) -> list[Derivation]:
        """EEG derivations in order of preference; a bare electrode is taken against a recorded opposite mastoid."""
        ranked = [(_eeg_rank(d_label), i, d) for i, (d_label, d) in enumerate(self._derived("eeg"))]
        return [d for _, _, d in sorted(ranked, key=lambda item: item[:2])]

    def _eog(self) -> list[Derivation]:
        order = {"E1": 0, "E2": 1, "E1-E2": 2}
        derived = self._derived("eog")
        return [d for _, d in sorted(derived, key=lambda item: (order[item[0].active], not item[0].reference))]

    def _derived(self, kind: Literal["eeg", "eog"]) -> list[tuple[Label, Derivation]]:
        """Channels of a kind as derivations; a bare electrode against a mastoid recorded at the same rate."""
        mastoids = {self.labels[c.index].active: c for c in self._of("reference")}
        out = []
        for channel in self._of(kind):
            label = self.labels[channel.index]
            sign = -1 if label.inverted else 1
            reference = mastoids.get(OPPOSITE.get(label.active, "M2"))
            bare = not label.reference and not label.inverted
            if bare and reference is not None and reference.rate == channel.rate:
                derived = Label(label.kind, label.active, self.labels[reference.index].active)
                why = f"{_place(derived)}, both recorded against one reference"
                out.append((derived, Derivation(f"{channel.label}-{reference.label}", channel, reference, sign, why)))
            else:
                out.append((label, Derivation(channel.label, channel, None, sign, _place(label))))
        return out

    def _emg(self) -> list[Derivation]:
        chin = sorted(self._of("emg"), key=lambda c: (self.labels[c.index].active != "chin", c.index))
        return [Derivation(c.label, c, why=_muscle(c.label)) for c in chin]

    def _chin_difference(self, best: Derivation, candidates: list[Derivation], eeg: Derivation | None) -> Derivation:
        """Two chin electrodes against the EEG's reference carry EEG; their difference is the muscle."""
        first = self.quality([best.plus])[best.plus.index].windows
        head = None if eeg is None else self.quality([eeg.plus])[eeg.plus.index].windows
        for other in candidates:
            if other.plus.index == best.plus.index or other.plus.rate != best.plus.rate or head is None:
                continue
            quality = self.quality([other.plus])[other.plus.index]
            if not quality.usable or head.shape != first.shape:
                continue
            if _correlation(first, quality.windows) > SHARED and _correlation(first, head) > CARRIED:
                plus, minus = sorted((best.plus, other.plus), key=lambda c: c.index)
                why = f"{plus.label} and {minus.label} both carry the EEG, so the muscle is their difference"
                return Derivation(f"{plus.label}-{minus.label}", plus, minus, why=why)
        return best

    # ---------------------------------------------------------------------------------------------------------- rates
    def checked(self, role: Role, derivation: Derivation) -> Derivation | None:
        """Refuse an EEG too slow to stage; leave a slow EOG or EMG out; say which will be upsampled."""
        if not _fast_enough(role, derivation):
            self._too_slow(role, [derivation])
            return None
        if derivation.plus.rate <= SLOWEST_EEG:
            what = f"sampled at {derivation.plus.rate:g} Hz; upsampled for staging"
            self._note(f"upsampled-{role}", "note", derivation.name, what)
        return derivation

    def _too_slow(self, role: Role, slow: list[Derivation]) -> None:
        """Say that nothing is fast enough for a role; without an EEG nothing can be staged."""
        name = self.source.name
        if not slow:
            labels = ", ".join(repr(c.label) for c in self.source.channels) or "no signals at all"
            raise MontageError(f"{name}: no EEG channel among {labels}; name one with --eeg")
        rate = slow[0].plus.rate
        if role == "eeg":
            raise MontageError(
                f"{name}: EEG {slow[0].name!r} is sampled at {rate:g} Hz; staging needs more than {SLOWEST_EEG:g} Hz, "
                "so name a faster channel with --eeg or export the night at its full rate"
            )
        what = f"sampled at {rate:g} Hz, less than the {SLOWEST_OTHER:g} Hz that its features need; left out"
        self._note(f"slow-{role}", "refused", slow[0].name, what, "export the channel at its full rate")

    def _note(
        self, code: str, severity: Literal["note", "warning", "refused"], where: str, what: str, remedy: str = ""
    ) -> None:
        self.findings.append(Finding(code, severity, where, what, remedy))


def _size(derivation: Derivation, quality: dict[int, Quality]) -> float:
    """Median over sound windows of the spread of a derivation, in microvolts; 0 where none is sound."""
    plus = quality[derivation.plus.index]
    windows, sound = plus.windows, plus.sound
    if derivation.minus is not None:
        minus = quality[derivation.minus.index]
        windows, sound = windows - minus.windows, sound & minus.sound
    return float(np.median(windows[sound].std(axis=1))) if sound.any() else 0.0


def _fast_enough(role: Role, derivation: Derivation) -> bool:
    rate = derivation.plus.rate
    return rate > SLOWEST_EEG if role == "eeg" else rate >= SLOWEST_OTHER


def _meaning(label: str) -> str:
    """The electrodes of a derivation, ears called mastoids; the label itself where it names none."""
    parsed = parse_label(label)
    return parsed.derivation if parsed.kind in ("eeg", "eog") else label


def _eeg_rank(label: Label) -> tuple[int, int, int]:
    """Region of the head, then reference (opposite mastoid, linked, same side, unknown, other), then AASM's order."""
    regions = (CENTRAL, FRONTAL, OCCIPITAL)
    region = next((i for i, electrodes in enumerate(regions) if label.active in electrodes), len(regions))
    place = regions[region].index(label.active) if region < len(regions) else 0
    if label.reference and label.reference == OPPOSITE.get(label.active):
        return region, 0, place
    return region, {"LM": 1, "M1": 2, "M2": 2, "": 3}.get(label.reference, 4), place


def _muscle(label: str) -> str:
    """Whether the label says that the muscle is the chin's."""
    return "chin EMG by its label" if names_chin(label) else "EMG by its label, taken for the chin's"


def _place(label: Label) -> str:
    """The derivation in words."""
    regions = {"central": CENTRAL, "frontal": FRONTAL, "occipital or parietal": OCCIPITAL}
    if label.kind == "eog":
        where = {"E1": "left EOG", "E2": "right EOG", "E1-E2": "bipolar EOG"}[label.active]
    else:
        where = next((f"{name} EEG" for name, those in regions.items() if label.active in those), "EEG")
    if not label.reference:
        against = "" if label.active == "E1-E2" else ", reference not said"
    elif label.reference == OPPOSITE.get(label.active):
        against = " to the opposite mastoid"
    elif label.reference in ("M1", "M2", "LM"):
        against = f" to {'linked mastoids' if label.reference == 'LM' else label.reference}"
    else:
        against = f" against {label.reference}"
    return f"{where}{against}{', turned over' if label.inverted else ''}"


def _correlation(a: npt.NDArray[np.float32], b: npt.NDArray[np.float32]) -> float:
    """Median over windows of the absolute correlation of two channels."""
    a, b = (x - x.mean(axis=1, keepdims=True) for x in (a, b))
    power = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    known = power > 0
    return float(np.median(np.abs((a * b).sum(axis=1)[known] / power[known]))) if known.any() else 0.0
