"""A claims file explained back in plain words."""

from importlib.resources import files

from somnometry.claims.claims_file import read_claims
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
