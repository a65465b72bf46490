"""One verdict on nights that several stagers scored, on studies whose truth is known, drawn in plain numpy."""

from __future__ import annotations

import numpy as np
import pytest

import somnometry as sm
from benchmarks.claims.staged_studies import MARGIN, STAGER, calibration_of, people_scored_by_both, study_table
from somnometry.report.tables.verdicts_table import reasons_text

N3 = sm.Claim("n3_percent", "increases", smallest_effect=MARGIN)
STUDY = sm.Study((N3,), "crossover", "active", "placebo", randomised=True)
PEOPLE, NIGHTS = 40, 4


def truth(effect, seed=0):
    """Nights of a crossover as they were: shape (people, 2 arms, nights)."""
    rng = np.random.default_rng(seed)
    own = rng.normal(0, 6.9, (PEOPLE, 1, 1)) + np.array([0.0, effect])[:, None]
    return 20 + own + rng.normal(0, 2.0, (PEOPLE, 2, NIGHTS))


def scored(nights, name, *, share=1.0, by_night=2.0, bias=0.0, seed=1, **columns):
    """Those nights by a stager that shows a share of an effect, errs by night, and by `bias` under the treatment."""
    rng = np.random.default_rng(seed)
    seen = share * nights + np.array([0.0, bias])[:, None] + rng.normal(0, by_night, nights.shape)
    table = study_table(np.clip(seen, 0.0, 100.0), "n3_percent")
    return table | {"scorer": np.full(seen.size, name)} | columns


def test_what_all_see_is_said_with_the_numbers_of_the_first():
    nights = truth(5.0)
    tables = {"Doe": scored(nights, "human"), "Roe": scored(nights, "human", seed=2)}
    (alone,) = sm.judge_all(STUDY, tables["Doe"])
    (verdict,) = sm.judge_by_stager(STUDY, tables)
    assert (verdict.outcome, verdict.estimate) == ("supported", alone.estimate)
    assert verdict.warnings[-1].code == "under-every-stager"
    assert "the answer is the same as doe and roe scored the nights" in verdict.explain().lower()


def test_what_a_drug_does_to_one_stager_alone_is_said_and_not_supported():
    nights = truth(0.0)
    tables = {"a program": scored(nights, "program", bias=3.0), "a person": scored(nights, "human", seed=2)}
    (verdict,) = sm.judge_by_stager(STUDY, tables)
    assert verdict.outcome == "inconclusive"
    assert verdict.size == ""
    assert verdict.n_to_decide is None
    assert verdict.reasons[-1].code == "not-under-every-stager"
    assert verdict.reasons[-1].facts["outcomes"] == {"a program": "supported", "a person": "equivalent"}
    assert "supported as a program scored the nights" in verdict.explain()


@pytest.mark.parametrize("order", [1, -1])
def test_which_comes_first_does_not_decide(order):
    nights = truth(0.0)
    tables = [("a", scored(nights, "program", bias=3.0)), ("b", scored(nights, "human", seed=2))]
    assert sm.judge_by_stager(STUDY, dict(tables[::order]))[0].outcome == "inconclusive"


def test_each_program_is_judged_with_its_own_calibration():
    human, auto = people_scored_by_both(np.random.default_rng(5), 1.0, 1)
    own = calibration_of("n3_percent", human[0], auto[0])
    nights = truth(0.0)
    tables = {"person": scored(nights, "human"), "program": scored(nights, STAGER.name, seed=2)}
    (without,) = sm.judge_by_stager(STUDY, tables)
    (calibrated,) = sm.judge_by_stager(STUDY, tables, calibration=own)
    assert without.outcome == "inconclusive"  # of the program nobody knows what share of an effect it shows
    assert calibrated.outcome == "equivalent"
    with pytest.raises(sm.ClaimError) as error:
        sm.judge_by_stager(STUDY, {"Doe": tables["person"], "Roe": scored(nights, "human", seed=3)}, calibration=own)
    assert error.value.key == "calibration"


def test_a_stager_that_cannot_tell_is_named():
    nights = truth(5.0)
    wearable = scored(nights, "watch", device=np.full(nights.size, "wearable"))
    (verdict,) = sm.judge_by_stager(STUDY, {"watch": wearable, "person": scored(nights, "human", seed=3)})
    assert verdict.outcome == "supported"
    assert verdict.reasons[-1].code == "under-one-stager"
    assert verdict.reasons[-1].facts == {"stager": "person", "untested": ("watch",)}
    said = "this rests on how person scored the nights alone: as watch scored them it cannot be tested"
    assert said in verdict.explain()
    assert said in reasons_text(verdict)  # the terminal has no warnings
    three = {"watch": wearable, "person": scored(nights, "human", seed=3), "other": scored(nights, "human", seed=2)}
    (verdict,) = sm.judge_by_stager(STUDY, three)
    assert verdict.reasons[-1].code != "under-one-stager"
    told = [(w.code, dict(w.facts)) for w in verdict.warnings[-2:]]
    assert told == [
        ("untestable-under-stager", {"stager": "watch"}), ("under-every-stager", {"stagers": ("person", "other")}),
    ]  # fmt: skip
    wearable2 = scored(nights, "ring", seed=4, device=np.full(nights.size, "wearable"))
    (neither,) = sm.judge_by_stager(STUDY, {"watch": wearable, "other": wearable2})
    assert neither.outcome == "not testable"


def test_sizes_stand_where_all_agree_on_them():
    large = truth(6.0)
    both = {"a": scored(large, "human"), "b": scored(large, "human", seed=2)}
    assert sm.judge_by_stager(STUDY, both)[0].size == "at least D"
    noisy = {"a": both["a"], "b": scored(large, "human", share=0.6, by_night=6.0, seed=3)}
    assert sm.judge_by_stager(STUDY, noisy)[0].size == "uncertain"


def test_a_benefit_is_excluded_only_where_it_is_under_all():
    nights = truth(0.0)
    sure = {"a": scored(nights, "human"), "b": scored(nights, "human", seed=2)}
    assert sm.judge_by_stager(STUDY, sure)[0].benefit_excluded
    noisy = scored(nights, "human", by_night=60.0, seed=3)
    assert not sm.judge_all(STUDY, noisy)[0].benefit_excluded
    for tables in ({"a": sure["a"], "b": noisy}, {"b": noisy, "a": sure["a"]}):
        assert not sm.judge_by_stager(STUDY, tables)[0].benefit_excluded


def test_other_people_and_a_single_stager_are_refused():
    table = scored(truth(0.0), "human")
    with pytest.raises(sm.ClaimError) as error:
        sm.judge_by_stager(STUDY, {"a": table})
    assert error.value.key == "nights"
    with pytest.raises(sm.ClaimError) as error:
        sm.judge_by_stager(STUDY, {"a": table, "b": {name: values[8:] for name, values in table.items()}})
    assert error.value.key == "subject"


def test_a_true_effect_that_half_the_stagers_hardly_show_is_supported_seldom_and_none_falsely():
    wrong = 0
    for seed in range(40):
        nights = truth(0.0, seed)
        tables = {
            "a": scored(nights, "program a", bias=3.0, seed=seed + 100),
            "b": scored(nights, "program b", share=0.8, seed=seed + 200),
        }
        wrong += sm.judge_by_stager(STUDY, tables, sensitivity=False)[0].outcome in ("supported", "contradicted")
    assert wrong <= 4  # .025 a way under the second alone
