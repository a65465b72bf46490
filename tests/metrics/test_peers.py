"""What other programs say of the same nights, and where they mean something else."""

import itertools
import math

import numpy as np
import pytest

from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics import architecture

from ..facts import NIGHTS

#: Program -> its field -> our key, and what to multiply theirs by.
FIELDS = {
    "yasa0.8.1_Hypnogram": {
        "TIB": ("trt", 1),
        "SPT": ("spt", 1),
        "WASO": ("waso_spt", 1),
        "TST": ("tst", 1),
        "SE": ("se", 1),
        "SME": ("sme", 1),
        "SFI": ("sfi_wake", 1),
        "SOL": ("sol", 1),
        "SOL_5min": ("sol_5min", 1),
        "Lat_REM": ("rem_latency_lights_off", 1),
        "WAKE": ("twt", 1),
        "N1": ("n1_minutes", 1),
        "N2": ("n2_minutes", 1),
        "N3": ("n3_minutes", 1),
        "REM": ("rem_minutes", 1),
        "%N1": ("n1_percent", 1),
        "%N2": ("n2_percent", 1),
        "%N3": ("n3_percent", 1),
        "%REM": ("rem_percent", 1),
    },
    "yasa0.8.1_legacy": {
        "NREM": ("nrem_minutes", 1),
        "%NREM": ("nrem_percent", 1),
        "Lat_N1": ("n1_latency_lights_off", 1),
        "Lat_N2": ("n2_latency_lights_off", 1),
        "Lat_N3": ("n3_latency_lights_off", 1),
        "Lat_REM": ("rem_latency_lights_off", 1),
    },
    "luna1.7.0_HYPNO": {
        "TRT": ("trt", 1),
        "TST": ("tst", 1),
        "TWT": ("twt", 1),
        "OTHR": ("unscored_minutes", 1),
        "SE": ("se", 1),
        "SME": ("sme", 1),
        "SPT": ("spt", 1),
        "SOL": ("sol", 1),
        "SOL_PER": ("lps", 1),
        "WASO": ("waso_spt", 1),
        "FWT": ("fwt", 1),
        "REM_LAT": ("rem_latency", 1),
        "REM_LAT2": ("rem_latency_asleep", 1),
        "SFI": ("sfi_wake", 60),
        "SFI1": ("sfi_wake_n1", 60),
        "TI_S": ("stage_shift_index", 60),
    },
    "hypnofunk0.4.0": {
        "TRT": ("trt", 1),
        "TST": ("tst", 1),
        "SOL": ("sol", 1),
        "WASO": ("waso", 1),
        "Sleep_efficiency": ("se", 1),
        "NREM_duration": ("nrem_minutes", 1),
        "R_onset": ("rem_latency_lights_off", 1),
    },
    "sleep_utils1.27": {
        "awakenings": ("awakenings", 1),
        "sum_NREM": ("nrem_minutes", 1),
        "lat_S1": ("n1_latency_lights_off", 1),
        "lat_S2": ("n2_latency_lights_off", 1),
        "lat_S3": ("n3_latency_lights_off", 1),
        "lat_REM": ("rem_latency_lights_off", 1),
    },
}

#: What a program could not read: hypnofunk an unscored epoch, sleep-utils a night without sleep.
CRASHES = {("hypnofunk0.4.0", "B_unscored_long_tail"), ("sleep_utils1.27", "E_all_wake")}

#: Where they mean something else: (program, field, night) -> why. Elsewhere they must agree, here they must not.
DIFFERENCES = {
    ("luna1.7.0_HYPNO", "SPT", "B_unscored_long_tail"): "Luna ends it with the unscored minute before the final wake",
    ("luna1.7.0_HYPNO", "SE", "E_all_wake"): "Luna prints nothing for a night without sleep; we say 0, as YASA does",
    ("luna1.7.0_HYPNO", "SPT", "E_all_wake"): "Luna prints nothing for a night without sleep; we say 0, as YASA does",
    ("hypnofunk0.4.0", "R_onset", "A_two_cycles"): "hypnofunk counts it from sleep onset",
    ("hypnofunk0.4.0", "R_onset", "C_yasa_doc20"): "hypnofunk counts it from sleep onset",
    ("hypnofunk0.4.0", "TRT", "E_all_wake"): "hypnofunk cuts long wake off the ends",
    ("hypnofunk0.4.0", "SOL", "E_all_wake"): "hypnofunk calls all of a night without sleep latency; it is censored",
    ("hypnofunk0.4.0", "WASO", "E_all_wake"): "hypnofunk says 0; without onset there is nothing after it",
}

