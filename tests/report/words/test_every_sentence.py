"""Every sentence that a verdict can print, generated once: none without its facts, none that grammar forbids."""

import re
from dataclasses import replace

import pytest

from somnometry.catalogue import CATALOGUE
from somnometry.core.reason import Reason
from somnometry.report.words.reasons import REASONS, clause, reason_text
from somnometry.report.words.verdict import DECISIVE, answered, besides, explain

from .every_reason import EVERY_REASON
from .every_verdict import every_verdict, verdict_of
from .grammar import faults

#: Codes whose sentence names a column or a key as the user wrote it.
NAMES_COLUMNS = {code for code in REASONS if code.startswith("no-column") or "column" in clause(
    Reason(code, EVERY_REASON.get(code, ({},))[0]))} | {"excluded-as-declared", "no-spread", "no-spread-of-events",
    "spread-of-other-kind", "effect-not-given", "no-effect-to-simulate", "unreachable-latency"}  # fmt: skip
KEYS = re.compile(r"\b(" + "|".join(map(re.escape, sorted(CATALOGUE, key=len, reverse=True))) + r")(_\w+)?\b")
SENTENCES = [(code, reason_text(Reason(code, facts))) for code, some in EVERY_REASON.items() for facts in some]
PARAGRAPHS = sorted({explain(verdict) for verdict in every_verdict()})


def test_every_code_has_its_sentences_here():
    assert EVERY_REASON.keys() == REASONS.keys()


def test_facts_that_change_nothing_are_not_listed():
    alike = [code for code, some in EVERY_REASON.items() if len({clause(Reason(code, f)) for f in some}) < len(some)]
    assert alike == []


@pytest.mark.parametrize(("code", "text"), SENTENCES, ids=[code for code, _ in SENTENCES])
def test_a_reason_is_a_sentence(code, text):
    assert faults(text) == []
    assert not text.endswith((".", ";", ",", ":"))


def test_a_metric_is_called_by_its_name_and_not_by_its_key():
    short = {"sol", "se", "tst"}
    found = [(code, match[0]) for code, text in SENTENCES if code not in NAMES_COLUMNS for match in KEYS.finditer(text)]
    assert [(code, key) for code, key in found if "_" in key or key in short] == []


def test_a_paragraph_is_made_of_sentences():
    wrong = {text: faults(text) for text in PARAGRAPHS if faults(text)}
    assert wrong == {}
    for text in PARAGRAPHS:
        for sentence in re.split(r"(?<=[.!?]) (?=[A-Z])", text):
            assert sentence[0].isupper() or sentence[0] == '"', sentence
            assert sentence.endswith((".", "?", "!")), sentence
    assert not [text for text in PARAGRAPHS if any("_" in match[0] for match in KEYS.finditer(text))]


@pytest.mark.parametrize("code", sorted(DECISIVE))
def test_what_decides_stands_in_the_paragraph(code):
    for facts in EVERY_REASON[code]:
        text = clause(Reason(code, facts))
        said = verdict_of(outcome="supported", size="at least D", warnings=(Reason(code, facts),)).explain()
        assert text[1:] in said
        assert faults(said) == []


@pytest.mark.parametrize("code", sorted(EVERY_REASON.keys() - DECISIVE))
def test_a_reason_fits_into_a_paragraph(code):
    for outcome in ("inconclusive", "not testable"):
        for facts in EVERY_REASON[code]:
            said = verdict_of(outcome=outcome, reasons=(Reason(code, facts),)).explain()
            assert clause(Reason(code, facts))[1:].rstrip(".") in said
            assert faults(said) == []


def test_what_was_seen_and_whether_it_matters_are_said_apart():
    large = verdict_of(outcome="supported", size="uncertain").explain()
    assert "whether it is large enough to matter is open" in large
    both = verdict_of(outcome="equivalent", p=0.01).explain()
    assert "there is a difference, and it is smaller than what would matter" in both
    assert "there is no difference that would matter" in verdict_of(outcome="equivalent", p=0.2).explain()
    same = verdict_of("equivalence", outcome="supported", interval95=(1.0, 3.0), estimate=2.0).explain()
    assert "there is a difference, and it lies within the margin" in same
    worse = verdict_of("non-inferiority", outcome="supported", interval95=(-3.0, -1.0), estimate=-2.0).explain()
    assert "there is a difference for the worse, and it is smaller than the margin" in worse
    better = verdict_of("non-inferiority", outcome="supported", interval95=(1.0, 3.0), estimate=2.0).explain()
    assert "the study supports the claim" in better
    bare = verdict_of(outcome="supported", claim_smallest_effect=None, claim_source="").explain()
    assert "how large it must be to matter was not declared" in bare


@pytest.mark.parametrize(("interval", "is_open"), [((4.0, 30.0), True), ((16.0, 30.0), False)])
def test_a_spread_that_may_be_too_small_to_matter_is_said_to_be_open(interval, is_open):
    several = verdict_of("heterogeneity", outcome="supported", estimate=20.0, interval95=interval)
    assert ("whether by as much as would matter is open" in several.explain()) == is_open
    pairs = [replace(pair, interval95=(-interval[1], -interval[0])) for pair in verdict_of("difference").pairs]
    differ = verdict_of("difference", outcome="supported", pairs=tuple(pairs))
    assert ("whether by as much as would matter is open" in differ.explain()) == is_open


def test_a_part_that_goes_the_other_way_is_said():
    for kind in ("conjunction", "dose-response"):
        assert "a part of it goes the other way" in verdict_of(kind, outcome="contradicted").explain()


def test_one_person_says_nothing_of_others():
    assert "says nothing of other people" in verdict_of(claim_design="n-of-1").explain()
    assert "says nothing of other people" not in verdict_of().explain()


def test_one_subject_who_turns_the_sign_is_said():
    turned = next(v for v in every_verdict() if v.sensitivity)
    assert "Without one subject the effect changes its sign." in turned.explain()
    assert "changes its sign" not in turned.replace(outcome="inconclusive").explain()


def test_scoring_that_nobody_vouches_for_is_not_accounted_for():
    for staging in ("auto", "unknown"):
        assert "what the scoring gets wrong is not accounted for" in verdict_of(staging=staging).explain()


def test_a_path_without_a_lot_is_said_to_have_none():
    capped = {"kind": "mediation", "cap": "consistent with a mediation"}
    path = "so that the passing of time may look like such a path"
    for code, lot in (
        ("no-lot", "not drawn by lot"), ("lot-not-declared", "not declared to be drawn by lot"),
        ("lot-contradicted", "not all as the lot drew it"),
    ):  # fmt: skip
        said = verdict_of(**capped, reasons=(Reason(code),)).explain()
        assert f"The order of treatment was {lot}, {path}." in said
    assert path not in verdict_of(**capped).explain()


def test_what_stands_in_bold_and_what_stands_below_it_are_the_paragraph_and_nothing_twice():
    for verdict in every_verdict():
        bold, below, whole = answered(verdict), besides(verdict), explain(verdict)
        assert sorted(f"{bold} {below}".split()) == sorted(whole.split())
