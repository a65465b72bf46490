"""The page of a calibration says what the calibration says, and nothing that it was given runs."""

import dataclasses
import re

import pytest

from somnometry import Calibration, shipped_calibration
from somnometry.report.pages.calibration_page import calibration_page, write_calibration_page

ONE = shipped_calibration("bitbrain-headband")


def of(**facts):
    return Calibration(**{field.name: getattr(ONE, field.name) for field in dataclasses.fields(ONE)} | facts)


def test_it_says_whose_it_is_and_on_whom():
    page = calibration_page(ONE)
    for text in ("Bitbrain headband autoscoring", "63 nights", "50 people", "headband", "ds005555", "sub-57"):
        assert text in page
    assert len(re.findall(r"<tr><th scope=\"row\">", page)) == len(ONE)


def test_what_it_cannot_tell_is_said():
    assert "Nobody said whose night" in calibration_page(of(people_named=False))
    assert "Nobody said whose night" not in calibration_page(ONE)
    weak = re.search(r"To rule out effects on (.*?):", calibration_page(ONE))[1]
    assert "REM latency" in weak  # .39 with a standard error of .16
    assert "TST" not in weak.split("; ")


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\x1b[2J", "\u202e"])
def test_text_of_others_is_shown_and_does_nothing(text):
    page = calibration_page(of(population=text, source=text, left_out={text: text}))
    assert text not in page


def test_it_is_written_whole(tmp_path):
    write_calibration_page(ONE, tmp_path / "c.html")
    assert (tmp_path / "c.html").read_text(encoding="utf-8").rstrip().endswith("</html>")
