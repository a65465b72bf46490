"""Which channel plays EEG, EOG and chin EMG: by label first, by signal where labels leave a choice.

`Candidates` gives what labels allow, in order of preference. A channel that is flat, railing or wildly noisy in many
more of the windows looked at than the best of its kind loses to a sounder one, whatever its label. Where the one
that labels prefer cannot lose, only a glimpse is taken of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Literal

import numpy as np
import numpy.typing as npt

from ...core.errors import MontageError
from ...core.finding import Finding
from ...core.recording import Role
from ..finding_codes import finding_of
from ..signals.windows import Probe, Quality
from ..sources.source import Channel, Source
from .candidates import UNKNOWN, Candidates, Derivation, family_of
from .families import Family, explain
from .labels import Label, normalised, parse_label, without_type

__all__ = ["Choice", "Chosen", "Derivation", "MontageEntry", "choose", "further_eeg", "other_eye"]

#: What may be asked of a role: choose, (EEG) choose all that are sound, do without, one label, a difference of two.
Choice = Literal["auto", "all"] | str | tuple[str, str] | None

ROLES: tuple[Role, ...] = ("eeg", "eog", "emg")
#: Hertz: an EEG at or below the first cannot be staged; EOG and EMG under the second are left out.
SLOWEST_EEG, SLOWEST_OTHER = 80.0, 50.0
#: How much larger a share of bad windows than the best candidate's puts a channel a tier, and two tiers, lower.
TIERS = (0.005, 0.10)
#: A derivation that is so many times larger or smaller than the middle of all is no EEG like the others.
UNLIKE = 4.0
#: What labels mean by themselves where only the family or the user can say more.
UNSAID = ("depends on the cohort", "electrode by number or side")
#: Correlations, 10-s windows: two chin electrodes that carry the EEG's reference, and the EEG in each.
SHARED, CARRIED = 0.7, 0.3


@dataclass(frozen=True, slots=True)
class MontageEntry:
    """What the user says of a recording that no program can know: one table of a montage file.

    Parameters
    ----------
    labels : mapping of str to Label
        By the normalised label; it goes before what the family and the label itself say.
    family : Family, optional
        None to recognise it by its labels.
    roles : mapping of role to Choice
        Where "auto" is asked for a role, this is asked instead.
    upside_down : bool, optional
        Whether EEG and EOG were recorded so; None for what the family does.
    """

    labels: Mapping[str, Label] = field(default_factory=dict)
    family: Family | None = None
    roles: Mapping[Role, Choice] = field(default_factory=dict)
    upside_down: bool | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which derivation plays each role, and what else could.

    Parameters
    ----------
    derivations : mapping of role to Derivation
    findings : tuple of Finding
        What was left out or is weak.
    ranking : mapping of role to tuple of Derivation
        Of each role that was asked to be ranked: what would be taken, and then if that were not there, and so on,
        whatever was named for the role.
    family : Family, optional
        Recorder or cohort whose labels these are.
    """

    derivations: dict[Role, Derivation]
    findings: tuple[Finding, ...]
    ranking: Mapping[Role, tuple[Derivation, ...]]
    family: Family | None = None

    @property
    def device(self) -> Literal["psg", "headband", ""]:
        """What recorded the night: as its family says, else PSG where EEG, EOG and chin EMG are its own channels."""
        if self.family is not None:
            return "headband" if self.family.kind == "headband" else "psg"
        own = [role for role, derivation in self.derivations.items() if not derivation.stands_in]
        return "psg" if len(own) == len(ROLES) else ""


def choose(
    source: Source,
    asked: Mapping[Role, Choice],
    *,
    entry: MontageEntry | None = None,
    probe: Probe | None = None,
    ranked: Sequence[Role] = (),
) -> Chosen:
    """Find a derivation for each role, and say what was left out or is weak.

    Parameters
    ----------
    source : Source
    asked : mapping of role to Choice
    entry : MontageEntry, optional
    probe : Probe, optional
        The windows of the source, where they are looked at elsewhere too.
    ranked : sequence of role
        Roles whose candidates are to be ranked.

    Raises
    ------
    MontageError
        If a label is not there or not unique, a pair has two rates, no channel can be the EEG, or another is "all".
    """
    probe = probe or Probe(source)
    chooser = _Chooser(source, entry, probe)
    derivations: dict[Role, Derivation] = {}
    choices = {role: asked[role] for role in ROLES}
    for role, choice in choices.items():
        if entry is not None and choice in ("auto", "all"):
            choices[role] = entry.roles.get(role, choice)
    chooser.look([role for role, choice in choices.items() if choice in ("auto", "all")], every=bool(ranked))
    for role, choice in choices.items():
        if choice == "all" and role != "eeg":
            raise MontageError(
                "only EEG may be 'all'", place=source.name, remedy=f"give --{role} 'auto', 'none' or a label", key=role
            )
        derivation = chooser.automatic(role, derivations) if choice in ("auto", "all") else chooser.named(role, choice)
        if derivation is not None and (derivation := chooser.checked(role, derivation)) is not None:
            derivations[role] = derivation
    chooser.explain(derivations)
    ranking = {role: _ranking(source, role, entry, probe) for role in ranked}
    return Chosen(derivations, tuple(chooser.findings), ranking, chooser.candidates.family)


