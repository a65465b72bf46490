"""`consensus`: one hypnogram of several scorers, and how far they agree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...core.arrays import frozen_array
from ...core.equality import EqualByFields
from ...core.errors import HypnogramError
from ...core.hypnogram import Hypnogram
from ...core.scorer import Scorer
from ...core.stage import STAGES_OF_LEVEL, Stage

__all__ = ["Consensus", "consensus"]

Stages = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Consensus(EqualByFields):
    """What several scorers of one night agree on.

    Parameters
    ----------
    hypnogram : Hypnogram
        The stage of most votes, epoch by epoch. With five levels its probabilities are the shares of the votes.
    n_votes : array of int64, shape (n_epochs,)
        Scorers who scored the epoch. Read-only.
    share : array of float64, shape (n_epochs,)
        Share of those votes that the consensus has, 0 to 1; NaN without votes. Read-only.
    tied : array of bool, shape (n_epochs,)
        Whether the most reliable scorer had to decide. Read-only.
    reliability : array of float64, shape (n_scorers,)
        Mean agreement of each scorer with the others, 0 to 1, in the order given; NaN for one who shares no scored
        epoch with any other. Read-only.
    warnings : tuple of str
        What a reader should know before using the consensus.
    """

    hypnogram: Hypnogram
    n_votes: npt.NDArray[np.int64]
    share: npt.NDArray[np.float64]
    tied: npt.NDArray[np.bool_]
    reliability: npt.NDArray[np.float64]
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "n_votes", frozen_array(self.n_votes, np.int64))
        put(self, "share", frozen_array(self.share, np.float64))
        put(self, "tied", frozen_array(self.tied, np.bool_))
        put(self, "reliability", frozen_array(self.reliability, np.float64))
        put(self, "warnings", tuple(self.warnings))

    def __reduce__(self) -> tuple[Any, ...]:
        return Consensus, (self.hypnogram, self.n_votes, self.share, self.tied, self.reliability, self.warnings)

    def __repr__(self) -> str:
        scored = self.n_votes > 0
        share = float(self.share[scored].mean()) if scored.any() else math.nan
        return (
            f"Consensus({self.reliability.size} scorers, {self.hypnogram.n_epochs} epochs, mean share of the votes "
            f"{share:.3g}, {np.count_nonzero(self.tied)} ties)"
        )


def consensus(hypnograms: Sequence[Hypnogram], *, min_votes: int = 1) -> Consensus:
    """Find the stage of most votes in each epoch; shares of the votes, from 0 to 1, stand for its probabilities.

    Parameters
    ----------
    hypnograms : sequence of Hypnogram
        Scorings of one night by at least two scorers.
    min_votes : int
        How many scorers must have scored an epoch for it to be scored in the consensus.

    Returns
    -------
    Consensus
        Its hypnogram has the epochs, start and lights of those given. It has probabilities where there are five
        levels; ``share`` has the agreement for any.

    Raises
    ------
    HypnogramError
        Where there are fewer than two scorers, or they differ in number or length of epochs, levels, lights, or in a
        start that both know.

    Notes
    -----
    An unscored epoch is no vote. The majority is among those who scored the epoch, however few, so that unscored never
    outvotes a stage; an epoch is unscored in the consensus where fewer than `min_votes` scored it. ``n_votes`` has the
    number, and a warning says how many epochs rest on fewer than half of the scorers.

    A tie goes to the stage, among those tied, of the scorer who agrees best with the others: the mean over the others
    of the share of the epochs scored by both that have the same stage. Between scorers of equal reliability the one
    given first decides; of two scorers it is always the first. Scorers' own probabilities are not looked at.

    Majority with ties to the most reliable scorer is the consensus of Guillot et al. 2020 (IEEE Trans Neural Syst
    Rehabil Eng 28:1955), who compare a scorer with the votes of the others together.

    Examples
    --------
    >>> from somnometry.core.hypnogram import Hypnogram
    >>> a, b, c = Hypnogram([0, 1, 2, 4]), Hypnogram([0, 1, 3, -1]), Hypnogram([0, 2, 4, -1])
    >>> agreed = consensus([a, b, c])
    >>> agreed.hypnogram.stages.tolist(), agreed.tied.tolist(), agreed.n_votes.tolist()
    ([0, 1, 2, 4], [False, False, True, False], [3, 3, 3, 1])
    >>> agreed.hypnogram.probabilities[1].round(2).tolist()
    [0.0, 0.67, 0.33, 0.0, 0.0]
    """
    _check(hypnograms, min_votes)
    first = hypnograms[0]
    stages = np.stack([hypnogram.stages for hypnogram in hypnograms])
    codes = np.array(STAGES_OF_LEVEL[first.levels], np.int8)
    votes = np.stack([np.count_nonzero(stages == code, axis=0) for code in codes], axis=1)
    n_votes = votes.sum(axis=1)
    reliability = _reliability(stages)
    leading = votes == votes.max(axis=1, keepdims=True)
    scored = n_votes >= min_votes
    tied = scored & (np.count_nonzero(leading, axis=1) > 1)
    chosen = _decide(stages, codes, leading, reliability)
    share = np.divide(votes.max(axis=1), n_votes, out=np.full(n_votes.size, np.nan), where=n_votes > 0)
    agreed = first.replace(
        stages=np.where(scored, chosen, Stage.UNSCORED),
        probabilities=_shares(votes, scored) if first.levels == 5 else None,
        start=next((h.start for h in hypnograms if h.start is not None), None),
        scorer=Scorer(kind="consensus", members=tuple(h.scorer for h in hypnograms)),
    )
    return Consensus(agreed, n_votes, share, tied, reliability, _warnings(n_votes, len(hypnograms), min_votes))


def _check(hypnograms: Sequence[Hypnogram], min_votes: int) -> None:
    if len(hypnograms) < 2:
        raise HypnogramError(f"a consensus needs at least two scorers, not {len(hypnograms)}")
    if not 1 <= min_votes <= len(hypnograms):
        raise HypnogramError(f"min_votes must lie between 1 and the {len(hypnograms)} scorers, not at {min_votes}")
    first = hypnograms[0]
    for i, other in enumerate(hypnograms[1:], start=1):
        for what, one, two in (
            ("epochs", first.n_epochs, other.n_epochs),
            ("seconds per epoch", first.epoch, other.epoch),
            ("levels", first.levels, other.levels),
        ):
            if one != two:
                raise HypnogramError(
                    f"scorer 0 has {one:g} {what}, scorer {i} has {two:g}", remedy="they must be of one night"
                )
        for light in ("lights_off", "lights_on"):
            one, two = getattr(first, light), getattr(other, light)
            if not (one == two or (math.isnan(one) and math.isnan(two))):
                raise HypnogramError(
                    f"scorer 0 has {light} at {one:g} s, scorer {i} at {two:g} s",
                    remedy=f"settle on one with hypnogram.replace({light}=...)",
                )
    known = [(i, h.start) for i, h in enumerate(hypnograms) if h.start is not None]
    for i, start in known[1:]:
        if start != known[0][1]:
            raise HypnogramError(f"scorer {known[0][0]} starts at {known[0][1]}, scorer {i} at {start}")


def _reliability(stages: Stages) -> npt.NDArray[np.float64]:
    """Give the mean agreement of each scorer with the others, over the epochs that both have scored."""
    scored = (stages >= Stage.W).astype(np.int64)
    both = scored @ scored.T
    same = np.stack([((row == stages) & (row >= Stage.W)).sum(axis=1) for row in stages])
    agreement = np.divide(same, both, out=np.full(both.shape, np.nan), where=both > 0)
    np.fill_diagonal(agreement, np.nan)
    known = ~np.isnan(agreement)
    n_others = known.sum(axis=1)
    total = np.where(known, agreement, 0.0).sum(axis=1)
    reliability = np.full(len(stages), np.nan)
    np.divide(total, n_others, out=reliability, where=n_others > 0)
    return reliability


def _decide(
    stages: Stages, codes: Stages, leading: npt.NDArray[np.bool_], reliability: npt.NDArray[np.float64]
) -> Stages:
    """Give the leading stage of each epoch, of several the one that the most reliable of their voters gave."""
    by_reliability = np.argsort(-np.nan_to_num(reliability, nan=-1.0), kind="stable")
    chosen = np.full(stages.shape[1], Stage.UNSCORED, np.int8)
    for scorer in by_reliability[::-1]:  # the most reliable last, to overrule the others
        vote = stages[scorer]
        is_leading = ((vote[:, None] == codes) & leading).any(axis=1)
        chosen = np.where(is_leading, vote, chosen)
    return chosen


def _shares(votes: npt.NDArray[np.int64], scored: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    shares = np.full(votes.shape, np.nan)
    np.divide(votes, votes.sum(axis=1, keepdims=True), out=shares, where=scored[:, None])
    return shares


def _warnings(n_votes: npt.NDArray[np.int64], n_scorers: int, min_votes: int) -> tuple[str, ...]:
    few = int(np.count_nonzero((n_votes >= min_votes) & (2 * n_votes < n_scorers)))
    return (f"{few} epochs rest on the votes of fewer than half of the {n_scorers} scorers",) if few else ()
