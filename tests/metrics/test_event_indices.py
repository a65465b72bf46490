"""Indices of scored events: nights worked by hand, what is not known, and the files of scorers."""

import math
import xml.etree.ElementTree as ET

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from somnometry.core.events import Events
from somnometry.core.hypnogram import Hypnogram
from somnometry.io.hypnograms import read_scoring
from somnometry.metrics import METRICS
from somnometry.metrics.event_indices import EVENT_INDICES, event_indices
from somnometry.metrics.event_words import EVENT_WORDS

W, N2, N3, R = 0, 2, 3, 4
#: A minute of wake, half an hour of N2, half an hour of REM, a minute of wake.
NIGHT = Hypnogram([W] * 2 + [N2] * 60 + [R] * 60 + [W] * 2)
ASLEEP_N2, ASLEEP_R, AWAKE = 100.0, 2000.0, 3670.0


def events(*marks):
    """Events of (onset, duration, kind)."""
    return Events([m[0] for m in marks], [m[1] for m in marks], tuple(m[2] for m in marks))


class TestByHand:
    MARKS = events(
        (70, 12, "Obstructive Apnea"),
        (200, 10, "Obstructive apnea|Obstructive Apnea"),
        (400, 15, "Central Apnea"),
        (700, 20, "Hypopnea"),
        (1900, 20, "Hypopnea"),
        (2300, 25, "hypopnea_obstructive"),
        (2600, 11, "apnea_mixed"),
        (AWAKE, 12, "Hypopnea"),  # awake: left out
        (720, 5, "Arousal ()"),
        (1920, 5, "EEG arousal"),
        (3665, 4, "Spontaneous arousal|Arousal (ARO SPONT)"),  # awake: counts for the whole night
        (710, 20, "SpO2 desaturation"),
        (1910, 20, "desat"),
        (2310, 20, "SpO2 desaturation@@SaO2"),
        (1000, 20, "RERA"),
    )

    def test_each_index(self):
        indices = event_indices(NIGHT, self.MARKS)
        # An hour of sleep, half an hour of each state.
        assert dict(indices) == {
            "arousal_index": 3, "arousal_index_nrem": 2, "arousal_index_rem": 2,
            "ahi": 7, "ahi_nrem": 8, "ahi_rem": 6,
            "apnea_index": 4, "apnea_index_nrem": 6, "apnea_index_rem": 2,
            "obstructive_apnea_index": 2, "obstructive_apnea_index_nrem": 4, "obstructive_apnea_index_rem": 0,
            "central_apnea_index": 1, "central_apnea_index_nrem": 2, "central_apnea_index_rem": 0,
            "mixed_apnea_index": 1, "mixed_apnea_index_nrem": 0, "mixed_apnea_index_rem": 2,
            "hypopnea_index": 3, "hypopnea_index_nrem": 2, "hypopnea_index_rem": 4,
            "rera_index": 1, "rera_index_nrem": 2, "rera_index_rem": 0,
            "rdi": 8, "rdi_nrem": 10, "rdi_rem": 6,
            "odi": 3, "odi_nrem": 2, "odi_rem": 4,
        }  # fmt: skip
        assert indices.warnings == ("1 of 8 apneas and hypopneas begin in W and are not counted",)
        assert not indices.reasons

    def test_an_event_belongs_to_the_epoch_in_which_it_begins(self):
        marks = events(*((onset, 0.05, "Hypopnea") for onset in (59.9, 60.0, 1859.9, 1860.0)))
        indices = event_indices(NIGHT, marks)
        assert (indices["ahi"], indices["ahi_nrem"], indices["ahi_rem"]) == (3, 4, 2)

    def test_epochs_may_be_of_any_length(self):
        stages = np.repeat(NIGHT.stages, 3)
        assert dict(event_indices(Hypnogram(stages, epoch=10), self.MARKS)) == dict(event_indices(NIGHT, self.MARKS))


