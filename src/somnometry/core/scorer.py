"""`Scorer`: who or what scored a night: a person, a classifier and what it was given, or several who agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Literal, Self, get_args

from .errors import HypnogramError

__all__ = ["Scorer"]

Kind = Literal["human", "classifier", "consensus", "unknown"]


@dataclass(frozen=True, slots=True, repr=False)
class Scorer:
    """Who or what scored a night; ``str(scorer)`` is one line for tables.

    Parameters
    ----------
    name : str
        Of the person or the program; empty where nobody said.
    kind : {"human", "classifier", "consensus", "unknown"}
    sha256 : str
        Of the file of a classifier, hexadecimal.
    inputs : tuple of str
        What a classifier looked at: the roles ``"eeg"``, ``"eog"``, ``"emg"``, and ``"demo"`` for age and sex.
    amplitude : mapping of str to float
        Factor that the amplitude of each EEG derivation was multiplied by; empty where none was changed.
    votes : tuple of str
        EEG derivations that voted; empty where one alone was asked.
    members : tuple of Scorer
        Those of whom this is the consensus.

    Raises
    ------
    HypnogramError
        Where there is no such kind.

    Examples
    --------
    >>> print(Scorer("YASA", "classifier", sha256="330c1afdc86396e0", inputs=("eeg", "eog"), amplitude={"AF7": 1.2}))
    YASA eeg+eog sha256:330c1afdc863 amplitude x1.2
    >>> print(Scorer(kind="consensus", members=(Scorer("A", "human"), Scorer())))
    consensus of 2: A, ?
    """

    name: str = ""
    kind: Kind = "unknown"
    sha256: str = ""
    inputs: tuple[str, ...] = ()
    amplitude: Mapping[str, float] = field(default_factory=dict, hash=False)
    votes: tuple[str, ...] = ()
    members: tuple[Scorer, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise HypnogramError(
                f"there is no kind {self.kind!r}", place="scorer", key="kind",
                remedy=f"it is one of {', '.join(map(repr, get_args(Kind)))}",
            )  # fmt: skip
        for name in ("name", "sha256"):
            object.__setattr__(self, name, str(getattr(self, name)))
        for name in ("inputs", "votes"):
            object.__setattr__(self, name, tuple(map(str, getattr(self, name))))
        object.__setattr__(self, "members", tuple(map(Scorer.of, self.members)))
        amplitude = {str(name): float(factor) for name, factor in self.amplitude.items()}
        object.__setattr__(self, "amplitude", MappingProxyType(amplitude))

    @classmethod
    def of(cls, scorer: Scorer | str) -> Scorer:
        """Give a scorer as it is, and a text as the name of one of unknown kind."""
        return scorer if isinstance(scorer, Scorer) else cls(str(scorer))

    @classmethod
    def from_dict(cls, facts: Mapping[str, Any]) -> Self:
        """Give the scorer that `to_dict` wrote.

        Raises
        ------
        HypnogramError
            Where a field is unknown or of another type.
        """
        try:
            members = tuple(cls.from_dict(member) for member in facts.get("members", ()))
            return cls(**{**facts, "members": members})
        except (AttributeError, TypeError, ValueError) as error:
            raise HypnogramError(f"the fields cannot be understood: {error}", place="scorer") from None

    def to_dict(self) -> dict[str, Any]:
        """Give the fields that are filled in, as JSON can hold them.

        Examples
        --------
        >>> Scorer("Doe", "human").to_dict()
        {'name': 'Doe', 'kind': 'human'}
        """
        facts = {name: getattr(self, name) for name in self._filled()}
        for name in facts.keys() & {"amplitude"}:
            facts[name] = dict(self.amplitude)
        for name in facts.keys() & {"members"}:
            facts[name] = [member.to_dict() for member in self.members]
        return facts

    def _filled(self) -> list[str]:
        return [f.name for f in fields(self) if getattr(self, f.name) not in (f.default, {})]

    def __str__(self) -> str:
        if self.kind == "consensus":
            return f"consensus of {len(self.members)}: {', '.join(str(member) or '?' for member in self.members)}"
        parts = [self.name, "+".join(self.inputs), f"sha256:{self.sha256[:12]}" if self.sha256 else ""]
        if self.amplitude:
            parts.append(f"amplitude {', '.join(f'x{factor:.3g}' for factor in self.amplitude.values())}")
        if self.votes:
            parts.append(f"votes: {', '.join(self.votes)}")
        return " ".join(filter(None, parts))

    def __repr__(self) -> str:
        return f"Scorer({', '.join(f'{name}={value!r}' for name, value in self.to_dict().items())})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Scorer, (
            self.name, self.kind, self.sha256, self.inputs, dict(self.amplitude), self.votes, self.members,
        )  # fmt: skip
