"""Bias, limits, checks and ICC: published examples, hand-worked numbers, SciPy and YASA as oracles, laws."""

import math

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis.extra.numpy import arrays
from scipy import stats

from somnometry.core.errors import HypnogramError
from somnometry.metrics.agreement.estimators import difference_estimates
from somnometry.metrics.agreement.reliability import icc_agreement, variance_components
from somnometry.metrics.agreement.values import value_agreement

from ..strategies import laws
from .published import SHROUT_FLEISS, interval

#: Bland and Altman 1986, Lancet 1:307, table 1: peak flow by a large and by a mini meter, first readings, l/min.
WRIGHT = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]

MINI = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]

values = st.floats(-1e3, 1e3, allow_subnormal=False).map(lambda value: round(value, 3))

pairs = st.integers(4, 30).flatmap(lambda n: arrays(float, (2, n), elements=values))


def test_peak_flow_of_bland_and_altman():
    # The paper: mean difference -2.1, SD 38.8, limits -79.7 and 75.5 (at 2 SD), large minus mini
    agreement = value_agreement(MINI, WRIGHT)
    assert round(agreement["bias"].value, 1) == -2.1
    assert round(agreement["sd"].value, 1) == 38.8
    # 95 % interval of the bias -22.0 to 17.8 (t of 16 degrees of freedom 2.12, standard error 9.4)
    assert interval(agreement["bias"]) == pytest.approx((-22.0, 17.8), abs=0.1)
    # of the lower limit: standard error 16.3 at 2.12
    half = (agreement["loa_lower"].upper - agreement["loa_lower"].lower) / 2
    assert half == pytest.approx(2.12 * 16.3, abs=0.1)


def test_worked_by_hand():
    # differences 2, 1, 2, -1: mean 1, squares about it 1 0 1 4, SD root of 2
    agreement = value_agreement([10, 20, 30, 40], [12, 21, 32, 39], interval="classic")
    assert agreement["bias"].value == 1
    assert agreement["sd"].value == pytest.approx(math.sqrt(2))
    assert agreement["loa_upper"].value == pytest.approx(1 + 1.96 * math.sqrt(2))
    # slope: sum of (-15)(1) + (-5)(0) + (5)(1) + (15)(-2) = -40 over 500; intercept 1 + .08 * 25
    assert (agreement["slope"].value, agreement["intercept"].value) == pytest.approx((-0.08, 3))
    assert (agreement["calibration_slope"].value, agreement["calibration_intercept"].value) == pytest.approx((0.92, 3))
    # residuals -.2, -.4, 1.4, -.8: squares sum to 2.8, and SD counts 3 degrees of freedom as SRI's does
    assert agreement["halfwidth"].value == pytest.approx(1.96 * math.sqrt(2.8 / 3))
    # their absolute values .2 .4 1.4 .8 on the reference: (-15)(.2) + (-5)(.4) + 5(1.4) + 15(.8) = 14 over 500
    assert agreement["spread_slope"].value == pytest.approx(0.028)
    assert agreement["spread_intercept"].value == pytest.approx(0.7 - 0.028 * 25)
    assert (agreement.p5, agreement.median, agreement.p95) == pytest.approx((-0.7, 1.5, 2.0))
    # two-way table: rows 11, 20.5, 31, 39.5, columns 25, 26; squares rows 2 * 461.5, columns 2, error 3
    rows, columns, error = 2 * 461.5 / 3, 2.0, 3 / 3
    assert agreement["icc"].value == pytest.approx((rows - error) / (rows + error + 2 / 4 * (columns - error)))


