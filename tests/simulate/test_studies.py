"""Simulated studies: what was asked for is what they hold, on average and in spread."""

import math
import pickle
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from somnometry.metrics import METRICS, architecture, architecture_table
from somnometry.metrics.agreement.values import variance_components
from somnometry.simulate.designs import lay_out
from somnometry.simulate.outcomes import draw_outcomes, draw_study
from somnometry.simulate.spreads import FIRST_NIGHT, SPREADS, WAKING, Spread
from somnometry.simulate.studies import simulate_study
from tools.fit_hypnogram_process import read_boas

QUIET = {"first_night": False, "response": 0.0}
X = {"x": Spread(50.0, 8.0, 5.0)}


def cells(metric, nights=1, subjects=20_000, **options):
    """Values of one big study, shape (n_subjects, n_periods, n_nights), and the condition of each period."""
    options = {**QUIET, "effects": {metric: 0.0}, **options}
    if options["effects"] is not None and metric not in options["effects"]:
        options["metrics"] = [metric]
    plan = simulate_study(
        0, subjects=1 if options.get("design") == "n-of-1" else subjects, nights=nights, **options
    ).plan
    draws = draw_outcomes(plan, 1)
    return draws.values[metric], np.array(plan.layout.conditions)[draws.conditions]


# --------------------------------------------------------------------------------------------------------------- tables
@pytest.mark.parametrize(
    ("options", "rows", "conditions"),
    [
        ({}, 48, {"placebo", "active"}),
        ({"arms": ("a", "b", "c"), "nights": 2}, 24 * 3 * 2, {"a", "b", "c"}),
        ({"periods": 4}, 96, {"placebo", "active"}),
        ({"design": "parallel"}, 24, {"placebo", "active"}),
        ({"design": "parallel", "baseline": True, "nights": 2}, 96, {"baseline", "placebo", "active"}),
        ({"design": "pre-post", "subjects": 7}, 14, {"placebo", "active"}),
        ({"design": "n-of-1"}, 14, {"placebo", "active"}),
    ],
)
def test_each_design_gives_its_table(options, rows, conditions):
    study = simulate_study(3, effects={"sol": -10.0}, metrics=["awakenings"], **options) if "arms" not in options else (
        simulate_study(3, effects={"sol": {"b": -10.0}}, metrics=["awakenings"], **options)
    )  # fmt: skip
    nights = study.nights
    assert list(nights.columns) == [
        "subject", "sequence", "condition", "period", "night", "status", "sol", "sol_time", "sol_event", "tst",
        "awakenings", "starts_asleep", "technical_truncation",
    ]  # fmt: skip
    assert len(nights) == rows
    assert set(nights["condition"]) == conditions
    assert (nights["status"] == "ok").all()
    assert not nights.duplicated(["subject", "period", "night"]).any()
    assert nights["night"].min() == nights["period"].min() == 1
    for _, own in nights.groupby("subject"):
        in_order = own.sort_values("period").drop_duplicates("period")["condition"]
        assert own["sequence"].unique().tolist() == ["-".join(in_order)]


def test_baseline_comes_first_and_pre_post_never_turns_round():
    parallel = simulate_study(1, design="parallel", baseline=True).nights
    assert set(parallel.loc[parallel["period"] == 1, "condition"]) == {"baseline"}
    assert set(parallel.loc[parallel["period"] == 2, "condition"]) == {"placebo", "active"}
    pre_post = simulate_study(1, design="pre-post").nights
    assert set(pre_post.loc[pre_post["period"] == 1, "condition"]) == {"placebo"}


def test_same_seed_same_study_other_seed_other_study():
    options = {"effects": {"waso": -15.0, "awakenings": 0.8}, "missing": 0.1, "truncation": 0.1}
    one, same, other = (simulate_study(seed, **options).nights for seed in (4, 4, 5))
    assert one.equals(same)
    assert not one["tst"].equals(other["tst"])


