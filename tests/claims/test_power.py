"""Power against planning figures, formulas, and the judge's own verdicts on the same nights."""

import dataclasses
import math
import pickle
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import somnometry as sm
from benchmarks import boas_agreement
from somnometry.claims.analysis import resolved
from somnometry.claims.claims_file import read_claims
from somnometry.claims.power.batches import nights_of, outcomes_of, plan_of
from somnometry.claims.power.planning import (
    PLANNING,
    latency_effect,
    nights_needed,
    planned_spread,
    smallest_effects,
    with_error,
)
from somnometry.claims.power.power_table import ADJUSTMENTS
from somnometry.claims.power.simulation import power
from somnometry.claims.power.truths import smallest_truth, worlds_of
from somnometry.claims.sample_size import p_supported
from somnometry.claims.stager_validation import VALIDATION
from somnometry.core.claim import Component

CROSSOVER = {"design": "crossover", "treatment": "active", "control": "placebo"}
ARMS = ("placebo", "active")
TST = sm.Claim("tst", "increases", smallest_effect=15.0, id="TST")
WASO = sm.Claim("waso", "decreases", smallest_effect=20.0, id="WASO")
REM = sm.Claim("rem_percent", "increases", smallest_effect=2.5, id="REM")


def study(*claims, **parts):
    return sm.Study(claims, **{**CROSSOVER, **parts})


def near(row, expected, outcome="supported", adjustment="none", rounding=0.005):
    error = math.sqrt(expected * (1 - expected) / row.n_studies)
    return abs(row.probability(outcome, adjustment) - expected) <= 3.3 * error + rounding


# ---------------------------------------------------------------------------------------------- numbers from elsewhere
@pytest.mark.parametrize(
    ("claim", "subjects", "nights", "expected"),
    [(TST, 24, 1, 0.21), (TST, 48, 4, 0.84), (WASO, 24, 2, 0.83), (REM, 24, 4, 0.90)],
    ids=["TST n 24", "TST n 48", "WASO", "REM"],
)
def test_planning_figures_are_met_and_so_is_the_formula_of_a_2x2(claim, subjects, nights, expected):
    row = power(study(claim), subjects=[subjects], nights=[nights], n_studies=400, seed=2).rows[0]
    within = PLANNING[claim.metric].within
    variance = (0.4 * within) ** 2 + 2 * within**2 / nights
    d = claim.smallest_effect
    formula = p_supported(d, math.sqrt(variance / subjects), subjects - 2, d)
    assert near(row, expected, rounding=0.01)
    assert near(row, formula)


def test_holm_over_17_claims_halves_the_power_and_a_fixed_sequence_does_not():
    others = [sm.Claim(f"rating_{i}", "increases", smallest_effect=1.0) for i in range(16)]
    table = power(study(TST, *others), subjects=[48], nights=[4], n_studies=400)
    row = table.rows[0]
    assert len(table.unsimulated) == 16
    assert all(one.is_counted for one in table.unsimulated)
    assert near(row, 0.85, rounding=0.01)
    assert near(row, 0.47, adjustment="holm", rounding=0.01)
    assert row.probability("supported", "fixed-sequence") == row.before


def test_subjects_of_the_formula_have_the_power_that_simulation_finds():
    for metric, claim in (("tst", TST), ("waso", WASO)):
        n = nights_needed({metric: claim.smallest_effect}, devices=(None,), nights=(4,))[0].subjects[4]
        row = power(study(claim), subjects=[n], nights=[4], n_studies=200).rows[0]
        assert near(row, 0.8, rounding=0.02)  # even numbers of subjects


@pytest.mark.acceptance
@pytest.mark.parametrize("nights", [2, 4, 7])
def test_subjects_of_counts_are_right_to_first_order(nights):
    claim = sm.Claim("awakenings_2min", "decreases", smallest_effect=0.8)
    n = nights_needed({"awakenings_2min": 0.8}, devices=(None,), nights=(nights,))[0].subjects[nights]
    row = power(study(claim), subjects=[n], nights=[nights], n_studies=600).rows[0]
    assert near(row, 0.8, rounding=0.07)


