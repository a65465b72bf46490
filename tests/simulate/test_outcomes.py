"""Draws of the data-generating model: means, SDs, correlations, counts, latencies and power are those asked for."""

import math
from collections import Counter

import numpy as np
import pytest
from scipy import stats

from somnometry.simulate.outcomes import draw_outcomes, draw_study
from somnometry.simulate.plan import StudyPlan
from somnometry.simulate.spreads import FIRST_NIGHT, SPREADS, WAKING, Spread
from somnometry.simulate.studies import simulate_study

QUIET = {"first_night": False, "response": 0.0}
X = {"x": Spread(50.0, 8.0, 5.0)}


def cells(metric, nights=1, subjects=20_000, **options):
    """Values of one big study, shape (n_subjects, n_periods, n_nights), and the condition of each period."""
    options = {**QUIET, "effects": {metric: 0.0}, **options}
    model = StudyPlan(subjects=1 if options.get("design") == "n-of-1" else subjects, nights=nights, **options).model
    draws = draw_outcomes(model, 1)
    return draws.values[metric], np.array(model.layout.conditions)[draws.conditions]


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
    options = {"effects": {}, "design": "pre-post", "nights": 2, "metrics": ["rem_percent"]}
    for metric, shift in FIRST_NIGHT.items():
        on, off = (cells(metric, **{**options, "first_night": switch})[0] for switch in (True, False))
        moved = on - off
        assert moved[:, 0, 0] == pytest.approx(shift)
        assert np.allclose(np.delete(moved.reshape(len(moved), -1), 0, axis=1), 0)


@pytest.mark.parametrize("correlation", [-0.6, {("tst", "x"): -0.6}, [[1, -0.6], [-0.6, 1]]])
@pytest.mark.parametrize("distribution", ["normal", "heavy"])
def test_people_and_nights_are_correlated_between_metrics_as_asked(correlation, distribution):
    model = StudyPlan(
        effects={"x": 0.0}, subjects=20_000, nights=2, spreads=X, correlation=correlation, distribution=distribution,
        **QUIET,
    ).model  # fmt: skip
    values = draw_outcomes(model, 2).values
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
    model = StudyPlan(subjects=20_000, periods=4, dropout=0.1, missing=0.2).model
    kept = draw_outcomes(model, 3).kept[..., 0]
    assert kept.mean(axis=0) == pytest.approx([0.8 * 0.9**left for left in range(4)], abs=0.015)
    gone = draw_outcomes(StudyPlan(subjects=2000, periods=4, dropout=0.3).model, 3).kept[..., 0]
    assert (np.diff(gone.astype(int), axis=1) <= 0).all()  # nobody comes back
    assert gone[:, 0].all()


def test_bounds_are_kept_only_on_request():
    spreads = {"se": Spread(95.0, 5.0, 5.0, upper=100.0)}
    free, _ = cells("se", spreads=spreads, subjects=500)
    bounded, _ = cells("se", spreads=spreads, subjects=500, bounded=True)
    assert free.max() > 100
    assert bounded == pytest.approx(np.minimum(free, 100))


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
    study = simulate_study(StudyPlan(subjects=20_000, effects={"awakenings_2min": 0.7, "tst": 60.0}), 1)
    sums = study.nights.groupby("condition")[["awakenings_2min", "tst"]].sum()
    rate = sums["awakenings_2min"] / sums["tst"]
    assert rate["active"] / rate["placebo"] == pytest.approx(0.7, rel=0.03)
    without = simulate_study(StudyPlan(subjects=20_000, effects={"awakenings_2min": 0.7}), 1).nights.groupby(
        "condition"
    )
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
    nights = simulate_study(
        StudyPlan(subjects=2000, effects={"rem_latency": 0.0}, metrics=["sol"], hours=2.0), 1
    ).nights
    for key, end in (("sol", 120.0), ("rem_latency", 120.0 - nights["sol_time"])):
        came = nights[f"{key}_event"] == 1
        assert 0 < (~came).sum() < len(nights)
        assert (nights.loc[came, key] == nights.loc[came, f"{key}_time"]).all()
        assert nights.loc[~came, key].isna().all()
        late = (nights[f"{key}_time"] - end)[nights[f"{key}_event"] == 0]
        assert late.to_numpy() == pytest.approx(0)
    by_tst = simulate_study(
        StudyPlan(subjects=2000, effects={"sol": 200.0}, spreads={"sol": {"within": 150.0}}), 1
    ).nights
    never = by_tst[by_tst["sol_event"] == 0]
    assert len(never) > 20
    assert never["sol_time"].to_numpy() == pytest.approx((never["tst"] + WAKING).to_numpy())


