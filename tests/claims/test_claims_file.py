"""Claims files: what they declare, and the line that is wrong."""

import difflib
import tempfile
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


#: Keys of a study and values of their types, as TOML writes them.
VALUES = {
    "alpha": "0.05", "device": '"psg"', "randomised": "true", "washout_nights": "7", "population": '"all"',
    "exclude": "[]", "treatment": '"active"', "multiplicity": '"holm"',
}  # fmt: skip


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
    spelled_out = FILE.replace("[study]\n", "[study]\nalpha = 0.05\npsychoactive = false\n").replace("# a study\n", "")
    assert read_claims(written(spelled_out)).digest == plain
    for old, new in (
        ("= 3.0", "= 4.0"),
        ("[study]\n", "[study]\nrandomised = true\n"),
        ('"Trial"', '"Other"'),
        ('"decreases"', '"decreases" # no\nsd = 3.0'),
    ):
        assert read_claims(written(FILE.replace(old, new))).digest != plain
    assert len(plain) == 64
    assert digest_of(sm.Study()) != digest_of(sm.Study(psychoactive=True))


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ('"rem_percent"', '"rem_precent"', 15, "claim[0].metric"),
        ('["waso"]', '["wasso"]', 26, "claim[1].secondary"),
        ('treatment = "active"\n', "", 14, "claim[0].metric"),
        ('control = "placebo"\n', "", 14, "claim[0].metric"),
        ('direction = "increases"', 'direction = "rises"', 16, "claim[0].direction"),
        ("smallest_effect = 0.8", "smallest_effect = 2.0", 24, "claim[1].smallest_effect"),
        ("smallest_effect = 3.0", "smallest_effect = -3.0", 17, "claim[0].smallest_effect"),
        ('metric = "rem_percent"', 'metric = ["rem_percent", "rem_minutes"]', 15, "claim[0].metric"),
        ('metric = "rem_percent"', 'metric = ""', 15, "claim[0].metric"),
        ('id = "WAKE"', 'id = "REM"', 21, "claim[1].id"),
        ('source = "half an SD"\n', "", 17, "claim[0].smallest_effect"),
        ('source = "a fifth"', 'source = " "', 24, "claim[1].smallest_effect"),
        ("smallest_effect = 3.0", 'smallest_effect = "three"', 17, "claim[0].smallest_effect"),
        ("smallest_effect = 3.0", "smallest_effect = true", 17, "claim[0].smallest_effect"),
        ('direction = "increases"', 'direktion = "increases"', 16, "claim[0].direktion"),
        ('design = "crossover"', 'design = "cross-over"', 4, "study.design"),
        ("[[claim]]\nid", "[[claims]]\nid", 12, "claims"),
        ('registered = "not registered"', "alpha = 1.5", 7, "study.alpha"),
        ('registered = "not registered"', 'psychoactive = "yes"', 7, "study.psychoactive"),
        ('registered = "not registered"', "registered = 2024-05-01", 7, "study.registered"),
        ('registered = "not registered"', 'exclude = ["tst"]', 7, "study.exclude"),
        ('registered = "not registered"', "doses = 3", 7, "study.doses"),
        ('treatment = "active"', 'treatment = "placebo"', 5, "study.treatment"),
        ('id = "WAKE"', 'id = "WAKE"\nkind = "conjunction"', 22, "claim[1].kind"),
        ('id = "WAKE"', 'id = "WAKE"\nkind = "nonsense"', 22, "claim[1].kind"),
        ('id = "WAKE"', 'id = "WAKE"\nhorizon = -3', 22, "claim[1].horizon"),
        ('secondary = ["waso"]', 'mediator = "pain"', 26, "claim[1].mediator"),
        ('secondary = ["waso"]', 'secondary = ["awakenings"]', 26, "claim[1].secondary"),
        ('secondary = ["waso"]', 'secondary = "waso"', 26, "claim[1].secondary"),
        ('secondary = ["waso"]', 'also = ["waso"]', 26, "claim[1].also[0]"),
        ('secondary = ["waso"]', 'also = [{ metric = "waso", direction = "down" }]', 26, "claim[1].also[0].direction"),
        ('secondary = ["waso"]', 'also = [{ metric = "waso" }]', 26, "claim[1].also[0].direction"),
        ('secondary = ["waso"]', 'also = [{ metric = "", direction = "increases" }]', 26, "claim[1].also[0].metric"),
        ("[study]", "[[study]]", 2, "study"),
        ("[study.columns]\npain", "[study.columns]\nwaso", 10, "study.columns.waso"),
        ("[study.columns]\npain = ", "[study.bias]\nwasso = 3 #", 10, "study.bias.wasso"),
        ("[study.columns]\npain = ", "[study.bias_source]\nwaso = 'a' #", 9, "study.bias_source"),
        ("[study.columns]\npain = ", "[study.bias_source]\nwaso = 3 #", 10, "study.bias_source.waso"),
        ("[study.columns]\npain = ", "[study.doses]\nactive = -3 #", 9, "study.doses"),
        ("[study.columns]\npain = ", "[study.doses]\nactive = 'much' #", 10, "study.doses.active"),
        ("[study.columns]\npain = ", "[study.schedule]\nblock = 2 #", 9, "study.schedule.scheme"),
        ("[study.columns]\npain = ", '[study.schedule]\nscheme = "blocks"\nblock = 3 #', 11, "study.schedule.block"),
        ('registered = "not registered"', 'baseline = "placebo"', 15, "claim[0].metric"),
        ('registered = "not registered"', "washout_nights = -1", 7, "study.washout_nights"),
        ('id = "WAKE"', 'id = "WAKE"\nkind = "dose-response"\narms = ["low"]', 24, "claim[1].metric"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line_and_its_key(written, old, new, line, key):
    assert old in FILE
    with pytest.raises(sm.ClaimError) as error:
        read_claims(written(FILE.replace(old, new, 1) if key != "claims" else FILE.replace(old, new)))
    assert (error.value.place, error.value.key) == (f"claims.toml, line {line}", key), str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "meant"),
    [
        ('"rem_percent"', '"rem_precent"', "'rem_percent'"),
        ('["waso"]', '["wasso"]', "'waso'"),
        ('direction = "increases"', 'direktion = "increases"', "'direction'"),
        ("[study.columns]\npain = ", "[study.bias]\nwasso = 3 #", "'waso'"),
        ('design = "crossover"', 'desing = "crossover"', "'design'"),
    ],
)
def test_what_was_meant_is_the_remedy_of_a_name_mistyped(written, old, new, meant):
    with pytest.raises(sm.ClaimError) as error:
        read_claims(written(FILE.replace(old, new, 1)))
    assert meant in error.value.remedy


