"""Files of verdicts hold every field of the verdicts, and no path of this machine."""

import csv
import errno
import json
import os
from pathlib import Path

import numpy as np
import pytest

from somnometry.core.claim import Claim
from somnometry.core.reason import Reason
from somnometry.core.study import Study
from somnometry.core.verdict import Verdict
from somnometry.report.pages.verdict_files import verdict_rows, write_verdicts


def test_files_and_no_path_of_this_machine(folder, digest):
    assert {file.name for file in folder.iterdir()} == {
        "verdicts.csv", "verdicts.json", "forest.png", "forest.svg", "verdicts.html"
    }  # fmt: skip
    for name in ("verdicts.csv", "verdicts.json", "forest.svg", "verdicts.html"):
        text = (folder / name).read_text(encoding="utf-8")
        assert "/home/" not in text
        assert str(folder) not in text
        assert os.path.expanduser("~") not in text  # noqa: PTH111
    for name in ("verdicts.csv", "verdicts.json", "verdicts.html"):
        assert digest in (folder / name).read_text(encoding="utf-8")


def test_the_same_verdicts_make_the_same_files(folder, many, tmp_path, digest):
    write_verdicts(many.verdicts, many.study, tmp_path, digest=digest, source="plant.toml")
    files = list(folder.iterdir())
    assert len(files) >= 3
    for file in files:
        assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name


def test_json_holds_every_field_of_every_verdict(folder, many, digest):
    document = json.loads((folder / "verdicts.json").read_text())
    assert document["claims_file"] == {"source": "plant.toml", "sha256": digest, "declared": "registered"}
    assert document["study"]["doses"] == {"active": 4.0}
    assert document["packages"]["numpy"] == np.__version__
    for found, verdict in zip(document["verdicts"], many.verdicts, strict=True):
        codes = ("reasons", "warnings", "exclusions")
        in_words = ("name", "method", "quantities", "side_effects", "secondary", "sensitivity", "pairs", "arms")
        for key, value in verdict.to_dict().items():
            if key not in (*codes, *in_words):
                assert found[key] == value, key
        assert found["reason"] == verdict.reason
        assert found["warnings"] == [str(warning) for warning in verdict.warnings]
        assert [one["code"] for one in found["codes"]["reasons"]] == [reason.code for reason in verdict.reasons]
        assert [one["code"] for one in found["codes"]["warnings"]] == [warning.code for warning in verdict.warnings]
        for key in ("side_effects", "secondary", "sensitivity", "pairs", "exclusions"):
            assert len(found[key]) == len(getattr(verdict, key))
        assert [one["note"] for one in found["pairs"]] == [pair.note for pair in verdict.pairs]
        assert found["explanation"] == verdict.explain()


