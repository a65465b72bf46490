"""The English of one person's page: what might have fooled the person, and what to do next, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from ...catalogue import CATALOGUE
from ...core.study import Study
from ...core.verdict import Verdict
from .numbers import amount, count, declared_number, listed, number, sentence
from .staging_reasons import DEVICES

__all__ = ["fooled_words", "next_words", "picture_words"]

Facts = Mapping[str, Any]
#: Share of nights by which what was noted must differ between conditions to be said to.
UNLIKE = 0.25
#: Reason or warning of a verdict -> what to do next; the first that a verdict has, in this order.
NEXT: Mapping[str, str] = {
    "order-repeats-itself": "Begin again with an order that is drawn: `somnometry study schedule` draws one, with the "
    "number from which anybody can draw it again.",
    "order-looks-made": "Begin again with an order that is drawn: `somnometry study schedule` draws one, with the seed "
    "that proves it.",
    "dates-of-another-order": "Number the nights as they came, by their evenings, and judge again.",
    "order-nearly-repeats-itself": "Begin again with an order that is drawn: `somnometry study schedule` draws one, "
    "with the number from which anybody can draw it again.",
    "no-schedule": "Begin again with an order that is drawn and kept: `somnometry study new --one-person` writes all "
    "that a study needs.",
    "few-orders": "Plan more nights: with so few, chance alone could have made any result.",
    "unfinished": "Go on to the planned end, without changing anything on account of these numbers. An answer that is "
    "taken as soon as it looks right is wrong far more often than it says.",
    "several-subjects": "Judge each person's nights by themselves, with the order of each.",
    "not-of-wearables": "Ask what this device can measure: total sleep time, sleep efficiency, wake after sleep "
    "onset or the time to fall asleep.",
    "unmeasurable-by-device": "Ask what this device can measure: total sleep time, sleep efficiency, or wake after "
    "sleep onset. What it cannot measure takes a calibration of this very program; more nights do not help.",
    "stager-error-unknown": "What was tried may change the brain waves that the program reads. Have some nights scored "
    "by people who do not know which is which: `somnometry audit-sample`.",
    "stager-error": "What was tried may change the brain waves that the program reads. Have some nights scored by "
    "people who do not know which is which: `somnometry audit-sample`.",
    "lot-not-declared": "Let chance draw the order next time, and say so: without that, the passing of time looks like "
    "an effect.",
    "no-lot": "Let chance draw the order next time: without that, the passing of time looks like an effect.",
}
BY_OUTCOME: Mapping[str, str] = {
    "supported": "If something hangs on it, do it once more with a new order: what shows twice is seldom chance. It is "
    "an answer about this person, these weeks and this amount, and about sleep alone.",
    "contradicted": "The nights went the other way from what was claimed. Nothing here is a reason to go on for this; "
    "what else it is taken for was not asked.",
    "equivalent": "Whatever it does to this, it is less than was said beforehand to matter. More nights would not "
    "change that; another question takes a study of its own.",
    "not testable": "Nothing can be said from these nights; the reason above says what it would take.",
    "inconclusive": "Neither an effect nor its absence shows, which is not the same as no effect. Plan a second study "
    "with more nights, and judge it by itself: `somnometry claims check` says how many it takes. Adding nights to this "
    "one until something shows would find what is not there.",
}


def next_words(verdict: Verdict) -> str:
    """Say what the person can do after a verdict."""
    codes = {reason.code for reason in verdict.reasons}
    if verdict.cap and not codes & NEXT.keys():
        return NEXT["no-lot"]
    return next((words for code, words in NEXT.items() if code in codes), BY_OUTCOME[verdict.outcome])


def picture_words(*, means: Literal["period", "condition", ""], has_intervals: bool, has_lost: bool) -> str:
    """Say what the picture of the nights shows, and nothing that it does not."""
    bars = {"period": ["a bar is the mean of a period"], "condition": ["a bar is the mean of all nights of its colour"]}
    parts = ["Every night that has a value is a mark, by what was taken"]
    parts += bars.get(means, [])
    parts += (
        ["a thin line is what people would probably have found (90 %), by the calibration"] if has_intervals else []
    )
    parts += ["a cross at the foot is a night without a value"] if has_lost else []
    return f"{'; '.join(parts)}. Which of them were left out of the analysis, and why, is said below."


def fooled_words(verdict: Verdict, study: Study, facts: Facts) -> list[tuple[str, str]]:
    """Say what might have fooled the person, as headings and sentences.

    Parameters
    ----------
    verdict : Verdict
    study : Study
    facts : mapping
        What `nights_facts` counted of the nights.
    """
    metric, arms = verdict.claim.metric, facts["arms"]
    unit = CATALOGUE[metric].unit if metric in CATALOGUE else ""
    rows = [("The passing of time", _trend(facts, study, unit))]
    if facts["weekend"] is not None:
        told = "; differences between days were taken out, as declared" if "weekday" in study.covariates else ""
        rows.append(("Friday and Saturday evenings", f"{_shares(facts['weekend'], arms)}{told}."))
    for column, by_arm in facts["noted"].items():
        unlike = abs(by_arm[0][0] / by_arm[0][1] - by_arm[1][0] / by_arm[1][1]) > UNLIKE if _both(by_arm) else False
        more = " It was noted more often under one of them, which may be a part of what shows here." if unlike else ""
        rows.append((column.replace("_", " ").capitalize(), f"Noted on {_shares(by_arm, arms)}.{more}"))
    if not facts["noted"]:
        none = "Nothing was noted. What is marked with 1 in a column of recordings.csv is counted here by condition."
        rows.append(("Alcohol, travel, late shifts, illness", none))
    rows.append(("What lasts into the next night", _carried(facts, study, unit)))
    rows.append(("What was expected", _expected(study)))
    rows.append(("The device", _device(verdict)))
    lost, given = sum(n for n, _ in facts["lost"]), sum(n for _, n in facts["lost"])
    if lost:
        unlike = any(warning.code == "lost-by-arm" for warning in verdict.warnings)
        more = (
            " More were lost under one of them than chance would, and the answer may lie in what was lost."
            if unlike
            else ""
        )
        rows.append(("Nights without a value", f"{lost} of {given}: {_shares(facts['lost'], arms)}.{more}"))
    else:
        rows.append(("Nights without a value", "None."))
    if facts["otherwise"]:
        rows.append((
            "Not taken as drawn",
            f"{count(facts['otherwise'], 'night')}. They count as they were drawn, since what was taken instead was "
            "chosen; that makes a difference look smaller than it is.",
        ))  # fmt: skip
    return rows


def _expected(study: Study) -> str:
    how = f" ({study.blinding.rstrip('.')})" if study.blinding else ""
    help_words = "Against that help capsules that look alike, filled by somebody else and named by letters."
    if study.blinded:
        return (
            f"It is declared that the person did not know which night was which{how}. Who finds out on the way, by a "
            "taste or an effect, knows after all; write it down when that happens."
        )
    if study.blinded is False:
        return (
            f"This study was not blinded: the person knew which night was which{how}, and who knows may sleep as they "
            f"expect. What shows may be that expectation alone. {help_words}"
        )
    return (
        "It is not declared whether the person knew which night was which, and who knows may sleep as they expect. "
        f"{help_words}"
    )


def _trend(facts: Facts, study: Study, unit: str) -> str:
    if "trend" in study.covariates:
        return "A steady change over the study was taken out, as declared."
    if facts["trend"] is None:
        return "Too few nights to tell whether there was a change over the study."
    change = amount(abs(facts["trend"]), unit)
    way = "rose" if facts["trend"] > 0 else "fell"
    return (
        f"From the first night to the last it {way} by about {change}, whatever was taken. An order drawn by lot "
        "spreads that over both alike: it makes the answer less sure, and not wrong."
    )


def _carried(facts: Facts, study: Study, unit: str) -> str:
    treatment, control = facts["arms"][1], facts["arms"][0]
    if study.washout_nights:
        return f"{count(study.washout_nights, 'night')} without either lay between, as declared."
    text = (
        "What is taken on one evening may still act on the next; no night without either lay between "
        f"{treatment} and {control}."
    )
    if facts["after"] is None:
        return text
    (of_treated, n_treated), (of_control, n_control) = facts["after"]
    return (
        f"{text} Nights under {control} had {_level(of_treated, unit)} after a night under {treatment} (mean of "
        f"{n_treated}) and {_level(of_control, unit)} after another under {control} (mean of {n_control})."
    )


def _level(value: float, unit: str) -> str:
    """Give a mean of nights, which is no difference: per cent, and not percentage points."""
    return f"{number(value)} %" if unit == "%" else amount(value, unit)


def _device(verdict: Verdict) -> str:
    recorded = DEVICES.get(verdict.device, "a device that the table does not name")
    how = {
        "human": "people scored them",
        "auto": "a program scored them, and what it gets wrong is not accounted for",
        "auto+propagated": "a program scored them whose errors were measured against people",
        "auto+audited": "a program scored them, and people some of them",
    }.get(verdict.staging, "it is not recorded who scored them")
    return sentence(
        f"{recorded} recorded the nights; {how}. An error that is the same every night falls on both alike; one that "
        "what was tried brings about would look like its effect"
    )


def _both(by_arm: Any) -> bool:
    return all(n for _, n in by_arm)


def _shares(by_arm: Any, arms: tuple[str, str]) -> str:
    """Say how many nights of each condition: "2 of 10 nights under placebo and 3 of 11 under active"."""
    said = [f"{n} of {of} under {arm}" for (n, of), arm in zip(by_arm, arms, strict=True)]
    return listed([f"{declared_number(by_arm[0][0])} of {count(by_arm[0][1], 'night')} under {arms[0]}", *said[1:]])
