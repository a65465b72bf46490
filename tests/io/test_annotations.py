"""Texts and times to stages, lights and events. What a text means: the EDF+ specification, AASM and R&K."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry.core.errors import HypnogramError
from somnometry.core.stage import STAGES_OF_LEVEL, Stage
from somnometry.io.annotations import (
    is_lights_off,
    is_lights_on,
    lights_from_annotations,
    scoring_from_annotations,
    stage_of_text,
)

EDF_WORD = {Stage.W: "W", Stage.N1: "N1", Stage.N2: "N2", Stage.N3: "N3", Stage.R: "R", Stage.UNSCORED: "?"}


def words(stages):
    return [f"Sleep stage {EDF_WORD[Stage(stage)]}" for stage in stages]


# ------------------------------------------------------------------------------------------------------------- texts
@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("Sleep stage W", Stage.W),
        ("Sleep stage 1", Stage.N1),
        ("Sleep stage 2", Stage.N2),
        ("Sleep stage 3", Stage.N3),
        ("Sleep stage 4", Stage.N3),
        ("Sleep stage N1", Stage.N1),
        ("Sleep stage N2", Stage.N2),
        ("Sleep stage N3", Stage.N3),
        ("Sleep stage R", Stage.R),
        ("Sleep stage ?", Stage.UNSCORED),
        ("Movement time", Stage.UNSCORED),
        ("SLEEP-S0", Stage.W),
        ("SLEEP-S4", Stage.N3),
        ("SLEEP-REM", Stage.R),
        ("sleep_stage_n2", Stage.N2),
        ("  STAGE   REM ", Stage.R),
        ("Sleep stage N2@@EEG C4-A1", Stage.N2),
        ("Stage 3 sleep|3", Stage.N3),
        ("Wake|0", Stage.W),
        ("SDO:NonRapidEyeMovementSleep-N3", Stage.N3),
        ("NREM", Stage.NREM),
        ("Light", Stage.LIGHT),
    ],
)
def test_texts_that_are_stages(text, stage):
    assert stage_of_text(text) is stage


@pytest.mark.parametrize(
    "text",
    ["", " ", "0", "1", "2", "3", "4", "5", "9", "Movement", "Artefact", "SLEEP-RM", "SPINDLE", "Lights off", "Arousal",
     "N5", "Sleep stage", "Sleep stage 5", "2 ", "REM arousal", "Wake up call"],
)  # fmt: skip
def test_texts_that_are_no_stages(text):
    assert stage_of_text(text) is None


@given(st.integers())
def test_a_bare_integer_is_never_a_stage(number):
    assert stage_of_text(str(number)) is None


@pytest.mark.parametrize(
    ("text", "off", "on"),
    [
        ("Lights off@@EEG F4-A1", True, False),
        ("Lights on@@EEG Fpz-Cz", False, True),
        ("LIGHTS-OFF", True, False),
        ("LightsOn", False, True),
        ("Lights Out", True, False),
        ("Licht aus", True, False),
        ("Licht an", False, True),
        ("Lumière éteinte", True, False),
        ("LIGHT", False, False),
        ("Lights", False, False),
        ("", False, False),
    ],
)
def test_markers_of_lights(text, off, on):
    assert (is_lights_off(text), is_lights_on(text)) == (off, on)


@pytest.mark.parametrize(
    ("marks", "lights"),
    [
        ([], (None, None)),
        ([(5, "arousal")], (None, None)),
        ([(60, "Lights off"), (600, "Lights on")], (60.0, 600.0)),
        ([(600, "Lights on"), (60, "Lights off")], (60.0, 600.0)),
        ([(60, "Licht aus"), (90, "Licht aus")], (60.0, None)),
        ([(60, "Lights off"), (300, "Lights on"), (330, "Lights off"), (900, "Lights on")], (60.0, 900.0)),
        ([(10, "Lights on"), (60, "Lights off")], (60.0, None)),
        ([(900, "Lights on")], (None, 900.0)),
        ([(60, "Lights off"), (60, "Lights on")], (60.0, None)),
    ],
)
def test_lights_are_the_first_off_and_the_last_on_after_it(marks, lights):
    assert lights_from_annotations([t for t, _ in marks], [text for _, text in marks]) == lights


# ------------------------------------------------------------------------------------------------------------- epochs
@given(st.lists(st.sampled_from(list(EDF_WORD)), min_size=1, max_size=60), st.sampled_from([30.0, 20.0, 5.0]))
def test_one_annotation_an_epoch(stages, epoch):
    onsets = np.arange(len(stages)) * epoch
    scoring = scoring_from_annotations(onsets, np.full(len(stages), epoch), words(stages), epoch=epoch)
    assert scoring.hypnogram.stages.tolist() == stages
    assert scoring.hypnogram.epoch == epoch
    assert len(scoring.events) == 0


@given(st.lists(st.tuples(st.sampled_from(list(EDF_WORD)), st.integers(1, 40)), min_size=1, max_size=20))
def test_one_annotation_a_bout(bouts):
    lengths = np.array([n for _, n in bouts]) * 30.0
    onsets = np.cumsum(lengths) - lengths
    expected = [stage for stage, n in bouts for _ in range(n)]
    hypnogram = scoring_from_annotations(onsets, lengths, words(s for s, _ in bouts)).hypnogram
    assert hypnogram.stages.tolist() == expected


@given(
    st.lists(st.sampled_from(STAGES_OF_LEVEL[5]), min_size=2, max_size=60),
    st.floats(0, 300, exclude_max=True),
    st.randoms(),
)
def test_a_late_start_keeps_the_sequence(stages, late, random):
    """The k-th epoch scored begins at late + 30 k; its nearest grid epoch is round(late / 30) + k."""
    order = list(range(len(stages)))
    random.shuffle(order)
    onsets = [late + 30.0 * k for k in order]
    hypnogram = scoring_from_annotations(onsets, [30.0] * len(order), words(stages[k] for k in order)).hypnogram
    before = len(hypnogram) - len(stages)
    assert abs(before * 30.0 - late) <= 15.0 + 1e-6
    assert hypnogram.stages[before:].tolist() == stages
    assert (hypnogram.stages[:before] == Stage.UNSCORED).all()


def test_before_between_and_after_annotations_is_unscored():
    hypnogram = scoring_from_annotations([60, 150], [30, 30], words([2, 4])).hypnogram
    assert hypnogram.stages.tolist() == [-1, -1, 2, -1, -1, 4]


@pytest.mark.parametrize(("last", "n_epochs"), [(14.9, 1), (15.1, 2), (29.0, 2), (31.0, 2), (45.1, 3)])
def test_a_last_bout_cut_short_counts_from_half_an_epoch(last, n_epochs):
    """Bouts [0, 30) and [30, 30 + last); the last midpoints are 45 and 75 s."""
    texts = words([0] * 25 + [2])
    onsets = [0.0] * 25 + [30.0]
    hypnogram = scoring_from_annotations(onsets, [30.0] * 25 + [last], texts).hypnogram
    assert hypnogram.stages.tolist() == [0, 2, 2][:n_epochs]


@pytest.mark.parametrize("none", [0.0, math.nan])
def test_a_stage_without_duration_lasts_one_epoch(none):
    hypnogram = scoring_from_annotations([0, 30, 90], [none] * 3, words([0, 1, 2])).hypnogram
    assert hypnogram.stages.tolist() == [0, 1, -1, 2]


def test_what_is_annotated_twice_alike_is_scored_once():
    hypnogram = scoring_from_annotations([0, 0, 30], [60, 30, 30], words([2, 2, 2])).hypnogram
    assert hypnogram.stages.tolist() == [2, 2]


def test_stages_3_and_4_do_not_contradict():
    texts = ["Sleep stage 3", "Sleep stage 4"]
    assert scoring_from_annotations([0, 0], [30, 30], texts).hypnogram.stages.tolist() == [3]


def test_an_epoch_with_two_stages_is_unscored():
    onsets = [*(30.0 * np.arange(40)), 60.0, 60.0]
    texts = words([2] * 40 + [4, 2])
    hypnogram = scoring_from_annotations(onsets, [30.0] * 42, texts).hypnogram
    assert hypnogram.stages.tolist() == [2, 2, -1] + [2] * 37


def test_a_stage_before_the_recording_is_cut():
    assert scoring_from_annotations([-60], [120], words([2])).hypnogram.stages.tolist() == [2, 2]


# ------------------------------------------------------------------------------------------------- levels and events
@pytest.mark.parametrize(
    ("texts", "levels", "stages"),
    [
        (["Wake", "N2", "REM"], 5, [0, 2, 4]),
        (["Wake", "Light", "Deep", "REM"], 4, [0, 5, 3, 4]),
        (["Wake", "NREM", "REM"], 3, [0, 6, 4]),
        (["Wake", "?"], 5, [0, -1]),
    ],
)
def test_levels_follow_from_the_words(texts, levels, stages):
    hypnogram = scoring_from_annotations(30 * np.arange(len(texts)), [30] * len(texts), texts).hypnogram
    assert hypnogram.levels == levels
    assert hypnogram.stages.tolist() == stages


def test_what_is_no_stage_is_an_event():
    texts = ["Sleep stage W", "Arousal", "Lights off", "Sleep stage 2", "Artefact", "7"]
    scoring = scoring_from_annotations([0, 3.5, 10, 30, 31, 40], [30, 4, 0, 30, math.nan, 1], texts)
    assert scoring.events.kind == ("Arousal", "Lights off", "Artefact", "7")
    assert scoring.events.onset.tolist() == [3.5, 10.0, 31.0, 40.0]
    assert scoring.events.duration.tolist() == [4.0, 0.0, 0.0, 1.0]
    assert scoring.hypnogram.lights_off == 10.0
    assert math.isnan(scoring.hypnogram.lights_on)


# -------------------------------------------------------------------------------------------------------------- errors
@pytest.mark.parametrize(
    ("onsets", "durations", "texts", "message"),
    [
        ([], [], [], r"n1: none of its 0 annotations is a sleep stage; give"),
        ([0, 1, 2], [0, 0, 0], ["Spike", "Spike", "Mr X coughs"], r"none of its 3 annotations is a sleep stage; give"),
        ([0, 30], [30, 30], ["1", "2"], r"none of its 2 annotations is a sleep stage"),
        ([0, 30], [30, 30], ["NREM", "N2"], r"its stages are N2, NREM, which no one scoring tells apart"),
        (20 * np.arange(60), [20] * 60, words([2] * 60), r"n1: N2 at 20 s lasts 20 s .* epoch=20"),
        ([0, 0], [600, 600], words([2, 4]), r"20 of 20 epochs have two different stages, the first at 0 s"),
        ([1e12], [30], words([2]), r"at 1e\+12 s .* its time is damaged"),
        ([math.nan], [30], words([2]), r"at nan s .* its time is damaged"),
    ],
)
def test_errors_name_the_source_the_value_and_the_remedy(onsets, durations, texts, message):
    with pytest.raises(HypnogramError, match=message) as error:
        scoring_from_annotations(onsets, durations, texts, source="n1")
    assert str(error.value).startswith("n1: ")
    assert "Mr X" not in str(error.value)


@pytest.mark.parametrize("epoch", [0, -30.0, math.nan])
def test_an_epoch_lasts_a_positive_time(epoch):
    with pytest.raises(HypnogramError, match="positive number of seconds"):
        scoring_from_annotations([0], [30], words([2]), epoch=epoch)
