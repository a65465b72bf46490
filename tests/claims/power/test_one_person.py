"""What one person's nights can show: as `power` finds by judging, as formulas say, and what none can."""

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats

import somnometry as sm
from somnometry import ClaimError, Schedule
from somnometry.calibration.shipped import shipped_calibration
from somnometry.claims.asked import asked_claim
from somnometry.claims.data.study_nights import StudyNights
from somnometry.claims.judge import judge_nights
from somnometry.claims.power import one_person
from somnometry.claims.power.one_person import person_power, what_can_be_learned
from somnometry.claims.power.simulation import power
from somnometry.claims.stager_validation import VALIDATION

BLOCKS = Schedule("blocks", periods=20, seed=3)


def study_of(*claims, schedule=BLOCKS, **options):
    made = tuple(map(asked_claim, claims))
    usual = {"design": "n-of-1", "treatment": "tea", "control": "none", "randomised": True, "device": "headband"}
    return sm.Study(made, schedule=schedule, **usual | options)


def within(one, other, n, sds=4):
    return abs(one - other) <= sds * math.sqrt(0.25 * 2 / n) + 0.01


@pytest.mark.parametrize(
    ("claim", "schedule", "options"),
    [
        ("tst=60", Schedule("blocks", periods=14, seed=3), {}),
        ("waso=40", Schedule("complete", periods=11, seed=1), {"covariates": ("trend",)}),
        ("awakenings=0.6", Schedule("phases", periods=24, min_phase=4, seed=2), {}),
        ("sol=12", Schedule("blocks", block=4, periods=12, seed=5), {"staging": "human"}),
    ],
)
def test_it_is_the_power_that_judging_finds(claim, schedule, options):
    study = study_of(claim, schedule=schedule, **options)
    (found,) = what_can_be_learned(study, n_studies=300)
    device = None if options.get("staging") == "human" else "headband"
    (row,) = power(study, subjects=[1], nights=[1], n_studies=100, device_error=device, seed=9).rows
    assert within(found.power, row.before, 100)
    assert 0.05 < found.power < 0.995


def test_it_is_about_what_the_t_test_of_as_many_nights_has():
    """A randomisation test has nearly the power of the t test (Edgington and Onghena 2007)."""
    study = study_of("tst=60", staging="human", schedule=Schedule("complete", periods=24, seed=1))
    d, n = 60 / 42.0, 12  # night-to-night SD of 42 minutes
    shift = d * math.sqrt(n / 2)
    expected = stats.nct.sf(stats.t.ppf(0.975, 2 * n - 2), 2 * n - 2, shift)
    assert abs(person_power(study.claims[0], study, 24, n_studies=600) - expected) < 0.07


def test_the_nights_that_are_named_have_about_the_power_that_is_wanted():
    study = study_of("tst=40", "waso=25", "se=5")
    for one in what_can_be_learned(study):
        assert one.nights is not None
        reached = person_power(one.claim, study, one.nights, n_studies=500, seed=7)
        assert 0.72 < reached < 0.9, (one.claim.metric, one.nights, reached)


def test_a_small_effect_takes_more_than_a_year():
    (one,) = what_can_be_learned(study_of("tst=5"), n_studies=100)
    assert one.nights is None
    assert one.never is None
    assert one.power < 0.2


@pytest.mark.parametrize(
    ("claim", "options", "code"),
    [
        ("rem_percent", {}, "unmeasurable-by-device"),
        ("rem_percent", {"device": "wearable"}, "not-of-wearables"),
        ("awakenings", {"device": "wearable"}, "not-of-wearables"),
        ("n3_percent", {"psychoactive": True}, "psychoactive-unbounded"),
        ("rem_percent", {"device": "psg", "psychoactive": True}, "psychoactive-unbounded"),
        ("tst", {"randomised": False}, "capped-by-design"),
    ],
)
def test_what_no_number_of_nights_helps(claim, options, code):
    (one,) = what_can_be_learned(study_of(claim, **options), n_studies=50)
    assert one.never is not None
    assert one.never.code == code
    assert math.isnan(one.power)
    assert one.nights is None


def test_a_calibration_of_the_stager_itself_lets_the_sign_of_rem_be_decided():
    calibration = shipped_calibration("bitbrain-headband")
    study = study_of("rem_percent=9", schedule=Schedule("blocks", periods=14, seed=3))
    (one,) = what_can_be_learned(study, calibration=calibration, n_studies=150)
    assert one.never is None
    assert one.nights is not None
    judged = power(study, subjects=[1], nights=[1], n_studies=50, calibration=calibration).rows[0]
    assert within(one.power, judged.before, 50)


