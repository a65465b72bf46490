"""What a verdict says to a physician: no jargon, no cause where the design shows none, no number of its own."""

import math
import re

import pytest

from somnometry.catalogue import CATALOGUE
from somnometry.claims.data.estimand import Estimand
from somnometry.core.claim import Claim, Component
from somnometry.core.reason import Reason
from somnometry.core.verdict import Quantity, Sensitivity, Verdict
from somnometry.report.words.numbers import declared_number, number, p_value
from somnometry.report.words.quantities import quantity_words
from somnometry.report.words.reasons import clause

JARGON = (
    "kenward", "roger", "tost", "one-sided", "holm", "benjamini", "b*", "reml", "estimand", "log scale",
    "logarithm", "ancova", "covariate", "hc3", "gee", "welch", "residual", "random effect", "superiority",
    "inferiority", "heterogeneity", "contrast", "conjunction", "mediation", "orient", "null hypothesis", "type i",
    "differential bias", "propagated", "psychoactive", "intercurrent", "icc", "confidence", "significan", "bootstrap",
    "p_", "nan ", "inf ", "at least d", "below d", "percent_", "_percent", "awakenings_", "prove",
)  # fmt: skip
CAUSAL = (
    "cause", "causes", "caused", "causal", "effect", "effects", "effective", "improve", "improves", "improved",
    "improvement", "work", "works", "worked", "due to", "lead", "leads", "led to", "because of", "thanks to", "benefit",
    "makes", "induces", "reduces", "increases", "decreases", "prevents", "helps", "results in", "attributable",
    "impact", "influence", "influences", "by way of", "responsible", "proves", "efficacy", "supports",
)  # fmt: skip


def own_words(verdict):
    """Give the explanation without what somebody else said."""
    text = verdict.explain()
    return text.replace(f'"{verdict.claim.words}"', "") if verdict.claim.words else text


def test_there_are_thirty_verdicts_of_every_outcome_and_kind(zoo):
    assert len(zoo) >= 30
    assert {v.outcome for v in zoo} == {"supported", "equivalent", "contradicted", "inconclusive", "not testable"}
    assert len({v.claim.kind for v in zoo}) == 9
    assert {v.cap for v in zoo} >= {"", "change observed", "difference observed", "no mediation shown"}


def test_no_jargon(zoo):
    for verdict in zoo:
        text = own_words(verdict).lower()
        assert [word for word in JARGON if word in text] == [], text
        assert "None" not in verdict.explain()


def test_nothing_is_called_a_cause_where_the_verdict_is_capped(zoo):
    capped = [verdict for verdict in zoo if verdict.cap]
    mediated = Verdict(
        Claim("waso", "decreases", kind="mediation", mediator="pain", words="by reducing pain"), "inconclusive",
        estimate=-4.0, interval95=(-8.0, -1.0), cap="consistent with a mediation", n_subjects=9, n_nights=18,
    )  # fmt: skip
    assert len(capped) >= 6
    for verdict in [*capped, mediated]:
        text = own_words(verdict).lower()
        assert [word for word in CAUSAL if re.search(rf"\b{re.escape(word)}\b", text)] == [], text
        assert "answer: open" in text


def test_it_reads_as_sentences(zoo):
    for verdict in zoo:
        text = verdict.explain()
        assert text.endswith(".")
        assert not re.search(r"  |\.\.|\(\)|(?<![\d.])1 (nights|minutes|people)\b| ,|;\.|:\.", text), text
        assert not re.search(r"awakenings[^.;(]* (was|is) |cycles was", text), text
        assert all(part[0].isupper() or part[0] in '"' for part in re.split(r"(?<=[a-z)]\.) (?=\S)", text)), text


def test_every_number_in_an_explanation_is_one_of_the_verdict(zoo):
    for verdict in zoo:
        text = own_words(verdict)
        if verdict.outcome == "not testable":
            continue
        for name in ("treatment", "control"):
            text = text.replace(getattr(verdict.claim, name) or "\0", "")
        texts = [*map(clause, verdict.reasons), *(arm.condition for arm in verdict.arms)]
        for part in (*texts, *(str(pair.name) for pair in verdict.pairs)):
            text = text.replace(part or "\0", "")
        for quantity in verdict.quantities:
            text = text.replace(quantity_words(quantity).words, "")
        text = text.replace("95 % interval", "")
        known = set()
        for value in numbers_of(verdict.to_dict()):
            known |= {number(abs(value)), declared_number(abs(value)), f"{100 * abs(value - 1):.0f}"}
            known |= {p_value(value).strip("<> "), f"{100 * value:.0f}"} if 0 <= value <= 1 else set()
        known.add(str(sum(one.n_nights for one in verdict.exclusions)))
        found = re.findall(r"(?<![\w.])\d+(?:\.\d+)?", text)
        assert [n for n in found if n not in known] == [], text


def numbers_of(value):
    if isinstance(value, dict):
        return [n for inner in value.values() for n in numbers_of(inner)]
    if isinstance(value, list):
        return [n for inner in value for n in numbers_of(inner)]
    return [value] if isinstance(value, (int, float)) and not isinstance(value, bool) else []


