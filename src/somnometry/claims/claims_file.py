"""A claims file: a study and its claims in TOML, checked key by key, and the digest of all that it declares."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from ..catalogue import CATALOGUE, meant, reads_as
from ..core.allocation import Allocation
from ..core.claim import Claim, Component
from ..core.errors import ClaimError
from ..core.faults import Faults
from ..core.plain import plain_data
from ..core.schedule import Schedule
from ..core.study import Study
from ..core.toml_keys import KeyPath, key_of, line_of, lines_of_keys
from ..io.toml_files import tables_of, toml_of
from ..metrics.table import METRICS
from .as_declared import resolved
from .data.declared_units import unit_fault
from .data.estimand import Estimand

__all__ = ["Declaration", "claims_in", "digest_of", "read_claims"]

#: What errors call such a file, and what they propose where one cannot be read.
KIND = ("a claims file", "`somnometry claims new` writes one")
#: Parameters that studies have had since; where they are empty, a declaration keeps the digest it was registered by.
ADDED = ("bias_source", "blinded", "blinding", "allocation", "units")


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a claims file declares.

    Parameters
    ----------
    study : Study
        With its claims.
    digest : str
        SHA-256 of the study with all defaults filled in: two files with one digest declare the same.
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
        With the line, the key (such as ``claim[1].smallest_effect``) and the remedy: an unknown key, metric or value, a
        claim with two primary metrics, a smallest effect without a source, a direction that contradicts itself, a
        treatment or control that nobody names.
    """
    file = Path(path)
    text, data = toml_of(file, ClaimError, *KIND)
    return _declared(text, data, file.name)


def claims_in(text: str, name: str) -> Declaration:
    """Give what a text would declare as a claims file of that name, so that none is written that does not hold."""
    return _declared(text, tables_of(text, name, ClaimError, *KIND), name)


def _declared(text: str, data: dict[str, Any], name: str) -> Declaration:
    study = _File(name, text).study(data)
    return Declaration(study, digest_of(study), name)


def digest_of(study: Study) -> str:
    """SHA-256 of everything that a study declares, defaults included; hexadecimal.

    Examples
    --------
    >>> digest_of(Study(alpha=0.05)) == digest_of(Study()) != digest_of(Study(alpha=0.01))
    True
    """
    declared = plain_data(study)
    declared = {name: value for name, value in declared.items() if value or value is False or name not in ADDED}
    return hashlib.sha256(json.dumps(declared, sort_keys=True).encode()).hexdigest()


