"""The page of a calibration: whose it is, what its intervals are worth, and where it must not be used."""

from __future__ import annotations

import os
from typing import Any

from ...calibration.calibration import Calibration
from ...calibration.metric_calibration import MetricCalibration
from ...io.files import write_whole
from ...metrics.table import METRICS
from ..figures.calibration_figure import plot_calibration
from ..words.numbers import count, number
from .page import render, svg_picture

__all__ = ["ENOUGH", "calibration_page", "write_calibration_page"]

#: A slope of fewer standard errors than this tells too little of how effects shrink to exclude one.
ENOUGH = 4.0


def calibration_page(calibration: Calibration) -> str:
    """Give a calibration as HTML that needs no other file."""
    alt = "Expected human value and its 90 % interval over the automatic value, for each of the main metrics"
    weak = [METRICS[key].label for key, one in calibration.items() if not one.lambda_low >= ENOUGH * one.lambda_se]
    return render(
        "calibration.html",
        calibration=calibration,
        stager=str(calibration.stager) or "a stager without a name",
        nights=count(calibration.n_nights, "night"),
        people=count(calibration.n_people, "person", "people"),
        rows=[_row(one) for one in calibration.values()],
        weak="; ".join(weak),
        left_out=dict(calibration.left_out),
        picture=svg_picture(plot_calibration(calibration), alt),
    )


def _row(one: MetricCalibration) -> dict[str, Any]:
    metric = METRICS[one.key]
    return {
        "label": metric.label,
        "unit": "" if metric.unit == "count" else metric.unit,
        "cells": [
            str(one.n_nights), number(one.mean_human), number(one.mean_auto), number(one.bias),
            number(one.sigma_person), number(one.sigma_within), f"{number(one.lambda_low)} ({number(one.lambda_se)})",
            f"{100 * one.coverage:.0f} %" if one.coverage == one.coverage else "–", number(one.interval_score),
        ],
    }  # fmt: skip


def write_calibration_page(calibration: Calibration, path: str | os.PathLike[str]) -> None:
    """Write the page of a calibration; a file of that name is replaced, and never left half written."""
    write_whole(path, calibration_page(calibration))
