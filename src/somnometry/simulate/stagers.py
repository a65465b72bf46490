"""`SimulatedStager`: a program, or a person, that scores the nights of a simulated study with errors that are known."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from ..calibration.calibration import Calibration
from ..core.equality import EqualByFields
from ..core.errors import SimulationError
from ..core.study import Device, Staging

__all__ = ["SimulatedStager", "StagerError", "check_stagers", "seen_by"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class StagerError(EqualByFields):
    """What a stager makes of one metric, in its unit: intercept + slope x night + bias of the arm + errors.

    Parameters
    ----------
    slope : float
        How much of a difference between nights, and so of an effect, it shows.
    intercept : float
    night_sd, person_sd : float
        SDs of its normal errors: drawn anew for every night, and once for all nights of a person.
    bias : mapping of str to float
        Condition -> what it adds in nights under it, as where a drug changes the EEG itself.

    Raises
    ------
    SimulationError
        For a negative SD, and numbers that are not finite.
    """

    slope: float = 1.0
    intercept: float = 0.0
    night_sd: float = 0.0
    person_sd: float = 0.0
    bias: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "bias", MappingProxyType(dict(self.bias)))
        numbers = {name: getattr(self, name) for name in ("slope", "intercept", "night_sd", "person_sd")}
        numbers |= {f"bias.{arm}": value for arm, value in self.bias.items()}
        for name, value in numbers.items():
            if not math.isfinite(value) or (name.endswith("_sd") and value < 0):
                least = ", from 0," if name.endswith("_sd") else ""
                raise SimulationError(f"{name} is a finite number{least} not {value!r}", key=name)

    def __reduce__(self) -> tuple[Any, ...]:
        return StagerError, (self.slope, self.intercept, self.night_sd, self.person_sd, dict(self.bias))


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedStager(EqualByFields):
    """A stager of a simulated study, whose errors are known; `StudyPlan` takes several.

    Its values follow from those of the nights as they were. Counts are whole numbers from 0, latencies are censored at
    the end of the night, and what no night can have is the nearest that one can; near such bounds the slope and the
    SDs of the table are smaller than those given. Errors of several stagers, and of several metrics, are independent.

    Parameters
    ----------
    name : str
        Column ``scorer``.
    errors : mapping of str to StagerError, or to mapping of its numbers
        Metric -> error. It scores other metrics as they are.
    staging : {"auto", "human"}
        Column ``staging``: people err too.
    device : {"psg", "headband", "wearable"}
        Column ``device``.

    Raises
    ------
    SimulationError
        For errors that cannot be, and a stager without a name.

    Examples
    --------
    >>> stager = SimulatedStager("program", {"n3_percent": {"slope": 0.6, "night_sd": 2.0, "bias": {"active": 3.0}}})
    >>> stager.errors["n3_percent"].slope, stager.errors["n3_percent"].intercept
    (0.6, 0.0)
    """

    name: str
    errors: Mapping[str, StagerError] = field(default_factory=dict)
    staging: Staging = "auto"
    device: Device = "psg"

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise SimulationError("a stager has no name", key="stagers.name")
        for key, known in (("staging", get_args(Staging)), ("device", get_args(Device))):
            if getattr(self, key) not in known:
                raise SimulationError(
                    f"the {key} of {self.name} is {getattr(self, key)!r}, which is none of {', '.join(known)}", key=key
                )
        errors = {metric: _error(self.name, metric, given) for metric, given in dict(self.errors).items()}
        object.__setattr__(self, "errors", MappingProxyType(errors))

    def __reduce__(self) -> tuple[Any, ...]:
        return SimulatedStager, (self.name, dict(self.errors), self.staging, self.device)

    def to_dict(self) -> dict[str, Any]:
        """Give what it is as plain texts, numbers and tables."""
        names = ("slope", "intercept", "night_sd", "person_sd")
        errors = {
            metric: {**{name: getattr(error, name) for name in names}, "bias": dict(error.bias)}
            for metric, error in self.errors.items()
        }
        return {"staging": self.staging, "device": self.device, "errors": errors}

    @classmethod
    def like(
        cls,
        calibration: Calibration,
        metrics: Iterable[str],
        *,
        share: float = 1.0,
        bias: Mapping[str, Mapping[str, float]] = MappingProxyType({}),
    ) -> SimulatedStager:
        """Make a stager that errs as a calibrated one: its mean error, and its SDs by night and by person.

        Parameters
        ----------
        calibration : Calibration
        metrics : iterable of str
        share : float
            Of an effect, how much it shows. Calibrations know it as an interval only, from
            `MetricCalibration.lambda_low` to 1; the SDs stay those of automatic less human.
        bias : mapping of str to mapping of str to float
            Metric -> condition -> what it adds.

        Raises
        ------
        SimulationError
            Where the calibration does not have a metric, or not its SDs.

        Examples
        --------
        >>> from somnometry.calibration.shipped import shipped_calibration
        >>> stager = SimulatedStager.like(shipped_calibration("bitbrain-headband"), ["n3_percent"])
        >>> stager.device, round(stager.errors["n3_percent"].night_sd, 1)
        ('headband', 3.1)
        """
        keys = list(dict.fromkeys(metrics))
        errors = {}
        for key in dict.fromkeys([*keys, *bias]):
            known = calibration.get(key)
            if known is None or math.isnan(known.sigma_within + known.sigma_person):
                raise SimulationError(
                    f"the calibration of {calibration.stager!s} has no SDs by night and by person of {key!r}",
                    remedy="leave the metric out, or give its errors as numbers",
                    key=f"stagers.{key}",
                )
            intercept = known.mean_auto - share * known.mean_human
            errors[key] = StagerError(share, intercept, known.sigma_within, known.sigma_person, bias.get(key, {}))
        return cls(str(calibration.stager) or "program", errors, device=calibration.device or "psg")


def check_stagers(stagers: Sequence[object], metrics: Sequence[str], conditions: Sequence[str]) -> None:
    """Raise where stagers share a name, or err on a metric or under a condition that the study does not have."""
    seen: set[str] = set()
    for stager in stagers:
        if not isinstance(stager, SimulatedStager):
            raise SimulationError(f"{stager!r} is no SimulatedStager", key="stagers")
        if stager.name in seen:
            raise SimulationError(f"two stagers are called {stager.name!r}", key=f"stagers.{stager.name}")
        seen.add(stager.name)
        for metric, error in stager.errors.items():
            key = f"stagers.{stager.name}.{metric}"
            if metric not in metrics:
                raise SimulationError(
                    f"{stager.name!r} errs on {metric!r}, which is none of the study's metrics ({', '.join(metrics)})",
                    remedy="add it to metrics",
                    key=key,
                )
            if unknown := [arm for arm in error.bias if arm not in conditions]:
                raise SimulationError(
                    f"{stager.name!r} has a bias under {unknown[0]!r}, which is none of {', '.join(conditions)}",
                    key=f"{key}.bias.{unknown[0]}",
                )


def seen_by(
    stager: SimulatedStager,
    values: Mapping[str, Floats],
    counts: Iterable[str],
    conditions: npt.NDArray[np.object_],
    seed: int,
) -> dict[str, Floats]:
    """Values of nights as a stager finds them.

    Parameters
    ----------
    stager : SimulatedStager
    values : mapping of str to array of float64, shape (n_subjects, n_periods, n_nights)
        Metric -> what is true.
    counts : iterable of str
        Metrics that are whole numbers.
    conditions : array of str, shape (n_subjects, n_periods)
    seed : int
        Of the study; each stager and metric has draws of its own.
    """
    seen = dict(values)
    for metric, error in stager.errors.items():
        true = values[metric]
        rng = np.random.default_rng([seed, zlib.crc32(stager.name.encode()), zlib.crc32(metric.encode())])
        of_person = error.person_sd * rng.standard_normal((true.shape[0], 1, 1))
        of_night = error.night_sd * rng.standard_normal(true.shape)
        bias = np.vectorize(lambda arm, known=error.bias: known.get(arm, 0.0), otypes=[np.float64])(conditions)
        found = error.intercept + error.slope * true + bias[:, :, None] + of_person + of_night
        seen[metric] = np.maximum(np.rint(found), 0.0) if metric in set(counts) else found
    return seen


def _error(name: str, metric: str, given: StagerError | Mapping[str, Any]) -> StagerError:
    if isinstance(given, StagerError):
        return given
    try:
        return StagerError(**given)
    except SimulationError as error:
        what, key = error.what, f"stagers.{metric}.{error.key}"
    except TypeError:
        what, key = f"{given!r} is no slope, intercept, night_sd, person_sd and bias", f"stagers.{metric}"
    raise SimulationError(f"error of {name!r} on {metric!r}: {what}", key=key)
