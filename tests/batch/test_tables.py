"""The table of nights in other forms, read as other programs read them."""

import openpyxl
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from somnometry import RecordingError, Settings, measure, read_nights
from somnometry.batch.tables import write_forms

from .small_nights import write_night, write_nights

PLAIN = Settings(figures=False)


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """A batch of two sound nights, one broken, and a table whose cells a spreadsheet would run."""
    folder = tmp_path_factory.mktemp("batch")
    nights = write_nights(folder / "in", 2)
    write_night(nights / "short.edf", seconds=20)
    cells = ["path,subject,remark", "n00.edf,A,=1+1", "n01.edf,B,plain", "short.edf,A,@SUM(1)"]
    (nights / "recordings.csv").write_text("\n".join(cells) + "\n", encoding="utf-8")
    measure([nights], folder / "out", PLAIN, forms=("parquet", "xlsx", "hdf5"))
    return folder / "out"


def test_parquet_is_the_table(out):
    assert_frame_equal(pd.read_parquet(out / "nights.parquet"), read_nights(out / "nights.csv"), check_dtype=False)


def test_hdf5_is_the_table_with_empty_texts_for_none(out):
    read, csv = pd.read_hdf(out / "nights.h5", "nights"), read_nights(out / "nights.csv")
    assert list(read.columns) == list(csv.columns)
    numbers = csv.select_dtypes("number").columns
    assert_frame_equal(read[numbers], csv[numbers], check_dtype=False)
    assert read["error"].tolist() == csv["error"].fillna("").tolist()


def test_a_workbook_has_numbers_as_numbers_and_no_formula(out):
    sheet = openpyxl.load_workbook(out / "nights.xlsx")["nights"]
    heading, *rows = sheet.iter_rows()
    names = [cell.value for cell in heading]
    assert names == list(read_nights(out / "nights.csv").columns)
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}  # "f" is a formula
    remarks = [row[names.index("remark")].value for row in rows]
    assert [remark.strip() for remark in remarks] == ["=1+1", "plain", "@SUM(1)"]
    assert isinstance(rows[0][names.index("recorded_minutes")].value, (int, float))


def test_slices_are_parts_of_one_table(tmp_path):
    nights = write_nights(tmp_path / "in", 5)
    for k in (1, 2):
        measure([nights], tmp_path / "out", PLAIN, part=(k, 2), forms=["parquet"])
    parts = tmp_path / "out" / "tables"
    assert sorted(path.name for path in parts.iterdir()) == ["nights-1-of-2.parquet", "nights-2-of-2.parquet"]
    assert sorted(pd.read_parquet(parts)["recording"]) == [f"n{i:02d}" for i in range(5)]
    assert len(pd.read_parquet(parts / "nights-2-of-2.parquet")) == 2


def test_what_is_not_a_form_is_refused_before_anything_is_measured(tmp_path):
    with pytest.raises(RecordingError) as error:
        measure([write_nights(tmp_path / "in", 1)], tmp_path / "out", PLAIN, forms=["sqlite"])
    assert error.value.key == "forms"
    assert not (tmp_path / "out" / "nights.csv").exists()


@pytest.mark.parametrize(("form", "package"), [("parquet", "pyarrow"), ("xlsx", "openpyxl"), ("hdf5", "tables")])
def test_without_its_package_the_csv_is_written_and_the_extra_named(tmp_path, monkeypatch, form, package):
    def without(*_):
        raise ImportError(package)

    monkeypatch.setattr("somnometry.batch.tables.WRITERS", {form: without})
    with pytest.raises(RecordingError) as error:
        measure([write_nights(tmp_path / "in", 1)], tmp_path / "out", PLAIN, forms=[form])
    assert package in error.value.what
    assert "somnometry[tables]" in error.value.remedy
    assert len(read_nights(tmp_path / "out" / "nights.csv")) == 1


def test_no_heading_of_a_workbook_is_a_formula(tmp_path):
    """A user's own column is called as they like; openpyxl makes a formula of what begins with an equals sign."""
    openpyxl = pytest.importorskip("openpyxl")
    (tmp_path / "nights.csv").write_text("recording,status, =1+1, @SUM(A1)\nn1,ok, =2+2,-3+x\n")
    write_forms(tmp_path / "nights.csv", ("xlsx",), (1, 1), ["n1"])
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "nights.xlsx").active.iter_rows() for cell in row]
    assert [cell.value for cell in cells[:4]] == ["recording", "status", " =1+1", " @SUM(A1)"]
    assert {cell.data_type for cell in cells} == {"s"}
