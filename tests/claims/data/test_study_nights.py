"""Tables that contradict themselves are refused by row; what was declared is left out and counted."""

import math
from contextlib import contextmanager

import numpy as np
import pandas as pd
import pytest

import somnometry as sm
from somnometry.claims.data.study_nights import StudyNights

from ...facts import example

NIGHTS = [
    {"subject": s, "condition": c, "period": p, "night": n, "tst": 400 + n}
    for s in ("a", "b")
    for p, c in ((1, "placebo"), (2, "active"))
    for n in (1, 2)
]


def changed(row, **cells):
    return [night | (cells if i == row - 1 else {}) for i, night in enumerate(NIGHTS)]


def test_rows_columns_and_frames_are_one_table():
    frame = pd.DataFrame(NIGHTS)
    columns = {name: frame[name].to_numpy() for name in frame}
    for nights in (NIGHTS, frame, columns):
        table = StudyNights.of(nights, sm.Study())
        assert table.subjects == ("a", "b")
        assert table.conditions == ("active", "placebo")
        assert table.periods == ("1", "2")
        assert table.night.tolist() == [0, 1] * 4


@contextmanager
def refused(key, place=""):
    with pytest.raises(sm.ClaimError) as caught:
        yield
    assert (caught.value.key, caught.value.place) == (key, place)


