"""Calibrations that come with the package: two algorithms of Bitbrain, on open nights."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Literal, get_args

from ..core.errors import CalibrationError
from .calibration import Calibration
from .calibration_file import read_calibration

__all__ = ["CalibrationGiven", "Shipped", "calibrations_given", "named_calibration", "shipped_calibration",
           "shipped_for"]  # fmt: skip

#: A calibration, the name of one that comes with the package, or its file.
CalibrationGiven = Calibration | str | os.PathLike[str]

#: Bitbrain's headband and its autoscoring, and its autoscoring of PSG.
Shipped = Literal["bitbrain-headband", "bitbrain-psg"]


@cache
def shipped_calibration(name: Shipped) -> Calibration:
    """Calibration of one of the two stagers of Bitbrain Open Access Sleep; it serves no other stager.

    Parameters
    ----------
    name : {"bitbrain-headband", "bitbrain-psg"}

    Raises
    ------
    CalibrationError
        Where there is none of that name.

    Examples
    --------
    >>> shipped_calibration("bitbrain-headband")
    Calibration(Bitbrain headband autoscoring, 84 metrics, 63 nights of 50 people)
    """
    if name not in get_args(Shipped):
        raise CalibrationError(
            f"no calibration {name!r} comes with the package",
            key="calibration",
            remedy=f"there are {' and '.join(get_args(Shipped))}",
        )
    with resources.as_file(resources.files(__package__) / f"{name}.toml") as path:
        return read_calibration(path)


def shipped_for(device: str) -> Calibration | None:
    """Give the calibration that comes with the package of a stager on such a device; None where there is none.

    Examples
    --------
    >>> str(shipped_for("psg").stager), shipped_for("wearable")
    ('Bitbrain PSG autoscoring', None)
    """
    return next((one for one in map(shipped_calibration, get_args(Shipped)) if one.device == device), None)


def named_calibration(given: CalibrationGiven) -> Calibration:
    """Give a calibration as it is, one that comes with the package by its name, and one in a file by its path.

    Raises
    ------
    CalibrationError
        Where a file is no calibration.

    Examples
    --------
    >>> named_calibration("bitbrain-psg").stager.name
    'Bitbrain PSG autoscoring'
    """
    if isinstance(given, Calibration):
        return given
    of_package = [shipped_calibration(name) for name in get_args(Shipped) if name == given]
    return of_package[0] if of_package else read_calibration(given)


def calibrations_given(calibration: CalibrationGiven | Sequence[CalibrationGiven]) -> tuple[Calibration, ...]:
    """Give the calibrations that somebody gave: themselves, by their names, or by their files.

    Raises
    ------
    CalibrationError
        Where a file is no calibration.
    """
    if isinstance(calibration, Calibration | str | os.PathLike):
        return (named_calibration(calibration),)
    return tuple(map(named_calibration, calibration))