class TestWhereAnEventBegins:
    def test_outside_the_lights_nothing_counts(self):
        marks = events((100, 5, "Arousal"), (1000, 5, "Arousal"), (100, 15, "Hypopnea"), (1000, 15, "Hypopnea"))
        indices = event_indices(NIGHT.replace(lights_off=660.0), marks)
        assert indices["arousal_index"] == pytest.approx(1 / (50 / 60))  # 20 min of N2 and 30 of REM are left
        assert indices["ahi_nrem"] == 3
        assert indices.warnings == (
            "1 of 2 arousals begin outside the lights and are not counted",
            "1 of 2 apneas and hypopneas begin outside the lights and are not counted",
        )

    def test_an_unknown_light_bounds_nothing(self):
        unknown = NIGHT.replace(lights_off=math.nan, lights_on=math.nan)
        assert dict(event_indices(unknown, TestByHand.MARKS)) == dict(event_indices(NIGHT, TestByHand.MARKS))

    def test_in_unscored_epochs_and_outside_the_hypnogram_nothing_counts_and_it_is_told(self):
        hypnogram = Hypnogram([-1] * 10 + [N2] * 120)
        marks = events((10, 5, "Arousal"), (500, 5, "Arousal"), (-5, 3, "Arousal"), (1e5, 3, "Arousal"))
        indices = event_indices(hypnogram, marks)
        assert indices["arousal_index"] == 1
        assert indices.warnings == (
            "1 of 4 arousals begin in unscored epochs and are not counted",
            "2 of 4 arousals begin outside the hypnogram and are not counted",
        )

    def test_an_event_without_a_time_is_refused(self):
        with pytest.raises(ValueError, match=r"event 1 \('Hypopnea'\) has no time: its onset is .*nan"):
            event_indices(NIGHT, events((100, 5, "Arousal"), (math.nan, 5, "Hypopnea")))


class TestWhatIsNotKnown:
    def test_without_scoring_an_index_is_nan_and_not_zero(self):
        indices = event_indices(NIGHT, Events())
        assert all(math.isnan(value) for value in indices.values())
        assert indices.reasons["arousal_index"] == "no arousals are among the events: none, or not scored"
        assert indices.reasons["ahi_rem"] == "no apneas and hypopneas are among the events: none, or not scored"
        assert indices.reasons["odi"] == "no desaturations are among the events: none, or not scored"

    def test_who_marks_hypopneas_would_have_marked_apneas_but_not_arousals(self):
        indices = event_indices(NIGHT, events((ASLEEP_N2, 15, "Hypopnea")))
        assert (indices["hypopnea_index"], indices["central_apnea_index"], indices["ahi_rem"]) == (1, 0, 0)
        assert {"arousal_index", "rera_index", "rdi", "odi"} <= indices.reasons.keys()

    def test_one_event_awake_is_enough_to_know_that_they_were_scored(self):
        indices = event_indices(NIGHT, events((AWAKE, 15, "Obstructive Apnea")))
        assert (indices["ahi"], indices["obstructive_apnea_index"]) == (0, 0)
        assert indices.warnings == ("1 of 1 apneas and hypopneas begin in W and are not counted",)

    def test_the_caller_may_know_that_nothing_was_found(self):
        indices = event_indices(NIGHT, Events(), scored=("arousals", "apneas and hypopneas"))
        assert (indices["arousal_index"], indices["ahi"]) == (0, 0)
        assert {"rera_index", "rdi", "odi"} <= indices.reasons.keys()
        with pytest.raises(ValueError, match=r"scored='apnea' is none of 'arousals', 'apneas and hypopneas'"):
            event_indices(NIGHT, Events(), scored=("apnea",))

    def test_apneas_without_a_type_have_no_index_by_type(self):
        indices = event_indices(NIGHT, events((ASLEEP_N2, 15, "Apnea"), (ASLEEP_R, 15, "Central Apnea")))
        assert (indices["ahi"], indices["apnea_index"], indices["hypopnea_index"]) == (2, 2, 0)
        assert indices.reasons["central_apnea_index"] == "not all apneas were scored with their type (1 was not)"
        assert math.isnan(indices["obstructive_apnea_index_rem"])

    def test_without_sleep_or_without_rem(self):
        marks = events((10, 5, "Arousal"), (20, 15, "Hypopnea"))
        awake = event_indices(Hypnogram([W] * 10), marks)
        assert set(awake.reasons.values()) == {"no sleep was scored", "no NREM was scored", "no REM was scored"}
        assert event_indices(Hypnogram([N2] * 10), marks).reasons["ahi_rem"] == "no REM was scored"
        assert event_indices(Hypnogram([]), marks).reasons["ahi"] == "no sleep was scored"

    @pytest.mark.parametrize(("levels", "nrem", "rem"), [(4, 5, 4), (3, 6, 4)])
    def test_devices_of_fewer_levels(self, levels, nrem, rem):
        hypnogram = Hypnogram([0, 0] + [nrem] * 60 + [rem] * 60 + [0, 0], levels=levels)
        assert dict(event_indices(hypnogram, TestByHand.MARKS)) == dict(event_indices(NIGHT, TestByHand.MARKS))

    def test_sleep_and_wake_have_the_index_of_all_sleep_only(self):
        indices = event_indices(Hypnogram([0, 0] + [7] * 120 + [0, 0], levels=2), TestByHand.MARKS)
        assert (indices["ahi"], indices["arousal_index"]) == (7, 3)
        assert indices.reasons["ahi_rem"] == "the scorer's levels have no REM"
        assert indices.reasons["ahi_nrem"] == "the scorer's levels have no NREM"


