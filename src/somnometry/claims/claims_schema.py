"""The tables, keys and types of a claims file, as pydantic checks them; they are the parameters of `Study` and `Claim`.

pydantic takes long to import, so that this module is imported where a file is read.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from types import GenericAlias, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from ..core.allocation import Allocation
from ..core.claim import Claim, Component
from ..core.schedule import Schedule
from ..core.study import Study
from ..core.toml_keys import KeyPath

__all__ = ["SUGGESTIONS", "close_to", "errors_of"]

#: Faults of a file for which names that may have been meant are looked for; nobody reads more, and each look costs.
SUGGESTIONS = 50
#: What a key of each type holds; by pydantic's name of the error.
EXPECTED = {
    "float_type": "a number",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "string_type": "a text in quotes",
    "list_type": 'a list, such as ["a", "b"]',
    "dict_type": "a table of keys and values",
    "model_type": "a table of keys and values",
}


def errors_of(data: Mapping[str, Any]) -> list[tuple[KeyPath, str, str]]:
    """All that is wrong with a claims file as TOML gives it: its path, what it is, and the remedy.

    Unknown keys come first, then values of another type, in the order of the tables.
    """
    try:
        FILE.model_validate(data)
    except ValidationError as error:
        found = sorted(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        told: dict[tuple[str, str], KeyPath] = {}
        for i, one in enumerate(found):
            words = _words(one["type"], one["loc"], one["input"], one.get("ctx", {}), suggests=i < SUGGESTIONS)
            told.setdefault(words, one["loc"])
        return [(path, *words) for words, path in told.items()]
    return []


def close_to(name: str, known: Iterable[str], most: int = 3) -> str:
    """Ask whether one of the known names most alike was meant; nothing where none is."""
    near = difflib.get_close_matches(name, list(known), most, 0.5)
    return f"did you mean {' or '.join(map(repr, near))}?" if near else ""


# -------------------------------------------------------------------------------------------------------- the schema
def _table(noun: type, leave: tuple[str, ...] = (), **more: Any) -> type[BaseModel]:
    """Table whose keys are the parameters of a noun, without some and with more."""
    hints = get_type_hints(noun)
    fields: dict[str, Any] = {}
    for field in dataclasses.fields(noun):
        required = field.default is field.default_factory is dataclasses.MISSING
        if field.name not in leave:
            fields[field.name] = (_written(hints[field.name]), ... if required else None)
    return create_model(noun.__name__, __config__=ConfigDict(extra="forbid", strict=True), **{**fields, **more})


def _written(hint: Any) -> Any:
    """Type of what TOML holds for a parameter of some type."""
    origin, inner = get_origin(hint), get_args(hint)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _table(hint)
    if origin is UnionType:
        return reduce(or_, map(_written, inner))
    if origin is tuple:
        return GenericAlias(list, _written(inner[0]))
    return GenericAlias(dict, inner) if origin is Mapping else hint


STUDY = _table(Study, leave=("claims",))
#: A claim that no measurement can test has no metric; that any other has one, `Claim` says.
CLAIM = _table(Claim, metric=(str, ""))
_TABLES: dict[str, Any] = {"study": (STUDY, None), "claim": (GenericAlias(list, CLAIM), None)}
FILE = create_model("File", __config__=ConfigDict(extra="forbid", strict=True), **_TABLES)
#: Keys of each table, by its name.
KEYS = {
    "study": STUDY.model_fields,
    "claim": CLAIM.model_fields,
    "schedule": _table(Schedule).model_fields,
    "allocation": _table(Allocation).model_fields,
    "also": _table(Component).model_fields,
}


# --------------------------------------------------------------------------------------------------------- the words
def _words(
    kind: str, path: KeyPath, given: Any, context: Mapping[str, Any], *, suggests: bool = True
) -> tuple[str, str]:
    """What is wrong and what to do, of an error of pydantic."""
    *_, table = ("", *(part for part in path[:-1] if isinstance(part, str)))
    *_, key = (part for part in path if isinstance(part, str))
    if path == ("claim",) or path == ("study",):
        return "a claims file has one table [study] and tables [[claim]], with those brackets", ""
    if kind == "extra_forbidden" and not table:
        return f"there is no table {key!r}", "there are [study] and [[claim]]"
    if kind == "extra_forbidden":
        near = close_to(key, KEYS[table], 1) if suggests else ""
        return f"there is no key {key!r} in {table}", near or f"there are {', '.join(KEYS[table])}"
    if kind == "missing":
        return f"{table} says nothing of {key}", "add it"
    if kind == "literal_error":
        return f"{key} is one of {context['expected']}, not {given!r}", ""
    if key == "metric" and isinstance(given, list):
        several = 'make a claim of each, or, if all must hold, kind = "conjunction" with the others in `also`'
        return "a claim has one primary metric", several
    where = f"[study.{key}], " if kind == "dict_type" else ""
    name = f"{key}[{path[-1]}]" if isinstance(path[-1], int) else key
    return f"{name} is {where}{EXPECTED.get(kind, 'of another type')}, not {given!r}", ""