# ------------------------------------------------------------------------------------------------------- the file
class _File:
    """A claims file on its way to a study; knows the line of every key."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.lines, self.looks = name, lines_of_keys(text), 0

    def fail(self, path: KeyPath, what: str, remedy: str = "") -> NoReturn:
        """Refuse what stands at a path, with the line of it, or of what it would stand in."""
        line = line_of(path, self.lines)
        place = f"{self.name}, line {line}" if line else self.name
        raise ClaimError(what, place=place, remedy=remedy, key=key_of(path)) from None

    @contextmanager
    def at(self, *path: str | int) -> Iterator[None]:
        """Give what a noun refuses the path of the table that it is made of."""
        try:
            yield
        except ClaimError as error:
            self.fail((*path, error.key) if error.key else path, error.what, error.remedy)

    def _near(self, name: str, known: Iterable[str], *, likely: bool = False) -> str:
        """Ask whether a name like it was meant, of the first faults of the file, each of which costs a look."""
        from .claims_schema import SUGGESTIONS, close_to

        self.looks += 1
        if self.looks > SUGGESTIONS:
            return ""
        metrics = meant(name) if likely else ()
        return f"did you mean {' or '.join(map(repr, metrics))}?" if metrics else close_to(name, known)

    def study(self, data: Mapping[str, Any]) -> Study:
        from .claims_schema import errors_of

        faults = Faults()
        for wrong in errors_of(data):
            with faults.gathered():
                self.fail(*wrong)
        faults.raise_all()
        if not data.get("claim"):
            self.fail((), "no [[claim]] is made", "add one")
        values = dict(data.get("study", {}))
        for name, noun in (("schedule", Schedule), ("allocation", Allocation)):
            if name in values:
                with faults.gathered(), self.at("study", name):
                    values[name] = noun(**values[name])
        self._check_names(values, faults)
        study = None
        with faults.gathered(), self.at("study"):
            if not faults.found:
                study = Study(**values)
        claims: dict[int, Claim] = {}
        for i, entry in enumerate(data["claim"]):
            with faults.gathered():
                claims[i] = self._claim(entry, i, values.get("columns", {}), study, faults)
        self._check_alike(claims, faults)
        faults.raise_all()
        return dataclasses.replace(study or Study(), claims=tuple(claims.values()))

    def _check_alike(self, claims: Mapping[int, Claim], faults: Faults) -> None:
        """Refuse a claim that is called as one before it."""
        names: set[str] = set()
        for i, claim in claims.items():
            if claim.name in names:
                with faults.gathered():
                    self.fail(
                        ("claim", i, "id" if claim.id else "metric"),
                        f"there are two claims {claim.name!r}",
                        "a claim has one primary metric, and an id of its own",
                    )
            names.add(claim.name)

    def _claim(
        self, entry: Mapping[str, Any], nth: int, own: Mapping[str, Any], study: Study | None, faults: Faults
    ) -> Claim:
        """Make a claim; of a study that has a fault itself, what it leaves to the claim is not asked for."""
        values = {"metric": "", **entry}
        also = values.get("also", [])
        effects = [key for key, part in (("smallest_effect", values), *(("also", part) for part in also))
                   if part.get("smallest_effect") is not None]  # fmt: skip
        if effects and not values.get("source", "").strip():
            with faults.gathered():
                self.fail(
                    ("claim", nth, effects[0]), "a smallest effect needs its source: who says that this much matters?"
                )
        parts = []
        for i, part in enumerate(also):
            with self.at("claim", nth, "also", i):
                parts.append(Component(**part))
        with self.at("claim", nth):
            claim = Claim(**values | {"also": parts})
        if claim.not_testable:
            return claim
        names = [(part.metric, "metric" if part is claim else "also") for part in claim.components]
        names += [(metric, "secondary") for metric in claim.secondary]
        names += [(claim.mediator, "mediator")] if claim.mediator else []
        for metric, key in names:
            with faults.gathered():
                self._check_metric(metric, own, ("claim", nth, key))
        with faults.gathered():
            self._check_direction(claim, nth)
        try:
            if study is not None:
                resolved(claim, study)
        except ClaimError as error:
            self.fail(("claim", nth, "metric"), error.what, error.remedy)
        return claim

    def _check_metric(self, metric: str, own: Mapping[str, Any], path: KeyPath) -> None:
        if metric in CATALOGUE or metric in own:
            return
        near = self._near(metric, own, likely=True)
        remedy = f"{near} `somnometry metrics` lists them; a measurement of your own is declared in [study.columns]"
        self.fail(path, f"no metric is called {metric!r}", remedy.lstrip())

    def _check_direction(self, claim: Claim, nth: int) -> None:
        """Refuse a ratio on the wrong side of 1, and a non-inferiority whose benefit is a harm."""
        for part in claim.components:
            effect = part.smallest_effect
            if effect is None or part.direction is None or not Estimand.of(claim, part.metric).is_ratio:
                continue
            if effect == 1 or (effect < 1) != (part.direction == "decreases"):
                self.fail(
                    ("claim", nth, "smallest_effect"),
                    f"{part.metric} {part.direction}, but its smallest effect, a ratio, is {effect:g}",
                    f"give one {'below' if part.direction == 'decreases' else 'above'} 1",
                )
        known = CATALOGUE.get(claim.metric)
        if claim.kind == "non-inferiority" and known is not None and known.better is not None:
            better = "increases" if known.better == "higher" else "decreases"
            if claim.direction != better:
                self.fail(
                    ("claim", nth, "direction"),
                    f"a claim of non-inferiority names the way that is better, and of {claim.metric} {known.better} is",
                    f"write direction = {better!r}",
                )

    def _check_names(self, declared: Mapping[str, Any], faults: Faults) -> None:
        """Refuse own columns called as metrics are, a bias of no metric, and exclusion by what was measured."""
        wrong: list[tuple[KeyPath, str, str]] = []
        for name in declared.get("exclude", []):
            if name in CATALOGUE:
                wrong.append((("study", "exclude"), f"nights cannot be excluded by {name!r}, which they measured",
                              "name what was noted without looking at sleep"))  # fmt: skip
        own = declared.get("columns", {})
        for name in own:
            if metric := reads_as(name):
                wrong.append((("study", "columns", name), f"{metric} is a metric already, with a definition of its own",
                              "call the column otherwise"))  # fmt: skip
        for name in declared.get("bias", {}):
            if name not in CATALOGUE and name not in own:
                wrong.append((("study", "bias", name), f"a bias is declared of {name!r}, and no metric is called so",
                              f"{self._near(name, METRICS)} `somnometry metrics` lists them".lstrip()))  # fmt: skip
        for name, unit in declared.get("units", {}).items():
            if fault := unit_fault(name, unit):
                wrong.append((("study", "units", name), *fault))
        for one in wrong:
            with faults.gathered():
                self.fail(*one)
