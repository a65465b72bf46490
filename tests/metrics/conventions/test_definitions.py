"""The same night as each program reports it: against what they print, and trials worked by hand."""

import lzma
import math

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given, settings

from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics.conventions.report import conventional

from ... import facts
from ...facts import NIGHTS
from ..strategies import runs, stages_of


def same(ours, theirs, tolerance=1e-5):
    return ours == pytest.approx(math.nan if theirs is None else float(theirs), abs=tolerance, nan_ok=True)


def night_of(peers, name):
    return Hypnogram(peers[name]["stages"])


@pytest.mark.parametrize("name", NIGHTS)
def test_is_what_yasa_prints(name, peers):
    ours, theirs = conventional(night_of(peers, name), "yasa"), peers[name]["yasa0.8.1_Hypnogram"]
    assert list(ours) == list(theirs)
    for field, value in theirs.items():
        assert same(ours[field], value, 5.1e-5), field  # rounded to four decimals


@pytest.mark.parametrize("name", NIGHTS)
def test_is_what_luna_prints(name, peers):
    theirs = dict(peers[name]["luna1.7.0_HYPNO"])
    for row in peers[name].get("luna_HYPNO_SS", []):
        theirs |= {f"{field}_SS_{row['SS']}": value for field, value in row.items()}
    ours = conventional(night_of(peers, name), "luna")
    assert "SFI" in ours
    for field, value in ours.items():
        assert same(value, theirs.get(field)), field  # what Luna does not print is NaN


def test_is_yasas_documented_example_of_two_stages():
    stages = runs(0, 10, 7, 40, 0, 5, 7, 40, 0, 9)
    printed = {
        "TIB": 26.0, "SPT": 21.25, "WASO": 1.25, "TST": 20.0, "SE": 76.9231, "SME": 94.1176, "SFI": 6.0, "SOL": 2.5,
        "SOL_5min": 2.5, "WAKE": 6.0,
    }  # fmt: skip
    assert dict(conventional(Hypnogram(stages, epoch=15.0, levels=2), "yasa")) == pytest.approx(printed, abs=5.1e-5)


def test_is_yasas_documented_example_of_five_stages():
    import yasa

    stages = yasa.simulate_hypnogram(tib=480, seed=42).as_int().to_numpy()
    printed = {
        "TIB": 480.0, "SPT": 477.5, "WASO": 79.5, "TST": 398.0, "SE": 82.9167, "SME": 83.3508, "SFI": 1.5075,
        "SOL": 2.5, "SOL_5min": 2.5, "Lat_REM": 67.0, "WAKE": 82.0, "N1": 67.0, "N2": 240.5, "N3": 53.0, "REM": 37.5,
        "%N1": 16.8342, "%N2": 60.4271, "%N3": 13.3166, "%REM": 9.4221,
    }  # fmt: skip
    assert dict(conventional(Hypnogram(stages), "yasa")) == pytest.approx(printed, abs=5.1e-5)


YASA_WORDS = {-1: "UNS", 0: "WAKE", 1: "N1", 2: "N2", 3: "N3", 4: "REM", 5: "LIGHT", 6: "NREM", 7: "SLEEP"}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from((5, 5, 4, 3, 2)).flatmap(lambda n: st.tuples(st.just(n), stages_of(n))),
       st.sampled_from((5, 20, 30)))  # fmt: skip
def test_is_what_yasa_says_of_any_night(levels_and_stages, epoch):
    import yasa

    levels, stages = levels_and_stages
    assume(stages.size)
    words = [YASA_WORDS[stage] if not (stage == 3 and levels == 4) else "DEEP" for stage in stages.tolist()]
    theirs = yasa.Hypnogram(words, n_stages=levels, freq=f"{epoch}s").sleep_statistics()
    ours = conventional(Hypnogram(stages, epoch=epoch, levels=levels), "yasa")
    assert dict(ours) == pytest.approx({name: float(value) for name, value in theirs.items()}, abs=5.1e-5, nan_ok=True)


