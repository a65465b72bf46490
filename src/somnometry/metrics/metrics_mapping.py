"""`MetricsMapping`: metrics by key, that finds a key however it is written."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..core.html_tables import html_table
from .called import CALLED
from .metric import Metric

__all__ = ["MetricsMapping"]


class MetricsMapping(Mapping[str, Metric]):
    """Metrics by key, in the order of reports; ``[]`` takes "WASO" for "waso", ``in`` and ``get`` take keys only.

    Parameters
    ----------
    metrics : iterable of Metric
    """

    __slots__ = ("_metrics",)

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = {metric.key: metric for metric in metrics}

    def __getitem__(self, key: str) -> Metric:
        if isinstance(key, str) and key not in self._metrics:
            plain = "_".join(key.casefold().replace("-", " ").split())
            if plain in self._metrics:
                return self._metrics[plain]
            near = [CALLED[plain]] if CALLED.get(plain) in self._metrics else []
            near = near or sorted(
                (name for name in self._metrics if name.startswith(f"{plain}_")),
                key=lambda name: not name.endswith("_percent"),
            )
            near = near or difflib.get_close_matches(plain, self._metrics, 3)
            asked = f"; did you mean {' or '.join(map(repr, near[:3]))}?" if near else ""
            raise KeyError(f"no metric is called {key!r}{asked}")
        return self._metrics[key]

    def __contains__(self, key: object) -> bool:
        return key in self._metrics

    def get(self, key: str, default: Any = None) -> Any:
        """Give the metric of a key, or the default."""
        return self._metrics.get(key, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._metrics)

    def __len__(self) -> int:
        return len(self._metrics)

    def __repr__(self) -> str:
        return f"METRICS({', '.join(self._metrics)})"

    def _repr_html_(self) -> str:
        rows = ((one.key, one.label, one.unit, one.definition, one.source) for one in self._metrics.values())
        return html_table(("key", "label", "unit", "definition", "source"), rows)