def test_an_effect_moves_the_nights_of_its_arm_by_itself_and_no_others():
    without = simulate_study(2, effects={"waso": 0.0}).nights
    moved = simulate_study(2, effects={"waso": -15.0}).nights
    shift = moved["waso"] - without["waso"]
    assert np.allclose(shift[moved["condition"] == "active"], -15.0)
    assert np.allclose(shift[moved["condition"] == "placebo"], 0.0)
    assert moved["tst"].equals(without["tst"])


def test_missing_nights_leave_the_others_as_they_were():
    whole = simulate_study(2, nights=3).nights.set_index(["subject", "period", "night"])
    missing = simulate_study(2, nights=3, missing=0.3, dropout=0.2).nights.set_index(["subject", "period", "night"])
    assert 40 < len(missing) < len(whole) == 144
    assert missing["tst"].equals(whole.loc[missing.index, "tst"])


def test_truth_says_what_was_declared_and_nothing_of_what_was_not():
    study = simulate_study(
        0, arms=("placebo", "low", "high"), effects={"tst": {"low": 5, "high": 15}, "awakenings": {"high": 0.7}}
    )
    assert {metric: dict(own) for metric, own in study.truth.items()} == {
        "tst": {"low": 5.0, "high": 15.0},
        "awakenings": {"low": 1.0, "high": pytest.approx(0.7)},
    }
    back = pickle.loads(pickle.dumps(study))
    assert back.truth == study.truth
    assert back.nights.equals(study.nights)


@pytest.mark.parametrize("hypnograms", [False, True])
def test_a_study_of_which_nothing_is_left_still_has_its_columns(hypnograms):
    none, some = (simulate_study(1, subjects=2, missing=p, hypnograms=hypnograms).nights for p in (1.0, 0.0))
    assert len(none) == 0
    assert none.columns.tolist() == some.columns.tolist()


