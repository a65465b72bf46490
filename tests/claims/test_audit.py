"""Studies of which people scored some subjects too: what judge makes of them."""

import math

import numpy as np
import pytest

from somnometry import Claim, Study, judge

N3 = Claim("n3_percent", "increases", smallest_effect=3.0)


def study(**options):
    given = {"staging": "auto", "device": "headband", "psychoactive": True} | options
    return Study(design="crossover", treatment="active", control="placebo", randomised=True, **given)


def nights(rng, *, effect=0.0, bias=0.0, people=40, audit=12, period=0.0, unequal=False, blank=()):
    """Two nights in each of two periods; a headband that shows .7 of N3 and adds `bias` under treatment."""
    chosen = set(rng.permutation(people)[:audit].tolist())
    rows = []
    for person in range(people):
        base, response = rng.normal(30, 4), rng.normal(effect, 1.0)
        first = person % 4 == 0 if unequal else person % 2 == 0
        for p in range(2):
            active = (p == 0) == first
            for night in range(2):
                human = base + response * active + period * p + rng.normal(0, 2.5)
                auto = 6 + 0.7 * human + bias * active + rng.normal(0, 2.0)
                seen = person in chosen and (person, p, night) not in blank
                rows.append({"subject": f"p{person:02d}", "condition": "active" if active else "placebo",
                             "period": p + 1, "night": night + 1, "n3_percent": auto,
                             "n3_percent_human": human if seen else math.nan})  # fmt: skip
    return rows


def without_audit(rows):
    return [{k: v for k, v in row.items() if k != "n3_percent_human"} for row in rows]


def test_an_audit_decides_where_the_treatment_changes_the_eeg():
    rows = nights(np.random.default_rng(3), effect=5.0)
    alone = judge(N3, without_audit(rows), study())
    assert alone.outcome == "inconclusive"
    verdict = judge(N3, rows, study())
    assert (verdict.outcome, verdict.staging) == ("supported", "auto+audited")
    assert verdict.df == 10
    assert verdict.interval95[0] < 5.0 < verdict.interval95[1]
    assert verdict.method.code == "prediction-powered"
    assert {"n": 12, "of": 40} in [dict(w.facts) for w in verdict.warnings if w.code == "audited"]
    assert not verdict.sensitivity
    assert "drawn at random" in verdict.explain()


def test_a_bias_in_one_arm_is_found_out():
    for seed in range(6):
        rows = nights(np.random.default_rng(seed), effect=0.0, bias=3.0)
        verdict = judge(N3, rows, study())
        assert verdict.outcome != "supported"
        assert abs(verdict.estimate) < 2.5


def test_effects_of_period_are_not_the_treatments_where_sequences_differ_in_size():
    estimates = [
        judge(N3, nights(np.random.default_rng(s), effect=2.0, period=6.0, unequal=True), study()).estimate
        for s in range(30)
    ]
    assert np.mean(estimates) == pytest.approx(2.0, abs=0.6)


@pytest.mark.acceptance
@pytest.mark.parametrize(("effect", "bias"), [(0.0, 0.0), (0.0, 3.0), (4.0, -3.0)])
def test_a_thousand_studies_are_covered(effect, bias):
    inside = false = 0
    for seed in range(1000):
        rng = np.random.default_rng([seed, 11])
        verdict = judge(N3, nights(rng, effect=effect, bias=bias), study(), sensitivity=False)
        inside += verdict.interval95[0] <= effect <= verdict.interval95[1]
        false += verdict.outcome in (("supported",) if effect == 0 else ("equivalent", "contradicted"))
    assert inside / 1000 == pytest.approx(0.95, abs=0.022)
    assert false <= 1000 * 0.05 + 3 * math.sqrt(1000 * 0.05 * 0.95)


def test_a_subject_of_whom_people_scored_a_part_is_not_audited():
    rng = np.random.default_rng(5)
    rows = nights(rng, audit=40, blank={(3, 1, 0), (7, 0, 1)})
    verdict = judge(N3, rows, study())
    assert verdict.df == 36
    assert {"n": 38, "of": 40} in [dict(w.facts) for w in verdict.warnings if w.code == "audited"]


def test_seven_subjects_are_too_few_and_it_is_said():
    rows = nights(np.random.default_rng(6), effect=5.0, audit=7)
    verdict = judge(N3, rows, study())
    assert (verdict.outcome, verdict.staging) == ("inconclusive", "auto")
    assert {"n": 7, "of": 40, "least": 8} in [dict(w.facts) for w in verdict.warnings if w.code == "few-audited"]


def test_an_audit_changes_nothing_where_people_scored_all_or_the_claim_is_no_mean():
    rows = nights(np.random.default_rng(7), effect=5.0)
    plain = judge(N3, without_audit(rows), study(staging="human"))
    assert judge(N3, rows, study(staging="human")).estimate == plain.estimate
    sd = Claim("n3_percent", "increases", kind="consistency", smallest_effect=1.5)
    assert judge(sd, rows, study()).outcome == judge(sd, without_audit(rows), study()).outcome
