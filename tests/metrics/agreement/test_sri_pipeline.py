"""Menghini et al. 2021: the published output of the SRI pipeline, and what YASA makes of the same 14 people."""

import csv
import lzma
import math
import re

import numpy as np
import pytest

from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics import architecture
from somnometry.metrics.agreement.epochs import epoch_agreement
from somnometry.metrics.agreement.metrics import metric_agreement

from ... import facts

CODES = np.array([0, 5, 3, 4])  # SRI: wake, light, deep, REM are 0 to 3

STAGES = {"WAKE": "W", "LIGHT": "LIGHT", "DEEP": "N3", "REM": "R", "SLEEP": "SLEEP"}
SCORES = {  # theirs -> ours, and what to multiply ours by
    "accuracy": ("accuracy", 100), "sensitivity": ("recall", 100), "specificity": ("specificity", 100),
    "ppv": ("precision", 100), "npv": ("npv", 100), "kappa": ("kappa", 1), "pabak": ("pabak", 1),
    "pindex": ("prevalence_index", 1),
}  # fmt: skip
MEASURES = {
    "TIB": "trt", "TST": "tst", "SE": "se", "SOL": "sol", "WASO": "waso", "Light": "light_minutes",
    "Deep": "n3_minutes", "REM": "rem_minutes", "LightPerc": "light_percent", "DeepPerc": "n3_percent",
    "REMPerc": "rem_percent",
}  # fmt: skip

EARLY = "SRI rounds what it finds of each person to two decimals before it averages; we do not round"
FROM_ROUNDED = "SRI computes it from sensitivity, specificity and prevalence rounded to two decimals; we count epochs"

#: Every printed score that differs: (section, stage, score) -> (theirs, ours to three decimals, why).
DIFFERENCES = {
    ("staging avg", "LIGHT", "sensitivity sd"): (10.31, 10.305, EARLY),
    ("staging avg", "LIGHT", "kappa sd"): (0.13, 0.125, EARLY),
    ("staging avg", "LIGHT", "pindex mean"): (0.13, 0.125, EARLY),
    ("staging avg", "REM", "pindex mean"): (-0.72, -0.714, EARLY),
    ("staging avg", "WAKE", "ppv mean"): (68.13, 68.137, FROM_ROUNDED),
    ("staging avg", "DEEP", "ppv mean"): (66.10, 66.089, FROM_ROUNDED),
    ("staging avg", "DEEP", "ppv sd"): (28.12, 28.126, FROM_ROUNDED),
    ("staging avg", "REM", "ppv mean"): (62.20, 62.206, FROM_ROUNDED),
    ("staging sum", "WAKE", "ppv"): (68.87, 68.854, FROM_ROUNDED),
    ("staging sum", "DEEP", "ppv"): (66.03, 66.024, FROM_ROUNDED),
    ("staging sum", "REM", "npv"): (92.74, 92.746, FROM_ROUNDED),
    ("sleep_wake avg", "SLEEP", "npv mean"): (68.13, 68.137, FROM_ROUNDED),
    ("sleep_wake sum", "SLEEP", "npv"): (68.87, 68.854, FROM_ROUNDED),
}

#: Differences of two measures that SRI rounds to two decimals before it subtracts: (theirs, ours to four decimals).
ROUNDED_FIRST = {
    ("sbj01", "SE_diff"): (-5.11, -5.1020),
    ("sbj01", "DeepPerc_diff"): (-5.65, -5.6551),
    ("sbj01", "REMPerc_diff"): (-15.00, -15.0065),
    ("sbj02", "REMPerc_diff"): (-18.17, -18.1627),
    ("sbj08", "DeepPerc_diff"): (-6.28, -6.2872),
    ("sbj09", "SE_diff"): (13.82, 13.8280),
    ("sbj09", "REMPerc_diff"): (4.53, 4.5238),
    ("sbj10", "SE_diff"): (5.57, 5.5762),
    ("sbj13", "SE_diff"): (2.14, 2.1459),
    ("sbj14", "REMPerc_diff"): (2.56, 2.5537),
}


@pytest.fixture(scope="module")
def sri():
    return facts.sri()


@pytest.fixture(scope="module")
def counted(sri):
    """Reference and device of each person, epochs in no order: agreement of epochs knows none."""
    pairs = {person: facts.epochs_of(counts) for person, counts in sri["epochs"].items()}
    return tuple({person: Hypnogram(CODES[pair[i]], levels=4) for person, pair in pairs.items()} for i in (0, 1))


@pytest.fixture(scope="module")
def people(shared):
    """Reference and device of each person, epoch by epoch."""
    rows = {}
    with lzma.open(shared / "data/sri/sample_data_sri.csv.xz", "rt", newline="") as lines:
        for row in csv.DictReader(lines):
            rows.setdefault(row["subject"], []).append((int(row["reference"]), int(row["device"])))
    return tuple(
        {person: Hypnogram(CODES[np.array(pairs)[:, i]], levels=4) for person, pairs in rows.items()} for i in (0, 1)
    )