@given(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=5, unique=True), st.randoms())
def test_a_value_of_a_wrong_type_is_told_by_the_line_that_it_stands_in(keys, random):
    """Whichever keys stand in a study, in whatever order: the line and the key are those of the one that is wrong."""
    wrong = random.choice(keys)
    lines = [f"{key} = {VALUES[key] if key != wrong else '{ a = 1 }'}" for key in keys]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.toml"
        path.write_text("\n".join(["[study]", *lines, "[[claim]]", 'metric = "tst"']))
        with pytest.raises(sm.ClaimError) as error:
            read_claims(path)
    assert (error.value.place, error.value.key) == (f"claims.toml, line {2 + keys.index(wrong)}", f"study.{wrong}")


def test_a_direction_that_is_a_harm_is_refused_for_non_inferiority(written):
    text = FILE + '\n[[claim]]\nkind = "non-inferiority"\nmetric = "ahi"\ndirection = "increases"\n' \
        'smallest_effect = 5.0\nsource = "a class"\n'  # fmt: skip
    with pytest.raises(sm.ClaimError) as error:
        read_claims(written(text))
    assert (error.value.place, error.value.key) == ("claims.toml, line 31", "claim[2].direction")


def test_the_effect_of_a_further_metric_needs_a_source_too(written):
    text = FILE + '\n[[claim]]\nkind = "conjunction"\nmetric = "se"\ndirection = "increases"\n' \
        'also = [{ metric = "waso", direction = "decreases", smallest_effect = 20.0 }]\n'  # fmt: skip
    with pytest.raises(sm.ClaimError) as error:
        read_claims(written(text))
    assert (error.value.place, error.value.key) == ("claims.toml, line 32", "claim[2].also")


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


