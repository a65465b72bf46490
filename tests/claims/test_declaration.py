"""Claims files: what they declare, and the line that is wrong."""

from importlib.resources import files

import pytest

import somnometry as sm
from somnometry.claims.claims_file import digest_of, read_claims
from somnometry.report.words.declaration import declaration_text

FILE = """\
# a study
[study]
name = "Trial"
design = "crossover"
treatment = "active"
control = "placebo"
registered = "not registered"

[study.columns]
pain = "evening pain, 0 to 10 points"

[[claim]]
id = "REM"
words = "better REM sleep"
metric = "rem_percent"
direction = "increases"
smallest_effect = 3.0
source = "half an SD"

[[claim]]
id = "WAKE"
metric = "awakenings"
direction = "decreases"
smallest_effect = 0.8
source = "a fifth"
secondary = ["waso"]
"""


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "claims.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_file_becomes_a_study_with_its_claims(written):
    made = read_claims(written(FILE))
    assert made.source == "claims.toml"
    assert [claim.id for claim in made.study.claims] == ["REM", "WAKE"]
    assert made.study.claims[0] == sm.Claim(
        "rem_percent", "increases", smallest_effect=3.0, id="REM", words="better REM sleep", source="half an SD"
    )
    assert (made.study.design, made.study.alpha, made.study.multiplicity) == ("crossover", 0.05, "holm")
    assert made.study.columns == {"pain": "evening pain, 0 to 10 points"}


