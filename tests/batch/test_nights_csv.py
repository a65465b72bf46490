"""`nights.csv`: names of nights, rows that outlive a run, cells that any program reads."""

import csv
import io
import math
import os
import shutil

import numpy as np
import pandas as pd
import pytest

from somnometry import ClaimError, RecordingError, Study, read_hypnogram, read_nights
from somnometry.batch.audit_sample import draw_audit
from somnometry.batch.derivatives import Derivatives
from somnometry.batch.measure import Settings, measure
from somnometry.batch.nights_csv import csv_rows, read_table
from somnometry.batch.records import Record, write_record
from somnometry.batch.report import write_report
from somnometry.claims.data.study_nights import StudyNights
from somnometry.io import csv_tables

from ..io.edf_files import noise, write
from .nights import night, table


def test_recordings_of_one_name_keep_apart(tmp_path):
    (tmp_path / "s1").mkdir()
    (tmp_path / "s2").mkdir()
    for person in ("s1", "s2"):
        night(tmp_path / person / "night.edf", seed=10 * int(person[1]))
    rows = measure([tmp_path / "s1", tmp_path / "s2"], tmp_path / "out", Settings(figures=False))
    names = [row["recording"] for row in rows]
    assert names == ["s1_night", "s2_night"]


def test_recordings_of_one_name_keep_apart_over_several_runs(tmp_path):
    out = tmp_path / "out"
    for person, minutes in (("s1", 6), ("s2", 8), ("s1", 6)):
        (tmp_path / person).mkdir(exist_ok=True)
        write(tmp_path / person / "night.edf", {"C4-M1": (noise(100, 60 * minutes), 100)})
        measure([tmp_path / person], out, Settings(figures=False))
    measure([tmp_path / "s2" / ".." / "s2" / "night.edf", tmp_path / "s2"], out, Settings(figures=False))
    rows = table(out)
    assert {name: float(row["recorded_minutes"]) for name, row in rows.items()} == {"night": 6, "s2_night": 8}
    for name, row in rows.items():
        assert read_hypnogram(out / "hypnograms" / f"{name}.csv").duration == 60 * float(row["recorded_minutes"])


def test_names_that_differ_in_case_only_keep_apart(tmp_path):
    (tmp_path / "in").mkdir()
    for seed, name in enumerate(("night.edf", "Night.edf")):
        night(tmp_path / "in" / name, seed=10 * seed)
    rows = measure([tmp_path / "in"], tmp_path / "out", Settings(figures=False))
    assert len({row["recording"].casefold() for row in rows}) == len(list((tmp_path / "in").iterdir()))


@pytest.mark.parametrize("name", [b"a\xff.edf", b"=1+1.edf", b"NA.edf", b"x" * 240 + b".edf", "Tür zu.edf".encode()])
def test_any_file_name_becomes_a_row(tmp_path, name):
    night(tmp_path / "n.edf")
    odd = tmp_path / os.fsdecode(name)
    (tmp_path / "n.edf").rename(odd)
    (row,) = measure([odd], tmp_path / "out", Settings(figures=False))
    assert row["status"] == "ok", row["error"]
    nights = read_nights(tmp_path / "out" / "nights.csv")
    assert nights.loc[0, "recording"] == row["recording"]
    assert not row["recording"].startswith(("=", "+"))


def test_a_table_that_cannot_be_written_for_a_while_is_written_later(folder, tmp_path, monkeypatch):
    real, calls = csv_tables.replacing, []

    def busy(path):
        calls.append(path)
        if len(calls) == 1:
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(csv_tables, "replacing", busy)
    measure([folder / "a.edf", folder / "deep"], tmp_path / "out", Settings(figures=False))
    assert list(table(tmp_path / "out")) == ["a", "b"]
    monkeypatch.setattr(
        csv_tables, "replacing", lambda _: (_ for _ in ()).throw(PermissionError(13, "Permission denied"))
    )
    with pytest.raises(RecordingError) as refused:
        measure([folder / "a.edf"], tmp_path / "out", Settings(figures=False))
    assert refused.value.place == str(tmp_path / "out" / "nights.csv")