def test_a_truncated_night_is_flagged_censored_and_otherwise_nan():
    options = {"subjects": 4000, "effects": {"sol": 0.0}, "metrics": ["awakenings", "waso"]}
    nights = simulate_study(StudyPlan(truncation=0.25, **options), 1).nights
    whole = simulate_study(StudyPlan(**options), 1).nights
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
    nights = simulate_study(StudyPlan(subjects=2000, effects={"sol": 5.0}, starts_asleep=0.2, missing=0.1), 1).nights
    asleep = nights["starts_asleep"] == 1
    assert asleep.mean() == pytest.approx(0.2, abs=0.03)
    assert (nights.loc[asleep, ["sol", "sol_time"]] == 0).all(axis=None)
    assert (nights.loc[~asleep, "sol_time"] > 0).all()


@pytest.mark.parametrize(
    ("metric", "effect", "within", "n", "k", "power"),
    [
        ("tst", 15.0, 42.0, 24, 1, 0.21), ("tst", 15.0, 42.0, 48, 4, 0.84), ("waso", -20.0, 30.0, 24, 2, 0.83),
        ("rem_percent", 2.5, 4.5, 24, 4, 0.90),
    ],
)  # fmt: skip
def test_a_crossover_has_the_power_of_the_noncentral_t(metric, effect, within, n, k, power):
    model = StudyPlan(effects={metric: effect}, spreads={metric: {"within": within}}, subjects=n, nights=k).model
    variance = 2 * within**2 / k + (0.4 * within) ** 2
    df, critical = n - 2, stats.t.ppf(0.975, n - 2)
    analytic = stats.nct.sf(critical, df, abs(effect) / math.sqrt(variance / n))
    assert analytic == pytest.approx(power, abs=0.015)
    supported, estimates, studies = 0, [], 2000
    for seed in range(studies):
        columns = draw_study(model, seed)
        values = columns[metric].reshape(n, 2, k).mean(axis=2)
        first = columns["condition"].reshape(n, 2, k)[:, 0, 0] == "active"
        change = values[:, 1] - values[:, 0]  # half the difference between sequences is the effect
        a, b = change[~first], change[first]
        pooled = math.sqrt(
            ((a.var(ddof=1) * (a.size - 1) + b.var(ddof=1) * (b.size - 1)) / df) * (1 / a.size + 1 / b.size)
        )
        estimates.append((a.mean() - b.mean()) / 2)
        supported += (a.mean() - b.mean()) * np.sign(effect) / pooled > critical
    assert np.mean(estimates) == pytest.approx(effect, abs=4 * math.sqrt(variance / n / studies))
    assert supported / studies == pytest.approx(analytic, abs=4 * math.sqrt(analytic * (1 - analytic) / studies))


def test_missing_nights_leave_the_others_as_they_were():
    whole = simulate_study(StudyPlan(nights=3), 2).nights.set_index(["subject", "period", "night"])
    missing = simulate_study(StudyPlan(nights=3, missing=0.3, dropout=0.2), 2).nights.set_index(
        ["subject", "period", "night"]
    )
    assert 40 < len(missing) < len(whole) == 144
    assert missing["tst"].equals(whole.loc[missing.index, "tst"])


def test_allocation_follows_its_shares():
    people = simulate_study(StudyPlan(design="parallel", subjects=30, allocation=(2, 1)), 1).nights
    assert Counter(people["condition"]) == {"placebo": 20, "active": 10}


@pytest.mark.parametrize("ratio", [1e10, 1e100, 1e300, 1.7e308])
def test_a_ratio_beyond_any_night_is_drawn_without_a_foreign_error(ratio):
    nights = simulate_study(StudyPlan(subjects=4, effects={"awakenings": ratio}), 1).nights
    assert np.isfinite(nights["awakenings"]).all()
    assert nights.loc[nights["condition"] == "active", "awakenings"].min() > 1e6
