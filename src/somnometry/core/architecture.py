"""`Architecture`: the metrics of one night, and why those that are NaN are."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

__all__ = ["Architecture"]


class Architecture(Mapping[str, float]):
    """The metrics of one night, by key; units are in ``METRICS``.

    Parameters
    ----------
    values : mapping of str to float
        NaN where a metric is undefined.
    reasons : mapping of str to str
        For every NaN, why.
    warnings : tuple of str
        What a reader should know before using the numbers.

    Examples
    --------
    >>> night = Architecture({"tst": 412.5, "rem_latency": float("nan")}, {"rem_latency": "no REM was scored"})
    >>> night["tst"], night.reasons["rem_latency"]
    (412.5, 'no REM was scored')
    """

    __slots__ = ("_values", "reasons", "warnings")

    _values: Mapping[str, float]

    reasons: Mapping[str, str]
    warnings: tuple[str, ...]

    def __init__(
        self,
        values: Mapping[str, float],
        reasons: Mapping[str, str] | None = None,
        warnings: tuple[str, ...] = (),
    ) -> None:
        object.__setattr__(self, "_values", MappingProxyType({k: float(v) for k, v in values.items()}))
        object.__setattr__(self, "reasons", MappingProxyType(dict(reasons or {})))
        object.__setattr__(self, "warnings", tuple(warnings))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an Architecture is frozen; {name} cannot be set")

    def __getitem__(self, key: str) -> float:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __reduce__(self) -> tuple[Any, ...]:
        return Architecture, (dict(self), dict(self.reasons), self.warnings)

    def __repr__(self) -> str:
        shown = ", ".join(f"{key!r}: {value:g}" for key, value in self.items() if not math.isnan(value))
        return f"Architecture({{{shown}}})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{key}</th>"
            f"<td style='text-align:right'>{'' if math.isnan(value) else format(value, '.4g')}</td>"
            f"<td style='text-align:left'>{self.reasons.get(key, '')}</td></tr>"
            for key, value in self.items()
        )
        return f"<table><thead><tr><th>metric</th><th>value</th><th></th></tr></thead>{rows}</table>"
