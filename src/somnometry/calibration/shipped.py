"""Calibrations that come with the package: two algorithms of Bitbrain, on open nights."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal, get_args

from ..core.errors import CalibrationError
from .calibration import Calibration
from .calibration_file import read_calibration

__all__ = ["Shipped", "shipped_calibration"]

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
