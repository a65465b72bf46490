"""Studies of one person whose nights are drawn by plain NumPy: how often verdicts on them are wrong; no test here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from somnometry.claims.judge import judge
from somnometry.core.claim import Claim
from somnometry.core.schedule import Schedule
from somnometry.core.study import Covariate, Study
from somnometry.simulate.spreads import FIRST_NIGHT

from .error_rates import Rates

#: Minutes of sleep: mean, SD from night to night, and the smallest effect of interest.
MEAN, SD, MARGIN = 400.0, 40.0, 60.0
#: Of a series: SD of people's means, and of their own responses.
BETWEEN_SD, RESPONSE_SD = 50.0, 20.0
#: Nights after which a study may be looked at, where it declares that.
LOOKS = (12, 18, 24)
#: How the order is drawn: name -> `Schedule`, each of its seed.
SCHEMES: dict[str, dict[str, Any]] = {
    "blocks of 2": {"scheme": "blocks", "periods": 21},
    "blocks of 4": {"scheme": "blocks", "block": 4, "periods": 18},
    "complete": {"scheme": "complete", "periods": 14},
    "phases ABAB": {"scheme": "phases", "periods": 28},
}


@dataclass(frozen=True)
class Nights:
    """What one person's nights are like, beside their mean and SD.

    Parameters
    ----------
    correlation : float
        Of a night with the one before, falling with each further night (AR(1)).
    trend : float
        Minutes from the first night to the last.
    weekend : float
        Minutes more on two evenings of seven.
    lost : float
        Share of nights without a value, whatever was taken.
    first : float
        Minutes by which the first night differs.
    """

    correlation: float = 0.0
    trend: float = 0.0
    weekend: float = 0.0
    lost: float = 0.0
    first: float = 0.0


#: Nights as `power` plans them: the first differs as published.
PLANNED = Nights(first=FIRST_NIGHT["tst"])
HARD = Nights(correlation=0.5, trend=40.0, weekend=30.0, lost=0.15)


def table_of(order: str, like: Nights, effect: float, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Draw one person's nights in an order, a row each, the lost ones too."""
    n = len(order)
    noise = rng.normal(0.0, 1.0, n)
    for i in range(1, n):
        noise[i] = like.correlation * noise[i - 1] + np.sqrt(1 - like.correlation**2) * noise[i]
    day = (np.arange(n) + rng.integers(7)) % 7
    treated = np.array([letter == "B" for letter in order])
    minutes = (
        MEAN
        + SD * noise
        + like.first * (np.arange(n) == 0)
        + like.trend * np.arange(n) / (n - 1)
        + like.weekend * (day > 4)
        + effect * treated
    )
    gone = rng.random(n) < like.lost
    return [
        {"subject": "me", "condition": "active" if b else "placebo", "night": i + 1,
         "tst": float("nan") if out else float(value), "status": "lost" if out else "ok"}
        for i, (b, out, value) in enumerate(zip(treated, gone, minutes, strict=True))
    ]  # fmt: skip


def study_of(scheme: Mapping[str, Any], seed: int, covariates: tuple[Covariate, ...] = ()) -> Study:
    """One person's study whose order is drawn from a seed."""
    return Study(
        (Claim("tst", "increases", smallest_effect=MARGIN),), design="n-of-1", treatment="active", control="placebo",
        randomised=True, staging="human", schedule=Schedule(**scheme, seed=seed), covariates=covariates,
    )  # fmt: skip


