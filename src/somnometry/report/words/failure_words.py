"""What made a night fail, in words: the codes that its record holds."""

from __future__ import annotations

__all__ = ["FAILURES", "failure_words"]

#: Code of a failed night -> what it means. Where an error of ours ended it, the code is the name of its class.
FAILURES = {
    "RecordingError": "the file cannot be read as a recording of sleep",
    "MontageError": "no channel can play a part that is needed",
    "StagingError": "the recording cannot be staged",
    "HypnogramError": "the scoring cannot be understood",
    "CalibrationError": "the calibration cannot be used on it",
    "ModelError": "a classifier is missing, or does not fit",
    "not-sleep": "its EEG is that of no head",
    "unreadable": "the file could not be opened",
    "timeout": "it was not done within the time limit",
    "memory": "the memory did not suffice",
    "system": "the operating system refused something",
    "process-died": "the process that measured it died",
    "worker-lost": "the cluster lost the worker that measured it",
    "not-measured-yet": "it has not been measured yet",
    "unforeseen": "something that was not foreseen",
    "unknown": "not told",
}


def failure_words(code: str) -> str:
    """Say what made a night fail.

    Examples
    --------
    >>> failure_words("timeout"), failure_words("")
    ('it was not done within the time limit', 'not told')
    """
    return FAILURES.get(code or "unknown", code)
