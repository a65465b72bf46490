"""somnometry measures sleep: recordings to measured architecture, architecture to answers about claims.

    EDF folder -> Recording -> Features -> Hypnogram (+ probabilities) -> architecture metrics -> Claim -> Verdict

Public names are resolved on first use, so that ``import somnometry`` stays cheap.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .core.architecture import Architecture as Architecture
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
    from .core.hypnogram import Stage as Stage
    from .core.recording import Montage as Montage
    from .core.recording import Recording as Recording
    from .core.recording import Signal as Signal
    from .staging.features import extract_features as extract_features
    from .staging.stage import stage as stage

#: Public name -> the module that defines it.
_HOMES = {
    "extract_features": "staging.features",
    "stage": "staging.stage",
    "Architecture": "core.architecture",
    "Events": "core.events",
    "Features": "core.features",
    "Finding": "core.finding",
    "Hypnogram": "core.hypnogram",
    "HypnogramError": "core.errors",
    "ModelError": "core.errors",
    "Montage": "core.recording",
    "MontageError": "core.errors",
    "Recording": "core.recording",
    "RecordingError": "core.errors",
    "Scoring": "core.events",
    "Signal": "core.recording",
    "SomnometryError": "core.errors",
    "Stage": "core.hypnogram",
    "StagingError": "core.errors",
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
