"""Batches of simulated studies of a declared design, and the outcomes of their claims."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...calibration.calibration import Calibration
from ...core.errors import ClaimError, SimulationError
from ...core.reason import Reason
from ...core.schedule import Schedule
from ...core.study import Device, Study
from ...core.verdict import Outcome
from ...metrics.period_metrics import PERIOD_METRICS
from ...simulate.outcomes import OutcomeModel, draw_study
from ...simulate.plan import StudyPlan
from ...simulate.spreads import RESPONSE
from ..case import adjusted_pairs, decide, examine
from ..data.estimand import Estimand
from ..data.study_nights import DESIGN_COLUMNS, StudyNights
from ..mixed.layouts import layouts_kept
from ..shared_fits import sharing_fits
from .audited_nights import PlannedAudit
from .planned_spreads import SpreadGiven, latency_effect, of_one_person, planned_spread, shown_part, with_error
from .power_table import ADJUSTMENTS, OUTCOMES, Counts
from .scenarios import Truth, metrics_of

__all__ = ["Batch", "model_of", "nights_of", "outcomes_of", "run", "untestable"]

#: Condition of the baseline of a simulated parallel study.
BASELINE = "baseline"
#: How the order of one person's treatments is drawn: as it is declared -> as it is simulated.
SCHEMES = {"blocks": "paired", "complete": "randomised"}


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Some of the simulated studies of one size; what a process needs for them.

    Parameters
    ----------
    study : Study
        Its claims are those that are simulated.
    scenarios : tuple of OutcomeModel
    pairs : tuple of (int, int)
        Of each claim, the scenario in which it has its effect, and the one in which it has none.
    unseen : (int, int)
        As in `adjusted_pairs`, for Holm.
    seed : int
    which : range
        Numbers of the studies.
    calibration : Calibration, optional
        Of the stager of the nights.
    audit : PlannedAudit, optional
        Who scores the nights, and whom people score too.
    """

    study: Study
    scenarios: tuple[OutcomeModel, ...]
    pairs: tuple[tuple[int, int], ...]
    unseen: tuple[int, int]
    seed: int
    which: range
    calibration: Calibration | None = None
    audit: PlannedAudit | None = None


def model_of(
    study: Study,
    truth: Truth,
    arms: tuple[str, ...],
    own: Mapping[str, SpreadGiven],
    device: Device | None,
    periods: int | None,
    calibration: Calibration | None = None,
) -> OutcomeModel:
    """Data-generating model of one scenario, of any size.

    A calibrated stager shows the least part of an effect on the mean that its calibration leaves.
    """
    design = study.design or study.claims[0].design
    assert design is not None  # guaranteed by `resolved` and `unsimulated`
    assert design != "single-arm"
    declared = study.schedule if design == "n-of-1" else None
    if design == "n-of-1" and declared is None:
        raise ClaimError("the order of one person's treatments takes a schedule", key="study.schedule")
    keys = dict.fromkeys(metric for claim in study.claims for metric in metrics_of(claim))
    keys |= dict.fromkeys(metric for _, metric, _ in truth)
    human, seen = {}, {}
    for key in ("tst", *keys):
        spread = planned_spread(key, own)
        if spread is None:
            raise ClaimError(
                f"nothing is known of the spread of {key!r}, for which an effect is given",
                remedy="give spreads",
                key=f"spreads.{key}",
            )
        human[key], seen[key] = spread, with_error(key, spread, device, calibration)
        if design == "n-of-1":
            seen[key] = of_one_person(seen[key])
    usual = 0.0 if design == "n-of-1" else RESPONSE
    response = {}
    for key in seen:
        sd = truth.get(("response", key, ""), usual * human[key].within)
        response[key] = sd / seen[key].within if seen[key].within > 0 else 0.0
    effects: dict[str, dict[str, float]] = {key: {} for key in seen}  # in one order, so that scenarios draw alike
    for (what, metric, arm), value in truth.items():
        if what == "mean" and calibration is not None:
            value = shown_part(value, metric, human[metric].kind, calibration)
        if what == "mean" and human[metric].kind == "latency":  # of what is analysed: the mean up to the horizon
            value = latency_effect(value, seen[metric], _horizon(study, metric), response[metric])
        if what == "mean":
            effects[metric][arm] = value
    try:
        model = StudyPlan(
            design=design,
            arms=arms,
            subjects=1 if design == "n-of-1" else 2 * len(arms),
            effects=effects,
            metrics=tuple(seen),
            spreads=seen,
            periods=periods if declared is None or periods is not None else declared.periods,
            baseline=study.baseline is not None and design == "parallel",
            schedule=None if declared is None else _schedule(declared, periods),
            response=response,
        ).model
    except SimulationError as error:
        raise ClaimError(
            f"no such study can be simulated: {error.what}", place=error.place, remedy=error.remedy, key=error.key
        ) from None
    factor = np.array(model.within_factor)
    for (what, metric, arm), value in truth.items():
        if what == "within":  # what the device errs does not change with the treatment
            error2 = seen[metric].within ** 2 - human[metric].within ** 2
            factor[model.metrics.index(metric), arms.index(arm)] = (
                math.sqrt((value * human[metric].within) ** 2 + error2) / seen[metric].within
            )
    return dataclasses.replace(model, within_factor=factor)


