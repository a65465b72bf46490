"""What values of options are called in help pages: units and things, not the types of a programming language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from typer.core import TyperGroup

__all__ = ["FieldGroup"]

#: Name of a parameter -> what its value is.
BY_NAME: Mapping[str, str] = {
    "age": "YEARS", "artefact_rate": "PER HOUR", "hours": "HOURS", "levels": "STAGES", "margin": "MINUTES",
    "max_unscored": "SHARE", "noise": "FACTOR", "nights": "NIGHTS", "periods": "PERIODS", "rate": "HERTZ",
    "repeats": "RUNS", "studies": "STUDIES", "subjects": "PEOPLE", "timeout": "SECONDS", "workers": "PROCESSES",
    "metric": "METRIC", "effect": "METRIC=VALUE", "arms": "NAME,NAME", "eeg": "CHANNEL", "eog": "CHANNEL",
    "emg": "CHANNEL", "coding": "NAME", "format": "NAME", "label": "LABEL", "seed": "NUMBER", "family": "FAMILY",
}  # fmt: skip
#: Type of a value -> what it is, where its name does not tell.
BY_TYPE: Mapping[type, str] = {Path: "PATH", int: "NUMBER", float: "NUMBER", str: "TEXT", bool: ""}
#: The same by the names that older releases of typer give types.
TYPES: Mapping[str, type] = {"path": Path, "integer": int, "integer range": int, "float": float, "float range": float,
                             "text": str, "boolean": bool}  # fmt: skip


class FieldGroup(TyperGroup):
    """A group of commands whose help says what a value is in words of the field."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for owner in (self, *self.commands.values()):
            for parameter in owner.params:
                if parameter.metavar is None and (kind := _kind(parameter)) in BY_TYPE:
                    word = BY_NAME.get(parameter.name or "") if kind in (int, float, str) else None
                    parameter.metavar = BY_TYPE[kind] if word is None else word


def _kind(parameter: Any) -> Any:
    """Type of a value, or of each of several."""
    descriptor = getattr(parameter, "type_descriptor", None)
    if descriptor is None:
        return TYPES.get(getattr(getattr(parameter, "type", None), "name", ""))
    kind = descriptor.annotation
    return get_args(kind)[0] if get_args(kind) and get_origin(kind) is not Literal else kind
