"""Power by simulation, against planning figures, formulas, and the laws that it obeys."""

import dataclasses
import math
import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest
from scipy import stats

import somnometry as sm
from somnometry.calibration.shipped import shipped_calibration
from somnometry.claims.claims_file import read_claims
from somnometry.claims.power.planned_spreads import PLANNING, planned_spread
from somnometry.claims.power.power_table import OUTCOMES
from somnometry.claims.power.simulation import power
from somnometry.claims.sample_size import p_supported
from somnometry.core.reason import Reason

from .declared import REM, TST, WASO, near, study


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
    with pytest.raises(sm.ClaimError) as raised:
        power(declared, subjects=[24], nights=[2], n_studies=5, effects={"tst": {"high": 1.0}})
    assert raised.value.key == "effects.tst.high"
    only = power(declared, subjects=[24], nights=[2], n_studies=5, effects={"tst": 60.0})
    assert [(one.claim, one.reason) for one in only.unsimulated] == [
        ("WASO", Reason("effect-not-given", {"metric": "waso"}))
    ]


def test_wrong_sizes_are_refused():
    alone = study(TST, design="n-of-1")
    for declared, wrong, key in (
        (study(TST), {"subjects": [0]}, "subjects"),
        (study(TST), {"nights": []}, "nights"),
        (study(TST), {"subjects": [4, 4]}, "subjects"),
        (study(TST), {"n_studies": 0}, "n_studies"),
        (alone, {}, "subjects"),
        (study(), {}, "study.claims"),
    ):
        with pytest.raises(sm.ClaimError) as raised:
            power(declared, **{"subjects": [8], "nights": [1], "n_studies": 5, **wrong})
        assert raised.value.key == key


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
    for wrong, options, key in (
        (None, {}, "study.schedule"),
        (sm.Schedule("phases", min_phase=9), {"periods": 14}, "schedule"),
        (sm.Schedule("blocks", periods=21), {"periods": 14}, "periods"),
    ):
        with pytest.raises(sm.ClaimError) as raised:
            power(dataclasses.replace(alone, schedule=wrong), subjects=[1], nights=[3], **options)
        assert raised.value.key == key


@pytest.mark.parametrize(
    "schedule",
    [
        sm.Schedule("phases", periods=28), sm.Schedule("blocks", block=4, periods=16),
        sm.Schedule("blocks", periods=21), sm.Schedule("complete", periods=15),
    ],
)  # fmt: skip
def test_every_scheme_has_its_power_before_an_order_is_drawn(schedule):
    """An effect of 4 night-to-night SDs is nearly always found, and none hardly ever."""
    far = dataclasses.replace(TST, smallest_effect=160.0)
    alone = study(far, design="n-of-1", schedule=schedule)
    row = power(alone, subjects=[1], nights=[1], n_studies=30, spreads={"tst": {"within": 40.0}}).rows[0]
    assert row.before > 0.8
    assert row.probability("supported", "none", "no effect") < 0.2


def test_what_a_device_errs_costs_power_and_what_it_cannot_measure_has_none():
    far = dataclasses.replace(REM, smallest_effect=5.0)
    human, band = (
        power(study(far, WASO), subjects=[24], nights=[1], n_studies=100, device_error=device)
        for device in (None, "headband")
    )
    assert human.at("REM", 24, 1).before > 0.8
    assert band.at("REM", 24, 1).probability("inconclusive") == 1
    assert band.at("WASO", 24, 1).before < human.at("WASO", 24, 1).before


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


def test_a_calibrated_stager_takes_more_people_and_calls_no_effect_of_the_margin_equivalent():
    headband = shipped_calibration("bitbrain-headband")
    claim = sm.Claim("n3_percent", "increases", smallest_effect=4.0)
    planned = sm.Study((claim,), design="crossover", treatment="active", control="placebo", randomised=True)
    options = {"subjects": [24], "nights": [2], "n_studies": 200, "seed": 3}
    human, auto = (power(planned, **options, calibration=one).rows[0] for one in (None, headband))
    assert auto.before < human.before
    n = 200
    counts = auto.counts[0, 0] / n  # of studies in which the effect is the margin, before any adjustment
    assert counts[OUTCOMES.index("equivalent")] <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / n)
    # what such a 2x2 shows of lambda_low * D by the textbook, its errors known
    known = headband["n3_percent"]
    spread = planned_spread("n3_percent", {})
    within = math.hypot(spread.within, known.sigma_within)
    error = math.sqrt((2 * within**2 / 2 + (0.4 * spread.within) ** 2) / 24)
    expected = stats.nct.sf(stats.t.ppf(0.975, 22), 22, known.lambda_low * 4.0 / error)
    assert abs(auto.before - expected) < 4 * math.sqrt(expected * (1 - expected) / n) + 0.05


def test_one_persons_power_is_that_of_the_order_that_was_drawn():
    """A true effect of 4 night-to-night SDs in 21 nights is nearly always found."""
    schedule = sm.Schedule("blocks", periods=21, seed=11)
    claim = sm.Claim("tst", "increases", smallest_effect=160.0)
    study = sm.Study(
        (claim,), design="n-of-1", treatment="active", control="placebo", randomised=True, schedule=schedule
    )
    options = {"subjects": [1], "nights": [1], "n_studies": 20, "spreads": {"tst": {"within": 40.0}}}
    assert sm.power(study, **options).rows[0].before > 0.9
