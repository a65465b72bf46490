"""The stager of a table of nights: its name, and its calibration as it was named, or as it lies beside the table."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..calibration.calibration import Calibration
from ..calibration.calibration_file import read_calibration
from ..calibration.shipped import named_calibration
from ..claims.stager_slopes import serving

__all__ = ["calibrations_for", "scorers_of"]

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


def scorers_of(tables: Mapping[str, Mapping[str, Iterable[Any]]]) -> list[str]:
    """Give the name of each table's scorer where each names one, and they differ; else the names of the tables.

    Parameters
    ----------
    tables : mapping of str to DataFrame or mapping of columns
        Where a table of nights lies -> the table.
    """
    named = [{str(cell) for cell in table.get("scorer", ())} - {"", "nan", "None"} for table in tables.values()]
    names = [", ".join(sorted(each)) for each in named if len(each) == 1]
    return names if len(set(names)) == len(tables) else list(tables)
