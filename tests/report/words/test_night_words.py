"""Sentences of a page of a night: how certain, and between which lights."""

from datetime import datetime

import numpy as np
import pytest

from somnometry import Hypnogram, certainty
from somnometry.report.words.night_words import certainty_words, lights_words, percent_sure, settings_words

MIDNIGHT = datetime(2024, 1, 1, 23, 59, 45)


def sure_of(share, n=100):
    """A night of N2 of which so many epochs in a hundred are clear."""
    rows = np.tile([0.0, 0.0, 0.7, 0.3, 0.0], (n, 1))
    rows[: int(share * n)] = [0, 0, 0.75, 0.25, 0]  # a lead of .5 exactly
    return Hypnogram(np.full(n, 2), probabilities=rows)


@pytest.mark.parametrize(
    ("share", "word"), [(1.0, "mostly sure"), (0.8, "mostly sure"), (0.79, "often unsure"), (0.6, "often unsure"),
                        (0.59, "unsure of most"), (0.0, "unsure of most")],
)  # fmt: skip
def test_words_follow_the_share_of_clear_epochs(share, word):
    night = sure_of(share)
    assert percent_sure(night, certainty(night)) == pytest.approx(100 * share)
    words = certainty_words(night, certainty(night))
    assert word in words
    assert ("N2 were clear in less than half" in words) == (share < 0.5)


def test_epochs_out_of_bed_and_unscored_do_not_count():
    night = sure_of(0.5).replace(lights_off=0.0, lights_on=1500.0)
    assert percent_sure(night, certainty(night)) == 100
    none = Hypnogram([2, 2])
    assert np.isnan(percent_sure(none, certainty(none)))
    assert "no probabilities" in certainty_words(none, certainty(none))
    blind = Hypnogram([-1, -1], probabilities=np.full((2, 5), np.nan))
    assert "no probabilities" in certainty_words(blind, certainty(blind))


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({}, "The whole record counts"),
        ({"lights_off": 30.0, "lights_on": 60.0}, "Lights off 0.50 min after the first epoch began, on after 1.0 min."),
        ({"lights_off": float("nan"), "lights_on": 60.0}, "Lights-off is unknown"),
        ({"lights_off": 30.0, "lights_on": 60.0, "start": MIDNIGHT}, "off at 00:00:15, on at 00:00:45"),
    ],
)  # fmt: skip
def test_lights_are_said_by_the_clock_where_there_is_one(known, words):
    assert words in lights_words(Hypnogram([0, 2, 2], **known))


@pytest.mark.parametrize("cell", ["", "[1]", "free words", '{"broken', "[" * 100_000])
def test_settings_of_another_kind_stand_as_they_are(cell):
    assert settings_words(cell) == cell
