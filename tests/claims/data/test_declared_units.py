"""Columns that look to be in another unit are judged where the study declares theirs, and the paragraph says so."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import somnometry as sm
from somnometry.claims.claims_file import digest_of, read_claims

from ..plain_nights import STUDY, only, plain_nights

#: What each column looks like -> the numbers: TST as of idiopathic hypersomnia (eleven hours and more, Vernet and
#: Arnulf 2009), WASO of children who hardly wake, REM % of the few nights that a selection leaves.
ODD = {
    ("tst", "minutes", "epochs of 30 s"): lambda rng, n: np.round(rng.normal(680, 45, n)),
    ("trt", "minutes", "epochs of 30 s"): lambda rng, n: np.round(rng.normal(850, 25, n)),
    ("waso", "minutes", "hours"): lambda rng, n: np.round(rng.uniform(0.5, 3.5, n), 2),
    ("rem_percent", "percent", "minutes"): lambda rng, n: np.round(rng.normal(70, 5, n), 1),
}
CASES = list(ODD)


def odd_nights(metric):
    """A table of one metric whose numbers look to be in another unit."""
    table = only(plain_nights(), metric)
    (make,) = (make for (name, _, _), make in ODD.items() if name == metric)
    table[metric] = make(np.random.default_rng(3), table["subject"].size)
    return table


def judged_in(table, metric, units):
    return sm.judge(sm.Claim(metric, "increases", smallest_effect=20.0), table, dataclasses.replace(STUDY, units=units),
                    sensitivity=False)  # fmt: skip


@pytest.mark.parametrize(("metric", "unit", "likely"), CASES)
def test_the_remedy_that_a_refusal_names_is_taken_and_said(metric, unit, likely):
    table = odd_nights(metric)
    with pytest.raises(sm.ClaimError, match="likely in") as caught:
        judged_in(table, metric, {})
    assert likely in caught.value.what
    assert f'units = {{ {metric} = "{unit}" }}' in caught.value.remedy
    verdict = judged_in(table, metric, {metric: unit})
    paragraph = verdict.explain()
    assert "looks to be in " + likely in paragraph
    assert f"the study declares that it is in {unit}" in paragraph
    active, placebo = (table[metric][table["condition"] == arm].mean() for arm in ("active", "placebo"))
    assert verdict.estimate == pytest.approx(active - placebo)  # a balanced 2x2: the plain difference of means


def in_part(factor):
    table = only(plain_nights(nights=4), "tst")
    table["tst"] = np.where(table["condition"] == "active", table["tst"] * factor, table["tst"])
    return table


@pytest.mark.parametrize("units", [{}, {"tst": "minutes"}])
@pytest.mark.parametrize("factor", [1 / 60, 1 / 1440])
def test_no_declaration_makes_minutes_of_the_hours_and_days_of_an_arm(units, factor):
    with pytest.raises(sm.ClaimError, match="another unit than the other") as caught:
        judged_in(in_part(factor), "tst", units)
    assert "units" not in caught.value.remedy


def test_an_arm_of_twice_as_long_nights_is_refused_with_a_remedy_that_works():
    table = in_part(2.0)
    with pytest.raises(sm.ClaimError) as caught:
        judged_in(table, "tst", {})
    assert 'units = { tst = "minutes" }' in caught.value.remedy
    assert "looks to be in" in judged_in(table, "tst", {"tst": "minutes"}).explain()


def test_what_a_night_cannot_have_stays_refused():
    table = only(plain_nights(), "tst")
    table["tst"] = table["tst"] * 60
    with pytest.raises(sm.ClaimError, match="cannot be a night's"):
        judged_in(table, "tst", {"tst": "minutes"})


def test_nothing_is_said_of_a_column_that_looks_like_what_it_is_declared_to_be():
    verdict = judged_in(only(plain_nights(), "tst"), "tst", {"tst": "minutes"})
    assert not [warning for warning in verdict.warnings if warning.code == "unit-declared"]


@pytest.mark.parametrize(
    ("units", "key"),
    [
        ({"tst": "percent"}, "study.units.tst"),
        ({"tsst": "minutes"}, "study.units.tsst"),
        ({"awakenings": "minutes"}, "study.units.awakenings"),
    ],
)
def test_a_unit_that_no_metric_has_is_refused(units, key):
    with pytest.raises(sm.ClaimError) as caught:
        judged_in(only(plain_nights(), "tst"), "tst", units)
    assert caught.value.key == key


def test_a_unit_that_there_is_not_is_refused():
    with pytest.raises(sm.ClaimError) as caught:
        sm.Study(units={"tst": "epochs"})
    assert caught.value.key == "units"


FILE = """[study]
design = "crossover"
treatment = "active"
control = "placebo"
%s
[[claim]]
id = "TST"
metric = "tst"
direction = "increases"
"""


def test_a_claims_file_declares_units_and_its_digest_changes_only_then(tmp_path):
    path = tmp_path / "claims.toml"
    path.write_text(FILE % 'units = { tst = "minutes" }')
    declared = read_claims(path)
    path.write_text(FILE % "")
    silent = read_claims(path)
    assert dict(declared.study.units) == {"tst": "minutes"}
    assert declared.digest != silent.digest
    assert silent.digest == digest_of(dataclasses.replace(declared.study, units={}))
    path.write_text(FILE % 'units = { tst = "percent" }')
    with pytest.raises(sm.ClaimError) as caught:
        read_claims(path)
    assert caught.value.key == "study.units.tst"
    assert "line 5" in caught.value.place
