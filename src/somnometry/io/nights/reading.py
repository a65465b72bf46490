"""`Reading`: how scorings that do not say it themselves are to be read, as the user told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ...core.errors import HypnogramError
from ...core.events import Scoring
from ...core.hypnogram import Hypnogram
from ...core.stage import Stage
from ..hypnograms import read_hypnograms, read_scoring, says_itself
from ..scorings.codings import CODINGS
from ..scorings.formats import FORMATS

__all__ = ["FORMAT_NAMES", "Reading"]

#: Every name of a format.
FORMAT_NAMES = ("edf", *dict.fromkeys(one.name for one in FORMATS))


@dataclass(frozen=True, slots=True)
class Reading:
    """Options of `read_scoring` for many files; None where nobody told.

    Parameters
    ----------
    format : str, optional
        One of `FORMAT_NAMES`. EDF+ and our own CSV, which are known beyond doubt, are read as what they are.
    coding : str or mapping of int or str to Stage, optional
    epoch : float, optional
        Seconds.
    scorer : str, optional

    Raises
    ------
    HypnogramError
        Where there is no such format or coding, or an epoch is not a positive number of seconds.
    """

    format: str | None = None
    coding: str | Mapping[int | str, Stage] | None = None
    epoch: float | None = None
    scorer: str | None = None

    def __post_init__(self) -> None:
        if self.format is not None and self.format not in FORMAT_NAMES:
            raise _unknown("format", self.format, FORMAT_NAMES)
        if isinstance(self.coding, str) and self.coding not in CODINGS:
            raise _unknown("coding", self.coding, tuple(CODINGS))
        if self.epoch is not None and not 0 < self.epoch < 3600:
            raise HypnogramError(f"no epoch lasts {self.epoch:g} s", key="epoch", remedy="give seconds, such as 30")

    @classmethod
    def told(cls, *by: object) -> Reading:
        """What several tell, in whatever has these fields; the first who tells counts.

        Examples
        --------
        >>> Reading.told(Reading(epoch=20.0), Reading("isruc", epoch=30.0))
        Reading(format='isruc', coding=None, epoch=20.0, scorer=None)
        """
        names = [entry.name for entry in fields(cls)]
        said = {name: [value for each in by if (value := getattr(each, name)) is not None] for name in names}
        return cls(**{name: values[0] for name, values in said.items() if values})

    def read(self, path: Path) -> Scoring:
        """Read a scoring, as `read_scoring` does.

        Raises
        ------
        HypnogramError
            As `read_scoring` does.
        """
        return read_scoring(path, **self._options(path))

    def read_all(self, path: Path) -> dict[str, Hypnogram]:
        """Read every night of a file, as `read_hypnograms` does.

        Raises
        ------
        HypnogramError
            As `read_hypnograms` does.
        """
        return read_hypnograms(path, **self._options(path))

    def _options(self, path: Path) -> dict[str, Any]:
        itself = says_itself(path)
        if itself == "csv":
            return {}
        known = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return known | {"format": None} if itself == "edf" else known


def _unknown(key: str, value: str, names: tuple[str, ...]) -> HypnogramError:
    return HypnogramError(f"there is no {key} {value!r}", key=key, remedy=f"it is one of {', '.join(names)}")
