"""What is known of the time that staging takes: `StagingBench`, and what it is made of."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt

from ..core.equality import EqualByFields
from ..core.hypnogram import Hypnogram
from ..core.plain import plain_data
from ..core.recording import Role

__all__ = ["Machine", "StagesAlike", "StagingBench", "TimedWay", "WayName", "stages_alike"]

#: "ours-1", "ours-2" and so on by threads; "yasa-channels", "yasa-whole".
WayName = str
#: What is told of the versions.
PACKAGES = ("somnometry", "numpy", "scipy", "numba", "mne", "yasa", "lightgbm")
#: YASA is decided where its two best probabilities differ by as much; elsewhere round-off decides.
DECIDED = 0.1


@dataclass(frozen=True, slots=True)
class TimedWay:
    """How long one way takes from the path of a file to stages and probabilities.

    Parameters
    ----------
    name : str
        "ours-1" on one thread, "ours-2" on two and so on; "yasa-channels" and "yasa-whole", YASA given the
        same channels, and with the whole file preloaded.
    first : float
        Wall seconds of the first run in this process, with whatever had to be imported and loaded; NaN if it failed.
    wall, cpu : tuple of float
        Seconds of every further run; CPU is that of all threads.
    error : str
        Why there is no time: what was raised, or that the whole file does not fit.
    """

    name: WayName
    first: float
    wall: tuple[float, ...] = ()
    cpu: tuple[float, ...] = ()
    error: str = ""

    @property
    def seconds(self) -> float:
        """Wall seconds of the median run; NaN if there is none."""
        return statistics.median(self.wall) if self.wall else float("nan")

    @property
    def cpu_seconds(self) -> float:
        """CPU seconds of the median run; NaN if there is none."""
        return statistics.median(self.cpu) if self.cpu else float("nan")


@dataclass(frozen=True, slots=True)
class StagesAlike:
    """How far our stages and YASA's agree, both given the same channels.

    Parameters
    ----------
    n_epochs : int
        Epochs that both scored.
    equal : float
        Share of these with the same stage.
    n_decided : int
        Epochs in which YASA's two best probabilities differ by 0.1 or more.
    equal_decided : float
        Share of these with the same stage.
    largest_difference : float
        Of a probability.
    unscored : int
        Epochs that we leave unscored and YASA does not.
    """

    n_epochs: int
    equal: float
    n_decided: int
    equal_decided: float
    largest_difference: float
    unscored: int


@dataclass(frozen=True, slots=True)
class Machine:
    """What ran: kind of system and processor, number of processors, libraries; neither a name nor a place.

    Parameters
    ----------
    system, processor : str
    n_processors : int
    python : str
    packages : mapping of str to str
    blas : tuple of str
        Libraries of linear algebra with the threads that they use, as "openblas 2".
    """

    system: str
    processor: str
    n_processors: int
    python: str
    packages: Mapping[str, str]
    blas: tuple[str, ...]

    @classmethod
    def this(cls) -> Machine:
        """Look at the machine that runs this process."""
        blas: tuple[str, ...] = ()
        with suppress(ImportError):  # comes with YASA's scikit-learn
            from threadpoolctl import threadpool_info

            pools = {(pool["internal_api"], pool["num_threads"]) for pool in threadpool_info()}
            blas = tuple(f"{name} {threads}" for name, threads in sorted(pools))
        return cls(
            platform.system(),
            platform.machine(),
            os.cpu_count() or 1,
            platform.python_version(),
            {name: version(name) for name in PACKAGES},
            blas,
        )


@dataclass(frozen=True, slots=True, eq=False)
class StagingBench(EqualByFields):
    """What `bench_staging` measured of one file.

    Parameters
    ----------
    source : str
        Name of the file.
    hours : float
    size : int
        Bytes.
    n_channels : int
        Signals in the file.
    channels : mapping of role to str
        What was staged.
    calibrated : bool
        Whether our amplitudes were brought into the classifiers' range, as YASA's are not.
    n_gaps : int
        Interruptions of the recording, which mne closes up.
    repeats : int
        Runs of each way, in turn.
    ways : tuple of TimedWay
    steps : mapping of str to float
        CPU seconds of our steps on one thread, each timed apart, medians: "choose" (the header is
        read and signals are looked at), "read" (the chosen channels, named), "features", "classify".
    alike : StagesAlike or None
        None where YASA gave no stages, or mne closed gaps, so that epochs do not correspond.
    machine : Machine
    """

    source: str
    hours: float
    size: int
    n_channels: int
    channels: Mapping[Role, str]
    calibrated: bool
    n_gaps: int
    repeats: int
    ways: tuple[TimedWay, ...]
    steps: Mapping[str, float]
    alike: StagesAlike | None
    machine: Machine

    def way(self, name: WayName) -> TimedWay | None:
        """Give one way; None if it was not asked for."""
        return next((way for way in self.ways if way.name == name), None)

    def speed_up(self, ours: WayName = "ours-1", theirs: WayName = "yasa-channels", *, cpu: bool = False) -> float:
        """How many times as long YASA takes, by the medians of wall or CPU time; NaN where either has none."""
        one, other = self.way(ours), self.way(theirs)
        if one is None or other is None:
            return float("nan")
        long, short = (other.cpu_seconds, one.cpu_seconds) if cpu else (other.seconds, one.seconds)
        return long / short if short else float("nan")

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data that JSON can hold, with medians and speed-ups."""
        facts: dict[str, Any] = plain_data(self)
        for entry, way in zip(facts["ways"], self.ways, strict=True):
            entry |= plain_data({"median": way.seconds, "median_cpu": way.cpu_seconds})
        pairs = [
            (ours.name, way.name)
            for way in self.ways
            for ours in self.ways
            if way.name.startswith("yasa") and ours.name.startswith("ours")
        ]
        for key, cpu in (("speed_up", False), ("speed_up_cpu", True)):
            facts[key] = plain_data({f"{way} over {ours}": self.speed_up(ours, way, cpu=cpu) for ours, way in pairs})
        return facts

    def __repr__(self) -> str:
        return f"StagingBench({self.source!r}, {self.hours:.2f} h, {self.speed_up():.3g} times as fast as YASA)"


