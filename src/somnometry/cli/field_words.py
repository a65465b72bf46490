"""Help pages call values of options by units and things, and what was typed wrongly is echoed without what steers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from typer.core import TyperGroup

from ..core.shown_text import shown_text

__all__ = ["FieldGroup"]

#: Name of a parameter -> what its value is.
BY_NAME: Mapping[str, str] = {
    "age": "YEARS", "artefact_rate": "PER HOUR", "hours": "HOURS", "levels": "STAGES", "margin": "MINUTES",
    "max_unscored": "SHARE", "noise": "FACTOR", "nights": "NIGHTS", "periods": "PERIODS", "rate": "HERTZ",
    "repeats": "RUNS", "studies": "STUDIES", "subjects": "PEOPLE", "timeout": "SECONDS", "workers": "PROCESSES",
    "metric": "METRIC", "effect": "METRIC=VALUE", "bias": "METRIC=VALUE", "arms": "NAME,NAME",
    "eeg": "CHANNEL", "eog": "CHANNEL", "emg": "CHANNEL",
    "coding": "NAME", "format": "NAME", "label": "LABEL", "seed": "NUMBER", "family": "FAMILY",
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
        owner: Any
        for owner in (self, *self.commands.values()):
            owner.get_params = partial(_worded, owner.get_params)
            owner.format_help = partial(_short_pairs, owner, owner.format_help)

    def make_context(self, *given: Any, **more: Any) -> Any:
        """Read the words before the command."""
        with _shown_errors():
            return super().make_context(*given, **more)

    def invoke(self, ctx: Any) -> Any:
        """Read the words of the command, and run it."""
        with _shown_errors():
            return super().invoke(ctx)


@contextmanager
def _shown_errors() -> Iterator[None]:
    """Take what would steer the terminal from the message of wrong use, which repeats what was typed."""
    try:
        yield
    except Exception as error:
        if hasattr(error, "format_message") and isinstance(message := getattr(error, "message", None), str):
            error.message = shown_text(message)  # type: ignore[attr-defined]
        raise


def _worded(given: Callable[[Any], list[Any]], ctx: Any) -> list[Any]:
    """Give the parameters of a command, ``--help`` too, each with a word for its value."""
    parameters = given(ctx)
    for parameter in parameters:
        if parameter.param_type_name == "argument":  # its name says what it is
            parameter.metavar = parameter.metavar or (parameter.name or "").upper()
            parameter.display_type_rich = _nothing
        elif parameter.metavar is None and (kind := _kind(parameter)) in BY_TYPE:
            word = BY_NAME.get(parameter.name or "") if kind in (int, float, str) else None
            parameter.metavar = BY_TYPE[kind] if word is None else word
        elif parameter.metavar is None and (words := _choices(parameter)):
            parameter.metavar = " | ".join(words)
    return parameters


def _nothing(ctx: Any) -> str:  # noqa: ARG001
    return ""


def _short_pairs(owner: Any, given: Callable[..., None], ctx: Any, formatter: Any) -> None:
    """Write the help with one name for two: ``--[no-]figures``, or the one that changes what is done anyway."""
    pairs = [(one, one.opts, one.secondary_opts, one.show_default) for one in owner.params if one.secondary_opts]
    for one, yes, no, _ in pairs:
        negated = [f"--no-{name.removeprefix('--')}" for name in yes] == list(no)
        one.opts = [f"--[no-]{name.removeprefix('--')}" for name in yes] if negated else no if one.default else yes
        one.secondary_opts, one.show_default = [], False
    try:
        given(ctx, formatter)
    finally:
        for one, *before in pairs:
            one.opts, one.secondary_opts, one.show_default = before


def _choices(parameter: Any) -> list[str]:
    """Words of which a value is one."""
    described = getattr(parameter, "type_descriptor", None) or getattr(parameter, "type", None)
    return [str(getattr(word, "value", word)) for word in getattr(described, "choices", None) or ()]


def _kind(parameter: Any) -> Any:
    """Type of a value, or of each of several."""
    descriptor = getattr(parameter, "type_descriptor", None)
    if descriptor is None:
        return TYPES.get(getattr(getattr(parameter, "type", None), "name", ""))
    kind = descriptor.annotation
    return get_args(kind)[0] if get_args(kind) and get_origin(kind) is not Literal else kind