def test_is_what_luna_says_between_lights():
    """Printed by lunapi 1.7.0: HYPNO end-wake=0 lights-off=300 lights-on=3000."""
    printed = {
        "TIB": 45.0, "TRT": 60.0, "SE": 66.6666666667, "SOL": 10.0, "PRE": 15.0, "POST": 15.0, "FWT": 5.0, "LOT": 15.0,
        "TWT": 15.0, "E2_SLEEP_ONSET": 15.0, "E3_SLEEP_MIDPOINT": 30.0, "E4_FINAL_WAKE": 45.0, "SPT": 30.0, "SINS": 0,
        "EINS": 0,
    }  # fmt: skip
    ours = conventional(Hypnogram(runs(0, 30, 2, 60, 0, 30), lights_off=300, lights_on=3000), "luna")
    assert {name: ours[name] for name in printed} == pytest.approx(printed)


def test_luna_takes_unscored_ends_for_lights_on():
    ours = conventional(Hypnogram(runs(-1, 4, 0, 6, 2, 40, 0, 2, -1, 8)), "luna")
    assert (ours["TIB"], ours["TRT"], ours["LOT"], ours["OTHR"]) == (24, 30, 6, 0)
    assert (ours["SOL"], ours["PRE"], ours["FWT"], ours["POST"]) == (3, 5, 1, 5)


def test_luna_prints_persistent_sleep_only_beyond_ten_minutes():
    ours = conventional(Hypnogram(runs(0, 2, 2, 20, 0, 2)), "luna")
    assert ours["TST_PER"] == 0
    assert math.isnan(ours["SOL_PER"])
    assert conventional(Hypnogram(runs(0, 2, 2, 20, 0, 1, 2, 21)), "luna")["SOL_PER"] == 1


#: Printed by Wonambi 7.17 with one more epoch, Unknown, behind lights-on; in minutes, per cent, or per hour.
WONAMBI = {
    "A_two_cycles": {
        "TDT (TIB)": 120.0, "W": 13.0, "SL": 5.0, "WASO": 3.0, "Wmor": 5.5, "WASOT": 8.5, "N1 duration": 4.0,
        "N2 duration": 58.0, "N3 duration": 20.0, "REM duration": 25.0, "TSP": 110.0, "TST": 107.0, "SE": 89.166667,
        "W % TiB": 10.833333, "N1 % TiB": 3.333333, "N2 % TiB": 48.333333, "N3 % TiB": 16.666667,
        "REM % TiB": 20.833333, "W % TSP": 2.727273, "N1 % TSP": 3.636364, "N2 % TSP": 52.727273, "N3 % TSP": 18.181818,
        "REM % TSP": 22.727273, "N1 % TST": 3.738318, "N2 % TST": 54.205607, "N3 % TST": 18.691589,
        "REM % TST": 23.364486, "Switch": 14.0, "Switch index H": 7.636364, "Sleep fragmentation": 5.0,
        "SFI H": 2.803738, "SLN1": 5.0, "SLN2": 9.0, "SLN3": 29.0, "SLREM": 47.0, "SLCNREM5": 9.0, "SLCNREM10": 9.0,
        "SLCN35": 29.0, "SLCN310": 29.0,
    },
    "B_unscored_long_tail": {
        "TDT (TIB)": 150.0, "W": 45.0, "SL": 10.0, "WASO": 11.0, "Wmor": 25.5, "WASOT": 36.5, "N1 duration": 4.0,
        "N2 duration": 68.5, "N3 duration": 20.0, "REM duration": 9.5, "TSP": 113.0, "TST": 102.0, "SE": 68.0,
        "W % TiB": 30.0, "N1 % TiB": 2.666667, "N2 % TiB": 45.666667, "N3 % TiB": 13.333333, "REM % TiB": 6.333333,
        "W % TSP": 9.734513, "N1 % TSP": 3.539823, "N2 % TSP": 60.619469, "N3 % TSP": 17.699115, "REM % TSP": 8.40708,
        "N1 % TST": 3.921569, "N2 % TST": 67.156863, "N3 % TST": 19.607843, "REM % TST": 9.313725, "Switch": 13.0,
        "Switch index H": 6.902655, "Sleep fragmentation": 5.0, "SFI H": 2.941176, "SLN1": 10.0, "SLN2": 21.5,
        "SLN3": 60.0, "SLREM": 85.0, "SLCNREM5": 21.5, "SLCNREM10": 21.5, "SLCN35": 60.0, "SLCN310": 60.0,
    },
}  # fmt: skip


@pytest.mark.parametrize("name", WONAMBI)
def test_is_what_wonambi_prints(name, peers):
    assert dict(conventional(night_of(peers, name), "wonambi")) == pytest.approx(WONAMBI[name], abs=1e-6)


