"""Several EEG derivations vote on every epoch: a weighted mean of their probabilities, without those that stand apart.

YASA's classifiers were trained on central derivations, so those weigh most; frontal ones weigh more than any other and
outvote a central one only where the central ones disagree. A derivation whose
probabilities overlap with the weighted mean of the others by much less than its fellows' do is left out, the worst
first, as long as two remain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..core.finding import Finding
from ..io.channels.labels import parse_label
from ..io.finding_codes import finding_of

__all__ = ["Vote", "region_weight", "vote"]

Probabilities = npt.NDArray[np.float64]

#: Weights of a derivation by the region of its electrode. Chosen on simulated PSGs with one bad derivation.
CENTRAL, FRONTAL, ELSEWHERE = 1.0, 0.15, 0.03
REGIONS = ((re.compile(r"C[1-6Z]$"), CENTRAL), (re.compile(r"(A?F|FP|FC)[1-9Z]0?$"), FRONTAL))
#: How far below the median overlap with the others a derivation's may lie.
APART = 0.08
#: Derivations that are never reduced further: of two that disagree none is known to be wrong.
FEWEST = 2


@dataclass(frozen=True, slots=True, eq=False)
class Vote:
    """What the derivations of a night say together.

    Parameters
    ----------
    probabilities : array of float64, shape (n_epochs, 5)
        NaN where no derivation that took part could be measured.
    taken : tuple of str
        The derivations that took part.
    apart : mapping of str to float
        Those left out, and the overlap of their probabilities with the others' mean, 0 to 1.
    """

    probabilities: Probabilities
    taken: tuple[str, ...]
    apart: Mapping[str, float]

    def findings(self, missing: tuple[str, ...] = ()) -> tuple[Finding, ...]:
        """Who took part, and who did not and why; `missing` names derivations that were flat or missing all night."""
        voters = ", ".join(self.taken) if len(self.taken) > 1 else f"{self.taken[0]} alone"
        return (
            finding_of("eeg-vote", "recording", f"stages are voted by {voters}"),
            *(finding_of("eeg-left-out", name, "flat or missing in every epoch") for name in missing),
            *(
                finding_of("eeg-left-out", name, f"its stages overlap with those of the others by {overlap:.0%} only")
                for name, overlap in self.apart.items()
            ),
        )


def region_weight(name: str) -> float:
    """Weight of a derivation in the vote: 1 central, 0.15 frontal, 0.03 elsewhere.

    Examples
    --------
    >>> region_weight("EEG C4-M1"), region_weight("AF7-TP10"), region_weight("O2-M1")
    (1.0, 0.15, 0.03)
    """
    active = parse_label(name).active
    return next((weight for electrodes, weight in REGIONS if electrodes.match(active)), ELSEWHERE)


def vote(probabilities: Mapping[str, Probabilities]) -> Vote:
    """Average the probabilities of several derivations over those that are sound.

    Parameters
    ----------
    probabilities : mapping of str to array, shape (n_epochs, 5)
        By the name of the derivation; NaN in epochs that it cannot be measured in.

    Examples
    --------
    >>> sure = np.tile([0.0, 0.0, 1.0, 0.0, 0.0], (3, 1))
    >>> voted = vote({"C4-M1": sure, "C3-M2": sure, "O2-M1": np.roll(sure, 1, axis=1)})
    >>> voted.taken, voted.probabilities[0].tolist()
    (('C4-M1', 'C3-M2'), [0.0, 0.0, 1.0, 0.0, 0.0])
    """
    names = list(probabilities)
    rows = np.stack([probabilities[name] for name in names])
    weights = np.array([region_weight(name) for name in names])
    taking_part = np.ones(len(names), np.bool_)
    apart: dict[str, float] = {}
    while taking_part.sum() > FEWEST:
        overlaps = _overlaps(rows, weights, taking_part)
        if not np.isfinite(overlaps).any():
            break
        worst = int(np.nanargmin(overlaps))
        if overlaps[worst] >= np.nanmedian(overlaps) - APART:
            break
        taking_part[worst] = False
        apart[names[worst]] = float(overlaps[worst])
    taken = tuple(name for name, takes in zip(names, taking_part, strict=True) if takes)
    return Vote(_mean(rows[taking_part], weights[taking_part]), taken, apart)


def _overlaps(rows: Probabilities, weights: Probabilities, taking_part: npt.NDArray[np.bool_]) -> Probabilities:
    """Mean over epochs of the shared probability of each derivation and the mean of the others, shape (n,)."""
    overlaps = np.full(len(rows), np.nan)
    for i in np.flatnonzero(taking_part):
        others = taking_part.copy()
        others[i] = False
        shared = np.minimum(rows[i], _mean(rows[others], weights[others])).sum(axis=1)
        if np.isfinite(shared).any():
            overlaps[i] = np.nanmean(shared)
    return overlaps


def _mean(rows: Probabilities, weights: Probabilities) -> Probabilities:
    """Weighted mean over the derivations that know an epoch; NaN where none does."""
    known = np.isfinite(rows[:, :, 0])
    weight = known * weights[:, None]
    total = np.where(known.any(axis=0), weight.sum(axis=0), np.nan)
    summed: Probabilities = np.einsum("de,dep->ep", weight, np.where(known[:, :, None], rows, 0.0))
    return summed / total[:, None]
