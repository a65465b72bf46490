"""Tables of nights that somebody changes while they are read."""

import os

import pandas as pd
import pytest

from somnometry.batch.nights_csv import csv_rows, read_table


def truncated(path):
    os.truncate(path, path.stat().st_size // 2)


def appended(path):
    with path.open("ab") as file:
        file.write(b"\nZ,a,1\n")


def overwritten(path):
    """Other bytes, as many as before, and the time of the last change set back."""
    was = path.stat()
    with path.open("rb+") as file:
        file.seek(was.st_size // 2)
        file.write(b"9999")
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))


@pytest.mark.parametrize("change", [truncated, appended, overwritten])
@pytest.mark.parametrize("read", [read_table, csv_rows])
def test_a_table_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch, change, read):
    path = tmp_path / "n.csv"
    path.write_text("subject,condition,tst\n" + "".join(f"P{i},a,{400 + i}\n" for i in range(30_000)))
    from_text, rows_of = pd.read_csv, csv_rows.__globals__["csv"].DictReader

    def meanwhile(reader):
        def changed(*given, **options):
            change(path)
            return reader(*given, **options)

        return changed

    monkeypatch.setattr(pd, "read_csv", meanwhile(from_text))
    monkeypatch.setattr("somnometry.batch.nights_csv.csv.DictReader", meanwhile(rows_of))
    with pytest.raises(OSError, match="changed while it was read"):
        read(path)


@pytest.mark.parametrize("read", [read_table, csv_rows])
def test_a_table_that_is_replaced_while_it_is_read_is_whole_as_it_was(tmp_path, monkeypatch, read):
    path, new = tmp_path / "n.csv", tmp_path / "new"
    path.write_text("subject,condition,tst\n" + "".join(f"P{i},a,{400 + i}\n" for i in range(30_000)))
    new.write_text("subject\n")
    from_text, rows_of = pd.read_csv, csv_rows.__globals__["csv"].DictReader

    def replaced(reader):
        return lambda *given, **options: (new.replace(path), reader(*given, **options))[1]

    monkeypatch.setattr(pd, "read_csv", replaced(from_text))
    monkeypatch.setattr("somnometry.batch.nights_csv.csv.DictReader", replaced(rows_of))
    there = read(path)
    assert len(there if isinstance(there, pd.DataFrame) else there[1]) == 30_000
