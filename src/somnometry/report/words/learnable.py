"""The English of what one person's nights can show: how likely, after how many nights, what could be asked instead."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ...catalogue import CATALOGUE
from ...claims.data.estimand import Estimand
from ...claims.power.one_person import LONGEST, PersonPower
from ...core.claim import Claim
from ...core.reason import Reason
from ...core.study import Study
from .numbers import amount, count, declared_number, ratio_words
from .quantities import claim_title

__all__ = ["beyond_device_text", "learnable_text"]

REM = "rem_percent"


def learnable_text(
    found: Sequence[PersonPower],
    instead: Sequence[PersonPower],
    study: Study,
    n_studies: int,
    *,
    is_calibrated: bool = False,
) -> str:
    """Say what each claim's nights can show, what no number of nights can, and what could be asked instead.

    Parameters
    ----------
    found : sequence of PersonPower
        Of the claims of the study.
    instead : sequence of PersonPower
        Of what it does not claim.
    study : Study
    n_studies : int
        Simulated people of each number of nights.
    is_calibrated : bool
        Whether the error of the program that scores is known.
    """
    return "\n\n".join(_paragraphs(found, instead, study, n_studies, is_calibrated))


def beyond_device_text(beyond: Sequence[tuple[Claim, Reason]]) -> str:
    """Say which claims cannot be decided with a device, or without a bound of what a drug does to the EEG."""
    lines = [f"{claim_title(claim)}: it cannot be decided: {why}. {_by_calibration(why)}" for claim, why in beyond]
    return "\n".join(line.rstrip() for line in lines)


def _paragraphs(
    found: Sequence[PersonPower], instead: Sequence[PersonPower], study: Study, n_studies: int, is_calibrated: bool
) -> Iterator[str]:
    bound = declared_number(2 * math.sqrt(0.25 / n_studies))
    looks = study.schedule.looks if study.schedule is not None else ()
    at_any = " An answer at any of the declared looks counts." if len(looks) > 1 else ""
    yield (
        f"What can be learned: {n_studies} people with this order and this device were simulated for each number of "
        f"nights, and judged as you will be. A probability is known to within {bound}; each claim is reckoned as if it "
        f"were the only one, and no night as lost.{at_any}"
    )
    yield "\n".join(_claim(one) for one in found)
    is_reckoned = any(one.never is None and one.unreckoned is None for one in (*found, *instead))
    if study.device == "wearable" and not is_calibrated and is_reckoned:
        yield (
            "How wearables err is not known here: nights are reckoned as if people had scored them, so that it takes "
            "more of them."
        )
    reachable = [one for one in instead if one.never is None and one.nights is not None]
    if reachable:
        asked = [f"{_effect(one.claim)} (about {count(one.nights or 0, 'night')})" for one in reachable]
        yield f"What could be asked instead: {'; '.join(asked)}."
    claimed = {one.claim.metric for one in found}
    by_program = study.device == "headband" and study.staging != "human"
    if by_program and not is_calibrated and REM not in claimed and not study.psychoactive:
        yield f"REM sleep could not be asked. {_by_calibration(Reason('unmeasurable-by-device'))}"


def _claim(one: PersonPower) -> str:
    title = claim_title(one.claim)
    if one.never is not None:
        return f"{title}: no number of nights helps: {one.never}. {_by_calibration(one.never)}".rstrip()
    if one.unreckoned is not None:
        return f"{title}: how many nights it takes is not known beforehand: {one.unreckoned}."
    planned = f"{count(one.planned, 'night')} would show it with a probability of {one.power:.2f}"
    if one.power != one.power:
        planned = f"{count(one.planned, 'night')} are too few to show anything"
    if one.nights is None:
        more = f"more than {LONGEST} nights would be needed for .8"
    else:
        more = f"about {count(one.nights, 'night')} would with .8"
    sign = "; only which way it goes can be shown, not how large it is" if one.sign_only else ""
    return f"{title}: if the effect is {_effect(one.claim)}, {planned}; {more}{sign}."


def _effect(claim: Claim) -> str:
    """Give the smallest effect of a claim, with its metric."""
    size = claim.smallest_effect
    assert size is not None  # guaranteed by `unsimulated`
    label = CATALOGUE[claim.metric].label if claim.metric in CATALOGUE else claim.metric
    if Estimand.of(claim).is_ratio:
        return f"{ratio_words(size, 'counts')} of {label}"
    known = CATALOGUE.get(claim.metric)
    way = "less" if claim.direction == "decreases" else "more"
    return f"{amount(size, known.unit if known else '', declared=True)} {way} of {label}"


def _by_calibration(why: Reason) -> str:
    if why.code == "unmeasurable-by-device":
        return (
            "With a calibration of the very program that will score the nights (`somnometry calibrate`, nights of 20 "
            "people that people scored too), the way of an effect can be decided, and how many nights it takes is said "
            "here (--calibration); an audit takes eight people."
        )
    return ""
