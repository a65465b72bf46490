"""Verdicts of all kinds and outcomes, judged on simulated studies, for whatever shows verdicts."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from somnometry.claims.judge import judge_all
from somnometry.core.claim import Claim, Component
from somnometry.core.schedule import Schedule
from somnometry.core.study import Study
from somnometry.core.verdict import Verdict
from somnometry.simulate.plan import StudyPlan
from somnometry.simulate.spreads import Spread
from somnometry.simulate.studies import simulate_study


@dataclass(frozen=True)
class Case:
    """A study, its table and its verdicts."""

    study: Study
    nights: pd.DataFrame
    verdicts: tuple[Verdict, ...]


def judged(study, nights):
    return Case(study, nights, judge_all(study, nights))


def against_placebo(metric, direction=None, smallest=None, **more):
    return Claim(metric, direction, smallest_effect=smallest, source="somebody 2020" if smallest else "", **more)


def many_claims():
    """Twenty-two claims about one crossover, as an article might make them."""
    up, down = "increases", "decreases"
    return (
        against_placebo("rem_percent", up, 3.0, id="REM", words="better REM sleep, deep REM sleep",
                        secondary=("rem_minutes", "n3_percent", "rem_latency"), sd=6.1),
        against_placebo("awakenings_2min", down, 0.8, id="AWAKENINGS", words="prevent frequent awakenings",
                        secondary=("awakenings",)),
        against_placebo("longest_sleep", up, 20.0, id="CONTINUITY", words="longer uninterrupted periods of sleep"),
        against_placebo("transitions_3state", down, 1.6, id="FRAGMENTATION", words="sleep fragmentation"),
        against_placebo("sri", up, 6.0, id="CYCLE", words="stabilise the sleep-wake cycle"),
        against_placebo("tst", up, 15.0, id="TST", words="extending total sleep duration"),
        against_placebo("tst", down, 0.8, kind="consistency", id="CONSISTENCY", words="sleep duration and consistency"),
        against_placebo("lps", down, 20.0, id="SEDATION", words="a natural sedative for those who lie awake for hours "
                        "and have tried everything else that the pharmacy sells without a prescription"),
        against_placebo("waso", down, 20.0, id="WASO", words="fewer sleep interruptions", secondary=("se",)),
        against_placebo("se", up, 10.0, id="QUALITY", words="restful, restorative sleep"),
        against_placebo("rem_percent", up, 3.0, kind="dose-response", id="DOSE", words="at higher doses"),
        against_placebo("tst", None, 15.0, kind="difference", id="STRAIN", words="certain strains",
                        arms=("red", "green")),
        against_placebo("waso", None, 20.0, kind="heterogeneity", id="INDIVIDUAL",
                        words="effects vary greatly among individuals"),
        against_placebo("waso", down, 10.0, kind="mediation", mediator="pain", id="MEDIATION",
                        words="by reducing pain, better sleep"),
        against_placebo("pain", down, 2.0, id="PAIN", words="alleviate discomfort"),
        Claim("", not_testable="receptors are not measured in sleep", id="MECHANISM",
              words="interact with opioid receptors"),
        against_placebo("n3_percent", down, 2.0, kind="conjunction", also=(Component("awakenings_2min", up, 1.25),),
                        id="PROFILE", words="acts like an opioid"),
        against_placebo("ahi", down, 5.0, kind="non-inferiority", id="SAFETY", words="no side effects"),
        Claim("", not_testable="dependence is a matter of behaviour over months, which nights do not show",
              id="DEPENDENCE", words="without the addictive side effects"),
        against_placebo("vigilance", up, id="FUNCTION", words="cognitive function, emotional regulation"),
        against_placebo("n2_percent", None, 4.0, kind="equivalence", id="SAME", words="leaves light sleep alone"),
        against_placebo("tst", up, 15.0, population="people with neuropathic pain", id="POPULATION",
                        words="for those with neuropathic pain"),
    )  # fmt: skip


def simulate(seed, **options):
    return simulate_study(StudyPlan(**options), seed)


def crossover(claims, seed=3, n=36, nights=3, **declared):
    made = simulate(
        seed, subjects=n, nights=nights,
        effects={"rem_percent": 6.0, "awakenings_2min": 0.6, "waso": 12.0, "n3_percent": -2.5, "tst": 4.0,
                 "pain": -2.5},
        metrics=("longest_sleep", "transitions_3state", "lps", "se", "n2_percent", "ahi", "sol", "rem_minutes",
                 "rem_latency", "awakenings"),
        spreads={"pain": Spread(5, 1.5, 1), "ahi": Spread(6, 3, 2), "n2_percent": {"within": 2.0},
                 "tst": {"within": 20.0}},
        dropout=0.05, missing=0.03,
    )  # fmt: skip
    table = made.nights.assign(staging="human")
    study = Study(
        claims, design="crossover", treatment="active", control="placebo", population="healthy volunteers",
        washout_nights=7, randomised=True, **declared,
    )  # fmt: skip
    return judged(study, table)


@pytest.fixture(scope="session")
def many():
    return crossover(many_claims(), name="A plant against placebo", registered="https://example.org/1, 2025-03-01",
                     doses={"active": 4.0})  # fmt: skip


def _doses():
    made = simulate(
        5, arms=("placebo", "2 g", "4 g"), subjects=36, nights=2,
        effects={"tst": {"2 g": 8.0, "4 g": 45.0}, "waso": {"2 g": 3.0, "4 g": -22.0}},
        spreads={"tst": {"within": 20.0}},
    )  # fmt: skip
    claims = (
        against_placebo("tst", "increases", 15.0, kind="dose-response", id="dose", words="more, and more sleep"),
        against_placebo("tst", None, 15.0, kind="difference", arms=("2 g", "4 g"), id="doses differ"),
        against_placebo("waso", "decreases", 15.0, id="waso", arms=("2 g", "4 g")),
    )
    study = Study(claims, design="crossover", treatment="4 g", control="placebo", doses={"2 g": 2, "4 g": 4},
                  staging="human", randomised=True)  # fmt: skip
    return judged(study, made.nights)


def _replicated():
    made = simulate(7, subjects=40, periods=4, effects={"waso": -8.0}, response=2.0)
    flat = simulate(8, subjects=60, periods=4, effects={"waso": -8.0}, response=0.0)
    claim = against_placebo("waso", None, 40.0, kind="heterogeneity", id="people differ", words="it depends on you")
    study = Study((claim,), design="crossover", treatment="active", control="placebo", staging="human", randomised=True)
    return judged(study, made.nights), judged(study, flat.nights)


def _pre_post():
    made = simulate(9, design="pre-post", subjects=20, nights=2, effects={"tst": 35.0, "rem_percent": 3.0})
    claims = (
        against_placebo("tst", "increases", 15.0, id="longer", words="sleep longer thanks to it"),
        against_placebo("rem_percent", "increases", 3.0, id="rem"),
    )
    return judged(Study(claims, design="pre-post", treatment="active", control="placebo", staging="auto"), made.nights)


def _parallel():
    made = simulate(
        11, design="parallel", subjects=60, baseline=True, effects={"tst": 60.0, "awakenings": 0.9}, dropout=0.1
    )
    claims = (
        against_placebo("tst", "increases", 15.0, id="longer"),
        against_placebo("awakenings", "decreases", 0.8, id="awakenings"),
        against_placebo("tst", None, 20.0, kind="equivalence", id="the same"),
    )
    shared = {"design": "parallel", "treatment": "active", "control": "placebo", "baseline": "baseline"}
    return (
        judged(Study(claims, randomised=True, staging="human", **shared), made.nights),
        judged(Study(claims[:2], randomised=False, staging="auto", **shared), made.nights),
    )


def _one_person():
    made = simulate(13, design="n-of-1", effects={"sol": -20.0, "tst": 80.0}, periods=14, schedule="paired")
    claims = (
        against_placebo("tst", "increases", 15.0, id="longer"),
        against_placebo("sol", "decreases", 10.0, id="sol"),
    )
    shared = {"design": "n-of-1", "treatment": "active", "control": "placebo", "staging": "human"}
    return (
        judged(Study(claims, randomised=True, schedule=Schedule("blocks"), **shared), made.nights),
        judged(Study(claims[:1], schedule=Schedule("blocks"), randomised=False, **shared), made.nights),
        judged(Study(claims[:1], randomised=True, **shared), made.nights),
    )


def _long():
    made = simulate(17, subjects=16, nights=9, effects={"tst": 3.0}, heteroscedastic=0.55)
    rng = np.random.default_rng(2)
    table = made.nights.assign(staging="auto", sri=rng.normal(70, 8, len(made.nights)).round(1))
    claims = (
        against_placebo("tst", "decreases", 0.8, kind="consistency", id="steady", words="the same sleep every night"),
        against_placebo("sri", "increases", 6.0, id="regular", words="stabilise the cycle"),
        against_placebo("tst", "increases", id="no smallest effect"),
    )
    return judged(Study(claims, design="crossover", treatment="active", control="placebo", randomised=True), table)


def _by_machine():
    made = simulate(
        19, subjects=40, nights=2, first_night=False,
        effects={"rem_percent": 5.0, "waso": -16.0, "tst": 0.0, "sol": 0.0},
        spreads={"sol": {"mean": 12.0, "between": 5.0, "within": 5.0}, "waso": {"within": 15.0},
                 "tst": {"within": 10.0}},
    )  # fmt: skip
    claims = (
        against_placebo("rem_percent", "increases", 3.0, id="rem"),
        against_placebo("waso", "decreases", 15.0, id="waso"),
        against_placebo("waso", "increases", 15.0, id="waso up", words="it keeps you up"),
        against_placebo("tst", "increases", 15.0, id="tst"),
        against_placebo("sol", "decreases", 20.0, id="sol"),
    )
    shared = {"design": "crossover", "treatment": "active", "control": "placebo", "staging": "auto",
              "randomised": True}  # fmt: skip
    return (
        judged(Study(claims, device="headband", **shared), made.nights),
        judged(Study(claims, device="psg", psychoactive=True, bias={"waso": 12.0}, **shared), made.nights),
    )


def _single_arm():
    made = simulate(21, subjects=8, effects={}, metrics=("waso",))
    claim = against_placebo("waso", "decreases", 20.0, id="norms", words="sleep through")
    study = Study((claim,), design="single-arm", treatment="placebo")
    return judged(study, made.nights[made.nights["condition"] == "placebo"].assign(age=34))


@pytest.fixture(scope="session")
def cases(many):
    """Every study, the one of twenty-two claims first."""
    return [
        many, _doses(), *_replicated(), _pre_post(), *_parallel(), *_one_person(), _long(), *_by_machine(),
        _single_arm(),
    ]  # fmt: skip


@pytest.fixture(scope="session")
def zoo(cases):
    """All their verdicts."""
    return [verdict for case in cases for verdict in case.verdicts]
