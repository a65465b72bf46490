"""What one person's nights can show: power in seconds, by their own order, their own test and their own device."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from ...calibration.calibration import Calibration
from ...core.claim import Claim
from ...core.errors import ClaimError
from ...core.reason import Reason
from ...core.schedule import Schedule
from ...core.study import Covariate, Study
from ...simulate.designs import DesignLayout
from ..as_declared import resolved
from ..case import at_this_look
from ..data.estimand import Estimand
from ..data.outcome import outcome_values
from ..data.provenance import AUTOMATIC, HUMAN
from ..data.sample import NotTestableError
from ..data.study_nights import StudyNights
from ..designs.effect import Effect, RandomisationEffect, oriented, two_sided
from ..designs.human_effect import HumanEffect
from ..designs.n_of_1 import MIN_ORDERS, adjusted_weights, order_weights, randomisation_effect
from ..designs.possible_orders import orders_of
from ..kinds.decision import decide_superiority, p_equivalence
from ..kinds.evidence import margin_of, sign_of
from ..stager_slopes import StagerSlopes
from ..staging_error import Weighed, b_star, plausible_bias, staging_of
from .batches import model_of, nights_of
from .device_limits import beyond_device, calibration_for, device_of, provenance_planned, staging_planned
from .scenarios import arms_of, smallest_truth
from .unsimulated import unsimulated

__all__ = ["LONGEST", "STUDIES", "PersonPower", "person_power", "what_can_be_learned"]

#: Simulated people of each number of nights: a power is known to within .05.
STUDIES = 400
#: Orders that are looked at, of a schedule that has more.
ORDERS = 1_000
#: Nights beyond which nobody goes on.
LONGEST = 365
#: Probability of support, where the effect is the smallest of interest, that is asked for.
WANTED = 0.8
#: Steps in which the number of nights that gives it is sought, and how near it the last one comes.
STEPS, NEAR = 5, 0.08


@dataclass(frozen=True, slots=True)
class PersonPower:
    """What one person's nights can show of a claim.

    Parameters
    ----------
    claim : Claim
    planned : int
        Nights that count.
    power : float
        Probability, 0 to 1, of support where the effect is the smallest of interest; NaN where there can be none.
    nights : int or None
        About how many have a power of 0.8; None where a year is too short, or no number helps.
    never : Reason or None
        Why no number of nights helps.
    unreckoned : Reason or None
        Why it is not known how many nights it takes, of a claim that may well be decided.
    sign_only : bool
        Whether only the way of an effect can be decided, because nobody knows how much of it the program shows.
    """

    claim: Claim
    planned: int
    power: float
    nights: int | None
    never: Reason | None = None
    sign_only: bool = False
    unreckoned: Reason | None = None


def what_can_be_learned(
    study: Study,
    *,
    nights: int = 1,
    calibration: Calibration | None = None,
    n_studies: int = STUDIES,
    seed: int = 0,
) -> tuple[PersonPower, ...]:
    """Tell of each claim of one person's study what its schedule and its device can show.

    Parameters
    ----------
    study : Study
        Of the design "n-of-1", with a schedule that says how many periods are planned.
    nights : int
        In each period.
    calibration : Calibration, optional
        Of the program that will score the nights.
    n_studies : int
        Simulated people of each number of nights.
    seed : int
        Same seed, same numbers.

    Returns
    -------
    tuple of PersonPower
        In the order of the claims, each as if it were the only one.

    Raises
    ------
    ClaimError
        Where the study is not of one person, its schedule does not say how many periods are planned, or the calibration
        is of another device.
    """
    schedule, calibration = study.schedule, calibration_for(study, calibration)
    if study.design != "n-of-1" or schedule is None or schedule.periods is None:
        raise ClaimError("no schedule says how many nights of one person are planned", key="study.schedule")
    found = []
    for declared in study.claims:
        claim = resolved(declared, study)
        planned = schedule.periods * nights
        never, unreckoned = _unplanned(claim, study, calibration)
        if never is not None or unreckoned is not None:
            found.append(PersonPower(claim, planned, math.nan, None, never, unreckoned=unreckoned))
            continue
        power_of = partial(
            person_power, claim, study, nights=nights, calibration=calibration, n_studies=n_studies, seed=seed
        )
        power = power_of(schedule.periods)
        needed = _needed(power_of, schedule, power, max(LONGEST // nights, 1))
        slopes = StagerSlopes(staging_planned(study) != HUMAN, calibration)
        slope = slopes.of(claim.metric, Estimand.of(claim).scale)
        sign_only = slope is not None and not slope.has_size
        found.append(PersonPower(claim, planned, power, needed and needed * nights, None, sign_only))
    return tuple(found)


def person_power(
    claim: Claim,
    study: Study,
    periods: int,
    *,
    nights: int = 1,
    calibration: Calibration | None = None,
    n_studies: int = STUDIES,
    seed: int = 0,
) -> float:
    """Probability, 0 to 1, that one person's nights support a claim whose effect is the smallest of interest.

    Parameters
    ----------
    claim : Claim
        A superiority, with what it leaves to its study filled in.
    study : Study
        An answer at any look that its schedule declares counts.
    periods : int
        The order is the study's own where it has so many, and else one that its scheme draws.
    nights, calibration, n_studies, seed
        As for `what_can_be_learned`.

    Returns
    -------
    float
        NaN where so few periods allow no test, or covariates leave nothing of the order.
    """
    schedule = None if study.schedule is None else _of_length(study.schedule, periods, seed)
    if schedule is None:
        return math.nan
    calibration = calibration_for(study, calibration)
    one = dataclasses.replace(study, schedule=schedule, claims=(claim,), staging=staging_planned(study))
    arms = arms_of((claim,), one)
    error = None if staging_planned(study) == HUMAN else device_of(study)
    model = model_of(one, smallest_truth(claim, one, arms), arms, {}, error, None, calibration)
    treated = np.array([letter == "B" for letter in schedule.order])
    people = dataclasses.replace(  # each of them is one person, and all have one order
        model, design="crossover", layout=DesignLayout(arms, treated[None].astype(np.intp)), subjects=n_studies,
        nights=nights,
    )  # fmt: skip
    sample = outcome_values(
        Estimand.of(claim), StudyNights.of(nights_of(one, people, seed), Study(design="parallel")), arms
    )
    place = sample.subject * periods + sample.period
    total, n = (np.bincount(place, weights, n_studies * periods) for weights in (sample.y, None))
    values = (total / n).reshape(n_studies, periods)
    orders = _some_orders(schedule, treated, seed)
    is_supported = _rule(claim, at_this_look(one), calibration, margin_of(claim, sample))
    supported, tested = np.zeros(n_studies, bool), False
    for look in schedule.looks or (periods,):
        found = list(_effects(values[:, :look], treated[:look], orders[:, :look], schedule, study.covariates))
        tested |= bool(found)
        supported |= np.array([is_supported(oriented(one, sign_of(claim))) for one in found] or [False])
    return float(supported.mean()) if tested else math.nan


# ------------------------------------------------------------------------------------------------------------- helpers
def _rule(
    claim: Claim, study: Study, calibration: Calibration | None, margin: float | None
) -> Callable[[Effect], bool]:
    """Give whether an effect, oriented and as measured, supports a claim; as `judge` decides."""
    slopes, scale = StagerSlopes(staging_planned(study) != HUMAN, calibration), Estimand.of(claim).scale
    slope, may_err = slopes.of(claim.metric, scale), -math.inf
    if study.psychoactive and staging_of(claim.metric, provenance_planned(study)) == AUTOMATIC:
        may_err = plausible_bias(claim.metric, scale, study, provenance_planned(study), slopes)

    def is_supported(measured: Effect) -> bool:
        effect: Effect = measured if slope is None else HumanEffect(measured, slope)
        p, p_eq = two_sided(effect), p_equivalence(effect, margin)
        if decide_superiority(effect, margin, p, p_eq, study.alpha).outcome != "supported":
            return False
        return may_err < 0 or b_star("supported", Weighed(claim.metric, scale, effect, margin)) > may_err

    return is_supported


def _effects(
    values: npt.NDArray[np.float64],
    treated: npt.NDArray[np.bool_],
    orders: npt.NDArray[np.bool_],
    schedule: Schedule,
    covariates: Sequence[Covariate],
) -> Iterator[RandomisationEffect]:
    """Give the effect in each person's periods, a row each; in none where the test would be refused."""
    orders = orders[orders.any(axis=1) & ~orders.all(axis=1)]
    if treated.all() or not treated.any() or len(np.unique(orders, axis=0)) < MIN_ORDERS:
        return
    by_phase, at = schedule.scheme == "phases", np.arange(treated.size)
    weights = order_weights(treated[None], by_phase)[0], order_weights(orders, by_phase), 1.0
    if covariates:
        try:
            weights = adjusted_weights(treated, orders, at, covariates, at)
        except NotTestableError:
            return
    for y in values:
        yield randomisation_effect(y, treated, orders, by_phase, weights)


