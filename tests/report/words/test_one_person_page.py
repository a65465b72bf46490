"""What one person's page says: of every outcome what to do, of nights what may fool, by what was counted."""

from typing import get_args

import pytest

from somnometry.core.claim import Claim
from somnometry.core.reason import Reason
from somnometry.core.study import Study
from somnometry.core.verdict import Outcome, Verdict
from somnometry.report.words.one_person_page import NEXT, fooled_words, next_words

from .every_reason import EVERY_REASON

CLAIM = Claim("tst", "increases", design="n-of-1", treatment="active", control="placebo")
FACTS = {
    "arms": ("placebo", "active"), "lost": [(0, 11), (2, 10)], "weekend": [(3, 11), (2, 8)],
    "noted": {"late_shift": [(4, 11), (0, 10)], "alcohol": [(3, 11), (3, 10)]}, "trend": -12.0,
    "after": [(390.0, 4), (400.0, 5)], "otherwise": 1,
}  # fmt: skip


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_every_outcome_says_what_to_do_next(outcome):
    assert next_words(Verdict(CLAIM, outcome, (Reason("nothing-shown"),))).endswith(".")


@pytest.mark.parametrize("code", NEXT)
def test_a_reason_that_tells_what_to_do_is_a_reason_that_there_is(code):
    assert code in EVERY_REASON
    assert next_words(Verdict(CLAIM, "inconclusive", (Reason(code),))) == NEXT[code]


def test_what_was_counted_is_said():
    said = dict(fooled_words(Verdict(CLAIM, "inconclusive", ()), Study(design="n-of-1"), FACTS))
    assert "fell by about 12.0 minutes" in said["The passing of time"]
    assert said["Friday and Saturday evenings"] == "3 of 11 nights under placebo and 2 of 8 under active."
    assert said["Late shift"].startswith("Noted on 4 of 11 nights under placebo and 0 of 10 under active. It was noted")
    assert said["Alcohol"] == "Noted on 3 of 11 nights under placebo and 3 of 10 under active."
    assert "390 minutes after a night under active (mean of 4)" in said["What lasts into the next night"]
    assert said["Nights without a value"] == "2 of 21: 0 of 11 nights under placebo and 2 of 10 under active."
    assert said["Not taken as drawn"].startswith("1 night.")


def test_what_was_declared_is_said():
    of = Study(design="n-of-1", covariates=("trend", "weekday"), washout_nights=2)
    bare = FACTS | {"noted": {}, "lost": [(0, 11), (0, 10)], "otherwise": 0}
    said = dict(fooled_words(Verdict(CLAIM, "inconclusive", ()), of, bare))
    assert "taken out, as declared" in said["The passing of time"]
    assert "taken out, as declared" in said["Friday and Saturday evenings"]
    assert said["What lasts into the next night"].startswith("2 nights without either")
    assert said["Nights without a value"] == "None."
    assert "Not taken as drawn" not in said


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({}, "It is not declared whether the person knew"),
        ({"blinded": False}, "This study was not blinded: the person knew which night was which, and"),
        ({"blinded": False, "blinding": "it tastes."}, "knew which night was which (it tastes), and"),
        ({"blinded": True, "blinding": "capsules"}, "did not know which night was which (capsules)."),
    ],
)
def test_who_knew_is_said_as_declared_and_never_assumed(declared, said):
    rows = dict(fooled_words(Verdict(CLAIM, "inconclusive", ()), Study(design="n-of-1", **declared), FACTS))
    assert said in rows["What was expected"]