#: Luna's table of stages: stage -> field -> our key, and what to multiply theirs by.
LUNA_STAGES = {
    "N1": {"MINS": ("n1_minutes", 1), "PCT": ("n1_percent", 100)},
    "N2": {"MINS": ("n2_minutes", 1), "PCT": ("n2_percent", 100)},
    "N3": {"MINS": ("n3_minutes", 1), "PCT": ("n3_percent", 100)},
    "NR": {"MINS": ("nrem_minutes", 1), "PCT": ("nrem_percent", 100)},
    "R": {"MINS": ("rem_minutes", 1), "PCT": ("rem_percent", 100)},
    "?": {"MINS": ("unscored_minutes", 1)},
    "S": {"MINS": ("tst", 1), "BOUT_MX": ("longest_sleep", 1)},
    "W": {"MINS": ("twt", 1)},
    "WASO": {"MINS": ("waso_spt", 1), "BOUT_N": ("awakenings", 1), "BOUT_05": ("long_wake_minutes", 1)},
}

#: Luna's name for what bouts are of -> ours, and its name for what is said of them -> ours.
LUNA_BOUTS = {"N1": "n1", "N2": "n2", "N3": "n3", "NR": "nrem", "R": "rem", "S": "sleep", "WASO": "wake"}
LUNA_OF_BOUTS = {"BOUT_N": "bouts", "BOUT_MN": "bout_mean", "BOUT_MD": "bout_median", "BOUT_MX": "bout_max"}

ROUNDED = 1e-4  # they print four to six decimals


def measured(stages):
    return architecture(Hypnogram(stages))


def number(theirs, field):
    """A field that is not printed, or printed as None, is undefined."""
    return math.nan if theirs.get(field) is None else float(theirs[field])


@pytest.mark.parametrize(
    ("program", "night"), [pair for pair in itertools.product(FIELDS, NIGHTS) if pair not in CRASHES]
)
def test_agrees_with(program, night, peers):
    theirs, ours = peers[night][program], measured(peers[night]["stages"])
    for field, (key, factor) in FIELDS[program].items():
        agree = ours[key] == pytest.approx(factor * number(theirs, field), abs=ROUNDED, nan_ok=True)
        assert agree != ((program, field, night) in DIFFERENCES), (field, theirs.get(field), key, ours[key])


@pytest.mark.parametrize("night", NIGHTS[:4])  # Luna's table is empty for a night without sleep
def test_agrees_with_lunas_stages(night, peers):
    ours = measured(peers[night]["stages"])
    rows = {row["SS"]: row for row in peers[night]["luna_HYPNO_SS"]}
    for stage, fields in LUNA_STAGES.items():
        for field, (key, factor) in fields.items():
            assert ours[key] == pytest.approx(factor * rows[stage][field], abs=ROUNDED), (stage, field)


@pytest.mark.parametrize("night", NIGHTS[:4])
def test_agrees_with_lunas_bouts(night, peers):
    """Where there is no bout, Luna prints 0 for its mean, median and longest; we say NaN."""
    ours = measured(peers[night]["stages"])
    rows = {row["SS"]: row for row in peers[night]["luna_HYPNO_SS"]}
    for (stage, stem), (field, key) in itertools.product(LUNA_BOUTS.items(), LUNA_OF_BOUTS.items()):
        value = ours["longest_sleep" if (stem, key) == ("sleep", "bout_max") else f"{stem}_{key}"]
        assert (0 if math.isnan(value) else value) == pytest.approx(rows[stage][field], abs=ROUNDED), (stage, field)


@pytest.mark.parametrize(("night", "at_the_ends"), list(zip(NIGHTS[:4], (2, 1, 2, 2), strict=True)))
def test_luna_counts_three_state_transitions_at_the_ends_too(night, at_the_ends, peers):
    """Luna's TI_S3 is per minute of its SPT, with sleep onset and the final awakening, unless that is unscored (B)."""
    luna, ours = peers[night]["luna1.7.0_HYPNO"], measured(peers[night]["stages"])
    within = ours["transitions_3state"] * ours["tst"] / 60
    assert within + at_the_ends == pytest.approx(luna["TI_S3"] * luna["SPT"], abs=1e-3)


def random_night(seed):
    """Stages that stay with probability .9, a sixth of them unscored; short enough that some lack REM or sleep."""
    rng = np.random.default_rng(seed)
    change = rng.random(rng.integers(1, 400)) < 0.1
    bouts = rng.integers(-1, 5, change.size + 1)
    return bouts[np.cumsum(change)]


@pytest.mark.parametrize("seed", range(40))
def test_agrees_with_yasa_on_a_random_night(seed):
    import yasa

    stages = random_night(seed)
    theirs = yasa.Hypnogram.from_integers(np.where(stages < 0, -2, stages)).sleep_statistics()
    ours = architecture(Hypnogram(stages), max_unscored=1)
    fields = FIELDS["yasa0.8.1_Hypnogram"] | {"UNS": ("unscored_minutes", 1)}
    for field, value in theirs.items():
        key, _ = fields[field]
        assert ours[key] == pytest.approx(float(value), abs=ROUNDED, nan_ok=True), field
