"""Studies whose nights a program scored, drawn in plain numpy: what verdicts on them say where the truth is known.

A night has a truth, which people score with an error of theirs; a program shows a part of it, `share`, and errs by
person and by night, and under a drug by `bias`. Numbers are those of N3 (% of TST) and of the headband of BOAS.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from somnometry.calibration.calibration import Calibration
from somnometry.calibration.fit import calibrate_metric
from somnometry.claims.data.study_nights import StudyNights
from somnometry.claims.designs.effect import TEffect
from somnometry.claims.designs.human_effect import HumanEffect, Slope
from somnometry.claims.judge import judge_nights
from somnometry.claims.kinds.decision import excludes_benefit, p_equivalence
from somnometry.core.claim import Claim
from somnometry.core.scorer import Scorer
from somnometry.core.study import Study
from somnometry.core.verdict import Verdict

__all__ = ["BIASED", "SIZES", "BiasedDrug", "StagedRates", "biased_verdicts", "people_scored_by_both", "staged_effects",
           "staged_rates", "study_table", "verdict_on"]  # fmt: skip

Floats = npt.NDArray[np.float64]
#: Of people in general: SD of the truth between them and from night to night, and of their own response to a treatment.
BETWEEN, WITHIN, RESPONSE = 6.9, 2.0, 0.8
#: SD of the program's error that recurs in a person, and from night to night; and the slope that regression finds.
OF_PERSON, OF_NIGHT, LOW = 4.0, 3.1, 0.6
#: Of the truth, in the mean; the smallest effect that matters; people whom both scored.
MEAN, MARGIN, CALIBRATED = 20.0, 3.0, 50
#: People and nights per period of the studies.
SIZES = ((24, 2), (40, 4), (80, 4))
STAGER = Scorer("program")


@dataclass(frozen=True)
class StagedRates:
    """Shares of studies: in the first five the effect is the margin itself, in the last there is none.

    `face_value` takes what the program shows for what people would score; `divided` divides it by the slope that
    regression finds. "At least" is that the 90 % interval lies above the margin.
    """

    equivalent: float
    at_least: float
    coverage: float
    face_value: float
    divided: float
    equivalent_at_none: float


def people_scored_by_both(rng: np.random.Generator, share: float, n: int, nights: int = 1) -> tuple[Floats, Floats]:
    """Nights of `n` calibrations, shape (n, people * nights) each, by people and by the program.

    People err so much that the slope of regression is `LOW` on average, whatever share the program shows.
    """
    shape, once = (n, CALIBRATED, nights), (n, CALIBRATED, 1)
    truth = MEAN + rng.normal(0, BETWEEN, once) + rng.normal(0, WITHIN, shape)
    human = truth + rng.normal(0, math.hypot(BETWEEN, WITHIN) * math.sqrt(share / LOW - 1), shape)
    auto = share * truth + rng.normal(0, OF_PERSON, once) + rng.normal(0, OF_NIGHT, shape)
    return human.reshape(n, -1), auto.reshape(n, -1)


def nights_by_program(
    rng: np.random.Generator, share: float, effect: float, people: int, nights: int, n: int, bias: float = 0.0
) -> Floats:
    """Nights of `n` crossovers as the program scored them: shape (n, people, 2 arms, nights), the control first."""
    arm = np.array([0.0, 1.0])[:, None]
    own = rng.normal(0, BETWEEN, (n, people, 1, 1)) + arm * (effect + rng.normal(0, RESPONSE, (n, people, 1, 1)))
    truth = MEAN + own + rng.normal(0, WITHIN, (n, people, 2, nights))
    error = rng.normal(0, OF_PERSON, (n, people, 1, 1)) + rng.normal(0, OF_NIGHT, truth.shape)
    return share * truth + error + bias * arm


def staged_effects(seen: Floats) -> Iterator[TEffect]:
    """Effects of crossovers by least squares: half of the people of each study had the treatment first."""
    difference = seen.mean(axis=3)[:, :, 1] - seen.mean(axis=3)[:, :, 0]
    n, people = difference.shape
    by_order = difference.reshape(n, 2, people // 2)
    spread = np.sqrt(by_order.var(axis=2, ddof=1).mean(axis=1) / people)
    for q, s in zip(difference.mean(axis=1).tolist(), spread.tolist(), strict=True):
        yield TEffect(q, s, people - 2)


def least_squares(human: Floats, auto: Floats) -> Iterator[tuple[float, float]]:
    """Slope of automatic on human in each calibration, and its standard error."""
    x = human - human.mean(axis=1, keepdims=True)
    squares = (x**2).sum(axis=1)
    slope = (x * auto).sum(axis=1) / squares
    rest = auto - auto.mean(axis=1, keepdims=True) - slope[:, None] * x
    error = np.sqrt((rest**2).sum(axis=1) / (human.shape[1] - 2) / squares)
    yield from zip(slope.tolist(), error.tolist(), strict=True)


def staged_rates(share: float, people: int, nights: int, n: int, seed: int = 0) -> StagedRates:
    """Rates of `n` studies of which the program shows a share of the effect, each with a calibration of its own."""
    rng = np.random.default_rng(seed)
    slopes = list(least_squares(*people_scored_by_both(rng, share, n)))
    counts = np.zeros(5)
    t = float(stats.t.ppf(0.95, people - 2))
    at_margin = staged_effects(nights_by_program(rng, share, MARGIN, people, nights, n))
    for measured, (low, error) in zip(at_margin, slopes, strict=True):
        effect = HumanEffect(measured, slope_of(low, error))
        limits = effect.interval(0.95)
        counts += [
            p_equivalence(effect, MARGIN) <= 0.05,
            effect.interval(0.90)[0] > MARGIN,
            limits[0] <= MARGIN <= limits[1],
            p_equivalence(measured, MARGIN) <= 0.05,
            (measured.estimate - t * measured.standard_error) / low > MARGIN,
        ]
    none = staged_effects(nights_by_program(rng, share, 0.0, people, nights, n))
    found = [
        p_equivalence(effect, MARGIN) <= 0.05 and excludes_benefit(effect, MARGIN)
        for effect in (HumanEffect(one, slope_of(*slope)) for one, slope in zip(none, slopes, strict=True))
    ]
    return StagedRates(*(counts / n).tolist(), float(np.mean(found)))


def slope_of(low: float, error: float) -> Slope:
    """Slope as verdicts use it: of less than four of its errors nothing says that an effect is small."""
    return Slope(low, error, max(1.0, low)) if low >= 4 * error else Slope(0.0, 0.0, 1.0)


# ------------------------------------------------------------------------------------------ whole verdicts, and drugs
def study_table(seen: Floats, metric: str) -> dict[str, npt.NDArray[Any]]:
    """Give a study of `nights_by_program`, shape (people, 2, nights), as a table; the first half began with control."""
    people, _, nights = seen.shape
    order = np.repeat([[0, 1], [1, 0]], [people // 2, people - people // 2], axis=0)
    arm = np.repeat(order.ravel(), nights)
    return {
        "subject": np.repeat(np.arange(people), 2 * nights),
        "period": np.tile(np.repeat([1, 2], nights), people),
        "night": np.tile(np.arange(1, nights + 1), 2 * people),
        "condition": np.where(arm == 1, "active", "placebo"),
        metric: np.take_along_axis(seen, order[:, :, None], axis=1).ravel(),
        "scorer": np.full(2 * people * nights, STAGER.name),
    }


def calibration_of(metric: str, human: Floats, auto: Floats) -> Calibration:
    """Calibration from the nights of people whom both scored, by `calibrate_metric`."""
    people = [f"p{i * CALIBRATED // human.size}" for i in range(human.size)]
    return Calibration(STAGER, {metric: calibrate_metric(metric, human, auto, people)}, human.size, CALIBRATED)


def verdict_on(seen: Floats, human: Floats, auto: Floats, metric: str = "n3_percent", **study: Any) -> Verdict:
    """Whole verdict on one study, with a calibration of its program."""
    claim = Claim(metric, "increases", smallest_effect=MARGIN)
    declared = Study((claim,), design="crossover", treatment="active", control="placebo", randomised=True, **study)
    nights = StudyNights.of(study_table(seen, metric), declared)
    own = calibration_of(metric, human, auto)
    return judge_nights(declared, nights, sensitivity=False, calibrations=(own,))[0]


@dataclass(frozen=True)
class BiasedDrug:
    """A drug under which the program sees more of what people do not find: its bias, and what the study declares."""

    bias: float
    metric: str = "n3_percent"
    psychoactive: bool = True
    declared: float | None = None


#: What a row is called -> the drug. TST stands for what is sleep or wake, at the scale of the numbers above, on which a
#: calibration has a mean error of -4 and an SD of 4.2 between people: 5.8.
BIASED = {
    "3 points more N3, not declared psychoactive": BiasedDrug(3.0, psychoactive=False),
    "3 points more N3, psychoactive": BiasedDrug(3.0),
    "3 points more N3, psychoactive, a bias of 3.5 declared": BiasedDrug(3.0, declared=3.5),
    "TST by the plausible bias of 5.8, the true one being 4, psychoactive": BiasedDrug(4.0, metric="tst"),
    "TST by the plausible bias, the true one as large on average, psychoactive": BiasedDrug(5.8, metric="tst"),
}


def biased_verdicts(of: BiasedDrug, people: int, nights: int, n: int, seed: int = 0) -> list[Verdict]:
    """Verdicts on `n` studies of a drug without an effect, which a program scored that shows .8 of an effect."""
    rng = np.random.default_rng(seed)
    human, auto = people_scored_by_both(rng, 0.8, n, nights=2)
    seen = nights_by_program(rng, 0.8, 0.0, people, nights, n, of.bias)
    bias = {} if of.declared is None else {of.metric: of.declared}
    return [
        verdict_on(*one, metric=of.metric, psychoactive=of.psychoactive, bias=bias, device="psg")
        for one in zip(seen, human, auto, strict=True)
    ]