def test_an_interrupted_write_leaves_the_old_table_and_nothing_else(folder, tmp_path, monkeypatch):
    out = tmp_path / "out"
    measure([folder / "a.edf"], out, Settings(figures=False))
    before = (out / "nights.csv").read_bytes()
    monkeypatch.setattr(csv_tables, "csv_cell", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        measure([folder / "deep"], out, Settings(figures=False))
    assert (out / "nights.csv").read_bytes() == before
    whole = {"hypnograms", "nights.csv", "nights.json", "dataset_description.json", "records", ".locks"}
    assert {path.name for path in out.iterdir()} == whole
    monkeypatch.undo()
    measure([folder / "deep"], out, Settings(figures=False))
    assert list(table(out)) == ["a", "b"]


def test_a_table_of_others_is_not_overwritten(folder, tmp_path):
    (tmp_path / "nights.csv").write_text("subject,age\n1,33\n")
    with pytest.raises(RecordingError) as refused:
        measure([folder / "a.edf"], tmp_path)
    assert refused.value.place == str(tmp_path / "nights.csv")
    assert (tmp_path / "nights.csv").read_text() == "subject,age\n1,33\n"


def test_read_nights_gives_numbers(folder, tmp_path):
    measure([folder / "a.edf"], tmp_path / "out", Settings(figures=False))
    nights = read_nights(tmp_path / "out" / "nights.csv")
    assert nights.loc[0, "recording"] == "a"
    assert np.isfinite(nights.loc[0, "tst"])
    assert math.isnan(nights.loc[0, "trt"])


FORMULA = "=cmd|'_/c_calc'!a0"


def test_what_a_table_of_the_users_says_does_nothing_in_ours_and_comes_back(folder, tmp_path):
    (tmp_path / "recordings.csv").write_text(
        f"path,subject,{FORMULA},note,esc\na.edf,@S1,+x,-2+3+cmd,\x1b[2J\u202e\x1b]0;pwn\x07\n", encoding="utf-8"
    )
    for _ in range(2):  # what is there already is written again
        measure([folder], tmp_path / "out", Settings(figures=False), recordings=tmp_path / "recordings.csv")
        with (tmp_path / "out" / "nights.csv").open(encoding="utf-8", newline="") as file:
            heading, *rows = csv.reader(file)
        assert len(heading) == len(set(heading))
        cells = [cell for row in (heading, *rows) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "-"))]
        assert all(cell.isprintable() for cell in cells)
    (read,) = read_nights(tmp_path / "out" / "nights.csv").to_dict("records")
    assert (read["subject"], read[FORMULA], read["note"]) == ("@S1", "+x", "-2+3+cmd")
    assert read["esc"] == r"\x1b[2J\u202e\x1b]0;pwn\x07"


def test_a_table_of_ours_that_was_cut_is_noticed_wherever_it_was(folder, tmp_path):
    measure([folder], tmp_path / "out", Settings(figures=False))
    whole = (tmp_path / "out" / "nights.csv").read_bytes()
    last = whole.rindex(b"\n", 0, -1) + 1
    for end in (last + 1, (last + len(whole)) // 2, len(whole) - 1):
        (tmp_path / "cut.csv").write_bytes(whole[:end])
        with pytest.raises(RecordingError) as refused:
            read_nights(tmp_path / "cut.csv")
        assert refused.value.what == "the table ends in the middle of a row"


def a_folder(folder, n=5):
    """A folder of nights, as `measure` leaves it, with the table put together from records that are then lost."""
    derivatives = Derivatives(folder)
    for i in range(n):
        row = {"recording": f"n{i}", "source_id": f"{i:012x}", "subject": f"S{i // 2}", "condition": "ab"[i % 2],
               "status": "ok", "tst": 400.0 + i, "sol": math.nan, "warnings": "a, b"}  # fmt: skip
        write_record(folder, Record(f"n{i}", row))
    derivatives.assemble()
    shutil.rmtree(folder / "records")
    return folder / "nights.csv"


@pytest.mark.parametrize("kept", range(5))
def test_a_table_alone_that_was_cut_between_two_rows_is_noticed_by_all_who_read_it(tmp_path, kept):
    table = a_folder(tmp_path / "out")
    assert len(read_nights(table)) == 5
    cut = b"".join(table.read_bytes().splitlines(keepends=True)[: 1 + kept])
    for bom in (b"", b"\xef\xbb\xbf"):
        table.write_bytes(bom + cut)
        (tmp_path / "elsewhere.csv").write_bytes(bom + cut)
        readers = (
            lambda: read_nights(table), lambda: read_nights(tmp_path / "out"),
            lambda: read_nights(tmp_path / "elsewhere.csv"), lambda: write_report(tmp_path / "out"),
            lambda: draw_audit(tmp_path / "out", 2, seed=1), lambda: Derivatives(tmp_path / "out"),
        )  # fmt: skip
        for read in readers:
            with pytest.raises(RecordingError) as refused:
                read()
            assert refused.value.what.startswith(("the last rows are missing", "rows of it are lost"))
            assert table.read_bytes() == bom + cut


def test_a_table_that_was_cut_is_put_together_anew_where_its_records_are_there(folder, tmp_path):
    measure([folder], tmp_path / "out", Settings(figures=False))
    table = tmp_path / "out" / "nights.csv"
    whole = table.read_bytes()
    for kept in (0, 1, 2):
        table.write_bytes(b"".join(whole.splitlines(keepends=True)[:kept]))
        measure([folder / "a.edf"], tmp_path / "out", Settings(figures=False))
        assert table.read_bytes() == whole


def in_pandas(change, **how):
    def saved(table):
        change(pd.read_csv(table)).to_csv(table, index=False, **how)

    return saved


def in_an_editor(change):
    def saved(table):
        table.write_text("\n".join(change(table.read_text(encoding="utf-8").splitlines())) + "\n", encoding="utf-8")

    return saved


def in_a_spreadsheet(table, keep=slice(3)):
    with table.open(newline="", encoding="utf-8") as file:
        heading, *rows = csv.reader(file)
    with table.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file, delimiter=";").writerows([heading, *rows[keep]])


