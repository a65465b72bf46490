"""The page of a validation: stages and metrics of this package beside people's, and what is published of people."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from ...calibration.calibration import Calibration
from ...core.stage import Stage
from ...io.files import write_whole
from ...metrics.agreement.epochs import EpochAgreement
from ...metrics.agreement.metrics import MetricAgreement
from ...metrics.table import METRICS
from ..words.estimates import decimal_or_nothing, one_decimal, range_text, two_decimals
from ..words.numbers import count
from .page import render

if TYPE_CHECKING:
    from rich.text import Text

__all__ = ["ValidationFacts", "validation_page", "write_validation_page"]

#: Score -> what is published of two people (sources on the page).
PUBLISHED = {"accuracy": ".826", "kappa": ".76", "recall_N1": ".63", "recall_N3": ".67",
             "recall_REM": ".90", "recall_R": ".90"}  # fmt: skip
#: Score -> what is published of YASA's classifier, on 585 nights of the NSRR that it had not seen (source on the page):
#: medians over nights of accuracy and kappa, and the sensitivity over all epochs.
PUBLISHED_YASA = {
    "accuracy": ".875",
    "kappa": ".819",
    "recall_N1": ".454",
    "recall_N3": ".832",
    **dict.fromkeys(("recall_W", "recall_N2", "recall_R"), "above .85"),
}


class ValidationFacts(Protocol):
    """What a page says of a validation."""

    @property
    def epochs(self) -> EpochAgreement:
        """Epoch by epoch."""

    @property
    def metrics(self) -> MetricAgreement:
        """Metric by metric."""

    @property
    def by_device(self) -> Mapping[str, EpochAgreement]:
        """Epochs of each device, where there are several."""

    @property
    def calibration(self) -> Calibration | None:
        """Made where people were enough."""

    @property
    def why_none(self) -> str:
        """Why no calibration was made."""

    @property
    def people_named(self) -> bool:
        """Whether nights say whose they are."""

    @property
    def data(self) -> str:
        """On what it was run."""

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be used."""


def validation_page(made: ValidationFacts) -> str:
    """Give a validation as HTML that needs no other file."""
    epochs = made.epochs
    keys = _scores(epochs.stages)
    return render(
        "validation.html",
        data=made.data,
        nights=count(len(epochs.nights), "night"),
        people=count(len(set(epochs.subjects)), "person", "people"),
        named=made.people_named,
        stager=epochs.scorers[1],
        scores=[
            {
                "label": label,
                "value": _plain(two_decimals(epochs.summary[key].pooled)),
                "published": PUBLISHED.get(key, "–"),
                "yasa": PUBLISHED_YASA.get(key, "–"),
            }
            for key, label in keys.items()
        ],
        device_headings=list(keys.values()),
        devices=[
            {
                "device": device,
                "nights": len(one.nights),
                "cells": [_plain(two_decimals(one.summary[key].pooled)) if key in one.summary else "–" for key in keys],
            }
            for device, one in made.by_device.items()
        ],
        metrics=[
            {
                "label": f"{METRICS[key].label}{'' if METRICS[key].unit == 'count' else f', {METRICS[key].unit}'}",
                "cells": [
                    str(one.n),
                    _plain(one_decimal(one["bias"])),
                    _plain(decimal_or_nothing(one["sd"].value)),
                    _plain(range_text(one["loa_lower"].value, one["loa_upper"].value)),
                    _plain(two_decimals(one["icc"])),
                ],
            }
            for key, one in made.metrics.items()
        ],
        calibrated=made.calibration is not None,
        why_none=made.why_none,
        problems=list(made.problems),
    )


def _scores(stages: tuple[Stage, ...]) -> dict[str, str]:
    """Scores of the page by key, with their words."""
    words = {"accuracy": "epochs alike", "kappa": "kappa"}
    for stage in stages:
        words |= {f"kappa_{stage.label}": f"kappa of {stage.label}"}
        words |= {f"recall_{stage.label}": f"sensitivity of {stage.label}"}
    return words


def _plain(text: str | Text) -> str:
    return str(text)


def write_validation_page(made: ValidationFacts, path: str | os.PathLike[str]) -> None:
    """Write the page of a validation; a file of that name is replaced, and never left half written."""
    write_whole(path, validation_page(made))
