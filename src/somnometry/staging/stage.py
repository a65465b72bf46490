"""`stage`: a recording becomes a hypnogram with probabilities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from os import PathLike
from typing import Literal

import numpy as np
import numpy.typing as npt

from ..core.errors import StagingError
from ..core.finding import Finding
from ..core.hypnogram import Hypnogram
from ..core.recording import Recording, Role
from ..core.scorer import Scorer
from ..core.stage import Stage
from ..io.finding_codes import finding_of
from .calibration import Calibrate, amplitude, factor_of_eog
from .channels import EPOCH
from .dropouts import end_of_wear
from .features import MeasuredNight, measure_night
from .first_night import first_night_is_over
from .models import Classifier, load_classifier
from .resolution import refuse_coarse_steps
from .signs_of_sleep import not_sleep
from .vote import vote

__all__ = ["stage"]


def stage(
    recording: Recording,
    *,
    eeg: Literal["chosen", "all"] = "chosen",
    calibrate: Calibrate = "auto",
    age: float | None = None,
    male: bool | None = None,
    threads: int | None = None,
) -> Hypnogram:
    """Stages of 30-s epochs with their probabilities, by YASA's classifier for the channels of the montage.

    The stages of a laboratory's recording equal YASA 0.8.1's on the same samples. An epoch that touches a gap, a lost
    contact or a lost packet on a used channel, or lies off the head, is `Stage.UNSCORED` and its probabilities are NaN.
    Where the last five minutes or more hold no EEG, the hypnogram ends where they begin, and lights-on with it. Noise
    is staged too, as the classifiers stage it, with the finding ``not-sleep`` (`signs_of_sleep`).

    Parameters
    ----------
    recording : Recording
        With an EEG in its montage; EOG and chin EMG are used where they are.
    eeg : {"chosen", "all"}
        The montage's EEG alone, or a vote of it and the montage's further derivations (`Montage.more_eeg`), weighted by
        region, without those that contradict the others.
    calibrate : {"auto", "on", "off"}
        Whether an EEG that is smaller or larger than the classifiers decide by is brought into their range: a
        headband's only, any, or none.
    age : float, optional
        Years; with sex it selects the classifiers trained with both.
    male : bool, optional
    threads : int, optional
        How many to work with; None takes two where this process may use as many processors, or as many as the
        environment variable ``SOMNOMETRY_THREADS`` says.

    Returns
    -------
    Hypnogram
        Its `scorer` holds the classifier and its hash, a calibration and the derivations that voted; its `findings` say
        what was unscored, calibrated and left out. Lights are those of the recording, NaN where it knows none.

    Raises
    ------
    StagingError
        If the recording cannot be staged, or its samples take too few values.
    ModelError
        If YASA's classifier is missing or is not the one we know.

    Examples
    --------
    >>> from somnometry import Montage, Recording, Signal
    >>> noise = np.random.default_rng(0).normal(0, 20, 120 * 100)
    >>> hypnogram = stage(Recording({"C4-M1": Signal(noise, 100)}, Montage("C4-M1")))
    >>> hypnogram.n_epochs, hypnogram.scorer.inputs, str(hypnogram.scorer)
    (4, ('eeg',), 'YASA eeg sha256:330c1afdc863')
    """
    _require_recording(recording)
    if eeg not in ("chosen", "all"):
        what = f"eeg must be 'chosen' or 'all', not {eeg!r}"
        raise StagingError(what, remedy="read_recording(eeg=...) names a channel", key="eeg")
    further = recording.montage.more_eeg if eeg == "all" else ()
    roles: dict[str, Role] = {name: role for role, name in recording.montage.roles.items()}
    refuse_coarse_steps(recording, {**dict.fromkeys(further, "eeg"), **roles})
    night = measure_night(recording, further_eeg=further, age=age, male=male, threads=threads)
    classifier = load_classifier(_classifier_name(night))
    scorer = classifier.scorer
    findings: list[Finding] = [*not_sleep(night)]

    sizes = {name: amplitude(channel, classifier) for name, channel in night.eeg.items()}
    factors = {name: size.applied(recording.montage, calibrate) for name, size in sizes.items()}
    first = next(iter(factors.values()))
    to_eog = factor_of_eog(night.others, classifier, first)
    for name, size in sizes.items():
        findings += size.findings(name, factors[name], to_eog)
    if any(factor != 1 for factor in factors.values()):
        night = night.scaled(factors, to_eog)
        scorer = replace(scorer, amplitude=factors)

    each = {name: _probabilities(night, name, classifier) for name in night.eeg}
    if eeg == "all":
        voted = vote(each)
        probabilities = voted.probabilities
        findings += voted.findings(night.flat)
        scorer = replace(scorer, votes=voted.taken)
    else:
        (probabilities,) = each.values()
    first_night_is_over()  # every kernel of staging is compiled
    return _hypnogram(recording, night, probabilities, scorer, findings)


def _classifier_name(night: MeasuredNight) -> str:
    """Name of the classifier for the channels and metadata that the features come from."""
    roles = ["eeg", *(channel.role for channel in night.others)]
    return "+".join([*roles, "demo"] if night.metadata else roles)


def _probabilities(night: MeasuredNight, eeg: str, classifier: Classifier) -> npt.NDArray[np.float64]:
    """Probabilities by one EEG derivation, NaN in epochs that cannot be measured."""
    features = night.features(eeg)
    if not np.isfinite(features.values).all(axis=1).any():
        return np.full((night.n_epochs, 5), math.nan)
    columns = [features.names.index(name) for name in classifier.feature_names]
    probabilities = classifier.probabilities(np.ascontiguousarray(features.values[:, columns]))
    probabilities[np.isnan(features.values).any(axis=1)] = math.nan
    return probabilities


def _hypnogram(
    recording: Recording,
    night: MeasuredNight,
    probabilities: npt.NDArray[np.float64],
    scorer: Scorer,
    findings: Sequence[Finding],
) -> Hypnogram:
    """Stages and lights until the last epoch with an EEG, and the findings of unscored epochs."""
    unscored: npt.NDArray[np.bool_] = np.isnan(probabilities[:, 0])
    stages = np.where(unscored, 0.0, np.nan_to_num(probabilities).argmax(axis=1)).astype(np.int8)
    stages[unscored] = Stage.UNSCORED
    off, on = (math.nan if light is None else light for light in (recording.lights_off, recording.lights_on))
    end = end_of_wear(night.worn)
    if off >= end * EPOCH:
        end = night.n_epochs
    all_findings = [*findings, *_findings_of_unscored(unscored[:end], night.off_head[:end])]
    if end < night.n_epochs:
        at, rest = end * EPOCH, (night.n_epochs - end) * EPOCH / 60
        what = f"no EEG in the last {rest:.4g} min; the hypnogram ends {at / 3600:.2f} h after the start"
        all_findings.append(finding_of("ends-off-head", "recording", what))
        on = min(on, at)
    return Hypnogram(
        stages[:end],
        epoch=EPOCH,
        probabilities=probabilities[:end],
        start=recording.start,
        lights_off=off,
        lights_on=on,
        scorer=scorer,
        findings=tuple(all_findings),
    )


def _findings_of_unscored(unscored: npt.NDArray[np.bool_], off_head: npt.NDArray[np.bool_]) -> list[Finding]:
    """How long samples are missing, and how long nobody wore the electrodes."""
    minutes = [mask.sum() * EPOCH / 60 for mask in (unscored & ~off_head, off_head)]
    of = f"of {unscored.size * EPOCH / 60:.4g} min"
    causes = {"dropouts": "samples are missing there", "off-head": "nobody wore the electrodes"}
    return [
        finding_of(code, "recording", f"{length:.4g} {of} unscored, since {cause}")
        for (code, cause), length in zip(causes.items(), minutes, strict=True)
        if length
    ]


def _require_recording(recording: object) -> None:
    """Refuse a path or an mne Raw, which others know, and name who reads it."""
    if isinstance(recording, Recording):
        return
    if isinstance(recording, str | PathLike):
        remedy = f"stage(read_recording({str(recording)!r}))"
    elif hasattr(recording, "ch_names") and hasattr(recording, "get_data"):
        remedy = "stage(from_mne(raw))"
    else:
        remedy = "read_recording gives one of a file, from_mne one of an mne Raw"
    raise StagingError(f"this is no Recording but of type {type(recording).__name__}", remedy=remedy, key="recording")