@pytest.mark.parametrize(
    ("claim", "options"),
    [
        ("tst=60", {"psychoactive": True}),
        ("n3_percent=5", {"psychoactive": True, "bias": {"n3_percent": 1.5}}),
        ("tst=50", {"schedule": Schedule("blocks", periods=20, seed=3, looks=(12, 20))}),
    ],
)
def test_error_of_the_program_and_declared_looks_count_as_they_do_in_judging(claim, options):
    """Each person's nights are drawn by plain NumPy, and judged; at each look, until one shows it."""
    study, n = study_of(claim, **options), 80
    (found,) = what_can_be_learned(study, n_studies=400)
    declared, known = study.claims[0], VALIDATION["headband"][study.claims[0].metric]
    mean, own, first = {"tst": (390.3, 42.0, -28.0), "n3_percent": (5.8, 2.0, 0.0)}[declared.metric]
    sd = math.hypot(own, known.sd * math.sqrt(1 - known.recurrence))
    order, supported = study.schedule.order, 0
    for seed in range(n):
        values = mean + sd * np.random.default_rng([seed, 5]).standard_normal(len(order))
        values[0] += first
        rows = [{"subject": "me", "condition": "tea" if letter == "B" else "none", "night": i + 1, "staging": "auto",
                 declared.metric: value + declared.smallest_effect * (letter == "B")}
                for i, (letter, value) in enumerate(zip(order, values, strict=True))]  # fmt: skip
        looks = (StudyNights.of(rows[:look], study) for look in study.schedule.looks or (len(order),))
        supported += any(judge_nights(study, at, sensitivity=False)[0].outcome == "supported" for at in looks)
    assert within(found.power, supported / n, n, sds=3)
    assert found.power < person_power(declared, study_of(claim), 20, n_studies=400)


def test_a_latency_is_that_of_a_person_whose_own_effect_is_the_one_that_is_claimed():
    """Else more nights would show less: of people whose latencies are short, the effect would lie below it."""
    claim, calibration = "sol=-20", shipped_calibration("bitbrain-headband")
    study = study_of(claim)
    powers = [person_power(study.claims[0], study, n, calibration=calibration, n_studies=200) for n in (12, 28, 100)]
    assert powers == sorted(powers)
    assert powers[-1] > 0.95


@pytest.mark.parametrize(
    ("claim", "code"),
    [("sme=3", "no-spread"), ("cycles_feinberg=0.8", "no-spread"), ("sol=-300", "unreachable-latency")],
)
def test_what_is_not_reckoned_is_not_said_to_be_beyond_all_nights(claim, code):
    (one,) = what_can_be_learned(study_of(claim, device="psg"))
    assert one.never is None
    assert one.unreckoned is not None
    assert one.unreckoned.code == code


def test_a_device_that_cannot_counts_before_what_is_not_known():
    (one,) = what_can_be_learned(study_of("n3_latency=-10"))
    assert one.never is not None
    assert one.never.code == "unmeasurable-by-device"


def test_several_nights_of_a_period_count_as_nights():
    study = study_of("tst=60", schedule=Schedule("complete", periods=14, seed=4))
    one, three = (what_can_be_learned(study, nights=n, n_studies=200)[0] for n in (1, 3))
    assert (one.planned, three.planned) == (14, 42)
    assert three.power > one.power + 0.1
    assert three.nights is not None
    assert three.nights % 3 == 0


def test_phases_that_may_begin_in_too_many_ways_to_list_are_drawn():
    schedule = Schedule("phases", periods=90, min_phase=3, pattern="ABAB", seed=4)
    treated = np.array([letter == "B" for letter in schedule.order])
    orders = one_person._some_orders(schedule, treated, 1)
    assert orders.shape == (one_person.ORDERS, 90)
    for order in orders:
        edges = np.flatnonzero(np.diff(order))
        assert not order[0]
        assert len(edges) == 3
        assert min(np.diff([-1, *edges, 89])) >= 3
    assert abs(orders[:, 45].mean() - 0.5) < 0.1


def test_a_study_of_others_or_without_a_plan_is_refused():
    for study in (study_of("tst", schedule=Schedule("blocks")), study_of("tst", design="crossover", schedule=None)):
        with pytest.raises(ClaimError):
            what_can_be_learned(study)


def test_a_claim_of_another_kind_is_not_reckoned():
    study = study_of("tst")
    claim = dataclasses.replace(study.claims[0], kind="equivalence", direction=None)
    (one,) = what_can_be_learned(dataclasses.replace(study, claims=(claim,)))
    assert one.never is None
    assert one.unreckoned is not None
    assert one.unreckoned.code == "only-superiority-is-planned"
