"""Tables of several stagers: the same nights under the same conditions, and each its own numbers."""

import numpy as np
import pytest

import somnometry as sm
from somnometry.claims.several_stagers import judge_by_stager

CLAIM = sm.Claim("n3_percent", "increases", smallest_effect=3.0)
STUDY = sm.Study((CLAIM,), "crossover", "active", "placebo", randomised=True, staging="human", device="psg")


def nights(seed, **error):
    """Give the same 16 people's nights as a person with errors of his own scored them."""
    stager = sm.SimulatedStager("Doe", {"n3_percent": {"night_sd": 1.0} | error, "tst": {"night_sd": 5.0}})
    named = sm.SimulatedStager(f"Doe {seed}", stager.errors, staging="human")
    spreads = {"n3_percent": sm.Spread(20.0, 4.0, 2.0)}
    plan = sm.StudyPlan(effects={"n3_percent": 5.0}, spreads=spreads, subjects=16, nights=2, stagers=[named])
    return sm.simulate_study(plan, 3).scored[named.name].drop(columns=["scorer"])


def codes(verdict):
    return [reason.code for reason in verdict.warnings]


def test_one_scoring_under_two_names_is_refused_and_no_agreement():
    one = nights(1)
    for copy in (one, one.round(1), one.sample(frac=1.0, random_state=1), one.assign(scorer="human")):
        with pytest.raises(sm.ClaimError) as error:
            judge_by_stager(STUDY, {"a": one, "b": copy, "c": nights(2)} if copy is one else {"a": copy, "b": one})
        assert error.value.key == "nights"
        assert "is a copy of the other" in error.value.what
    assert judge_by_stager(STUDY, {"a": one, "b": nights(2)})[0].outcome == "supported"


def test_scorings_that_differ_in_one_metric_or_one_night_are_two():
    one = nights(1)
    other = one.copy()
    other.loc[other.index[5], "n3_percent"] += 1.0
    assert judge_by_stager(STUDY, {"a": one, "b": other})[0].outcome == "supported"
    missing = one.copy()
    missing.loc[missing.index[5], "n3_percent"] = np.nan
    assert judge_by_stager(STUDY, {"a": one, "b": missing})[0].outcome == "supported"


def test_nights_that_one_lacks_are_told_by_their_number():
    one, other = nights(1), nights(2)
    (whole,) = judge_by_stager(STUDY, {"a": one, "b": other})
    assert "nights-not-by-all" not in codes(whole)
    lacking = other.drop(index=other.index[[0, 9]])
    failed = one.assign(status=["failed", *one["status"][1:]])
    (verdict,) = judge_by_stager(STUDY, {"a": failed, "b": lacking})
    told = next(reason for reason in verdict.warnings if reason.code == "nights-not-by-all")
    assert told.facts == {"lacking": {"b": 1}, "of": 63}
    assert "of 63 that any scored, b lacks 1" in verdict.explain()
    (verdict,) = judge_by_stager(STUDY, {"a": one.drop(index=one.index[20]), "b": lacking})
    told = next(reason for reason in verdict.warnings if reason.code == "nights-not-by-all")
    assert told.facts == {"lacking": {"a": 1, "b": 2}, "of": 64}


def test_tables_that_name_another_condition_of_a_night_or_no_common_night_are_refused():
    one, other = nights(1), nights(2)
    turned = other["condition"].map({"active": "placebo", "placebo": "active"})
    for table, key in (
        (other.assign(condition=turned, sequence=""), "condition"),
        (other.assign(night=other["night"] + 10), "night"),
        (other[other["subject"] != "s03"], "subject"),
    ):
        with pytest.raises(sm.ClaimError) as error:
            judge_by_stager(STUDY, {"a": one, "b": table})
        assert error.value.key == key


def test_nights_without_numbers_are_counted_within_period_and_condition():
    study = sm.Study((CLAIM,), "parallel", "active", "placebo", randomised=True, staging="human", device="psg")
    tables = []
    for seed in (1, 2):
        table = nights(seed)
        first = table["period"] == 1
        tables.append(table[first].drop(columns=["period", "night", "sequence"]))
    (verdict,) = judge_by_stager(study, {"a": tables[0], "b": tables[1]})
    assert "under-every-stager" in codes(verdict)
    with pytest.raises(sm.ClaimError):
        judge_by_stager(study, {"a": tables[0], "b": tables[0].copy()})
