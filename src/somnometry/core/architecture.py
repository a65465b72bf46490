"""`Architecture`: the metrics of one night, and why those that are NaN are."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from .architecture_html import architecture_html
from .equality import are_same

__all__ = ["Architecture"]


class Architecture(Mapping[str, float]):
    """The metrics of one night, by key; or its numbers under one convention, by the names of that convention.

    Parameters
    ----------
    values : mapping of str to float
        NaN where a metric is undefined.
    reasons : mapping of str to str
        For every NaN, why.
    warnings : tuple of str
        What a reader should know before using the numbers.
    units : mapping of str to str
        The unit of each number, where it is not the one in ``CATALOGUE``.
    convention : str
        Key of the convention; empty for somnometry's own metrics.

    Examples
    --------
    >>> night = Architecture({"tst": 412.5, "rem_latency": float("nan")}, {"rem_latency": "no REM was scored"})
    >>> night["tst"], night.reasons["rem_latency"]
    (412.5, 'no REM was scored')
    """

    __slots__ = ("_values", "convention", "reasons", "units", "warnings")

    _values: Mapping[str, float]

    reasons: Mapping[str, str]
    warnings: tuple[str, ...]
    units: Mapping[str, str]
    convention: str

    def __init__(
        self,
        values: Mapping[str, float],
        reasons: Mapping[str, str] | None = None,
        warnings: tuple[str, ...] = (),
        units: Mapping[str, str] | None = None,
        convention: str = "",
    ) -> None:
        put = object.__setattr__
        put(self, "_values", MappingProxyType({k: float(v) for k, v in values.items()}))
        put(self, "reasons", MappingProxyType(dict(reasons or {})))
        put(self, "warnings", tuple(warnings))
        put(self, "units", MappingProxyType(dict(units or {})))
        put(self, "convention", convention)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an Architecture is frozen; {name} cannot be set")

    def __getitem__(self, key: str) -> float:
        if key not in self._values and not self.convention:
            from somnometry import METRICS  # the table stands above core; it says which key was likely meant

            return self._values[METRICS[key].key]
        return self._values[key]

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def get(self, key: str, default: Any = None) -> Any:
        """Give the value of a key, or the default."""
        return self._values.get(key, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Architecture):
            mine, others = ((one._values, *one.__reduce__()[1][1:]) for one in (self, other))
            return are_same(mine, others)
        return isinstance(other, Mapping) and are_same(self._values, other)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return Architecture, (dict(self), dict(self.reasons), self.warnings, dict(self.units), self.convention)

    def __repr__(self) -> str:
        shown = ", ".join(f"{key!r}: {value:g}" for key, value in self.items() if not math.isnan(value))
        return f"Architecture({{{shown}}}{f', convention={self.convention!r}' if self.convention else ''})"

    def _repr_html_(self) -> str:
        if not self.convention:
            return architecture_html(self, self.reasons)

        def row(key: str, value: float) -> str:
            shown = "" if math.isnan(value) else format(value, ".4g")
            unit = f"<td style='text-align:left'>{self.units.get(key, '')}</td>" if self.units else ""
            return (
                f"<tr><th style='text-align:left'>{key}</th><td style='text-align:right'>{shown}</td>{unit}"
                f"<td style='text-align:left'>{self.reasons.get(key, '')}</td></tr>"
            )

        heading = f"<th>{self.convention or 'metric'}</th><th>value</th>{'<th></th>' * (1 + bool(self.units))}"
        rows = "".join(row(key, value) for key, value in self.items())
        return f"<table><thead><tr>{heading}</tr></thead>{rows}</table>"
