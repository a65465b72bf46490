"""Cells that contradict the others of their night are said where columns of most nights fit; definitions are not."""

from __future__ import annotations

import numpy as np
import pytest

from ..plain_nights import judged, only, plain_nights


def said(table, metric="tst"):
    return [warning.facts for warning in judged(table, metric).warnings if warning.code == "cells-contradict"]


@pytest.mark.parametrize(
    ("metric", "typed"), [("tst", 100.0), ("se", 31.0), ("rem_percent", 55.5), ("n2_minutes", 20.0), ("waso", 300.0)]
)
def test_a_cell_typed_wrong_is_said_with_its_row_and_what_the_others_give(metric, typed):
    table = plain_nights()
    right = table[metric][17]
    table[metric][17] = typed
    (facts,) = said(table, metric)
    assert (facts["metric"], facts["n"], facts["row"], facts["value"]) == (metric, 1, 18, typed)
    assert facts["given"] == pytest.approx(right, abs=0.8)
    assert "row 18" in judged(table, metric).explain()


def test_the_column_that_the_claim_is_of_is_held_to_no_others():
    table = plain_nights()
    table["rem_percent"][17] = 55.5
    assert said(table, "waso") == []


def test_a_sound_table_says_nothing():
    for metric in ("tst", "se", "waso", "sol", "rem_percent", "n3_minutes", "awakenings_per_hour"):
        assert said(plain_nights(), metric) == []


def test_parts_of_a_night_that_were_not_scored_are_no_contradiction():
    """Of every fifth night 40 min of wake are unscored: TST, SOL and WASO come to less than TRT."""
    table = plain_nights()
    table["waso"][::5] = np.maximum(0.0, table["waso"][::5] - 40)
    assert said(table, "waso") == said(table, "tst") == []


@pytest.mark.parametrize("change", [
    {"waso": lambda t: t["spt"] - t["tst"] + 12.5},          # another wake
    {"se": lambda t: 100 * t["tst"] / (t["trt"] + 25)},      # SE of another whole
    {"sol": lambda t: t["sol"] + 10},                        # another onset
])  # fmt: skip
def test_a_definition_of_ones_own_is_no_contradiction(change):
    table = plain_nights()
    table |= {name: np.round(make(table), 2) for name, make in change.items()}
    assert said(table, next(iter(change))) == []


def test_columns_drawn_one_by_one_are_no_contradiction():
    table, rng = only(plain_nights(), "tst", "waso", "sol", "se"), np.random.default_rng(0)
    table["trt"] = np.round(rng.normal(500, 20, table["tst"].size))
    assert said(table) == []


@pytest.mark.parametrize("change", [lambda t: t["rem_latency"] + 9, lambda t: t["rem_latency"] + t["sol"]])
def test_a_latency_that_has_two_times_is_said(change):
    table = plain_nights()
    table["rem_latency_event"], table["rem_latency_time"] = np.ones(96), table["rem_latency"].copy()
    assert "two-times" not in [one.code for one in judged(table, "rem_latency").warnings]
    table["rem_latency_time"] = change(table)
    (told,) = (one for one in judged(table, "rem_latency").warnings if one.code == "two-times")
    assert (told.facts["n"], told.facts["row"], told.facts["latency"]) == (96, 1, table["rem_latency"][0])


def test_a_night_without_the_event_has_its_end_as_its_time():
    table = plain_nights()
    table["rem_latency_event"], table["rem_latency_time"] = np.ones(96), table["rem_latency"].copy()
    table["rem_latency_event"][::9], table["rem_latency_time"][::9] = 0.0, table["trt"][::9]
    assert "two-times" not in [one.code for one in judged(table, "rem_latency").warnings]
