"""Studies whose power is known from elsewhere, and how it follows from the design by hand."""

from __future__ import annotations

import math

from somnometry.claims.sample_size import p_supported
from somnometry.core.claim import Claim

from .error_rates import Case, case


def _power_case(metric: str, effect: float, within: float, subjects: int, nights: int) -> Case:
    direction = "decreases" if metric == "waso" else "increases"
    claim = Claim(metric, direction, smallest_effect=effect)
    return case("2x2", claim, subjects=subjects, nights=nights, spreads={metric: {"within": within}}, first_night=False,
                effects={metric: -effect if metric == "waso" else effect})  # fmt: skip


#: Power of whole verdicts, before Holm, 2x2 with k nights per period and responses that differ by 0.4 within-SD.
POWER: dict[str, tuple[Case, float]] = {
    "TST, within-SD 42": (_power_case("tst", 15.0, 42.0, 24, 1), 0.21),
    "TST, within-SD 42, four nights": (_power_case("tst", 15.0, 42.0, 48, 4), 0.84),
    "WASO, within-SD 30": (_power_case("waso", 20.0, 30.0, 24, 2), 0.83),
    "REM %, within-SD 4.5": (_power_case("rem_percent", 2.5, 4.5, 24, 4), 0.90),
}


def expected_power(of: Case) -> float:
    """Power by hand: variance of a subject's difference is within^2 (2 / k + response^2), df are n - 2."""
    within = of.model.spread(of.claim.metric).within
    response = float(of.model.response[of.model.metrics.index(of.claim.metric)])
    variance = within**2 * (2 / of.model.nights + response**2)
    n = of.model.subjects
    return p_supported(of.truth, math.sqrt(variance / n), n - 2, of.margin)


def heterogeneous(nights: int, sd: float, *, subjects: int = 24, unequal: float = 1.0) -> Case:
    """Plan a crossover with each arm twice; `sd` of the effects over people, in smallest effects of interest.

    Nights under treatment vary `unequal` times as much as those under the control.
    """
    claim = Claim("tst", kind="heterogeneity", smallest_effect=41.8)
    return case("2 arms x 2 periods each", claim, subjects=subjects, periods=4, nights=nights, response=sd, truth=0.0,
                heteroscedastic=unequal)  # fmt: skip