@pytest.mark.parametrize(
    ("nights", "key", "place"),
    [
        ([{"subject": 1, "tst": 400}], "condition", ""),
        (changed(3, subject=""), "subject", "row 3, column 'subject'"),
        (changed(2, night=1), "night", "rows 1 and 2"),
        (changed(2, condition="active"), "condition", "rows 1 and 2"),
        (changed(4, night=math.nan), "night", "row 4, column 'night'"),
        (changed(4, night=1.5), "night", "row 4, column 'night'"),
        ([n | {"sequence": "AB" if i else "BA"} for i, n in enumerate(NIGHTS)], "sequence", "rows 1 and 2"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused_by_row(nights, key, place):
    with refused(key, place):
        StudyNights.of(nights, sm.Study())


def test_two_columns_of_one_name_are_refused_whatever_their_type():
    frame = pd.DataFrame(NIGHTS)
    for name in ("tst", "subject"):
        with refused(name, "the table of nights"):
            StudyNights.of(pd.concat([frame, frame[[name]]], axis=1), sm.Study())
    with refused("1", "the table of nights"):
        StudyNights.of(frame.assign(**{"1": 0}).rename(columns={"tst": 1}), sm.Study())


@pytest.mark.parametrize(
    ("cells", "place"),
    [([[1.0, 2.0]] * len(NIGHTS), "row 1, column 'tst'"), (np.ones((len(NIGHTS), 2, 2)), "")],
)
def test_cells_of_several_values_are_refused(cells, place):
    columns = {name: [night[name] for night in NIGHTS] for name in NIGHTS[0]}
    with refused("tst", place):
        StudyNights.of(columns | {"tst": cells}, sm.Study())


def test_a_status_counts_however_it_is_written():
    table = StudyNights.of(
        [night | {"status": ("OK", "ok ", "Failed")[i % 3]} for i, night in enumerate(NIGHTS)], sm.Study()
    )
    assert len(table) == len(NIGHTS) - len(NIGHTS) // 3


def test_a_cell_that_is_no_number_is_named():
    table = StudyNights.of(pd.DataFrame(changed(5, tst="six hours")), sm.Study())
    with refused("tst", "row 5, column 'tst'"):
        table.numbers("tst")
    assert math.isnan(StudyNights.of(changed(5, tst=""), sm.Study()).numbers("tst")[4])


@pytest.mark.parametrize("cell", [math.inf, -math.inf, "inf", 1e300])
def test_a_cell_that_is_no_measurement_is_no_number(cell):
    for nights in (changed(5, tst=cell), pd.DataFrame(changed(5, tst=cell))):
        with refused("tst", "row 5, column 'tst'"):
            StudyNights.of(nights, sm.Study()).numbers("tst")
    with refused("night", "row 5, column 'night'"):
        StudyNights.of(pd.DataFrame(changed(5, night=cell)), sm.Study())


@pytest.mark.parametrize("nights", [None, 3, "nights.csv", [[1, 2]], np.zeros((2, 2))])
def test_what_is_no_table_is_refused(nights):
    with pytest.raises(sm.ClaimError):
        StudyNights.of(nights, sm.Study())


@pytest.mark.parametrize("name", ["tst", "sol_time", "rem_latency_event", "tst__first_4h", "sri", "ahi"])
def test_nights_cannot_be_excluded_by_what_they_measured(name):
    with refused("study.exclude", "study"):
        StudyNights.of([night | {name: 0} for night in NIGHTS], sm.Study(exclude=(name,)))


def test_nights_that_failed_or_were_declared_lost_leave_and_are_counted():
    nights = [night | {"status": "ok", "technical_failure": 0} for night in NIGHTS]
    nights[0]["status"] = "failed"
    nights[1]["technical_failure"] = 1
    nights += [{"subject": "c", "condition": "active", "period": 1, "night": 1, "tst": 1, "status": "failed"}]
    table = StudyNights.of(nights, sm.Study(exclude=("technical_failure",)))
    assert len(table) == 6
    assert [(left.n_nights, left.n_subjects) for left in table.exclusions] == [(2, 1), (1, 0)]
    assert table.row.tolist() == [3, 4, 5, 6, 7, 8]


def test_nights_are_never_excluded_by_how_one_slept():
    for name in ("tst", "rem_latency_time"):
        with refused("study.exclude", "study"):
            StudyNights.of(NIGHTS, sm.Study(exclude=(name,)))
    with refused("study.exclude", "study"):
        StudyNights.of(NIGHTS, sm.Study(exclude=("unplugged",)))


def test_undosed_nights_count_unless_the_study_says_while_on_treatment():
    nights = [night | {"undosed": int(i == 4)} for i, night in enumerate(NIGHTS)]
    assert len(StudyNights.of(nights, sm.Study())) == 8
    assert len(StudyNights.of(nights, sm.Study(intercurrent="while-on-treatment"))) == 7


def test_a_first_night_that_is_missing_leaves_the_second_the_second():
    table = StudyNights.of([night for i, night in enumerate(NIGHTS) if i != 4], sm.Study())
    assert table.night.tolist() == [0, 1, 0, 1, 1, 0, 1]
    late = [night | {"night": night["night"] + 10 * night["period"]} for night in NIGHTS]
    assert StudyNights.of(late, sm.Study()).night.tolist() == [0, 1] * 4


def test_periods_are_ordered_as_numbers():
    nights = [{"subject": 1, "condition": "a", "period": p, "tst": 1} for p in (10, 9, 2)]
    assert StudyNights.of(nights, sm.Study()).periods == ("2", "9", "10")
    assert StudyNights.of({k: np.array([n[k] for n in nights]) for k in nights[0]}, sm.Study()).period.tolist() == [
        2,
        1,
        0,
    ]


def test_the_nights_of_three_doses_are_read_whole():
    table = example("three_doses").rename(columns={"treat": "condition"})
    nights = StudyNights.of(table, sm.Study())
    assert (len(nights), nights.conditions, nights.periods) == (len(table), ("H", "L", "P"), ("1", "2", "3"))


@pytest.mark.parametrize("columns", ["subject,condition,status,tst", "subject,condition,period,night,status,tst,bad"])
def test_a_table_without_nights_is_no_accident(tmp_path, columns):
    (tmp_path / "nights.csv").write_text(f"{columns}\n")
    claim = sm.Claim("tst", "increases", smallest_effect=15.0, design="crossover", treatment="a", control="b")
    study = sm.Study((claim,), design="crossover", exclude=("bad",) if "bad" in columns else ())
    assert sm.judge_all(study, sm.read_nights(tmp_path / "nights.csv"))[0].outcome == "not testable"


def test_every_cell_that_is_wrong_is_told_at_once():
    wrong = [dict(night, waso=3.0) for night in NIGHTS]
    wrong[0]["subject"] = ""
    wrong[1]["condition"] = None
    wrong[2]["night"] = "second"
    wrong[3]["tst"] = wrong[5]["tst"] = "long"
    wrong[4]["waso"] = "?"  # of a metric that no claim is about: not asked
    claim = sm.Claim("tst", "increases")
    with pytest.raises(sm.ClaimError) as caught:
        StudyNights.of(wrong, sm.Study(claims=(claim,)))
    assert [error.place for error in (caught.value, *caught.value.others)] == [
        "row 1, column 'subject'",
        "row 2, column 'condition'",
        "row 3, column 'night'",
        "row 4, column 'tst'",
        "row 6, column 'tst'",
    ]


def test_a_number_with_an_underscore_is_none():
    with pytest.raises(sm.ClaimError, match="'4_12"):
        sm.judge(
            sm.Claim("tst", "increases", design="parallel", treatment="a", control="b"),
            [{"subject": i, "condition": "ab"[i % 2], "tst": "4_12.5" if i else "400"} for i in range(8)],
        )


@pytest.mark.parametrize("cell", ["NA", "n/a", "#N/A", "na "])
def test_what_r_and_spreadsheets_write_for_no_number_is_none(cell):
    table = {"subject": ["A", "A"], "condition": ["active", "placebo"], "tst": [cell, "400"]}
    np.testing.assert_array_equal(StudyNights.of(table, sm.Study()).numbers("tst"), [np.nan, 400.0])


@pytest.mark.parametrize("cell", ["none", "-", "missing", "4_00", "NAN?"])
def test_what_may_mean_that_it_never_came_is_no_number(cell):
    table = {"subject": ["A", "A"], "condition": ["active", "placebo"], "tst": [cell, "400"]}
    with pytest.raises(sm.ClaimError, match="is not a number"):
        StudyNights.of(table, sm.Study()).numbers("tst")