CHOSEN = {
    "the first three": (in_pandas(lambda nights: nights.head(3)), 3),
    "all but a person": (in_pandas(lambda nights: nights[nights["subject"] != "S2"]), 4),
    "none is quoted but text": (in_pandas(lambda nights: nights.head(2), quoting=csv.QUOTE_NONNUMERIC), 2),
    "none is not quoted": (in_pandas(lambda nights: nights.head(2), quoting=csv.QUOTE_ALL), 2),
    "sorted": (in_pandas(lambda nights: nights.sort_values("tst", ascending=False)), 5),
    "with a column": (in_pandas(lambda nights: nights.assign(pain=3)), 5),
    "saved with semicolons": (in_a_spreadsheet, 3),
    "a row taken out by hand": (in_an_editor(lambda lines: lines[:2] + lines[3:]), 4),
    "the last rows by hand, and the mark": (in_an_editor(lambda lines: [lines[0].replace('"', ""), *lines[1:3]]), 2),
    "sorted by hand": (in_an_editor(lambda lines: [lines[0], *lines[:0:-1]]), 5),
    "a column by hand": (in_an_editor(lambda lines: [f"{line},x{i}" for i, line in enumerate(lines)]), 5),
    "a row added by hand": (in_an_editor(lambda lines: [*lines, lines[1].replace("n0", "n9")]), 6),
    "two put together": (in_an_editor(lambda lines: [*lines, *[x.replace("n", "m", 1) for x in lines[1:]]]), 10),
    "of 0.1.0": (in_an_editor(lambda lines: [line.replace('"', "") for line in lines]), 5),
}


@pytest.mark.parametrize(("change", "n"), CHOSEN.values(), ids=CHOSEN)
def test_what_users_choose_of_a_table_or_add_to_it_is_not_taken_for_a_cut(tmp_path, change, n):
    table = a_folder(tmp_path / "out")
    change(table)
    assert len(read_nights(table)) == n
    assert len(csv_rows(table)[1]) == n or table.read_bytes().startswith(b"\xef\xbb\xbf")


def test_an_end_mark_means_nothing_to_who_reads_the_cells(tmp_path):
    table = a_folder(tmp_path / "out")
    marked = table.read_bytes()
    bare = marked.replace(b'"n4"', b"n4").replace(b'"recording"', b"recording")
    assert len(marked) == len(bare) + 4
    assert list(csv.reader(marked.decode().splitlines())) == list(csv.reader(bare.decode().splitlines()))
    pd.testing.assert_frame_equal(pd.read_csv(io.BytesIO(marked)), pd.read_csv(io.BytesIO(bare)))
    pd.testing.assert_frame_equal(pd.read_csv(io.BytesIO(marked), engine="pyarrow"), pd.read_csv(io.BytesIO(bare)))


