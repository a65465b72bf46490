"""Who got what in a trial, beside the draw: the right one is drawn here anew by SHA-256, as its documentation says."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest

import somnometry as sm
from somnometry.claims.claims_file import read_claims
from somnometry.core.allocation import Allocation

CROSSOVER = Allocation((("placebo", "active"), ("active", "placebo")), subjects=12, seed=7, blocks=(4,))
PARALLEL = Allocation((("placebo",), ("active",)), subjects=8, seed=3, blocks=(2, 4), strata=("north", "south"))


def by_hand(place, seed=7, size=4):
    """What the rule of the documentation draws for one place of `CROSSOVER`."""
    first = (place - 1) // size * size + 1
    keys = sorted(range(first, first + size), key=lambda i: hashlib.sha256(f"{seed}::{i}".encode()).hexdigest())
    return CROSSOVER.sequences[keys.index(place) % 2]


def table_of(sequences, seed=1):
    """Two periods of one night for each subject, or one of a parallel trial."""
    rng = np.random.default_rng(seed)
    return [
        {"subject": who, "condition": condition, "period": i, "night": 1, "tst": float(400 + 30 * rng.normal())}
        for who, sequence in sequences.items() for i, condition in enumerate(sequence, 1)
    ]  # fmt: skip


def codes(nights, allocation, design="crossover"):
    claim = sm.Claim("tst", "increases", smallest_effect=20.0)
    study = sm.Study((claim,), design, "active", "placebo", randomised=True, staging="human", allocation=allocation)
    warnings = sm.judge(claim, nights, study, sensitivity=False).warnings
    told = ("as-allocated", "not-as-allocated", "not-allocated", "places-passed-over")
    return {one.code: one.facts for one in warnings if one.code in told}


DRAWN = {f"{place:02d}": by_hand(place) for place in range(1, 13)}


def test_a_trial_that_took_what_its_seed_draws():
    assert codes(table_of(DRAWN), CROSSOVER) == {"as-allocated": {"n": 12, "seed": 7}}
    assert codes(table_of(DRAWN), None) == {}


def test_a_table_may_have_made_numbers_of_the_names():
    nights = [row | {"subject": int(row["subject"])} for row in table_of(DRAWN)]
    assert codes(nights, CROSSOVER) == {"as-allocated": {"n": 12, "seed": 7}}


@pytest.mark.parametrize("swapped", [["05"], ["01", "12"]])
def test_people_who_got_another_order_are_counted(swapped):
    given = {who: taken[::-1] if who in swapped else taken for who, taken in DRAWN.items()}
    assert codes(table_of(given), CROSSOVER) == {"not-as-allocated": {"which": tuple(swapped), "n": 12}}


def outcome(nights, allocation, design="crossover"):
    claim = sm.Claim("tst", "increases", smallest_effect=20.0)
    study = sm.Study((claim,), design, "active", "placebo", randomised=True, staging="human", allocation=allocation)
    return sm.judge(claim, nights, study, sensitivity=False)


def with_effect(sequences, minutes=90.0):
    return [row | {"tst": row["tst"] + minutes * (row["condition"] == "active")} for row in table_of(sequences)]


@pytest.mark.parametrize("kind", ["as drawn", "another order", "on no list"])
def test_a_lot_that_the_nights_contradict_is_as_one_that_nobody_declared(kind):
    given = {("anna" if who == "12" and kind == "on no list" else who): taken for who, taken in DRAWN.items()}
    if kind == "another order":
        given["05"] = given["05"][::-1]
    nights = with_effect(given)
    verdict = outcome(nights, CROSSOVER)
    codes_said = {reason.code for reason in verdict.reasons}
    if kind == "as drawn":
        assert (verdict.outcome, verdict.cap) == ("supported", "")
    else:
        assert (verdict.outcome, verdict.cap) == ("inconclusive", "change observed")
        assert {"capped-by-design", "lot-contradicted"} <= codes_said
        assert "not all as the lot drew it" in verdict.explain()
    assert outcome(nights, None).outcome == "supported"


def test_people_who_chose_their_arm_are_no_trial_and_entered_as_allocated_they_are_one():
    """A treatment that does nothing: in 300 trials, whoever sleeps long goes over to the treatment."""
    drawn = {one.subject: one.sequence[0] for one in PARALLEL.drawn()}
    found = {"as taken, no list": 0, "as taken": 0, "as allocated": 0}
    rng = np.random.default_rng(9)
    for _ in range(300):
        tst = dict(zip(drawn, 400 + 40 * rng.normal(size=len(drawn)), strict=True))
        taken = {who: "active" if tst[who] > 440 else "placebo" if tst[who] < 360 else drawn[who] for who in drawn}
        for name, arm, allocation in (("as taken, no list", taken, None), ("as taken", taken, PARALLEL),
                                      ("as allocated", drawn, PARALLEL)):  # fmt: skip
            nights = [{"subject": who, "condition": arm[who], "night": 1, "tst": tst[who]} for who in drawn]
            verdict = outcome(nights, allocation, "parallel")
            found[name] += verdict.outcome == "supported"
            if name == "as taken" and taken != drawn:
                assert verdict.cap == "difference observed"
    assert found["as taken, no list"] > 100
    assert found["as taken"] <= 300 * (0.025 + 3 * (0.025 * 0.975 / 300) ** 0.5)
    assert found["as allocated"] <= 300 * (0.025 + 3 * (0.025 * 0.975 / 300) ** 0.5)


def test_an_alternating_order_is_not_the_one_that_was_drawn():
    by_turns = {who: CROSSOVER.sequences[i % 2] for i, who in enumerate(DRAWN)}
    wrong = tuple(who for who in DRAWN if by_turns[who] != DRAWN[who])
    assert len(wrong) >= 2
    assert codes(table_of(by_turns), CROSSOVER)["not-as-allocated"]["which"] == wrong


def test_another_seed_draws_something_else():
    assert "not-as-allocated" in codes(table_of(DRAWN), replace(CROSSOVER, seed=8))


def test_who_is_on_no_list_and_who_was_passed_over():
    given = {("anna" if who == "12" else who): taken for who, taken in DRAWN.items() if who not in ("03", "07")}
    told = codes(table_of(given), CROSSOVER)
    assert told == {"not-allocated": {"which": ("anna",), "n": 10}, "places-passed-over": {"which": ("03", "07")}}
    first_eight = {who: taken for who, taken in DRAWN.items() if who <= "08"}  # the last have not entered yet
    assert codes(table_of(first_eight), CROSSOVER) == {"as-allocated": {"n": 8, "seed": 7}}


def test_a_person_of_whom_every_night_was_lost_was_not_passed_over():
    nights = [row | {"status": "lost" if row["subject"] == "03" else "ok"} for row in table_of(DRAWN)]
    assert codes(nights, CROSSOVER) == {"as-allocated": {"n": 12, "seed": 7}}


def test_a_parallel_trial_in_strata():
    drawn = {one.subject: one.sequence for one in PARALLEL.drawn()}
    assert codes(table_of(drawn), PARALLEL, "parallel") == {"as-allocated": {"n": 16, "seed": 3}}
    other = {"active": "placebo", "placebo": "active"}
    given = {who: (other[taken[0]],) if who == "south-4" else taken for who, taken in drawn.items()}
    assert codes(table_of(given), PARALLEL, "parallel") == {"not-as-allocated": {"which": ("south-4",), "n": 16}}


@pytest.mark.parametrize(
    ("design", "allocation", "more", "what"),
    [
        ("crossover", PARALLEL, {}, "1 period is none of the design 'crossover'"),
        ("parallel", CROSSOVER, {}, "2 periods is none of the design 'parallel'"),
        ("n-of-1", CROSSOVER, {}, "none of the design 'n-of-1'"),
        ("crossover", CROSSOVER, {"randomised": False}, "drawn by lot"),
    ],
)
def test_an_allocation_of_another_study_is_refused(design, allocation, more, what):
    with pytest.raises(sm.ClaimError, match=what) as caught:
        sm.Study(design=design, allocation=allocation, **more)
    assert caught.value.key == "allocation"


def test_a_claims_file_declares_what_study_schedule_draws(tmp_path):
    from somnometry.batch.schedule_files import write_allocation

    write_allocation(CROSSOVER, tmp_path / "drawn", "crossover")
    text = """[study]
design = "crossover"
treatment = "active"
control = "placebo"
randomised = true
registered = "not registered"
[[claim]]
metric = "tst"
direction = "increases"
smallest_effect = 20
source = "we"
"""
    bare = tmp_path / "bare.toml"
    bare.write_text(text, encoding="utf-8")
    whole = tmp_path / "whole.toml"
    drawn = (tmp_path / "drawn" / "schedule.toml").read_text(encoding="utf-8")
    whole.write_text(text + drawn, encoding="utf-8")
    assert read_claims(whole).study.allocation == CROSSOVER
    assert read_claims(whole).digest != read_claims(bare).digest
    whole.write_text(text + drawn.replace("blocks = [4]", "blocks = [3]"), encoding="utf-8")
    with pytest.raises(sm.ClaimError, match="multiples of 2") as caught:
        read_claims(whole)
    assert caught.value.key == "study.allocation.blocks"
