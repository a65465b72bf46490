"""One person's page: nights counted as by hand, the answer first, what to do next whatever came out."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

import somnometry as sm
from somnometry.batch.own_columns import TAKEN
from somnometry.report.pages.one_person import is_of_one_person, nights_facts, one_person_document, person_pictures
from somnometry.report.pages.verdict_files import write_verdicts

from ...claims.one_person import CLAIM, DRAWN, dated, exchanged, nights, study

ALONE = dataclasses.replace(study(), claims=(CLAIM,), device="headband")


def table(**more):
    return pd.DataFrame(dated(nights())).assign(**more)


def judged(frame, of=ALONE):
    return sm.judge_all(of, frame)


def test_nights_are_counted_by_condition_as_by_hand():
    frame = table(alcohol=[1, 0, 1] * 7, mood=range(21), status="ok")
    frame.loc[[2, 10], ["tst", "status"]] = [np.nan, "lost"]
    facts = nights_facts(judged(frame)[0], ALONE, frame)
    letters = [*DRAWN.order]
    lost = [sum(letters[i] == letter for i in (2, 10)) for letter in "AB"]
    given = [letters.count(letter) for letter in "AB"]
    assert facts["arms"] == ("placebo", "active")
    assert facts["lost"] == list(zip(lost, given, strict=True))
    marked = [sum(letters[i] == letter for i in range(21) if i % 3 != 1) for letter in "AB"]
    assert facts["noted"] == {"alcohol": list(zip(marked, given, strict=True))}
    fridays = [i for i in range(21) if i % 7 in (4, 5) and i not in (2, 10)]  # 2 March 2026 is a Monday
    assert [n for n, _ in facts["weekend"]] == [sum(letters[i] == letter for i in fridays) for letter in "AB"]
    assert facts["otherwise"] == 0


def test_columns_that_are_written_of_every_night_are_not_what_the_person_noted():
    """Such as the second of lights-off, which is 0 in every night that was declared to be the time in bed."""
    kept = {"subject", "condition", "status", "start", "night", "period", "device"}
    frame = table(alcohol=[1, 0, 1] * 7, status="ok", lost="").assign(**dict.fromkeys(sorted(TAKEN - kept), 0))
    assert list(nights_facts(judged(table())[0], ALONE, frame)["noted"]) == ["alcohol"]


def test_a_change_over_the_study_and_what_follows_a_night_are_those_of_the_table():
    made = [row | {"tst": 400.0 + 3.0 * row["night"] + 50.0 * (row["condition"] == "active")} for row in nights()]
    frame = pd.DataFrame(made)
    facts = nights_facts(judged(pd.DataFrame(nights()))[0], ALONE, frame)
    assert facts["trend"] == pytest.approx(60.0)  # 3 minutes a night from night 1 to night 21
    control = [i for i in range(1, 21) if DRAWN.order[i] == "A"]
    for (mean, n), before in zip(facts["after"], "BA", strict=True):
        own = [made[i]["tst"] for i in control if DRAWN.order[i - 1] == before]
        assert (mean, n) == (pytest.approx(np.mean(own)), len(own))
    assert facts["weekend"] is None


def test_nights_not_taken_as_drawn_are_counted_where_they_were_drawn():
    frame = pd.DataFrame(exchanged(nights(), 4, 9))
    facts = nights_facts(judged(frame)[0], ALONE, frame)
    assert facts["otherwise"] == 2
    assert [n for _, n in facts["lost"]] == [DRAWN.order.count("A"), DRAWN.order.count("B")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "do it once more"),
        ({"schedule": None}, "study new --one-person"),
        ({"randomised": None}, "Let chance draw the order next time"),
        ({"schedule": sm.Schedule("blocks", periods=28, seed=11)}, "Go on to the planned end"),
    ],
)
def test_what_to_do_next_follows_from_what_came_out(change, said, tmp_path):
    of = dataclasses.replace(ALONE, **change)
    frame = table()
    if "schedule" in change and change["schedule"] is not None:
        order = change["schedule"].order
        frame["condition"] = [{"A": "placebo", "B": "active"}[letter] for letter in order[:21]]
    verdicts = judged(frame, of)
    ((_, words),) = one_person_document(verdicts, of, frame)["next"]
    assert said in words
    write_verdicts(verdicts, of, tmp_path, nights=frame)
    assert said in (tmp_path / "verdicts.html").read_text(encoding="utf-8")


def test_the_answer_comes_first_then_the_nights_what_may_fool_and_what_to_do(tmp_path):
    write_verdicts(judged(table()), ALONE, tmp_path, nights=table())
    text = (tmp_path / "verdicts.html").read_text(encoding="utf-8")
    parts = (
        "<strong>Answer: yes",
        "For a statistician",
        *(f'id="{of}"' for of in ("person", "fooled", "next", "forest")),
    )
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    told = json.loads((tmp_path / "verdicts.json").read_text(encoding="utf-8"))["one_person"]
    assert {term for term, _ in told["fooled"]} >= {"The passing of time", "What was expected", "The device"}


def test_columns_of_ours_are_no_marks_of_the_person():
    """Lights that were taken from the record were counted as something the person had noted."""
    own = dict.fromkeys(TAKEN - {"subject", "condition", "period", "night", "status", "start"}, 0)
    frame = table(**own, late_shift=0)
    assert [*nights_facts(judged(table())[0], ALONE, frame)["noted"]] == ["late_shift"]


@pytest.mark.parametrize(
    ("more", "said", "unsaid"),
    [
        ({}, "the mean of all nights of its colour", ("a period", "a thin line", "a cross")),
        ({"period": range(1, 22)}, "is a mark", ("a bar", "a thin line", "a cross")),
        ({"tst_low": 380.0, "tst_high": 420.0}, "a thin line", ("a period", "a cross")),
        ({"period": [i // 3 for i in range(21)], "condition": ["placebo", "active"] * 10 + ["placebo"]}, "a bar",
         ("a thin line", "a cross")),
        ({"tst": [np.nan, *range(400, 420)]}, "a cross", ("a period", "a thin line")),
    ],
)  # fmt: skip
def test_below_a_picture_stands_what_it_shows_and_no_more(more, said, unsaid):
    verdicts = judged(table())
    ((_, _, words),) = person_pictures(verdicts, ALONE, table(**more))
    assert said in words
    assert not [one for one in unsaid if one in words]


def test_studies_of_several_people_have_none_of_it():
    crossover = sm.Study((CLAIM,), design="crossover", treatment="active", control="placebo")
    verdict = sm.Verdict(CLAIM, "inconclusive", ())
    assert not is_of_one_person([verdict], crossover)
    assert one_person_document([verdict], crossover, table()) == {}
    assert person_pictures([verdict], crossover, table()) == []
