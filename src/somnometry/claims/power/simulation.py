"""`power`: how often studies of a declared design would support its claims, by the code that judges real ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import numpy as np

from ...calibration.calibration import Calibration
from ...core.claim import Claim
from ...core.errors import ClaimError
from ...core.reason import Reason
from ...core.study import Device, Staging, Study
from ...metrics.period_metrics import PERIOD_METRICS
from ..as_declared import resolved
from ..data.sample import MIN_NIGHTS
from .audited_nights import planned_audit
from .batches import Batch, model_of, run, untestable
from .planned_spreads import SpreadGiven
from .power_table import ADJUSTMENTS, OUTCOMES, Counts, PowerRow, PowerTable
from .scenarios import ABSENCE, EffectsGiven, Truth, arms_of, given_truth, scenarios_of
from .unsimulated import Unsimulated, unsimulated

__all__ = ["power"]

#: Studies that are simulated at a time: few enough that several processes end together.
CHUNK = 50


def power(
    study: Study,
    *,
    subjects: Sequence[int],
    nights: Sequence[int],
    effects: Literal["smallest"] | EffectsGiven = "smallest",
    spreads: Mapping[str, SpreadGiven] | None = None,
    n_studies: int = 500,
    seed: int = 0,
    device_error: Device | None = None,
    calibration: Calibration | None = None,
    audit: int | None = None,
    periods: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    mapper: Callable[[Callable[[Batch], Counts], Iterable[Batch]], Iterable[Counts]] = map,
) -> PowerTable:
    """Power of the claims of a study, 0 to 1, by simulation through the analysis that will judge it.

    Studies of the declared design are drawn whose true effects are the smallest ones of interest, all at once, and
    studies in which nothing has an effect; `judge_all` decides on both, with each adjustment for the number of claims.

    Parameters
    ----------
    study : Study
        With its claims.
    subjects : sequence of int
        Who complete the study, all arms together. One person's study has 1.
    nights : sequence of int
        Per period.
    effects : "smallest", or mapping of str to float or to mapping of str to float
        Metric -> true effect of the treatment, or -> arm -> effect: in its unit, downwards negative; of a count the
        ratio of rates per hour slept; of a latency minutes of its mean up to the horizon.
    spreads : mapping of str to Spread, or to mapping of str to number, optional
        In the place of those of `PLANNING` and `SPREADS`, for some of the numbers of one, or for columns of the study's
        own, whose claims can then be simulated.
    n_studies : int
        Simulated studies of each size, with and without the effects.
    seed : int
        Same seed and arguments, same table.
    device_error : {"psg", "headband"}, optional
        Add the error of a device's algorithm (`with_error`) and judge the nights as automatically staged on it, unless
        the study declares its staging. By default nights are as humans score them.
    calibration : Calibration, optional
        Of the stager that will score the nights: it shows the least part of each effect that the calibration leaves,
        and errs as that says, and the nights are judged with it.
    audit : int, optional
        Of a crossover, subjects whom people score too, drawn by lot within sequences: the claims on means of metrics
        in their own unit are then judged by both. It takes a calibration, whose slope and errors the program has.
    periods : int, optional
        Of a crossover, by default one for each arm; of one person's study, by default seven for each arm.
    progress : function, optional
        Called with how many simulated studies are done, and how many there are.
    mapper : function
        In the place of `map`, such as ``ProcessPoolExecutor.map``: it is given a function and its arguments, all of
        which can be pickled.

    Returns
    -------
    PowerTable

    Raises
    ------
    ClaimError
        Where the study makes no claim or contradicts itself, or for a size that no study can have.

    Notes
    -----
    The truth of a superiority is its smallest effect; of a dose-response that effect at the top dose and none at the
    lowest active one; of a difference that of the last arm against the first; of a consistency the ratio of
    night-to-night SDs; of a heterogeneity the SD of people's own effects, which is else 0.4 night-to-night SDs.
    Non-inferiority and equivalence are supported where there is no effect, and so their power is that of no effect.
    Claims whose truths exclude each other are simulated apart, everything else being the same.

    A claim that cannot be simulated but that the study may test, such as one on a column of its own, counts for Holm as
    if it failed; a fixed sequence passes it over.

    Examples
    --------
    >>> claim = Claim("waso", "decreases", smallest_effect=20.0)
    >>> study = Study((claim,), design="crossover", treatment="active", control="placebo", randomised=True)
    >>> table = power(study, subjects=[24], nights=[2], n_studies=100)
    >>> table.rows[0].before > 0.7, table.rows[0].before == table.rows[0].after
    (True, True)
    """
    if not study.claims:
        raise ClaimError("the study makes no claim", remedy="give it claims", key="study.claims")
    _check_sizes(study, subjects, nights, n_studies)
    spreads = dict(spreads or {})
    given = None if effects == "smallest" else effects
    claims = [resolved(claim, study) for claim in study.claims]
    design = study.design or claims[0].design
    why = {claim.name: unsimulated(claim, study, design, spreads, given) for claim in claims}
    simulated = tuple(claim for claim in claims if why[claim.name] is None)
    lost = [one for one in why.values() if one is not None]
    if not simulated:
        return PowerTable((), tuple(lost), study, {}, device_error, seed)
    arms = arms_of(simulated, study)
    if len(arms) < 2:
        raise ClaimError(
            "the study names no two conditions to compare", remedy="give it treatment and control", key="study.control"
        )
    if given is None:
        truths, pairs = scenarios_of(simulated, study, arms)
    else:
        truths, pairs = [given_truth(given, arms), {}], [(0, 1)] * len(simulated)
    judged = dataclasses.replace(study, claims=simulated)
    staging: Staging = "human" if device_error is None and calibration is None else "auto"
    device = device_error or (calibration.device if calibration is not None else None) or study.device or "psg"
    judged = dataclasses.replace(judged, device=device, staging=study.staging or staging)
    planned = None if audit is None else planned_audit(judged, audit, subjects, calibration, spreads)
    of_stager = (device_error, periods, calibration) if planned is None else (None, periods, None)
    models = [model_of(judged, truth, arms, spreads, *of_stager) for truth in truths]

    rows: dict[tuple[str, int, int], Counts] = {}
    lacking: dict[str, Reason] = {}
    batches: list[Batch] = []
    sizes = [(n, k) for k in nights for n in subjects]
    for n, k in sizes:
        scenarios = tuple(dataclasses.replace(model, subjects=n, nights=k) for model in models)
        reasons = untestable(judged, scenarios[0])
        lacking |= reasons
        alive = [i for i, claim in enumerate(simulated) if claim.name not in reasons]
        rows |= {(claim.name, n, k): _untested(n_studies, claim.name in reasons) for claim in simulated}
        if alive:
            part = dataclasses.replace(judged, claims=tuple(simulated[i] for i in alive))
            own = tuple(pairs[i] for i in alive)
            batches += [
                Batch(
                    part,
                    scenarios,
                    own,
                    _unseen(claims, lost, k),
                    seed,
                    range(i, min(i + CHUNK, n_studies)),
                    calibration,
                    planned,
                )
                for i in range(0, n_studies, CHUNK)
            ]
    done, total = 0, sum(len(batch.which) for batch in batches)
    for batch, counts in zip(batches, mapper(run, batches), strict=True):
        size = batch.scenarios[0].subjects, batch.scenarios[0].nights
        for claim, of_claim in zip(batch.study.claims, counts, strict=True):
            rows[claim.name, *size] += of_claim
        done += len(batch.which)
        if progress is not None:
            progress(done, total)

    never = OUTCOMES.index("not testable")
    names = [claim.name for claim in simulated if any(rows[claim.name, n, k][..., :never].any() for n, k in sizes)]
    lost += [Unsimulated(claim.name, lacking[claim.name], False) for claim in simulated if claim.name not in names]
    order = [claim.name for claim in claims]
    return PowerTable(
        tuple(PowerRow(name, n, k, rows[name, n, k], study.multiplicity) for name in names for n, k in sizes),
        tuple(sorted(lost, key=lambda one: order.index(one.claim))),
        study,
        {c.name: _labelled(c, truths[at]) for c, (at, _) in zip(simulated, pairs, strict=True) if c.name in names},
        device_error,
        seed,
        audit,
    )


# ------------------------------------------------------------------------------------------------------------- helpers
def _check_sizes(study: Study, subjects: Sequence[int], nights: Sequence[int], n_studies: int) -> None:
    for name, sizes in (("subjects", subjects), ("nights", nights), ("n_studies", (n_studies,))):
        if not sizes or min(sizes) < 1:
            raise ClaimError(f"{name} are whole numbers from 1, not {list(sizes)}", key=name)
        if len(set(sizes)) < len(sizes):
            raise ClaimError(f"{name} names {max(sizes, key=list(sizes).count)} twice", key=name)
    if study.design == "n-of-1" and set(subjects) != {1}:
        raise ClaimError(f"one person's study has 1 subject, not {list(subjects)}", key="subjects")


def _unseen(claims: Sequence[Claim], lost: Sequence[Unsimulated], nights: int) -> tuple[int, int]:
    """Count the claims that the study may test though they are not simulated, and those that could be equivalent."""
    names = {one.claim for one in lost if one.is_counted}
    tested = [claim for claim in claims if claim.name in names and (nights >= MIN_NIGHTS or not _needs_many(claim))]
    equal = [claim for claim in tested if claim.kind not in ABSENCE and claim.smallest_effect is not None]
    return len(tested), len(equal)


def _needs_many(claim: Claim) -> bool:
    return claim.kind == "consistency" or claim.metric in PERIOD_METRICS


def _untested(n_studies: int, is_untestable: bool) -> Counts:
    """Counts of a claim before any study, or where none of them can test it."""
    counts = np.zeros((2, len(ADJUSTMENTS), len(OUTCOMES)), np.int64)
    if is_untestable:
        counts[..., OUTCOMES.index("not testable")] = n_studies
    return counts


def _labelled(claim: Claim, truth: Truth) -> dict[str, float]:
    """Truth of the metrics of a claim, by labels such as 'mean tst active'."""
    metrics = [part.metric for part in claim.components]
    return {
        " ".join(filter(None, (what, metric, arm))): value
        for (what, metric, arm), value in truth.items()
        if metric in metrics
    }
