"""What people call an eye, a side and a chin: every language against every way of writing it."""

import itertools

import pytest

from somnometry.io.channels.label_words import LANGUAGES, folded
from somnometry.io.channels.labels import parse_label
from tests.cost import Cost

#: By dictionaries: left, right, eye, chin, with their accents.
SPOKEN = {
    "English": ("left", "right", "eye", "chin"),
    "French": ("gauche", "droit", "œil", "menton"),
    "German": ("links", "rechts", "Auge", "Kinn"),
    "Dutch": ("links", "rechts", "oog", "kin"),
    "Spanish": ("izquierdo", "derecho", "ojo", "barbilla"),
    "Portuguese": ("esquerdo", "direito", "olho", "queixo"),
    "Italian": ("sinistro", "destro", "occhio", "mento"),
    "Swedish": ("vänster", "höger", "öga", "haka"),
    "Danish": ("venstre", "højre", "øje", "hage"),
    "Norwegian": ("venstre", "høyre", "øye", "hake"),
    "Finnish": ("vasen", "oikea", "silmä", "leuka"),
    "Polish": ("lewe", "prawe", "oko", "broda"),
    "Czech": ("levé", "pravé", "oko", "brada"),
    "Turkish": ("sol", "sağ", "göz", "çene"),
}
WAYS = ("EOG {side}", "{side} EOG", "EOG({side})", "EOG_{side}", "EOG {side}-M1", "{eye} {side}", "{side} {eye}")


@pytest.mark.parametrize(("language", "way"), list(itertools.product(SPOKEN, WAYS)))
def test_an_eye_is_found_in_every_language(language, way):
    left, right, eye, _ = SPOKEN[language]
    for side, active in ((left, "E1"), (right, "E2")):
        for cased in (str, str.upper, str.title):
            parsed = parse_label(cased(way.format(side=side, eye=eye)))
            assert (parsed.kind, parsed.active, parsed.inverted) == ("eog", active, False)
            assert parsed.reference == ("M1" if way.endswith("M1") else "")


@pytest.mark.parametrize("language", SPOKEN)
@pytest.mark.parametrize("way", ["{}", "EMG {}", "EMG-{}", "{} EMG", "{} 1"])
def test_a_chin_is_found_in_every_language(language, way):
    chin = SPOKEN[language][3]
    assert parse_label(way.format(chin)).kind == "emg"
    assert parse_label(way.format(chin).upper()).kind == "emg"


def test_every_language_of_the_table_is_spoken_here_or_nearly_one_that_is():
    assert set(LANGUAGES) - set(SPOKEN) == {"Catalan", "Hungarian", "Romanian"}
    for words in LANGUAGES.values():
        assert all(word == folded(word).upper() for those in words.values() for word in those)


@pytest.mark.parametrize(
    ("label", "meaning"),
    {
        "EOGDt": "E2", "EOG Dt": "E2", "EOGG": "E1", "EOGD": "E2", "EOG G": "E1", "EOG D": "E2", "EOG DX": "E2",
        "EOG SX": "E1", "EOG SIN": "E1", "LT EYE": "E1", "RtEye": "E2", "EOG IZQ": "E1", "EOG DER": "E2",
        "L_CENT": "C3", "R_CENT": "C4", "L_OCC": "O1", "R_OCC": "O2", "L_FRONT": "F3", "Central L": "C3",
    }.items(),
)  # fmt: skip
def test_short_forms(label, meaning):
    assert parse_label(label).active == meaning


@pytest.mark.parametrize("eye", [("E1", "LEOG", "LOC"), ("E2", "REOG", "ROC")])
@pytest.mark.parametrize("way", ["{0} ({1})", "{1} ({0})", "{0}-{1}", "{1} {2}", "EOG {0} ({1})", "EOG {0}/{2}"])
def test_both_names_of_one_electrode_are_one_eye(eye, way):
    label = way.format(*eye)
    for text, reference in ((label, ""), (f"{label}-M2", "M2"), (f"{label}:A1", "M1")):
        parsed = parse_label(text)
        assert (parsed.kind, parsed.active, parsed.reference, parsed.inverted) == ("eog", eye[0], reference, False)


def test_two_names_of_one_scalp_electrode_are_no_derivation():
    for label in ("T3 (T7)", "T7/T3", "P7-T5", "EEG T8-T4"):
        assert parse_label(label).kind == "eeg"
        assert parse_label(label).reference == ""


@pytest.mark.parametrize(
    "label", ["Sol", "Links", "Gauche", "EOG V", "EOG vertical", "Dt", "Bal", "Sag", "L", "Occ", "SX1-SX2"]
)
def test_a_side_alone_is_no_eye(label):
    assert parse_label(label).kind == "other"


def test_no_label_takes_long_to_parse():
    long = ["EEG-" * 25_000, "E1" * 50_000, "C4-M1-" * 20_000, "EOG " * 45, "LEFT EYE " * 20, "A1+A2" * 39, "M" * 199]
    for label in [
        *long,
        *("".join(pair) * 12 for pair in itertools.product(("C4-", "EOG", "KIN "), ("M1", "L ", "É"))),
    ]:
        parse_label("C4")
        with Cost() as cost:
            for again in range(100):
                parse_label(label + "x" * again)
        assert cost.loops < 10, label[:20]
