"""Audits that are planned: nights of which people score some subjects too, and how much an audit leaves open."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from ...calibration.calibration import Calibration
from ...catalogue import CATALOGUE
from ...core.errors import ClaimError
from ...core.study import Study
from ...simulate.outcomes import OutcomeModel, as_columns, draw_outcomes
from ...simulate.spreads import RESPONSE
from ...simulate.stagers import SimulatedStager, StagerError, seen_by
from ..data.estimand import Estimand
from ..data.study_nights import HUMAN_COLUMN
from ..designs.audited_effect import LEAST_AUDITED, expected_half_width, half_width
from .planned_spreads import SpreadGiven, planned_spread, shown_part
from .scenarios import metrics_of

__all__ = ["AuditWidth", "PlannedAudit", "audit_widths", "planned_audit"]

#: Subjects that an audit is planned with, where nobody says how many.
USUAL = (8, 12, 16, 24)


@dataclass(frozen=True, slots=True, eq=False)
class PlannedAudit:
    """Who scores the nights of simulated studies: a program all of them, and people those of `n` subjects too."""

    stager: SimulatedStager
    n: int

    def draw(self, model: OutcomeModel, seed: int) -> dict[str, npt.NDArray[np.generic]]:
        """Draw one study as the columns of its table; the audited subjects by lot within their sequences."""
        draws = draw_outcomes(model, seed)
        counts = [key for key, spread in zip(model.metrics, model.spreads, strict=True) if spread.kind == "count"]
        conditions = np.array(model.layout.conditions, object)[draws.conditions]
        true = as_columns(model, draws, draws.values)
        columns = as_columns(model, draws, seen_by(self.stager, draws.values, counts, conditions, seed))
        lot = np.random.default_rng([seed, self.n]).permutation(model.subjects)
        by_sequence: dict[str, list[int]] = {}
        for person in lot.tolist():
            by_sequence.setdefault(str(draws.sequence[person]), []).append(person)
        turns = [(i, k, who) for k, people in enumerate(by_sequence.values()) for i, who in enumerate(people)]
        audited = np.isin(lot, [who for *_, who in sorted(turns)[: self.n]])
        chosen = np.zeros(model.subjects, bool)
        chosen[lot[audited]] = True
        seen = np.repeat(chosen, len(columns["subject"]) // model.subjects)
        for metric in self.stager.errors:
            columns[metric + HUMAN_COLUMN] = np.where(seen, true[metric], np.nan)
        return columns


def planned_audit(
    study: Study, n: int, subjects: Sequence[int], calibration: Calibration | None, own: Mapping[str, SpreadGiven]
) -> PlannedAudit:
    """Check an audit that is planned, and make the stager that errs as its calibration says.

    Raises
    ------
    ClaimError
        Where no calibration says how the program errs, the design takes no audit, or some size has fewer subjects.
    """
    if calibration is None:
        raise ClaimError(
            "an audit is planned by what is known of the program", key="audit", remedy="give a calibration"
        )
    if any((claim.design or study.design) != "crossover" for claim in study.claims):
        raise ClaimError("audits serve crossovers", key="audit", remedy="plan this design without one")
    if not LEAST_AUDITED <= n <= min(subjects):
        raise ClaimError(f"an audit takes {LEAST_AUDITED} to all subjects, not {n} of {min(subjects)}", key="audit")
    errors = {}
    for metric in dict.fromkeys(["tst", *(key for claim in study.claims for key in metrics_of(claim))]):
        spread, known = planned_spread(metric, own), calibration.get(metric)
        if spread is None or known is None or math.isnan(known.sigma_within + known.sigma_person):
            continue
        share = 1.0 if spread.kind == "count" else shown_part(1.0, metric, spread.kind, calibration)
        intercept = known.mean_auto - share * known.mean_human
        errors[metric] = StagerError(share, intercept, known.sigma_within, known.sigma_person)
    return PlannedAudit(SimulatedStager(str(calibration.stager) or "program", errors), n)


@dataclass(frozen=True, slots=True)
class AuditWidth:
    """How much an audit leaves open of the effect on one metric: half the 95 % interval, in the metric's unit.

    Parameters
    ----------
    metric, label, unit : str
    nights : int
        Of a subject in each arm.
    of_error : mapping of int to float
        Subjects of the audit -> what the program's error from night to night leaves, t sigma sqrt(2 / k) / sqrt(n).
    expected : mapping of int to float
        The same with people's differences, and with the others whom the program alone scored.
    subjects : int
        Of the whole study, for `expected`.
    """

    metric: str
    label: str
    unit: str
    nights: int
    of_error: Mapping[int, float]
    expected: Mapping[int, float]
    subjects: int


def audit_widths(
    study: Study,
    calibration: Calibration,
    nights: Sequence[int],
    subjects: int,
    *,
    n: Sequence[int] = USUAL,
    spreads: Mapping[str, SpreadGiven] = MappingProxyType({}),
) -> tuple[AuditWidth, ...]:
    """Half-widths of audits of a study's metrics, by nights: those that an audit serves and the calibration knows.

    Parameters
    ----------
    study : Study
    calibration : Calibration
        Of the program that will score the nights.
    nights : sequence of int
        Per arm.
    subjects : int
        Of the whole study.
    n : sequence of int
        Of the audit; those beyond `subjects` are left out.
    spreads : mapping, optional
        As for `power`.

    Examples
    --------
    >>> from somnometry.calibration.shipped import shipped_calibration
    >>> from somnometry.core.claim import Claim
    >>> study = Study((Claim("n3_percent", "increases", smallest_effect=3.0),), "crossover", "active", "placebo")
    >>> (width,) = audit_widths(study, shipped_calibration("bitbrain-headband"), [2], 40)
    >>> {n: round(half, 1) for n, half in width.of_error.items()}
    {8: 2.7, 12: 2.0, 16: 1.7, 24: 1.3}
    """
    metrics = dict.fromkeys(
        claim.metric
        for claim in study.claims
        if (claim.design or study.design) == "crossover" and Estimand.of(claim).scale == "difference"
    )
    found = []
    for metric in metrics:
        known, spread = calibration.get(metric), planned_spread(metric, spreads)
        if known is None or spread is None or spread.kind != "continuous" or math.isnan(known.sigma_within):
            continue
        share = shown_part(1.0, metric, spread.kind, calibration)
        for k in nights:
            of_people = spread.within * math.hypot(RESPONSE, math.sqrt(2 / k))
            of_error = known.sigma_within * math.sqrt(2 / k)
            sizes = [size for size in n if LEAST_AUDITED <= size <= subjects]
            found.append(
                AuditWidth(
                    metric,
                    CATALOGUE[metric].label,
                    CATALOGUE[metric].unit,
                    k,
                    {size: half_width(known.sigma_within, size, k) for size in sizes},
                    {size: expected_half_width(of_people, of_error, size, subjects - size, share) for size in sizes},
                    subjects,
                )
            )
    return tuple(found)
