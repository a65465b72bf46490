"""How long one night takes to stage, here and by YASA, and how far the two agree: `bench_staging`."""

from __future__ import annotations

import functools
import gc
import os
import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import MontageError, RecordingError
from ..core.hypnogram import Hypnogram
from ..core.recording import Recording, Role
from ..io.channels.candidates import Derivation
from ..io.channels.choose import Choice, choose
from ..io.channels.montage_file import MontageFile, entry_for
from ..io.nights.find import night_at
from ..io.nights.night import open_night
from ..io.recordings import read_recording
from ..io.signals.windows import Probe
from ..io.sources.source import Source
from ..io.yasa_bridge import from_yasa
from ..io.yasa_staging import labels_for_yasa, stage_by_yasa
from .bench_facts import Machine, StagingBench, TimedWay, WayName, stages_alike
from .calibration import Calibrate
from .features import extract_features
from .models import load_classifier
from .stage import stage

__all__ = ["bench_staging"]

#: A file whose samples take a larger share of the memory is not preloaded whole: mne and YASA hold them twice and more.
SHARE_OF_MEMORY = 0.3
#: Seconds of a first run beyond which a way is timed so often at most: YASA with a whole polysomnogram takes a minute.
SLOW, FEW = 30.0, 2


def bench_staging(
    path: str | os.PathLike[str],
    *,
    eeg: Choice = "auto",
    eog: Choice = "auto",
    emg: Choice = "auto",
    montage: MontageFile | str | os.PathLike[str] | None = None,
    calibrate: Calibrate = "auto",
    threads: int = 2,
    repeats: int = 3,
    whole: bool = True,
    progress: Callable[[str], None] = lambda _: None,
) -> StagingBench:
    """Time the staging of a file against YASA in this process, in turn, in seconds, and compare the stages.

    Parameters
    ----------
    path : path-like
        One EDF or BDF file.
    eeg, eog, emg, montage
        As in `read_recording`. What is chosen is what YASA is given, too.
    calibrate : {"auto", "on", "off"}
        As in `stage`.
    threads : int
        Of our second way; the first has one.
    repeats : int
        Timed runs of each way, after one that is not counted; two at most of a way that takes more than half a minute.
    whole : bool
        Whether to time YASA as documented, too, with the whole file preloaded, if its samples take less than 0.3 of the
        memory.
    progress : function of str
        Told what is run next, as the names of `TimedWay`, or "steps".

    Returns
    -------
    StagingBench

    Raises
    ------
    RecordingError, MontageError, StagingError
        Where we cannot stage the file. What YASA or mne raise is kept in `TimedWay.error`.

    Examples
    --------
    >>> bench_staging("night.edf").speed_up()  # doctest: +SKIP
    9.1
    """
    if repeats < 1:
        raise RecordingError(f"repeats must be 1 or more, not {repeats!r}", key="repeats")
    if threads < 1:
        raise RecordingError(f"threads must be 1 or more, not {threads!r}", key="threads")
    night = night_at(path)
    if len(night.files) != 1:
        raise RecordingError(
            f"this night lies in {len(night.files)} files, which YASA does not read as one", place=night.name,
            remedy="name one file",
        )  # fmt: skip
    (file,) = night.files
    asked: dict[Role, Choice] = {"eeg": eeg, "eog": eog, "emg": emg}
    source = open_night(night)

    def choosing() -> Mapping[Role, Derivation]:
        opened = open_night(night)
        return choose(opened, asked, entry=entry_for(montage, opened.name), probe=Probe(opened)).derivations

    derivations = choosing()

    def ours(threads: int) -> Hypnogram:
        recording = read_recording(file, eeg=eeg, eog=eog, emg=emg, montage=montage, threads=threads)
        return stage(recording, calibrate=calibrate, threads=threads)

    def theirs(everything: bool) -> Any:
        labels = labels_for_yasa(derivations, [channel.label for channel in source.channels], source.name)
        return stage_by_yasa(file, derivations, labels=None if everything else labels)

    runs: dict[WayName, Callable[[], Any]] = {f"ours-{n}": functools.partial(ours, n) for n in sorted({1, threads})}
    runs["yasa-channels"] = lambda: theirs(False)
    if whole:
        runs["yasa-whole"] = lambda: _if_it_fits(source, lambda: theirs(True))
    ways, results = _timed(runs, repeats, progress)
    progress("steps")
    own: Hypnogram = results["ours-1"]
    steps = _steps(file, choosing, asked, montage, own, repeats)
    comparable = "yasa-channels" in results and not source.gaps
    return StagingBench(
        source=source.name,
        hours=source.duration / 3600,
        size=file.stat().st_size,
        n_channels=len(source.channels),
        channels={role: derivation.name for role, derivation in derivations.items()},
        calibrated=any(factor != 1 for factor in own.scorer.amplitude.values()),
        n_gaps=len(source.gaps),
        repeats=repeats,
        ways=tuple(ways),
        steps=steps,
        alike=stages_alike(own, from_yasa(results["yasa-channels"])) if comparable else None,
        machine=Machine.this(),
    )


