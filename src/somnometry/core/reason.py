"""`Reason`: why a verdict is what it is, or what was left out of it: a code and the facts behind it, not a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

__all__ = ["Reason"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, warning or exclusion of a verdict.

    Parameters
    ----------
    code : str
        Lower-case words joined by hyphens, stable between versions, such as ``"few-nights"``. The English of every
        code stands in one table, in `report`.
    facts : mapping of str to value
        The numbers and names that the code is about.

    Examples
    --------
    >>> Reason("few-nights", {"least": 7, "most": 3})
    Reason('few-nights', least=7, most=3)
    """

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    def __str__(self) -> str:
        import somnometry  # the English stands above core

        return somnometry.explain(self)

    def __repr__(self) -> str:
        return f"Reason({', '.join([repr(self.code), *(f'{name}={value!r}' for name, value in self.facts.items())])})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Reason, (self.code, dict(self.facts))
