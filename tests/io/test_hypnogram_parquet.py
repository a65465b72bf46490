"""Parquet of hypnograms that is foreign or damaged; that it keeps everything is in test_write_hypnograms.py."""

import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from somnometry import Hypnogram, HypnogramError, read_hypnogram, write_hypnogram


def test_a_foreign_table_is_refused(tmp_path):
    pd.DataFrame({"stage": ["W"]}).to_parquet(tmp_path / "n.parquet")
    with pytest.raises(HypnogramError) as refused:
        read_hypnogram(tmp_path / "n.parquet")
    assert refused.value.place == "n.parquet"


@pytest.mark.parametrize("kept", [8, 300, -20])
def test_a_file_cut_short_is_refused(tmp_path, kept):
    write_hypnogram(Hypnogram([0, 2] * 50), tmp_path / "n.parquet")
    (tmp_path / "n.parquet").write_bytes((tmp_path / "n.parquet").read_bytes()[:kept])
    with pytest.raises(HypnogramError):
        read_hypnogram(tmp_path / "n.parquet")


def test_pandas_reads_it(tmp_path):
    write_hypnogram(Hypnogram([0, 2, -1]), tmp_path / "n.parquet")
    frame = pd.read_parquet(tmp_path / "n.parquet")
    assert frame["stage"].tolist() == ["W", "N2", "?"]
    assert frame["onset"].tolist() == [0, 30, 60]


def test_without_pyarrow_the_remedy_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(HypnogramError) as refused:
        write_hypnogram(Hypnogram([0]), tmp_path / "n.parquet")
    assert "somnometry[tables]" in refused.value.remedy


def marked(table, path):
    """Write a table that says that it is our hypnogram."""
    write_hypnogram(Hypnogram([0], scorer="A"), path)
    parquet.write_table(table.replace_schema_metadata(parquet.read_schema(path).metadata), path)
    return path


def test_a_small_file_of_more_epochs_than_a_month_of_seconds_is_refused_unread(tmp_path):
    stages = pa.DictionaryArray.from_arrays(pa.array(np.zeros(4_000_000, np.int8)), pa.array(["W"]))
    path = marked(pa.table({"stage": stages}), tmp_path / "n.parquet")
    assert path.stat().st_size < 100_000
    with pytest.raises(HypnogramError, match="larger than that of any night"):
        read_hypnogram(path)


def test_a_word_of_megabytes_is_held_once_and_never_told(tmp_path):
    """As one object per epoch it would be two terabytes."""
    words = pa.DictionaryArray.from_arrays(pa.array(np.zeros(2_000_000, np.int8)), pa.array(["Anna" * 250_000]))
    with pytest.raises(HypnogramError, match="no stage") as refused:
        read_hypnogram(marked(pa.table({"stage": words}), tmp_path / "n.parquet"))
    assert "Anna" not in str(refused.value)


@pytest.mark.parametrize("stages", [["W", None], [1, 2], [["W"]], [None]], ids=["a gap", "numbers", "lists", "nothing"])
def test_a_column_of_anything_else_is_damage(tmp_path, stages):
    with pytest.raises(HypnogramError, match="damaged"):
        read_hypnogram(marked(pa.table({"stage": stages}), tmp_path / "n.parquet"))
