"""`StagerSlopes`: what part of an effect the stager of a study's nights shows, by its calibration or by others'."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from ..calibration.calibration import Calibration
from ..calibration.metric_calibration import MetricCalibration
from ..calibration.shipped import Shipped, shipped_calibration
from ..catalogue import CATALOGUE
from ..core.errors import ClaimError
from ..core.reason import Reason
from ..core.study import Device
from .data.provenance import AUTOMATIC, UNKNOWN, Provenance
from .data.study_nights import StudyNights, text_of
from .designs.human_effect import NO_SLOPE, Slope

__all__ = ["BORROWED", "BY_PEOPLE", "PROPAGATED", "StagerSlopes", "is_of_device", "is_staged", "serving",
           "slopes_of"]  # fmt: skip

#: Tag of verdicts whose limits hold the error of the stager, by its calibration; the engine alone sets it.
PROPAGATED = "auto+propagated"
#: Metrics of sleep against wake, for which other stagers' calibrations stand in: the lowest slope of those that ship.
BORROWED = ("tst", "se", "spt", "sme", "waso", "waso_spt", "sol", "lps")
#: Below so many of its standard errors a slope says nothing of how small an effect is.
SURE = 4.0
#: Columns of a table that say who or what scored a night.
WHO = ("model", "scorer")


@dataclass(frozen=True, slots=True)
class StagerSlopes:
    """What part of an effect that people would score the stager of some nights shows, metric by metric.

    Parameters
    ----------
    by_machine : bool
        Whether the nights were scored automatically, or it is not known by whom.
    calibration : Calibration, optional
        Of the nights' own stager.
    notes : tuple of Reason
        What was taken on trust when the calibration was matched to the nights.
    """

    by_machine: bool = False
    calibration: Calibration | None = None
    notes: tuple[Reason, ...] = ()

    def of(self, metric: str, scale: str, *, summary: str = "mean") -> Slope | None:
        """Give the slope of a metric on the scale that is analysed; None where people scored it, or nobody stages it.

        Of the spread of a metric over nights no slope is known.
        """
        if not self.by_machine or not is_staged(metric):
            return None
        known = self._known(metric) if summary == "mean" else None
        return NO_SLOPE if known is None else _slope(known, scale)

    def calibrates(self, metric: str) -> bool:
        """Whether the nights' own stager was calibrated on a metric."""
        return self.by_machine and self.calibration is not None and metric in self.calibration

    def tag(self, metric: str, staging: str) -> str:
        """How the nights were staged, and whether the limits hold the error of that."""
        return PROPAGATED if self.calibrates(metric) and staging in (AUTOMATIC, UNKNOWN) else staging

    def reason(self, metric: str, scale: str, *, summary: str = "mean") -> Reason | None:
        """Say what a slope does to the verdict on a metric; None where there is none to mind."""
        if not self.by_machine or not is_staged(metric):
            return None
        known = self._known(metric) if summary == "mean" else None
        if known is None:
            return Reason("slope-unknown", {"metric": metric})
        slope = _slope(known, scale)
        facts = {"metric": metric, "low": known.lambda_low, "error": known.lambda_se, "n": known.n_people}
        if self.calibrates(metric):
            return Reason("slope-calibrated" if slope.has_size else "slope-unsure", facts)
        return Reason("slope-borrowed" if slope.has_size else "slope-unknown", facts)

    def calibration_of(self, metric: str, device: Device) -> MetricCalibration | None:
        """Give what is known of the error in a metric: of the own stager, else of one that ships for the device."""
        if self.calibration is not None and metric in self.calibration:
            return self.calibration[metric]
        shipped = [shipped_calibration(name) for name in get_args(Shipped)]
        return next((one[metric] for one in shipped if one.device == device and metric in one), None)

    def _known(self, metric: str) -> MetricCalibration | None:
        if self.calibration is not None and metric in self.calibration:
            return self.calibration[metric]
        return _lowest(metric) if metric in BORROWED else None


#: Nights that people scored.
BY_PEOPLE = StagerSlopes()


def is_staged(metric: str) -> bool:
    """Whether a metric is measured from stages."""
    known = CATALOGUE.get(metric)
    return known is not None and known.level != "events"


def _slope(known: MetricCalibration, scale: str) -> Slope:
    """Give the slope of a calibrated metric; of logarithms of rates, that of relative effects."""
    relative = known.mean_human / known.mean_auto if scale == "ratio" and known.mean_auto > 0 else 1.0
    low, error = known.lambda_low * relative, known.lambda_se * relative
    high = max(1.0, low, known.lambda_high * relative)
    return Slope(low, error, high) if known.lambda_low >= SURE * known.lambda_se > 0 else Slope(0.0, 0.0, high)


@cache
def _lowest(metric: str) -> MetricCalibration | None:
    """Give the calibration of a metric with the lowest slope, of those that come with the package."""
    shipped = [shipped_calibration(name) for name in get_args(Shipped)]
    return min((one[metric] for one in shipped if metric in one), key=lambda one: one.lambda_low, default=None)


def slopes_of(provenance: Provenance, nights: StudyNights, calibrations: Sequence[Calibration]) -> StagerSlopes:
    """Find the calibration of the stager of some nights.

    Parameters
    ----------
    provenance : Provenance
    nights : StudyNights
    calibrations : sequence of Calibration
        One serves the nights if their table names its stager, or names none at all.

    Raises
    ------
    ClaimError
        Where calibrations are given, and none is of the nights' own stager and device.
    """
    if provenance.staging not in (AUTOMATIC, UNKNOWN):
        return BY_PEOPLE
    if not calibrations:
        return StagerSlopes(True)
    named = _named(nights.columns)
    for calibration in calibrations:
        if not is_of_device(calibration, provenance.device):
            continue
        if not named and len(calibrations) == 1:
            return StagerSlopes(True, calibration, (Reason("stager-on-trust", {"stager": str(calibration.stager)}),))
        if named and all(_is_of(name, calibration) for name in named):
            return StagerSlopes(True, calibration)
    of = " nor ".join(sorted({str(calibration.stager) for calibration in calibrations}))
    who = ", ".join(sorted(named)) or "an unnamed stager"
    raise ClaimError(
        f"the nights were scored by {who} on {provenance.device}, and no calibration is of that: {of}",
        place="calibration",
        remedy="calibrate the nights' own stager with `somnometry calibrate`, or leave the calibration out",
        key="calibration",
    )


def is_of_device(calibration: Calibration, device: str) -> bool:
    """Whether a calibration serves nights of a device; one that does not say its own, or of unknown nights, may."""
    return calibration.device is None or device in ("unknown", calibration.device)


def serving(calibrations: Iterable[Calibration], columns: Mapping[str, Iterable[Any]]) -> list[Calibration]:
    """Give the calibrations whose stager a table of nights names, and no other, as who or what scored them."""
    named = _named(columns)
    return [one for one in calibrations if named and all(_is_of(name, one) for name in named)]


def _named(columns: Mapping[str, Iterable[Any]]) -> frozenset[str]:
    """Give the names of who or what scored the nights."""
    for column in WHO:
        if column in columns and (names := frozenset(filter(None, map(text_of, columns[column])))):
            return names
    return frozenset()


def _is_of(name: str, calibration: Calibration) -> bool:
    """Whether a cell names a calibration's stager; what a night made of it stands behind its name."""
    stager = str(calibration.stager)
    return name == stager or name.startswith(f"{stager} ")
