"""Real nights of a placebo-controlled crossover (Sleep-EDF telemetry, Kemp 2000), each number by another program."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sma
from scipy import stats

import somnometry as sm

pytestmark = pytest.mark.real_data
CLAIMS = (
    sm.Claim("sol", "decreases", smallest_effect=10.0, source="AASM 2017"),
    sm.Claim("waso", "decreases", smallest_effect=20.0, source="AASM 2017"),
    sm.Claim("tst", "increases", smallest_effect=15.0, source="AASM 2021"),
    sm.Claim("rem_percent", "decreases", smallest_effect=3.0, source="half an SD"),
    sm.Claim("n3_percent", "decreases", smallest_effect=3.6, source="half an SD"),
    sm.Claim("awakenings", "decreases", smallest_effect=0.8, source="a fifth"),
)


@pytest.fixture(scope="module")
def nights(shared):
    """One row per night; lights-off from the table of the study, lights-on the end of the record."""
    folder = shared / "data" / "sleep_edf_st"
    table = pd.read_excel(folder / "ST-subjects.xls", header=None, skiprows=2, engine="calamine")
    rows = []
    for number, _, _, *by_condition in table.itertuples(index=False):
        for condition, night, off in zip(("placebo", "temazepam"), by_condition[::2], by_condition[1::2], strict=True):
            for file in folder.glob(f"ST7{int(number):02d}{int(night)}*-Hypnogram.edf"):
                hypnogram = sm.read_scoring(file).hypnogram
                clock = off if isinstance(off, dt.time) else (dt.datetime(1899, 12, 31) + off).time()
                at = dt.datetime.combine(hypnogram.start.date(), clock)
                wait = ((at - hypnogram.start).total_seconds() + 43_200) % 86_400 - 43_200
                night_in_bed = hypnogram.replace(lights_off=wait, lights_on=hypnogram.duration)
                rows.append({"subject": int(number), "condition": condition, "period": int(night), "staging": "human",
                             **sm.architecture(night_in_bed)})  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def verdicts(nights):
    study = sm.Study(
        CLAIMS,
        "crossover",
        "temazepam",
        "placebo",
        population="people with mild difficulty falling asleep",
        randomised=True,
    )
    return {verdict.claim.metric: verdict for verdict in sm.judge_all(study, nights)}


def by_hand(nights, metric):
    """The analysed values, one per subject and period, straight from the table."""
    if metric == "awakenings":
        return np.log((nights["awakenings"] + 0.5) / (nights["tst"] / 60))
    if metric == "sol":
        return nights["sol_time"].where(nights["sol_event"] == 1, 120.0).clip(upper=120.0)
    return nights[metric]


def test_six_people_slept_under_both(nights):
    assert nights.groupby("condition")["subject"].nunique().to_dict() == {"placebo": 6, "temazepam": 6}
    assert (nights["starts_asleep"] == 0).all()


@pytest.mark.parametrize("metric", [claim.metric for claim in CLAIMS])
def test_each_number_is_that_of_least_squares_in_statsmodels(verdicts, nights, metric):
    verdict = verdicts[metric]
    y = by_hand(nights, metric)
    columns = pd.get_dummies(nights["subject"].astype(str), dtype=float)
    X = columns.assign(period=(nights["period"] == 2) * 1.0, treatment=(nights["condition"] == "temazepam") * 1.0)
    fit = sma.OLS(y.to_numpy(), X.to_numpy()).fit()
    assert verdict.df == fit.df_resid == 4
    assert verdict.standard_error == pytest.approx(fit.bse[-1], rel=1e-9)
    assert verdict.p == pytest.approx(fit.pvalues[-1], rel=1e-9)
    turn = np.exp if verdict.scale == "ratio" else float
    assert verdict.estimate == pytest.approx(turn(fit.params[-1]), rel=1e-9)
    for alpha, interval in ((0.05, verdict.interval95), (0.10, verdict.interval90)):
        low, high = fit.conf_int(alpha)[-1]
        assert interval == pytest.approx((turn(low), turn(high)), rel=1e-9)

    margin = verdict.claim.smallest_effect
    margin = abs(np.log(margin)) if verdict.scale == "ratio" else margin
    t = stats.t(fit.df_resid)
    d, s = fit.params[-1], fit.bse[-1]
    assert verdict.p_equivalence == pytest.approx(max(t.sf((d + margin) / s), t.cdf((d - margin) / s)), rel=1e-9)


def test_holm_over_the_six_is_that_of_statsmodels(verdicts):
    from statsmodels.stats.multitest import multipletests

    raw = [verdict.p for verdict in verdicts.values()]
    assert [verdict.p_adjusted for verdict in verdicts.values()] == pytest.approx(multipletests(raw, method="holm")[1])


def test_arms_are_described_by_their_subjects(verdicts, nights):
    for condition in ("placebo", "temazepam"):
        arm = next(a for a in verdicts["tst"].arms if a.condition == condition and not a.period)
        tst = nights.loc[nights["condition"] == condition, "tst"]
        assert (arm.n_subjects, arm.mean, arm.sd) == pytest.approx((6, tst.mean(), tst.std()))


def test_twelve_nights_of_six_people_support_little(verdicts):
    """What these nights say; with 4 degrees of freedom only large effects could be shown."""
    for verdict in verdicts.values():
        assert verdict.staging == "human"
        assert verdict.declared == "declared after data"
        assert verdict.outcome == "inconclusive"
        assert verdict.p_adjusted > 0.5
