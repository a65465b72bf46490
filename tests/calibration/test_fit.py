"""Calibrations of stagers whose error is drawn in the test, and of those of the open nights."""

import csv

import numpy as np
import pytest

import somnometry as sm
from somnometry.core.scorer import Scorer
from tests.cost import Cost

RNG = np.random.default_rng(3)


def pairs(n=30, loss=0.4, scorer="S"):
    """Nights of which the stager misses a share of N3, and an epoch of any kind now and then."""
    human, auto = [], []
    for n_deep in RNG.integers(20, 200, n):
        stages = np.repeat([0, 2, 3, 4], [20, 300, n_deep, 80])
        seen = np.where((stages == 3) & (RNG.random(stages.size) < loss), 2, stages)
        human.append(sm.Hypnogram(stages, scorer="H"))
        auto.append(sm.Hypnogram(np.where(RNG.random(stages.size) < 0.03, 2, seen), scorer=scorer))
    return human, auto


def test_a_stager_that_misses_four_tenths_of_n3_shows_six_tenths_of_an_effect_on_it():
    one = sm.calibrate(*pairs(200), keys=["n3_minutes", "tst"])
    assert one["n3_minutes"].lambda_low == pytest.approx(0.6 * 0.97, abs=0.03)
    assert one["n3_minutes"].bias < -10
    assert one["n3_minutes"].lambda_high == 1.0
    assert one["n3_minutes"].predicted(30.0) == pytest.approx(30 / (0.6 * 0.97), rel=0.15)


