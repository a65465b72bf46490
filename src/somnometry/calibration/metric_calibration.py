"""`MetricCalibration`: what is known of the error of a stager in one metric."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

from ..core.equality import EqualByFields
from ..core.errors import CalibrationError
from ..metrics.table import METRICS
from .scales import SCALES, Scale, from_scale, to_scale

__all__ = ["MetricCalibration"]

#: Points of each normal distribution over which the mean of several nights is averaged.
N_POINTS = 400


@dataclass(frozen=True, slots=True, eq=False)
class MetricCalibration(EqualByFields):
    """How a metric of human scoring follows from that of a stager, and how much of an effect the stager shows.

    Parameters
    ----------
    key : str
        Of `METRICS`.
    scale : {"identity", "sqrt", "log"}
        On which the human metric is a straight line of the automatic one; ``"log"`` is ``log(x + 5)``.
    n_nights, n_people : int
        With a value in both scorings.
    intercept, slope : float
        Of human on automatic, on the scale.
    residual_sd, residual_person_sd : float
        SD of the residuals on the scale, of a night of a new person; and of the part of it that recurs in all nights
        of a person, NaN where too few people have several.
    mean, sum_of_squares : float
        Of the automatic values on the scale: how far a night lies from what was seen.
    lowest, highest : float
        Automatic values that were seen, in the metric's unit.
    lambda_low, lambda_se : float
        Slope of automatic on human in the metric's unit, by least squares, which is too small for the error of the
        humans; and its standard error, clustered by person (CR2).
    lambda_high : float
        What the slope is at most: 1, or by a second, independent stager of the same nights (instrumental variable).
    bias, sigma_within, sigma_person : float
        Mean of automatic less human in the metric's unit; SD of that error from night to night of a person, and of what
        recurs in all nights of a person. The two SDs are NaN where too few people have several nights.
    mean_human, mean_auto : float
        In the metric's unit.
    coverage, held_out_bias, interval_score : float
        Of the 90 % interval, when each person is left out in turn: the share of human values inside; mean of predicted
        less human in SDs of the human values; mean width plus 20 times what a value lies outside (Gneiting and Raftery
        2007), in the metric's unit.

    Raises
    ------
    CalibrationError
        Where the numbers cannot be those of a calibration.
    """

    key: str
    scale: Scale
    n_nights: int
    n_people: int
    intercept: float
    slope: float
    residual_sd: float
    residual_person_sd: float
    mean: float
    sum_of_squares: float
    lowest: float
    highest: float
    lambda_low: float
    lambda_se: float
    lambda_high: float
    bias: float
    sigma_within: float
    sigma_person: float
    mean_human: float
    mean_auto: float
    coverage: float = math.nan
    held_out_bias: float = math.nan
    interval_score: float = math.nan

    def __post_init__(self) -> None:
        if self.key not in METRICS:
            raise CalibrationError("it is no metric of a night", place=self.key, remedy="METRICS lists the keys")
        if self.scale not in SCALES:
            raise CalibrationError(f"there is no scale {self.scale!r}", place=self.key, key="scale")
        if self.n_nights < 3 or not 0 < self.n_people <= self.n_nights:
            what = f"{self.n_nights} nights of {self.n_people} people"
            raise CalibrationError(what, place=self.key, key="n_nights", remedy="calibrate again")
        finite = ("intercept", "slope", "mean", "lambda_low", "bias", "mean_human", "mean_auto", "lowest", "highest")
        positive = ("residual_sd", "sum_of_squares", "lambda_se", "lambda_high")
        wrong = [name for name in finite if not math.isfinite(getattr(self, name))]
        wrong += [name for name in positive if not 0 <= getattr(self, name) < math.inf]
        wrong += [] if self.sum_of_squares > 0 else ["sum_of_squares"]
        if wrong:
            what = f"{wrong[0]} is {getattr(self, wrong[0])!r}"
            raise CalibrationError(what, place=self.key, key=wrong[0], remedy="calibrate again")

    def _fields(self) -> tuple[object, ...]:
        given = astuple(self)
        return tuple(None if isinstance(value, float) and math.isnan(value) else value for value in given)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MetricCalibration) and self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash(self._fields())

    def predicted(self, value: float) -> float:
        """Human value that is to be expected where the stager finds `value`, in the metric's unit; a median."""
        return self._bounded(float(from_scale(self.scale, self._line(to_scale(self.scale, value)))))

    def interval(self, value: float, *, level: float = 0.90) -> tuple[float, float]:
        """Prediction interval of the human value of one night of a new person, in the metric's unit.

        Parameters
        ----------
        value : float
            What the stager found.
        level : float

        Returns
        -------
        low, high : float
            By t, and within the metric's possible range; both NaN where the value is.
        """
        return self.interval_of_mean([value], level=level)

    def interval_of_mean(self, values: Sequence[float], *, level: float = 0.90) -> tuple[float, float]:
        """Prediction interval of the mean human value over nights of one person, in the metric's unit.

        Parameters
        ----------
        values : sequence of float
            What the stager found on each night; nights without a value are left out.
        level : float

        Returns
        -------
        low, high : float
            What recurs in all nights of a person does not average out; where it is not known, all of the error is taken
            for it. NaN where no night has a value.
        """
        known = np.array([value for value in values if not math.isnan(value)], np.float64)
        if known.size == 0:
            return math.nan, math.nan
        x = to_scale(self.scale, known)
        line, t = self._line(x), float(stdtrit(self.n_nights - 2, 0.5 + level / 2))
        of_line = self.residual_sd**2 * (1 / self.n_nights + float(x.mean() - self.mean) ** 2 / self.sum_of_squares)
        between = self.residual_sd**2 if math.isnan(self.residual_person_sd) else self.residual_person_sd**2
        within = max(self.residual_sd**2 - between, 0.0)
        if known.size == 1 or self.scale == "identity":
            half = t * math.sqrt(between + within / known.size + of_line)
            low, high = from_scale(self.scale, [line.mean() - half, line.mean() + half])
            return self._bounded(low), self._bounded(high)
        return self._of_skewed(line, between + of_line, within, level, t / float(ndtri(0.5 + level / 2)))

    def _of_skewed(
        self, line: np.ndarray, shared: float, own: float, level: float, wider: float
    ) -> tuple[float, float]:
        """Interval of a mean in the metric's unit of nights that vary on a scale; SDs are made `wider` as t is."""
        points = ndtri((np.arange(N_POINTS) + 0.5) / N_POINTS)
        person = points * math.sqrt(shared) * wider
        nights = from_scale(self.scale, line[:, None, None] + person[:, None] + points * math.sqrt(own) * wider)
        mean, variance = nights.mean(axis=2).mean(axis=0), nights.var(axis=2).sum(axis=0) / line.size**2
        draws = mean[:, None] + points * np.sqrt(variance)[:, None]
        low, high = np.quantile(draws, [0.5 - level / 2, 0.5 + level / 2])
        return self._bounded(low), self._bounded(high)

    def _line(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(self.intercept + self.slope * x, np.float64)

    def _bounded(self, value: float) -> float:
        low, high = METRICS[self.key].possible_range
        return float(min(max(value, low), high))
