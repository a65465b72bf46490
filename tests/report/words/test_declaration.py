"""A claims file explained back in plain words."""

from importlib.resources import files

import pytest

from somnometry.claims.claims_file import Declaration, digest_of, read_claims
from somnometry.core.claim import Claim, Component
from somnometry.core.study import Study
from somnometry.report.pages.verdict_document import declaration_words
from somnometry.report.words.declaration import declaration_text

from .grammar import faults


def test_a_file_is_explained_back_whole():
    made = read_claims(files("somnometry.claims") / "files" / "kratom.toml")
    text = declaration_text(made)
    assert made.digest in text
    for claim in made.study.claims:
        assert f"{claim.id}:" in text
        assert claim.words in text
        assert claim.not_testable in text
    assert "declared after data" in text
    assert "'" not in text.split("\n\n")[2]


@pytest.mark.parametrize(
    ("randomised", "said"),
    [
        (True, "in an order drawn by lot"),
        (False, "in an order NOT drawn by lot"),
        (None, "in an order not declared to be drawn by lot"),
    ],
)
def test_a_lot_is_said_only_where_it_is_declared(randomised, said):
    claim = Claim("tst", "increases", smallest_effect=15.0)
    study = Study((claim,), design="crossover", treatment="a", control="b", randomised=randomised)
    text = declaration_text(Declaration(study, digest_of(study)))
    assert said in text
    assert ("Without a lot" in text) is (not randomised)
    assert ("say randomised = true" in text) is (randomised is None)
    assert {True: "was drawn by lot", False: "was not drawn", None: "Not said"}[randomised] in dict(
        declaration_words(study)
    )["Chance"]


@pytest.mark.parametrize("name", ["kratom.toml", "template.toml"])
def test_what_is_explained_back_is_grammatical(name):
    made = read_claims(files("somnometry.claims") / "files" / name)
    text = declaration_text(made).replace(made.digest, "")
    for paragraph in text.split("\n\n"):
        assert faults(paragraph.replace(" +- ", " ").strip()) == [], paragraph


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        (Claim("awakenings_2min", "decreases", smallest_effect=0.8),
         "awakenings of at least 2 minutes per hour of sleep (awakenings_2min) are fewer under a than under b"),
        (Claim("awakenings_2min", "decreases", smallest_effect=0.8), "matters is 20 % fewer, a ratio of 0.8"),
        (Claim("sol", "decreases", smallest_effect=20.0), "the time to fall asleep (sol) is shorter under a than"),
        (Claim("rem_percent", "increases", smallest_effect=3.0), "matters is 3 percentage points"),
        (Claim("pain", "decreases", smallest_effect=2.0), "evening pain (pain) is lower under a than under b"),
        (Claim("tst", "decreases", smallest_effect=0.8, kind="consistency"),
         "total sleep time (tst) varies less from night to night under a than under b"),
        (Claim("tst", "increases", smallest_effect=15.0, kind="conjunction",
               also=(Component("waso", "decreases", 20.0),)),
         "matters is 15 minutes of total sleep time and 20 minutes of wake after sleep onset"),
        (Claim("ahi", "decreases", smallest_effect=5.0, kind="non-inferiority"),
         "the apnoea-hypopnoea index (ahi) is not higher under a than under b by as much as the margin"),
        (Claim("tst", None, smallest_effect=15.0, kind="difference", arms=("a", "b", "c")),
         "total sleep time (tst) differs between a, b and c"),
    ],
)  # fmt: skip
def test_a_claim_is_put_in_the_words_of_its_metric(claim, said):
    study = Study((claim,), design="crossover", treatment="a", control="b", columns={"pain": "evening pain, 0 to 10"})
    assert said in declaration_text(Declaration(study, digest_of(study)))
