"""Claims on nights of calibrated stagers, of others, and of people: what each may say."""

import dataclasses
import math
import statistics
import time
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from benchmarks.claims.kratom_family import MIXED, kratom, plan
from somnometry import Claim, ClaimError, Study, judge
from somnometry.calibration.calibration import Calibration
from somnometry.calibration.shipped import shipped_calibration
from somnometry.claims.data.study_nights import StudyNights
from somnometry.claims.designs.human_effect import NO_SLOPE
from somnometry.claims.judge import judge_nights
from somnometry.claims.power.batches import nights_of
from somnometry.claims.stager_slopes import StagerSlopes
from somnometry.core.scorer import Scorer

HEADBAND = shipped_calibration("bitbrain-headband")
PSG = shipped_calibration("bitbrain-psg")
NAME = "Bitbrain headband autoscoring"
N3 = Claim("n3_percent", "increases", smallest_effect=3.0)


def study(**options):
    given = {"staging": "auto", "device": "headband"} | options
    return Study(design="crossover", treatment="active", control="placebo", randomised=True, **given)


def nights(key="n3_percent", effect=0.0, sd=1.0, n=40, scorer=None, level=15.0, seed=0):
    """A 2x2 crossover: one night a period, differences of exactly this mean and spread."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=n)
    for group in (slice(0, None, 2), slice(1, None, 2)):
        noise[group] = (noise[group] - noise[group].mean()) / noise[group].std(ddof=1)
    base = rng.normal(level, 2.0, n)
    rows = []
    for person in range(n):
        for period in range(2):
            active = (person + period) % 2 == 0
            value = base[person] + (effect + sd * noise[person] if active else 0.0)
            rows.append({"subject": f"p{person:02d}", "condition": "active" if active else "placebo",
                         "period": period + 1, key: float(value)} | ({"scorer": scorer} if scorer else {}))  # fmt: skip
    return rows


def test_a_small_change_of_a_calibrated_stager_is_equivalent_only_at_its_low_slope():
    small, half = nights(effect=0.2, sd=1.5), nights(effect=1.4, sd=1.5)
    verdict = judge(N3, small, study(), calibration=HEADBAND)
    assert (verdict.outcome, verdict.staging) == ("equivalent", "auto+propagated")
    at_face = judge(N3, half, study(staging="human", device=None))
    verdict = judge(N3, half, study(), calibration=HEADBAND)
    assert at_face.benefit_excluded
    assert verdict.outcome == "supported"
    assert not verdict.benefit_excluded  # 1.4 at .60 may be 2.3, and more


def test_the_effect_is_given_at_both_ends_of_the_slope():
    known = HEADBAND["n3_percent"]
    verdict = judge(N3, nights(effect=3.0, sd=2.0), study(), calibration=HEADBAND)
    assert verdict.human_estimate == pytest.approx((3.0 / known.lambda_high, 3.0 / known.lambda_low))
    assert verdict.estimate == pytest.approx(3.0)
    t, s = stats.t.ppf(0.975, verdict.df), verdict.standard_error
    assert verdict.interval95[0] == pytest.approx(3.0 - t * s)
    a = known.lambda_low**2 - (t * known.lambda_se) ** 2
    root = math.sqrt((known.lambda_low * 3.0) ** 2 - a * (9.0 - (t * s) ** 2))
    assert verdict.interval95[1] == pytest.approx((known.lambda_low * 3.0 + root) / a)
    assert "50 people" in verdict.explain()


def test_the_sign_does_not_hang_on_the_calibration():
    with_it, without = (judge(N3, nights(effect=1.0, sd=2.0), study(), calibration=one) for one in (HEADBAND, ()))
    assert with_it.p == without.p == judge(N3, nights(effect=1.0, sd=2.0), study(staging="human", device=None)).p


@pytest.mark.parametrize("key", ["n3_percent", "awakenings_per_hour", "stage_shift_index", "rem_percent"])
def test_without_a_calibration_nothing_but_the_way_is_judged(key):
    claim = Claim(key, "increases", smallest_effect=3.0)
    for effect in (0.0, 10.0):
        verdict = judge(claim, nights(key, effect, level=25.0), study(device="psg"))
        assert verdict.outcome == ("supported" if effect else "inconclusive")
        assert not verdict.benefit_excluded
        assert verdict.size in ("", "uncertain")
        assert verdict.staging == "auto"
        assert "calibrate the program" in verdict.explain()
    assert judge(claim, nights(key, level=25.0), study(staging="human")).outcome == "equivalent"


def test_sleep_against_wake_borrows_the_lowest_slope_and_says_so():
    claim = Claim("tst", "increases", smallest_effect=20.0)
    low = min(one["tst"].lambda_low for one in (HEADBAND, PSG))
    verdict = judge(claim, nights("tst", 0.0, sd=20.0, level=400.0), study(device="psg"))
    assert verdict.outcome == "equivalent"
    assert verdict.staging == "auto"
    assert f"{100 * low:.0f} %" in verdict.explain()


def test_a_slope_that_is_too_unsure_never_says_small():
    one = HEADBAND["n3_percent"]
    unsure = dataclasses.replace(
        HEADBAND, metrics={"n3_percent": dataclasses.replace(one, lambda_se=one.lambda_low / 3)}
    )
    verdict = judge(N3, nights(effect=0.0), study(), calibration=unsure)
    assert (verdict.outcome, verdict.benefit_excluded) == ("inconclusive", False)
    assert judge(N3, nights(effect=8.0), study(), calibration=unsure).size == "at least D"


def test_what_a_headband_cannot_measure_is_judged_with_its_own_calibration_alone():
    claim = Claim("rem_percent", "increases", smallest_effect=3.0)
    table = nights("rem_percent", 6.0, level=20.0)
    assert judge(claim, table, study()).outcome == "inconclusive"
    assert judge(claim, table, study(), calibration=HEADBAND).outcome == "supported"


def test_counts_are_calibrated_as_ratios():
    known = HEADBAND["awakenings"]
    rows = [
        row | {"tst": 420.0, "awakenings": round(row["awakenings"])} for row in nights("awakenings", 0.0, level=30.0)
    ]
    verdict = judge(Claim("awakenings", "decreases", smallest_effect=0.5), rows, study(), calibration=HEADBAND)
    slope = known.lambda_low * known.mean_human / known.mean_auto
    assert verdict.scale == "ratio"
    highest = max(1.0, slope, known.lambda_high * known.mean_human / known.mean_auto)
    by_people = judge(verdict.claim, rows, study(staging="human", device=None))
    measured = math.log(by_people.estimate)
    assert [math.log(end) for end in verdict.human_estimate] == pytest.approx([measured / highest, measured / slope])


@pytest.mark.parametrize("scorer", [NAME, None])
def test_the_nights_own_stager_is_known_by_its_name_or_taken_on_trust(scorer):
    verdict = judge(N3, nights(scorer=scorer), study(), calibration=[PSG, HEADBAND] if scorer else HEADBAND)
    assert verdict.staging == "auto+propagated"
    assert ("on trust" in verdict.explain()) is (scorer is None)


@pytest.mark.parametrize(
    ("given", "options"),
    [
        ({"scorer": "YASA eeg+eog sha256:330c1afdc863"}, {}),
        ({"scorer": f"{NAME} 2"}, {"device": "psg"}),
        ({}, {"device": "psg"}),
    ],
)
def test_a_calibration_of_another_stager_or_device_is_refused(given, options):
    with pytest.raises(ClaimError) as refused:
        judge(N3, nights(**given), study(**options), calibration=HEADBAND)
    assert refused.value.key == "calibration"


def test_nights_that_people_scored_need_no_calibration():
    verdict = judge(N3, nights(effect=0.0), study(staging="human"), calibration=HEADBAND)
    assert (verdict.outcome, verdict.staging) == ("equivalent", "human")


@pytest.mark.parametrize("tag", ["auto+propagated", "auto+audited"])
def test_nobody_declares_what_the_engine_finds(tag):
    with pytest.raises(ClaimError):
        study(staging=tag)
    verdict = judge(N3, [row | {"staging": tag} for row in nights()], study(staging=None))
    assert verdict.staging == "auto"


@pytest.mark.parametrize(("high", "used"), [(0.7, 1.0), (1.0, 1.0), (1.3, 1.3)])
def test_a_second_stagers_word_raises_what_a_program_may_show_and_never_lowers_it(high, used):
    """It is an estimate with an error of its own: below 1 it would make effects look larger than anybody knows."""
    metrics = dict(HEADBAND) | {"n3_percent": replace(HEADBAND["n3_percent"], lambda_high=high)}
    slopes = StagerSlopes(True, Calibration(HEADBAND.stager, metrics, 63, 50))
    assert slopes.of("n3_percent", "difference").high == used


def test_of_how_much_a_metric_varies_over_nights_no_slope_is_known():
    """What a program shows of a difference of means says nothing of what it does to a spread."""
    slopes = StagerSlopes(True, HEADBAND)
    assert slopes.of("tst", "difference").has_size
    assert slopes.of("tst", "ratio", summary="sd") == NO_SLOPE
    assert slopes.reason("tst", "ratio", summary="sd").code == "slope-unknown"


def test_several_calibrations_are_not_taken_on_trust_for_nights_that_name_no_stager():
    other = Calibration(Scorer("Somebody's"), HEADBAND.metrics, 63, 50, device="headband")
    with pytest.raises(ClaimError) as refused:
        judge(N3, nights(), study(), calibration=[HEADBAND, other])
    assert refused.value.key == "calibration"


@pytest.mark.acceptance
def test_a_calibration_costs_at_most_half_as_much_again():
    """22 claims on 480 nights, CPU seconds in pairs, each first in turn."""
    declared = replace(kratom(), claims=kratom().claims[:22], psychoactive=True)
    columns = nights_of(declared, replace(plan(kratom(), MIXED), subjects=24, nights=5), 3)
    n = len(columns["subject"])
    assert n == 480
    columns |= {"scorer": np.full(n, str(PSG.stager)), "device": np.full(n, "psg"), "staging": np.full(n, "auto")}

    def seconds(*calibrations):
        begun = time.process_time()
        verdicts = judge_nights(declared, StudyNights.of(columns, declared), calibrations=calibrations)
        assert len(verdicts) == 22
        return time.process_time() - begun

    seconds(), seconds(PSG)
    ratios = []
    for i in range(7):
        first, second = (seconds(), seconds(PSG)) if i % 2 else (seconds(PSG), seconds())
        ratios.append(second / first if i % 2 else first / second)
    assert statistics.median(ratios) <= 1.5, ratios