def test_the_digest_is_that_of_what_is_declared_not_of_how_it_is_written(written):
    plain = read_claims(written(FILE)).digest
    spelled_out = FILE.replace("[study]\n", "[study]\nalpha = 0.05\nrandomised = true\n").replace("# a study\n", "")
    assert read_claims(written(spelled_out)).digest == plain
    for old, new in (("= 3.0", "= 4.0"), ('"Trial"', '"Other"'), ('"decreases"', '"decreases" # no\nsd = 3.0')):
        assert read_claims(written(FILE.replace(old, new))).digest != plain
    assert len(plain) == 64
    assert digest_of(sm.Study()) != digest_of(sm.Study(psychoactive=True))


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ('"rem_percent"', '"rem_precent"', 15, "no metric is called 'rem_precent'; did you mean 'rem_percent'"),
        ('["waso"]', '["wasso"]', 26, "did you mean 'waso'"),
        ('treatment = "active"\n', "", 14, "names the treatment"),
        ('control = "placebo"\n', "", 14, "names the control"),
        ('direction = "increases"', 'direction = "rises"', 16, "'increases' or 'decreases', not 'rises'"),
        ("smallest_effect = 0.8", "smallest_effect = 2.0", 24, "ratio, is 2: give one below 1"),
        ("smallest_effect = 3.0", "smallest_effect = -3.0", 17, "positive number"),
        ('metric = "rem_percent"', 'metric = ["rem_percent", "rem_minutes"]', 15, "one primary metric"),
        ('id = "WAKE"', 'id = "REM"', 21, "two claims 'REM'"),
        ('source = "half an SD"\n', "", 17, "needs its source"),
        ('source = "a fifth"', 'source = " "', 24, "needs its source"),
        ("smallest_effect = 3.0", 'smallest_effect = "three"', 17, "smallest_effect is a number, not 'three'"),
        ('direction = "increases"', 'direktion = "increases"', 16, "no key 'direktion' in claim; did you mean"),
        ('design = "crossover"', 'design = "cross-over"', 4, "design is one of"),
        ("[[claim]]\nid", "[[claims]]\nid", 12, "no table 'claims'"),
        ('registered = "not registered"', "alpha = 1.5", 7, "alpha lies between"),
        ('registered = "not registered"', 'psychoactive = "yes"', 7, "true or false"),
        ('registered = "not registered"', 'exclude = ["tst"]', 7, "cannot be excluded by 'tst'"),
        ('id = "WAKE"', 'id = "WAKE"\nkind = "conjunction"', 22, "`also`"),
        ('id = "WAKE"', 'id = "WAKE"\nkind = "nonsense"', 22, "no kind 'nonsense'"),
        ('secondary = ["waso"]', 'secondary = "waso"', 26, "a list of texts"),
        ('secondary = ["waso"]', 'also = [{ metric = "waso", direction = "down" }]', 26, "not 'down'"),
        ('secondary = ["waso"]', 'also = [{ metric = "waso" }]', 26, "also says nothing of direction"),
        ("[study]", "[[study]]", 2, "with those brackets"),
        ("[study.columns]\npain", "[study.columns]\nwaso", 10, "waso is a metric already"),
        ("[study.columns]\npain = ", "[study.bias]\nwasso = 3 #", 10, "did you mean 'waso'"),
        ("[study.columns]\npain = ", "[study.doses]\nactive = -3 #", 9, "doses are positive numbers"),
        ("[study.columns]\npain = ", "[study.doses]\nactive = 'much' #", 9, "doses is a table of numbers"),
        ("[study.columns]\npain = ", "[study.schedule]\nblock = 2 #", 9, "says nothing of scheme"),
        ('registered = "not registered"', 'baseline = "placebo"', 15, "comes before treatment and control"),
        ('registered = "not registered"', "washout_nights = -1", 7, "a number of nights"),
        ('id = "WAKE"', 'id = "WAKE"\nkind = "dose-response"\narms = ["low"]', 24, "no dose of 'low'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line_and_a_remedy(written, old, new, line, message):
    assert old in FILE
    with pytest.raises(sm.ClaimError) as error:
        read_claims(written(FILE.replace(old, new, 1) if new != "[[claims]]\nid" else FILE.replace(old, new)))
    assert message in str(error.value)
    assert str(error.value).startswith(f"claims.toml, line {line}: "), str(error.value)


def test_a_direction_that_is_a_harm_is_refused_for_non_inferiority(written):
    text = FILE + '\n[[claim]]\nkind = "non-inferiority"\nmetric = "ahi"\ndirection = "increases"\n' \
        'smallest_effect = 5.0\nsource = "a class"\n'  # fmt: skip
    with pytest.raises(sm.ClaimError, match=r"line 31: .* direction = 'decreases'"):
        read_claims(written(text))


def test_the_effect_of_a_further_metric_needs_a_source_too(written):
    text = FILE + '\n[[claim]]\nkind = "conjunction"\nmetric = "se"\ndirection = "increases"\n' \
        'also = [{ metric = "waso", direction = "decreases", smallest_effect = 20.0 }]\n'  # fmt: skip
    with pytest.raises(sm.ClaimError, match=r"line 32: a smallest effect needs its source"):
        read_claims(written(text))


def test_a_mark_that_editors_put_first_is_no_text(written):
    assert read_claims(written("\ufeff" + FILE)).digest == read_claims(written(FILE)).digest


def test_what_is_no_toml_and_what_is_no_file_say_so(written, tmp_path):
    with pytest.raises(sm.ClaimError, match=r"claims.toml: not TOML: .*line 2"):
        read_claims(written("[study]\nname = \n"))
    with pytest.raises(sm.ClaimError, match=r"^none.toml: cannot be read.*`somnometry claims new` writes one$"):
        read_claims(tmp_path / "none.toml")
    with pytest.raises(sm.ClaimError, match=r"no \[\[claim\]\]"):
        read_claims(written("[study]\n"))


def shipped(name):
    return read_claims(files("somnometry.claims") / "files" / name)


def test_the_template_is_a_sound_file():
    assert [claim.metric for claim in shipped("template.toml").study.claims] == ["tst"]


def test_the_kratom_file_holds_every_claim_of_the_article():
    study = shipped("kratom.toml").study
    rows = (
        "REM AWAKENINGS CONTINUITY FRAGMENTATION CYCLE TST CONSISTENCY SEDATION WASO QUALITY DOSE STRAIN INDIVIDUAL "
        "MEDIATION PAIN MECHANISM SAFETY DEPENDENCE FUNCTION RELAXATION OMNIBUS POPULATION"
    ).split()
    assert [claim.id for claim in study.claims if claim.id != "PROFILE"] == rows
    assert all(claim.words for claim in study.claims)
    for claim in study.claims:
        assert claim.not_testable or claim.metric
        assert claim.smallest_effect is None or claim.source


def test_a_file_is_explained_back_whole():
    made = shipped("kratom.toml")
    text = declaration_text(made)
    assert made.digest in text
    for claim in made.study.claims:
        assert f"{claim.id}:" in text
        assert claim.words in text
        assert claim.not_testable in text
    assert "declared after data" in text
    assert "'" not in text.split("\n\n")[2]
