"""`microstructure`: what the signals of a night hold besides its stages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..core.architecture import Architecture
from ..core.errors import HypnogramError, MontageError
from ..core.hypnogram import Hypnogram
from ..core.recording import Recording
from ..core.requirement import measured
from ..core.stage import Stage
from ..io.channels.labels import Label, parse_label
from .detections import SignalNight
from .requirements import MASTOIDS, REQUIREMENTS
from .table import MICROSTRUCTURE
from .traces import Grid, Trace

__all__ = ["microstructure"]


def microstructure(
    recording: Recording,
    hypnogram: Hypnogram,
    *,
    eogs: tuple[str, str] | None = None,
    min_minutes: float = 5.0,
    any_reference: bool = False,
) -> Architecture:
    """Spindles, slow waves and eye movements per minute, their sizes, and spectra; `MICROSTRUCTURE` gives the units.

    Parameters
    ----------
    recording : Recording
        Its montage names the EEG. Eye movements need a left and a right EOG among its signals.
    hypnogram : Hypnogram
        Of this recording. Its epochs begin with the first sample, or, where both starts are known, as much later as
        its start says. Epochs outside the lights do not count; an unknown light bounds nothing.
    eogs : (str, str), optional
        Names of the signals of the left and the right eye. By default they are found by their labels.
    min_minutes : float
        Of usable signal that a stage, or N2 and N3 together, must have; at least half a minute.
    any_reference : bool
        Look for slow waves in a bipolar derivation too, though the criteria of amplitude were made for a mastoid
        reference.

    Returns
    -------
    Architecture
        All keys of `MICROSTRUCTURE`. NaN where there is no EEG or no pair of EOGs, a signal is too slow or of no
        plausible amplitude, a stage was not scored or has too little usable signal, the derivation is bipolar (slow
        waves), or no event was found whose size could be averaged; `reasons` says which. `warnings` tells of epochs
        left out and of references.

    Raises
    ------
    HypnogramError
        Where the hypnogram lies outside the recording, or only one of the two starts knows its time zone.
    MontageError
        Where `eogs` names a signal that is not there.
    ValueError
        Where `min_minutes` is below half a minute.

    Notes
    -----
    YASA's detectors run with their default criteria on one EEG derivation at 100 Hz, to which every signal is brought
    by a polyphase filter. What is missing or wildly noisy (a second with an SD over 250 uV) is bridged by a straight
    line first, the epochs that it touches are in no stage, and neither their events nor their minutes count. The
    threshold of spindle amplitude is set over N2 and N3 together. Spectra are medians over Hann windows of 4 s (YASA's
    own Hamming windows let slow drifts leak into all bands).

    Vallat, R. & Walker, M. P. (2021). An open-source, high-performance tool for automated sleep staging. eLife 10,
    e70092, and the sources in `MICROSTRUCTURE`.

    Examples
    --------
    >>> import numpy as np
    >>> from somnometry import Montage, Recording, Signal
    >>> noise = np.random.default_rng(0).normal(0, 20, 600 * 100)
    >>> night = microstructure(Recording({"C4-M1": Signal(noise, 100)}, Montage("C4-M1")), Hypnogram([2] * 20))
    >>> 44 < night["n2_beta_percent"] < 51  # 14 of 29.5 Hz
    True
    >>> night.reasons["rem_density"], night.reasons["slow_wave_density_n3"]
    ('the recording holds no EOG of the left or the right eye', 'no N3 was scored')
    """
    if not min_minutes >= 0.5:
        raise ValueError(f"min_minutes must be at least 0.5, not {min_minutes!r}")
    night = _night(recording, hypnogram, eogs, min_minutes, any_reference)
    metrics = MICROSTRUCTURE.values()
    values, reasons = measured(
        ((metric.key, (REQUIREMENTS[name] for name in metric.requires), metric.function) for metric in metrics), night
    )
    return Architecture(values, reasons, tuple(_cautions(night, recording.duration)))


def _night(
    recording: Recording,
    hypnogram: Hypnogram,
    eogs: tuple[str, str] | None,
    min_minutes: float,
    any_reference: bool,
) -> SignalNight:
    name = recording.montage.eeg
    pair = _eog_names(recording, eogs)
    return SignalNight(
        hypnogram=hypnogram,
        grid=_grid(recording, hypnogram),
        eeg=None if name is None else recording.signals[name],
        eeg_name=name or "",
        label=_meaning(name or ""),
        eogs=None if isinstance(pair, str) else (recording.signals[pair[0]], recording.signals[pair[1]]),
        eogs_missing=pair if isinstance(pair, str) else "",
        min_minutes=min_minutes,
        any_reference=any_reference,
    )


def _grid(recording: Recording, hypnogram: Hypnogram) -> Grid:
    """Where the epochs lie in the recording, by the two starts where both are known."""
    if recording.start is None or hypnogram.start is None:
        return Grid(0.0, hypnogram.epoch, hypnogram.n_epochs)
    if (recording.start.tzinfo is None) != (hypnogram.start.tzinfo is None):
        raise HypnogramError(
            "only one of the starts of recording and hypnogram knows its time zone",
            place=recording.source or "recording",
            remedy="give both one, or neither",
        )
    offset = (hypnogram.start - recording.start).total_seconds()
    if hypnogram.n_epochs and recording.signals and not -hypnogram.duration < offset < recording.duration:
        raise HypnogramError(
            f"the hypnogram begins at {hypnogram.start}, the recording at {recording.start} and lasts "
            f"{recording.duration:g} s, so they do not overlap",
            place=recording.source or "recording",
            remedy="if they are of one night, pass hypnogram.replace(start=None)",
        )
    return Grid(offset, hypnogram.epoch, hypnogram.n_epochs)


def _meaning(name: str) -> Label:
    """What the name of a signal says, also where it is a difference of two channels that each name their type."""
    label = parse_label(name)
    return label if label.kind != "other" else parse_label(re.sub(r"(?<=-)(EEG|EOG)[ -]*", "", name.upper()))


def _eog_names(recording: Recording, asked: tuple[str, str] | None) -> tuple[str, str] | str:
    """Names of the left and the right EOG, or why there are not two."""
    if asked is not None:
        for name in asked:
            if name not in recording.signals:
                raise MontageError(
                    f"no signal {name!r} for an eye",
                    place=recording.source or "recording",
                    remedy=f"the signals are {', '.join(map(repr, recording.signals))}",
                )
        return asked
    montage = recording.montage.eog
    eyes: dict[str, str] = {}
    for name in sorted(recording.signals, key=lambda name: name != montage):  # the montage's choice goes first
        label = _meaning(name)
        if label.kind == "eog":
            eyes.setdefault(label.active, name)
    if "E1" in eyes and "E2" in eyes:
        return eyes["E1"], eyes["E2"]
    if not eyes:
        return "the recording holds no EOG of the left or the right eye"
    held = ", ".join(map(repr, eyes.values()))
    return f"eye movements need a left and a right EOG, and the recording holds {held} only"


def _cautions(night: SignalNight, duration: float) -> Iterator[str]:
    """What a reader should know before using the numbers."""
    beyond = max(night.grid.offset + night.hypnogram.duration - duration, 0.0)
    if beyond > night.grid.epoch / 2:
        yield f"the hypnogram goes on for {beyond / 60:.1f} min after the end of the recording; they are not counted"
    if night.eeg is not None:
        yield from _left_out(night, f"EEG {night.eeg_name!r}", night.eeg_trace)
        if not night.label.reference:
            yield (
                f"EEG {night.eeg_name!r} does not say its reference; amplitude criteria assume a mastoid, and against "
                "a nearer reference amplitudes are smaller and slow waves fewer"
            )
        elif night.label.reference not in MASTOIDS:
            yield (
                f"EEG {night.eeg_name!r} is bipolar; its amplitudes and powers do not compare with those against a "
                "mastoid"
            )
    if night.eogs is not None:
        for side, trace in zip(("left", "right"), night.eog_traces, strict=True):
            yield from _left_out(night, f"the {side} EOG", trace)


def _left_out(night: SignalNight, what: str, trace: Trace) -> Iterator[str]:
    scored = night.stages != Stage.UNSCORED
    missing = int((scored & ~trace.whole).sum())
    noisy = int((scored & trace.whole & ~trace.calm).sum())
    if missing or noisy:
        parts = [f"{n} {why}" for n, why in ((missing, "not recorded whole"), (noisy, "flat or wildly noisy")) if n]
        yield f"{missing + noisy} of {int(scored.sum())} scored epochs are left out of {what}: {', '.join(parts)}"