# -------------------------------------------------------------------------------------------------------------- designs
@pytest.mark.parametrize("k", [2, 3, 4, 5, 6, 7])
def test_in_williams_sequences_every_arm_follows_every_other_equally_often(k):
    arms = tuple("ABCDEFG"[:k])
    sequences = lay_out("crossover", arms).sequences
    assert len(sequences) == (k if k % 2 == 0 else 2 * k)
    follows = Counter(pair for sequence in sequences.tolist() for pair in pairwise(sequence))
    assert set(follows.values()) == {len(sequences) // k}
    assert len(follows) == k * (k - 1)
    for period in sequences.T:  # and is as often in each period as any other
        assert set(Counter(period.tolist()).values()) == {len(sequences) // k}


def test_repeats_turn_the_sequence_round():
    assert lay_out("crossover", ("A", "B"), periods=3).labels.tolist() == ["A-B-B", "B-A-A"]
    assert lay_out("crossover", ("A", "B"), periods=6).labels.tolist() == ["A-B-B-A-A-B", "B-A-A-B-B-A"]
    assert lay_out("crossover", tuple("ABC"), sequences="cyclic").labels.tolist() == ["A-B-C", "B-C-A", "C-A-B"]
    own = lay_out("crossover", ("A", "B"), sequences=[("A", "B", "A"), ("B", "A", "B")])
    assert own.labels.tolist() == ["A-B-A", "B-A-B"]


@pytest.mark.parametrize("subjects", [23, 24])
def test_sequences_are_balanced_but_for_the_odd_person_who_is_drawn(subjects):
    odd = set()
    for seed in range(40):
        people = simulate_study(seed, subjects=subjects).nights.drop_duplicates("subject")
        counts = Counter(people["sequence"])
        assert abs(counts["placebo-active"] - counts["active-placebo"]) == subjects % 2
        odd |= {name for name, n in counts.items() if n > subjects // 2}
    assert len(odd) == (2 if subjects % 2 else 0)


def test_allocation_follows_its_shares():
    people = simulate_study(1, design="parallel", subjects=30, allocation=(2, 1)).nights
    assert Counter(people["condition"]) == {"placebo": 20, "active": 10}


def test_an_n_of_1_schedule_is_drawn_by_its_scheme():
    own = ("active", "placebo", "placebo", "active", "active")
    nights = simulate_study(1, design="n-of-1", schedule=own, nights=2).nights
    assert nights.loc[nights["night"] == 1, "condition"].tolist() == list(own)
    seen = set()
    for seed in range(60):
        paired = simulate_study(seed, design="n-of-1", periods=6).nights["condition"].tolist()
        assert all(set(paired[i : i + 2]) == {"placebo", "active"} for i in (0, 2, 4))
        seen.add(tuple(paired))
        randomised = simulate_study(seed, design="n-of-1", periods=6, schedule="randomised").nights["condition"]
        assert Counter(randomised) == {"placebo": 3, "active": 3}
    assert len(seen) == 8  # 2 ** 3
    fixed = simulate_study(1, design="n-of-1", periods=4, schedule="alternating").nights["condition"].tolist()
    assert fixed == ["placebo", "active"] * 2


# -------------------------------------------------------------------------------------------------------------- moments
# SE of an SD from n values that are nearly normal: SD / sqrt(2 n); n is 20,000 people, so tolerances are 3 % or more.
@pytest.mark.parametrize("distribution", ["normal", "skewed", "heavy"])
def test_people_and_nights_differ_as_asked(distribution):
    values, _ = cells("x", nights=2, spreads=X, distribution=distribution)
    assert values.mean() == pytest.approx(50.0, abs=4 * 8 / math.sqrt(20_000))
    by_period = values.mean(axis=2)
    between = np.cov(by_period[:, 0], by_period[:, 1])[0, 1]
    within = values.var(axis=2, ddof=1).mean()
    assert math.sqrt(between) == pytest.approx(8.0, rel=0.05)
    assert math.sqrt(within) == pytest.approx(5.0, rel=0.05)


def test_skewed_and_heavy_deviates_have_the_shape_that_is_said():
    lone = {"x": Spread(0.0, 0.0, 1.0)}
    skewed, _ = cells("x", spreads=lone, distribution="skewed", subjects=100_000)
    w = math.exp(0.25)  # Johnson, Kotz and Balakrishnan: skewness of a log-normal
    assert stats.skew(skewed.ravel()) == pytest.approx((w + 2) * math.sqrt(w - 1), rel=0.06)
    heavy, _ = cells("x", spreads=lone, distribution="heavy", subjects=100_000)
    cut = np.quantile(heavy, [0.01, 0.1, 0.25])
    assert cut == pytest.approx(stats.t.ppf([0.01, 0.1, 0.25], 5) * math.sqrt(3 / 5), rel=0.03)


def test_own_responses_differ_as_much_between_any_two_arms_and_repeats_share_them():
    values, given = cells("x", spreads=X, arms=("a", "b", "c"), periods=6, response=1.5, effects={"x": {"b": 1.0}})
    mean = {arm: np.where(given[..., None] == arm, values, 0).sum(axis=(1, 2)) / 2 for arm in "abc"}
    for one, other in (("a", "b"), ("b", "c"), ("a", "c")):
        expected = 2 * 25 / 2 + (1.5 * 5) ** 2  # two nights of each, and the response
        assert (mean[one] - mean[other]).var() == pytest.approx(expected, rel=0.04)
    assert np.mean(mean["b"] - mean["a"]) == pytest.approx(1.0, abs=0.3)


def test_nights_of_one_period_share_what_period_sd_says():
    values, _ = cells("x", nights=2, spreads=X, period_sd=2.0)
    same = np.cov(values[:, 0, 0], values[:, 0, 1])[0, 1]
    other = np.cov(values[:, 0, 0], values[:, 1, 1])[0, 1]
    assert same == pytest.approx(64 + 100, rel=0.04)
    assert other == pytest.approx(64, rel=0.08)


def test_first_night_period_and_carry_over_are_added_where_they_belong():
    still = {"x": Spread(50.0, 0.0, 0.0)}
    values, given = cells(
        "x", nights=2, subjects=8, spreads=still, periods=3, effects={"x": 10.0}, first_night={"x": -7.0},
        period_effect={"x": 3.0}, carry_over=0.2,
    )  # fmt: skip
    by_hand = {
        ("placebo", "active", "active"): [[43, 50], [63, 63], [68, 68]],
        ("active", "placebo", "placebo"): [[53, 60], [55, 55], [56, 56]],
    }
    for own, sequence in zip(values, given, strict=True):
        assert own == pytest.approx(np.array(by_hand[tuple(sequence.tolist())], float))
    rebound, _ = cells("x", subjects=8, spreads=still, effects={"x": 10.0}, carry_over={"x": -0.5},
                       period_effect={"x": [0.0, 1.0]})  # fmt: skip
    assert sorted({tuple(own.ravel().tolist()) for own in rebound}) == [(50, 61), (60, 46)]


def test_the_first_night_is_worse_unless_it_is_switched_off():
    options = {"effects": None, "design": "pre-post", "nights": 2, "metrics": ["rem_percent"]}
    for metric, shift in FIRST_NIGHT.items():
        on, off = (cells(metric, **{**options, "first_night": switch})[0] for switch in (True, False))
        moved = on - off
        assert moved[:, 0, 0] == pytest.approx(shift)
        assert np.allclose(np.delete(moved.reshape(len(moved), -1), 0, axis=1), 0)


@pytest.mark.parametrize("correlation", [-0.6, {("tst", "x"): -0.6}, [[1, -0.6], [-0.6, 1]]])
@pytest.mark.parametrize("distribution", ["normal", "heavy"])
def test_people_and_nights_are_correlated_between_metrics_as_asked(correlation, distribution):
    plan = simulate_study(
        0, effects={"x": 0.0}, subjects=20_000, nights=2, spreads=X, correlation=correlation, distribution=distribution,
        **QUIET,
    ).plan  # fmt: skip
    values = draw_outcomes(plan, 2).values
    of_night = [values[key][:, 0, 0] - values[key][:, 0, 1] for key in ("x", "tst")]
    by_period = {key: values[key].mean(axis=2) for key in ("x", "tst")}
    of_person = np.cov(by_period["x"][:, 0], by_period["tst"][:, 1])[0, 1] / (8.0 * SPREADS["tst"].between)
    assert np.corrcoef(of_night)[0, 1] == pytest.approx(-0.6, abs=0.03)
    assert of_person == pytest.approx(-0.6, abs=0.05)


def test_treated_nights_vary_by_the_factor_asked():
    values, given = cells("x", spreads={"x": Spread(50.0, 0.0, 5.0)}, heteroscedastic=1.8)
    assert values[..., 0][given == "placebo"].std() == pytest.approx(5.0, rel=0.03)
    assert values[..., 0][given == "active"].std() == pytest.approx(9.0, rel=0.03)


def test_dropouts_and_missing_nights_are_as_frequent_as_asked():
    plan = simulate_study(0, subjects=20_000, periods=4, dropout=0.1, missing=0.2).plan
    kept = draw_outcomes(plan, 3).kept[..., 0]
    assert kept.mean(axis=0) == pytest.approx([0.8 * 0.9**left for left in range(4)], abs=0.015)
    gone = draw_outcomes(simulate_study(0, subjects=2000, periods=4, dropout=0.3).plan, 3).kept[..., 0]
    assert (np.diff(gone.astype(int), axis=1) <= 0).all()  # nobody comes back
    assert gone[:, 0].all()


def test_bounds_are_kept_only_on_request():
    spreads = {"se": Spread(95.0, 5.0, 5.0, upper=100.0)}
    free, _ = cells("se", spreads=spreads, subjects=500)
    bounded, _ = cells("se", spreads=spreads, subjects=500, bounded=True)
    assert free.max() > 100
    assert bounded == pytest.approx(np.minimum(free, 100))


# --------------------------------------------------------------------------------------------------- counts, latencies
@pytest.mark.parametrize("metric", ["awakenings", "awakenings_2min"])
def test_counts_have_the_mean_and_the_sds_of_their_spread(metric):
    counts, _ = cells(metric, nights=2, effects={metric: 1.0}, subjects=60_000)
    spread = SPREADS[metric]
    assert (counts == counts.round()).all()
    assert counts.mean() == pytest.approx(spread.mean, rel=0.03)
    by_period = counts.mean(axis=2)
    assert math.sqrt(np.cov(by_period[:, 0], by_period[:, 1])[0, 1]) == pytest.approx(spread.between, rel=0.06)
    assert math.sqrt(counts.var(axis=2, ddof=1).mean()) == pytest.approx(spread.within, rel=0.06)


def test_the_effect_on_a_count_is_a_ratio_of_rates_per_hour_slept():
    study = simulate_study(1, subjects=20_000, effects={"awakenings_2min": 0.7, "tst": 60.0})
    sums = study.nights.groupby("condition")[["awakenings_2min", "tst"]].sum()
    rate = sums["awakenings_2min"] / sums["tst"]
    assert rate["active"] / rate["placebo"] == pytest.approx(0.7, rel=0.03)
    without = simulate_study(1, subjects=20_000, effects={"awakenings_2min": 0.7}).nights.groupby("condition")
    assert sums["tst"]["active"] / without["tst"].sum()["active"] == pytest.approx(1 + 60 / 376, rel=0.03)


@pytest.mark.parametrize("metric", ["sol", "lps", "rem_latency"])
def test_latencies_have_the_mean_and_the_sds_of_their_spread_and_are_skewed(metric):
    values, _ = cells(metric, nights=2, subjects=100_000)
    spread = SPREADS[metric]
    assert values.min() > 0
    assert stats.skew(values.ravel()) > 1
    assert values.mean() == pytest.approx(spread.mean, rel=0.02)
    by_period = values.mean(axis=2)
    assert math.sqrt(np.cov(by_period[:, 0], by_period[:, 1])[0, 1]) == pytest.approx(spread.between, rel=0.08)
    assert math.sqrt(values.var(axis=2, ddof=1).mean()) == pytest.approx(spread.within, rel=0.08)


def test_the_effect_on_a_latency_is_minutes_of_its_mean_whatever_else_varies():
    values, given = cells("sol", effects={"sol": -12.0}, response=0.4, period_sd=0.3, heteroscedastic=1.5,
                          subjects=200_000)  # fmt: skip
    means = {arm: values[..., 0][given == arm].mean() for arm in ("placebo", "active")}
    assert means["placebo"] == pytest.approx(SPREADS["sol"].mean, rel=0.02)
    assert means["active"] - means["placebo"] == pytest.approx(-12.0, abs=0.6)


def test_a_latency_without_its_event_is_censored_at_the_end_of_the_night():
    nights = simulate_study(1, subjects=2000, effects={"rem_latency": 0.0}, metrics=["sol"], hours=2.0).nights
    for key, end in (("sol", 120.0), ("rem_latency", 120.0 - nights["sol_time"])):
        came = nights[f"{key}_event"] == 1
        assert 0 < (~came).sum() < len(nights)
        assert (nights.loc[came, key] == nights.loc[came, f"{key}_time"]).all()
        assert nights.loc[~came, key].isna().all()
        late = (nights[f"{key}_time"] - end)[nights[f"{key}_event"] == 0]
        assert late.to_numpy() == pytest.approx(0)
    by_tst = simulate_study(1, subjects=2000, effects={"sol": 200.0}, spreads={"sol": {"within": 150.0}}).nights
    never = by_tst[by_tst["sol_event"] == 0]
    assert len(never) > 20
    assert never["sol_time"].to_numpy() == pytest.approx((never["tst"] + WAKING).to_numpy())


def test_a_truncated_night_is_flagged_censored_and_otherwise_nan():
    options = {"subjects": 4000, "effects": {"sol": 0.0}, "metrics": ["awakenings", "waso"]}
    nights = simulate_study(1, truncation=0.25, **options).nights
    whole = simulate_study(1, **options).nights
    cut = nights["technical_truncation"] == 1
    assert cut.mean() == pytest.approx(0.25, abs=0.03)
    assert nights.loc[cut, ["tst", "awakenings", "waso"]].isna().all(axis=None)
    assert nights.loc[~cut].equals(whole.loc[~cut])
    earlier = nights["sol_time"] < whole["sol_time"]
    assert (nights.loc[earlier, "sol_event"] == 0).all()
    assert (nights.loc[~earlier, "sol_time"] == whole.loc[~earlier, "sol_time"]).all()
    assert earlier[cut].any()
    assert not earlier[~cut].any()


def test_nights_that_start_asleep_have_no_sleep_latency():
    nights = simulate_study(1, subjects=2000, effects={"sol": 5.0}, starts_asleep=0.2, missing=0.1).nights
    asleep = nights["starts_asleep"] == 1
    assert asleep.mean() == pytest.approx(0.2, abs=0.03)
    assert (nights.loc[asleep, ["sol", "sol_time"]] == 0).all(axis=None)
    assert (nights.loc[~asleep, "sol_time"] > 0).all()


def test_restricted_means_agree_with_integration_and_with_the_nights():
    study = simulate_study(1, subjects=100_000, effects={"sol": 25.0}, first_night={"sol": 20.0}, hours=10.0)
    spread, tau = SPREADS["sol"], 60.0
    between = math.log(1 + spread.between**2 / spread.mean**2)
    within = math.log(1 + spread.within**2 / (spread.mean**2 + spread.between**2))
    sd = math.sqrt(between + within * (1 + 0.4**2 / 2))

    def restricted(mean):
        return stats.lognorm(sd, scale=mean * math.exp(-(sd**2) / 2)).expect(lambda t: min(t, tau))

    m = spread.mean
    expected = np.mean([restricted(m + 25 + first) - restricted(m + first) for first in (0.0, 20.0)])
    assert study.restricted_mean("sol", tau)["active"] == pytest.approx(expected, rel=1e-4)
    seen = study.nights["sol_time"].clip(upper=tau).groupby(study.nights["condition"]).mean()
    assert seen["active"] - seen["placebo"] == pytest.approx(expected, abs=0.4)


# ---------------------------------------------------------------------------------------------------------------- power
@pytest.mark.parametrize(
    ("metric", "effect", "within", "n", "k", "power"),
    [
        ("tst", 15.0, 42.0, 24, 1, 0.21), ("tst", 15.0, 42.0, 48, 4, 0.84), ("waso", -20.0, 30.0, 24, 2, 0.83),
        ("rem_percent", 2.5, 4.5, 24, 4, 0.90),
    ],
)  # fmt: skip
def test_a_crossover_has_the_power_of_the_noncentral_t(metric, effect, within, n, k, power):
    plan = simulate_study(0, effects={metric: effect}, spreads={metric: {"within": within}}, subjects=n, nights=k).plan
    variance = 2 * within**2 / k + (0.4 * within) ** 2
    df, critical = n - 2, stats.t.ppf(0.975, n - 2)
    analytic = stats.nct.sf(critical, df, abs(effect) / math.sqrt(variance / n))
    assert analytic == pytest.approx(power, abs=0.015)
    found, estimates, studies = 0, [], 2000
    for seed in range(studies):
        columns = draw_study(plan, seed)
        values = columns[metric].reshape(n, 2, k).mean(axis=2)
        first = columns["condition"].reshape(n, 2, k)[:, 0, 0] == "active"
        change = values[:, 1] - values[:, 0]  # half the difference between sequences is the effect
        a, b = change[~first], change[first]
        pooled = math.sqrt(
            ((a.var(ddof=1) * (a.size - 1) + b.var(ddof=1) * (b.size - 1)) / df) * (1 / a.size + 1 / b.size)
        )
        estimates.append((a.mean() - b.mean()) / 2)
        found += (a.mean() - b.mean()) * np.sign(effect) / pooled > critical
    assert np.mean(estimates) == pytest.approx(effect, abs=4 * math.sqrt(variance / n / studies))
    assert found / studies == pytest.approx(analytic, abs=4 * math.sqrt(analytic * (1 - analytic) / studies))


# ----------------------------------------------------------------------------------------------------------- hypnograms
@pytest.fixture(scope="module")
def with_hypnograms():
    effects = {"rem_percent": 5.0, "n3_percent": 4.0, "waso": -15.0, "pain": -1.0}
    return simulate_study(
        6, effects=effects, subjects=16, spreads={"pain": Spread(5.0, 1.0, 1.0)}, hypnograms=True, truncation=0.1,
        starts_asleep=0.1, missing=0.1,
    )  # fmt: skip


def test_the_table_is_what_architecture_measures_of_the_hypnograms(with_hypnograms):
    study = with_hypnograms
    assert set(study.nights["recording"]) == set(study.hypnograms)
    assert set(METRICS) < set(study.nights.columns)
    for row in study.nights.to_dict("records"):
        measured = architecture(study.hypnograms[row["recording"]])
        for key, value in measured.items():
            latency = key.split("_time")[0].split("_event")[0]
            if row["technical_truncation"] and METRICS[latency].censoring is None and key != "starts_asleep":
                assert math.isnan(row[key]), key
            else:
                assert row[key] == pytest.approx(value, nan_ok=True), key


def test_hypnograms_realise_what_was_drawn_to_the_epoch(with_hypnograms):
    study = with_hypnograms
    draws = draw_outcomes(study.plan, study.seed)
    whole = (study.nights["technical_truncation"] == 0).to_numpy()
    asleep = draws.asleep[draws.kept]
    assert asleep.any()
    assert not whole.all()
    for key in ("tst", "sol", "waso", "n1_percent", "n3_percent", "rem_percent"):
        drawn = draws.values[key][draws.kept]
        if key == "sol":
            drawn = np.where(asleep, 0.0, drawn)
        half_an_epoch = 0.25 if METRICS[key].unit == "min" else 0.25 / study.nights["tst"][whole].min() * 100
        assert np.abs(study.nights[key].to_numpy() - drawn)[whole].max() <= half_an_epoch + 1e-9, key
    assert (study.nights["starts_asleep"].to_numpy()[asleep] == 1).all()
    assert study.nights["pain"].notna().sum() == whole.sum()


def test_the_mean_effect_of_realised_nights_is_the_declared_one():
    effects = {"rem_percent": 4.0, "n3_percent": 3.0, "waso": -15.0}
    steady = {
        "rem_percent": {"within": 1.0},
        "n3_percent": {"between": 1.5, "within": 0.8},
        "waso": {"between": 8.0, "within": 5.0},
    }
    found = []
    for seed in range(12):
        study = simulate_study(seed, effects=effects, subjects=6, hypnograms=True, first_night=False, spreads=steady)
        means = study.nights.groupby("condition")[list(effects)].mean()
        found.append(means.loc["active"] - means.loc["placebo"])
    found = np.array(found)
    for key, own, effect in zip(effects, found.T, effects.values(), strict=True):
        error = own.std(ddof=1) / math.sqrt(len(own))
        assert error < abs(effect) / 10, key
        assert np.mean(own) == pytest.approx(effect, abs=3.5 * error), key


def test_metrics_near_zero_keep_their_declared_effect_where_clipping_would_bias_it():
    plan = simulate_study(0, effects={"n3_percent": 3.0}, subjects=1, hypnograms=True, **QUIET).plan
    draws = draw_outcomes(replace(plan, subjects=100_000), 1)
    treated = np.array(plan.layout.conditions)[draws.conditions] == "active"
    values = draws.values["n3_percent"][..., 0]
    assert values.min() > 0
    # E max(0, X) of a normal X of mean 5.8 or 8.8 and SD 4.4 rises by 2.85
    assert values[treated].mean() - values[~treated].mean() == pytest.approx(3.0, abs=0.05)


# --------------------------------------------------------------------------------------------------------------- errors
@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"design": "factorial"}, "'factorial' is none of crossover"),
        ({"arms": ("a", "a")}, "different names"),
        ({"effects": {"pain": 1.0}}, "spreads={'pain'"),
        ({"effects": {"tst": {"verum": 1.0}}}, "declared for 'verum'"),
        ({"effects": {"tst": 5.0}, "arms": ("a", "b", "c")}, "must name its arm, one of b, c"),
        ({"effects": {"awakenings": -1.0}}, "ratio of rates above 0, not -1.0"),
        ({"effects": {"sol": -40.0}}, "'sol' would fall to"),
        ({"subjects": 0}, "subjects=0"),
        ({"design": "n-of-1", "subjects": 3}, "has one subject"),
        ({"design": "n-of-1", "periods": 5}, "5 periods cannot be shared"),
        ({"design": "pre-post", "arms": ("a", "b", "c")}, "has two arms"),
        ({"design": "parallel", "periods": 3}, "periods=3"),
        ({"baseline": True}, "belongs to design 'parallel'"),
        ({"schedule": "paired"}, "belongs to design 'n-of-1'"),
        ({"sequences": [("placebo", "verum")]}, "'verum'"),
        ({"sequences": [("placebo", "placebo")]}, "no sequence holds the arm 'active'"),
        ({"sequences": ["AB"]}, "not the text 'AB'"),
        ({"allocation": (1, 2, 3)}, "each of the 2 sequences"),
        ({"missing": 1.5}, "missing is a probability, 0 to 1, not 1.5"),
        ({"response": -1.0}, "response is a number from 0, not -1.0"),
        ({"correlation": 1.5, "metrics": ["waso"]}, "not positive definite"),
        ({"correlation": [[1.0]], "metrics": ["waso"]}, "2 x 2"),
        ({"distribution": "cauchy"}, "'cauchy'"),
        ({"first_night": {"waso": 5.0}}, "first_night holds 'waso'"),
        ({"period_effect": {"tst": [1.0, 2.0, 3.0]}}, "3 values of 'tst' for 2 periods"),
        ({"carry_over": math.nan}, "carry_over"),
        ({"hypnograms": True, "effects": {"awakenings": 0.8}}, "'awakenings'; declare effects on tst"),
    ],
)
def test_what_cannot_be_is_refused_with_the_value_and_the_remedy(options, match):
    with pytest.raises(ValueError, match=match):
        simulate_study(0, **options)


