"""A claims file explained back in plain words."""

from importlib.resources import files

import pytest

from somnometry.claims.claims_file import Declaration, digest_of, read_claims
from somnometry.core.claim import Claim
from somnometry.core.study import Study
from somnometry.report.pages.verdict_document import declaration_words
from somnometry.report.words.declaration import declaration_text


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
