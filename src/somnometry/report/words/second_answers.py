"""The English of second answers: what residuals show, who answers beside the prescribed analysis, and who decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from .numbers import number, p_value

__all__ = ["SECOND_ANSWERS"]

Facts = Mapping[str, Any]
FARTHER = "so that each limit is the farther one of the prescribed analysis and of"


def _decides(facts: Facts) -> str:
    what = "no difference that would matter" if facts["equivalence"] else "an effect"
    return (
        f"the prescribed analysis alone would have shown {what} ({_p(facts['p_first'])}); the analysis beside it, "
        f"which residuals call for, does not ({_p(facts['p'])}), and the more cautious one decides"
    )


def _p(value: float) -> str:
    text = p_value(value)
    return f"p {text}" if text[0] in "<>" else f"p = {text}"


#: Code -> a template that takes the facts by name, or a function of the facts.
SECOND_ANSWERS: Mapping[str, str | Callable[[Facts], str]] = MappingProxyType(
    {
        "skewed-residuals": lambda f: (
            f"the residuals are skewed ({number(f['skewness'])}), {FARTHER} one that minds skewness"
        ),
        "skewed-residuals-of-few": lambda f: (
            f"the residuals are skewed ({number(f['skewness'])}), which t does not expect, and people are too few to "
            "mind it"
        ),
        "few-events-in-arm": "events under {arm} are few ({mean:.1f} per subject and period), and logarithms hide a "
        "part of what a treatment does, " + FARTHER + " Poisson rates",
        "unequal-arms": "nights under {arm} vary {ratio:.1f} times as much as the others, which the mixed model does "
        "not expect, " + FARTHER + " one that takes its errors from people",
        "people-vary-more": "people differ {ratio:.1f} times as much in this effect as the mixed model expects, "
        + FARTHER
        + " one that takes its errors from people",
        "second-answer-decides": _decides,
        "prescribed-alone": "the prescribed analysis alone",
        "heterogeneity-f-test": "variance of the subjects' effects against that between periods (F test on period "
        "means)",
        "heterogeneity-f-test-by-arm": "variance of the subjects' effects against that between periods (F test on "
        "period means, whose variance differs between the arms: Satterthwaite degrees of freedom)",
        "skewness-minded": "t that minds skewness (Hall)",
        "studentised-permutation": "permutation of arms, studentised",
        "errors-of-people": "errors from people (jackknife)",
    }
)