class TestMarkedTwice:
    def test_the_same_event_on_two_channels_is_one(self):
        marks = events((100, 8, "Arousal@@C4-M1"), (101, 7, "Arousal@@O2-M1"), (100, 8, "Arousal@@F4-M1"))
        indices = event_indices(NIGHT, marks)
        assert indices["arousal_index"] == 1
        assert indices.warnings == ("2 marks of arousals repeat another of their kind and are not counted again",)

    def test_events_that_touch_or_hardly_overlap_are_two(self):
        marks = events((100, 20, "Hypopnea"), (119, 20, "Hypopnea"), (139, 20, "Hypopnea"))
        assert event_indices(NIGHT, marks)["hypopnea_index"] == 3

    @pytest.mark.parametrize(("second", "index"), [(109.9, 1), (110, 1), (110.1, 2)])
    def test_events_that_share_exactly_half_are_one(self, second, index):
        marks = events((100, 20, "Hypopnea"), (second, 20, "Hypopnea"))
        assert event_indices(NIGHT, marks)["hypopnea_index"] == index

    def test_marks_without_a_duration_are_one_only_if_they_are_at_one_time(self):
        marks = events((100, 0, "Arousal"), (100, math.nan, "Arousal"), (101, 0, "Arousal"))
        assert event_indices(NIGHT, marks)["arousal_index"] == 2

    def test_events_of_different_kinds_do_not_exclude_each_other(self):
        marks = events((100, 20, "Hypopnea"), (100, 20, "Arousal"), (100, 20, "SpO2 desaturation"))
        indices = event_indices(NIGHT, marks)
        assert (indices["ahi"], indices["arousal_index"], indices["odi"]) == (1, 1, 1)


class TestWords:
    def test_what_looks_like_an_event_but_is_not_understood_is_told(self):
        marks = events(*[(100 + i, 5, "Arousal type 7") for i in range(3)], (500, 9, "Unsure"), (600, 1, "Leg"))
        assert event_indices(NIGHT, marks).warnings == ("4 events are not understood and not counted",)

    def test_a_remark_that_occurs_once_is_not_quoted(self):
        (warning,) = event_indices(NIGHT, events((100, 5, "told Mrs Smith about her apneas"))).warnings
        assert warning == "1 event is not understood and not counted"