def _ranking(source: Source, role: Role, entry: MontageEntry | None, probe: Probe) -> tuple[Derivation, ...]:
    """Choose among the channels of a role again and again, without those that were chosen before."""
    labels = _Chooser(source, entry, probe).candidates.labels
    left = [c for c in source.channels if c.index in labels and labels[c.index].kind in (role, "reference")]
    ranking: list[Derivation] = []
    while True:
        chooser = _Chooser(source, entry, probe, left)
        try:
            derivation = chooser.automatic(role, {})
            derivation = None if derivation is None else chooser.checked(role, derivation)
        except MontageError:
            derivation = None
        if derivation is None:
            return tuple(ranking)
        ranking.append(derivation)
        left = [channel for channel in left if channel.index != derivation.plus.index]


def other_eye(source: Source, eog: Derivation, *, entry: MontageEntry | None = None) -> Derivation | None:
    """Find the eye that the chosen EOG is not, recorded at the same rate; None where there is none."""
    wanted = {"E1": "E2", "E2": "E1"}.get(eog.label.active)
    candidates = [
        d
        for d in _Chooser(source, entry, Probe(source)).candidates.derivations("eog")
        if d.label.active == wanted and d.plus.rate == eog.plus.rate
    ]
    return candidates[0] if candidates else None


