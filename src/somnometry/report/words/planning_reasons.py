"""The English of why nothing can be planned of a claim: from the code to a sentence with its facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from .quantities import metric_words

__all__ = ["PLANNING_REASONS"]

#: Code -> a template that takes the facts by name, or a function of the facts.
PLANNING_REASONS: Mapping[str, str | Callable[[Mapping[str, Any]], str]] = MappingProxyType(
    {
        # why a claim is not simulated
        "mediation-never-supported": "a mediation is at best 'consistent with' the data, and never supported",
        "other-design": "the claim has a design of its own ({claimed}), unlike the study ({studied})",
        "no-spread": "{metric} is not a metric whose spread is known: give its mean and its SDs between people and "
        "from night to night (spreads)",
        "no-spread-of-events": "{metric} needs scored events, and its spread is not known: give its mean and its SDs "
        "between people and from night to night (spreads)",
        "spread-of-other-kind": lambda f: (
            f"{f['metric']} is {'a' if f['is_count'] else 'no'} count, unlike the spread given for it (kind)"
        ),
        "effect-not-given": "no effect on {metric} is among those given",
        "no-effect-to-simulate": "no smallest effect of interest on {metric} is declared that could be simulated",
        "unreachable-latency": "{metric}: a latency with a mean of {mean:.3g} min, watched for {horizon:g} min, cannot "
        "change by {effect:g} min",
        "only-superiority-is-planned": "how many nights a claim of {kind} takes is not reckoned for one person",
        # why nothing is planned with a device
        "psychoactive-unbounded": lambda f: (
            "what is tried may change the EEG itself, and with it what a program takes for "
            f"{metric_words(f['metric'])}; it takes a bound of that (bias), or nights of eight people or more that "
            "people scored too"
        ),
        "unknown-device-error": "how this device errs is not known",
        "unmeasurable-on-device": "not measurable by this device (ICC {icc:.2f})",
    }
)
