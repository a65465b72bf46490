"""Notebooks show nouns as tables, in which text of others is text."""

import numpy as np
import pytest

import somnometry as sm
from somnometry.core.html_tables import fields_html, html_table

EVIL = "<script>alert(1)</script>"


def test_text_is_escaped_and_what_is_empty_left_out():
    assert EVIL not in html_table((EVIL,), [(EVIL,)], caption=EVIL)
    assert html_table((EVIL,), [(EVIL,)], caption=EVIL).count("&lt;script&gt;") == 3
    shown = fields_html("it", [("a", 1), ("b", None), ("c", ""), ("d", 0.0)])
    assert [name for name in "abcd" if f">{name}<" in shown] == ["a", "d"]


def nouns():
    claim = sm.Claim("tst", "increases", smallest_effect=15.0, design="crossover", words=EVIL)
    noise = np.random.default_rng(0).normal(0, 20, 6000)
    recording = sm.Recording({EVIL: sm.Signal(noise, 100)}, sm.Montage(EVIL), source=EVIL)
    scored = sm.Hypnogram([0, 1, 2, 3, 4] * 8)
    return {
        "claim": claim,
        "study": sm.Study(name=EVIL, claims=(claim,)),
        "verdict": sm.Verdict(claim, "not testable"),
        "recording": recording,
        "agreement": sm.epoch_agreement([scored], [scored]),
        "agreement of metrics": sm.metric_agreement([scored.replace(scorer=EVIL)], [scored]),
        "architecture": sm.architecture(scored),
        "metrics": sm.METRICS,
    }


@pytest.mark.parametrize("name", nouns())
def test_every_noun_is_shown_as_html(name):
    shown = nouns()[name]._repr_html_()
    assert "<table>" in shown
    assert "<script>" not in shown


def test_agreement_of_metrics_is_a_line_that_names_them():
    nights = [sm.Hypnogram([0, 1, 2, 3, 4] * n) for n in (8, 9, 10)]
    shown = repr(sm.metric_agreement(nights, nights, ["tst", "waso"]))
    assert shown == "MetricAgreement(2 metrics of 3 nights, 'observed' less 'reference': tst, waso)"
