"""A claims file: a study and its claims in TOML, checked line by line, and the digest of all that it declares."""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from ..catalogue import CATALOGUE
from ..core.claim import Claim, Component
from ..core.errors import ClaimError
from ..core.study import Schedule, Study
from ..metrics.table import METRICS
from .analysis import resolved
from .data.estimand import Estimand
from .data.sample import definition_of

__all__ = ["Declaration", "digest_of", "read_claims"]

STUDY_KEYS = tuple(field.name for field in dataclasses.fields(Study) if field.name != "claims")
CLAIM_KEYS = tuple(field.name for field in dataclasses.fields(Claim))
PART_KEYS = tuple(field.name for field in dataclasses.fields(Component))
SCHEDULE_KEYS = tuple(field.name for field in dataclasses.fields(Schedule))
HEADER = re.compile(r"^\s*\[\[?\s*([\w.]+)\s*\]\]?")


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a claims file declares.

    Parameters
    ----------
    study : Study
        With its claims.
    digest : str
        SHA-256 of the study with all defaults filled in, and of the package's version: two files with one digest
        declare the same.
    source : str
        Name of the file.
    """

    study: Study
    digest: str
    source: str = ""


def read_claims(path: str | os.PathLike[str]) -> Declaration:
    """Read a claims file.

    Parameters
    ----------
    path : path-like
        TOML with a table ``[study]`` and tables ``[[claim]]``, whose keys are the parameters of `Study` and `Claim`;
        ``somnometry claims new`` writes one with comments.

    Returns
    -------
    Declaration

    Raises
    ------
    ClaimError
        Naming the line and the remedy: an unknown key, metric or value, a claim with two primary metrics, a smallest
        effect without a source, a direction that contradicts itself, a treatment or control that nobody names.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ClaimError(
            f"{file.name}: cannot be read as a claims file ({error.strerror}); `somnometry claims new` writes one"
        ) from None
    except UnicodeDecodeError as error:
        raise ClaimError(f"{file.name}: cannot be read as text ({error.reason}); save it as UTF-8") from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ClaimError(
            f"{file.name}: not TOML: {error}; `somnometry claims new` writes a file to start from"
        ) from None
    study = _File(file.name, text).study(data)
    return Declaration(study, digest_of(study), file.name)


def digest_of(study: Study) -> str:
    """SHA-256 of everything that a study declares, defaults and the package's version included; hexadecimal.

    Examples
    --------
    >>> digest_of(Study(alpha=0.05)) == digest_of(Study()) != digest_of(Study(alpha=0.01))
    True
    """
    return hashlib.sha256(json.dumps([version("somnometry"), _plain(study)], sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, (Mapping, MappingProxyType)):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, (list, tuple)) else value


