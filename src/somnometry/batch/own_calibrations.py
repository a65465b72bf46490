"""The stager of a table of nights: its name, and its calibration as it was named, or as it lies beside the table."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ..calibration.calibration import Calibration
from ..calibration.calibration_file import read_calibration
from ..calibration.shipped import named_calibration
from ..claims.data.provenance import provenance_of
from ..claims.data.sample import NotTestableError
from ..claims.data.study_nights import StudyNights
from ..claims.stager_slopes import is_of_device, serving
from ..core.errors import ClaimError
from ..core.study import Study

__all__ = ["FoundCalibrations", "PassedOver", "calibrations_for", "scorers_of"]

#: Files beside a table of nights that may be the calibration of its stager.
BESIDE = "calibration*.toml"


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A calibration beside a table of nights that does not serve them.

    Parameters
    ----------
    path : Path
    calibration : Calibration
    why : {"stager", "device"}
        What of it is another than that of the nights.
    """

    path: Path
    calibration: Calibration
    why: Literal["stager", "device"]


@dataclass(frozen=True, slots=True)
class FoundCalibrations:
    """Calibrations for a table of nights: those that serve, and those beside it that do not."""

    used: tuple[Calibration, ...]
    passed_over: tuple[PassedOver, ...] = ()


def calibrations_for(
    nights: Mapping[str, Iterable[Any]], place: str | os.PathLike[str], study: Study, named: str | None = None
) -> FoundCalibrations:
    """Give the calibration that was named, whatever it is of; else those beside the nights of their stager and device.

    Parameters
    ----------
    nights : DataFrame or mapping of columns
    place : path-like
        ``nights.csv``, or the folder that holds it.
    study : Study
        It may say what recorded the nights, where the table does not.
    named : str, optional
        A file, or the name of a calibration that comes with the package.

    Raises
    ------
    CalibrationError
        Where a file is no calibration.
    """
    if named is not None:
        return FoundCalibrations((named_calibration(named),))
    folder = Path(place) if Path(place).is_dir() else Path(place).parent
    found = [(path, read_calibration(path)) for path in sorted(folder.glob(BESIDE)) if path.is_file()]
    if not found:
        return FoundCalibrations(())
    used, passed_over, device = [], [], _device(nights, study)
    for path, one in found:
        if not serving([one], nights):
            passed_over.append(PassedOver(path, one, "stager"))
        elif not is_of_device(one, device):
            passed_over.append(PassedOver(path, one, "device"))
        else:
            used.append(one)
    return FoundCalibrations(tuple(used), tuple(passed_over))


def _device(nights: Mapping[str, Iterable[Any]], study: Study) -> str:
    """Give what recorded the nights; "unknown" where the table contradicts itself, which `judge` says."""
    try:
        return provenance_of(StudyNights.of(nights, study), study).device
    except (ClaimError, NotTestableError):
        return "unknown"


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