# ------------------------------------------------------------------------------------------------------ the same code
CONJUNCTION = sm.Claim(
    "n3_percent", "decreases", smallest_effect=2.0, kind="conjunction", id="PROFILE",
    also=(Component("n2_percent", "increases", 3.6),),
)  # fmt: skip
MIXED = (
    TST, WASO, dataclasses.replace(REM, smallest_effect=None), CONJUNCTION,
    sm.Claim("awakenings_2min", "decreases", smallest_effect=0.8, id="AWAKE"),
    sm.Claim("lps", "decreases", smallest_effect=20.0, id="LPS"),
    sm.Claim("se", "increases", smallest_effect=5.0, kind="non-inferiority", id="SE"),
    sm.Claim("tst", "decreases", smallest_effect=0.8, kind="consistency", id="CONSISTENCY"),
)  # fmt: skip


@pytest.mark.parametrize("multiplicity", ["holm", "fixed-sequence"])
@pytest.mark.parametrize("parts", [{}, {"psychoactive": True, "staging": "auto"}, {"device": "headband",
                                                                                "staging": "auto"}])  # fmt: skip
def test_outcomes_are_those_of_the_judge_on_the_same_nights(multiplicity, parts):
    declared = study(*MIXED, multiplicity=multiplicity, **parts)
    declared = dataclasses.replace(declared, claims=tuple(resolved(claim, declared) for claim in declared.claims))
    truth = {("mean", "waso", "active"): -20.0, ("mean", "tst", "active"): 15.0, ("mean", "rem_percent", "active"): 9.0}
    plan = dataclasses.replace(plan_of(declared, truth, ARMS, {}, None, None), subjects=16, nights=3)
    seen = Counter()
    for seed in range(4):
        found = outcomes_of(declared, plan, seed, (0, 0))[ADJUSTMENTS.index(multiplicity)]
        verdicts = sm.judge_all(declared, nights_of(declared, plan, seed), sensitivity=False)
        assert found == [verdict.outcome for verdict in verdicts]
        seen.update(found)
    assert {"inconclusive", "not testable"} < set(seen)


def test_same_seed_same_table_however_it_is_shared_out():
    declared = study(TST, WASO)
    sizes = {"subjects": [8, 12], "nights": [1], "n_studies": 60, "seed": 5}
    seen = []
    once = power(declared, **sizes, progress=lambda done, total: seen.append((done, total)))
    with ThreadPoolExecutor(2) as pool:
        again = power(declared, **sizes, mapper=pool.map)
    assert [row.to_dict() for row in once.rows] == [row.to_dict() for row in again.rows]
    assert seen[-1] == (120, 120)
    other = power(declared, **{**sizes, "seed": 6})
    assert [row.to_dict() for row in once.rows] != [row.to_dict() for row in other.rows]
    copy = pickle.loads(pickle.dumps(once))
    assert copy.at("TST", 12, 1).to_dict() == once.at("TST", 12, 1).to_dict()


# ------------------------------------------------------------------------------------------------------------- laws
@pytest.fixture(scope="module")
def grid():
    return power(study(TST, WASO, REM), subjects=[8, 16, 32], nights=[1, 3], n_studies=80, seed=1)


def test_power_grows_with_subjects_and_nights(grid):
    for claim in grid.claims:
        for n, k, more in ((8, 1, (16, 1)), (16, 1, (32, 1)), (8, 3, (16, 3)), (16, 3, (32, 3)), (32, 1, (32, 3))):
            less, larger = grid.at(claim, n, k), grid.at(claim, *more)
            error = math.hypot(less.standard_error("supported", "none"), larger.standard_error("supported", "none"))
            assert larger.before >= less.before - 3 * error - 0.01


def test_adjustment_never_adds_power_and_the_first_of_a_sequence_loses_none(grid):
    for row in grid.rows:
        assert row.probability("supported", "holm") <= row.before
        assert row.probability("supported", "fixed-sequence") <= row.before
        assert row.counts.sum(axis=2).tolist() == [[80] * 3] * 2
    for row in grid.of("TST"):
        assert row.probability("supported", "fixed-sequence") == row.before


def test_without_effects_hardly_a_claim_is_supported():
    table = power(study(TST, WASO, REM), subjects=[12], nights=[1], n_studies=400, seed=3)
    for row in table.rows:  # exact t tests: alpha / 2 in the way of the claim
        assert row.probability("supported", "none", "no effect") <= 0.025 + 3 * math.sqrt(0.025 * 0.975 / 400)


