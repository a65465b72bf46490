"""The page of evenings: each one once, what to take on it, and nothing loaded from elsewhere."""

import re
from datetime import date, time

from somnometry import Schedule
from somnometry.core.evenings import PersonSchedule
from somnometry.report.pages.schedule_page import schedule_page

PLAN = PersonSchedule(
    Schedule("blocks", periods=6, order="ABBABA"), "<b>tea</b>", "none", date(2026, 2, 26), run_in=1, at=time(22, 15)
)


def test_each_evening_is_a_row_with_what_is_taken():
    page = schedule_page(PLAN, ["alcohol"])
    rows = re.findall(r'<tr><th scope="row">(.+?)</th><td>(.+?)</td>', page)
    assert [day for day, _ in rows] == [
        "Thu 26 Feb 2026", "Fri 27 Feb 2026", "Sat 28 Feb 2026", "Sun 01 Mar 2026", "Mon 02 Mar 2026",
        "Tue 03 Mar 2026", "Wed 04 Mar 2026",
    ]  # fmt: skip
    tea = "<b>&lt;b&gt;tea&lt;/b&gt;</b>"
    assert [what for _, what in rows[1:]] == ["<b>none</b>", tea, tea, "<b>none</b>", tea, "<b>none</b>"]
    assert ">alcohol</th>" in page
    assert "22:15" in page


def test_the_page_needs_no_other_file():
    assert not re.search(r'(?:src|href)="(?!#|data:)', schedule_page(PLAN))


def test_what_is_filled_in_by_pen_is_empty_and_nights_that_do_not_count_are_not_counted():
    page = schedule_page(PLAN, ["alcohol", "late shift"])
    cells = re.findall(r"<td>☐</td>(.*?)</tr>", page)
    assert len(cells) == 7
    for row in cells:
        assert re.findall(r"<td[^>]*>(.*?)</td>", row) == ["", "", ""]
    assert "7 evenings, of whose nights 6 count" in page