@pytest.mark.parametrize("name", ["../../elsewhere", "/tmp/x", "..", "", "a/b", "a\\b", "a b", "a\x00b"])
def test_a_table_whose_names_would_lead_out_of_the_folder_is_refused(tmp_path, name):
    """They become names of records, which are written."""
    out = tmp_path / "a" / "out"
    (out / "records").mkdir(parents=True)
    (out / "nights.csv").write_text(f"recording,source_id,status\n{name},abc,ok\n", encoding="utf-8")
    with pytest.raises(RecordingError) as refused:
        Derivatives(out)
    assert (refused.value.key, refused.value.place) == ("recording", str(out / "nights.csv"))
    files = {file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*") if file.is_file()}
    assert files == {"a/out/nights.csv", "a/out/.locks/nights.lock"}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_is_read_whatever_parts_its_cells(tmp_path, separator):
    """A spreadsheet writes semicolons where the comma is that of decimals (RFC 4180 knows commas alone)."""
    tst = {",": "407.5", ";": "407,5", "\t": "407.5"}[separator]
    rows = [["subject", "condition", "tst"], ["P1", "a", tst], ["P2", "b", "410"]]
    (tmp_path / "nights.csv").write_text("\n".join(separator.join(row) for row in rows) + "\n", encoding="utf-8-sig")
    nights = read_nights(tmp_path / "nights.csv")
    assert list(nights.columns) == rows[0]
    assert nights["tst"].tolist() == [407.5, 410]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_two_columns_of_one_name_are_refused_whatever_parts_them(tmp_path, separator):
    (tmp_path / "nights.csv").write_text(separator.join(["subject", "tst", "tst"]) + "\n", encoding="utf-8")
    with pytest.raises(RecordingError, match="two columns are called 'tst'"):
        read_nights(tmp_path / "nights.csv")


def test_two_columns_of_one_name_are_refused(tmp_path):
    (tmp_path / "t.csv").write_text("\ufeffsubject,tst,tst\na,400,300\n", encoding="utf-8")
    with pytest.raises(RecordingError) as refused:
        read_nights(tmp_path / "t.csv")
    assert (refused.value.place, refused.value.key) == ("t.csv", "tst")


def test_a_table_of_others_whose_last_row_lacks_cells_and_its_end_was_cut(tmp_path):
    (tmp_path / "t.csv").write_text("subject,tst,se\na,400,90\nb,37", encoding="utf-8")
    with pytest.raises(RecordingError) as refused:
        read_nights(tmp_path / "t.csv")
    assert refused.value.what == "the table ends in the middle of a row"


def test_a_table_of_others_need_not_end_its_last_line(tmp_path):
    (tmp_path / "t.csv").write_text("subject,tst\na,400", encoding="utf-8")
    assert read_nights(tmp_path / "t.csv")["tst"].tolist() == [400]


def test_a_cell_too_long_for_a_reader_in_a_table_of_ours_is_an_error_of_ours(folder, tmp_path):
    measure([folder / "a.edf"], tmp_path, Settings(figures=False))
    with (tmp_path / "nights.csv").open("a", encoding="utf-8") as file:
        file.write("x" * 140_000 + "\n")
    with pytest.raises(RecordingError) as refused:
        measure([folder / "a.edf"], tmp_path, Settings(figures=False))
    assert refused.value.place == str(tmp_path / "nights.csv")


@pytest.mark.parametrize("heading", ["subject\rtst,se", "s" * 140_000, '"subject'], ids=["return", "long", "quote"])
def test_a_heading_that_is_no_line_is_no_exception_of_others(tmp_path, heading):
    (tmp_path / "t.csv").write_text(f"{heading},tst\na,400\n", encoding="utf-8", newline="")
    with pytest.raises(ClaimError):
        StudyNights.of(read_nights(tmp_path / "t.csv"), Study())


@pytest.mark.parametrize("content", [b"", b"\r\n", b"\xef\xbb\xbf\n"], ids=["nothing", "a line", "a mark"])
def test_a_batch_that_ended_before_its_first_night_does_not_stop_the_next(tmp_path, content):
    (tmp_path / "nights.csv").write_bytes(content)
    derivatives = Derivatives(tmp_path)
    assert list(derivatives.rows()) == []
    derivatives.assemble()
    assert (tmp_path / "nights.csv").read_bytes() == content  # no table without a row


@pytest.mark.parametrize("content", [b"subject," + b"x," * 200_000 + b"tst\n", b"x" * (1 << 19)], ids=["many", "long"])
def test_headings_that_would_fill_the_memory_are_refused_by_all_who_read_a_table(tmp_path, content):
    (tmp_path / "nights.csv").write_bytes(content)
    for read in (read_nights, write_report, lambda folder: draw_audit(folder, 2), Derivatives):
        with pytest.raises(RecordingError, match="no table of nights: its headings have 256 KB or more"):
            read(tmp_path)


def test_a_table_larger_than_any_is_refused_before_it_is_read(tmp_path):
    (tmp_path / "nights.csv").write_bytes(b"subject,condition,tst\n")
    os.truncate(tmp_path / "nights.csv", 3 << 30)  # takes no room on the disk
    with pytest.raises(RecordingError, match="no table of nights: it has more than 512 MB"):
        read_nights(tmp_path / "nights.csv")


@pytest.mark.parametrize(("encoding", "byte"), [("latin-1", "0xfc"), ("cp1252", "0xfc"), ("utf-16", "0xff")])
@pytest.mark.parametrize("at", ["subject", "Prüfling"])
def test_a_table_in_another_encoding_is_refused_with_how_to_save_it(tmp_path, encoding, byte, at):
    table = tmp_path / "n.csv"
    rows = [f"{at},condition,tst\n", *(f"P{i},a,400\n" for i in range(3000)), "Müller,a,400\n"]
    table.write_bytes("".join(rows).encode(encoding))
    with pytest.raises(
        ClaimError, match=rf"n\.csv: cannot be read: its text is not in UTF-8 \(byte {byte}\); save it anew"
    ):
        read_table(table)
