"""The English of what stagers, devices and declared units do to verdicts: a sentence for every code, from its facts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from .numbers import amount, listed, number
from .quantities import metric_words

__all__ = ["DEVICES", "STAGING_REASONS"]

Facts = Mapping[str, Any]
#: What recorded nights, in a sentence.
DEVICES = {"psg": "polysomnography", "headband": "a headband", "wearable": "a wearable"}


def _stager_error(facts: Facts) -> str:
    plausible, needed = (_bias(facts[name], facts) for name in ("plausible", "needed"))
    enough = f" (an error {needed} would be enough)" if needed else ""
    if not plausible:
        return (
            "but the treatment may change the EEG itself, and nobody has measured how far the automatic scoring may "
            f"err in one arm and not in the other{enough}: score a sample by hand, blind"
        )
    return (
        f"but the treatment may change the EEG itself, and an error {plausible} of the automatic scoring in one arm "
        f"and not in the other, which is plausible, would undo this{enough}: score a sample by hand, blind"
    )


def _bias(size: float, facts: Facts) -> str:
    """Give a bias of the stager behind "an error"; nothing where it is not known."""
    if math.isnan(size):
        return ""
    if facts["scale"] == "ratio":
        return f"by a factor of {math.exp(size):.2f}"
    return f"of {amount(size, facts['unit'])}".rstrip()


def _bias_declared(facts: Facts) -> str:
    size = amount(facts["bias"], facts["unit"], declared=True)
    source = f"after {facts['source']}" if facts["source"] else "without a source"
    return (
        f"that the scoring of {metric_words(facts['metric'])} may err by {size} in one arm alone is what the study "
        f"declares, {source}"
    )


def _unmeasurable(facts: Facts) -> str:
    device = "the device is not known, so that the limits of a headband apply" if facts["device"] == "unknown" else (
        "not measurable by this device"
    )  # fmt: skip
    return (
        f"{device}: on 64 nights of a headband {metric_words(facts['metric'])} by automatic scoring agreed too little "
        f"with human scoring (intraclass correlation {facts['icc']:.2f}, below {facts['least']:g})"
    )


def _confounded(facts: Facts) -> str:
    first, second = facts["values"].items()
    how = {"stager": "scored by different stagers", "model": "scored by different models",
           "channels": "recorded by different channels", "device": "recorded by different devices",
           "place": "recorded at different places"}  # fmt: skip
    of = [
        f"{_some([repr(value) if value else 'nothing said' for value in values])} under {arm}"
        for arm, values in (first, second)
    ]
    return (
        f"the nights of the arms were {how[facts['what']]} (column {facts['column']!r}: {'; '.join(of)}), so that a "
        "difference may be theirs; score and record all arms in one way"
    )


def _unknown_scorer(facts: Facts) -> str:
    names = facts["names"]
    known = "not known to be a person" if len(names) == 1 else "none of them known to be a person"
    return (
        f"the table names as scorer {_some(list(map(repr, names)))}, {known}; the nights count as "
        "scored automatically unless the study declares staging = 'human'"
    )


def _some(names: list[str]) -> str:
    """List the first three names."""
    return listed(names[:3]) + " and more" * (len(names) > 3)


def _unreliable(facts: Facts) -> str:
    return (
        f"in validation {metric_words(facts['metric'])} by another algorithm on polysomnography agreed too little with "
        f"human scoring (intraclass correlation {facts['icc']:.2f}); a sample of these nights scored by people would "
        "show whether this stager does better"
    )


def _calibrated(facts: Facts) -> str:
    least = f"{100 * facts['low']:.0f} % or more" if facts["low"] < 0.995 else "all"
    most = ", and is assumed to show no more than all of it" if facts["low"] < 0.995 else ""
    return (
        f"of a change that people would score this program shows {least} in {metric_words(facts['metric'])}, as nights "
        f"of {facts['n']} people tell that both scored{most}; sizes and limits are of what people would score, "
        "whichever share is true"
    )


def _unsure(facts: Facts) -> str:
    return (
        f"what share of a change this program shows is too unsure on nights of {facts['n']} people "
        f"({100 * facts['low']:.0f} %, standard error {100 * facts['error']:.0f}) for {metric_words(facts['metric'])}; "
        "which way it goes is judged, and whether it is large, but never that it is small"
    )


def _borrowed(facts: Facts) -> str:
    return (
        "what share of a change this program shows was not measured for "
        f"{metric_words(facts['metric'])}; that of others is taken, at least {100 * facts['low']:.0f} %, the lower of "
        "two programs: calibrate this one on nights that people scored"
    )


def _no_slope(facts: Facts) -> str:
    return (
        f"what share of a change this program shows was not measured for {metric_words(facts['metric'])}; only which "
        "way it goes is judged, and never that it is small, or large enough, and sizes are as measured: calibrate the "
        "program on nights that people scored"
    )


def _audited(facts: Facts) -> str:
    n, of = facts["n"], facts["of"]
    if n == of:
        return f"people scored all nights of the {of} people too; the effect is theirs"
    return (
        f"people scored all nights of {n} of the {of} people too; the effect is on what people would score of all, "
        "with what the program got wrong in these taken off, whatever the treatment did to the EEG"
    )


def _few_audited(facts: Facts) -> str:
    return (
        f"people scored all nights of {facts['n']} of the {facts['of']} people too, and an audit takes "
        f"{facts['least']}; what they scored is not used"
    )


def _under_one(facts: Facts) -> str:
    answers = listed([f"{outcome} as {name} scored the nights" for name, outcome in facts["outcomes"].items()])
    return f"but the answer hangs on who scored: {answers}; what holds under one program alone may be the program's"


#: Code -> a template that takes the facts by name, or a function of the facts.
STAGING_REASONS: Mapping[str, str | Callable[[Facts], str]] = MappingProxyType(
    {
        "mixed-staging": "subject {subject!r} has nights staged by a human and others staged automatically, so that "
        "their difference may be the stagers'; stage all nights of a subject in one way",
        "confounded-with-arm": _confounded,
        "not-of-wearables": lambda f: (
            f"a wearable tells sleep from wake; it cannot tell {metric_words(f['metric'])} as people score it"
        ),
        "unmeasurable-by-device": _unmeasurable,
        "slope-calibrated": _calibrated,
        "audited": _audited,
        "few-audited": _few_audited,
        "slope-unsure": _unsure,
        "slope-borrowed": _borrowed,
        "slope-unknown": _no_slope,
        "not-under-every-stager": _under_one,
        "under-every-stager": lambda f: f"the answer is the same as {listed(f['stagers'])} scored the nights",
        "under-one-stager": lambda f: (
            f"but this rests on how {f['stager']} scored the nights alone: as {listed(f['untested'])} scored them it "
            "cannot be tested"
        ),
        "nights-not-by-all": lambda f: (
            "not all scored the same nights: of "
            f"{f['of']} that any scored, " + listed([f"{name} lacks {n}" for name, n in f["lacking"].items()])
        ),
        "untestable-under-stager": lambda f: f"as {f['stager']} scored the nights this cannot be tested",
        "stager-on-trust": "the table does not say what scored the nights; that it was {stager} is taken on trust",
        "stager-error": _stager_error,
        "stager-error-unknown": "but the treatment may change the EEG itself, and no validation tells what its error "
        "would do to this: score a sample by hand, blind",
        "bias-declared": _bias_declared,
        "unit-declared": lambda f: (
            f"{metric_words(f['metric'])} lies between {number(f['low'])} and {number(f['high'])} and looks to be "
            f"{f['likely']}; the study declares that it is in {f['unit']}, and the answer is wrong if it is not"
        ),
        "unknown-staging": lambda f: (
            f"neither the table nor the study says who scored {'the' if f['n'] == f['of'] else f['n']} "
            f"{'night, so that it counts' if f['n'] == 1 else 'nights, so that they count'} as scored automatically; "
            "declare it (staging) if it is known"
        ),
        "unknown-scorer": _unknown_scorer,
        "unknown-device": "neither the table nor the study says what recorded the nights, so that the limits of a "
        "headband apply; declare it (device) if it is known",
        "declared-staging": lambda f: (
            f"that the nights were scored {'by people' if f['staging'] == 'human' else 'automatically'} is what the "
            "study declares; their table does not say it"
        ),
        "declared-device": lambda f: (
            f"that {DEVICES[f['device']]} recorded the nights is what the study declares; their table does not say it"
        ),
        "unreliable-staging": _unreliable,
        "n1-unreliable": "N1 is scored too unreliably, by humans too, to be a primary metric",
    }
)
