"""Workbooks; written here by openpyxl, or by hand where they are hostile."""

import io
import zipfile
from datetime import datetime, timedelta

import pytest

from somnometry import HypnogramError, read_scoring
from tests.cost import Cost

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("python_calamine")


def test_noxturnal_as_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Heure de début", "Heure de fin", "Événement", "Durée"])
    sheet.append(["[]", "[]", "[]", "[s]"])
    begin = datetime(2016, 1, 15, 23, 59, 30)
    for i, word in enumerate(["Éveil", "N1", "Micro-éveil", "N2", "REM"]):
        start = begin + timedelta(seconds=30 * (i - (i > 2)) - 5 * (i == 2))
        sheet.append([start, start + timedelta(seconds=3 if i == 2 else 30), word, 30])
    book.save(tmp_path / "n.xlsx")
    scoring = read_scoring(tmp_path / "n.xlsx")
    assert scoring.hypnogram.stages.tolist() == [0, 1, 2, 4]
    assert scoring.hypnogram.start == begin
    assert scoring.events.kind == ("Micro-éveil",)


def archive(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (archive({"a.txt": "W\nN1\n"}), "an archive"),
        (archive({"xl/workbook.xml": "<a/>"}), "a damaged workbook"),
        (archive({"xl/workbook.xml": "<a/>", "xl/x": b"\0" * (200 * 2**20)}), "unpacks to more"),
        (archive({"xl/workbook.xml": "<a/>"})[:-30], "a damaged archive"),
    ],
)
def test_what_is_no_workbook(tmp_path, content, message):
    (tmp_path / "n.xlsx").write_bytes(content)
    with Cost() as cost, pytest.raises(HypnogramError, match=message):
        read_scoring(tmp_path / "n.xlsx")
    assert cost.loops < 50