@given(
    stages=st.lists(st.sampled_from([-1, 0, 1, 2, 3, 4]), max_size=60),
    marks=st.lists(
        st.tuples(
            st.floats(-100, 2000),
            st.floats(0, 60),
            st.sampled_from([*(words[0] for words in EVENT_WORDS.values()), "Unsure", "Movement"]),
        ),
        max_size=12,
    ),
)
def test_laws(stages, marks):
    indices = event_indices(Hypnogram(stages), events(*marks))
    assert list(indices) == list(EVENT_INDICES)
    assert {key for key, value in indices.items() if math.isnan(value)} == set(indices.reasons)
    assert all(value >= 0 for value in indices.values() if not math.isnan(value))
    shuffled = events(*reversed(marks))
    assert dict(event_indices(Hypnogram(stages), shuffled)) == pytest.approx(dict(indices), nan_ok=True)
    if not math.isnan(indices["ahi"]):
        assert indices["ahi"] == pytest.approx(indices["apnea_index"] + indices["hypopnea_index"])
        nrem, rem = (np.isin(stages, s).sum() for s in ((1, 2, 3), (4,)))
        parts = [n * indices[f"ahi_{s}"] for n, s in ((nrem, "nrem"), (rem, "rem")) if n]
        assert indices["ahi"] * (nrem + rem) == pytest.approx(sum(parts))
    if not math.isnan(indices["obstructive_apnea_index"]):
        by_type = sum(indices[f"{kind}_apnea_index"] for kind in ("obstructive", "central", "mixed"))
        assert indices["apnea_index"] == pytest.approx(by_type)


def test_the_table_is_complete():
    for key, index in EVENT_INDICES.items():
        assert key == index.key
        assert index.definition.endswith(".")
        assert index.unit == "1/h"
        assert set(index.kinds) <= EVENT_WORDS.keys()
    assert not EVENT_INDICES.keys() & METRICS.keys()


@pytest.mark.real_data
class TestRealScorings:
    def test_profusion(self, shared):
        root = ET.parse(shared / "data" / "formats" / "learn-nsrr01-profusion.xml").getroot()
        marks = [tuple(e.findtext(tag) for tag in ("Start", "Duration", "Name")) for e in root.iter("ScoredEvent")]
        codes = [int(e.text) for e in root.iter("SleepStage")]
        of_code = {0: 0, 1: 1, 2: 2, 3: 3, 4: 3, 5: 4, 9: -1}
        indices = event_indices(
            Hypnogram([of_code[code] for code in codes]), events(*((float(a), float(b), c) for a, b, c in marks))
        )

        def hourly(name, among):
            begun = sum(codes[int(float(start) // 30)] in among for start, _, what in marks if what == name)
            return begun / (sum(code in sleep for code in codes) / 120)

        sleep = {1, 2, 3, 4, 5}
        assert indices["hypopnea_index"] == pytest.approx(hourly("Hypopnea", sleep))
        assert indices["obstructive_apnea_index"] == pytest.approx(hourly("Obstructive Apnea", sleep))
        assert indices["odi"] == pytest.approx(hourly("SpO2 desaturation", sleep))
        assert indices["arousal_index"] == pytest.approx(hourly("Arousal ()", {0, *sleep}))
        assert indices["central_apnea_index"] == 0
        assert math.isnan(indices["rera_index"])

    def test_hmc_scores_no_events(self, shared):
        scoring = read_scoring(shared / "data" / "formats" / "hmc_SN001_sleepscoring.edf")
        indices = event_indices(scoring.hypnogram, scoring.events)
        assert set(indices.reasons) == set(EVENT_INDICES)
        assert indices.warnings == ()