def run(batch: Batch) -> Counts:
    """Simulate and judge some studies: counts by claim, truth, adjustment and outcome."""
    counts = np.zeros((len(batch.study.claims), 2, len(ADJUSTMENTS), len(OUTCOMES)), np.int64)
    size = batch.scenarios[0].subjects, batch.scenarios[0].nights
    used = sorted({scenario for pair in batch.pairs for scenario in pair})
    nights: StudyNights | None = None
    with layouts_kept():
        for i in batch.which:
            own = int(np.random.SeedSequence([batch.seed, *size, i]).generate_state(1, np.uint64)[0])
            with sharing_fits():
                decided_in: dict[int, list[list[Outcome]]] = {}
                for w in used:
                    columns = nights_of(batch.study, batch.scenarios[w], own, batch.audit)
                    nights = _laid_out(columns, batch.study, nights)
                    decided_in[w] = _outcomes(batch.study, nights, batch.unseen, batch.calibration)
            for w, outcomes in decided_in.items():
                for c, pair in enumerate(batch.pairs):
                    for truth in (0, 1):
                        if pair[truth] == w:
                            for a, decided in enumerate(outcomes):
                                counts[c, truth, a, OUTCOMES.index(decided[c])] += 1
    return counts


def outcomes_of(study: Study, model: OutcomeModel, seed: int, unseen: tuple[int, int]) -> list[list[Outcome]]:
    """Draw one study and judge it: the outcomes of the claims under each adjustment."""
    return _outcomes(study, StudyNights.of(nights_of(study, model, seed), study), unseen, None)


def _laid_out(columns: dict[str, npt.NDArray[Any]], study: Study, before: StudyNights | None) -> StudyNights:
    """Lay out a table of nights; one with the nights of a table that was laid out is laid out as that."""
    leave = study.exclude or study.intercurrent != "treatment-policy"
    if before is None or leave or {*columns} != {*before.columns}:
        return StudyNights.of(columns, study)
    if any(name in columns and not np.array_equal(columns[name], before.columns[name]) for name in DESIGN_COLUMNS):
        return StudyNights.of(columns, study)
    return dataclasses.replace(before, columns=columns)


def _outcomes(
    study: Study, nights: StudyNights, unseen: tuple[int, int], calibration: Calibration | None
) -> list[list[Outcome]]:
    known = () if calibration is None else (calibration,)
    cases = [examine(claim, study, nights, known) for claim in study.claims]
    outcomes = []
    for adjustment in ADJUSTMENTS:
        if adjustment == "none":
            pairs = [(case.p, case.p_equivalence) for case in cases]
        else:
            pairs = adjusted_pairs(cases, adjustment, unseen if adjustment == "holm" else (0, 0))
        outcomes.append([decide(case, *pair).outcome for case, pair in zip(cases, pairs, strict=True)])
    return outcomes


def untestable(study: Study, model: OutcomeModel) -> dict[str, Reason]:
    """Claims that studies of this design and size cannot test, and why."""
    nights = StudyNights.of(nights_of(study, model, 0), study)
    cases = [examine(claim, study, nights) for claim in study.claims]
    return {case.claim.name: case.lacking for case in cases if case.lacking is not None and not case.is_tested}


def nights_of(
    study: Study, model: OutcomeModel, seed: int, audit: PlannedAudit | None = None
) -> dict[str, npt.NDArray[np.generic]]:
    """Draw the nights of one study as a table; crossovers sorted by sequence, so that they are laid out alike."""
    columns = draw_study(model, seed) if audit is None else audit.draw(model, seed)
    if model.design == "crossover":
        of_subject = columns["sequence"].reshape(model.subjects, -1)[:, 0]
        order = np.argsort(of_subject.astype(str), kind="stable")
        columns = {name: of.reshape(model.subjects, -1)[order].ravel() for name, of in columns.items()}
    columns["subject"] = np.arange(model.subjects).repeat(len(columns["subject"]) // model.subjects)  # read faster
    if study.baseline is not None and study.baseline != BASELINE:
        columns["condition"] = np.where(columns["condition"] == BASELINE, study.baseline, columns["condition"])
    for metric in model.metrics:
        if metric in PERIOD_METRICS:  # one value for all nights of a period
            first = columns[metric].reshape(-1, model.nights)[:, :1]
            columns[metric] = np.repeat(first, model.nights, axis=1).ravel()
    return columns


# ------------------------------------------------------------------------------------------------------------- helpers
def _horizon(study: Study, metric: str) -> float:
    """Minutes to which a latency is watched by the first claim on it."""
    watching = (claim for claim in study.claims if metric in metrics_of(claim))
    return Estimand.of(next(watching, study.claims[0]), metric).watched_to


def _schedule(declared: Schedule, periods: int | None) -> str | Schedule:
    """How the order of one person's treatments is drawn, or the order that was."""
    if declared.periods is not None and periods not in (None, declared.periods):
        raise ClaimError(
            f"the schedule has {declared.periods} periods, and {periods} were asked for",
            remedy="leave one of them out",
            key="periods",
        )
    is_whole = (declared.periods or periods or 2) % 2 == 0
    if declared.scheme in SCHEMES and declared.block == 2 and not declared.order and is_whole:
        return SCHEMES[declared.scheme]
    return declared
