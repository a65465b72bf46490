"""`certainty`: what the probabilities of a hypnogram say of its stages, epoch by epoch and over the night."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..core.arrays import frozen_array
from ..core.equality import EqualByFields
from ..core.hypnogram import Hypnogram
from ..core.stage import STAGES_OF_LEVEL

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Certainty", "certainty"]


@dataclass(frozen=True, slots=True, eq=False)
class Certainty(EqualByFields):
    """How certain the stager is of a night.

    Parameters
    ----------
    entropy : array of float64, shape (n_epochs,)
        Shannon entropy of each epoch, bits: 0 where one stage is certain, log2 5 = 2.32 where all are as likely. NaN
        where an epoch has no probabilities. Read-only.
    margin : array of float64, shape (n_epochs,)
        The largest probability less the second largest, 0 to 1. NaN likewise. Read-only.
    expected_minutes : mapping of str to float
        By ``"W"``, ``"N1"``, ``"N2"``, ``"N3"``, ``"R"``: the sum of the probabilities between the lights, minutes.
    expected_tst : float
        The sum of the probabilities of sleep between the lights, minutes.
    minutes : float
        Time between the lights that has probabilities; the expected minutes sum to it.
    mean_entropy, mean_margin : float
        Means over the epochs between the lights that have probabilities.
    reasons : mapping of str to str
        For every number over the night that is NaN, why.

    Notes
    -----
    Expected minutes of a calibrated stager are unbiased where minutes counted from the likeliest stage are not. They
    say nothing of runs, latencies and awakenings: errors of neighbouring epochs belong together.
    """

    entropy: npt.NDArray[np.float64]
    margin: npt.NDArray[np.float64]
    expected_minutes: Mapping[str, float]
    expected_tst: float
    minutes: float
    mean_entropy: float
    mean_margin: float
    reasons: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "entropy", frozen_array(self.entropy, np.float64))
        put(self, "margin", frozen_array(self.margin, np.float64))
        put(self, "expected_minutes", MappingProxyType(dict(self.expected_minutes)))
        put(self, "reasons", MappingProxyType(dict(self.reasons)))

    def __reduce__(self) -> tuple[Any, ...]:
        return Certainty, (
            self.entropy, self.margin, dict(self.expected_minutes), self.expected_tst, self.minutes,
            self.mean_entropy, self.mean_margin, dict(self.reasons),
        )  # fmt: skip

    def __repr__(self) -> str:
        return (
            f"Certainty(expected TST {self.expected_tst:.1f} min, mean entropy {self.mean_entropy:.2f} bits, "
            f"mean margin {self.mean_margin:.2f})"
        )

    def to_frame(self) -> pd.DataFrame:
        """Give a table with one row per epoch and the columns ``entropy`` and ``margin``."""
        import pandas as pd

        return pd.DataFrame({"entropy": self.entropy, "margin": self.margin}).rename_axis("epoch")


def certainty(hypnogram: Hypnogram) -> Certainty:
    """Measure how certain the stages of a night are; expected minutes of each, entropy in bits, margin from 0 to 1.

    Parameters
    ----------
    hypnogram : Hypnogram
        With probabilities. Numbers over the night are of the epochs between the lights, as far as these are known;
        entropy and margin are of every epoch.

    Returns
    -------
    Certainty
        NaN throughout where the hypnogram has no probabilities; ``reasons`` says so.

    Notes
    -----
    Shannon 1948, Bell System Technical Journal 27:379. A hypnodensity in the sense of Stephansen et al. 2018, Nature
    Communications 9:5229, which names it so.

    Examples
    --------
    >>> from somnometry.core.hypnogram import Hypnogram
    >>> night = Hypnogram([0, 2], probabilities=[[1, 0, 0, 0, 0], [0, 0.25, 0.5, 0.25, 0]])
    >>> certain = certainty(night)
    >>> certain.entropy, certain.margin
    (array([0. , 1.5]), array([1.  , 0.25]))
    >>> certain.expected_minutes["N2"], certain.expected_tst, certain.mean_entropy
    (0.25, 0.5, 0.75)
    """
    labels = [stage.label for stage in STAGES_OF_LEVEL[5]]
    unknown = np.full(hypnogram.n_epochs, np.nan)
    probabilities = hypnogram.probabilities
    known = hypnogram.in_bed if probabilities is None else hypnogram.in_bed & ~np.isnan(probabilities).any(axis=1)
    if probabilities is None or not known.any():
        reason = (
            "the hypnogram has no probabilities"
            if probabilities is None
            else "no epoch between the lights has probabilities"
        )
        entropy, margin = (unknown, unknown) if probabilities is None else _epoch_by_epoch(probabilities)
        names = ("expected_minutes", "expected_tst", "minutes", "mean_entropy", "mean_margin")
        nothing = dict.fromkeys(labels, math.nan)
        return Certainty(entropy, margin, nothing, math.nan, math.nan, math.nan, math.nan, dict.fromkeys(names, reason))
    entropy, margin = _epoch_by_epoch(probabilities)
    minutes = probabilities[known].sum(axis=0) * hypnogram.epoch / 60
    return Certainty(
        entropy=entropy,
        margin=margin,
        expected_minutes=dict(zip(labels, minutes.tolist(), strict=True)),
        expected_tst=float(minutes[1:].sum()),
        minutes=int(np.count_nonzero(known)) * hypnogram.epoch / 60,
        mean_entropy=float(entropy[known].mean()),
        mean_margin=float(margin[known].mean()),
    )


def _epoch_by_epoch(
    probabilities: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Give the entropy and the margin of each epoch; a probability of 0 adds nothing to the entropy."""
    bits = np.zeros_like(probabilities)
    np.log2(probabilities, out=bits, where=probabilities > 0)
    entropy = np.abs((probabilities * bits).sum(axis=1))  # minus the sum, which is never positive; and never -0
    ordered = np.sort(probabilities, axis=1)
    margin: npt.NDArray[np.float64] = ordered[:, -1] - ordered[:, -2]
    return entropy, margin
