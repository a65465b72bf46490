"""Tables that people have and models do not expect, drawn in plain numpy, and how often whole verdicts on them err."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from somnometry.claims.judge import judge
from somnometry.core.claim import Claim
from somnometry.core.study import Study
from somnometry.core.verdict import Verdict

from .error_rates import Rates

__all__ = ["HARD", "HardCase", "HardRates", "hard_rates"]

Table = Mapping[str, npt.NDArray[Any]]
ARMS = ("placebo", "active")
#: Warnings of which any will do.
WARNINGS = {"spread": ("unequal-arms", "people-vary-more")}
#: Orders of four arms in which each arm follows each other once.
FOUR = ((0, 1, 3, 2), (1, 2, 0, 3), (2, 3, 1, 0), (3, 0, 2, 1))
TST = Claim("tst", "increases", smallest_effect=60.0)
SOL = Claim("sol", "decreases", smallest_effect=20.0)
WAKES = Claim("awakenings_5min", "decreases", smallest_effect=0.5)
STUDY = Study(arms=ARMS, control="placebo", treatment="active", staging="human", device="psg", randomised=True)
CROSSOVER, PARALLEL = replace(STUDY, design="crossover"), replace(STUDY, design="parallel")
ALL_FOUR = replace(CROSSOVER, arms=(*ARMS, "third", "fourth"))


@dataclass(frozen=True)
class HardCase:
    """A table whose truth is known (as measured; of a ratio its logarithm), and the warning that it calls for."""

    n: str
    claim: Claim
    study: Study
    table: Callable[[np.random.Generator], Table]
    truth: float = 0.0
    warning: str = ""


@dataclass(frozen=True)
class HardRates(Rates):
    """Shares of studies; `said` is in how many the warning stood, NaN where there is none to give."""

    said: float


def hard_rates(of: HardCase, n: int, first: int = 0) -> HardRates:
    """Judge `n` studies and count what their intervals exclude that is true, as `rates_of` does of effects."""
    sign, ratio = (-1 if of.claim.direction == "decreases" else 1), of.claim is WAKES
    found: list[tuple[float, float, float, float]] = []
    said = lacking = 0
    for verdict in _verdicts(of, n, first):
        lacking += verdict.outcome == "not testable"
        said += any(reason.code in WARNINGS.get(of.warning, (of.warning,)) for reason in verdict.warnings)
        if verdict.outcome != "not testable":
            limits = (*verdict.interval95, *verdict.interval90)
            measured = [math.log(limit) if ratio else limit for limit in limits]
            found.append((*sorted(sign * limit for limit in measured[:2]), *sorted(sign * x for x in measured[2:])))  # type: ignore[arg-type]
    low, high, low90, high90 = np.array(found).T
    margin = abs(math.log(of.claim.smallest_effect)) if ratio else of.claim.smallest_effect  # type: ignore[arg-type]
    truth = sign * of.truth
    return HardRates(
        len(found),
        lacking,
        float(np.mean(low >= truth)),
        float(np.mean(high <= truth)),
        float(np.mean((low <= truth) & (truth <= high))),
        float(np.mean((high90 <= truth) & (low90 >= truth - 2 * margin))),
        float(np.mean((low90 >= truth) & (high90 <= truth + 2 * margin))),
        said / n if of.warning else math.nan,
    )


def _verdicts(of: HardCase, n: int, first: int) -> Iterator[Verdict]:
    for seed in range(first, first + n):
        yield judge(of.claim, of.table(np.random.default_rng(seed)), of.study, sensitivity=False)


# -------------------------------------------------------------------------------------------------------------- tables
def crossover(
    rng: np.random.Generator,
    *,
    people: int = 24,
    nights: int = 1,
    orders: tuple[tuple[int, ...], ...] = ((0, 1), (1, 0)),
    sds: tuple[float, ...] = (30.0, 30.0),
    responders: float = 0.0,
    strength: float = 0.0,
    left_over: float = 0.0,
    washouts: tuple[int, ...] = (),
    lost: tuple[float, float] = (0.0, 0.0),
    lost_below: float = math.inf,
) -> Table:
    """TST of a crossover: people differ by 40 min, their periods by 12, the first night of each period is 20 worse.

    Parameters
    ----------
    rng : Generator
    people, nights : int
        `nights` of each period.
    orders : tuple of tuple of int
        People take them in turn; 0 is the control, 1 the treatment, others are other arms.
    sds : tuple of float
        Of the nights of each arm, in minutes.
    responders, strength : float
        Which share of people the treatment moves, and by how much.
    left_over : float
        What the treatment leaves in the period after it.
    washouts : tuple of int
        Nights after each arm; nights are then counted through the study.
    lost : (float, float)
        Share of nights without a value under control and treatment...
    lost_below : float
        ... among those below so many minutes.
    """
    periods = len(orders[0])
    who, period, night = (a.ravel() for a in np.indices((people, periods, nights)))
    arm = np.array(orders)[who % len(orders), period]
    own = rng.normal(0, 40, people)
    response = strength * (rng.random(people) < responders)
    visit = rng.normal(0, 12, (people, periods))
    before = np.where(period > 0, np.array(orders)[who % len(orders), period - 1], -1)
    tst = 400 + own[who] + visit[who, period] - 20 * (night == 0) + 5 * period + (arm == 1) * response[who]
    tst = tst + rng.normal(0, 1, who.size) * np.array(sds)[arm] + left_over * (before == 1)
    gone = (rng.random(who.size) < np.array([*lost, 0, 0])[arm]) & (tst < lost_below)
    number = night + 1
    if washouts:
        days = np.array([nights + washout for washout in washouts])[np.array(orders)]
        starts = np.concatenate([np.zeros((len(orders), 1), int), np.cumsum(days, axis=1)[:, :-1]], axis=1)
        number = starts[who % len(orders), period] + night + 1
    labels = np.array(ALL_FOUR.arms, object)
    return {"subject": who, "condition": labels[arm], "period": period + 1, "night": number,
            "tst": np.where(gone, np.nan, tst)}  # fmt: skip


def parallel(
    rng: np.random.Generator,
    draw: Callable[[np.random.Generator, int, int], npt.NDArray[Any]],
    *,
    sizes: tuple[int, int] = (30, 8),
    nights: int = 1,
    night_sd: float = 0.0,
    baseline: bool = False,
) -> Table:
    """TST of two groups, placebo and active; `draw` gives the people of one, told which by 0 or 1."""
    people = np.concatenate([draw(rng, group, n) for group, n in enumerate(sizes)])
    group = np.repeat([0, 1], sizes)
    moments = 2 * nights if baseline else nights
    who, moment = (a.ravel() for a in np.indices((people.size, moments)))
    tst = people[who] + night_sd * rng.normal(size=who.size)
    before = moment < (nights if baseline else 0)
    condition = np.where(before, "before", np.array(ARMS, object)[group[who]])
    return {"subject": who, "condition": condition.astype(object), "period": np.where(before, 1, 2),
            "night": moment % nights + 1, "tst": tst}  # fmt: skip


def counts(rng: np.random.Generator, ratio: float, people: int = 24) -> Table:
    """About one awakening a night of people who differ (SD of the logarithm .6), 2 x 2, unequal hours of sleep."""
    who, period = (a.ravel() for a in np.indices((people, 2)))
    arm = (who + period) % 2
    rate = np.exp(rng.normal(-0.18, 0.6, people))[who]
    tst = np.clip(rng.normal(410, 42, who.size), 180, 600)
    events = rng.poisson(rate * tst / 410 * np.where(arm == 1, ratio, 1.0))
    return {"subject": who, "condition": np.array(ARMS, object)[arm], "period": period + 1, "tst": tst,
            "awakenings_5min": events.astype(float)}  # fmt: skip


def latencies(rng: np.random.Generator, cut: tuple[float, float], people: int = 24, nights: int = 2) -> Table:
    """SOL about 25 min (log-normal), 2 x 2; nights that end early for technical causes more often in one arm."""
    who, period, night = (a.ravel() for a in np.indices((people, 2, nights)))
    arm = (who + period) % 2
    sol = np.exp(rng.normal(2.9, 0.5, people)[who] + rng.normal(0, 0.7, who.size))
    end = np.where(rng.random(who.size) < np.array(cut)[arm], rng.uniform(0, 480, who.size), 480.0)
    event = sol <= end
    return {"subject": who, "condition": np.array(ARMS, object)[arm], "period": period + 1, "night": night + 1,
            "sol": np.where(event, sol, np.nan), "sol_time": np.minimum(sol, end), "sol_event": event.astype(float),
            "technical_truncation": (end < 480).astype(float)}  # fmt: skip


def _normal(sds: tuple[float, float]) -> Callable[[np.random.Generator, int, int], npt.NDArray[Any]]:
    return lambda rng, group, n: rng.normal(500, sds[group], n)


def _exponential(rng: np.random.Generator, _: int, n: int) -> npt.NDArray[Any]:
    return rng.exponential(60, n) + 300


def _of(draw: Callable[..., Table], *args: Any, **options: Any) -> Callable[[np.random.Generator], Table]:
    return lambda rng: draw(rng, *args, **options)


HARD: dict[str, HardCase] = {
    "parallel, SD 80 of 8 against SD 40 of 30, three nights": HardCase(
        "38 x 1 x 3", TST, PARALLEL, _of(parallel, _normal((40, 80)), nights=3, night_sd=30.0)
    ),
    "parallel, SD 40 of 8 against SD 80 of 30, three nights": HardCase(
        "38 x 1 x 3", TST, PARALLEL, _of(parallel, _normal((80, 40)), nights=3, night_sd=30.0)
    ),
    "parallel and baseline, SD 80 of 8 against SD 40 of 30": HardCase(
        "38 x 2 x 3", TST, replace(PARALLEL, baseline="before"),
        _of(parallel, _normal((40, 80)), nights=3, night_sd=30.0, baseline=True),
    ),
    "parallel, exponential, 8 against 30": HardCase(
        "38 x 1 x 1", TST, PARALLEL, _of(parallel, _exponential), warning="skewed-residuals"
    ),
    "2x2, washouts of 14 and 7 nights, nights counted through the study": HardCase(
        "24 x 2 x 4", TST, CROSSOVER, _of(crossover, nights=4, washouts=(7, 14))
    ),
    "2x2, one awakening a night": HardCase("24 x 2 x 1", WAKES, CROSSOVER, _of(counts, 1.0)),
    "2x2, one awakening a night, halved": HardCase(
        "24 x 2 x 1", WAKES, CROSSOVER, _of(counts, 0.5), truth=math.log(0.5)
    ),
    "2x2, latency, a fifth of nights cut short under treatment": HardCase(
        "24 x 2 x 2", SOL, CROSSOVER, _of(latencies, (0.0, 0.2)), warning="pseudo-values"
    ),
    "2x2, 20 min left over in the next period": HardCase(
        "24 x 2 x 2", TST, CROSSOVER, _of(crossover, nights=2, left_over=20.0), warning="carry-over-reaches"
    ),
    "2x2, 40 min left over in the next period": HardCase(
        "24 x 2 x 2", TST, CROSSOVER, _of(crossover, nights=2, left_over=40.0), warning="carry-over-reaches"
    ),
    "2x2, a quarter of nights lost under treatment, by chance": HardCase(
        "24 x 2 x 4", TST, CROSSOVER, _of(crossover, nights=4, lost=(0.0, 0.25)), warning="lost-by-arm"
    ),
    "2x2, half of nights below 390 min lost under treatment": HardCase(
        "24 x 2 x 4", TST, CROSSOVER, _of(crossover, nights=4, lost=(0.0, 0.5), lost_below=390.0),
        warning="lost-by-arm",
    ),
    "2x2, a tenth of 24 people gain 120 min": HardCase(
        "24 x 2 x 1", TST, CROSSOVER, _of(crossover, responders=0.1, strength=120.0), 12.0, "skewed-residuals"
    ),
    "2x2, a tenth of 48 people gain 120 min": HardCase(
        "48 x 2 x 1", TST, CROSSOVER, _of(crossover, people=48, responders=0.1, strength=120.0), 12.0,
        "skewed-residuals",
    ),
    "2x2, a fifth of 24 people gain 120 min": HardCase(
        "24 x 2 x 1", TST, CROSSOVER, _of(crossover, responders=0.2, strength=120.0), 24.0, "skewed-residuals"
    ),
    "four arms, nights under treatment twice as variable, 12 people": HardCase(
        "12 x 4 x 1", TST, ALL_FOUR, _of(crossover, people=12, orders=FOUR, sds=(30, 60, 30, 30)), warning="spread"
    ),
    "four arms, nights under treatment twice as variable, 24 people": HardCase(
        "24 x 4 x 1", TST, ALL_FOUR, _of(crossover, orders=FOUR, sds=(30, 60, 30, 30)), warning="spread"
    ),
    "four arms, nights under treatment twice as variable, two nights": HardCase(
        "12 x 4 x 2", TST, ALL_FOUR, _of(crossover, people=12, nights=2, orders=FOUR, sds=(30, 60, 30, 30)),
        warning="spread",
    ),
    "four arms, all alike": HardCase(
        "12 x 4 x 1", TST, ALL_FOUR, _of(crossover, people=12, orders=FOUR, sds=(30,) * 4), warning="spread"
    ),
}  # fmt: skip
