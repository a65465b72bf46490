"""somnometry measures sleep: recordings to measured architecture, architecture to answers about claims.

    EDF folder -> Recording -> Features -> Hypnogram (+ probabilities) -> architecture metrics -> Claim -> Verdict

Public names are resolved on first use, so that ``import somnometry`` stays cheap.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .batch.agree import agree as agree
    from .batch.measure import Settings as Settings
    from .batch.measure import measure as measure
    from .batch.nights_csv import read_nights as read_nights
    from .claims.claims_file import Declaration as Declaration
    from .claims.claims_file import read_claims as read_claims
    from .claims.judge import judge as judge
    from .claims.judge import judge_all as judge_all
    from .claims.power.planning import NightsNeeded as NightsNeeded
    from .claims.power.planning import nights_needed as nights_needed
    from .claims.power.power_table import PowerTable as PowerTable
    from .claims.power.simulation import power as power
    from .core.architecture import Architecture as Architecture
    from .core.claim import Claim as Claim
    from .core.claim import Component as Component
    from .core.errors import ClaimError as ClaimError
    from .core.errors import HypnogramError as HypnogramError
    from .core.errors import ModelError as ModelError
    from .core.errors import MontageError as MontageError
    from .core.errors import RecordingError as RecordingError
    from .core.errors import SomnometryError as SomnometryError
    from .core.errors import StagingError as StagingError
    from .core.events import Events as Events
    from .core.events import Scoring as Scoring
    from .core.features import Features as Features
    from .core.finding import Finding as Finding
    from .core.hypnogram import Hypnogram as Hypnogram
    from .core.recording import Montage as Montage
    from .core.recording import Recording as Recording
    from .core.recording import Signal as Signal
    from .core.stage import Stage as Stage
    from .core.study import Schedule as Schedule
    from .core.study import Study as Study
    from .core.verdict import Verdict as Verdict
    from .io.audit import Audit as Audit
    from .io.audit import audit as audit
    from .io.channels.montage_file import MontageFile as MontageFile
    from .io.channels.montage_file import read_montage_file as read_montage_file
    from .io.edf.writer import write_edf as write_edf
    from .io.hypnograms import read_hypnogram as read_hypnogram
    from .io.hypnograms import read_scoring as read_scoring
    from .io.hypnograms import write_hypnogram as write_hypnogram
    from .io.nights.find import find_nights as find_nights
    from .io.nights.night import Night as Night
    from .io.nights.night import Nights as Nights
    from .io.recordings import from_mne as from_mne
    from .io.recordings import read_recording as read_recording
    from .io.recordings import to_mne as to_mne
    from .io.yasa_bridge import from_yasa as from_yasa
    from .io.yasa_bridge import to_yasa as to_yasa
    from .metrics.agreement.consensus import Consensus as Consensus
    from .metrics.agreement.consensus import consensus as consensus
    from .metrics.agreement.epochs import EpochAgreement as EpochAgreement
    from .metrics.agreement.epochs import epoch_agreement as epoch_agreement
    from .metrics.agreement.metrics import MetricAgreement as MetricAgreement
    from .metrics.agreement.metrics import metric_agreement as metric_agreement
    from .metrics.agreement.pairing import align_scorings as align_scorings
    from .metrics.agreement.values import ValueAgreement as ValueAgreement
    from .metrics.agreement.values import icc_agreement as icc_agreement
    from .metrics.agreement.values import value_agreement as value_agreement
    from .metrics.agreement.values import variance_components as variance_components
    from .metrics.architecture import architecture as architecture
    from .metrics.architecture import architecture_table as architecture_table
    from .metrics.bouts import Bouts as Bouts
    from .metrics.bouts import bouts as bouts
    from .metrics.certainty import Certainty as Certainty
    from .metrics.certainty import certainty as certainty
    from .metrics.complexity import LempelZiv as LempelZiv
    from .metrics.complexity import lempel_ziv as lempel_ziv
    from .metrics.conventions.compare import CONVENTIONS as CONVENTIONS
    from .metrics.conventions.compare import compare_conventions as compare_conventions
    from .metrics.conventions.compare import conventional as conventional
    from .metrics.conventions.report import Reported as Reported
    from .metrics.cycles import Cycles as Cycles
    from .metrics.cycles import cycles as cycles
    from .metrics.event_indices import EVENT_INDICES as EVENT_INDICES
    from .metrics.event_indices import EventIndex as EventIndex
    from .metrics.event_indices import event_indices as event_indices
    from .metrics.metric import Metric as Metric
    from .metrics.naps import Mslt as Mslt
    from .metrics.naps import mslt as mslt
    from .metrics.reference_values import REFERENCE_VALUES as REFERENCE_VALUES
    from .metrics.reference_values import reference_values as reference_values
    from .metrics.regularity import Regularity as Regularity
    from .metrics.regularity import regularity as regularity
    from .metrics.survival import RunSurvival as RunSurvival
    from .metrics.survival import hazards as hazards
    from .metrics.survival import run_survival as run_survival
    from .metrics.table import METRICS as METRICS
    from .metrics.transitions import Transitions as Transitions
    from .metrics.transitions import transitions as transitions
    from .metrics.windows import window as window
    from .micro.measure import microstructure as microstructure
    from .micro.table import MICROSTRUCTURE as MICROSTRUCTURE
    from .micro.table import MicroMetric as MicroMetric
    from .report.figures.agreement import plot_bland_altman as plot_bland_altman
    from .report.figures.agreement import plot_confusion as plot_confusion
    from .report.figures.forest import plot_verdicts as plot_verdicts
    from .report.figures.night_figure import plot_night as plot_night
    from .report.figures.power import plot_power as plot_power
    from .report.pages.verdicts import write_verdicts as write_verdicts
    from .simulate.hardware import simulate_hardware as simulate_hardware
    from .simulate.hypnograms import simulate_hypnogram as simulate_hypnogram
    from .simulate.night import simulate_night as simulate_night
    from .simulate.night import simulate_scored_night as simulate_scored_night
    from .simulate.spreads import SPREADS as SPREADS
    from .simulate.spreads import Spread as Spread
    from .simulate.studies import SimulatedStudy as SimulatedStudy
    from .simulate.studies import simulate_study as simulate_study
    from .staging.features import extract_features as extract_features
    from .staging.stage import stage as stage

#: Public name -> the module that defines it.
_HOMES = {
    "agree": "batch.agree",
    "align_scorings": "metrics.agreement.pairing",
    "Architecture": "core.architecture",
    "architecture": "metrics.architecture",
    "architecture_table": "metrics.architecture",
    "audit": "io.audit",
    "Audit": "io.audit",
    "bouts": "metrics.bouts",
    "Bouts": "metrics.bouts",
    "certainty": "metrics.certainty",
    "Certainty": "metrics.certainty",
    "Claim": "core.claim",
    "ClaimError": "core.errors",
    "Component": "core.claim",
    "compare_conventions": "metrics.conventions.compare",
    "Consensus": "metrics.agreement.consensus",
    "consensus": "metrics.agreement.consensus",
    "conventional": "metrics.conventions.compare",
    "CONVENTIONS": "metrics.conventions.compare",
    "Cycles": "metrics.cycles",
    "cycles": "metrics.cycles",
    "epoch_agreement": "metrics.agreement.epochs",
    "EpochAgreement": "metrics.agreement.epochs",
    "event_indices": "metrics.event_indices",
    "EVENT_INDICES": "metrics.event_indices",
    "EventIndex": "metrics.event_indices",
    "Events": "core.events",
    "Declaration": "claims.claims_file",
    "extract_features": "staging.features",
    "Features": "core.features",
    "Finding": "core.finding",
    "find_nights": "io.nights.find",
    "from_mne": "io.recordings",
    "from_yasa": "io.yasa_bridge",
    "hazards": "metrics.survival",
    "Hypnogram": "core.hypnogram",
    "HypnogramError": "core.errors",
    "icc_agreement": "metrics.agreement.values",
    "judge": "claims.judge",
    "judge_all": "claims.judge",
    "lempel_ziv": "metrics.complexity",
    "LempelZiv": "metrics.complexity",
    "measure": "batch.measure",
    "Metric": "metrics.metric",
    "metric_agreement": "metrics.agreement.metrics",
    "MetricAgreement": "metrics.agreement.metrics",
    "METRICS": "metrics.table",
    "MicroMetric": "micro.table",
    "microstructure": "micro.measure",
    "MICROSTRUCTURE": "micro.table",
    "ModelError": "core.errors",
    "Montage": "core.recording",
    "MontageError": "core.errors",
    "mslt": "metrics.naps",
    "Mslt": "metrics.naps",
    "Night": "io.nights.night",
    "Nights": "io.nights.night",
    "nights_needed": "claims.power.planning",
    "NightsNeeded": "claims.power.planning",
    "plot_bland_altman": "report.figures.agreement",
    "plot_confusion": "report.figures.agreement",
    "plot_night": "report.figures.night_figure",
    "plot_power": "report.figures.power",
    "power": "claims.power.simulation",
    "PowerTable": "claims.power.power_table",
    "read_claims": "claims.claims_file",
    "plot_verdicts": "report.figures.forest",
    "read_hypnogram": "io.hypnograms",
    "read_nights": "batch.nights_csv",
    "MontageFile": "io.channels.montage_file",
    "read_montage_file": "io.channels.montage_file",
    "read_recording": "io.recordings",
    "read_scoring": "io.hypnograms",
    "Recording": "core.recording",
    "RecordingError": "core.errors",
    "reference_values": "metrics.reference_values",
    "REFERENCE_VALUES": "metrics.reference_values",
    "Regularity": "metrics.regularity",
    "regularity": "metrics.regularity",
    "Reported": "metrics.conventions.report",
    "run_survival": "metrics.survival",
    "RunSurvival": "metrics.survival",
    "Schedule": "core.study",
    "Scoring": "core.events",
    "Settings": "batch.measure",
    "Signal": "core.recording",
    "simulate_hypnogram": "simulate.hypnograms",
    "simulate_hardware": "simulate.hardware",
    "simulate_night": "simulate.night",
    "simulate_scored_night": "simulate.night",
    "simulate_study": "simulate.studies",
    "SimulatedStudy": "simulate.studies",
    "SomnometryError": "core.errors",
    "Spread": "simulate.spreads",
    "SPREADS": "simulate.spreads",
    "Stage": "core.stage",
    "stage": "staging.stage",
    "StagingError": "core.errors",
    "Study": "core.study",
    "to_mne": "io.recordings",
    "to_yasa": "io.yasa_bridge",
    "Transitions": "metrics.transitions",
    "transitions": "metrics.transitions",
    "value_agreement": "metrics.agreement.values",
    "ValueAgreement": "metrics.agreement.values",
    "variance_components": "metrics.agreement.values",
    "Verdict": "core.verdict",
    "window": "metrics.windows",
    "write_edf": "io.edf.writer",
    "write_hypnogram": "io.hypnograms",
    "write_verdicts": "report.pages.verdicts",
}

__all__ = [*sorted(_HOMES), "__version__"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'somnometry' has no attribute {name!r}")
    value = getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