def verdict_on(metric, outcome="supported", claim=None, **more):
    claim = claim or Claim(
        metric, "decreases", treatment="plant", control="placebo", smallest_effect=more.pop("D", 0.8)
    )
    quantities = tuple(quantity_of(part.metric) for part in claim.components)
    return Verdict(claim, outcome, quantities=quantities, n_subjects=10, n_nights=20, **more)


def quantity_of(metric):
    known = CATALOGUE.get(metric)
    return Quantity(metric, known.label, known.unit, Estimand(metric).scale)


def test_counts_are_fewer_or_more():
    text = verdict_on("awakenings", scale="ratio", estimate=0.7, interval95=(0.5, 0.95)).explain()
    assert "there are fewer awakenings per hour of sleep under plant than under placebo" in text
    assert "there were 30 % fewer awakenings per hour of sleep under plant than under placebo" in text
    assert "(95 % interval: 5 to 50 % fewer)" in text
    assert "matter is 20 % fewer" in text


def test_amounts_have_their_unit_in_the_right_number():
    text = verdict_on("waso", D=1.0, unit="min", estimate=-1.04, interval95=(-3.0, 2.0)).explain()
    assert "wake after sleep onset was 1.0 minutes shorter" in text
    assert "(95 % interval: 3.0 minutes shorter to 2.0 minutes longer)" in text
    assert "matter is 1 minute" in text
    one = verdict_on("waso", D=1.0, estimate=-2.0, interval95=(-3.0, 2.0)).replace(n_subjects=1, n_nights=1)
    assert "In one person and 1 night," in one.explain()


def test_parts_are_called_by_name_and_unit():
    claim = Claim("n3_percent", "decreases", smallest_effect=2.0, kind="conjunction", treatment="plant",
                  control="placebo", also=(Component("awakenings", "increases", 1.25),))  # fmt: skip
    pairs = (
        Sensitivity(Reason("part", {"metric": "n3_percent"}), -2.5, (-3.0, -2.0)),
        Sensitivity(Reason("part", {"metric": "awakenings"}), 1.5, (1.2, 1.9)),
    )
    text = verdict_on("", claim=claim, estimate=-2.5, interval95=(-3.0, -2.0), pairs=pairs).explain()
    assert "the share of N3 is lower and there are more awakenings per hour of sleep under plant" in text
    assert "the share of N3 was 2.5 percentage points lower under plant" in text
    assert "there were 50 % more awakenings per hour of sleep" in text
    assert "2 percentage points (the share of N3) and 25 % more (awakenings)" in text


def test_unlimited_intervals_and_no_difference():
    text = verdict_on("sol", D=10.0, estimate=0.0, interval95=(-math.inf, 3.0)).explain()
    assert "the time to fall asleep was the same under plant as under placebo" in text
    assert "(95 % interval: any amount shorter to 3.0 minutes longer)" in text
    same = verdict_on("awakenings", scale="ratio", estimate=1.001, interval95=(0.9, 1.1)).explain()
    assert "there were as many awakenings per hour of sleep under plant as under placebo" in same


@pytest.mark.parametrize(
    ("kind", "said", "margin"),
    [
        ("equivalence", "awakenings per hour of sleep are practically the same", "margin is 20 % fewer or 25 % more."),
        ("non-inferiority", "awakenings per hour of sleep are not worse", "margin is 25 % more."),
        ("difference", "b and c differ in awakenings per hour of sleep", "matter is 20 % fewer or 25 % more."),
        ("dose-response", "awakenings per hour of sleep fall with higher doses", "matter is 20 % fewer."),
        ("consistency", "awakenings vary less from night to night", "matter is 20 % smaller."),
    ],
)
def test_counts_are_many_and_their_margin_goes_the_way_of_its_kind(kind, said, margin):
    claim = Claim("awakenings", "decreases", smallest_effect=0.8, kind=kind, arms=("b", "c"))
    text = verdict_on("", claim=claim, scale="ratio", estimate=0.7, interval95=(0.5, 0.95)).explain()
    assert said in text
    assert margin in text


def test_a_measure_that_varies_less_is_one(zoo):
    spread = next(verdict for verdict in zoo if verdict.claim.kind == "consistency" and verdict.claim.metric == "tst")
    assert "total sleep time varies less from night to night" in spread.explain()


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"outcome": "supported", "size": "uncertain"}, "whether it is large enough to matter is open"),
        ({"outcome": "supported", "size": "at least D"}, "the study supports the claim"),
        ({"outcome": "equivalent", "p": 0.01}, "there is a difference, and it is smaller than what would matter"),
        ({"outcome": "equivalent", "p": 0.4}, "there is no difference that would matter"),
    ],
)
def test_the_answer_says_whether_there_is_a_difference_and_whether_it_matters(parts, words):
    claim = Claim("tst", "increases", smallest_effect=15.0)
    assert words in Verdict(claim, label="TST", unit="min", **parts).explain()
