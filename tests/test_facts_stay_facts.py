"""Nothing reads our own sentences: with every one of them replaced by nonsense, the same is measured and found."""

import dataclasses

import pytest

import somnometry as sm
from somnometry.batch.agree import agree
from somnometry.batch.measure import Settings, measure
from somnometry.core.errors import SomnometryError
from somnometry.core.finding import Finding
from somnometry.io import finding_codes

from .io.edf_files import noise, write
from .io.folders import write_messy_folder

#: What a sentence becomes. It holds what sentences are split at.
NONSENSE = "; : | , not. votes: sha256: refused floor: "


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A messy folder, nights that fail in several ways, scorings of nights, and a table that lies."""
    root = tmp_path_factory.mktemp("folder")
    write_messy_folder(root)
    write(root / "resp.edf", {"Flow": (noise(100, 60), 100)})
    write(root / "short.edf", {"C4-M1": (noise(100, 20), 100)})
    write(root / "slow.edf", {"C4-M1": (noise(50, 60), 50)})
    write(root / "flat.edf", {"C4-M1": (noise(100, 60), 100), "E1-M2": (0 * noise(100, 60), 100)})
    (root / "n1.xml").write_text("<CMPStudyConfig/>")
    return root


def found(findings):
    return [(finding.code, finding.severity, finding.where) for finding in findings]


def everything(folder, out):
    """Statuses, codes, channels and scorings of a folder that is inspected, measured and agreed with itself."""
    nights = sm.find_nights([folder])
    audits = [sm.audit(night) for night in nights.nights]
    rows = measure(nights, out, Settings(figures=False, lights="recording"))
    hypnograms = {file.name: sm.read_hypnogram(file) for file in sorted((out / "hypnograms").glob("*.csv"))}
    (out / "other").mkdir()
    for name, hypnogram in list(hypnograms.items())[1:]:
        sm.write_hypnogram(hypnogram, out / "other" / name)
    (out / "other" / "damaged.csv").write_text("damaged")
    (out / "hypnograms" / "damaged.csv").write_text("damaged")
    agreement = agree(out / "hypnograms", out / "other", out / "agreement", keys=["tst"], figures=False, n_boot=20)
    cells = ("recording", "file", "status", "scoring", "start", "eeg", "eog", "emg", "tst", "trt")
    return {
        "nights": [(night.path, night.layout, [file.name for file in night.scorings]) for night in nights.nights],
        "left out": [(entry.file.as_posix(), entry.code) for entry in nights.left_out],
        "audits": [
            (
                audit.source, audit.refused, found(audit.findings),
                [(channel.label, channel.role, channel.chosen) for channel in audit.channels],
            )
            for audit in audits
        ],
        "rows": [({cell: row.get(cell) for cell in cells}, found(row.findings)) for row in rows],
        "hypnograms": [(name, night.stages.tolist(), night.scorer) for name, night in hypnograms.items()],
        "scorings": [sm.read_hypnogram(file).stages.tolist() for file in sorted((out / "scorings").iterdir())],
        "agreement": (agreement.epochs.nights, agreement.metrics["tst"].nights, len(agreement.problems)),
    }  # fmt: skip


def told_nonsense(self, _, *, place="", remedy="", key="", others=()):
    Exception.__init__(self, NONSENSE)
    self.what, self.place, self.remedy, self.key = NONSENSE, place, NONSENSE if remedy else "", key
    self.others = tuple(others)


def noticed_nonsense(self, code, severity, where, what, remedy=""):
    for name, value in zip(Finding.__slots__, (code, severity, where, NONSENSE, NONSENSE), strict=True):
        object.__setattr__(self, name, value)


def test_with_every_sentence_replaced_the_same_is_found(folder, tmp_path, monkeypatch):
    before = everything(folder, tmp_path / "before")
    assert {row["status"] for row, _ in before["rows"]} == {"ok", "failed"}
    assert any(refused for _, refused, *_ in before["audits"])
    assert all(before.values())

    for sentences in (SomnometryError, Finding, sm.Scorer):
        monkeypatch.setattr(sentences, "__str__", lambda _: NONSENSE)
    monkeypatch.setattr(SomnometryError, "__init__", told_nonsense)
    monkeypatch.setattr(Finding, "__init__", noticed_nonsense)
    table = {
        code: dataclasses.replace(row, meaning=NONSENSE, remedy=NONSENSE)
        for code, row in finding_codes.FINDING_CODES.items()
    }
    monkeypatch.setattr(finding_codes, "FINDING_CODES", table)
    assert everything(folder, tmp_path / "after") == before
    table = sm.read_nights(tmp_path / "after" / "nights.csv")
    assert set(table["error"].dropna()) == {NONSENSE}  # the sentences were replaced indeed
    assert set(table["model"].dropna()) == {NONSENSE}