def test_limits_at_each_kind():
    agreement = value_agreement([10, 20, 30, 40], [12, 21, 32, 39], interval="classic")
    half = 1.96 * math.sqrt(2)
    assert [float(v) for v in agreement.limits_at(20, "constant")] == pytest.approx([1, 1 - half, 1 + half])
    half = 1.96 * math.sqrt(2.8 / 3)
    assert [float(v) for v in agreement.limits_at(20, "proportional")] == pytest.approx([1.4, 1.4 - half, 1.4 + half])
    half = 1.96 * math.sqrt(math.pi / 2) * 0.56  # 2.46 SRI prints, times 0 + .028 * 20
    assert [float(v) for v in agreement.limits_at(20, "heteroscedastic")] == pytest.approx([1, 1 - half, 1 + half])
    logs = np.log(np.array([12, 21, 32, 39]) / [10, 20, 30, 40])
    exponents = logs.mean() + np.array([0, -1.96, 1.96]) * logs.std(ddof=1)
    assert [float(v) for v in agreement.limits_at(20, "ratio")] == pytest.approx(20 * (np.exp(exponents) - 1))


def test_classic_takes_every_pair_for_another_persons():
    # differences 1, 3, 4, 6, 8: mean 4.4, squares about it 11.56 1.96 .16 2.56 12.96, in all 29.2
    x, y = [1, 2, 3, 4, 5], [2, 5, 7, 10, 13]
    agreement = value_agreement(x, y, subjects=["a", "a", "b", "b", "c"], interval="classic")
    assert agreement["sd"].value == pytest.approx(math.sqrt(29.2 / 4))
    half = 2.776445 * math.sqrt(29.2 / 4 / 5)  # t of 4 degrees of freedom
    assert interval(agreement["bias"]) == pytest.approx((4.4 - half, 4.4 + half))
    alone = value_agreement(x, y, interval="classic")
    for key, estimate in alone.estimates.items():
        assert (agreement[key].value, *interval(agreement[key])) == (estimate.value, *interval(estimate)), key
    assert agreement.to_dict()["n_people"] == 3


@laws
@given(pairs)
def test_scipy_says_the_same_of_the_regressions(pair):
    x, y = pair
    assume(np.ptp(x) > 1)
    agreement = value_agreement(x, y, interval="classic")
    theirs = stats.linregress(x, y - x)
    t = stats.t.ppf(0.975, x.size - 2)
    assert agreement["slope"].value == pytest.approx(theirs.slope, abs=1e-7)
    assert agreement["intercept"].value == pytest.approx(theirs.intercept, abs=1e-5)
    assert agreement["slope"].upper - agreement["slope"].value == pytest.approx(t * theirs.stderr, abs=1e-7)
    assert agreement["intercept"].upper - agreement["intercept"].value == pytest.approx(
        t * theirs.intercept_stderr, abs=1e-5
    )
    straight = stats.linregress(x, y)
    assert agreement["calibration_slope"].value == pytest.approx(straight.slope, abs=1e-7)
    spread = stats.linregress(x, np.abs(y - x - theirs.intercept - theirs.slope * x))
    assert agreement["spread_slope"].value == pytest.approx(spread.slope, abs=1e-7)


def test_a_draw_of_people_is_what_the_people_drawn_give():
    rng = np.random.default_rng(1)
    x = rng.normal(400, 50, 12)
    y = x + rng.normal(0, 20, 12)
    index = np.repeat([0, 1, 2, 3], 3)
    weighted = difference_estimates(x, y, index, np.array([[2.0, 0.0, 1.0, 1.0]]))
    rows = np.r_[0:3, 0:3, 6:9, 9:12]
    plain = difference_estimates(x[rows], y[rows], np.repeat([0, 1, 2, 3], 3), np.ones((1, 4)))
    for key, value in weighted.items():
        assert value == pytest.approx(plain[key]), key


def test_the_bootstrap_of_normal_differences_is_about_the_classic_interval():
    rng = np.random.default_rng(2)
    x = rng.normal(400, 50, 200)
    y = x + rng.normal(5, 20, 200)
    classic, boot = (value_agreement(x, y, interval=kind, n_boot=4000) for kind in ("classic", "bootstrap"))
    for key in ("bias", "sd", "loa_lower", "loa_upper", "icc", "slope", "calibration_slope", "ratio", "log_slope"):
        width = classic[key].upper - classic[key].lower
        assert interval(boot[key]) == pytest.approx(interval(classic[key]), abs=0.2 * width), key


