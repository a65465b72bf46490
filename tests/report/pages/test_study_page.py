"""The page of a study of any size."""

import re

from somnometry.report.pages.night_facts import NightFacts
from somnometry.report.pages.study_page import STATIC, study_page
from tests.cost import Cost

from ...batch.derived import Parsed


def nights(n):
    return [
        NightFacts(f"n{i:05d}", {"status": "ok", "tst": 300.0 + i % 200, "subject": f"s{i % 50}"}) for i in range(n)
    ]


def test_no_night_and_one_night_have_a_page():
    assert "0 nights: 0 measured" in Parsed(study_page([], sure=[])).text
    page = Parsed(study_page(nights(1), sure=[float("nan")]))
    assert "1 night of 1 person: 1 measured" in page.text
    assert "img" not in page.tags


def test_a_page_of_thousands_holds_all_nights_and_lays_out_a_hundred():
    with Cost() as cost:
        page = study_page(nights(2000), sure=[90.0] * 2000)
    assert cost.loops < 250
    shown, rest = page.split('<template id="more-nights">')
    assert len(re.findall("<tr data-status", shown)) == STATIC
    assert len(re.findall("<tr data-status", rest)) == 2000 - STATIC
    assert len(page) < 2_000_000
