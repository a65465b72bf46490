"""What has been published of sleep at different ages, for reports only: no claim is tested against it.

Every number stands in the abstract of the paper named. The tables by age and sex in the papers themselves (Boulos 2019,
Mitterling 2015, Ohayon 2004, Hertenstein 2018) are not here, for they could not be read when this was written: so there
are ranges at two ages only, of both sexes together, and of the sexes one difference of means.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from ..core.errors import HypnogramError

__all__ = [
    "AGE_CHANGES",
    "REFERENCE_VALUES",
    "SEX_DIFFERENCES",
    "AgeChange",
    "ReferenceValue",
    "SexDifference",
    "age_changes",
    "reference_values",
    "sex_differences",
]

Sex = Literal["female", "male"]


@dataclass(frozen=True, slots=True)
class ReferenceValue:
    """What is usual of a metric in healthy people of some age.

    Parameters
    ----------
    metric : str
        Key in `METRICS`, whose unit it has.
    median : float
    low, high : float
        The range that the source gives beside its median. Which range it is, its abstract does not say: it is not
        told here to be one of percentiles.
    age_above, age_to : float
        Years: above the one, up to and including the other.
    sex : {"female", "male", None}
        None for both together.
    source : str
    """

    metric: str
    median: float
    low: float
    high: float
    age_above: float
    age_to: float
    sex: Sex | None
    source: str


@dataclass(frozen=True, slots=True)
class AgeChange:
    """By how much a metric changes with ten years of age in healthy adults.

    Parameters
    ----------
    metric : str
        Key in `METRICS`, whose unit it has.
    per_decade : float
    low, high : float
        95 % confidence interval; NaN where the abstract gives none.
    sex : {"female", "male", None}
        None for both together.
    source : str
    """

    metric: str
    per_decade: float
    low: float
    high: float
    sex: Sex | None
    source: str


@dataclass(frozen=True, slots=True)
class SexDifference:
    """By how much the mean of healthy women is above that of healthy men.

    Parameters
    ----------
    metric : str
        Key in `METRICS`, whose unit it has.
    women_above_men : float
    source : str
    """

    metric: str
    women_above_men: float
    source: str


BOULOS = (
    "Boulos et al. 2019, Lancet Respir Med 7:533, doi 10.1016/S2213-2600(19)30057-8: meta-analysis of 169 studies of "
    "5,273 healthy adults, AASM scoring"
)
WALSLEBEN = (
    "Walsleben et al. 2004, Sleep 27:293: 470 healthy adults of the Sleep Heart Health Study, at home; its "
    "slow-wave sleep is given as N3"
)
MITTERLING = (
    "Mitterling et al. 2015, Sleep 38:867, doi 10.5665/sleep.4730: 100 healthy sleepers of 19 to 77 years, one night, "
    "AASM scoring"
)

#: Changes with age, by decade.
AGE_CHANGES: tuple[AgeChange, ...] = (
    AgeChange("tst", -10.1, -12.8, -7.5, None, BOULOS),
    AgeChange("se", -2.1, -2.6, -1.5, None, BOULOS),
    AgeChange("waso", 9.7, 6.9, 12.4, None, BOULOS),
    AgeChange("sol", 1.1, 0.3, 1.9, None, BOULOS),
    AgeChange("n1_percent", 0.5, 0.1, 0.8, None, BOULOS),
    AgeChange("tst", -6.0, math.nan, math.nan, None, WALSLEBEN),
    AgeChange("se", -1.6, math.nan, math.nan, None, WALSLEBEN),
    AgeChange("n3_percent", -1.9, math.nan, math.nan, "male", WALSLEBEN),
)

#: Differences of the sexes.
SEX_DIFFERENCES: tuple[SexDifference, ...] = (SexDifference("n3_percent", 6.7, WALSLEBEN),)

#: Medians and ranges by age.
REFERENCE_VALUES: tuple[ReferenceValue, ...] = (
    ReferenceValue("tst", 413.5, 345.6, 451.9, 18, 30, None, MITTERLING),
    ReferenceValue("tst", 378.3, 216.0, 440.0, 60, 77, None, MITTERLING),
    ReferenceValue("se", 87.0, 71.9, 94.1, 18, 30, None, MITTERLING),
    ReferenceValue("se", 79.7, 44.5, 90.9, 60, 77, None, MITTERLING),
    ReferenceValue("n3_percent", 20.7, 15.2, 37.5, 18, 30, None, MITTERLING),
    ReferenceValue("n3_percent", 14.9, 2.4, 35.6, 60, 77, None, MITTERLING),
    ReferenceValue("rem_percent", 15.5, 7.5, 23.6, 18, 30, None, MITTERLING),
    ReferenceValue("rem_percent", 10.3, 1.9, 21.9, 60, 77, None, MITTERLING),
)


def reference_values(metric: str, *, age: float, sex: Sex | None = None) -> tuple[ReferenceValue, ...]:
    """Find what is usual of a metric at some age; in the metric's unit.

    Parameters
    ----------
    metric : str
        Key in `METRICS`.
    age : float
        Years.
    sex : {"female", "male"}, optional
        With it, values of that sex are found beside those of both together; without it, only the latter.

    Returns
    -------
    tuple of ReferenceValue
        Empty where nothing is known; between 30 and 60 years nothing is.

    Raises
    ------
    HypnogramError
        For an age that is no number of years.

    Examples
    --------
    >>> [(value.median, value.low, value.high) for value in reference_values("tst", age=25)]
    [(413.5, 345.6, 451.9)]
    >>> reference_values("tst", age=45)
    ()
    """
    if not (math.isfinite(age) and age >= 0):
        raise HypnogramError(f"age is a number of years, not {age!r}")
    return tuple(
        value
        for value in REFERENCE_VALUES
        if value.metric == metric and value.age_above < age <= value.age_to and value.sex in (None, sex)
    )


def age_changes(metric: str, *, sex: Sex | None = None) -> tuple[AgeChange, ...]:
    """Find how a metric changes with ten years of age in healthy adults; in the metric's unit.

    Parameters
    ----------
    metric : str
        Key in `METRICS`.
    sex : {"female", "male"}, optional
        With it, changes of that sex are found beside those of both together; without it, only the latter.

    Returns
    -------
    tuple of AgeChange
        Empty where nothing is known. Boulos 2019 found no significant change of N2, N3 and REM.

    Examples
    --------
    >>> [(change.per_decade, change.low, change.high) for change in age_changes("waso")]
    [(9.7, 6.9, 12.4)]
    """
    return tuple(change for change in AGE_CHANGES if change.metric == metric and change.sex in (None, sex))


def sex_differences(metric: str) -> tuple[SexDifference, ...]:
    """Find by how much the mean of healthy women is above that of healthy men; in the metric's unit.

    Examples
    --------
    >>> [difference.women_above_men for difference in sex_differences("n3_percent")]
    [6.7]
    """
    return tuple(difference for difference in SEX_DIFFERENCES if difference.metric == metric)