def test_where_a_bias_is_from_is_read_and_told_back(written):
    given = FILE + "\n[study.bias]\nn3_percent = 3.5\nwaso = 12\n[study.bias_source]\nn3_percent = 'Doe 2019'\n"
    given = given.replace('registered = "not registered"', "psychoactive = true")
    declaration = read_claims(written(given))
    assert (dict(declaration.study.bias), dict(declaration.study.bias_source)) == (
        {"n3_percent": 3.5, "waso": 12.0}, {"n3_percent": "Doe 2019"},
    )  # fmt: skip
    told = declaration_text(declaration)
    assert "It declares one of 3.5 percentage points in the share of N3 (n3_percent) (Doe 2019)." in told
    assert "12 minutes" in told
    assert "(waso), without a source." in told


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (  # values that are possible one by one: all claims, whatever is wrong with the study
            '[study]\ndesign = "crossover"\ntreatment = "a"\ncontrol = "b"\nexclude = ["tst"]\n[study.bias]\nfoo = 3\n'
            '[[claim]]\nmetric = "rem"\ndirection = "increases"\nsmallest_effect = 3.0\nsource = "s"\n'
            '[[claim]]\nmetric = "tst"\ndirection = "increases"\nsmallest_effect = 15.0\n'
            '[[claim]]\nmetric = "tst"\ndirection = "increases"\nid = "X"\n'
            '[[claim]]\nmetric = "waso"\ndirection = "decreases"\nid = "X"\nkind = "equivalence"\n',
            ["study.exclude", "study.bias.foo", "claim[0].metric", "claim[1].smallest_effect", "claim[3].kind"],
        ),
        (  # what no key or type allows
            '[study]\nname = 3\ndesig = "crossover"\n[[claim]]\nmetric = "tst"\ndirction = "increases"\n'
            'smallest_effect = "x"\n',
            ["study.desig", "claim[0].dirction", "study.name", "claim[0].smallest_effect"],
        ),
    ],
)
def test_all_that_is_wrong_is_told_at_once(tmp_path, text, keys):
    (tmp_path / "claims.toml").write_text(text)
    with pytest.raises(sm.ClaimError) as caught:
        read_claims(tmp_path / "claims.toml")
    told = [caught.value, *caught.value.others]
    assert [error.key for error in told] == keys
    assert all(error.place.startswith("claims.toml, line ") for error in told)


def test_a_declaration_keeps_its_digest_when_studies_learn_to_declare_more():
    """Written down before studies had `bias_source`: a digest may stand in a registration."""
    claim = sm.Claim("tst", "increases", smallest_effect=15.0)
    study = sm.Study((claim,), "crossover", "active", "placebo", bias={"tst": 3.0})
    assert digest_of(study) == "6f26609c7c6af74dbb11b062000d2c31c0bc73c175e050ecd1c580a71ea3b913"
    told = ({}, {"bias_source": {"tst": "Doe 2019"}}, {"blinded": False}, {"blinded": True},
            {"blinded": True, "blinding": "capsules"})  # fmt: skip
    assert len({digest_of(replace(study, **more)) for more in told}) == len(told)


def test_how_the_treatment_was_kept_is_told_only_with_whether_it_was():
    with pytest.raises(sm.ClaimError, match="not whether those who slept knew it"):
        sm.Study(blinding="capsules")


@pytest.mark.parametrize(
    "more",
    [
        "".join(f"k{i} = 1\n" for i in range(3000)),  # of the last claim
        "".join(f"[t{i}]\n" for i in range(3000)),
        "[study.units]\n" + "".join(f"k{i} = 'min'\n" for i in range(3000)),
        "[study.bias]\n" + "".join(f"k{i} = 1.0\n" for i in range(3000)),
        "".join(f"[[claim]]\nmetric = 'k{i}'\ndirection = 'increases'\n" for i in range(1000)),
    ],
    ids=["keys", "tables", "units", "bias", "metrics"],
)
def test_a_file_of_thousands_of_faults_is_refused_without_looking_for_what_each_may_mean(more, tmp_path, monkeypatch):
    (tmp_path / "c.toml").write_text(f"{FILE}\n{more}")
    looks, real = [], difflib.SequenceMatcher.__init__
    monkeypatch.setattr(difflib.SequenceMatcher, "__init__", lambda *of, **how: (looks.append(1), real(*of, **how))[1])
    with pytest.raises(sm.ClaimError) as error:
        read_claims(tmp_path / "c.toml")
    assert len(error.value.others) >= 900
    assert len(looks) <= 200
    assert len(str(error.value)) < 10_000