def _unplanned(claim: Claim, study: Study, calibration: Calibration | None) -> tuple[Reason | None, Reason | None]:
    """Why no number of one person's nights can support a claim, and why it is not known how many may; None else."""
    lacking = unsimulated(claim, study, "n-of-1", {}, None)
    if lacking is not None and not lacking.is_counted:
        return lacking.reason, None
    if (never := beyond_device(claim, study, calibration)) is not None:
        return never, None
    if claim.kind != "superiority":
        return None, Reason("only-superiority-is-planned", {"kind": claim.kind})
    return None, lacking.reason if lacking is not None else None


def _of_length(schedule: Schedule, periods: int, seed: int) -> Schedule | None:
    """Give the schedule with so many periods; None where it could draw too few orders to test."""
    if periods == schedule.periods and schedule.order:
        return schedule if schedule.n_orders >= MIN_ORDERS else None
    if schedule.scheme == "listed" and periods != schedule.periods:
        return None
    looks = tuple(sorted({max(round(look * periods / (schedule.periods or periods)), 1) for look in schedule.looks}))
    bare = dataclasses.replace(schedule, periods=periods, order="", seed=None, looks=looks)
    return dataclasses.replace(bare, seed=seed) if bare.n_orders >= MIN_ORDERS else None


def _some_orders(schedule: Schedule, treated: npt.NDArray[np.bool_], seed: int) -> npt.NDArray[np.bool_]:
    """Give the orders that might have been drawn, or of more than `ORDERS` so many, the one taken among them."""
    if schedule.scheme != "phases" or schedule.n_orders <= ORDERS:
        return orders_of(schedule, treated, seed, ORDERS)[0]
    rng, borders = np.random.default_rng(seed), len(schedule.pattern) - 1
    places = treated.size - schedule.min_phase * (borders + 1) + borders
    cuts = np.sort(rng.integers(places, size=(ORDERS - 1, borders)), axis=1)
    while (twice := (np.diff(cuts, axis=1) == 0).any(axis=1)).any():
        cuts[twice] = np.sort(rng.integers(places, size=(int(twice.sum()), borders)), axis=1)
    begin = cuts - np.arange(borders) + schedule.min_phase * np.arange(1, borders + 1)
    phase = (np.arange(treated.size) >= begin[:, :, None]).sum(axis=1)
    return np.vstack([np.array([letter == "B" for letter in schedule.pattern])[phase], treated])


def _needed(power_of: Callable[[int], float], schedule: Schedule, planned: float, most: int) -> int | None:
    """Give about how many periods have the power that is wanted; None where `most` have not.

    As a test's standard error falls with the root of the periods, each power says how many would be right.
    """
    assert schedule.periods is not None
    periods, power = schedule.periods, planned
    if schedule.scheme == "listed":
        return periods if power >= WANTED else None
    least = next((n for n in range(2, most) if _of_length(schedule, n, 0) is not None), most)
    wanted, tail = float(ndtri(WANTED)), float(ndtri(0.975))
    enough = [periods] if power >= WANTED else []
    for _ in range(STEPS):
        if math.isnan(power):
            better = math.ceil(1.5 * periods)
        else:
            better = math.ceil(periods * ((tail + wanted) / (tail + float(ndtri(min(max(power, 0.03), 0.998))))) ** 2)
        better = min(max(better, least), most)
        if better == periods == most:
            return most if power >= WANTED else None
        if abs(better - periods) <= NEAR * periods or better == periods:
            return better
        periods, power = better, power_of(better)
        enough += [periods] if power >= WANTED else []
    return min(enough, default=None)
