"""Words of scorers: what is understood, what is left out on purpose, and lists of the programs."""

import csv
import io
import xml.etree.ElementTree as ET
from collections import Counter

import pytest

from somnometry.metrics.event_words import EVENT_WORDS, FAMILIES, event_of_text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Arousal ()", "arousal"),  # Profusion
        ("ASDA arousal|Arousal (ADSA)", "arousal"),  # SHHS, misspelt there
        ("Arousal resulting from Chin EMG|Arousal (CHESHIRE)", "arousal"),
        ("arousal_spontaneous", "arousal"),  # NSRR, harmonised
        ("Micro-éveil", "arousal"),  # Noxturnal in French
        ("EEG arousal", "arousal"),  # EDF+
        ("Central Apnoea", "central apnea"),
        ("APNEA_OBSTRUCTIVE", "obstructive apnea"),
        ("Mixed apnea|Mixed Apnea", "mixed apnea"),
        ("Apnea@@Nasal", "apnea"),
        ("Central Hypopnea", "hypopnea"),  # Profusion
        ("Respiratory effort related arousal|RERA", "RERA"),
        ("SpO2 desaturation|SpO2 desaturation", "desaturation"),
    ],
)
def test_words_of_scorers(text, kind):
    assert event_of_text(text) == kind


@pytest.mark.parametrize(
    "text",
    ["SpO2 artifact", "Respiratory artifact", "Unsure", "Limb Movement (Left)", "PLM (Left)", "Notification",
     "Periodic Breathing", "Lights off@@EEG F4-A1", "Sleep stage N2", "Éveil", "", "Hypopnea?", "no apnea"],
)  # fmt: skip
def test_what_is_no_event_of_an_index(text):
    assert event_of_text(text) is None


def test_no_word_stands_for_two_things():
    words = [word.casefold().replace(" ", "").replace("-", "") for words in EVENT_WORDS.values() for word in words]
    assert [word for word, n in Counter(words).items() if n > 1] == []
    assert sorted(kind for kinds in FAMILIES.values() for kind in kinds) == sorted(EVENT_WORDS)


@pytest.mark.real_data
class TestListsOfPrograms:
    def test_every_event_that_profusion_can_be_set_to_score_is_understood_or_left_out_on_purpose(self, shared):
        root = ET.parse(shared / "data" / "formats" / "learn-nsrr01-profusion.xml").getroot()
        names = {e.findtext("Name") for e in root.iter("ScoredEventSetting")}
        understood = {name for name in names if event_of_text(name) is not None}
        assert understood == {
            "Arousal ()", "Central Apnea", "Obstructive Apnea", "Mixed Apnea", "Hypopnea", "Obstructive Hypopnea",
            "Central Hypopnea", "Mixed Hypopnea", "RERA", "SpO2 desaturation",
        }  # fmt: skip

    def test_noxturnal(self, shared):
        text = (shared / "data" / "formats" / "noxturnal_events_example_unicode.csv").read_text("utf-16")
        kinds = [row[2] for row in csv.reader(io.StringIO(text)) if len(row) > 2]
        assert sum(event_of_text(kind) == "arousal" for kind in kinds) == 22
        assert not [kind for kind in kinds if event_of_text(kind) not in (None, "arousal")]
