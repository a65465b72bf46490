"""Second answers are told in sentences with their numbers."""

import pytest

import somnometry as sm
from somnometry.core.reason import Reason

FARTHER = "so that each limit is the farther one of the prescribed analysis and of"


@pytest.mark.parametrize(("code", "facts", "text"), [
    ("skewed-residuals", {"skewness": -1.234},
     f"the residuals are skewed (−1.2), {FARTHER} one that minds skewness"),
    ("unequal-arms", {"arm": "active", "ratio": 2.04},
     "nights under active vary 2.0 times as much as the others, which the mixed model does not expect, "
     f"{FARTHER} one that takes its errors from people"),
    ("people-vary-more", {"ratio": 1.31},
     f"people differ 1.3 times as much in this effect as the mixed model expects, {FARTHER} one that takes its errors "
     "from people"),
    ("few-events-in-arm", {"arm": "active", "mean": 1.96},
     "events under active are few (2.0 per subject and period), and logarithms hide a part of what a treatment does, "
     f"{FARTHER} Poisson rates"),
    ("skewed-residuals-of-few", {"skewness": 1.8},
     "the residuals are skewed (1.8), which t does not expect, and people are too few to mind it"),
    ("second-answer-decides", {"equivalence": False, "p_first": 0.04, "p": 0.08},
     "the prescribed analysis alone would have shown an effect (p = 0.040); the analysis beside it, which residuals "
     "call for, does not (p = 0.080), and the more cautious one decides"),
    ("second-answer-decides", {"equivalence": True, "p_first": 0.0001, "p": 0.0512},
     "the prescribed analysis alone would have shown no difference that would matter (p < 0.001); the analysis beside "
     "it, which residuals call for, does not (p = 0.051), and the more cautious one decides"),
    ("heterogeneity-f-test-by-arm", {},
     "variance of the subjects' effects against that between periods (F test on period means, whose variance differs "
     "between the arms: Satterthwaite degrees of freedom)"),
])  # fmt: skip
def test_each_is_a_sentence(code, facts, text):
    assert sm.explain(Reason(code, facts)) == text
