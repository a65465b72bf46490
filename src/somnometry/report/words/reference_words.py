"""What is published of healthy people beside one night's value, in words, and why it is not there."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...metrics.reference_values import Sex, age_changes, reference_values, sex_differences

__all__ = ["ReferenceWords", "reference_note", "reference_words", "told_sex"]

#: How tables of recordings tell a sex.
SEXES: dict[str, Sex] = {"f": "female", "female": "female", "w": "female", "woman": "female",
                         "m": "male", "male": "male", "man": "male"}  # fmt: skip
#: Years from which on changes by decade are of the person: all of their sources are of adults.
ADULT = 18.0


@dataclass(frozen=True, slots=True)
class ReferenceWords:
    """What is published beside a value, and where.

    Parameters
    ----------
    text : str
    sources : tuple of str
    """

    text: str
    sources: tuple[str, ...]


def told_sex(text: str) -> Sex | None:
    """Read a sex as tables of recordings tell it; None where it is not told or another."""
    return SEXES.get(text.strip().casefold())


def reference_words(metric: str, *, age: float, sex: Sex | None) -> ReferenceWords | None:
    """Say what is published of a metric at some age; None where nothing is.

    Where no range is published of the age, the change with ten years of age is said, if that is.

    Parameters
    ----------
    metric : str
        Key in `METRICS`.
    age : float
        Years; NaN where nobody knows.
    sex : {"female", "male", None}
    """
    if math.isnan(age) or age < 0:
        return None
    parts, sources = [], []
    for value in reference_values(metric, age=age, sex=sex):
        who = f"{value.age_above:g} to {value.age_to:g} years" + (f", {value.sex}" if value.sex else "")
        parts.append(f"median {_printed(value.median)}, range {_printed(value.low)} to {_printed(value.high)} ({who})")
        sources.append(value.source)
    if not parts and age >= ADULT:
        for change in age_changes(metric, sex=sex):
            within = "" if math.isnan(change.low) else f" (95 % CI {_printed(change.low)} to {_printed(change.high)})"
            who = f" in {'women' if change.sex == 'female' else 'men'}" if change.sex else ""
            parts.append(f"{_rise(change.per_decade)} for each ten years of age{who}{within}")
            sources.append(change.source)
    if sex is not None and age >= ADULT:
        for difference in sex_differences(metric):
            parts.append(f"mean of women {_printed(difference.women_above_men)} above that of men")
            sources.append(difference.source)
    return ReferenceWords("; ".join(parts), tuple(sources)) if parts else None


def reference_note(*, age: float, sex: Sex | None, known: bool) -> str:
    """Say why reference values are not there, or what those that are there are.

    Parameters
    ----------
    age : float
        Years; NaN where nobody knows.
    sex : {"female", "male", None}
    known : bool
        Whether something is published of any metric of the night.
    """
    if math.isnan(age) or age < 0:
        return (
            "No reference values stand here, as nobody told how old this person is: columns `age` and `sex` of "
            "recordings.csv do."
        )
    if not known:
        return f"No reference values of people of {age:g} years are known here."
    said = (
        "A range is the one that its source prints beside the median, in brackets; the abstract does not say whether "
        "it is of percentiles or of all people. None of these is a limit of what is normal."
    )
    return said if sex is not None else f"{said} No sex is told, so what differs between the sexes is left out."


# ------------------------------------------------------------------------------------------------------------- helpers
def _rise(value: float) -> str:
    """Give a change with its sign, whichever it is."""
    return f"+{_printed(value)}" if value > 0 else _printed(value)


def _printed(value: float) -> str:
    """Give a published number with the digits that its source prints."""
    return f"{value:g}".replace("-", "\N{MINUS SIGN}")