# -------------------------------------------------------------------------------------------------------------- timing
def _timed(
    runs: Mapping[WayName, Callable[[], Any]], repeats: int, progress: Callable[[str], None]
) -> tuple[list[TimedWay], dict[WayName, Any]]:
    """Run each way once for its result, then all in turn for their times; ours must not fail, others may."""
    results: dict[WayName, Any] = {}
    first: dict[WayName, float] = {}
    errors: dict[WayName, str] = {}
    for name, run in runs.items():
        progress(name)
        try:
            first[name], _, results[name] = _clocked(run)
        except Exception as error:
            if name.startswith("ours"):
                raise
            errors[name] = f"{type(error).__name__}: {error}".splitlines()[0]
    wall: dict[WayName, list[float]] = {name: [] for name in runs}
    cpu: dict[WayName, list[float]] = {name: [] for name in runs}
    for turn in range(repeats):
        for name in results:
            if turn >= FEW and first[name] > SLOW:
                continue
            progress(name)
            seconds, busy, _ = _clocked(runs[name])
            wall[name].append(seconds)
            cpu[name].append(busy)
    ways = [
        TimedWay(name, first.get(name, float("nan")), tuple(wall[name]), tuple(cpu[name]), errors.get(name, ""))
        for name in runs
    ]
    return ways, results


def _clocked(run: Callable[[], Any]) -> tuple[float, float, Any]:
    """Wall seconds, CPU seconds of all threads, result; what earlier runs left is collected before."""
    gc.collect()
    busy, start = time.process_time(), time.perf_counter()
    result = run()
    return time.perf_counter() - start, time.process_time() - busy, result


def _if_it_fits(source: Source, run: Callable[[], Any]) -> Any:
    """Run what preloads a whole file, if its samples as mne keeps them fit well into the memory."""
    fastest = max(channel.rate for channel in source.channels)
    needed = source.duration * fastest * len(source.channels) * 8  # all channels at the fastest rate, double precision
    memory = float("inf")
    with suppress(AttributeError, ValueError, OSError):  # no such question on this system
        memory = float(os.sysconf("SC_PHYS_PAGES")) * os.sysconf("SC_PAGE_SIZE")
    if needed > SHARE_OF_MEMORY * memory:
        raise MemoryError(f"the whole file takes {needed / 1e9:.3g} GB of {memory / 1e9:.3g} GB")
    return run()


def _steps(
    file: Path,
    choosing: Callable[[], Mapping[Role, Derivation]],
    asked: Mapping[Role, Choice],
    montage: MontageFile | str | os.PathLike[str] | None,
    own: Hypnogram,
    repeats: int,
) -> dict[str, float]:
    """CPU seconds of each step of ours on one thread, medians."""
    derivations = choosing()
    named: dict[Role, Choice] = {role: None if role not in derivations else _named(derivations[role]) for role in asked}

    def read() -> Recording:
        return read_recording(file, eeg=named["eeg"], eog=named["eog"], emg=named["emg"], montage=montage, threads=1)

    try:
        recording = read()
    except MontageError:  # a label that stands twice cannot be named
        named = dict(asked)
        recording = read()
    features = extract_features(recording)
    classifier = load_classifier("+".join(own.scorer.inputs))
    columns = [features.names.index(name) for name in classifier.feature_names]
    rows = np.ascontiguousarray(features.values[:, columns])
    steps: dict[str, Callable[[], object]] = {
        "choose": choosing,
        "read": read,
        "features": lambda: extract_features(recording, threads=1),
        "classify": lambda: classifier.probabilities(rows),
    }
    rounds = [{name: _clocked(run)[1] for name, run in steps.items()} for _ in range(repeats)]
    return {name: statistics.median(one[name] for one in rounds) for name in steps}


def _named(derivation: Derivation) -> Choice:
    """Give a derivation as a user would name it."""
    return derivation.plus.label if derivation.minus is None else (derivation.plus.label, derivation.minus.label)