@pytest.fixture(scope="module")
def sri_nights(shared):
    """Person and scorer -> hypnogram of four levels; 0 wake, 1 light, 2 deep, 3 REM in the file."""
    text = lzma.decompress((shared / "data" / "sri" / "sample_data_sri.csv.xz").read_bytes()).decode()
    rows = [line.split(",") for line in text.split()[1:]]
    level = np.array([0, 5, 3, 4])
    return {
        (person, scorer): Hypnogram(level[[int(row[column]) for row in rows if row[0] == person]], levels=4)
        for person in sorted({row[0] for row in rows})
        for scorer, column in (("ref", 2), ("device", 3))
    }


@pytest.mark.real_data
def test_is_what_the_sri_pipeline_prints(sri_nights):
    measures = facts.sri()["per_subject_sleep_measures"]
    for (person, scorer), night in sri_nights.items():
        ours = conventional(night, "sri")
        for field, value in ours.items():
            printed = measures[person]["TIB" if field == "TIB" else f"{field}_{scorer}"]
            assert value == pytest.approx(printed, abs=0.00501), (person, scorer, field)


@pytest.mark.real_data
def test_is_what_yasa_prints_of_the_sri_nights(sri_nights, shared):
    header, *lines = (shared / "data" / "sri" / "golden_sri_sleepstats.csv").read_text().split()
    assert len(lines) == len(sri_nights) == 28
    for line in lines:
        row = dict(zip(header.split(","), line.split(","), strict=True))
        night = sri_nights[row.pop("sleep_id"), {"ref": "ref", "dev": "device"}[row.pop("scorer")]]
        ours = conventional(night, "yasa")
        assert dict(ours) == pytest.approx({field: float(value) for field, value in row.items()}, abs=5.1e-5)


def test_the_sri_pipeline_knows_no_unscored_epoch():
    ours = conventional(Hypnogram([0, 2, -1, 2]), "sri")
    assert ours["TIB"] == 2
    assert math.isnan(ours["WASO"])
    assert ours.reasons["WASO"] == "the SRI pipeline has no code for unscored epochs"


def test_the_sri_pipeline_calls_all_of_a_night_without_sleep_latency():
    ours = conventional(Hypnogram([0] * 20), "sri")
    assert (ours["SOL"], ours["SE"], ours["TST"]) == (10, 0, 0)


def test_a_trial_night_by_hand():
    stages = runs(
        0, 10, 2, 10, 0, 4,        # 5 min of sleep that do not persist; LPS after 12 min
        2, 20, 0, 2,               # awakening 1
        1, 3, 0, 2,                # only N1 between: still awakening 1
        2, 1, 0, 1, 2, 5,          # one epoch of W is none
        0, 6, 3, 1, 0, 4,          # awakenings 2 and 3, parted by one epoch of N3
        4, 30, 0, 1, 2, 4, 0, 8,   # none, and the final awakening, 4
    )  # fmt: skip
    night = Hypnogram(stages)
    ours = conventional(night, "trial")
    assert (ours["lps"], ours["lps_event"], ours["naw"]) == (12, 1, 4)
    assert (ours["wtds"], ours["wtas"], ours["waso_lps"]) == (8, 4, 12)
    assert (ours["trt"], ours["tst"]) == (56, 37)


def test_a_trial_imputes_trt_for_a_latency_that_never_ended():
    ours = conventional(Hypnogram(runs(0, 10, 2, 19, 0, 11)), "trial")
    assert (ours["lps"], ours["lps_event"], ours["trt"]) == (20, 0, 20)
    for name in ("waso_lps", "naw", "wtds", "wtas"):
        assert math.isnan(ours[name])
        assert ours.reasons[name] == "no sleep lasted 10 min"


def test_unscored_epochs_neither_persist_nor_part_awakenings():
    assert conventional(Hypnogram(runs(2, 10, -1, 1, 2, 10)), "trial")["lps_event"] == 0
    assert conventional(Hypnogram(runs(2, 20, 0, 2, -1, 4, 0, 2, 2, 5)), "trial")["naw"] == 1


def test_two_epochs_of_a_trial_are_a_minute():
    assert conventional(Hypnogram(runs(2, 40, 0, 3, 2, 40, 0, 2, 2, 4), epoch=20.0), "trial")["naw"] == 1
