"""What is said of stagers and devices."""

import pytest

from somnometry.core.reason import Reason
from somnometry.report.words.reasons import REASONS, clause
from somnometry.report.words.staging_reasons import STAGING_REASONS


def test_the_sentences_of_staging_are_in_the_one_table():
    assert STAGING_REASONS.items() <= REASONS.items()


@pytest.mark.parametrize(
    ("n", "words"), [(1, "who scored 1 night, so"), (3, "who scored 3 nights, so"), (8, "who scored the nights, so")]
)
def test_nights_of_which_nobody_says_who_scored_them_are_counted(n, words):
    assert words in clause(Reason("unknown-staging", {"n": n, "of": 8}))


def test_what_differs_between_arms_is_named_by_arm():
    values = {"placebo": ["human"], "active": ["", "a", "b", "c"]}
    text = clause(Reason("confounded-with-arm", {"what": "stager", "column": "scorer", "values": values}))
    assert "'human' under placebo; 'nothing said', 'a'" not in text
    assert "'human' under placebo; nothing said, 'a' and 'b' and more under active" in text
