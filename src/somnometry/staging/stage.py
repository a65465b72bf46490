"""`stage`: a recording becomes a hypnogram with probabilities."""

from __future__ import annotations

import math

import numpy as np

from ..core.hypnogram import Hypnogram
from ..core.recording import Recording
from ..core.stage import Stage
from .features import EPOCH, extract_features
from .models import load_classifier

__all__ = ["stage"]


def stage(recording: Recording, *, age: float | None = None, male: bool | None = None, threads: int = 1) -> Hypnogram:
    """Stages of 30-s epochs with their probabilities, by YASA's classifier for the channels of the montage.

    The stages equal YASA 0.8.1's on the same samples. An epoch that touches a gap or a lost contact on a used channel
    is `Stage.UNSCORED` and its probabilities are NaN.

    Parameters
    ----------
    recording : Recording
        With an EEG in its montage; EOG and chin EMG are used where they are.
    age : float, optional
        Years; with sex it selects the classifiers trained with both.
    male : bool, optional
    threads : int
        How many channels to work on at the same time.

    Returns
    -------
    Hypnogram
        Its `scorer` names the classifier and its hash. Lights are those of the recording, NaN where it knows none.

    Raises
    ------
    StagingError
        If the recording cannot be staged.
    ModelError
        If YASA's classifier is missing or is not the one we know.

    Examples
    --------
    >>> from somnometry import Montage, Recording, Signal
    >>> noise = np.random.default_rng(0).normal(0, 20, 120 * 100)
    >>> hypnogram = stage(Recording({"C4-M1": Signal(noise, 100)}, Montage("C4-M1")))
    >>> hypnogram.n_epochs, hypnogram.scorer
    (4, 'YASA eeg sha256:330c1afdc863')
    """
    features = extract_features(recording, age=age, male=male, threads=threads)
    classifier = load_classifier(_classifier_name(features.names))
    columns = [features.names.index(name) for name in classifier.feature_names]
    probabilities = classifier.probabilities(np.ascontiguousarray(features.values[:, columns]))
    stages = probabilities.argmax(axis=1).astype(np.int8)
    unusable = np.isnan(features.values).any(axis=1)
    stages[unusable] = Stage.UNSCORED
    probabilities[unusable] = math.nan
    return Hypnogram(
        stages,
        epoch=EPOCH,
        probabilities=probabilities,
        start=recording.start,
        lights_off=math.nan if recording.lights_off is None else recording.lights_off,
        lights_on=math.nan if recording.lights_on is None else recording.lights_on,
        scorer=classifier.scorer,
    )


def _classifier_name(feature_names: tuple[str, ...]) -> str:
    """Name of the classifier for the channels and metadata that the features came from."""
    parts = [role for role in ("eeg", "eog", "emg") if f"{role}_std" in feature_names]
    return "+".join([*parts, "demo"] if "age" in feature_names else parts)