def rates_of_one_person(
    scheme: Mapping[str, Any], like: Nights, n: int, *, covariates: tuple[Covariate, ...] = (), first: int = 0
) -> Rates:
    """Count the errors of `n` studies by their verdicts: without an effect, and with one of the margin either way."""
    counts = dict.fromkeys(("benefit", "harm", "covers", "above", "below", "lacking"), 0)
    for seed in range(first, first + n):
        study = study_of(scheme, seed, covariates)
        assert study.schedule is not None
        found = {}
        for effect in (0.0, MARGIN, -MARGIN):
            table = table_of(study.schedule.order, like, effect, np.random.default_rng([seed, 21]))
            found[effect] = judge(study.claims[0], table, study, sensitivity=False)
        none = found[0.0]
        if none.outcome == "not testable":
            counts["lacking"] += 1
            continue
        low, high = none.interval95
        counts["benefit"] += none.p <= study.alpha and none.estimate > 0
        counts["harm"] += none.p <= study.alpha and none.estimate < 0
        counts["covers"] += low <= 0.0 <= high
        counts["above"] += found[MARGIN].outcome == "equivalent"
        counts["below"] += found[-MARGIN].outcome == "equivalent"
    tested = n - counts["lacking"]
    shares = [counts[name] / tested for name in ("benefit", "harm", "covers", "above", "below")]
    return Rates(tested, counts["lacking"], *shares)


def observed_power(scheme: Mapping[str, Any], effect: float, n: int, first: int = 0) -> float:
    """Share of `n` studies of nights as planned, with a true effect, that support the claim."""
    supported = 0
    for seed in range(first, first + n):
        study = study_of(scheme, seed)
        assert study.schedule is not None
        table = table_of(study.schedule.order, PLANNED, effect, np.random.default_rng([seed, 22]))
        supported += judge(study.claims[0], table, study, sensitivity=False).outcome == "supported"
    return supported / n


def rates_of_looks(looks: tuple[int, ...], like: Nights, n: int, first: int = 0) -> tuple[float, float, float]:
    """Count the errors of `n` studies without an effect that end at the first of their looks which finds one.

    Returns
    -------
    benefit, harm, early : float
        Shares that found either, and that ended before the last look.
    """
    counts = np.zeros(3)
    for seed in range(first, first + n):
        study = study_of({"scheme": "blocks", "periods": looks[-1], "looks": looks}, seed)
        assert study.schedule is not None
        table = table_of(study.schedule.order, like, 0.0, np.random.default_rng([seed, 24]))
        for look in looks:
            verdict = judge(study.claims[0], table[:look], study, sensitivity=False)
            if verdict.p <= verdict.alpha:
                counts += verdict.estimate > 0, verdict.estimate < 0, look < looks[-1]
                break
    benefit, harm, early = counts / n
    return float(benefit), float(harm), float(early)


def series_of(like: Nights, rng: np.random.Generator, people: int = 8, pairs: int = 7) -> list[dict[str, Any]]:
    """Draw a series without a true mean effect: an order in blocks of 2 and a response of each person's own."""
    rows = []
    for person in range(people):
        order = "".join("AB" if first else "BA" for first in rng.random(pairs) < 0.5)
        own = rng.normal(0.0, RESPONSE_SD)
        moved = rng.normal(0.0, BETWEEN_SD)
        for row in table_of(order, like, own, rng):
            value = float(row.pop("tst")) + moved
            if row.pop("status") == "ok":
                rows.append({**row, "subject": f"p{person}", "period": row["night"], "night": 1, "tst": value})
    return rows


def rates_of_series(like: Nights, n: int, first: int = 0) -> tuple[float, float, float]:
    """Count the errors of `n` series judged as crossovers: false benefit, false harm, coverage."""
    study = Study(
        (Claim("tst", "increases", smallest_effect=30.0),), design="crossover", treatment="active", control="placebo",
        randomised=True, staging="human",
    )  # fmt: skip
    counts = np.zeros(3)
    for seed in range(first, first + n):
        table = series_of(like, np.random.default_rng([seed, 23]))
        verdict = judge(study.claims[0], table, study, sensitivity=False)
        low, high = verdict.interval95
        found = verdict.p <= study.alpha
        counts += found and verdict.estimate > 0, found and verdict.estimate < 0, low <= 0.0 <= high
    benefit, harm, covers = counts / n
    return float(benefit), float(harm), float(covers)
