"""The English of every reason that a verdict can carry: one table, from the code to a sentence with its facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ...core.reason import Reason

__all__ = ["REASONS", "reason_text"]

#: Code -> a template that takes the facts by name, or a function of the facts.
REASONS: Mapping[str, str | Callable[[Mapping[str, Any]], str]] = MappingProxyType(
    {
        # ------------------------------------------------------------------------------- the table, samples and designs
        # ------------------------------------------------------------------- kinds, decisions, staging and the study
    }
)


def reason_text(reason: Reason) -> str:
    """Give a reason as a clause, without capital and full stop."""
    template = REASONS.get(reason.code, reason.code)
    return template(reason.facts) if callable(template) else template.format(**reason.facts)
