"""Further files that `fuzz_texts` changes: small sound ones of what we write ourselves and of what holds no text.

Calibrations, spreads, options, completion records, earlier verdicts, tables of participants, HDF5, Parquet and
workbooks, each with what is done with it once it is read.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import zipfile
from importlib.resources import files
from pathlib import Path

import h5py
import numpy as np
import typer

import somnometry as sm
from somnometry.batch.derivatives import Derivatives
from somnometry.batch.records import Input, Record, read_record, record_file, write_record
from somnometry.calibration.calibration_file import read_calibration, write_calibration
from somnometry.claims.power.planned_spreads import mean_to_horizon, planned_spread, with_error
from somnometry.cli.app import app
from somnometry.cli.power import read_spreads
from somnometry.core.finding import Finding
from somnometry.io.exports.convert import convert_signals
from somnometry.io.nights import participants_tsv
from somnometry.io.nights.participants_tsv import NAME, of_participant
from somnometry.io.sources.source import EdfSource
from somnometry.io.write_hypnograms import WRITTEN
from somnometry.report.pages.verdict_files import _earlier

COMMAND = typer.main.get_command(app)
COMMANDS = COMMAND.commands
#: What typer raises for a wrong value of an option, whether it brings click or asks for it.
WRONG_USE = typer.BadParameter.__mro__[2]
#: A night that was measured, as its row says.
ROW = {
    "recording": "n1",
    "source_id": "0123456789ab",
    "subject": "S01",
    "status": "ok",
    "tst": 412.5,
    "sol": float("nan"),
}
SHEET = (
    "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
    "<row r='1'><c r='A1' t='str'><v>onset</v></c><c r='B1' t='str'><v>duration</v></c><c r='C1' t='str'><v>stage</v>"
    "</c></row><row r='2'><c r='A2'><v>0</v></c><c r='B2'><v>30</v></c><c r='C2' t='str'><v>N2</v></c></row>"
    "<row r='3'><c r='A3'><v>30</v></c><c r='B3'><v>30</v></c><c r='C3' t='str'><v>REM</v></c></row></sheetData>"
    "</worksheet>"
)


# ------------------------------------------------------------------------------------------------------ users' settings
def calibration_seeds(_folder):
    """The heads of the two calibrations that the package brings, with four metrics each."""
    for name in ("bitbrain-psg", "bitbrain-headband"):
        text = (files("somnometry.calibration") / f"{name}.toml").read_text(encoding="utf-8")
        yield "[metrics.".join(text.split("[metrics.")[:5]).encode()


def calibrated(path):
    """Read a calibration, use it, and write it so that it is read as the same."""
    calibration = read_calibration(path)
    values = {key: one.mean for key, one in calibration.items()}
    calibration.intervals(values, calibration.stager)
    calibration.unseen(values)
    for one in calibration.values():
        one.interval_of_mean([one.mean, one.lowest, one.highest])
    again = path.with_name("again.toml")
    write_calibration(calibration, again)
    assert read_calibration(again) == calibration


def spreads_seeds(_folder):
    """Spreads of metrics that are known and of one that is not."""
    yield b"[tst]\nwithin = 38.0\n[sol]\nmean = 30.0\nbetween = 20\nwithin = 15.5\nkind = 'latency'\n"
    yield b"[pain]\nmean = 4\nbetween = 1.5\nwithin = 1\nupper = 10\nsource = 'a pilot'\n[awakenings]\nmean = 12.0\n"


def planned(path):
    """Read spreads, and plan with them."""
    own = read_spreads(path)
    for metric in own:
        known = planned_spread(metric, own)
        if known is None:
            continue
        spread = with_error(metric, known, "headband")
        if spread.kind == "latency":
            mean_to_horizon(spread, 120.0)


def options_seeds(_folder):
    """Options of `measure`."""
    yield b"jobs = 2\nlights = 'recording'\nage = 33.5\nsex = 'male'\neeg = ['C4-M1', 'C3-M2']\nparquet = true\n"
    yield b"max-unscored = 0.3\ntimeout = 60.0\nslice = '1/4'\nmargin = 5\nverbose = false\nsubject = ['S01']\n"


def configured(path):
    """Take the options of `measure` out of a file, as where it is called."""
    words = [str(path), "--out", str(path.with_name("out")), "--config", str(path)]
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            COMMANDS["measure"].make_context("measure", words, parent=typer.Context(COMMAND))
    except (WRONG_USE, typer.Exit) as error:
        raise sm.SomnometryError("wrong use") from error


def participants_seeds(_folder):
    """Tables of participants."""
    yield b"participant_id\tage\tsex\nsub-01\t33\tF\nsub-02\t41,5\tmale\n"
    yield "participant_id\tgender\tage\nsub-01\tm\tn/a\n".encode("utf-8-sig")


def participant(path):
    """Look for the person of a night in a table of participants."""
    night = path.with_name("sub-01") / "eeg" / "sub-01_eeg.edf"
    night.parent.mkdir(parents=True, exist_ok=True)
    path.replace(path.with_name(NAME))
    participants_tsv._rows.cache_clear()
    of_participant(night, "01")


# ------------------------------------------------------------------------------------------------------ what we write
def record_seeds(folder):
    """Records of a night that was measured, of one that failed, and of one by a version before records."""
    finding = Finding("slow-emg", "warning", "EMG chin", "sampled at 1 Hz", "stage without EMG")
    given = Input("0123456789ab", 4096, (1, 2), "0" * 64)
    outputs = ("hypnograms/n1.csv", "figures/n1.png")
    for record in (
        Record("mutant", ROW, given, {"lights": "auto", "age": 33.5}, outputs, findings=(finding,)),
        Record("mutant", {**ROW, "status": "failed", "error": "cut short"}, given, {}, failure="unreadable"),
        Record("mutant", ROW),
    ):
        write_record(folder, record)
        yield record_file(folder, "mutant").read_bytes()


def recorded(path):
    """Take up a folder with a record, put its table together, and read that; nothing may be written elsewhere."""
    folder = path.parent / "in" / "out"
    folder.mkdir(parents=True, exist_ok=True)
    record_file(folder, "mutant").parent.mkdir(exist_ok=True)
    here = {entry.name for entry in folder.parent.iterdir()}
    path.replace(record_file(folder, "mutant"))
    derivatives = Derivatives(folder)
    with contextlib.suppress(sm.SomnometryError):
        derivatives.named([])
        record = read_record(folder, "mutant")
        if record is not None:
            record.is_done(Input("0123456789ab", 4096, (1, 2), "0" * 64), {}, folder)
            write_record(folder, record.moved_to(Input("a", 1, (1, 2), "b"), {"subject": "S02"}))
        derivatives.assemble()
    if (folder / "nights.csv").exists():
        with contextlib.suppress(sm.SomnometryError):  # of a table without what a claim needs
            sm.read_nights(folder / "nights.csv")
    assert {entry.name for entry in folder.parent.iterdir()} <= here, "a file beside the folder"
    for entry in (folder / "nights.csv", *folder.glob("records/*.json")):
        entry.unlink(missing_ok=True)


def verdicts_seeds(_folder):
    """Verdicts of an earlier declaration."""
    document = {
        "claims_file": {"name": "claims.toml", "sha256": "a" * 64},
        "verdicts": [{"name": "tst", "outcome": "supported"}],
        "earlier": [{"sha256": "b" * 64, "file": "verdicts-bbbbbbbbbbbb.json", "outcomes": {"tst": "contradicted"}}],
    }
    yield json.dumps(document, indent=1).encode()


def earlier(path):
    """Take over the verdicts that stand in a folder, and show them on the page of the next."""
    path.replace(path.with_name("verdicts.json"))
    for one in _earlier(path.parent, "c" * 64):
        assert re.fullmatch(r"verdicts-[0-9a-z]+\.json", one["file"]), one
        json.dumps(one)
    for kept in path.parent.glob("verdicts-*.json"):
        kept.unlink()


def parquet_seeds(folder):
    """A hypnogram of ours as Parquet."""
    sm.write_hypnogram(sm.Hypnogram([0, 1, 2, 3, 4, -1]), folder / "a.parquet")
    yield (folder / "a.parquet").read_bytes()


# ---------------------------------------------------------------------------------------------- what is no text at all
def hdf5_seeds(folder):
    """Two seconds of Dreem's HDF5, described and not."""
    samples = np.random.default_rng(0).normal(0, 20, 500)
    described = [{"domain": "EEG", "name": "C3_M2", "path": "signals/eeg/C3_M2", "fs": 250, "unit": "uV"}]
    for attributes in ({"description": json.dumps(described), "start_time": 1714595400}, {}):
        with h5py.File(folder / "a.h5", "w") as file:
            file["signals/eeg/C3_M2"], file["signals/emg/EMG"], file["hypnogram"] = samples, samples, np.zeros(2)
            file.attrs.update(attributes)
        yield (folder / "a.h5").read_bytes()