def stages_alike(ours: Hypnogram, theirs: Hypnogram) -> StagesAlike:
    """Compare our stages with YASA's, epoch by epoch from the first.

    Examples
    --------
    >>> ours = Hypnogram([0, 1, -1], probabilities=[[0.8, 0.2, 0, 0, 0], [0.1, 0.5, 0.4, 0, 0], [np.nan] * 5])
    >>> yasas = Hypnogram([0, 2, 2], probabilities=[[0.7, 0.3, 0, 0, 0], [0.1, 0.44, 0.46, 0, 0], [0, 0, 1, 0, 0]])
    >>> alike = stages_alike(ours, yasas)
    >>> alike.n_epochs, alike.equal, alike.n_decided, alike.equal_decided, alike.unscored
    (2, 0.5, 1, 1.0, 1)
    """
    n = min(ours.n_epochs, theirs.n_epochs)
    scored, reference = ours.stages[:n] >= 0, theirs.stages[:n] >= 0
    both = scored & reference
    same = (ours.stages[:n] == theirs.stages[:n])[both]
    p, q = (np.asarray(hypnogram.probabilities)[:n][both] for hypnogram in (ours, theirs))
    best = np.sort(q, axis=1)
    decided = best[:, -1] - best[:, -2] >= DECIDED if best.size else np.zeros(0, bool)
    return StagesAlike(
        int(both.sum()),
        _share(same),
        int(decided.sum()),
        _share(same[decided]),
        float(np.abs(p - q).max()) if p.size else float("nan"),
        int((reference & ~scored).sum()),
    )


def _share(same: npt.NDArray[np.bool_]) -> float:
    return float(same.mean()) if same.size else float("nan")
