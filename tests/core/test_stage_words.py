"""Labels as people keep them: lists, arrays of numpy, Series of pandas; and what is no stage."""

from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from somnometry import Hypnogram, HypnogramError, Stage
from somnometry.core.stage_words import stage_of_text

WORDS = ["W", "N1", "N2", "N3", "R", "?"]
CODES = [0, 1, 2, 3, 4, -1]


@pytest.mark.parametrize(
    "labels",
    [
        WORDS,
        tuple(WORDS),
        (word for word in WORDS),
        np.array(WORDS),
        np.array(WORDS, dtype=object),
        pd.Series(WORDS),
        pd.Series(WORDS, dtype="category"),
        pd.Series(WORDS, dtype="string"),
        ["Wake", "stage 1", "Sleep stage 2", "S4", "REM sleep", None],
        ["WAKE", "N1", "N2", "N3", "REM", "ART"],
        [*WORDS[:-1], float("nan")],
        pd.Series([*WORDS[:-1], pd.NA], dtype="string"),
        [Stage.W, Stage.N1, Stage.N2, Stage.N3, Stage.R, Stage.UNSCORED],
    ],
)
def test_labels_of_every_kind(labels):
    hypnogram = Hypnogram.from_labels(labels, scorer="Anna")
    assert (hypnogram.stages.tolist(), hypnogram.epoch, hypnogram.scorer.name) == (CODES, 30.0, "Anna")


@pytest.mark.parametrize(
    "labels", [[0, 1], np.array([0, 5]), pd.Series([0, 2]), ["0", "2"], [True], ["N5"], ["arousal"]]
)
def test_numbers_and_other_words_are_refused(labels):
    with pytest.raises(HypnogramError) as refused:
        Hypnogram.from_labels(labels)
    assert (refused.value.key, "coding" in refused.value.remedy) == ("labels", True)


def test_a_coding_says_what_they_mean():
    coding = {0: Stage.W, 5: Stage.R, "MT": Stage.W}
    assert Hypnogram.from_labels(np.array([0, 5, 0]), 20, coding=coding).stages.tolist() == [0, 4, 0]
    assert Hypnogram.from_labels(["N2", "MT"], coding=coding).stages.tolist() == [2, 0]


def test_levels_are_those_of_the_labels():
    assert Hypnogram.from_labels(["W", "light", "deep", "REM"]).levels == 4
    assert Hypnogram.from_labels(["W", "N2"]).levels == 5
    with pytest.raises(HypnogramError):
        Hypnogram.from_labels(["light", "N2"])


def test_an_index_of_times_gives_start_and_epoch():
    times = pd.date_range("2024-05-01 22:30", periods=6, freq="20s")
    hypnogram = Hypnogram.from_labels(pd.Series(WORDS, index=times))
    assert (hypnogram.start, hypnogram.epoch) == (datetime(2024, 5, 1, 22, 30), 20.0)
    with pytest.raises(HypnogramError) as refused:
        Hypnogram.from_labels(pd.Series(WORDS, index=times).drop(times[2]))
    assert refused.value.key == "epoch"


def test_a_digit_is_no_word():
    assert [stage_of_text(text) for text in ("0", "2", "5", "-1")] == [None] * 4