def test_given_effects_are_simulated_in_place_of_the_smallest():
    declared = study(TST, WASO)
    large = power(declared, subjects=[24], nights=[2], n_studies=60, effects={"tst": 60.0, "waso": {"active": 0.0}})
    assert large.at("TST", 24, 2).before > 0.95
    assert large.at("WASO", 24, 2).before < 0.15
    with pytest.raises(sm.ClaimError, match="'tst' is given for 'high'; there are active"):
        power(declared, subjects=[24], nights=[2], n_studies=5, effects={"tst": {"high": 1.0}})
    only = power(declared, subjects=[24], nights=[2], n_studies=5, effects={"tst": 60.0})
    assert [(one.claim, one.reason) for one in only.unsimulated] == [("WASO", "no effect on waso is among those given")]


# --------------------------------------------------------------------------------------------- what is not simulated
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
    why = {one.claim: (one.reason, one.is_counted) for one in table.unsimulated}
    assert list(why) == ["pain", "ahi", "MECHANISM", "OLD", "waso", "se", "sol", "sri", "SHORT"]
    assert why["pain"] == (
        "pain is not a metric whose spread is known: give its mean and its SDs between people and from night to night "
        "(spreads)", True,
    )  # fmt: skip
    assert why["ahi"][0].startswith("ahi needs scored events")
    assert why["MECHANISM"] == ("receptors are not seen in sleep", False)
    assert why["OLD"] == ("the claim is about the old, and the study studies it does not say whom", False)
    assert why["waso"] == ("no smallest effect of interest on waso is declared, for which power could be told", True)
    assert why["se"] == ("a mediation is at best 'consistent with' the data, and never supported", False)
    assert why["sol"][0].endswith("cannot change by -40 min")
    assert why["SHORT"][0].startswith("consistency over nights needs at least 7 nights")
    assert not why["SHORT"][1]


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
    assert table.unsimulated[0].reason == "awakenings_4min is a count, unlike the spread given for it (kind)"
    with pytest.raises(sm.ClaimError, match=r"spread of 'tst': .*give mean, between and within"):
        power(study(TST), subjects=[8], nights=[1], spreads={"tst": {"sd": 3.0}})


def test_wrong_sizes_are_refused():
    for wrong, words in (({"subjects": [0]}, r"subjects are whole numbers from 1, not \[0\]"),
                         ({"nights": []}, "nights are whole numbers"),
                         ({"subjects": [4, 4]}, "subjects names 4 twice")):  # fmt: skip
        with pytest.raises(sm.ClaimError, match=words):
            power(study(TST), **{"subjects": [8], "nights": [1], "n_studies": 5, **wrong})
    with pytest.raises(sm.ClaimError, match="makes no claim"):
        power(study(), subjects=[8], nights=[1])
    with pytest.raises(sm.ClaimError, match="1 subject"):
        power(study(TST, design="n-of-1"), subjects=[8], nights=[1])


# ----------------------------------------------------------------------------------------------- designs and truths
def test_truths_are_the_smallest_effects():
    dosed = sm.Study(design="crossover", control="placebo", treatment="high", doses={"low": 1, "mid": 2, "high": 3})
    arms = ("placebo", "high", "low", "mid")
    dose = sm.Claim("tst", "increases", smallest_effect=15.0, kind="dose-response")
    assert smallest_truth(dose, dosed, arms) == {
        ("mean", "tst", "low"): 0.0, ("mean", "tst", "mid"): 7.5, ("mean", "tst", "high"): 15.0,
    }  # fmt: skip
    strain = sm.Claim("tst", kind="difference", arms=("high", "low"), smallest_effect=15.0)
    known = {("mean", "tst", "high"): 15.0}
    assert smallest_truth(strain, dosed, arms, known)["mean", "tst", "low"] == 0.0
    three = dataclasses.replace(strain, arms=("placebo", "low", "high"))
    assert smallest_truth(three, dosed, arms) == {("mean", "tst", "low"): 7.5, ("mean", "tst", "high"): 15.0}
    assert smallest_truth(CONJUNCTION, study(), ARMS) == {
        ("mean", "n3_percent", "active"): -2.0, ("mean", "n2_percent", "active"): 3.6,
    }  # fmt: skip


