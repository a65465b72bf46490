"""`StudyAudit`: the subjects of a study whom people scored too, and the effect of a claim by them and all others.

A row of the table carries both values of a metric: what the program found, and beside it, in `<metric>_human`, what
people scored of the same night, blank where nobody did. A subject counts as audited if every night of both arms that
is used has both.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..core.reason import Reason
from .analysis import Fitted, Question
from .data.estimand import Estimand
from .data.sample import NotTestableError, Sample
from .data.study_nights import HUMAN_COLUMN
from .designs.audited_effect import LEAST_AUDITED, audited_effect
from .designs.effect import Effect

__all__ = ["AUDITED", "StudyAudit", "audit_of"]

#: Tag of verdicts that rest on an audit; the engine alone sets it.
AUDITED = "auto+audited"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StudyAudit:
    """What an audit says of a claim.

    Parameters
    ----------
    n, rest : int
        Subjects whom people scored too, and whom the program alone scored.
    effect : Effect, optional
        Treatment less control on the human-scored metric; None where too few were audited.
    """

    n: int
    rest: int
    effect: Effect | None = None

    @property
    def reason(self) -> Reason:
        """What was done with it."""
        facts = {"n": self.n, "of": self.n + self.rest}
        return Reason("audited", facts) if self.effect else Reason("few-audited", {**facts, "least": LEAST_AUDITED})


def audit_of(question: Question, fitted: Fitted) -> StudyAudit | None:
    """Find what people scored of a claim's nights besides the program; None where nobody did, or it is of no use.

    It serves crossovers and means over nights, in the metric's unit: not latencies, counts per hour and spreads.
    """
    claim, column = question.claim, question.claim.metric + HUMAN_COLUMN
    if not question.slopes.by_machine or claim.design != "crossover" or column not in question.nights.columns:
        return None
    sample, estimand = fitted.sample, Estimand.of(claim)
    if sample.scale != "difference" or sample.is_latency or estimand.summary != "mean":
        return None
    given = question.nights
    both = dataclasses.replace(given, columns={**given.columns, claim.metric: given.columns[column]})
    try:
        people = dataclasses.replace(question, nights=both).sample(estimand)
    except NotTestableError:
        return None
    treatment, control = claim.treatment or sample.arms[1], claim.control or sample.arms[0]
    arms = (sample.arms.index(treatment), sample.arms.index(control))
    automatic, nights = _differences(sample, arms)
    human, scored = _differences(people, arms)
    whole = np.isfinite(automatic)
    audited = whole & np.isfinite(human) & (scored == nights).all(axis=1)
    rest = whole & ~audited
    n = int(audited.sum())
    if n < LEAST_AUDITED:
        return StudyAudit(n, int(rest.sum()))
    names, sequence = np.unique(np.array(sample.sequences, str), return_inverse=True)
    held = np.unique(sequence[whole], return_inverse=True)[1]
    sequence[whole] = held
    per_sequence = [np.bincount(sequence[some], minlength=int(held.max()) + 1) for some in (audited, rest)]
    if not per_sequence[0].all() or n <= names.size or (rest.any() and not per_sequence[1].all()):
        sequence = np.zeros_like(sequence)  # a sequence of which nobody was audited: its effects of period are not told
    effect = audited_effect(human[audited], automatic[audited], automatic[rest], sequence[audited], sequence[rest])
    return StudyAudit(n, int(rest.sum()), effect)


def _differences(sample: Sample, arms: tuple[int, int]) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Treatment less control of each subject, NaN without either; and its nights in both, of shape (n_subjects, 2)."""
    n_subjects = len(sample.subjects)
    means, counts = [], []
    for arm in arms:
        here = sample.arm == arm
        n = np.bincount(sample.subject[here], sample.n_nights[here], minlength=n_subjects)
        total = np.bincount(sample.subject[here], sample.y[here] * sample.n_nights[here], minlength=n_subjects)
        with np.errstate(invalid="ignore", divide="ignore"):
            means.append(total / n)
        counts.append(n)
    return means[0] - means[1], np.stack(counts, axis=1).astype(np.intp)