def test_csv_has_a_row_per_claim(folder, many):
    with (folder / "verdicts.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [claim.id for claim in many.study.claims]
    rem = rows[0]
    assert float(rem["estimate"]) == many.verdicts[0].estimate
    assert float(rem["low95"]) == many.verdicts[0].interval95[0]
    assert rows[4]["estimate"] == ""  # not testable
    assert verdict_rows(many.verdicts)[4]["outcome"] == "not testable"


def test_nights_and_people_add_up_to_the_table(cases, folder):
    for case in cases:
        for verdict in case.verdicts:
            assert verdict.n_nights_given == len(case.nights)
            assert verdict.n_subjects_given == case.nights["subject"].nunique()
            if verdict.n_nights and case.study.baseline is None:
                lost = sum(one.n_nights for one in verdict.exclusions)
                assert verdict.n_nights + lost == len(case.nights), verdict.claim.id
                gone = sum(one.n_subjects for one in verdict.exclusions)
                assert verdict.n_subjects + gone == verdict.n_subjects_given, verdict.claim.id


def test_judged_again_by_another_declaration_the_earlier_verdicts_stay_and_the_page_says_so(tmp_path):
    verdict = Verdict(Claim("sri", "increases"), "not testable", (Reason("no-control"),))
    for digest in ("a" * 64, "a" * 64, "b" * 64, "b" * 64):
        write_verdicts([verdict], Study(), tmp_path, digest=digest)
    before = json.loads((tmp_path / "verdicts-aaaaaaaaaaaa.json").read_text(encoding="utf-8"))
    now = json.loads((tmp_path / "verdicts.json").read_text(encoding="utf-8"))
    assert (before["claims_file"]["sha256"], now["claims_file"]["sha256"]) == ("a" * 64, "b" * 64)
    assert [(one["sha256"], one["outcomes"]) for one in now["earlier"]] == [("a" * 64, {"sri": "not testable"})]
    page = (tmp_path / "verdicts.html").read_text(encoding="utf-8")
    assert "The declaration changed after verdicts were written here." in page
    assert "a" * 64 in page


def test_what_a_claims_file_says_neither_steers_a_terminal_nor_is_run(tmp_path):
    evil = "\x1b[2J\x9b1m\u202e\x07 $\\frac{$"
    claim = Claim(
        "tst", "increases", smallest_effect=15.0, id="=cmd|' /C calc'!A0", words=f"@SUM(1+1){evil}", source="-1+1"
    )
    study = Study(name=f"=1+1{evil}", design="crossover", treatment="active", control="placebo", claims=(claim,))
    write_verdicts([Verdict(claim, "not testable", (Reason("no-control"),))], study, tmp_path, source=f"a{evil}.toml")
    with (tmp_path / "verdicts.csv").open(newline="", encoding="utf-8") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@")) or (cell.startswith("-") and "+" in cell)]
    page = (tmp_path / "verdicts.html").read_text(encoding="utf-8")
    for text in (*cells, page):
        assert not set(text) & set("\x1b\x9b\u202e\x07")
    assert r"\x1b[2J\x9b1m\u202e\x07" in page


def test_the_names_of_earlier_files_are_ours_whatever_the_file_before_says(tmp_path):
    one = {"sha256": "b" * 64, "file": "../../secret.json", "outcomes": {"tst": 5}}
    before = {"claims_file": {"sha256": "a" * 64}, "verdicts": [], "earlier": [one]}
    (tmp_path / "verdicts.json").write_text(json.dumps(before))
    write_verdicts([Verdict(Claim("sri", "increases"), "not testable", (Reason("no-control"),))], Study(), tmp_path)
    now = json.loads((tmp_path / "verdicts.json").read_text())
    assert now["earlier"][0] == {**one, "file": "verdicts-bbbbbbbbbbbb.json", "outcomes": {"tst": "5"}}
    assert "secret" not in (tmp_path / "verdicts.html").read_text()


@pytest.mark.parametrize(
    "before",
    [
        "[]", "{}", "null", "[" * 5000, '{"claims_file": {"sha256": 5}, "verdicts": []}', "1" * 5000,
        '{"claims_file": {"sha256": "../../../escaped"}, "verdicts": []}',
        '{"claims_file": {"sha256": ""}, "verdicts": [5]}',
        '{"claims_file": {"sha256": ""}, "verdicts": [], "earlier": [5]}',
        '{"claims_file": {"sha256": ""}, "verdicts": [], "earlier": {"a": 1}}',
        '{"claims_file": {"sha256": ""}, "verdicts": [], "earlier": [{"sha256": "%s"}]}' % ("b" * 64),
        '{"claims_file": {"sha256": ""}, "verdicts": [], "earlier": [{"sha256": "%s", "outcomes": 5}]}' % ("b" * 64),
        '{"claims_file": {"sha256": ""}, "verdicts": [], "earlier": [{"sha256": "<b>", "outcomes": {}}]}',
    ],
)  # fmt: skip
def test_what_lies_there_as_verdicts_and_is_none_does_no_harm(many, tmp_path, digest, before):
    out = tmp_path / "a" / "b" / "out"
    out.mkdir(parents=True)
    (out / "verdicts.json").write_text(before)
    write_verdicts(many.verdicts, many.study, out, digest=digest)
    assert json.loads((out / "verdicts.json").read_text())["earlier"] == []
    assert {file.name for file in out.iterdir()} == {
        "verdicts.csv", "verdicts.json", "forest.png", "forest.svg", "verdicts.html"
    }  # fmt: skip
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("name", ["verdicts.csv", "verdicts.json", "forest.png", "forest.svg", "verdicts.html"])
def test_where_one_file_cannot_be_written_the_answers_before_stay_whole(many, digest, tmp_path, monkeypatch, name):
    old = Verdict(Claim("sri", "increases"), "not testable", (Reason("no-control"),))
    write_verdicts([old], Study(), tmp_path, digest="0" * 64)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    replace = Path.replace

    def full(self, target):
        if Path(target).name == name:
            raise OSError(errno.ENOSPC, "No space left on device", str(self))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space") as error:
        write_verdicts(many.verdicts, many.study, tmp_path, digest=digest)
    assert error.value.filename == str(tmp_path / name)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
