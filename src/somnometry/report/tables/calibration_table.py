"""A calibration as a table on the terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.text import Text

from ...calibration.calibration import Calibration
from ...metrics.table import METRICS
from ..figures.calibration_figure import SHOWN
from ..words.estimates import decimal_or_nothing, signed
from .fitted_table import FittedTable

__all__ = ["calibration_table"]


def calibration_table(calibration: Calibration, keys: Sequence[str] = SHOWN) -> FittedTable:
    """One line per metric: nights, bias, SD of errors, slope with its standard error, and coverage."""
    table = FittedTable()
    table.add_column("metric")
    for heading in ("nights", "bias", "SD person", "SD night", "slope (SE)", "coverage"):
        table.add_column(heading, justify="right")
    for key in keys:
        if key not in calibration:
            continue
        one, metric = calibration[key], METRICS[key]
        unit = "" if metric.unit == "count" else f" {metric.unit}"
        table.add_row(
            Text(f"{metric.label}{unit}"),
            str(one.n_nights),
            decimal_or_nothing(one.bias),
            decimal_or_nothing(one.sigma_person),
            decimal_or_nothing(one.sigma_within),
            f"{signed(one.lambda_low, '.2f')} ({one.lambda_se:.2f})",
            "" if math.isnan(one.coverage) else f"{100 * one.coverage:.0f} %",
        )
    return table
