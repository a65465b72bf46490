"""A notebook shows the scores that the field reports, with two decimals, and every stage."""

import re

import somnometry as sm


def test_scores_are_labelled_and_short_and_stages_have_a_row_each():
    people = [sm.simulate_hypnogram(i) for i in range(3)]
    device = [night.replace(scorer="Band <2>") for night in people]
    agreement = sm.epoch_agreement(people, device, n_boot=50)
    shown = agreement._repr_html_()
    assert "Cohen&#x27;s kappa" in shown
    assert "Band &lt;2&gt; against" in shown
    assert "1.00 [1.00, 1.00]" in shown.replace("\N{NO-BREAK SPACE}", " ")
    assert not re.search(r"\d\.\d{3,}", shown)
    assert not re.search(r"<td[^>]*>\w+_\w+</td>", shown)
    for stage in ("W", "N1", "N2", "N3", "R"):
        assert f">{stage}</td>" in shown


def test_one_person_has_no_spread():
    night = sm.simulate_hypnogram(1)
    assert "nan" not in sm.epoch_agreement(night, night, n_boot=10)._repr_html_()
