"""`read_recording`, `from_mne` and `to_mne`: files and mne Raws to recordings and back."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from datetime import UTC
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import RecordingError
from ..core.finding import Finding
from ..core.processors import helpful_threads
from ..core.recording import Montage, Recording, Role, Signal
from ..kernels.amplitude_step import amplitude_step
from ..kernels.missing import held_at_ends
from .channels.choose import Choice, Derivation, MontageEntry, choose, further_eeg, other_eye
from .channels.labels import parse_label
from .channels.montage_file import MontageFile, entry_for
from .finding_codes import finding_of
from .nights.evenings import evening_findings
from .nights.find import night_at
from .nights.lights import marked_lights, with_given_lights
from .nights.night import Night, open_night
from .signals.one_channel import NOTICED
from .signals.windows import Probe
from .sources.source import Channel, MneSource, Samples, Source

if TYPE_CHECKING:
    import mne

__all__ = ["findings_of_channels", "from_mne", "read_recording", "several_nights", "to_mne"]

#: Microvolts: a channel that never leaves so narrow a band holds nothing.
FLAT = 0.01
#: Seconds at the end of its range after which a channel has lost contact; a shorter clip is a large wave.
RAIL = 1.0
#: Seconds: YASA's classifiers were trained on whole nights and normalise by the night.
SHORT = 3600.0
#: Seconds: a recording that is longer may hold several nights.
LONG = 25 * 3600.0


def read_recording(
    path: str | os.PathLike[str] | Night,
    *,
    eeg: Choice = "auto",
    eog: Choice = "auto",
    emg: Choice = "auto",
    montage: MontageFile | str | os.PathLike[str] | None = None,
    both_eyes: bool = False,
    threads: int | None = None,
) -> Recording:
    """Read the channels that staging needs, at their own rates, in microvolts, from an EDF, EDF+ or BDF file.

    Parameters
    ----------
    path : path-like or Night
        A file; a folder with one file per channel; or one of the nights of `find_nights`.
    eeg, eog, emg : "auto", None, str or (str, str)
        "auto" chooses by label and signal; None does without; a label is matched exactly, then uniquely after
        normalisation (case, blanks, separators); a pair ``(a, b)`` is a minus b. For the EEG, "all" chooses as "auto"
        does and also reads every other sound derivation, which the montage then lists as `more_eeg`.
    montage : MontageFile or path-like, optional
        A file that says what labels mean (`read_montage_file`). A role that is named here goes before it.
    both_eyes : bool
        Also read the eye that staging does not need, outside the montage; rapid eye movements are told by both.
    threads : int, optional
        How many to read with; None takes two where this process may use as many processors, or as many as the
        environment variable ``SOMNOMETRY_THREADS`` says.

    Returns
    -------
    Recording
        Its `findings` say what was noticed; its montage's `why` says why each channel was chosen.

    Raises
    ------
    RecordingError
        If the file is not a recording that can be read.
    MontageError
        If no channel can be the EEG, or one that was named is not there.

    Examples
    --------
    >>> read_recording("night.edf", eeg="C4-M1", emg=None)  # doctest: +SKIP
    Recording('night.edf', 28800.0 s, eeg='C4-M1', eog='E1-M2', 0 findings)
    """
    night = path if isinstance(path, Night) else night_at(path)
    source = open_night(night, threads=helpful_threads(threads))
    recording = _record(source, {"eeg": eeg, "eog": eog, "emg": emg}, both_eyes, entry_for(montage, source.name))
    lit = with_given_lights(recording, night.details)
    return lit.replace(findings=(*lit.findings, *evening_findings(lit.start, night.details.evening)))


def from_mne(
    raw: mne.io.BaseRaw,
    *,
    eeg: Choice = "auto",
    eog: Choice = "auto",
    emg: Choice = "auto",
    montage: MontageFile | str | os.PathLike[str] | None = None,
    both_eyes: bool = False,
) -> Recording:
    """Take the channels that staging needs from an mne Raw (volts) into a recording (microvolts).

    Parameters
    ----------
    raw : mne.io.BaseRaw
    eeg, eog, emg : "auto", None, str or (str, str)
        As in `read_recording`; the EEG may be "all".
    montage : MontageFile or path-like, optional
        As in `read_recording`; its patterns are compared with the name of the Raw's file, or "raw" without one.
    both_eyes : bool
        As in `read_recording`.

    Raises
    ------
    MontageError
        If no channel can be the EEG, or one that was named is not there.

    Examples
    --------
    >>> import mne
    >>> volts = np.random.default_rng(0).normal(0, 2e-5, (1, 6000))
    >>> from_mne(mne.io.RawArray(volts, mne.create_info(["C4-M1"], 100, "eeg"), verbose="ERROR"), eog=None)
    Recording('raw', 60.0 s, eeg='C4-M1', 1 finding)
    """
    source = MneSource(raw)
    return _record(source, {"eeg": eeg, "eog": eog, "emg": emg}, both_eyes, entry_for(montage, source.name))


def _record(source: Source, asked: dict[Role, Choice], both_eyes: bool, entry: MontageEntry | None = None) -> Recording:
    """Choose the montage, read its channels, and say what was found."""
    probe = Probe(source)
    choice = choose(source, asked, entry=entry, probe=probe)
    chosen = choice.derivations
    wanted: dict[str, Derivation] = {str(role): derivation for role, derivation in chosen.items()}
    if both_eyes and "eog" in chosen and (other := other_eye(source, chosen["eog"], entry=entry)) is not None:
        wanted["other eye"] = other
    of_eeg = asked["eeg"] if entry is None or asked["eeg"] != "auto" else entry.roles.get("eeg")
    all_eeg = of_eeg == "all" and "eeg" in chosen
    further = further_eeg(source, chosen["eeg"], entry=entry, probe=probe) if all_eeg else ()
    wanted |= {f"further EEG {d.name}": d for d in further}
    signals, dropped = _signals(source, wanted)
    lights = marked_lights(source)
    names = {role: d.name for role, d in chosen.items() if d.name in signals}
    return Recording(
        signals,
        Montage(
            eeg=names.get("eeg"),
            eog=names.get("eog"),
            emg=names.get("emg"),
            why={role: chosen[role].why for role in names},
            more_eeg=tuple(d.name for d in further if d.name in signals),
            indirect=tuple(role for role in names if chosen[role].stands_in),
            family="" if choice.family is None else choice.family.id,
            device=choice.device,
        ),
        start=source.start,
        lights_off=lights.off,
        lights_on=lights.on,
        lights_source=lights.source,
        gaps=source.gaps,
        findings=(
            *source.findings(),
            *choice.findings,
            *findings_of_channels(chosen),
            *_short(source),
            *several_nights(source),
            *lights.findings,
            *dropped,
        ),
        source=source.name,
        clock=source.clock,
    )


def findings_of_channels(chosen: Mapping[Role, Derivation]) -> list[Finding]:
    """What a user of the chosen channels must know before a sample is read."""
    findings = [channel.finding for d in chosen.values() for channel in d.channels if channel.finding is not None]
    turned = [d for d in chosen.values() if d.sign < 0]
    return [*findings, *(Finding("turned-over", "repaired", d.name, _upside_down(d)) for d in turned)]


def _upside_down(derivation: Derivation) -> str:
    """Say why a trace was turned over."""
    if parse_label(derivation.plus.label).inverted:
        return "the label names the reference first; turned over"
    return "recorded the other way up; turned over"


def several_nights(source: Source) -> list[Finding]:
    """Say that a record may hold more than one night."""
    if source.duration <= LONG:
        return []
    return [finding_of("long-recording", "recording", f"{source.duration / 3600:.3g} h long")]


def _short(source: Source) -> list[Finding]:
    """Say that a record is no night."""
    if source.duration >= SHORT:
        return []
    what = f"{source.duration / 60:.3g} min long; the classifiers were trained on whole nights"
    return [Finding("short-recording", "warning", "recording", what, "check the stages by eye")]


def _signals(source: Source, chosen: Mapping[str, Derivation]) -> tuple[dict[str, Signal], list[Finding]]:
    """Read the chosen channels, form differences, and drop what is flat all night."""
    channels = {channel.index: channel for d in chosen.values() for channel in d.channels}
    findings: list[Finding] = []
    read = source.read(list(channels.values()))[::-1]
    samples = {  # what had rails is let go of before the next channel
        channel.index: _without_rails(channel, read.pop(), findings) for channel in channels.values()
    }
    signals: dict[str, Signal] = {}
    for role, derivation in chosen.items():
        values = samples[derivation.plus.index]
        if derivation.minus is not None:
            values = values - samples[derivation.minus.index]
        if derivation.sign < 0:
            values = -values
        if (what := _emptiness(values)) is not None:
            if role == "eeg":
                raise RecordingError(
                    f"EEG {derivation.name!r} is {what}", place=source.name, remedy="name another with --eeg"
                )
            findings.append(Finding("flat-channel", "refused", derivation.name, f"{what}; {role.upper()} left out"))
            continue
        findings += _of_steps(role, derivation.name, values)
        values.flags.writeable = False  # ours or the source's, and not to be copied
        signals[derivation.name] = Signal(values, derivation.plus.rate)
    return signals, findings


def _without_rails(channel: Channel, values: Samples, findings: list[Finding]) -> Samples:
    """Put NaN where a channel stays at the end of its range: the electrode was off, and nothing was measured."""
    low, high = channel.limits
    step = (high - low) / 2**16
    if not math.isfinite(step):
        return values
    off = held_at_ends(values, low, high, step, round(RAIL * channel.rate))  # what moves beyond the range is measured
    if not off.any():
        return values
    what = f"at the end of its range for {off.sum() / channel.rate / 60:.3g} min in all; nothing was measured there"
    findings.append(Finding("lost-contact", "warning", channel.label, what, "look at the electrode or headband"))
    return np.where(off, np.float32(np.nan), values)


def _of_steps(role: str, name: str, values: Samples) -> list[Finding]:
    """Say that the samples of a role take few values; of any other channel nothing."""
    most = {str(kind): step for kind, step in NOTICED.items()}.get(role, math.inf)
    step = amplitude_step(values) if most < math.inf else 0.0
    return [finding_of("amplitude-resolution", name, f"one step is {step:g} uV")] if step > most else []


def _emptiness(values: Samples) -> str | None:
    """Say in what way a channel holds nothing; None if it holds something, as a few samples mostly show."""
    for samples in (values[:: max(values.size // 1000, 1)], values):
        known = samples[np.isfinite(samples)]
        if known.size and np.ptp(known) >= FLAT:
            return None
    return f"within {FLAT} uV all night" if known.size else "without a single sample"


def to_mne(recording: Recording) -> mne.io.RawArray:
    """Give the montage's signals as an mne Raw, in volts, for mne's own plots and methods.

    mne knows one rate only: slower signals are upsampled to the fastest. Stretches of NaN are bridged by straight lines
    and annotated ``BAD_gap``; lights-off and lights-on become annotations.

    Examples
    --------
    >>> recording = Recording({"C4-M1": Signal(np.ones(200), 100.0)}, Montage("C4-M1"))
    >>> to_mne(recording).get_data(verbose="ERROR").shape
    (1, 200)
    """
    import mne

    roles = recording.montage.roles
    rate = max((recording.signals[name].rate for name in roles.values()), default=1.0)
    rows, missing = [], []
    for name in roles.values():
        signal = recording.signals[name]
        known = np.isfinite(signal.samples)
        at = np.arange(signal.samples.size)
        bridged = np.interp(at, at[known], signal.samples[known]) if known.any() else np.zeros(at.size)
        edges = np.flatnonzero(np.diff(np.r_[True, known, True].astype(np.int8)))
        missing += [(a / signal.rate, (b - a) / signal.rate) for a, b in edges.reshape(-1, 2)]
        rows.append(
            mne.filter.resample(bridged, rate, signal.rate, verbose="ERROR") if signal.rate != rate else bridged
        )
    n = min((row.size for row in rows), default=0)
    info = mne.create_info(list(roles.values()), rate, list(roles))
    raw = mne.io.RawArray(np.array([row[:n] for row in rows]) * 1e-6, info, verbose="ERROR")
    if recording.start is not None:
        raw.set_meas_date(recording.start.replace(tzinfo=UTC))
    marks = [(onset, length, "BAD_gap") for onset, length in missing]
    lights = (("Lights off", recording.lights_off), ("Lights on", recording.lights_on))
    marks += [(at_, 0.0, text) for text, at_ in lights if at_ is not None]
    onset, length, text = zip(*marks, strict=True) if marks else ((), (), ())
    raw.set_annotations(mne.Annotations(onset, length, text, orig_time=raw.info["meas_date"]), verbose="ERROR")
    return raw
