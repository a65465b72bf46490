"""Folders of derivatives as a batch writes them, of nights made by hand, one of every kind that a page has to show."""

import csv
from contextlib import suppress
from datetime import datetime
from html.parser import HTMLParser

import numpy as np

from somnometry import Hypnogram, architecture, write_hypnogram
from somnometry.batch.derivatives import Derivatives
from somnometry.batch.records import Record, write_record
from somnometry.batch.spectrograms import write_spectrogram
from somnometry.core.errors import HypnogramError
from somnometry.io.finding_codes import finding_of
from somnometry.micro.spectrogram import Spectrogram

START = datetime(2024, 5, 1, 22, 30)


def stages(seed=0, n=720):
    """A night in runs of a few minutes: wake, then sleep that ends with the record."""
    rng = np.random.default_rng(seed)
    runs = [np.full(rng.integers(4, 40), stage) for stage in rng.choice([0, 1, 2, 2, 2, 3, 3, 4], size=200)]
    return np.concatenate([np.zeros(rng.integers(10, 60)), *runs])[:n].astype(np.int8)


def probabilities(of, seed=0):
    rng = np.random.default_rng(seed)
    given = rng.dirichlet(np.ones(5), size=len(of)) * 0.4
    given[np.arange(len(of)), np.maximum(of, 0)] += 0.6
    given[of < 0] = np.nan
    return given


def night(seed=0, **changes):
    of = changes.pop("stages", stages(seed))
    known = {"probabilities": probabilities(of, seed), "start": START, "scorer": "YASA"} | changes
    return Hypnogram(of, **known)


NAN = float("nan")
#: Name -> hypnogram of a night that is unlike others.
ODD = {
    "no-probabilities": night(1, probabilities=None),
    "no-lights": night(2, lights_off=NAN, lights_on=NAN),
    "no-rem": night(3, stages=np.where(stages(3) == 4, 2, stages(3))),
    "no-start": night(4, start=None, lights_off=600.0, lights_on=20000.0),
    "all-wake": night(5, stages=np.zeros(300, np.int8)),
    "all-unscored": Hypnogram(np.full(300, -1), start=START),
    "two-levels": Hypnogram(np.where(stages(6) > 0, 7, 0), levels=2, start=START),
    "three-levels": Hypnogram(np.where(stages(6) == 4, 4, np.where(stages(6) > 0, 6, 0)), levels=3, start=START),
    "gap": night(7, stages=np.r_[stages(7)[:200], np.full(60, -1), stages(8)[:400]].astype(np.int8)),
    "empty": Hypnogram(np.zeros(0, np.int8)),
}


def add_night(folder, name, hypnogram, findings=(), failure="", error="", spectrum=False, why=None, **cells):
    """Write what a batch writes of one night."""
    row = {"recording": name, "file": f"{name}.edf", "source_id": name[:12], "status": "ok", "error": "", **cells}
    row |= {"recorded_minutes": NAN, "eeg": "C4-M1", "device": "psg", "findings": " | ".join(map(str, findings))}
    if failure:
        row |= {"status": "failed", "error": error or "cannot be read"}
    if hypnogram is not None:
        row |= {"model": str(hypnogram.scorer), "lights_off_seconds": hypnogram.lights_off}
        row |= {"lights_on_seconds": hypnogram.lights_on, "recorded_minutes": hypnogram.duration / 60}
        with suppress(HypnogramError):
            row |= architecture(hypnogram, max_unscored=1.0)
        (folder / "hypnograms").mkdir(parents=True, exist_ok=True)
        write_hypnogram(hypnogram, folder / "hypnograms" / f"{name}.csv")
    if spectrum:
        (folder / "spectrograms").mkdir(parents=True, exist_ok=True)
        power = np.random.default_rng(0).normal(10, 5, (hypnogram.n_epochs, 74))
        write_spectrogram(
            Spectrogram(power, 0.5 + 0.4 * np.arange(74), 30.0, "C4-M1"), folder / f"spectrograms/{name}.npz"
        )
    write_record(folder, Record(name, row, findings=tuple(findings), failure=failure, why=why or {}))


def write_derivatives(folder, n=3):
    """Nights of n people under two conditions, one that failed, and one of each odd kind."""
    folder.mkdir(parents=True, exist_ok=True)
    for person in range(n):
        for period, condition in enumerate(("drug", "placebo")):
            who = {"subject": f"P{person}", "condition": condition, "period": period + 1, "age": 20.0 + 25 * person}
            found = [finding_of("flat-channel", "EMG", "flat all night")] if person == 1 else []
            one = night(10 + 2 * person + period)
            add_night(folder, f"p{person}_{condition}", one, found, spectrum=person == 0, sex="female", **who,
                      why={"eeg": "central EEG"})  # fmt: skip
    for name, hypnogram in ODD.items():
        add_night(folder, name, hypnogram)
    add_night(folder, "broken", None, failure="RecordingError", error="broken.edf: the file is empty; copy it again")
    Derivatives(folder).assemble()
    return folder


def cells_of(folder):
    with (folder / "nights.csv").open(newline="", encoding="utf-8") as file:
        return {row["recording"]: row for row in csv.DictReader(file)}


class Parsed(HTMLParser):
    """What a page holds: numbers with what they say they are, rows of the table of nights, ids, links, headings."""

    VOID = ("meta", "img", "br", "link", "source", "input")

    def __init__(self, text):
        super().__init__()
        self.numbers, self.ids, self.links, self.headings, self.images, self.rows = [], [], [], [], [], []
        self.tags, self.open, self.words = set(), [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.add(tag)
        assert not [name for name in attrs if name.startswith("on") or name == "style"], attrs
        self.ids += [attrs["id"]] if "id" in attrs else []
        self.links += [attrs["href"]] if tag == "a" else []
        self.images += [attrs] if tag == "img" else []
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(int(tag[1]))
        if tag == "data":
            self.numbers.append([attrs["data-place"], attrs["value"], attrs["data-form"], ""])
        if tag == "tr":
            self.rows.append({"status": attrs.get("data-status"), "cells": []})
        if tag in ("td", "th"):
            self.rows[-1]["cells"].append([attrs.get("data-value"), "", attrs.get("data-key")])
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in ("script", "style"):
            return
        self.words.append(data)
        if "data" in self.open:
            self.numbers[-1][3] += data
        if "td" in self.open or "th" in self.open:
            self.rows[-1]["cells"][-1][1] += data

    @property
    def text(self):
        return " ".join("".join(self.words).split())
