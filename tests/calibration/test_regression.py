"""Lines between two scorings against textbook sums, and what is left out in turn."""

import numpy as np
import pytest
import statsmodels.api as sm

from somnometry.calibration.regression import Line, held_out, slope_of_auto, upper_slope

RNG = np.random.default_rng(5)


def some(n=60, people=30, slope=0.6):
    person = np.arange(n) % people
    human = RNG.normal(20, 5, people)[person] + RNG.normal(0, 3, n)
    auto = 3 + slope * human + RNG.normal(0, 2, people)[person] + RNG.normal(0, 2, n)
    return human, auto, person.astype(str)


def test_a_line_is_that_of_ordinary_least_squares():
    y, x, _ = some()
    line, fit = Line.of(x, y), sm.OLS(y, sm.add_constant(x)).fit()
    assert [line.intercept, line.slope] == pytest.approx(fit.params)
    assert line.residual_sd == pytest.approx(np.sqrt(fit.mse_resid))


def test_the_slope_of_the_stager_and_its_error_by_person():
    human, auto, person = some()
    slope, error = slope_of_auto(human, auto, person)
    fit = sm.OLS(auto, sm.add_constant(human)).fit(cov_type="cluster", cov_kwds={"groups": person.astype(int)})
    assert slope == pytest.approx(fit.params[1])
    assert error == pytest.approx(fit.bse[1], rel=0.1)  # statsmodels has CR1, this is CR2


def test_the_error_of_the_slope_is_its_spread_over_studies():
    found = []
    for _ in range(1000):
        human, auto, person = some()
        found.append(slope_of_auto(human, auto, person))
    slopes, errors = np.array(found).T
    assert np.sqrt(np.mean(errors**2)) == pytest.approx(slopes.std(), rel=0.1)


def test_a_second_stager_finds_the_slope_that_noise_in_the_human_scoring_hides():
    truth = RNG.normal(20, 5, 4000)
    human, auto, second = (slope * truth + RNG.normal(0, 4, 4000) for slope in (1.0, 0.8, 0.5))
    slope, _ = slope_of_auto(human, auto, np.arange(4000).astype(str))
    assert slope == pytest.approx(0.8 * 25 / (25 + 16), abs=0.03)
    assert upper_slope(slope, human, auto, second) == pytest.approx(0.8, abs=0.05)


def test_without_an_instrument_the_slope_is_at_most_one():
    human, auto, person = some()
    slope, _ = slope_of_auto(human, auto, person)
    assert upper_slope(slope, human, auto, None) == 1.0
    assert upper_slope(1.2, human, auto, None) == 1.2
    assert upper_slope(slope, human, auto, np.full(human.size, np.nan)) == 1.0


def test_what_is_left_out_in_turn_is_predicted_by_the_others():
    """By hand: a line through all nights of other people, and its prediction interval of a textbook."""
    human, auto, person = some(24, 24)
    found = held_out("rem_percent", "identity", human, auto, person)
    inside, score = [], []
    for i in range(24):
        rest = np.arange(24) != i
        fit = sm.OLS(human[rest], sm.add_constant(auto[rest])).fit()
        frame = fit.get_prediction(np.array([[1.0, auto[i]]])).summary_frame(alpha=0.10)
        low, high = (max(0.0, float(frame[f"obs_ci_{side}"].iloc[0])) for side in ("lower", "upper"))
        inside.append(low <= human[i] <= high)
        score.append(high - low + 20 * max(low - human[i], 0) + 20 * max(human[i] - high, 0))
    assert found["coverage"] == pytest.approx(np.mean(inside))
    assert found["interval_score"] == pytest.approx(np.mean(score))


def test_nothing_is_said_where_the_others_do_not_vary():
    auto = np.r_[np.zeros(20), 5.0]
    assert held_out("tst", "identity", RNG.normal(400, 10, 21), auto, np.arange(21).astype(str)) == {}
