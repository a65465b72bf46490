"""Claims and studies whose power is tested, and how near a simulated power must be."""

import math

import somnometry as sm
from somnometry.core.claim import Component

CROSSOVER = {"design": "crossover", "randomised": True, "treatment": "active", "control": "placebo"}
ARMS = ("placebo", "active")
TST = sm.Claim("tst", "increases", smallest_effect=15.0, id="TST")
WASO = sm.Claim("waso", "decreases", smallest_effect=20.0, id="WASO")
REM = sm.Claim("rem_percent", "increases", smallest_effect=2.5, id="REM")
CONJUNCTION = sm.Claim(
    "n3_percent", "decreases", smallest_effect=2.0, kind="conjunction", id="PROFILE",
    also=(Component("n2_percent", "increases", 3.6),),
)  # fmt: skip


def study(*claims, **parts):
    return sm.Study(claims, **{**CROSSOVER, **parts})


def near(row, expected, outcome="supported", adjustment="none", rounding=0.005):
    error = math.sqrt(expected * (1 - expected) / row.n_studies)
    return abs(row.probability(outcome, adjustment) - expected) <= 3.3 * error + rounding
