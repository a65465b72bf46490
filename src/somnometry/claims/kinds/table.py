"""`KINDS`: each kind of claim and what it asks of the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ...core.claim import Kind
from ..analysis import Question
from .conjunction import conjunction
from .contrast import equivalence, non_inferiority, superiority
from .difference import difference
from .dose_response import dose_response
from .evidence import Evidence
from .heterogeneity import heterogeneity
from .mediation import mediation

__all__ = ["KINDS"]

KINDS: Mapping[Kind, Callable[[Question], Evidence]] = MappingProxyType(
    {
        "superiority": superiority,
        "consistency": superiority,
        "non-inferiority": non_inferiority,
        "equivalence": equivalence,
        "conjunction": conjunction,
        "dose-response": dose_response,
        "difference": difference,
        "heterogeneity": heterogeneity,
        "mediation": mediation,
    }
)
