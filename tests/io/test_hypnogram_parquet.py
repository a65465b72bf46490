"""Parquet of hypnograms that is foreign or damaged; that it keeps everything is in test_write_hypnograms.py."""

import sys

import pandas as pd
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
