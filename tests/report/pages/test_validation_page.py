"""The page of a validation: the scores of these nights beside what is published, devices, and what was left out."""

import re
from types import SimpleNamespace

import numpy as np

from somnometry import Hypnogram, epoch_agreement, metric_agreement
from somnometry.report.pages.validation_page import validation_page, write_validation_page


def made(**options):
    rng = np.random.default_rng(0)
    human, auto = {}, {}
    for i in range(3):
        stages = np.repeat(rng.integers(0, 5, 40), 20)
        wrong = np.where(rng.random(stages.size) < 0.2, rng.integers(0, 5, stages.size), stages)
        human[f"n{i}"], auto[f"n{i}"] = Hypnogram(stages, scorer="human"), Hypnogram(wrong, scorer="<b>machine</b>")
    epochs = epoch_agreement(human, auto, n_boot=50)
    facts = {"epochs": epochs, "metrics": metric_agreement(human, auto, n_boot=50), "by_device": {},
             "calibration": None, "why_none": "3 people, and 20 are needed", "people_named": False,
             "data": "nights", "problems": ()}  # fmt: skip
    return SimpleNamespace(**facts | options)


def test_what_was_measured_stands_beside_what_is_published():
    one = made()
    page = validation_page(one)
    for stage in ("W", "N1", "N2", "N3", "R"):
        assert f"sensitivity of {stage}" in page
        assert f"kappa of {stage}" in page
    value = one.epochs.summary["accuracy"].pooled.value
    assert f"<td>{value:.2f} [" in page
    assert "<td>.826</td>" in page
    assert "<td>.826</td><td>.875</td>" in page  # YASA: Vallat and Walker 2021, 87.46 % of epochs, kappa .819
    published = {
        name: re.search(f">{name}</th><td>[^<]*</td><td>([^<]*)</td><td>([^<]*)<", page).groups()
        for name in ("kappa", "sensitivity of N1", "sensitivity of N2", "sensitivity of N3")
    }
    assert list(published.values()) == [(".76", ".819"), (".63", ".454"), ("–", "above .85"), (".67", ".832")]
    assert "eLife 10:e70092" in page
    assert "Run on: nights." in page
    assert "every night counts as another person" in page
    assert "3 people, and 20 are needed" in page


def test_nothing_in_a_page_is_markup_of_others():
    page = validation_page(made(problems=("<script>alert(1)</script>",)))
    assert "<b>machine" not in page
    assert "<script>alert" not in page


def test_devices_stand_apart_where_there_are_several(tmp_path):
    one = made()
    page = validation_page(made(by_device={"psg": one.epochs, "headband": one.epochs}))
    assert '<th scope="row">headband</th><td>3</td>' in page
    assert "By device" not in validation_page(one)
    write_validation_page(one, tmp_path / "v.html")
    assert (tmp_path / "v.html").read_text() == validation_page(one)
