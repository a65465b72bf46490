"""Values that were filled in are said; those that are alike by chance or habit are not."""

from __future__ import annotations

import numpy as np
import pytest

from ..plain_nights import judged, only, plain_nights


def test_a_mean_that_fills_missing_nights_is_said():
    table = only(plain_nights(), "tst")
    table["tst"] = np.where(np.arange(96) % 6 == 0, 392.7, table["tst"])
    (told,) = (reason for reason in judged(table).warnings if reason.code == "filled-in")
    assert told.facts == {"metric": "tst", "value": 392.7, "n": 16, "nights": 96}
    assert "less sure than it says" in judged(table).explain()


@pytest.mark.parametrize(("metric", "value"), [("rem_latency", 120.0), ("tst", 400.0), ("sol", 30.0), ("se", 85.0)])
def test_a_round_number_that_fills_nights_is_said_where_others_are_not_round(metric, value):
    table = only(plain_nights(), metric)
    table[metric] = np.where(np.arange(96) % 6 == 0, value, table[metric])
    assert ("filled-in", value) in [(one.code, one.facts.get("value")) for one in judged(table, metric).warnings]
    table[metric] = 5 * np.round(table[metric] / 5)  # as people write it
    assert "filled-in" not in [one.code for one in judged(table, metric).warnings]


def test_hours_in_bed_that_a_protocol_sets_are_not_filled_in():
    table = only(plain_nights(), "trt")
    table["trt"][::2] = 480.0
    assert "filled-in" not in [one.code for one in judged(table, "trt").warnings]


def test_values_carried_forward_are_said():
    table = only(plain_nights(nights=1), "tst")
    first = {
        who: value for who, p, value in zip(table["subject"], table["period"], table["tst"], strict=True) if p == 1
    }
    lost = np.isin(table["subject"], [f"P{s}" for s in range(1, 25, 3)]) & (table["tst"] % 5 != 0)
    table["tst"] = np.array([first[who] if gone else value for who, gone, value in
                             zip(table["subject"], lost, table["tst"], strict=True)])  # fmt: skip
    (told,) = (reason for reason in judged(table).warnings if reason.code == "carried-forward")
    assert told.facts["n"] >= 6


@pytest.mark.parametrize("people", [24, 12])
def test_last_nights_that_are_the_nights_before_are_said(people):
    table = only(plain_nights(nights=3, people=people), "tst")
    last, before = (np.flatnonzero((table["condition"] == "active") & (table["night"] == night)) for night in (3, 2))
    table["tst"][last] = table["tst"][before]
    (told,) = (reason for reason in judged(table).warnings if reason.code == "repeated-values")
    whole = (table["tst"][before] % 5 == 0).sum()  # which people write of themselves
    assert people - whole <= told.facts["n"] <= people


def test_nights_that_are_alike_by_chance_or_habit_are_not_said():
    for seed in range(60):
        table = only(plain_nights(seed=seed, nights=2 + 5 * (seed % 3 == 2)), "tst")
        if seed % 2:
            table["tst"] = 30 * np.round(table["tst"] / 30)  # as people write it
        codes = {reason.code for reason in judged(table).warnings}
        assert not codes & {"filled-in", "carried-forward", "repeated-values"}