def test_claims_whose_truths_exclude_each_other_have_worlds_of_their_own():
    harmless = sm.Claim("tst", "increases", smallest_effect=20.0, kind="non-inferiority", id="NI")
    steady = sm.Claim("tst", "decreases", smallest_effect=0.8, kind="consistency", id="C")
    varied = sm.Claim("tst", smallest_effect=30.0, kind="heterogeneity", id="H")
    claims = tuple(resolved(claim, study()) for claim in (TST, harmless, WASO, steady, varied))
    worlds, place = worlds_of(claims, study(), ARMS)
    both = {("mean", "tst", "active"): 15.0, ("mean", "waso", "active"): -20.0}
    assert worlds[0] == both
    assert worlds[1] == {**both, ("mean", "tst", "active"): 0.0}
    assert worlds[2] == {**both, ("within", "tst", "active"): 0.8}
    assert worlds[3] == {**both, ("response", "tst", ""): 30.0}
    assert worlds[4] == {}
    assert worlds[5] == {("response", "tst", ""): 0.0}
    assert place == [(0, 4), (1, 4), (0, 4), (2, 4), (3, 5)]


def test_claims_on_variation_take_nights_and_repeats():
    steady = sm.Claim("tst", "decreases", smallest_effect=0.8, kind="consistency", id="C")
    varied = sm.Claim("tst", smallest_effect=80.0, kind="heterogeneity", id="H")
    table = power(study(steady, varied), subjects=[8], nights=[2, 7], n_studies=8, periods=4)
    assert table.at("C", 8, 2).probability("not testable") == 1
    assert table.at("C", 8, 7).probability("not testable") == 0
    assert table.at("H", 8, 7).before > 0.5
    assert table.at("H", 8, 7).probability("supported", "none", "no effect") < 0.5


def test_parallel_arms_with_a_baseline_and_one_person():
    table = power(study(TST, design="parallel", baseline="run-in"), subjects=[20], nights=[2], n_studies=20)
    assert 0 < table.rows[0].probability("inconclusive") <= 1
    assert table.rows[0].probability("not testable") == 0
    far = dataclasses.replace(TST, smallest_effect=60.0)
    alone = study(far, design="n-of-1", schedule=sm.Schedule("blocks"))
    assert power(alone, subjects=[1], nights=[3], n_studies=20, periods=14).rows[0].before > 0.5
    with pytest.raises(sm.ClaimError, match="not with 'phases'"):
        power(dataclasses.replace(alone, schedule=sm.Schedule("phases")), subjects=[1], nights=[3])


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"design": "pre-post"}, "'change observed'"),
        ({"randomised": False}, "'difference observed'"),
        ({"design": "single-arm"}, "without a control"),
    ],
)
def test_a_design_that_can_support_nothing_says_so(parts, words):
    table = power(study(TST, **parts), subjects=[12], nights=[2])
    assert not table.rows
    assert words in table.unsimulated[0].reason


def test_a_latency_changes_by_its_effect_up_to_the_horizon():
    spread = sm.SPREADS["lps"]
    change = latency_effect(-20.0, spread, 120.0)
    plan = sm.StudyPlan(effects={"lps": change}, subjects=20_000, nights=1, spreads={"lps": spread}, hours=24)
    made = sm.simulate_study(plan, 1)
    T = made.nights["lps_time"].clip(upper=120).groupby(made.nights["condition"]).mean()
    assert T["active"] - T["placebo"] == pytest.approx(-20.0, abs=0.5)
    assert change < -20


# --------------------------------------------------------------------------------------------------------- devices
def test_what_a_device_errs_costs_power_and_what_it_cannot_measure_has_none():
    far = dataclasses.replace(REM, smallest_effect=5.0)
    human, band = (
        power(study(far, WASO), subjects=[24], nights=[1], n_studies=100, device_error=device)
        for device in (None, "headband")
    )
    assert human.at("REM", 24, 1).before > 0.8
    assert band.at("REM", 24, 1).probability("inconclusive") == 1
    assert band.at("WASO", 24, 1).before < human.at("WASO", 24, 1).before