def further_eeg(
    source: Source, eeg: Derivation, *, entry: MontageEntry | None = None, probe: Probe | None = None
) -> tuple[Derivation, ...]:
    """Give the other EEG derivations that are sound enough to vote beside the chosen one, best first.

    Each is fast enough to stage, has an electrode of its own, is bad in hardly more windows than the soundest, and is
    neither far larger nor far smaller than the middle of them. Of a headband only those that it has for an EEG may.
    """
    chooser = _Chooser(source, entry, probe or Probe(source))
    by_electrode = {eeg.label.active or eeg.name: eeg}
    family = chooser.candidates.family
    own = {active for active, _ in family.eeg} if family is not None else set()
    for derivation in chooser.candidates.derivations("eeg"):
        may = not own or derivation.label.active in own
        if may and _fast_enough("eeg", derivation) and derivation.plus.index != eeg.plus.index:
            by_electrode.setdefault(derivation.label.active, derivation)
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

    def __init__(
        self, source: Source, entry: MontageEntry | None, probe: Probe, channels: Sequence[Channel] | None = None
    ) -> None:
        self.source, known = source, entry or MontageEntry()
        family = known.family or family_of(source)
        self.candidates = Candidates(source, family, known.labels, known.upside_down, channels)
        self.probe, self.quality = probe, probe.quality
        self.findings: list[Finding] = []

    # ------------------------------------------------------------------------------------------------ what was asked
    def named(self, role: Role, choice: Choice) -> Derivation | None:
        """Give the derivation that the caller named."""
        if choice is None:
            return None
        if isinstance(choice, str):
            return self._one(role, choice)
        plus, minus = (self._find(role, label) for label in choice)
        if plus.rate != minus.rate:
            raise MontageError(
                f"{plus.label!r} is sampled at {plus.rate:g} Hz and {minus.label!r} at {minus.rate:g} Hz",
                place=self.source.name, remedy="a difference needs one rate", key=role,
            )  # fmt: skip
        sign = -1 if role != "emg" and self.candidates.reversed else 1
        label = self.candidates.labels.get(plus.index, UNKNOWN)
        return Derivation(f"{plus.label}-{minus.label}", plus, minus, sign, "named by the user", label)

    def _one(self, role: Role, wanted: str) -> Derivation:
        """The channel that a label names, else the derivation between the electrodes that it names."""
        labels = self.candidates.labels
        if not self._called(wanted):
            meant = parse_label(wanted).derivation
            for derivation in self.candidates.derivations(role):
                if meant and derivation.label.derivation == meant:
                    return replace(derivation, why=f"named by the user: {derivation.why}")
        channel = self._find(role, wanted)
        label = labels.get(channel.index, UNKNOWN)
        turned = label.inverted != (role != "emg" and self.candidates.reversed)
        return Derivation(channel.label, channel, None, -1 if turned else 1, "named by the user", label)

    def _called(self, label: str) -> list[Channel]:
        """Channels of exactly this label, else of its normalised text, without its type word, by its electrodes."""
        channels = self.source.channels
        called = [c for c in channels if c.label == label]
        for plain in (normalised, without_type, _meaning):
            called = called or [c for c in channels if plain(c.label) == plain(label)]
        return called

    def _find(self, role: Role, label: str) -> Channel:
        """Find the one channel that a label names, and see that it can play a role."""
        channels, called = self.source.channels, self._called(label)
        if len(called) == 1:
            if not called[0].voltage:
                raise MontageError(
                    f"{label!r} is not measured in volts", place=self.source.name,
                    remedy=f"it cannot be the {role.upper()}", key=role,
                )  # fmt: skip
            return called[0]
        what = f"{len(called)} channels are" if called else "no channel is"
        labels = ", ".join(repr(c.label) for c in channels) or "none: the file has no signals"
        raise MontageError(
            f"{what} called {label!r}", place=self.source.name, remedy=f"give --{role} one of {labels}", key=role
        )

    # ------------------------------------------------------------------------------------------------- what is chosen
    def look(self, roles: Sequence[Role], *, every: bool) -> None:
        """Look at the candidates of several roles at once, so that what lies side by side in a file is read once.

        Unless every one is asked for, those that labels prefer are looked at first, and chins, which are compared with
        each other; then all of the roles that stay open, and a glimpse of the rest.
        """
        of_roles = {role: [d for d in self.candidates.derivations(role) if _fast_enough(role, d)] for role in roles}
        at_first = [d if every or role == "emg" else d[:1] for role, d in of_roles.items()]
        self.quality(_channels_of(chain.from_iterable(at_first)))
        undecided = [d for d in of_roles.values() if d and not self._cannot_lose(d[0])]
        self.quality(_channels_of(chain.from_iterable(undecided)))
        self.probe.usable(_channels_of(chain.from_iterable(of_roles.values())))

    def automatic(self, role: Role, chosen: Mapping[Role, Derivation]) -> Derivation | None:
        """Choose among the channels whose labels allow the role."""
        candidates = self.candidates.derivations(role)
        usable = [d for d in candidates if _fast_enough(role, d)]
        if not usable and (role == "eeg" or candidates):
            self._too_slow(role, candidates)
            return None
        best = self._soundest(usable)
        if best is None and role == "eeg":
            looks = "; ".join(f"{d.name}: {self.quality([d.plus])[d.plus.index]}" for d in usable)
            raise MontageError(
                f"no EEG channel holds a signal ({looks})",
                place=self.source.name,
                remedy="name one with --eeg",
                key=role,
            )
        if best is not None and role == "emg":
            return self._chin_difference(best, usable, chosen.get("eeg"))
        return best

    def _soundest(self, candidates: list[Derivation]) -> Derivation | None:
        """Give the first candidate of the best tier of quality; None if nothing is usable."""
        if not candidates:
            return None
        channels = [channel for d in candidates for channel in d.channels]
        recorded = self.probe.usable(channels)
        for channel in channels:
            if not recorded[channel.index]:
                self._note("unusable-channel", "refused", channel.label, str(self.quality([channel])[channel.index]))
        if self._cannot_lose(candidates[0]):
            return candidates[0]
        quality = self.quality(channels)
        bad = [max(quality[c.index].bad for c in d.channels) for d in candidates]
        usable = [i for i, d in enumerate(candidates) if all(recorded[c.index] for c in d.channels)]
        if not usable:
            return None
        least = min(bad[i] for i in usable)
        tiers = _tiers(candidates[usable[0]])
        chosen = min(usable, key=lambda i: sum(bad[i] - least > tier for tier in tiers))
        best = candidates[chosen]
        for passed in (candidates[i] for i in usable[: usable.index(chosen)]):
            worst = max((quality[c.index] for c in passed.channels), key=lambda q: q.bad)
            self._note("passed-over", "note", passed.name, f"preferred by its label, but {worst}; took {best.name}")
        if bad[chosen] > TIERS[1]:
            worst = max((quality[c.index] for c in best.channels), key=lambda q: q.bad)
            self._note("poor-signal", "warning", best.name, str(worst), "look at the trace before using the numbers")
        return best

    def _cannot_lose(self, first: Derivation) -> bool:
        """Whether a candidate that labels prefer is so sound that no other could be a tier sounder."""
        seen = self.quality(first.channels)
        each = [seen[channel.index] for channel in first.channels]
        return all(quality.usable and quality.bad <= _tiers(first)[0] for quality in each)

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
                return Derivation(f"{plus.label}-{minus.label}", plus, minus, why=why, label=best.label)
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
            unsaid = [repr(c.label) for c in self.source.channels if explain(c.label) in UNSAID]
            why = f" ({', '.join(unsaid)} differ in meaning between cohorts and recorders)" if unsaid else ""
            remedy, family = "name one with --eeg or a montage file", self.candidates.family
            if family is not None and family.kind == "net":
                labels, why, remedy = f"the places of {family.name}", "", family.note
            raise MontageError(f"no EEG channel among {labels}{why}", place=name, remedy=remedy, key="eeg")
        rate = slow[0].plus.rate
        if role == "eeg":
            raise MontageError(
                f"EEG {slow[0].name!r} is sampled at {rate:g} Hz", place=name,
                remedy=f"staging needs more than {SLOWEST_EEG:g} Hz, so name a faster channel with --eeg or export the "
                "night at its full rate", key="eeg",
            )  # fmt: skip
        what = f"sampled at {rate:g} Hz, less than the {SLOWEST_OTHER:g} Hz that its features need; left out"
        self._note(f"slow-{role}", "refused", slow[0].name, what, "export the channel at its full rate")

    def explain(self, chosen: Mapping[Role, Derivation]) -> None:
        """Say what stands in for what, whose labels they are, and which labels nobody understands."""
        for role, derivation in chosen.items():
            if derivation.stands_in:
                for_what = "a central EEG" if role == "eeg" else f"an {role.upper()}"
                what = f"{derivation.label.derivation} stands in for {for_what}"
                self.findings.append(finding_of("stand-in", derivation.name, what))
        candidates = self.candidates
        used = {channel.index: channel for d in chosen.values() for channel in d.channels}
        family = candidates.family
        if family is not None:
            of_family = [
                f"{c.label!r} is {label.derivation}"
                for i, c in used.items()
                if (label := candidates.labels[i]) != parse_label(c.label)
                and normalised(c.label) not in candidates.user_labels
            ]
            if of_family or family.kind == "headband":
                what = f"the labels are those of {family.name}{'; so ' if of_family else ''}{', '.join(of_family)}"
                self.findings.append(finding_of("family", "recording", what))
        unknown = [
            repr(c.label)
            for c in self.source.channels
            if c.index not in used
            and candidates.labels.get(c.index, UNKNOWN).kind == "other"
            and normalised(c.label) not in candidates.user_labels
            and explain(c.label) in ("", *UNSAID)
            and not (family is not None and family.kind == "net" and normalised(c.label) in family.means)
        ]
        if unknown:
            self.findings.append(finding_of("unresolved-labels", "recording", ", ".join(unknown)))

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


def _tiers(derivation: Derivation) -> tuple[float, ...]:
    """Of a headband, whose dropouts are many and short, the wider tier only."""
    return TIERS[1:] if derivation.stands_in else TIERS


def _channels_of(derivations: Iterable[Derivation]) -> list[Channel]:
    """Every channel once."""
    return list({channel.index: channel for d in derivations for channel in d.channels}.values())


def _fast_enough(role: Role, derivation: Derivation) -> bool:
    rate = derivation.plus.rate
    return rate > SLOWEST_EEG if role == "eeg" else rate >= SLOWEST_OTHER


def _meaning(label: str) -> str:
    """The electrodes of a derivation, ears called mastoids; the label itself where it names none."""
    parsed = parse_label(label)
    return parsed.derivation if parsed.kind in ("eeg", "eog") else label


def _correlation(a: npt.NDArray[np.float32], b: npt.NDArray[np.float32]) -> float:
    """Median over windows of the absolute correlation of two channels."""
    a, b = (x - x.mean(axis=1, keepdims=True) for x in (a, b))
    power = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    known = power > 0
    return float(np.median(np.abs((a * b).sum(axis=1)[known] / power[known]))) if known.any() else 0.0
