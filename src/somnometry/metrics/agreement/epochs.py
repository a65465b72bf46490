"""Agreement of two scorings epoch by epoch: `epoch_agreement`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import numpy.typing as npt

from ...core.arrays import frozen_array
from ...core.equality import EqualByFields
from ...core.stage import STAGES_OF_LEVEL, Stage
from .bootstrap import BootstrapInterval, Draws, Estimate, check_confidence
from .epochs_html import agreement_html
from .pairing import Hypnograms, Subjects, check_choice, pair_nights, scorers_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EpochAgreement", "ScoreSummary", "agreement_scores", "epoch_agreement"]

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

#: Every stage, and unscored, which comes first.
N_CODES = len(Stage)


@dataclass(frozen=True, slots=True)
class ScoreSummary:
    """A score over several nights.

    Parameters
    ----------
    pooled : Estimate
        Of all epochs together, so that long nights weigh more.
    mean : Estimate
        Mean over people of the mean over their nights.
    sd : float
        SD between people of the mean over their nights; NaN for one person.
    n_people : int
        With a night in which the score is defined.
    """

    pooled: Estimate
    mean: Estimate
    sd: float
    n_people: int


@dataclass(frozen=True, eq=False)
class EpochAgreement(EqualByFields):
    """How two scorers agree, epoch by epoch; made by `epoch_agreement`.

    Parameters
    ----------
    nights, subjects : tuple of str
        Name and person of every night.
    stages : tuple of Stage
        What rows and columns of the confusion stand for.
    confusion : array of int, shape (n_nights, n_stages, n_stages)
        Epochs by stage of the reference (rows) and of the observed scoring (columns).
    unscored : array of int, shape (n_nights, 3)
        Epochs left out because only the reference, only the observed, or neither scored them.
    outside : array of int, shape (n_nights, 2)
        Epochs of the reference and of the observed scoring that lie outside the other or outside the lights.
    summary : mapping of str to ScoreSummary
        By the keys of `agreement_scores`.
    scorers : (str, str)
        Names of the two.
    confidence : float
        Of the intervals.
    """

    nights: tuple[str, ...]
    subjects: tuple[str, ...]
    stages: tuple[Stage, ...]
    confusion: Counts
    unscored: Counts
    outside: Counts
    summary: Mapping[str, ScoreSummary]
    scorers: tuple[str, str] = ("reference", "observed")
    confidence: float = 0.95

    @cached_property
    def scores(self) -> dict[str, Floats]:
        """Scores of every night by the keys of `agreement_scores`, shape (n_nights,) each."""
        return agreement_scores(self.confusion, self.stages)

    @property
    def pooled(self) -> Counts:
        """Confusion of all nights together, shape (n_stages, n_stages)."""
        total: Counts = self.confusion.sum(axis=0)
        return total

    def to_frame(self) -> pd.DataFrame:
        """Give a table with one row per night: epochs compared and left out, and every score."""
        import pandas as pd

        columns = {
            "subject": self.subjects,
            "n_epochs": self.confusion.sum(axis=(1, 2)),
            "unscored_reference": self.unscored[:, 0],
            "unscored_observed": self.unscored[:, 1],
            "unscored_both": self.unscored[:, 2],
            "outside_reference": self.outside[:, 0],
            "outside_observed": self.outside[:, 1],
        }
        return pd.DataFrame({**columns, **self.scores}, index=pd.Index(self.nights, name="night"))

    def summary_frame(self) -> pd.DataFrame:
        """Give a table with one row per score: pooled and mean with their intervals, SD between people, people."""
        import pandas as pd

        rows = {
            key: {
                "pooled": s.pooled.value, "pooled_lower": s.pooled.lower, "pooled_upper": s.pooled.upper,
                "mean": s.mean.value, "mean_lower": s.mean.lower, "mean_upper": s.mean.upper,
                "sd": s.sd, "n_people": s.n_people,
            }
            for key, s in self.summary.items()
        }  # fmt: skip
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("score")

    def confusion_frame(self) -> pd.DataFrame:
        """Give the pooled confusion as a table: rows by the reference, columns by the observed scoring."""
        import pandas as pd

        labels = [stage.label for stage in self.stages]
        return pd.DataFrame(self.pooled, index=pd.Index(labels, name="reference"), columns=labels)

    def _repr_html_(self) -> str:
        return agreement_html(self)

    def __repr__(self) -> str:
        n, kappa = int(self.confusion.sum()), self.summary["kappa"].pooled
        return f"EpochAgreement({len(self.nights)} nights, {n} epochs, kappa {kappa})"


def epoch_agreement(
    reference: Hypnograms,
    observed: Hypnograms,
    *,
    subjects: Subjects | None = None,
    levels: int | None = None,
    n_boot: int = 2000,
    seed: int = 0,
    confidence: float = 0.95,
    interval: BootstrapInterval = "percentile",
) -> EpochAgreement:
    """Compare two scorings epoch by epoch: scores from 0 to 1 (kappa and MCC from -1), and epochs confused.

    Parameters
    ----------
    reference, observed : Hypnogram, sequence of Hypnogram, or mapping of str to Hypnogram
        Sequences pair by order, mappings by name. `align_scorings` says how two scorings come onto the same epochs.
    subjects : sequence of str, or mapping of night to str, optional
        Whose night each is; by default every night is another person's.
    levels : {5, 4, 3, 2}, optional
        How many stages to tell apart, such as 2 for sleep and wake; by default what the coarsest scorer does.
    n_boot : int
        Number of bootstrap samples. People are drawn, each with all nights, so that epochs and nights of one person
        are not taken for independent.
    seed : int
        Of the bootstrap.
    confidence : float
        Of the intervals.
    interval : {"percentile", "basic"}
        How bootstrap samples become an interval; "basic" is what the SRI pipeline prints, and can leave [0, 1].

    Returns
    -------
    EpochAgreement
        Epochs that either scorer left unscored, or that lie outside the lights, are counted and not compared.
        Intervals are NaN with one person.

    Raises
    ------
    HypnogramError
        Where nights do not pair or cannot be aligned (it names the night), or an option is none of its choices.

    Notes
    -----
    The same kappa, MCC, F1 and one-versus-rest scores as ``yasa.EpochByEpochAgreement``, as fractions. Further than
    YASA and the SRI pipeline (Menghini et al. 2021, Sleep 44:zsaa170) it aligns by the clock, merges stages that one
    scorer does not tell apart, counts what is left out, and gives the pooled scores an interval, too. YASA wants equal
    lengths, levels and stages, and gives pooled scores without interval; SRI takes two nights of one person for two
    people.

    Examples
    --------
    >>> from somnometry.core.hypnogram import Hypnogram
    >>> agreement = epoch_agreement(Hypnogram([0, 0, 1, 2, 2, 2]), Hypnogram([0, 1, 1, 2, 2, -1]))
    >>> agreement.pooled[:3, :3].tolist(), agreement.unscored.tolist()
    ([[1, 1, 0], [0, 1, 0], [0, 0, 2]], [[0, 1, 0]])
    >>> round(agreement.summary["kappa"].pooled.value, 3), agreement.summary["recall_W"].pooled.value
    (0.706, 0.5)
    """
    check_confidence(confidence)
    check_choice("interval", interval, get_args(BootstrapInterval))
    nights = pair_nights(reference, observed, subjects, levels)
    stages = STAGES_OF_LEVEL[nights[0].reference.levels]
    codes = [stage - Stage.UNSCORED for stage in stages]
    confusion = np.zeros((len(nights), len(stages), len(stages)), np.int64)
    unscored = np.zeros((len(nights), 3), np.int64)
    for i, night in enumerate(nights):
        counted = night.reference.in_bed
        ours, theirs = night.reference.stages[counted], night.observed.stages[counted]
        pairs = np.bincount((ours + 1) * N_CODES + theirs + 1, minlength=N_CODES**2).reshape(N_CODES, N_CODES)
        confusion[i] = pairs[np.ix_(codes, codes)]
        unscored[i] = pairs[0, 1:].sum(), pairs[1:, 0].sum(), pairs[0, 0]
    draws = Draws([night.subject for night in nights], n_boot, seed)
    return EpochAgreement(
        nights=tuple(night.name for night in nights),
        subjects=tuple(night.subject for night in nights),
        stages=stages,
        confusion=frozen_array(confusion, np.int64),
        unscored=frozen_array(unscored, np.int64),
        outside=frozen_array([night.outside for night in nights], np.int64),
        summary=_summary(confusion, stages, draws, confidence, interval),
        scorers=scorers_of(nights),
        confidence=confidence,
    )


def agreement_scores(confusion: npt.ArrayLike, stages: tuple[Stage, ...] = STAGES_OF_LEVEL[5]) -> dict[str, Floats]:
    """Score confusion matrices: fractions, and coefficients from -1 to 1.

    Parameters
    ----------
    confusion : array of numbers, shape (..., n_stages, n_stages)
        Epochs by stage of the reference (rows) and of the observed scoring (columns).
    stages : tuple of Stage
        What rows and columns stand for.

    Returns
    -------
    dict of str to array, shape (...)
        ``accuracy``, ``kappa`` (Cohen 1960), ``mcc`` (Gorodkin 2004), ``balanced_accuracy`` and ``macro_f1`` (means
        over the stages where recall, or F1, is defined); of each stage against the rest ``recall_N1`` (sensitivity),
        ``precision_N1`` (positive predictive value), ``f1_N1``, ``specificity_N1``, ``npv_N1``, ``accuracy_N1``,
        ``kappa_N1``, ``pabak_N1`` (kappa adjusted for prevalence and bias) and ``prevalence_index_N1`` (Byrt 1993);
        and ``N1_as_N2``, the share of the reference's N1 that was observed as N2. NaN where the denominator is 0:
        recall of a stage that the reference does not have, precision of one that was never observed, F1 of one that
        neither has, kappa and MCC where a scorer knows one stage only and chance leaves nothing to agree beyond.

    Notes
    -----
    scikit-learn calls an undefined MCC 0; here it is NaN.

    Examples
    --------
    >>> scores = agreement_scores([[20, 5], [10, 15]], STAGES_OF_LEVEL[2])
    >>> print(round(scores["kappa"].item(), 2), round(scores["recall_SLEEP"].item(), 2))
    0.4 0.6
    """
    counts = np.asarray(confusion, np.float64)
    rows, columns = counts.sum(axis=-1), counts.sum(axis=-2)
    total = rows.sum(axis=-1)
    hits = np.diagonal(counts, axis1=-2, axis2=-1)
    agreed = hits.sum(axis=-1)
    by_chance = (rows * columns).sum(axis=-1)
    variance = (total**2 - (rows**2).sum(axis=-1)) * (total**2 - (columns**2).sum(axis=-1))
    recall, f1 = _ratio(hits, rows), _ratio(2 * hits, rows + columns)
    scores = {
        "accuracy": _ratio(agreed, total),
        "kappa": _ratio(total * agreed - by_chance, total**2 - by_chance),
        "mcc": _ratio(total * agreed - by_chance, np.sqrt(variance)),
        "balanced_accuracy": _mean_defined(recall),
        "macro_f1": _mean_defined(f1),
    }
    for i, stage in enumerate(stages):
        hit, row, column = hits[..., i], rows[..., i], columns[..., i]
        rejected = total - row - column + hit
        chance = row * column + (total - row) * (total - column)
        accuracy = _ratio(hit + rejected, total)
        ours = {
            "recall": recall[..., i],
            "precision": _ratio(hit, column),
            "f1": f1[..., i],
            "specificity": _ratio(rejected, total - row),
            "npv": _ratio(rejected, total - column),
            "accuracy": accuracy,
            "kappa": _ratio(total * (hit + rejected) - chance, total**2 - chance),
            "pabak": 2 * accuracy - 1,
            "prevalence_index": _ratio(hit - rejected, total),
        }
        scores |= {f"{name}_{stage.label}": values for name, values in ours.items()}
    for i, stage in enumerate(stages):
        for j, other in enumerate(stages):
            if i != j:
                scores[f"{stage.label}_as_{other.label}"] = _ratio(counts[..., i, j], rows[..., i])
    return scores


# ------------------------------------------------------------------------------------------------------------- helpers
def _ratio(part: npt.NDArray[Any], whole: npt.NDArray[Any]) -> Floats:
    quotient = np.full(np.shape(whole), np.nan)
    np.divide(part, whole, out=quotient, where=whole > 0)
    return quotient


def _mean_defined(values: Floats) -> Floats:
    """Mean over the stages where a score is defined."""
    defined = ~np.isnan(values)
    return _ratio(np.where(defined, values, 0).sum(axis=-1), defined.sum(axis=-1))


def _means_of_people(values: Floats, draws: Draws) -> Floats:
    """Mean of each person over the nights where a score is defined; NaN without any."""
    defined = ~np.isnan(values)
    sums = np.bincount(draws.index, np.where(defined, values, 0), minlength=len(draws.people))
    return _ratio(sums, np.bincount(draws.index, defined, minlength=len(draws.people)))


def _summary(
    confusion: Counts, stages: tuple[Stage, ...], draws: Draws, confidence: float, interval: BootstrapInterval
) -> dict[str, ScoreSummary]:
    by_person = np.zeros((len(draws.people), *confusion.shape[1:]))
    np.add.at(by_person, draws.index, confusion)
    pooled = agreement_scores(confusion.sum(axis=0), stages)
    pooled_draws = agreement_scores(np.tensordot(draws.weights, by_person, axes=1), stages)
    nights = agreement_scores(confusion, stages)
    means_of = np.array([_means_of_people(values, draws) for values in nights.values()])  # (n_scores, n_people)
    known_of = ~np.isnan(means_of)
    sums, counts = (draws.weights @ of.T for of in (np.where(known_of, means_of, 0.0), known_of.astype(np.float64)))
    mean_draws = _ratio(sums, counts).T
    out = {}
    for key, means, known, drawn in zip(nights, means_of, known_of, mean_draws, strict=True):
        n_people = int(known.sum())
        out[key] = ScoreSummary(
            draws.interval(float(pooled[key]), pooled_draws[key], confidence, interval),
            draws.interval(float(means[known].mean()) if n_people else math.nan, drawn, confidence, interval),
            float(means[known].std(ddof=1)) if n_people > 1 else math.nan,
            n_people,
        )
    return out
