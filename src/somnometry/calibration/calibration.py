"""`Calibration`: what is known of the error of one stager, metric by metric, and whose nights it serves."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

from ..core.equality import EqualByFields
from ..core.errors import CalibrationError
from ..core.scorer import Scorer
from ..core.shown_text import shown_text
from ..core.study import Device
from .metric_calibration import MetricCalibration

__all__ = ["LEVEL", "MIN_PEOPLE", "Calibration", "stager_of"]

#: Of the intervals that go into tables.
LEVEL = 0.90
#: With fewer people a calibration says more of them than of the stager.
MIN_PEOPLE = 20


def stager_of(scorer: Scorer) -> Scorer:
    """Give what a stager is on every night: its name, classifier and inputs, without what the night made of it.

    Examples
    --------
    >>> stager_of(Scorer("YASA", "classifier", sha256="33ab", inputs=("eeg",), amplitude={"AF7": 1.2}, votes=("C3",)))
    Scorer(name='YASA', kind='classifier', sha256='33ab', inputs=('eeg',))
    """
    return Scorer(scorer.name, scorer.kind, sha256=scorer.sha256, inputs=scorer.inputs)


@dataclass(frozen=True, slots=True, eq=False)
class Calibration(EqualByFields, Mapping[str, MetricCalibration]):
    """The error of a stager against people, by key of the metric; made by `calibrate` or read from a file.

    Parameters
    ----------
    stager : Scorer
        Whose nights it serves: those of the same classifier and inputs or, where no classifier is known, of the name.
    metrics : mapping of str to MetricCalibration
    n_nights, n_people : int
    people_named : bool
        Whether it was said whose night each is; else every night counted as another person's.
    device : {"psg", "headband", "wearable"}, optional
    channels : tuple of str
        Derivations that the stager looked at, as far as it was said.
    population : str
        Who was recorded, and where.
    source : str
        Where the nights can be had, or who made the calibration.
    left_out : mapping of str to str
        Metrics that could not be calibrated, and nights that were not used, with the reason.

    Raises
    ------
    CalibrationError
        Where fewer than 20 people were measured.

    Examples
    --------
    >>> from somnometry.calibration.shipped import shipped_calibration
    >>> headband = shipped_calibration("bitbrain-headband")
    >>> low, high = headband["n3_percent"].interval(10.0)
    >>> low < 10.0 < high
    True
    """

    stager: Scorer
    metrics: Mapping[str, MetricCalibration]
    n_nights: int
    n_people: int
    people_named: bool = True
    device: Device | None = None
    channels: tuple[str, ...] = ()
    population: str = ""
    source: str = ""
    left_out: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.n_people < MIN_PEOPLE:
            raise CalibrationError(
                f"both scored {self.n_people} {'person' if self.n_people == 1 else 'people'}, and a calibration takes "
                f"{MIN_PEOPLE}",
                key="n_people",
                remedy="score more people; with fewer, `agree` says how the two scorings agree",
            )
        object.__setattr__(self, "stager", stager_of(Scorer.of(self.stager)))
        object.__setattr__(self, "channels", tuple(map(str, self.channels)))
        for name in ("metrics", "left_out"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __getitem__(self, key: str) -> MetricCalibration:
        return self.metrics[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.metrics)

    def __len__(self) -> int:
        return len(self.metrics)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calibration) and self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash((self.stager, self.n_nights, self.n_people, tuple(self.metrics)))

    def __reduce__(self) -> tuple[Any, ...]:
        return Calibration, self._fields()

    def _fields(self) -> tuple[Any, ...]:
        metrics, left_out = dict(self.metrics), dict(self.left_out)
        return (
            self.stager, metrics, self.n_nights, self.n_people, self.people_named, self.device, self.channels,
            self.population, self.source, left_out,
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Give all that it holds as plain numbers, texts, lists and tables."""
        names = ("n_nights", "n_people", "people_named", "device", "channels", "population", "source", "left_out")
        plain = {name: getattr(self, name) for name in names}
        metrics = {key: asdict(one) for key, one in self.metrics.items()}
        return {
            **plain, "stager": self.stager.to_dict(), "channels": list(self.channels), "left_out": dict(self.left_out),
            "metrics": metrics,
        }  # fmt: skip

    def serves(self, scorer: Scorer | str) -> bool:
        """Whether nights of a scorer are those of the calibrated stager.

        Examples
        --------
        >>> from somnometry.calibration.shipped import shipped_calibration
        >>> shipped_calibration("bitbrain-headband").serves("GSSC")
        False
        """
        one, other = self.stager, stager_of(Scorer.of(scorer))
        if one.sha256 or other.sha256:
            return one.sha256 == other.sha256 and one.inputs == other.inputs
        return one.name == other.name

    def require(self, scorer: Scorer | str) -> None:
        """Refuse nights of another stager.

        Raises
        ------
        CalibrationError
        """
        if not self.serves(scorer):
            raise CalibrationError(
                f"the night was scored by {str(scorer) or 'nobody who is named'}, and the calibration is of "
                f"{self.stager!s}",
                key="calibration",
                remedy="calibrate the night's own stager, on nights that people scored too",
            )

    def intervals(self, values: Mapping[str, float], scorer: Scorer | str) -> dict[str, tuple[float, float]]:
        """90 % intervals of what people would have found, in the metrics' units, by key.

        Parameters
        ----------
        values : mapping of str to float
            Metrics of one night; what is not calibrated has no interval, and what is NaN has one of NaN.
        scorer : Scorer or str
            Of that night.

        Raises
        ------
        CalibrationError
            Where the scorer is another one than was calibrated.
        """
        self.require(scorer)
        return {key: one.interval(values[key], level=LEVEL) for key, one in self.metrics.items() if key in values}

    def unseen(self, values: Mapping[str, float]) -> tuple[str, ...]:
        """Metrics of a night that lie beyond those of all nights of the calibration."""
        known = {key: values.get(key, math.nan) for key in self.metrics}
        return tuple(key for key, value in known.items() if value < self[key].lowest or value > self[key].highest)

    def __repr__(self) -> str:
        return (
            f"Calibration({shown_text(str(self.stager), keep='') or 'a stager without a name'}, {len(self)} metrics, "
            f"{self.n_nights} nights of {self.n_people} people)"
        )