def noisy(bias, spread, seed=3, n=200):
    rng = np.random.default_rng(seed)
    x = rng.uniform(50, 100, n)
    return x, x + bias(x) + spread(x) * rng.standard_normal(n)


def test_the_checks_find_what_was_put_in():
    plain = value_agreement(*noisy(lambda x: 3 + 0 * x, lambda x: 2 + 0 * x))
    assert (plain.limits, plain.normal, plain.proportional, plain.heteroscedastic) == ("constant", True, False, False)
    sloped = value_agreement(*noisy(lambda x: 0.2 * x, lambda x: 2 + 0 * x))
    assert (sloped.limits, sloped.proportional) == ("proportional", True)
    rng = np.random.default_rng(4)
    x = rng.uniform(5, 100, 300)
    ratio = value_agreement(x, x * np.exp(rng.normal(0.1, 0.2, 300)))
    assert (ratio.limits, ratio.heteroscedastic) == ("ratio", True)
    assert ratio["ratio"].lower < math.exp(0.1) < ratio["ratio"].upper
    fan = value_agreement(*noisy(lambda x: 0 * x, lambda x: 0.2 * (x - 48)))
    assert (fan.limits, fan.heteroscedastic) == ("heteroscedastic", True)


@pytest.mark.parametrize(("normal", "limits"), [(True, "ratio"), (False, "heteroscedastic")])
def test_limits_of_the_ratio_want_normal_logarithms(normal, limits):
    # the same logarithms at every reference have neither slope nor uneven spread; those of a coin are not normal
    logs = 0.2 * (stats.norm.ppf((np.arange(20) + 0.5) / 20) if normal else np.repeat([-1, 1], 10))
    x = np.repeat([10.0, 40.0, 160.0, 640.0], 20)
    agreement = value_agreement(x, x * np.exp(np.tile(logs, 4)), n_boot=200)
    assert agreement.heteroscedastic
    assert (agreement.p_normal_ratio >= 0.05) == normal
    assert agreement.limits == limits


def test_a_zero_forbids_the_ratio():
    agreement = value_agreement([0, 1, 2, 3], [1, 1, 2, 4])
    assert math.isnan(agreement["ratio"].value)
    assert math.isnan(agreement["log_slope"].value)


def test_euser_as_yasa_and_sri_compute_it():
    import pandas as pd
    from yasa import SleepStatsAgreement

    x, y = noisy(lambda x: 3 + 0 * x, lambda x: 4 + 0 * x, n=20)
    ssa = SleepStatsAgreement(pd.DataFrame({"TST": x}), pd.DataFrame({"TST": y}), log_transform=True)
    ours = value_agreement(x, y, interval="classic")["log_slope"]
    assert ours.value == pytest.approx(ssa._loa_log_slope["TST"])
    theirs = ssa._loa_log_ci.loc["TST", ["param_lower", "param_upper"]].tolist()
    assert interval(ours) == pytest.approx(theirs)


@laws
@given(pairs)
def test_swapping_flips_the_bias(pair):
    there, back = value_agreement(*pair, n_boot=50), value_agreement(*pair[::-1], n_boot=50)
    assert there["bias"].value == pytest.approx(-back["bias"].value)
    assert interval(there["bias"]) == pytest.approx([-b for b in interval(back["bias"])][::-1], nan_ok=True, abs=1e-9)
    for key in ("sd", "icc"):
        assert there[key].value == pytest.approx(back[key].value, nan_ok=True, abs=1e-9), key


@laws
@given(pairs, st.randoms(use_true_random=False))
def test_the_order_changes_nothing(pair, random):
    names = [f"n{i}" for i in range(pair.shape[1])]
    people = [f"p{i % 3}" for i in range(len(names))]
    order = list(range(len(names)))
    random.shuffle(order)
    straight = value_agreement(*pair, nights=names, subjects=people, n_boot=50)
    shuffled = value_agreement(
        *pair[:, order], nights=[names[i] for i in order], subjects=[people[i] for i in order], n_boot=50
    )
    for key in ("bias", "sd", "icc", "loa_lower"):
        ours, theirs = straight[key], shuffled[key]
        assert (ours.value, *interval(ours)) == pytest.approx((theirs.value, *interval(theirs)), nan_ok=True, abs=1e-6)


