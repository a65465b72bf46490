"""What is measured of one night of a batch: architecture, microstructure, events, and how sure it is."""

from __future__ import annotations

import math
from typing import Any

from ..core.architecture import Architecture
from ..core.events import Scoring
from ..core.finding import Finding
from ..core.hypnogram import Hypnogram
from ..core.recording import Recording
from ..io.finding_codes import finding_of
from ..metrics.agreement.pairing import same_throughout
from ..metrics.architecture import architecture
from ..metrics.event_indices import event_indices
from .nights_csv import SEPARATOR
from .settings import Settings

__all__ = ["architecture_of", "cells_of_measures", "event_indices_of", "found_by_scoring", "measures_of"]

Cells = dict[str, Any]


def found_by_scoring(hypnogram: Hypnogram, scoring: Scoring | None, files: str) -> list[Finding]:
    """What the scoring that came with a night tells beside what was staged: whether it is but a copy of that."""
    same = 0 if scoring is None else same_throughout(hypnogram, scoring.hypnogram)
    return [finding_of("scoring-same", files, f"all {same} epochs have the stage of the classifier")] if same else []


def architecture_of(hypnogram: Hypnogram, settings: Settings, findings: list[Finding]) -> Architecture:
    """Measure a night, with intervals where the calibration is of its stager; else a finding says that it is not."""
    calibration = settings.calibration
    if calibration is not None and not calibration.serves(hypnogram.scorer):
        what = f"the night was scored by {str(hypnogram.scorer) or 'nobody who is named'}, not by {calibration.stager}"
        findings.append(finding_of("calibration-of-another", "recording", what))
        calibration = None
    return architecture(hypnogram, max_unscored=settings.max_unscored, calibration=calibration)


def measures_of(
    recording: Recording, hypnogram: Hypnogram, settings: Settings, findings: list[Finding]
) -> list[Architecture]:
    """Measure a night that was staged: its architecture and, where it was asked for, its microstructure."""
    measures = [architecture_of(hypnogram, settings, findings)]
    if settings.micro:
        from ..micro.measure import microstructure

        measures.append(microstructure(recording, hypnogram))
    return measures


def event_indices_of(scoring: Scoring | None) -> list[Architecture]:
    """Indices of the events that the night's scorer marked, per hour of the sleep that he scored; none without one."""
    if scoring is None or not scoring.events.kind:
        return []
    indices = event_indices(scoring.hypnogram, scoring.events)
    return [indices] if any(math.isfinite(value) for value in indices.values()) else []


def cells_of_measures(measures: list[Architecture]) -> Cells:
    """Give what was measured as cells of the night's row, with what to know of it."""
    values = {key: value for measured in measures for key, value in measured.items()}
    warnings = [warning for measured in measures for warning in measured.warnings]
    return {"warnings": SEPARATOR.join(warnings), **values}
