"""Agreement epoch by epoch as HTML: the scores of all stages together, and those of each stage."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ...core.html_tables import html_table

if TYPE_CHECKING:
    from .bootstrap import Estimate
    from .epochs import EpochAgreement

__all__ = ["agreement_html"]

#: Scores of all stages together, and of each, and what the field calls them.
OVERALL = {"accuracy": "accuracy", "kappa": "Cohen's kappa", "mcc": "Matthews correlation (MCC)",
           "balanced_accuracy": "balanced accuracy", "macro_f1": "macro F1"}  # fmt: skip
OF_A_STAGE = {"recall": "recall", "precision": "precision", "f1": "F1", "specificity": "specificity", "kappa": "kappa"}


def agreement_html(agreement: EpochAgreement) -> str:
    """Give the scores that are reported, with two decimals; the frames of the agreement have all."""
    told = {words: agreement.summary[key] for key, words in OVERALL.items()}
    overall = (
        (words, _shown(one.pooled), _shown(one.mean), "" if math.isnan(one.sd) else f"{one.sd:.2f}")
        for words, one in told.items()
    )
    of_stages = (
        (stage.label, *(_shown(agreement.summary[f"{key}_{stage.label}"].pooled) for key in OF_A_STAGE))
        for stage in agreement.stages
    )
    n_nights, n_epochs = len(agreement.nights), int(agreement.confusion.sum())
    reference, observed = agreement.scorers
    level = f"{100 * agreement.confidence:g} % intervals over people, who are drawn with all their nights."
    more = "<code>summary_frame()</code> has every score, <code>confusion_frame()</code> the epochs."
    return (
        html_table(
            ("score", "all epochs together", "mean of people", "SD of people"),
            overall,
            caption=f"{observed} against {reference}: {n_nights} nights, {n_epochs:,} epochs",
        )
        + html_table(("stage", *OF_A_STAGE.values()), of_stages)
        + f"<p>{level} {more}</p>"
    )


def _shown(estimate: Estimate) -> str:
    """Give a score with its interval; of one person there is none, and some scores are undefined."""
    if math.isnan(estimate.value):
        return "undefined"
    text = f"{estimate.value:.2f}" if math.isnan(estimate.lower) else f"{estimate:.2f}"
    return text.replace(" ", "\N{NO-BREAK SPACE}")