@pytest.fixture(scope="module")
def agreements(counted):
    def of(levels):
        return epoch_agreement(*counted, levels=levels, n_boot=10_000, interval="basic")

    return {"staging": of(4), "sleep_wake": of(2)}


def printed(value):
    return math.copysign(math.floor(abs(value) * 100 + 0.5 + 1e-9) / 100, value)


def test_every_score_of_every_person(sri, agreements):
    checked = 0
    for section, name in (("per_subject", "staging"), ("per_subject_sleep_wake", "sleep_wake")):
        agreement = agreements[name]
        for i, person in enumerate(agreement.nights):
            stages = sri[section][person] if name == "staging" else {"SLEEP": sri[section][person]}
            for stage, scores in stages.items():
                for score, theirs in scores.items():
                    key, factor = SCORES[score]
                    ours = factor * agreement.scores[f"{key}_{STAGES[stage]}"][i]
                    assert printed(ours) == theirs, (person, stage, score)
                    checked += 1
    assert checked == 14 * (4 * 3 + 3)


def test_every_score_of_the_group(sri, agreements):
    found, checked = {}, 0
    for name, agreement in agreements.items():
        for table, sections in sri[f"group_ebe_{name}"].items():
            kind = table[-3:]
            for stage, scores in sections.items():
                for score, theirs in scores.items():
                    key, factor = SCORES[score]
                    summary = agreement.summary[f"{key}_{STAGES[stage]}"]
                    pairs = {score: (theirs, summary.pooled.value)}
                    if kind == "avg":
                        ours = {"mean": summary.mean.value, "sd": summary.sd}
                        pairs = {f"{score} {part}": (theirs[part], value) for part, value in ours.items()}
                    for which, (printed_by_sri, value) in pairs.items():
                        checked += 1
                        if printed(factor * value) != printed_by_sri:
                            found[f"{name} {kind}", stage, which] = (printed_by_sri, round(factor * value, 3))
    assert found == {place: difference[:2] for place, difference in DIFFERENCES.items()}
    assert checked == 2 * (4 + 1) * (3 + 8) + (4 + 1) * (3 + 8)


def test_what_explains_the_differences(agreements):
    """Round as SRI does, and its figures come out."""
    for (section, stage, which), (theirs, _, _) in DIFFERENCES.items():
        name, kind = section.split()
        agreement = agreements[name]
        score, part = (*which.split(), "")[:2]
        place = [s.label for s in agreement.stages].index(STAGES[stage])
        tables = agreement.confusion if kind == "avg" else agreement.pooled[None]
        values = []
        for table in tables:
            row, column, hit, total = table[place].sum(), table[:, place].sum(), table[place, place], table.sum()
            sens, spec, prev = (
                printed(100 * part / whole)
                for part, whole in ((hit, row), (total - row - column + hit, total - row), (row, total))
            )
            both = (sens * prev, (100 - spec) * (100 - prev))
            neither = (spec * (100 - prev), prev * (100 - sens))
            key, factor = SCORES[score]
            if score in ("ppv", "npv"):
                first, second = both if score == "ppv" else neither
                values.append(printed(100 * first / (first + second)))
            else:
                i = len(values)
                values.append(printed(factor * agreement.scores[f"{key}_{STAGES[stage]}"][i]))
        summary = {"": values[0], "mean": np.mean(values), "sd": np.std(values, ddof=1) if len(values) > 1 else 0}
        # REM's ppv comes to 62.205, which R rounds down to the even digit
        assert summary[part] == pytest.approx(theirs, abs=0.005 + 1e-9), (section, stage, which)


def test_bootstrap_intervals_are_theirs_but_for_chance(sri, agreements):
    """10,000 draws leave 1 % of the SD between people in a bound, theirs and ours; their two runs differ by as much."""
    for name, agreement in agreements.items():
        for table in ("basic_avg", "advanced_avg"):
            for stage, scores in sri[f"group_ebe_{name}"][table].items():
                for score, theirs in scores.items():
                    key, factor = SCORES[score]
                    mean = agreement.summary[f"{key}_{STAGES[stage]}"].mean
                    chance = 0.0051 + 0.04 * theirs["sd"] + 0.005 * (factor == 1)
                    assert factor * mean.lower == pytest.approx(theirs["CI_low"], abs=chance), (name, stage, score)
                    assert factor * mean.upper == pytest.approx(theirs["CI_high"], abs=chance), (name, stage, score)


