"""Claims that no study is simulated for say why, and stop no other."""

import dataclasses

import pytest

import somnometry as sm
from somnometry.claims.power.simulation import power
from somnometry.core.reason import Reason

from .declared import TST, study


def test_claims_that_cannot_be_simulated_say_why_and_stop_no_other():
    pain = sm.Claim("pain", "decreases", smallest_effect=2.0)
    ahi = sm.Claim("ahi", "decreases", smallest_effect=5.0, kind="non-inferiority")
    void = sm.Claim("", not_testable="receptors are not seen in sleep", id="MECHANISM")
    other = dataclasses.replace(TST, id="OLD", population="the old")
    bare = sm.Claim("waso", "decreases")
    through = sm.Claim("se", "increases", smallest_effect=5.0, kind="mediation", mediator="pain")
    floor = sm.Claim("sol", "decreases", smallest_effect=40.0)
    week = sm.Claim("sri", "increases", smallest_effect=6.0)
    short = sm.Claim("se", "increases", smallest_effect=0.8, kind="consistency", id="SHORT")
    short = dataclasses.replace(short, direction="decreases")
    declared = study(TST, pain, ahi, void, other, bare, through, floor, week, short)
    table = power(declared, subjects=[12], nights=[2], n_studies=20)
    assert table.claims == ("TST",)
    assert [(one.claim, one.reason.code, one.is_counted) for one in table.unsimulated] == [
        ("pain", "no-spread", True),
        ("ahi", "no-spread-of-events", True),
        ("MECHANISM", "declared-not-testable", False),
        ("OLD", "other-population", False),
        ("waso", "no-effect-to-simulate", True),
        ("se", "mediation-never-supported", False),
        ("sol", "unreachable-latency", True),
        ("sri", "no-spread", True),
        ("SHORT", "few-nights", False),
    ]
    facts = {one.claim: dict(one.reason.facts) for one in table.unsimulated}
    assert facts["pain"] == {"metric": "pain"}
    assert facts["MECHANISM"] == {"why": "receptors are not seen in sleep"}
    assert facts["OLD"] == {"claimed": "the old", "studied": ""}
    assert facts["sol"]["effect"] == -40.0
    assert facts["SHORT"]["least"] == 7


def test_a_claim_of_another_design_than_the_study_is_not_simulated():
    alone = dataclasses.replace(TST, id="ALONE", design="parallel")
    table = power(study(TST, alone), subjects=[8], nights=[1], n_studies=5)
    assert table.unsimulated[0].reason == Reason("other-design", {"claimed": "parallel", "studied": "crossover"})
    assert table.unsimulated[0].is_counted


def test_a_spread_makes_a_column_of_the_study_simulable():
    pain = sm.Claim("pain", "decreases", smallest_effect=2.0)
    ahi = sm.Claim("ahi", "decreases", smallest_effect=5.0, kind="non-inferiority")
    spreads = {"pain": sm.Spread(5.0, 1.5, 1.0), "ahi": {"mean": 8.0, "between": 6.0, "within": 3.0}}
    table = power(study(pain, ahi), subjects=[16], nights=[1], n_studies=40, spreads=spreads)
    assert not table.unsimulated
    assert table.at("pain", 16, 1).before > 0.9  # SE of the difference 0.37 points
    assert table.at("ahi", 16, 1).before > 0.9


def test_a_spread_of_the_wrong_kind_is_refused():
    awake = sm.Claim("awakenings_4min", "decreases", smallest_effect=0.8)
    table = power(study(awake), subjects=[8], nights=[1], spreads={"awakenings_4min": sm.Spread(1.4, 1.0, 1.0)})
    assert table.unsimulated[0].reason == Reason(
        "spread-of-other-kind", {"metric": "awakenings_4min", "is_count": True}
    )
    for wrong, key in (({"sd": 3.0}, "spreads.tst"), ({"within": -3.0}, "spreads.tst.within")):
        with pytest.raises(sm.ClaimError) as raised:
            power(study(TST), subjects=[8], nights=[1], spreads={"tst": wrong})
        assert raised.value.key == key


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"design": "pre-post"}, Reason("capped-by-design", {"cap": "change observed"})),
        ({"randomised": False}, Reason("capped-by-design", {"cap": "change observed"})),
        ({"randomised": None}, Reason("lot-not-declared")),
        ({"design": "single-arm"}, Reason("no-control")),
    ],
)
def test_a_design_that_can_support_nothing_says_so(parts, reason):
    table = power(study(TST, **parts), subjects=[12], nights=[2])
    assert not table.rows
    assert [one.reason for one in table.unsimulated] == [reason]
