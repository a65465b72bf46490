"""The calibration of the stager of a table of nights: as it was named, or as it lies beside the table."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..calibration.calibration import Calibration
from ..calibration.calibration_file import read_calibration
from ..calibration.shipped import named_calibration
from ..claims.stager_slopes import serving

__all__ = ["calibrations_for"]

#: Files beside a table of nights that may be the calibration of its stager.
BESIDE = "calibration*.toml"


def calibrations_for(
    nights: Mapping[str, Iterable[Any]], place: str | os.PathLike[str], named: str | None = None
) -> list[Calibration]:
    """Give the calibration that was named, whatever it is of; else those beside the nights that are of their stager.

    Parameters
    ----------
    nights : DataFrame or mapping of columns
    place : path-like
        ``nights.csv``, or the folder that holds it.
    named : str, optional
        A file, or the name of a calibration that comes with the package.

    Raises
    ------
    CalibrationError
        Where a file is no calibration.
    """
    if named is not None:
        return [named_calibration(named)]
    folder = Path(place) if Path(place).is_dir() else Path(place).parent
    found = [read_calibration(path) for path in sorted(folder.glob(BESIDE)) if path.is_file()]
    return serving(found, nights)