def test_errors_add_to_the_spread_by_their_parts():
    known = VALIDATION["headband"]["waso"]
    seen = with_error("waso", sm.Spread(42.0, 30.0, 25.0), "headband")
    assert seen.between**2 - 900 == pytest.approx(known.recurrence * known.sd**2)
    assert seen.within**2 - 625 == pytest.approx((1 - known.recurrence) * known.sd**2)
    assert with_error("pain", sm.Spread(5.0, 1.0, 1.0), "headband") == sm.Spread(5.0, 1.0, 1.0)


def test_nights_for_a_reliable_mean_follow_spearman_and_brown():
    own = {"tst": sm.Spread(400.0, 40.0, 40.0)}
    human, band = nights_needed({"tst": 15.0}, devices=(None, "headband"), spreads=own)
    assert (human.reliability, human.nights) == (0.5, 4)  # 4 r / (1 + 3 r) = 0.8 at r = 0.5
    known = VALIDATION["headband"]["tst"]
    kept, drawn = known.recurrence * known.sd**2, (1 - known.recurrence) * known.sd**2
    at = [1600 / (1600 + kept + (1600 + drawn) / k) for k in (band.nights - 1, band.nights)]
    assert at[0] < 0.8 <= at[1]
    assert nights_needed({"rem_percent": 3.0}, devices=("psg",))[0].nights is None  # recurs too much
    assert nights_needed({"pain": 2.0}) == ()


def test_nights_needed_says_what_a_device_cannot_measure():
    band = nights_needed({"rem_percent": 3.0}, devices=("headband",))[0]
    assert band.note == "not measurable by this device (ICC 0.39)"
    assert set(band.subjects.values()) == {None}


def test_the_smallest_of_several_effects_on_a_metric_is_planned_for():
    awake = sm.Claim("awakenings_2min", "decreases", smallest_effect=0.7, id="a")
    again = sm.Claim("awakenings_2min", "decreases", smallest_effect=0.9, id="b")
    larger = dataclasses.replace(TST, smallest_effect=20.0, id="c")
    assert smallest_effects(study(awake, again, larger, TST)) == {"awakenings_2min": 0.9, "tst": 15.0}


@pytest.mark.real_data
def test_errors_of_the_validation_are_those_of_boas(shared):
    scorings, person = boas_agreement.read_scorings(shared / "data" / "boas")
    for scorer, device in (("headband_ai", "headband"), ("psg_ai", "psg")):
        pair = boas_agreement.cut_to_device(scorings["human"], scorings[scorer])
        keys = tuple(VALIDATION[device])
        found = sm.metric_agreement(*pair, keys, subjects=person, n_boot=2, interval="bootstrap")
        for key, known in VALIDATION[device].items():
            one = found[key]
            assert known.sd == pytest.approx(one["sd"].value, rel=6e-4), key
            nights = Counter(one.subjects)
            several = [i for i, subject in enumerate(one.subjects) if nights[subject] > 1]
            between, within = sm.variance_components(one.differences[several], [one.subjects[i] for i in several])
            assert known.recurrence == pytest.approx(between**2 / (between**2 + within**2), abs=0.006), key


def test_the_example_of_kratom_is_planned():
    from importlib.resources import as_file, files

    with as_file(files("somnometry.claims") / "files" / "kratom.toml") as path:
        declared = read_claims(path).study
    table = power(declared, subjects=[12], nights=[1], n_studies=3)
    assert len(table.claims) + len(table.unsimulated) == len(declared.claims)
    assert {"REM", "TST", "WASO", "DOSE", "STRAIN", "PROFILE"} < set(table.claims)
    assert {"MECHANISM", "MEDIATION", "PAIN", "SAFETY", "OMNIBUS"} < {one.claim for one in table.unsimulated}
    assert dict(table.truths["DOSE"]) == {
        "mean tst kratom": 15.0, "mean tst kratom_low": 0.0, "mean tst kratom_green": 0.0,
    }  # fmt: skip


def test_planning_spreads_hold_the_sds_of_single_nights():
    for metric, sd in (("tst", 60.0), ("waso", 42.0), ("rem_percent", 6.3)):
        spread = planned_spread(metric)
        assert math.hypot(spread.between, spread.within) == pytest.approx(sd, rel=0.01)
    assert np.isclose(planned_spread("tst", {"tst": {"within": 38.0}}).within, 38.0)
