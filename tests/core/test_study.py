"""Studies and schedules that contradict themselves, by the key that is wrong."""

import pickle
import time

import pytest

from somnometry import Claim, ClaimError, Schedule, Study
from tests.cost import growth

TST = Claim("tst", "increases")


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"design": "survey"}, "design"),
        ({"multiplicity": "none"}, "multiplicity"),
        *(({"staging": tag}, "staging") for tag in ("guessed", "auto+propagated", "auto+audited")),
        ({"device": "watch"}, "device"),
        ({"intercurrent": "hope"}, "intercurrent"),
        ({"alpha": 0.0}, "alpha"),
        ({"alpha": 0.5}, "alpha"),
        ({"treatment": "a", "control": "a"}, "treatment"),
        ({"doses": {"low": 0.0}}, "doses"),
        ({"doses": {"low": float("nan")}}, "doses"),
        ({"washout_nights": -1}, "washout_nights"),
        ({"claims": (TST, TST)}, "claims"),
        *(({name: "no"}, name) for name in ("randomised", "blinded", "blinded_scoring", "psychoactive")),
        ({"randomised": "yes"}, "randomised"),
        ({"randomised": 2}, "randomised"),
        ({"psychoactive": None}, "psychoactive"),
        ({"bias": {"tst": -3.0}}, "bias.tst"),
        ({"bias": {"tst": float("nan")}}, "bias.tst"),
    ],
)
def test_a_study_that_contradicts_itself_is_refused_by_its_key(options, key):
    with pytest.raises(ClaimError) as caught:
        Study(**options)
    assert (caught.value.place, caught.value.key) == ("study", key)


@pytest.mark.parametrize(
    ("scheme", "options", "key"),
    [
        ("dice", {}, "scheme"),
        ("blocks", {"block": 3}, "block"),
        ("blocks", {"block": 0}, "block"),
        ("phases", {"pattern": "AABB"}, "pattern"),
        ("phases", {"pattern": "AXA"}, "pattern"),
        ("phases", {"min_phase": 0}, "min_phase"),
        ("blocks", {"orders": ("AB",)}, "orders"),
        ("listed", {}, "scheme"),
        ("listed", {"orders": ("AB", "ABA")}, "orders"),
        ("listed", {"orders": ("AC",)}, "orders"),
    ],
)
def test_a_schedule_that_contradicts_itself_is_refused_by_its_key(scheme, options, key):
    with pytest.raises(ClaimError) as caught:
        Schedule(scheme, **options)
    assert (caught.value.place, caught.value.key) == ("schedule", key)


@pytest.mark.parametrize(
    ("registered", "is_registered"),
    [("osf.io/abcde, 2026-01-02", True), ("", False), ("not registered", False), (" Not Registered ", False)],
)
def test_only_a_named_registration_is_one(registered, is_registered):
    assert Study(registered=registered).is_registered is is_registered


def test_a_study_does_not_follow_the_mappings_it_was_given_and_pickles():
    doses = {"low": 1.0}
    study = Study([TST], "crossover", "low", "placebo", doses=doses, randomised=True)
    doses["low"] = 9.0
    assert study.doses == {"low": 1.0}
    with pytest.raises(TypeError, match="does not support item assignment"):
        study.doses["low"] = 2.0
    again = pickle.loads(pickle.dumps(study))
    assert (again.doses, again.claims) == (study.doses, (TST,))


@pytest.mark.parametrize("part", ["a", "a-", "aa-", "a.", "-", "10."])
def test_looking_for_a_registration_costs_the_length_of_the_text_and_not_its_square(part):
    def cost(times):
        begun = time.process_time()
        with pytest.raises(ClaimError):
            Study(registered=part * times)
        return time.process_time() - begun

    assert growth(cost, 10_000, 40_000, 8) < 8


@pytest.mark.parametrize(
    "number", ["NCT01234567, 2024", "ISRCTN12345678 of 2024", "ACTRN 12624000001 (2024)", "DRKS-00012345, 2024"]
)
def test_numbers_of_registers_are_known(number):
    assert Study(registered=number).is_registered