def workbook_seeds(_folder):
    """A sheet of a workbook; what is changed is what the archive holds."""
    yield SHEET.encode()


def unpacked(path):
    """Read a scoring out of a workbook with such a sheet."""
    space = "http://schemas.openxmlformats.org"
    related = f"<Relationships xmlns='{space}/package/2006/relationships'><Relationship Id='rId1' Type='{space}"
    related += "/officeDocument/2006/relationships/{}' Target='{}'/></Relationships>"
    parts = {
        "[Content_Types].xml": f"<Types xmlns='{space}/package/2006/content-types'/>",
        "_rels/.rels": related.format("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f"<workbook xmlns='{space}/spreadsheetml/2006/main' xmlns:r='{space}/officeDocument/2006/"
        "relationships'><sheets><sheet name='a' sheetId='1' r:id='rId1'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": related.format("worksheet", "worksheets/sheet1.xml"),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in (parts | {"xl/worksheets/sheet1.xml": path.read_bytes()}).items():
            archive.writestr(name, part)
    book = path.with_suffix(".xlsx")
    book.write_bytes(out.getvalue())
    sm.read_hypnograms(book)


def converted(path):
    """Write what an app or a board recorded as EDF, and read that."""
    out = path.with_name("out.edf")
    convert_signals(path, out)
    source = EdfSource(out)
    source.read(source.channels)


def rewritten(path):
    """Write a hypnogram in every format that is written, and read each."""
    one = sm.read_hypnogram(path)
    for known in WRITTEN:
        out = Path(path.parent, f"out{known.suffixes[0]}")
        with contextlib.suppress(sm.SomnometryError):  # of levels that a format has not, or that only its name tells
            sm.write_hypnogram(one, out, format=known.name)
            sm.read_hypnograms(out)


#: Name -> how seeds are made, and what is done with a file.
FURTHER = {
    "calibration": (calibration_seeds, calibrated),
    "spreads": (spreads_seeds, planned),
    "options": (options_seeds, configured),
    "participants": (participants_seeds, participant),
    "record": (record_seeds, recorded),
    "verdicts": (verdicts_seeds, earlier),
    "parquet": (parquet_seeds, sm.read_hypnogram),
    "hdf5": (hdf5_seeds, converted),
    "workbook": (workbook_seeds, unpacked),
}