@laws
@given(st.integers(3, 20).flatmap(lambda n: arrays(float, n, elements=st.floats(1, 500).map(lambda v: round(v, 1)))))
def test_identical_measurements_have_no_bias(x):
    assume(np.ptp(x) > 0)
    agreement = value_agreement(x, x)
    for key in ("bias", "sd", "loa_lower", "loa_upper", "slope", "halfwidth"):
        assert agreement[key].value == 0, key
    assert agreement["icc"].value == pytest.approx(1)
    assert agreement["calibration_slope"].value == 1
    assert agreement["ratio_upper"].value == 1
    assert agreement.limits == "constant"


@laws
@given(pairs)
def test_the_estimate_lies_in_its_classic_interval(pair):
    for key, e in value_agreement(*pair, interval="classic").estimates.items():
        if not (math.isnan(e.value) or math.isnan(e.lower)):
            assert e.lower - 1e-6 <= e.value <= e.upper + 1e-6, key


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_pairs_are_undefined(n):
    agreement = value_agreement([1.0, 2.0][:n], [1.5, 3.0][:n])
    assert agreement.n == n
    assert math.isnan(agreement["sd"].value) == (n < 2)
    assert math.isnan(agreement["slope"].lower)
    assert math.isnan(agreement["icc"].value) == (n < 2)


def test_a_nan_leaves_out_its_pair():
    agreement = value_agreement([1, math.nan, 3, 4], [2, 2, math.nan, 5], nights=list("abcd"))
    assert (agreement.n, agreement.n_missing, agreement.nights) == (2, 2, ("a", "d"))
    assert agreement["bias"].value == 1


def test_a_constant_reference_has_no_slope():
    agreement = value_agreement([5, 5, 5, 5], [4, 5, 6, 8])
    assert math.isnan(agreement["slope"].value)
    assert agreement.limits == "constant"
    assert not agreement.proportional


def test_what_cannot_be_compared():
    with pytest.raises(HypnogramError, match="equal length"):
        value_agreement([1, 2], [1])
    with pytest.raises(HypnogramError, match="each of the 2 pairs"):
        value_agreement([1, 2], [1, 2], subjects=["a"])
    with pytest.raises(HypnogramError, match="one row per target"):
        icc_agreement([1, 2])
    with pytest.raises(HypnogramError, match="each of the 2 nights"):
        variance_components([1, 2], ["a"])
    assert math.isnan(icc_agreement([[1, 2]]).value)
    with pytest.raises(HypnogramError, match="observed holds an infinite value"):
        value_agreement([1, 2, 3], [1, 2, math.inf])
    with pytest.raises(HypnogramError, match="reference holds an infinite value"):
        value_agreement([1, -math.inf, 3], [1, 2, 3])
    with pytest.raises(HypnogramError, match="ratings holds an infinite value"):
        icc_agreement([[1, math.inf], [2, 3]])
    with pytest.raises(HypnogramError, match="values holds an infinite value"):
        variance_components([1, math.inf], ["a", "b"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"interval": "classical"}, "interval must be 'auto', 'classic' or 'bootstrap', not 'classical'"),
        ({"bootstrap": "bca"}, "bootstrap must be 'percentile' or 'basic', not 'bca'"),
        ({"confidence": 1}, "confidence must lie between 0 and 1, not be 1"),
        ({"confidence": math.nan}, "confidence must lie between 0 and 1, not be nan"),
    ],
)
def test_options_that_are_none(options, words):
    with pytest.raises(HypnogramError, match=words):
        value_agreement([1, 2, 3], [1, 2, 4], **options)


def test_limits_and_confidence_that_are_none():
    with pytest.raises(HypnogramError, match="limits must be 'constant', 'proportional', 'heteroscedastic' or 'ratio'"):
        value_agreement([1, 2, 3], [1, 2, 4]).limits_at(2, "sloped")
    with pytest.raises(HypnogramError, match="confidence must lie between 0 and 1"):
        icc_agreement(SHROUT_FLEISS, confidence=95)
