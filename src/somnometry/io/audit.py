"""`audit`: what a file is, which channels would be used and why, and everything that is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from ..core.errors import MontageError, RecordingError, SomnometryError
from ..core.finding import Finding
from ..core.recording import Role
from .audit_html import audit_html
from .channels.candidates import Candidates, family_of
from .channels.choose import Choice, Chosen, Derivation, MontageEntry, choose, further_eeg
from .channels.families import Family, explain
from .channels.labels import normalised, parse_label
from .channels.montage_file import MontageFile, entry_for, read_montage_file
from .edf.header import EdfHeader, read_edf_header
from .finding_codes import finding_of
from .nights.find import night_at
from .nights.lights import marked_lights
from .nights.night import Night, open_night
from .recordings import findings_of_channels, several_nights
from .signals.one_channel import Examined, check_signal
from .signals.two_channels import check_pairs
from .signals.windows import Probe, of_derivation
from .sources.source import Channel, Source

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Audit", "AuditedChannel", "audit"]

ROLES: tuple[Role, ...] = ("eeg", "eog", "emg")
#: An EMG is chosen by the EEG, so that its rank depends on more than itself.
RANKED: tuple[Role, ...] = ("eeg", "eog")
#: Channels that are looked at for each kind, whatever the number in the file.
MOST_PER_ROLE = 12
#: Hertz: slower channels hold trends of a signal, not the signal.
SLOWEST = 1.0


@dataclass(frozen=True, slots=True)
class AuditedChannel:
    """One channel of a file.

    Parameters
    ----------
    index : int
        Position in the file, from 0.
    label, unit : str
        As written, without surrounding blanks.
    rate : float
        Hertz.
    role : {"eeg", "eog", "emg", ""}
        What it plays, or what its label would allow; of two roles the first, `why` says both.
    chosen : bool
        Whether it would be read.
    why : str
        Why it was chosen, or what its signal looked like.
    """

    index: int
    label: str
    rate: float
    unit: str
    role: Role | Literal[""]
    chosen: bool
    why: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What a file is, which channels would be used and why, and what was found.

    Parameters
    ----------
    source : str
        Name of the file, without its folder.
    start : datetime or None
        Clock time of the first sample; None where the file does not say.
    duration : float
        Seconds.
    channels : tuple of AuditedChannel
    findings : tuple of Finding

    Examples
    --------
    >>> seen = Audit("n1.edf", None, 0.0, (), (finding_of("no-records", "recording", "0 records"),))
    >>> seen
    Audit('n1.edf', 0.0 s, refused, 0 channels, 1 finding)
    >>> seen.to_dict()["findings"][0]["code"]
    'no-records'
    """

    source: str
    start: datetime | None = None
    duration: float = 0.0
    channels: tuple[AuditedChannel, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the file, or anything in it, was refused."""
        return any(finding.severity == "refused" for finding in self.findings)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the findings, each once, in their order."""
        return tuple(dict.fromkeys(finding.code for finding in self.findings))

    @property
    def chosen(self) -> tuple[AuditedChannel, ...]:
        """The channels that would be read."""
        return tuple(channel for channel in self.channels if channel.chosen)

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain values, as JSON takes them; an unknown start is None."""
        return {
            "source": self.source,
            "start": None if self.start is None else self.start.isoformat(sep=" "),
            "duration_seconds": self.duration,
            "refused": self.refused,
            "channels": [asdict(channel) for channel in self.channels],
            "findings": [asdict(finding) for finding in self.findings],
        }

    def to_frame(self) -> pd.DataFrame:
        """Give the findings as a DataFrame with the columns source, code, severity, where, what and remedy."""
        import pandas as pd

        columns = ("code", "severity", "where", "what", "remedy")
        rows = [(self.source, *(getattr(finding, name) for name in columns)) for finding in self.findings]
        return pd.DataFrame(rows, columns=["source", *columns])

    def _repr_html_(self) -> str:
        start = "start unknown" if self.start is None else f"{self.start:%Y-%m-%d %H:%M:%S}"
        channels = (
            (c.label, f"{c.rate:g}", c.unit.replace("uV", "µV"), c.role.upper(), "yes" if c.chosen else "", c.why)
            for c in self.channels
        )
        return audit_html(self.source, f"{start}, {self.duration / 3600:.2f} h", channels, self.findings)

    def __repr__(self) -> str:
        n = len(self.findings)
        state = "refused, " if self.refused else ""
        return (
            f"Audit({self.source!r}, {self.duration:.1f} s, {state}{len(self.channels)} channels, "
            f"{n} finding{'' if n == 1 else 's'})"
        )


def audit(
    path: str | os.PathLike[str] | Night,
    *,
    eeg: Choice = "auto",
    eog: Choice = "auto",
    emg: Choice = "auto",
    montage: MontageFile | str | os.PathLike[str] | None = None,
) -> Audit:
    """Tell what a file is, which channels `read_recording` would use, and what is wrong, from short windows of it.

    Parameters
    ----------
    path : path-like or Night
        An EDF or BDF file, or one of the nights of `find_nights`.
    eeg, eog, emg : "auto", None, str or (str, str)
        As in `read_recording`.
    montage : MontageFile or path-like, optional
        As in `read_recording`.

    Returns
    -------
    Audit
        Whatever the file holds; one that cannot be read has a finding that says why.

    Raises
    ------
    RecordingError
        If there is no such file, it is a pipe or a device, or a folder holds no night or several.

    Examples
    --------
    >>> audit("night.edf").codes  # doctest: +SKIP
    ('unit-blank', 'mains')
    """
    night = path if isinstance(path, Night) else night_at(path)
    for file in night.files:
        if not file.is_file():
            what = "not a regular file" if os.path.lexists(file) else "there is no such file"
            raise RecordingError(what, place=file.name)
    montage = montage if montage is None or isinstance(montage, MontageFile) else read_montage_file(montage)
    try:
        return _audit(night, {"eeg": eeg, "eog": eog, "emg": emg}, montage)
    except Exception as error:  # an audit goes on to the next file; what an error says may quote the header
        return Audit(night.name, findings=(finding_of("unforeseen", "recording", type(error).__name__),))


def _audit(night: Night, asked: dict[Role, Choice], montage: MontageFile | None) -> Audit:
    headers: list[EdfHeader] = []
    try:
        headers = [read_edf_header(file) for file in night.files]
        source = open_night(night, headers)
    except SomnometryError as error:
        return Audit(night.name, findings=_without_records(headers) or (_refused("unreadable", error, night.name),))
    entry, probe = _known(source, montage), Probe(source)
    chosen = Chosen({}, (), {})
    findings: list[Finding] = []
    looked: dict[int, Examined] = {}
    try:
        chosen = choose(source, asked, entry=entry, probe=probe, ranked=RANKED)
        findings += (*chosen.findings, *_votes(source, asked, entry, chosen, probe))
    except MontageError as error:
        findings.append(_refused("no-eeg", error, night.name))
    except RecordingError as error:
        findings.append(_refused("unreadable", error, night.name))
    try:
        looked = _examine(source, entry, probe)
        findings += _checked(source, chosen.derivations, looked, probe)
        of_roles = [c.finding for c in source.channels if c.index in looked and c.finding is not None]
        lights = marked_lights(source).findings
        findings += (*of_roles, *findings_of_channels(chosen.derivations), *several_nights(source), *lights)
    except RecordingError as error:
        findings.append(_refused("unreadable", error, night.name))
    everything = tuple(dict.fromkeys((*source.findings(), *findings)))
    return Audit(source.name, source.start, source.duration, _channels(source, chosen, looked), everything)


def _votes(
    source: Source, asked: Mapping[Role, Choice], entry: MontageEntry, chosen: Chosen, probe: Probe
) -> tuple[Finding, ...]:
    """Which derivations would vote on the stages, where all EEG were asked for."""
    of_eeg = entry.roles.get("eeg") if asked["eeg"] == "auto" else asked["eeg"]
    if of_eeg != "all" or "eeg" not in chosen.derivations:
        return ()
    eeg = chosen.derivations["eeg"]
    names = [d.name for d in (eeg, *further_eeg(source, eeg, entry=entry, probe=probe))]
    what = f"{', '.join(names)} would vote" if len(names) > 1 else f"{names[0]} alone is sound enough"
    return (finding_of("eeg-vote", "recording", what),)


def _without_records(headers: Iterable[EdfHeader]) -> tuple[Finding, ...]:
    """What is odd about a file that ends with its header; nothing where none does."""
    return next((header.findings for header in headers if any(f.code == "no-records" for f in header.findings)), ())


def _refused(code: str, error: SomnometryError, name: str) -> Finding:
    """Make a finding of an error; which file of the night it is about is said where it is not the night's name."""
    of_file = "" if error.place in ("", name) else f"{error.place}: "
    return finding_of(code, "recording", of_file + error.what, error.remedy)


def _known(source: Source, montage: MontageFile | None) -> MontageEntry:
    """What is known of the labels of a source: by the user, else by its family, which stays that of all of them."""
    entry = entry_for(montage, source.name) or MontageEntry()
    return entry if entry.family is not None else replace(entry, family=family_of(source))


def _examine(source: Source, entry: MontageEntry, probe: Probe) -> dict[int, Examined]:
    """Look at every channel whose label allows a role, by index."""
    labels = Candidates(source, entry.family, entry.labels).labels
    looked: dict[int, Examined] = {}
    for role in ROLES:
        of_role = [c for c in source.channels if c.index in labels and labels[c.index].kind == role]
        of_role = [c for c in of_role if c.rate >= SLOWEST][:MOST_PER_ROLE]
        for index, quality in probe.quality(of_role).items():
            channel = next(c for c in of_role if c.index == index)
            upright = of_derivation(quality, None, -1 if labels[index].inverted else 1)
            looked[index] = Examined(channel.label, role, upright, labels[index], source.gaps)
    return looked


def _checked(
    source: Source, chosen: Mapping[Role, Derivation], looked: Mapping[int, Examined], probe: Probe
) -> list[Finding]:
    """Findings of the signals: in full of what was chosen, else of every candidate; of the others, their bursts."""
    derived = {role: _derived(source, role, d, probe) for role, d in chosen.items()}
    used = {channel.index for d in chosen.values() for channel in d.channels}
    findings = [finding for one in derived.values() for finding in check_signal(one)]
    for index, one in looked.items():
        if index not in used:
            findings += check_signal(one, chosen="eeg" not in chosen)
    return [*findings, *check_pairs(derived, list(looked.values()))]


def _derived(source: Source, role: Role, derivation: Derivation, probe: Probe) -> Examined:
    """The windows of a derivation, as staging would see them."""
    seen = probe.quality(derivation.channels)
    minus = None if derivation.minus is None else seen[derivation.minus.index]
    quality = of_derivation(seen[derivation.plus.index], minus, derivation.sign)
    return Examined(derivation.name, role, quality, replace(derivation.label, inverted=False), source.gaps)


def _is_reference(channel: Channel) -> bool:
    return channel.voltage and parse_label(channel.label).kind == "reference"


def _explained(channel: Channel, net: Family | None) -> str:
    """Say what a label means: in a net it is a place, of which only the net knows the electrode."""
    if net is None:
        return explain(channel.label)
    place = net.means.get(normalised(channel.label))
    return "" if place is None or place.kind == "other" else f"{place.derivation} by the net"


def _channels(source: Source, chosen: Chosen, looked: Mapping[int, Examined]) -> tuple[AuditedChannel, ...]:
    """One line each: the role it plays and why, else the role that its label allows, its rank, and how it looked."""
    used: dict[int, tuple[Role, str]] = {}
    for played, derivation in chosen.derivations.items():
        for channel in derivation.channels:
            first, why = used.get(channel.index, (played, ""))
            also = f"{why}; also for the {played.upper()}: {derivation.why}" if why else derivation.why
            used[channel.index] = first, also
    ranks = {
        role: {derivation.plus.index: rank for rank, derivation in enumerate(ranking, 1)}
        for role, ranking in chosen.ranking.items()
        if role in chosen.derivations
    }
    net = chosen.family if chosen.family is not None and chosen.family.kind == "net" else None
    rows = []
    for channel in source.channels:
        role: Role | Literal[""] = ""
        why = _explained(channel, net) if channel.voltage else "not a voltage"
        if channel.index in used:
            role, why = used[channel.index]
        elif net is None and _is_reference(channel):
            why = "a reference"
        elif channel.index in looked:
            role, why = looked[channel.index].role, str(looked[channel.index].quality)
            rank = ranks.get(looked[channel.index].role, {}).get(channel.index)
            why = f"choice {rank}: {why}" if rank else why
        chosen_here = channel.index in used
        rows.append(AuditedChannel(channel.index, channel.label, channel.rate, channel.unit, role, chosen_here, why))
    return tuple(rows)