# ------------------------------------------------------------------------------------------------------- the file
class _File:
    """A claims file on its way to a study; knows the line of every key."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.lines = name, text.splitlines()

    def fail(self, message: str, table: str = "", nth: int = 0, key: str = "") -> NoReturn:
        line = self.line_of(table, nth, key)
        raise ClaimError(f"{self.name}, line {line}: {message}" if line else f"{self.name}: {message}")

    def line_of(self, table: str, nth: int, key: str) -> int:
        """Line, from 1, of a key in the nth table of that name; of the table's header where the key is not there."""
        seen, header, inside = -1, 0, table == ""
        for number, line in enumerate(self.lines, 1):
            if found := HEADER.match(line):
                if key and seen in (nth, -1) and found[1] == f"{table}.{key}":
                    return number
                inside = found[1] == table
                seen += inside
                if inside and seen == nth:
                    header = number
            elif inside and seen in (nth, -1) and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line) and key:
                return number
        return header

    def study(self, data: Mapping[str, Any]) -> Study:
        for key in data.keys() - {"study", "claim"}:
            self.fail(f"there is no table {key!r}; there are [study] and [[claim]]", key=key, table=key)
        declared, entries = data.get("study", {}), data.get("claim", [])
        if not isinstance(declared, dict) or not isinstance(entries, list):
            wrong = "claim" if isinstance(declared, dict) else "study"
            self.fail("a claims file has one table [study] and tables [[claim]], with those brackets", wrong)
        if not entries:
            self.fail("no [[claim]] is made; add one")
        self._known_keys(declared, STUDY_KEYS, "study", 0)
        values = dict(declared)
        if "schedule" in values:
            self._known_keys(values["schedule"], SCHEDULE_KEYS, "study.schedule", 0)
            values["schedule"] = self._made(Schedule, values["schedule"], "study.schedule", 0)
        for key in ("doses", "bias", "columns"):
            if not isinstance(values.get(key, {}), dict):
                self.fail(f"{key} is a table, [study.{key}]", "study", 0, key)
        self._check_exclude(values.get("exclude", []))
        self._check_names(values)
        study: Study = self._made(Study, values, "study", 0)
        claims = [self._claim(entry, i, study) for i, entry in enumerate(entries)]
        names = [claim.name for claim in claims]
        for i, name in enumerate(names):
            if name in names[:i]:
                self.fail(f"there are two claims {name!r}; a claim has one primary metric, and an id of its own",
                          "claim", i, "id" if claims[i].id else "metric")  # fmt: skip
        return dataclasses.replace(study, claims=tuple(claims))

    def _claim(self, entry: Mapping[str, Any], nth: int, study: Study) -> Claim:
        self._known_keys(entry, CLAIM_KEYS, "claim", nth)
        values = {"metric": "", **entry}
        if isinstance(values["metric"], list):
            self.fail("a claim has one primary metric: make a claim of each, or, if all must hold, kind = "
                      '"conjunction" with the others in `also`', "claim", nth, "metric")  # fmt: skip
        parts = values["also"] if isinstance(values.get("also"), list) else []
        effects = [key for key, of in (("smallest_effect", values), *(("also", part) for part in parts))
                   if isinstance(of, dict) and of.get("smallest_effect") is not None]  # fmt: skip
        if effects and not str(values.get("source", "")).strip():
            self.fail("a smallest effect needs its source: who says that this much matters?", "claim", nth, effects[0])
        also = []
        for part in values.get("also", []):
            self._known_keys(part, PART_KEYS, "claim", nth, "also")
            also.append(self._made(Component, part, "claim", nth, "also"))
        values["also"] = also
        claim: Claim = self._made(Claim, values, "claim", nth)
        if claim.not_testable:
            return claim
        names = [(part.metric, "metric" if part is claim else "also") for part in claim.components]
        names += [(metric, "secondary") for metric in claim.secondary]
        names += [(claim.mediator, "mediator")] if claim.mediator else []
        for metric, key in names:
            self._check_metric(metric, study, nth, key)
        self._check_direction(claim, nth)
        try:
            resolved(claim, study)
        except ClaimError as error:
            self.fail(str(error), "claim", nth, "metric")
        return claim

    def _check_metric(self, metric: str, study: Study, nth: int, key: str) -> None:
        if definition_of(metric) is not None or metric in study.columns:
            return
        known = [*CATALOGUE, *study.columns]
        self.fail(
            f"no metric is called {metric!r}; {_near(metric, known)}`somnometry metrics` lists them; a measurement of "
            "your own is declared in [study.columns]",
            "claim", nth, key,
        )  # fmt: skip

    def _check_direction(self, claim: Claim, nth: int) -> None:
        """Refuse a ratio on the wrong side of 1, and a non-inferiority whose benefit is a harm."""
        for part in claim.components:
            effect = part.smallest_effect
            if effect is None or part.direction is None or not Estimand.of(claim, part.metric).is_ratio:
                continue
            if effect == 1 or (effect < 1) != (part.direction == "decreases"):
                self.fail(
                    f"{part.metric} {part.direction}, but its smallest effect, a ratio, is {effect:g}: give one "
                    f"{'below' if part.direction == 'decreases' else 'above'} 1",
                    "claim", nth, "smallest_effect",
                )  # fmt: skip
        known = definition_of(claim.metric)
        if claim.kind == "non-inferiority" and known is not None and known.better is not None:
            better = "increases" if known.better == "higher" else "decreases"
            if claim.direction != better:
                self.fail(
                    f"a claim of non-inferiority names the way that is better; of {claim.metric} {known.better} is, so "
                    f"that direction = {better!r}",
                    "claim", nth, "direction",
                )  # fmt: skip

    def _check_names(self, declared: Mapping[str, Any]) -> None:
        """Refuse a column of one's own that is called as a metric is, and a bias of a metric that there is not."""
        own = declared.get("columns", {})
        for name in own:
            if definition_of(name) is not None:
                self.fail(f"{name} is a metric already, with a definition of its own; call the column otherwise",
                          "study.columns", 0, name)  # fmt: skip
        for name in declared.get("bias", {}):
            if definition_of(name) is None and name not in own:
                self.fail(f"a bias is declared of {name!r}, and no metric is called so; {_near(name, METRICS)}"
                          "`somnometry metrics` lists them", "study.bias", 0, name)  # fmt: skip

    def _check_exclude(self, names: Iterable[str]) -> None:
        for name in names if isinstance(names, list) else ():
            if definition_of(str(name)) is not None:
                self.fail(f"nights cannot be excluded by {name!r}, which they measured; only by what was noted without "
                          "looking at sleep", "study", 0, "exclude")  # fmt: skip

    def _known_keys(self, entry: Any, keys: Iterable[str], table: str, nth: int, inside: str = "") -> None:
        if not isinstance(entry, dict):
            self.fail(f"{inside or table} holds keys and values", table, nth, inside)
        for key in entry:
            if key not in keys:
                near = difflib.get_close_matches(key, list(keys), 1, 0.5)
                hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(keys)}"
                self.fail(f"there is no key {key!r} in {inside or table}; {hint}", table, nth, inside or key)

    def _made(self, made: Any, values: Mapping[str, Any], table: str, nth: int, inside: str = "") -> Any:
        """Make a noun of the values of a table; what it refuses is told with the line."""
        for key, value in values.items():
            self._check_type(made, key, value, table, nth, inside)
        fields = dataclasses.fields(made)
        for field in fields:
            if field.name not in values and field.default is field.default_factory is dataclasses.MISSING:
                self.fail(f"{inside or table} says nothing of {field.name}; add it", table, nth, inside)
        try:
            return made(**values)
        except ClaimError as error:
            self.fail(str(error), table, nth, inside or _key_of(str(error), values))

    def _check_type(self, made: Any, key: str, value: Any, table: str, nth: int, inside: str) -> None:
        field = made.__dataclass_fields__[key]
        kind = str(field.type)
        wanted = None
        if "float" in kind and "Mapping" not in kind:
            wanted = None if isinstance(value, (int, float)) and not isinstance(value, bool) else "a number"
        elif kind.startswith("bool"):
            wanted = None if isinstance(value, bool) else "true or false"
        elif kind.startswith("int"):
            wanted = None if isinstance(value, int) and not isinstance(value, bool) else "a whole number"
        elif kind.startswith("tuple[str"):
            listed = isinstance(value, list) and all(isinstance(item, str) for item in value)
            wanted = None if listed else 'a list of texts, such as ["a", "b"]'
        elif kind.startswith("str") and not isinstance(value, str):
            wanted = "a text in quotes"
        elif kind.startswith("Mapping[str, float"):
            numbers = all(isinstance(item, (int, float)) and not isinstance(item, bool) for item in value.values())
            wanted = None if numbers else "a table of numbers"
        if wanted:
            self.fail(f"{key} is {wanted}, not {value!r}", table, nth, inside or key)


def _near(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 3, 0.5)
    return f"did you mean {' or '.join(map(repr, near))}? " if near else ""


def _key_of(message: str, values: Mapping[str, Any]) -> str:
    """Give the key that a message speaks of: the one it names, or the one whose value it quotes."""
    said = message.split(":", 1)[-1].replace("smallest effect", "smallest_effect")
    given = {key: value for key, value in values.items() if value not in ("", [])}
    words = re.findall(r"[\w-]+", said)
    named = (key for key in given if key in words)
    quoted = (key for key, value in given.items() if repr(value) in said or value in words)
    return next(named, next(quoted, ""))
