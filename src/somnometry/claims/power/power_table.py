"""`PowerTable`: outcomes of claims in simulated studies of several sizes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from ...core.arrays import frozen_array
from ...core.equality import EqualByFields
from ...core.study import Device, Multiplicity, Study
from ...core.verdict import Outcome
from .unsimulated import Unsimulated

__all__ = ["ADJUSTMENTS", "OUTCOMES", "Adjustment", "Counts", "PowerRow", "PowerTable"]

Counts = npt.NDArray[np.int64]
Adjustment = Literal["none", "holm", "fixed-sequence"]
Given = Literal["effect", "no effect"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
ADJUSTMENTS: tuple[Adjustment, ...] = get_args(Adjustment)


@dataclass(frozen=True, slots=True, eq=False)
class PowerRow:
    """Outcomes of one claim in the simulated studies of one size.

    Parameters
    ----------
    claim : str
        Its name.
    subjects, nights : int
        In the whole study, and per period.
    counts : array of int, shape (2, 3, 5)
        Studies by truth (the effect, no effect), adjustment (none, Holm, fixed sequence) and outcome, in the order of
        `Outcome`.
    multiplicity : {"holm", "fixed-sequence"}
        As the study declares.
    """

    claim: str
    subjects: int
    nights: int
    counts: Counts
    multiplicity: Multiplicity

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", frozen_array(self.counts, np.int64))

    def __reduce__(self) -> tuple[Any, ...]:
        return PowerRow, (self.claim, self.subjects, self.nights, np.array(self.counts), self.multiplicity)

    @property
    def n_studies(self) -> int:
        """Studies that were simulated."""
        return int(self.counts[0, 0].sum())

    def probability(self, outcome: Outcome, adjustment: Adjustment | None = None, given: Given = "effect") -> float:
        """Probability of an outcome, 0 to 1.

        Parameters
        ----------
        outcome : Outcome
        adjustment : {"none", "holm", "fixed-sequence"}, optional
            As the study declares by default.
        given : {"effect", "no effect"}
        """
        place = ADJUSTMENTS.index(adjustment or self.multiplicity)
        counts = self.counts[get_args(Given).index(given), place]
        return float(counts[OUTCOMES.index(outcome)] / counts.sum())

    def standard_error(self, outcome: Outcome, adjustment: Adjustment | None = None, given: Given = "effect") -> float:
        """Monte-Carlo standard error of `probability`."""
        p = self.probability(outcome, adjustment, given)
        return math.sqrt(p * (1 - p) / self.n_studies)

    @property
    def before(self) -> float:
        """Power of the claim if it were the only one."""
        return self.probability("supported", "none")

    @property
    def after(self) -> float:
        """Power after adjustment for the other claims, as the study declares."""
        return self.probability("supported")

    @property
    def equivalent_if_none(self) -> float:
        """Probability that the claim is found equivalent, after adjustment, if no claim of the study has an effect."""
        return self.probability("equivalent", given="no effect")

    def to_dict(self) -> dict[str, Any]:
        """Columns of the row in a table."""
        return {
            "claim": self.claim,
            "subjects": self.subjects,
            "nights": self.nights,
            "n_studies": self.n_studies,
            "power_before": self.before,
            "power_before_se": self.standard_error("supported", "none"),
            "power_after": self.after,
            "power_after_se": self.standard_error("supported"),
            "power_holm": self.probability("supported", "holm"),
            "power_fixed_sequence": self.probability("supported", "fixed-sequence"),
            **{f"p_{outcome.replace(' ', '_')}": self.probability(outcome) for outcome in OUTCOMES},
            "p_equivalent_if_no_effect": self.equivalent_if_none,
            "p_equivalent_if_no_effect_before": self.probability("equivalent", "none", "no effect"),
            "p_supported_if_no_effect_before": self.probability("supported", "none", "no effect"),
        }


@dataclass(frozen=True, slots=True, eq=False)
class PowerTable(EqualByFields):
    """Power of the claims of a study, by subjects and nights.

    Parameters
    ----------
    rows : tuple of PowerRow
        Claims in their order, and for each nights and then subjects.
    unsimulated : tuple of Unsimulated
        Claims that were not simulated, and why.
    study : Study
    truths : mapping of str to mapping
        Claim -> what is true of its metrics where it has its effect, by labels such as ``mean tst active``.
    device : {"psg", "headband"}, optional
        Whose error the nights have; None where they are as humans would score them.
    seed : int
    audit : int, optional
        Subjects whom people score too.
    """

    rows: tuple[PowerRow, ...]
    unsimulated: tuple[Unsimulated, ...]
    study: Study
    truths: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    device: Device | None = None
    seed: int = 0
    audit: int | None = None

    def __post_init__(self) -> None:
        truths = {claim: MappingProxyType(dict(truth)) for claim, truth in self.truths.items()}
        object.__setattr__(self, "truths", MappingProxyType(truths))

    def __reduce__(self) -> tuple[Any, ...]:
        truths = {claim: dict(truth) for claim, truth in self.truths.items()}
        return PowerTable, (self.rows, self.unsimulated, self.study, truths, self.device, self.seed, self.audit)

    @property
    def claims(self) -> tuple[str, ...]:
        """Names of the claims that have rows."""
        return tuple(dict.fromkeys(row.claim for row in self.rows))

    def of(self, claim: str) -> tuple[PowerRow, ...]:
        """Rows of one claim."""
        return tuple(row for row in self.rows if row.claim == claim)

    def at(self, claim: str, subjects: int, nights: int) -> PowerRow:
        """Row of one claim and size."""
        return next(row for row in self.of(claim) if (row.subjects, row.nights) == (subjects, nights))