def test_what_is_not_said_of_the_nights_is_not_made_up():
    human, auto = pairs()
    alone = sm.calibrate(human, auto, keys=["tst"])
    assert not alone.people_named
    assert alone.n_people == 30
    named = sm.calibrate(human, auto, keys=["tst"], subjects=[str(i // 1) for i in range(30)], device="headband")
    assert named.people_named
    assert (alone.device, named.device) == (None, "headband")


def test_fewer_than_twenty_people_are_refused_however_many_their_nights():
    human, auto = pairs(57)
    for n_people, subjects in ((19, [str(i % 19) for i in range(57)]), (19, None)):
        k = 57 if subjects else 19
        with pytest.raises(sm.CalibrationError) as error:
            sm.calibrate(human[:k], auto[:k], subjects=subjects)
        assert str(n_people) in error.value.what
    assert sm.calibrate(human, auto, subjects=[str(i % 20) for i in range(57)], keys=["tst"]).n_people == 20


def test_nights_of_several_stagers_are_refused():
    human, auto = pairs()
    with pytest.raises(sm.CalibrationError, match="2 stagers"):
        sm.calibrate(human, [*auto[:-1], sm.Hypnogram(auto[-1].stages, scorer="T")])


def test_one_stager_may_look_at_other_amplitudes_and_derivations_each_night():
    human, auto = pairs()
    made = [
        sm.Hypnogram(h.stages, scorer=Scorer("YASA", "classifier", sha256="ab", amplitude={f"E{i}": 1 + i / 10}))
        for i, h in enumerate(auto)
    ]
    assert sm.calibrate(human, made, keys=["tst"]).stager == Scorer("YASA", "classifier", sha256="ab")


@pytest.mark.parametrize("reference", [Scorer("YASA", "classifier", sha256="ab"), Scorer("S")])
def test_a_stager_is_no_reference(reference):
    human, auto = pairs()
    with pytest.raises(sm.CalibrationError):
        sm.calibrate([sm.Hypnogram(h.stages, scorer=reference) for h in human], auto)


def test_a_metric_without_spread_or_without_values_is_left_out_with_its_reason():
    human, auto = pairs()
    one = sm.calibrate(human, auto)
    assert {"n1_latency", "n1_percent"} <= one.left_out.keys()  # nobody scored N1
    assert not one.metrics.keys() & one.left_out.keys()
    assert {"starts_asleep", "truncated", "unscored_minutes"}.isdisjoint(one)


def test_a_perfect_stager_is_not_believed():
    human, _ = pairs()
    auto = [sm.Hypnogram(h.stages, scorer="S") for h in human]
    assert "n3_minutes" in sm.calibrate(human, auto).left_out


def test_unknown_keys_are_refused():
    with pytest.raises(sm.HypnogramError):
        sm.calibrate(*pairs(), keys=["tsst"])


# ----------------------------------------------------------------------------------- published numbers, on real nights
#: Mean interval score of the 90 % interval, each person left out; headband, algorithm on PSG.
SCORES = {
    "tst": (114, 117), "se": (21.3, 23.1), "sol": (53, 155), "lps": (44.6, 144), "waso_spt": (70, 75),
    "rem_latency": (280, 265), "rem_percent": (22.8, 20.0), "n1_percent": (17.3, 16.8), "n2_percent": (30.9, 28.6),
    "n3_percent": (22.9, 13.9), "awakenings": (31.8, 30.5), "awakenings_1min": (15.7, 15.9),
    "stage_shift_index": (11.9, 11.7), "longest_sleep": (120, 140),
}  # fmt: skip
#: lambda_low and its standard error, headband.
SLOPES = {"n3_percent": (0.60, 0.11), "awakenings": (0.56, 0.11), "waso_spt": (0.97, 0.12), "tst": (0.93, 0.05)}
#: sqrt(bias^2 + sigma_person^2), algorithm on PSG.
SHIFTS = {"n3_percent": 1.8, "rem_percent": 4.8, "tst": 17, "waso": 15}


def scorings(folder):
    """Hypnograms by scorer and night, and whose night each is."""
    codes = {"W": 0, "1": 1, "2": 2, "3": 3, "R": 4, "?": -1}
    with (folder / "nights.tsv").open(newline="") as lines:
        person = {row["night"]: row["pid"] for row in csv.DictReader(lines, delimiter="\t")}
    read = {}
    with (folder / "stages.tsv").open(newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            stages = [codes[letter] for letter in row["stages"]]
            read.setdefault(row["scorer"], {})[row["night"]] = sm.Hypnogram(stages, scorer=row["scorer"])
    return read, person


@pytest.fixture(scope="module")
def calibrations(shared):
    read, person = scorings(shared / "data" / "boas")
    return [sm.calibrate(read["human"], read[name], subjects=person) for name in ("headband_ai", "psg_ai")]


@pytest.mark.real_data
@pytest.mark.parametrize("which", [0, 1])
def test_the_published_table_on_the_open_nights(calibrations, which):
    found = {key: calibrations[which][key] for key in SCORES}
    assert {key: one.interval_score for key, one in found.items()} == {
        key: pytest.approx(scores[which], rel=0.07) for key, scores in SCORES.items()
    }
    assert all(one.coverage >= 0.80 for one in found.values())
    assert 0.86 <= np.mean([one.coverage for one in found.values()]) <= 0.95
    assert all(abs(one.held_out_bias) < 0.25 for one in found.values())


@pytest.mark.real_data
def test_64_nights_are_calibrated_in_seconds(shared):
    read, person = scorings(shared / "data" / "boas")
    with Cost() as cost:
        made = sm.calibrate(read["human"], read["psg_ai"], subjects=person)
    assert cost.loops < 150
    assert made.n_nights == 64


@pytest.mark.real_data
def test_the_published_slopes_and_shifts(calibrations):
    headband, psg = calibrations
    assert {key: headband[key].lambda_low for key in SLOPES} == {
        key: pytest.approx(slope, abs=0.015) for key, (slope, _) in SLOPES.items()
    }
    assert {key: headband[key].lambda_se for key in SLOPES} == {
        key: pytest.approx(error, abs=0.03) for key, (_, error) in SLOPES.items()
    }
    assert {key: np.hypot(psg[key].bias, psg[key].sigma_person) for key in SHIFTS} == {
        key: pytest.approx(shift, rel=0.07) for key, shift in SHIFTS.items()
    }