def test_error_matrices(sri, agreements):
    labels = {"wake": "W", "light": "LIGHT", "deep": "N3", "REM": "R", "sleep": "SLEEP"}
    for name, agreement in agreements.items():
        stages = [stage.label for stage in agreement.stages]
        tables = sri["error_matrices"][name]
        for row, cells in tables["absolute_sum"].items():
            for column, theirs in cells.items() if row.endswith("_ref") else ():
                i = stages.index(labels[row.removesuffix("_ref")])
                if column == "reference_total":
                    assert agreement.pooled[i].sum() == theirs
                else:
                    assert agreement.pooled[i, stages.index(labels[column.removeprefix("device_")])] == theirs
        assert agreement.pooled.sum() == tables["absolute_sum"]["device_totals"]["grand_total"]
        for row, cells in tables["proportional_avg"].items():
            for column, text in cells.items() if row.endswith("_ref") else ():
                ref, dev = labels[row.removesuffix("_ref")], labels[column.removeprefix("device_")]
                summary = agreement.summary[f"recall_{ref}" if ref == dev else f"{ref}_as_{dev}"]
                mean, sd, low, high = map(float, re.findall(r"-?[\d.]+", text))
                assert (printed(summary.mean.value), printed(summary.sd)) == (mean, sd), (row, column)
                chance = 0.0055 + 0.02 * sd
                assert max(summary.mean.lower, 0) == pytest.approx(low, abs=chance), (row, column)  # SRI bounds it, too
                assert summary.mean.upper == pytest.approx(high, abs=chance), (row, column)


@pytest.mark.real_data
def test_sleep_measures_and_their_differences(sri, people):
    ours = [{person: architecture(h) for person, h in group.items()} for group in people]
    for person, theirs in sri["per_subject_sleep_measures"].items():
        for name, value in theirs.items():
            measure, _, scorer = name.partition("_")
            group = ours[1] if scorer == "device" else ours[0]
            assert printed(group[person][MEASURES[measure]]) == value, (person, name)
    keys = [key for name, key in MEASURES.items() if name != "TIB"]
    found, rounded_first = metric_agreement(*people, keys, n_boot=2), {}
    for section in ("per_subject_discrepancies_staging", "per_subject_discrepancies_sleep_wake"):
        for person, theirs in sri[section].items():
            for name, value in theirs.items():
                one = found[MEASURES[name.removesuffix("_diff")]]
                i = one.nights.index(person)
                difference = float(one.differences[i])
                rounded = printed(printed(one.observed[i]) - printed(one.reference[i]))
                assert rounded == value, (person, name)
                if printed(difference) != value:
                    rounded_first[person, name] = (value, round(difference, 4))
    assert rounded_first == ROUNDED_FIRST


# ---------------------------------------------------------------------------------------------------------------- YASA
def test_yasa_per_person(sri, agreements):
    scores = {"accuracy": ("accuracy", 100), "balanced_acc": ("balanced_accuracy", 100), "kappa": ("kappa", 1),
              "mcc": ("mcc", 1)}  # fmt: skip
    assert list(sri["yasa0.8.1"]) == list(agreements["staging"].nights)
    for i, row in enumerate(sri["yasa0.8.1"].values()):
        for theirs, (key, factor) in scores.items():
            assert factor * agreements["staging"].scores[key][i] == pytest.approx(row[theirs])


@pytest.mark.real_data
def test_the_counted_epochs_are_those_of_the_people(people, sri):
    for person, counts in sri["epochs"].items():
        reference, device = (group[person].stages for group in people)
        found = [[int(((reference == a) & (device == b)).sum()) for b in CODES] for a in CODES]
        assert found == counts


#: YASA's statistic -> our metric; its WASO ends with the last sleep, its Lat_REM begins at lights-off.
STATISTICS = {
    "TST": "tst", "SE": "se", "SOL": "sol", "SOL_5min": "sol_5min", "WASO": "waso_spt", "SPT": "spt", "SME": "sme",
    "SFI": "sfi_wake", "Lat_REM": "rem_latency_lights_off", "WAKE": "twt", "LIGHT": "light_minutes",
    "DEEP": "n3_minutes", "REM": "rem_minutes", "%LIGHT": "light_percent", "%DEEP": "n3_percent",
    "%REM": "rem_percent",
}  # fmt: skip
VARIABLES = {
    "bias_mean": "bias", "loa_lower": "loa_lower", "loa_upper": "loa_upper", "bias_slope": "slope",
    "bias_intercept": "intercept", "loa_slope": "spread_slope", "loa_intercept": "spread_intercept",
    "loa_halfwidth": "halfwidth",
}  # fmt: skip


@pytest.mark.real_data
def test_yasa_bias_and_limits(shared, people):
    """Every number of YASA's, intervals too, but one: it gives 1.96 SD of the residuals the interval of a mean."""
    with (shared / "data/sri/golden_sri_ssa_param.csv").open(newline="") as lines:
        variables, bounds, _, *rows = csv.reader(lines)
    found = metric_agreement(*people, STATISTICS.values(), interval="classic", n_boot=2)
    checked = 0
    for statistic, *cells in rows:
        for variable, bound, cell in zip(variables[1:], bounds[1:], cells, strict=True):
            estimate = found[STATISTICS[statistic]][VARIABLES[variable]]
            ours = {"center": estimate.value, "lower": estimate.lower, "upper": estimate.upper}[bound]
            if (variable, bound) in (("loa_halfwidth", "lower"), ("loa_halfwidth", "upper")):
                continue  # YASA: SD / root of 2n at Student's t, which is symmetrical; we take chi-squared
            # YASA's statistics are rounded to four decimals before they are compared
            assert ours == pytest.approx(float(cell), rel=1e-3, abs=2e-3), (statistic, variable, bound)
            checked += 1
    assert checked == 16 * (8 * 3 - 2)
