"""A column, or a part of it, in another unit than its name says is refused and told which; odd nights are not."""

from __future__ import annotations

import csv

import numpy as np
import pytest

import somnometry as sm
from somnometry.claims.data.likely_units import likely_unit
from somnometry.claims.data.soundness import require_sound
from somnometry.claims.data.study_nights import StudyNights

from ..plain_nights import MINUTES, judged, only, plain_nights, refused

#: One minute in other units, by their definitions.
UNITS = {"hours": 1 / 60, "days": 1 / 1440, "epochs of 30 s": 2.0, "epochs of 20 s": 3.0, "seconds": 60.0,
         "milliseconds": 60000.0}  # fmt: skip


def in_unit(minutes, unit):
    """Minutes in another unit; of epochs only whole ones are counted."""
    return np.round(minutes * UNITS[unit]) if unit.startswith("epochs") else minutes * UNITS[unit]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("metric", ["tst", "trt", "spt"])
def test_the_length_of_nights_in_any_other_unit_is_told(metric, unit):
    table = only(plain_nights(), metric)
    table[metric] = in_unit(table[metric], unit)
    error = refused(table, metric)
    assert error.key == metric
    assert f"likely in {unit}" in str(error)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("metric", MINUTES)
def test_a_table_that_is_all_in_another_unit_is_refused_whatever_is_judged(metric, unit):
    table = plain_nights()
    for name in MINUTES:
        table[name] = in_unit(table[name], unit)
    assert "likely" in str(refused(table, metric))


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("metric", ["waso", "sol", "rem_minutes", "n2_minutes"])
def test_a_single_column_in_another_unit_than_its_night_is_refused(metric, unit):
    table = plain_nights()
    table[metric] = table[metric] * UNITS[unit]
    assert refused(table, metric).key in (metric, "tst")


@pytest.mark.parametrize("which", ["an arm", "four people"])
@pytest.mark.parametrize("unit", ["hours", "epochs of 30 s", "seconds"])
def test_a_part_in_another_unit_is_told_from_the_rest(which, unit):
    table = only(plain_nights(nights=4), "tst")
    part = table["condition"] == "active" if which == "an arm" else np.isin(table["subject"], ["P1", "P2", "P7", "P8"])
    table["tst"] = np.where(part, table["tst"] * UNITS[unit], table["tst"])
    error = refused(table)
    assert "likely in another unit than the other" in error.what or f"likely in {unit}" in str(error)
    assert unit in str(error)


@pytest.mark.parametrize("stage", ["rem", "n3"])
def test_minutes_under_the_name_of_a_percentage_are_told(stage):
    table = only(plain_nights(), f"{stage}_minutes", f"{stage}_percent")
    table = only(table | {f"{stage}_percent": np.minimum(table[f"{stage}_minutes"] + 20, 100)}, f"{stage}_percent")
    assert "likely in minutes" in str(refused(table, f"{stage}_percent"))


@pytest.mark.parametrize(
    ("metric", "values"),
    [
        ("tst", (610.5, 702.0, 655.5, 688.0, 641.5)),  # hypersomnia, to the half minute
        ("tst", (560.0, 590.0, 600.0, 615.0)),  # long sleepers
        ("tst", (120.0, 65.0, 240.0, 90.0)),  # bad nights
        ("trt", (720.0, 735.0, 600.0, 750.0)),  # long nights in bed
        ("sol", (0.5, 1.0, 2.5, 45.0)), ("sol", (190.0, 210.0, 260.0, 150.0)), ("waso", (0.0, 1.5, 3.0, 240.0)),
        ("n1_latency", (0.0, 0.0, 0.5, 1.0)), ("long_wake_minutes", (0.0, 0.0, 0.0, 11.0)),
        ("rem_percent", (45.0, 52.0, 48.0, 55.0)), ("n3_percent", (0.0, 0.0, 0.4, 0.2)),
    ],
)  # fmt: skip
def test_odd_groups_of_people_are_believed(metric, values):
    if metric == "n3_percent":  # nights nearly without N3, of which one column cannot be told from a fraction
        assert likely_unit(metric, np.array([0.0, 0.0, 0.4, 5.2])) == ""
    else:
        assert likely_unit(metric, np.array(values)) == ""


@pytest.mark.real_data
@pytest.mark.parametrize("scorer", ["human", "psg_ai", "headband_ai"])
@pytest.mark.parametrize("digits", [3, 0])
def test_nights_that_people_and_programs_scored_are_believed(scorer, digits, shared):
    """All metrics of 64 nights of BOAS, as they are and to whole numbers."""
    with (shared / "data" / "boas" / "nights.tsv").open(newline="") as lines:
        person = {row["night"]: row["pid"] for row in csv.DictReader(lines, delimiter="\t")}
    with (shared / "data" / "boas" / "stages.tsv").open(newline="") as lines:
        nights = [row for row in csv.DictReader(lines, delimiter="\t") if row["scorer"] == scorer]
    rows = []
    for night in nights:
        who, stages = person[night["night"]], ["W123R?".index(letter) for letter in night["stages"]]
        measured = sm.architecture(sm.Hypnogram([-1 if stage == 5 else stage for stage in stages]), max_unscored=1.0)
        arm = {"subject": who, "condition": "ab"[int(who) % 2], "night": len(rows)}
        rows.append(arm | {metric: round(value, digits) for metric, value in measured.items()})
    study = sm.Study(design="parallel", treatment="a", control="b", randomised=True)
    nights = StudyNights.of(rows, study)
    require_sound(nights, sm.METRICS)
    assert len(nights) == 64


def test_plain_nights_are_sound():
    table = plain_nights()
    for metric in sm.METRICS.keys() & table.keys():
        assert judged(table, metric).outcome in ("inconclusive", "supported", "contradicted")
