"""The tables, keys and types of a montage file, as pydantic checks them.

pydantic takes long to import, so that this module is imported where a file is read.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...core.toml_keys import KeyPath

__all__ = ["MontageTable", "MontageTables", "errors_of"]

Text = Annotated[str, Field(min_length=1)]


class MontageTable(BaseModel):
    """One table ``[[montage]]``; what family and electrodes its texts name is not looked at."""

    model_config = ConfigDict(extra="forbid", strict=True)

    files: Text = "*"
    family: Text | None = None
    eeg: Text | None = None
    eog: Text | None = None
    emg: Text | None = None
    upside_down: bool | None = None
    labels: dict[str, Any] = Field(default_factory=dict)


class MontageTables(BaseModel):
    """A montage file."""

    model_config = ConfigDict(extra="forbid", strict=True)

    montage: Annotated[list[MontageTable], Field(min_length=1)]


#: What a key must be, by pydantic's name of the error.
EXPECTED = {
    "string_type": "text in quotes",
    "string_too_short": "text in quotes",
    "bool_type": "true or false",
    "dict_type": "a table: [montage.labels]",
}


def errors_of(error: ValidationError) -> list[tuple[KeyPath, str, str]]:
    """All that is wrong: its path, what it is, and the remedy; unknown keys come before values of another type."""
    found = sorted(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    return [(one["loc"], *_words(one["type"], one["loc"], one["input"])) for one in found]


def _words(kind: str, path: KeyPath, given: Any) -> tuple[str, str]:
    key = path[-1]
    if len(path) < 3 and kind == "extra_forbidden":
        return f"{key!r} is no part of a montage file", "write [[montage]]"
    if len(path) < 3:
        return "holds no [[montage]]", "write one for the recordings that need it"
    if kind == "extra_forbidden":
        return f"there is no key {key!r}", f"there are {', '.join(MontageTable.model_fields)}"
    return f"{key} is {given!r}", f"it must be {EXPECTED[kind]}"
