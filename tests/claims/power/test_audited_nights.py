"""Audits that are planned: what they leave open and what power they have, against studies that are simulated."""

import math

import numpy as np
import pytest
from scipy import stats

import somnometry as sm
from somnometry.calibration.shipped import shipped_calibration
from somnometry.claims.designs.audited_effect import audited_effect, expected_half_width, half_width
from somnometry.claims.power.audited_nights import PlannedAudit, audit_widths
from somnometry.claims.power.batches import model_of
from somnometry.claims.power.simulation import power
from somnometry.claims.sample_size import p_supported
from somnometry.simulate.stagers import SimulatedStager

from .declared import TST, WASO, near, study

HEADBAND = shipped_calibration("bitbrain-headband")
N3 = sm.Claim("n3_percent", "increases", smallest_effect=3.0, id="N3")
#: Far from what a night cannot have.
SPREADS = {"n3_percent": sm.Spread(40.0, 6.9, 2.0), "tst": sm.Spread(390.0, 43.0, 42.0)}


def simulated_half_width(claim, share, nights, n, subjects, studies=60):
    """Give the mean half-width of `audited_effect` over studies of `simulate_study`, taken apart by hand."""
    metric = claim.metric
    stager = SimulatedStager.like(HEADBAND, [metric], share=share)
    plan = sm.StudyPlan(
        effects={metric: 0.0}, spreads={metric: SPREADS[metric]}, subjects=subjects, nights=nights, stagers=[stager],
        first_night=False,
    )  # fmt: skip
    widths = []
    for seed in range(studies):
        made = sm.simulate_study(plan, seed)
        means = [
            table.pivot_table(metric, ["sequence", "subject"], "condition", aggfunc="mean")
            for table in (made.nights, made.scored[stager.name])
        ]
        human, auto = (table["active"] - table["placebo"] for table in means)
        order = np.unique(human.index.get_level_values("sequence"), return_inverse=True)[1]
        audited = np.zeros(subjects, bool)
        for one in (0, 1):
            audited[np.flatnonzero(order == one)[: n // 2]] = True
        effect = audited_effect(
            human[audited].to_numpy(), auto[audited].to_numpy(), auto[~audited].to_numpy(), order[audited],
            order[~audited],
        )  # fmt: skip
        widths.append(effect.standard_error * stats.t.ppf(0.975, n - 2))
    return float(np.sqrt(np.mean(np.square(widths))))


@pytest.mark.parametrize(
    ("claim", "nights", "n", "subjects"), [(N3, 2, 8, 40), (N3, 1, 16, 80), (TST, 2, 16, 40), (TST, 4, 24, 24)]
)
def test_what_an_audit_is_expected_to_leave_is_what_simulated_ones_leave(claim, nights, n, subjects):
    (row,) = audit_widths(study(claim), HEADBAND, [nights], subjects, n=[n], spreads=SPREADS)
    share = HEADBAND[claim.metric].lambda_low
    assert row.expected[n] == pytest.approx(simulated_half_width(claim, share, nights, n, subjects), rel=0.1)


@pytest.mark.parametrize("share", [1.0, 0.6])
def test_where_people_differ_much_and_the_others_are_many_only_the_programs_error_is_left(share):
    left = expected_half_width(1e3, 3.1, 16, 10**9, share)
    assert left == pytest.approx(half_width(3.1 / math.sqrt(2), 16, 1) / share, rel=1e-3)
    assert left == pytest.approx(2.1448 * 3.1 / 4 / share, rel=1e-3)  # t of 14


def test_the_headbands_n3_is_left_as_open_as_was_published_of_it():
    widths = audit_widths(study(N3, TST), HEADBAND, [2, 1], 20, n=[8, 16, 24])
    assert [(row.metric, row.nights, row.unit) for row in widths] == [
        ("n3_percent", 2, "%"), ("n3_percent", 1, "%"), ("tst", 2, "min"), ("tst", 1, "min"),
    ]  # fmt: skip
    assert {n: round(half, 1) for n, half in widths[0].of_error.items()} == {8: 2.7, 16: 1.7}  # 24 are not there
    assert widths[1].of_error[8] == pytest.approx(widths[0].of_error[8] * math.sqrt(2))


def test_audits_of_latencies_counts_and_other_designs_have_no_width():
    sol = sm.Claim("sol", "decreases", smallest_effect=10.0)
    wakes = sm.Claim("awakenings", "decreases", smallest_effect=0.8)
    pain = sm.Claim("pain", "decreases", smallest_effect=1.0)
    assert audit_widths(study(sol, wakes, pain), HEADBAND, [2], 40) == ()
    assert audit_widths(study(N3, design="parallel"), HEADBAND, [2], 40) == ()


def test_people_are_audited_by_lot_alike_in_each_sequence_and_carry_what_is_true():
    declared = study(N3)
    model = model_of(declared, {("mean", "n3_percent", "active"): 3.0}, ("placebo", "active"), SPREADS, None, None)
    stager = SimulatedStager("program", {"n3_percent": {"slope": 0.5, "intercept": 1.0}})
    model = type(model)(**{name: getattr(model, name) for name in model.__slots__} | {"subjects": 20, "nights": 2})
    chosen = []
    for seed in range(40):
        columns = PlannedAudit(stager, 8).draw(model, seed)
        audited = np.isfinite(columns["n3_percent_human"])
        assert np.allclose(columns["n3_percent"][audited], 1 + 0.5 * columns["n3_percent_human"][audited])
        whom, sequence = np.unique(columns["subject"].astype(str), return_index=True)
        picked = np.array([audited[columns["subject"] == who].all() for who in whom])
        assert picked.sum() == 8
        assert audited.sum() == 8 * 4
        of = columns["sequence"][sequence]
        assert {sum(picked[of == one]) for one in set(of)} == {4}
        chosen.append(picked)
    assert np.mean(chosen, axis=0) == pytest.approx(np.full(20, 0.4), abs=0.3)


def test_power_of_an_audit_is_that_of_its_interval_where_a_drug_may_change_the_eeg():
    declared = study(N3, psychoactive=True)
    options = {"subjects": [24], "nights": [2], "n_studies": 150, "spreads": SPREADS, "calibration": HEADBAND}
    (alone,) = power(declared, **options).rows
    table = power(declared, **options, audit=12)
    (audited,) = table.rows
    assert table.audit == 12
    assert alone.before == 0.0
    (width,) = audit_widths(declared, HEADBAND, [2], 24, n=[12], spreads=SPREADS)
    error = width.expected[12] / stats.t.ppf(0.975, 10)
    assert near(audited, p_supported(3.0, error, 10, 3.0), rounding=0.02)
    assert audited.probability("supported", given="no effect") <= 0.025 + 3 * math.sqrt(0.025 / 150)
    assert power(declared, **options, audit=12).rows[0].to_dict() == audited.to_dict()


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({"calibration": None, "audit": 8}, {}),
        ({"audit": 7}, {}),
        ({"audit": 25}, {}),
        ({"audit": 8}, {"design": "parallel"}),
    ],
)
def test_audits_that_cannot_be_are_refused(options, parts):
    given = {"subjects": [24, 40], "nights": [1], "n_studies": 1, "calibration": HEADBAND} | options
    with pytest.raises(sm.ClaimError) as error:
        power(study(WASO, **parts), **given)
    assert error.value.key == "audit"
