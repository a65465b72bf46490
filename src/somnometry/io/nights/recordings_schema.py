"""The columns of a table of recordings and their types, as pydantic checks them.

pydantic takes long to import, so that this module is imported where a table is read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, ValidationError
from pydantic_core import PydanticCustomError

from ...core.errors import RecordingError
from ..scorings.codings import CODINGS
from .clock_times import Moment, parse_moment
from .reading import FORMAT_NAMES

__all__ = ["RecordingRow", "errors_of"]

#: Between the files of one cell.
SEPARATOR = "|"
SEXES = {"m": "male", "f": "female"}


def _paths(cell: str) -> tuple[str, ...]:
    return tuple(part.strip().replace("\\", "/") for part in cell.split(SEPARATOR) if part.strip())


def _moment(cell: str) -> Moment:
    try:
        return parse_moment(cell)
    except RecordingError as error:
        raise PydanticCustomError("told", "no moment", {"what": error.what, "remedy": error.remedy}) from None


def _evening(cell: str) -> date:
    """Read a date as 2026-12-31 or 31.12.2026; of 1/2/2026 nobody knows which is the month."""
    try:
        return date.fromisoformat(cell) if "-" in cell else datetime.strptime(cell, "%d.%m.%Y").date()
    except ValueError:
        what, remedy = f"{cell!r} is no date", "write it as 2026-12-31"
        raise PydanticCustomError("told", "no date", {"what": what, "remedy": remedy}) from None


def _one_of(names: Sequence[str]) -> Callable[[str], str]:
    def checked(cell: str) -> str:
        if cell not in names:
            remedy = f"it is one of {', '.join(names)}"
            raise PydanticCustomError("told", "no name", {"what": f"{cell!r} is not known", "remedy": remedy})
        return cell

    return checked


def _sex(cell: str) -> str:
    return SEXES.get(cell.lower(), cell.lower())


def _number(cell: str) -> str:
    return cell.replace(",", ".")


Number = Annotated[float, BeforeValidator(_number), Field(allow_inf_nan=False)]
Time = Annotated[Moment, PlainValidator(_moment)]


class RecordingRow(BaseModel):
    """The cells of a row that are filled in, of the columns that are known."""

    model_config = ConfigDict(extra="forbid")

    path: Annotated[tuple[str, ...], BeforeValidator(_paths)] = ()
    subject: str | None = None
    session: str | None = None
    condition: str | None = None
    period: str | None = None
    night: Annotated[Number, Field(ge=0, multiple_of=1), AfterValidator(int)] | None = None
    evening: Annotated[date, PlainValidator(_evening)] | None = None
    age: Annotated[Number, Field(gt=0, lt=120)] | None = None
    sex: Annotated[Literal["male", "female"], BeforeValidator(_sex)] | None = None
    lights_off: Time | None = None
    lights_on: Time | None = None
    start: Time | None = None
    stop: Time | None = None
    format: Annotated[str, AfterValidator(_one_of(FORMAT_NAMES))] | None = None
    coding: Annotated[str, AfterValidator(_one_of(tuple(CODINGS)))] | None = None
    epoch: Annotated[Number, Field(gt=0, lt=3600)] | None = None
    scorer: str | None = None


#: What a cell of a column is not, and the remedy.
EXPECTED = {
    "night": ("is no whole number from 0", "number the nights of a period"),
    "age": ("is no age in years between 0 and 120", "mend the cell or leave it empty"),
    "epoch": ("is no length of an epoch in seconds", "give seconds, such as 30"),
    "sex": ("is neither male nor female (m, f)", "mend the cell or leave it empty"),
}


def errors_of(error: ValidationError) -> list[tuple[str, str, str]]:
    """What is wrong with each column: the column, what it is, and the remedy."""
    told: dict[str, tuple[str, str, str]] = {}
    for one in error.errors():
        column = str(one["loc"][0])
        number = one["type"] in ("float_parsing", "finite_number")
        if column in told:
            continue
        if one["type"] == "told":
            told[column] = column, one["ctx"]["what"], one["ctx"]["remedy"]
        else:
            what, remedy = ("is not a number", "mend the cell or leave it empty") if number else EXPECTED[column]
            told[column] = column, f"{one['input']!r} {what}", remedy
    return list(told.values())
