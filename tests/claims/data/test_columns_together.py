"""Columns that contradict each other night by night are refused and told what they likely hold."""

from __future__ import annotations

import numpy as np
import pytest

from ..plain_nights import STAGES, judged, plain_nights, refused


def with_(**columns):
    """Plain nights, some columns computed anew from the others."""
    table = plain_nights()
    return table | {name: np.asarray(of(table), float) for name, of in columns.items()}


MISTAKEN = [
    ("se", lambda t: 100 * t["tst"] / t["spt"], "SME"),
    ("se", lambda t: t["se"] / 100, "fraction"),
    ("waso", lambda t: t["trt"] - t["tst"], "TWT"),
    ("waso", lambda t: t["spt"] - t["tst"], "WASO within SPT"),
    ("tst", lambda t: t["trt"], "TRT"),
    ("rem_percent", lambda t: 100 * t["rem_minutes"] / t["trt"], "share of TRT"),
    ("n3_percent", lambda t: 100 * t["n3_minutes"] / t["spt"], "share of SPT"),
    ("n2_minutes", lambda t: t["n2_percent"], "percent"),
    ("rem_minutes", lambda t: 2 * t["rem_minutes"], "another unit"),
    ("waso", lambda t: 2 * t["waso"], "2 times"),
    ("tst", lambda t: t["tst"] / 60, "hours"),
    ("awakenings_per_hour", lambda t: t["awakenings"], "count"),
    ("awakenings", lambda t: t["awakenings_per_hour"], "no count"),
]


@pytest.mark.parametrize(("metric", "of", "said"), MISTAKEN, ids=[f"{m}: {s}" for m, _, s in MISTAKEN])
def test_a_column_that_is_another_quantity_by_the_others_is_refused(metric, of, said):
    error = refused(with_(**{metric: of}), metric)
    assert error.key == metric
    assert said in str(error)


@pytest.mark.parametrize("stage", STAGES)
def test_percentages_that_sum_to_sleep_efficiency_are_of_the_time_in_bed(stage):
    table = with_(**{f"{one}_percent": lambda t, s=one: 100 * t[f"{s}_minutes"] / t["trt"] for one in STAGES})
    for one in STAGES:
        del table[f"{one}_minutes"]
    assert "not of TST" in refused(table, f"{stage}_percent").what


def test_a_part_longer_than_its_whole_is_refused_by_its_cell():
    table = plain_nights()
    table["tst"][7] = table["trt"][7] + 30
    error = refused(table)
    assert (error.key, error.place) == ("tst", "row 8, column 'tst'")
    table = plain_nights() | {"awakenings_2min": np.full(96, 3.0), "awakenings_5min": np.full(96, 5.0)}
    assert "Awakenings of 5 min" in refused(table, "awakenings_5min").what


def test_events_told_the_other_way_round_are_refused():
    table = plain_nights()
    table |= {"rem_latency_time": table.pop("rem_latency"), "rem_latency_event": np.zeros(96)}
    error = refused(table, "rem_latency")
    assert (error.key, "the other way round" in error.what) == ("rem_latency_event", True)
    assert judged(table | {"rem_latency_event": np.ones(96)}, "rem_latency").outcome == "inconclusive"


def test_rounded_columns_and_nights_that_lack_epochs_contradict_nothing():
    table = plain_nights()
    for digits in (1, 0):
        rounded = {k: np.round(v, digits) if v.dtype.kind == "f" else v for k, v in table.items()}
        for metric in ("tst", "se", "waso", "rem_percent", "n2_minutes", "sol"):
            assert judged(rounded, metric).outcome in ("inconclusive", "supported", "contradicted")
    lacking = table | {"tst": table["tst"] - np.arange(96) % 15 / 2}
    assert judged(lacking, "waso").outcome in ("inconclusive", "supported", "contradicted")
