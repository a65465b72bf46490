"""Errors that name the place, the value and the remedy. All derive from `SomnometryError`."""

__all__ = [
    "ClaimError",
    "HypnogramError",
    "ModelError",
    "MontageError",
    "RecordingError",
    "SomnometryError",
    "StagingError",
]


class SomnometryError(Exception):
    """Base of every error that this package raises on purpose."""


class RecordingError(SomnometryError):
    """A file cannot be read as a sleep recording, or a recording contradicts itself."""


class MontageError(SomnometryError):
    """No channel can play a role, or the channel that was asked for is not there."""


class StagingError(SomnometryError):
    """A recording was read but cannot be staged: too short, flat, or metadata out of range."""


class ModelError(SomnometryError):
    """A classifier file is missing, is not one we know, or does not fit the features."""


class HypnogramError(SomnometryError):
    """A hypnogram contradicts itself, or a scoring file cannot be understood."""


class ClaimError(SomnometryError):
    """A claim, a study or a table of nights contradicts itself or cannot be understood."""
