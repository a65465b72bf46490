"""`calibrate`: the error of a stager, from nights that people scored too."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from ..core.errors import CalibrationError
from ..core.scorer import Scorer
from ..core.study import Device
from ..metrics.agreement.metrics import check_keys
from ..metrics.agreement.pairing import Hypnograms, Subjects, pair_nights
from ..metrics.agreement.reliability import variance_components
from ..metrics.table import METRICS
from .calibration import MIN_PEOPLE, Calibration
from .metric_calibration import MetricCalibration
from .paired_values import PairedValues, paired_values, stagers_of
from .regression import Line, held_out, slope_of_auto, upper_slope
from .scales import scale_of, to_scale

__all__ = ["calibrate", "calibrate_metric"]

#: What no stager has an error in, and what is a yes or a no.
NOT_CALIBRATED = {"trt", "unscored_minutes", *(key for key, metric in METRICS.items() if metric.unit == "0/1")}


def calibrate(
    human: Hypnograms,
    auto: Hypnograms,
    *,
    subjects: Subjects | None = None,
    keys: Iterable[str] | None = None,
    second: Hypnograms | None = None,
    device: Device | None = None,
    channels: Sequence[str] = (),
    population: str = "",
    source: str = "",
    max_unscored: float = 0.20,
) -> Calibration:
    """Calibrate a stager against people, metric by metric; errors have the units of `METRICS`.

    Parameters
    ----------
    human, auto : sequence of Hypnogram, or mapping of str to Hypnogram
        The same nights, scored by people and by one stager; aligned as by `align_scorings`, and cut to the span that
        both scored.
    subjects : sequence of str, or mapping of night to str, optional
        Whose night each is; without it every night counts as another person's, and the calibration says so.
    keys : iterable of str, optional
        Keys of `METRICS`; by default all that can be calibrated.
    second : sequence or mapping of Hypnogram, optional
        Another stager of the same nights whose errors are not those of the first: an instrument, by which the errors of
        the human scoring can be told from those of the stager. It bounds the slope from above in the place of 1.
    device, channels, population, source
        What the calibration says of itself.
    max_unscored : float
        A night of which one scorer left a larger share unscored is left out, and listed so.

    Returns
    -------
    Calibration

    Raises
    ------
    CalibrationError
        Where fewer than 20 people remain, the automatic nights are of several stagers, or the reference is one.
    HypnogramError
        Where nights do not pair or cannot be aligned, or a key is unknown.

    Notes
    -----
    Per metric, human = a + b auto + e on the metric's scale (docs/calibration.md). The slope of automatic on human,
    lambda, is an effect as the stager shows it per effect that people see. Least squares on a noisy human makes it too
    small, so that it is a lower bound and never divided by.

    Examples
    --------
    >>> import numpy as np
    >>> from somnometry import Hypnogram
    >>> rng = np.random.default_rng(0)
    >>> human = [Hypnogram(np.repeat([0, 2, 3, 4], [20, 100, n, 40])) for n in rng.integers(20, 200, 30)]
    >>> auto = [Hypnogram(np.where(rng.random(len(h.stages)) < 0.05, 2, h.stages), scorer="S") for h in human]
    >>> calibrate(human, auto, keys=["n3_percent"])
    Calibration(S, 1 metrics, 30 nights of 30 people)
    """
    chosen = [key for key in METRICS if key not in NOT_CALIBRATED] if keys is None else check_keys(keys)
    values = paired_values(pair_nights(human, auto, subjects), chosen, max_unscored)
    values = values if second is None else values.with_second(human, second)
    stager = _one_stager(values)
    n_people = len(set(values.people))
    metrics, left_out = {}, dict(values.left_out)
    if n_people >= MIN_PEOPLE:  # else the noun says so
        for key in chosen:
            try:
                metrics[key] = calibrate_metric(key, *values.of(key))
            except CalibrationError as error:
                left_out[key] = error.what
    return Calibration(
        stager, metrics, len(values.people), n_people, people_named=subjects is not None, device=device,
        channels=tuple(channels), population=population, source=source, left_out=left_out,
    )  # fmt: skip


def calibrate_metric(
    key: str, human: npt.ArrayLike, auto: npt.ArrayLike, people: Sequence[str], second: npt.ArrayLike | None = None
) -> MetricCalibration:
    """Calibrate one metric from its values, in its unit, on the same nights.

    Parameters
    ----------
    key : str
    human, auto : array of float, shape (n_nights,)
        NaN where a night has no value; such nights are left out.
    people : sequence of str
        Whose night each is.
    second : array of float, shape (n_nights,), optional
        Of another stager.

    Raises
    ------
    CalibrationError
        Where fewer than 20 people have values of both, or the values of either do not vary.
    """
    y, x = np.asarray(human, np.float64), np.asarray(auto, np.float64)
    known = np.isfinite(y) & np.isfinite(x)
    y, x, whose = y[known], x[known], np.asarray(people)[known]
    n_people = len(set(whose.tolist()))
    if n_people < MIN_PEOPLE:
        raise CalibrationError(f"{n_people} people have a value in both scorings, and it takes {MIN_PEOPLE}", place=key)
    if np.ptp(y) == 0 or np.ptp(x) == 0:
        raise CalibrationError("it does not vary", place=key)
    scale = scale_of(key)
    line = Line.of(to_scale(scale, x), to_scale(scale, y))
    if line.residual_sd < 1e-9 * float(np.std(to_scale(scale, y))):
        raise CalibrationError("the stager's values determine the human ones, as no two scorers' do", place=key)
    slope, error = slope_of_auto(y, x, whose)
    z = None if second is None else np.asarray(second, np.float64)[known]
    of_residuals, of_errors = _recurring(line.residuals, whose), _recurring(x - y, whose)
    spread = float(np.std(x - y, ddof=1))
    return MetricCalibration(
        key,
        scale,
        n_nights=y.size,
        n_people=n_people,
        intercept=line.intercept,
        slope=line.slope,
        residual_sd=line.residual_sd,
        residual_person_sd=line.residual_sd * math.sqrt(of_residuals),
        mean=line.mean,
        sum_of_squares=line.sum_of_squares,
        lowest=float(x.min()),
        highest=float(x.max()),
        lambda_low=slope,
        lambda_se=error,
        lambda_high=upper_slope(slope, y, x, z),
        bias=float((x - y).mean()),
        sigma_within=spread * math.sqrt(1 - of_errors),
        sigma_person=spread * math.sqrt(of_errors),
        mean_human=float(y.mean()),
        mean_auto=float(x.mean()),
        **held_out(key, scale, y, x, whose),
    )


def _one_stager(values: PairedValues) -> Scorer:
    stagers = sorted(stagers_of(values.scorers), key=str)
    if len(stagers) > 1:
        raise CalibrationError(
            f"the automatic nights are of {len(stagers)} stagers: {', '.join(str(one) or '?' for one in stagers[:5])}",
            remedy="calibrate each of them apart",
        )
    machines = [one for one in values.references if one.kind == "classifier" or (one == stagers[0] and str(one))]
    if machines:
        raise CalibrationError(
            f"the reference was scored by {machines[0]}, which is no person", remedy="give the human scoring first"
        )
    return stagers[0]


def _recurring(errors: npt.NDArray[np.float64], people: npt.NDArray[np.str_]) -> float:
    """Share of the variance of errors that recurs in all nights of a person; NaN where too few have several."""
    between, within = variance_components(errors, people.tolist())
    return between**2 / (between**2 + within**2) if between + within > 0 else math.nan