def test_a_spread_refuses_what_is_none():
    for wrong in ({"within": -1.0}, {"kind": "ordinal"}, {"kind": "count", "mean": 0.0}, {"lower": 5.0, "upper": 1.0}):
        with pytest.raises(ValueError, match=r"not|must lie below"):
            Spread(**{"mean": 1.0, "between": 1.0, "within": 1.0, **wrong})


# ---------------------------------------------------------------------------------------------------------- the spreads
def test_every_spread_is_of_a_metric_and_its_kind_is_the_metric_s():
    for key, spread in SPREADS.items():
        metric = METRICS[key]
        assert spread.source
        assert (spread.kind == "latency") == (metric.censoring is not None), key
        assert (spread.kind == "count") == (metric.unit == "count"), key
        assert (spread.upper == 100) == (metric.unit == "%"), key


@pytest.mark.real_data
def test_the_spreads_are_those_of_the_scorings(shared):
    folder = shared / "data" / "boas"
    human, device = (read_boas(folder, scorer)[0] for scorer in ("human", "psg_ai"))
    lines = (folder / "nights.tsv").read_text(encoding="utf-8").splitlines()
    people = [line.split("\t")[1] for line in lines[1:]]
    stages = np.zeros((len(human), max(night.size for night in human)), np.int8)
    for row, night in zip(stages, human, strict=True):
        row[: night.size] = night
    scored = [np.flatnonzero(night >= 0) for night in device]
    found = architecture_table(
        stages,
        lights_off=[30.0 * where[0] for where in scored],
        lights_on=[30.0 * (where[-1] + 1) for where in scored],
        n_epochs=[night.size for night in human],
    )
    assert float(np.mean(found["trt"] - found["tst"])) == pytest.approx(WAKING, abs=0.05)
    for key, spread in SPREADS.items():
        between, within = variance_components(found[key], people)
        assert np.nanmean(found[key]) == pytest.approx(spread.mean, abs=0.06), key
        assert (between, within) == pytest.approx((spread.between, spread.within), abs=0.06), key
