"""How two scorings agree, as tables on the terminal."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from rich.text import Text

from ...metrics.agreement.epochs import EpochAgreement
from ...metrics.agreement.values import ValueAgreement
from ...metrics.table import METRICS
from ..words.estimates import decimal_or_nothing, one_decimal, range_text, two_decimals
from .fitted_table import FittedTable

__all__ = ["epochs_table", "metrics_table"]

#: What to beware of in a metric whose limits are not plain.
BEWARE = {"constant": "", "proportional": "sloped bias", "heteroscedastic": "uneven spread", "ratio": "ratio"}


#: Scores of epochs as the field writes them; others are of one stage.
SCORES = {"accuracy": "accuracy", "kappa": "kappa", "mcc": "MCC", "macro_f1": "macro F1"}


def epochs_table(agreement: EpochAgreement) -> FittedTable:
    """One line per score: of all epochs together, and the mean over people, with their intervals."""
    table = FittedTable()
    table.add_column("epochs")
    for heading in ("pooled", "mean of people", "SD"):
        table.add_column(heading, justify="right")
    keys = ["accuracy", "kappa", "mcc", "macro_f1", *(f"f1_{stage.label}" for stage in agreement.stages)]
    for key in keys:
        summary = agreement.summary[key]
        spread = "" if np.isnan(summary.sd) else f"{summary.sd:.2f}"
        table.add_row(
            SCORES.get(key, f"F1 of {key.removeprefix('f1_')}"),
            two_decimals(summary.pooled),
            two_decimals(summary.mean),
            spread,
        )
    return table


def metrics_table(metrics: Mapping[str, ValueAgreement]) -> FittedTable:
    """One line per metric: nights, bias, SD, limits of agreement beside percentiles, ICC, and what to beware of."""
    table = FittedTable()
    table.add_column("metric")
    for heading in ("nights", "bias", "SD", "limits", "5-95 %", "ICC(A,1)"):
        table.add_column(heading, justify="right")
    table.add_column("beware")
    for key, one in metrics.items():
        unit = "" if METRICS[key].unit == "count" else f" {METRICS[key].unit}"
        words = [BEWARE[one.limits], "" if one.normal else "not normal"]
        table.add_row(
            Text(f"{METRICS[key].label}{unit}"),
            str(one.n),
            one_decimal(one["bias"]),
            decimal_or_nothing(one["sd"].value),
            range_text(one["loa_lower"].value, one["loa_upper"].value),
            range_text(one.p5, one.p95),
            two_decimals(one["icc"]),
            ", ".join(filter(None, words)),
        )
    return table
