"""What a batch leaves for other programs: hypnograms as BIDS events, what the columns of its table mean, provenance."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .. import __version__
from ..catalogue import CATALOGUE
from ..core.hypnogram import Hypnogram
from ..core.shown_text import json_text
from ..core.stage import STAGES_OF_LEVEL
from ..io.files import write_whole
from ..io.write_hypnograms import write_events_table

__all__ = [
    "SCHEMA",
    "write_dataset_description",
    "write_events",
    "write_hypnodensity",
    "write_nights_json",
]

#: Version of the layout of a folder of derivatives; docs/outputs.md tells what each holds.
SCHEMA = "1"
BIDS = "1.10.0"
GENERATED_BY = {"Name": "somnometry", "Version": __version__}
#: Columns of ``nights.csv`` that are no metrics.
COLUMNS = {
    "recording": "name of the night, unique in this folder",
    "file": "where the recording lies below the folder that was searched",
    "source_id": "digest of where the files lie",
    "content_id": "digest of what the files hold, by which a night is known wherever they lie",
    "status": "ok, or failed",
    "error": "why a night failed",
    "subject": "whose night it is, as recordings.csv or the file name says",
    "session": "session, as recordings.csv or the file name says",
    "condition": "condition, as recordings.csv says",
    "period": "period of the study, as recordings.csv says",
    "night": "night of the period, as recordings.csv says",
    "evening": "date of the evening on which it begins, as recordings.csv says",
    "age": "age in years, as recordings.csv says",
    "sex": "sex, as recordings.csv says",
    "scoring": "files that scored the night",
    "start": "clock time of the first sample",
    "recorded_minutes": "length of the recording",
    "eeg": "derivation that was staged as EEG",
    "eog": "derivation that was staged as EOG",
    "emg": "derivation that was staged as chin EMG",
    "device": "what recorded the night: psg, headband, or nothing where its channels do not tell",
    "family": "recorder or cohort whose labels the file has",
    "derivations": "EEG derivations that were staged",
    "findings": "what was noticed while reading and staging",
    "model": "who or what scored the night: classifier, hash of its file, calibration, votes",
    "lights_off_seconds": "lights-off, from the start of the first epoch",
    "lights_on_seconds": "lights-on, from the start of the first epoch",
    "warnings": "what a reader of the metrics should know",
    "settings": "settings that are not the default, as JSON; files by the digest of what they say",
    "given_age": "age that the classifiers were given; they are given both age and sex, or neither",
    "given_sex": "sex that the classifiers were given",
    "measured": "when the night was measured, UTC",
    "versions": "packages that measured the night",
}
UNITS = {
    "recorded_minutes": "min",
    "lights_off_seconds": "s",
    "lights_on_seconds": "s",
    "age": "year",
    "given_age": "year",
}


def write_events(hypnogram: Hypnogram, path: Path) -> None:
    """Write a hypnogram as a BIDS table of events, one row per epoch, and its sidecar beside it.

    Parameters
    ----------
    hypnogram : Hypnogram
    path : Path
        Ends in ``_events.tsv``; the sidecar ends in ``_events.json``. Columns: ``onset`` and ``duration`` in seconds,
        ``stage`` as a label, "n/a" where an epoch is unscored.
    """
    write_events_table(hypnogram, path, GENERATED_BY)


def write_hypnodensity(hypnogram: Hypnogram, path: Path) -> None:
    """Write the probability of each stage, one row per epoch, as a table parted by tabs; "n/a" where it is unknown.

    Parameters
    ----------
    hypnogram : Hypnogram
        With probabilities.
    path : Path
        Columns: ``onset`` and ``duration`` in seconds, then W, N1, N2, N3 and R.
    """
    assert hypnogram.probabilities is not None
    rows = [
        (f"{onset:g}", f"{hypnogram.epoch:g}", *("n/a" if math.isnan(p) else f"{p:.6g}" for p in probabilities))
        for onset, probabilities in zip(hypnogram.onsets.tolist(), hypnogram.probabilities.tolist(), strict=True)
    ]
    header = ("onset", "duration", *(stage.label for stage in STAGES_OF_LEVEL[5]))
    write_whole(path, "".join("\t".join(row) + "\n" for row in (header, *rows)))


def write_dataset_description(folder: Path) -> None:
    """Say what the folder is, in the words of BIDS: a derivative, and of which version of which program."""
    description = {
        "Name": "Sleep architecture measured by somnometry",
        "BIDSVersion": BIDS,
        "DatasetType": "derivative",
        "GeneratedBy": [{**GENERATED_BY, "Description": f"layout {SCHEMA}"}],
    }
    _write_json(folder / "dataset_description.json", description)


def write_nights_json(folder: Path, columns: Iterable[str]) -> None:
    """Say of every column of ``nights.csv`` what it is, and in which unit."""
    _write_json(folder / "nights.json", {column: _of_column(column) for column in columns})


def _of_column(column: str) -> dict[str, Any]:
    if column in CATALOGUE:
        metric = CATALOGUE[column]
        return {
            "LongName": metric.label,
            "Description": metric.definition,
            "Units": metric.unit,
            "Source": metric.source,
            **_range(column),
        }
    for suffix, what, unit in (
        ("_time", "minutes until {} or until the night was no longer watched", "min"),
        ("_event", "whether {} came (1), or the night ended first (0)", "0/1"),
        ("_low", "lower end of the 90 % interval of what people would have found of {}", None),
        ("_high", "upper end of the 90 % interval of what people would have found of {}", None),
    ):
        stem = column.removesuffix(suffix)
        if stem != column and stem in CATALOGUE:
            label = CATALOGUE[stem].label
            return {
                "LongName": f"{label}: {suffix[1:]}",
                "Description": what.format(label),
                "Units": unit or CATALOGUE[stem].unit,
                **(_range(stem) if unit is None else {}),
            }
    described = {"Description": COLUMNS.get(column, "a column of the user's own table")}
    return described | ({"Units": UNITS[column]} if column in UNITS else {})


def _range(metric: str) -> dict[str, float]:
    """Give what a metric is at least and at most, where something bounds it."""
    ends = zip(("Minimum", "Maximum"), CATALOGUE[metric].possible_range, strict=True)
    return {name: end for name, end in ends if math.isfinite(end)}


def _known(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    write_whole(path, json_text(content, indent=2) + "\n")
