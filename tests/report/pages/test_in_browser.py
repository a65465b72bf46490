"""Pages in a real browser: nothing is loaded or complains, tables sort, filter and export, keys work, axe is content.

Needs playwright and a Chromium of the system (Debian: ``apt-get install chromium``); skipped without either.
"""

import csv
import dataclasses
import os
import shutil
import time
from pathlib import Path

import pandas as pd
import pytest

from somnometry.batch.report import write_report
from somnometry.claims.judge import judge_all
from somnometry.core.claim import Claim
from somnometry.core.study import Study
from somnometry.core.verdict import Verdict
from somnometry.report.pages.night_facts import NightFacts
from somnometry.report.pages.study_page import study_page
from somnometry.report.pages.verdict_files import write_verdicts

from ...batch.derived import cells_of, write_derivatives
from ...claims import one_person
from ...claims.one_person import dated

CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as run:
        one = run.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield one
        one.close()


@pytest.fixture(scope="module")
def derivatives(tmp_path_factory):
    folder = write_derivatives(tmp_path_factory.mktemp("browsed") / "out", n=2)
    write_verdicts([Verdict(Claim("tst", "increases"), "not testable", ())], Study(name="S"), folder / "judged")
    write_report(folder)
    nights = pd.DataFrame(dated(one_person.nights())).assign(alcohol=[0, 1, 0] * 7)
    of_one = dataclasses.replace(one_person.study(), claims=(one_person.CLAIM,), name="One person")
    write_verdicts(judge_all(of_one, nights), of_one, folder / "alone", nights=nights)
    return folder


@pytest.fixture
def visit(browser):
    """Open a page; at the end nothing may have been said on the console or asked of anybody."""
    opened = []

    def go(path, width=1300, scheme="light", **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
        page = context.new_page()
        said, asked = [], []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        opened.append((context, said, asked))
        return page

    yield go
    for context, said, asked in opened:
        context.close()
        assert said == []
        assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


def names(page):
    return page.locator("#nights-table tbody th").all_inner_texts()


def test_a_heading_sorts_up_and_down_and_empty_cells_stay_last(visit, derivatives):
    page = visit(derivatives / "report" / "index.html")
    rows = cells_of(derivatives)
    tst = {name: float(row["tst"]) for name, row in rows.items() if row["tst"]}
    heading = page.locator("th[data-key=tst] button")
    heading.click()
    assert [tst[name] for name in names(page)[: len(tst)]] == sorted(tst.values())
    assert set(names(page)[len(tst) :]) == set(rows) - set(tst)
    heading.press("Enter")  # by the keyboard, the second time
    assert [tst[name] for name in names(page)[: len(tst)]] == sorted(tst.values(), reverse=True)
    assert set(names(page)[len(tst) :]) == set(rows) - set(tst)
    assert page.locator("th[data-key=tst]").get_attribute("aria-sort") == "descending"
    assert page.locator("th[data-key=recording]").get_attribute("aria-sort") == "none"


def test_search_and_lists_filter_and_say_how_many_are_left(visit, derivatives):
    page = visit(derivatives / "report" / "index.html")
    rows = cells_of(derivatives)
    assert len(names(page)) == len(rows)
    page.get_by_label("Search").fill("P1 DRUG")
    assert names(page) == ["p1_drug"]
    assert page.get_by_role("status").inner_text() == f"1 of {len(rows)} nights"
    page.get_by_label("Search").fill("")
    page.locator("#condition").select_option("=placebo")
    assert names(page) == ["p0_placebo", "p1_placebo"]
    page.locator("#condition").select_option("=")
    page.get_by_label("Status").select_option("failed")
    assert names(page) == ["broken"]
    page.get_by_label("Search").fill("no such night")
    assert names(page) == []


def test_what_is_shown_is_exported_in_its_order_unrounded(visit, derivatives):
    page = visit(derivatives / "report" / "index.html")
    page.locator("#condition").select_option("=drug")
    page.locator("th[data-key=tst] button").click()
    with page.expect_download() as waited:
        page.get_by_role("button", name="Save these nights as CSV").click()
    with Path(waited.value.path()).open(newline="", encoding="utf-8-sig") as file:
        saved = list(csv.DictReader(file))
    rows = cells_of(derivatives)
    assert [row["recording"] for row in saved] == names(page)
    for row in saved:
        assert float(row["tst"]) == float(rows[row["recording"]]["tst"])
        assert row["condition"] == "drug"


def test_links_and_the_keyboard_lead_through_the_pages(visit, derivatives):
    page = visit(derivatives / "report" / "index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the content"
    page.locator("#nights-table").get_by_role("link", name="p0_drug", exact=True).press("Enter")
    assert page.title() == "p0_drug"
    page.get_by_role("link", name="Next night").press("Enter")
    assert page.title() == "p0_placebo"
    summary = page.locator("summary").first
    summary.press("Enter")
    assert summary.evaluate("summary => summary.parentElement.open")
    page.get_by_role("link", name="All nights").press("Enter")
    page.get_by_role("link", name="The page of verdicts").press("Enter")
    assert page.locator("h1").inner_text() == "S"


#: Width and scheme -> pages of nights that are looked at so; each kind is looked at wide and narrow, light and dark.
LOOKED_AT = {
    (1300, "light"): ("p1_drug", "two-levels", "all-unscored"),
    (1300, "dark"): ("no-probabilities", "broken", "empty"),
    (400, "light"): ("no-lights", "broken", "three-levels"),
    (400, "dark"): ("p1_drug", "all-wake", "two-levels"),
}


@pytest.mark.parametrize(("width", "scheme"), LOOKED_AT)
def test_axe_finds_nothing_serious_and_no_page_is_wider_than_the_screen(visit, derivatives, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    report = derivatives / "report"
    night = [report / "nights" / f"{name}.html" for name in LOOKED_AT[width, scheme]]
    verdicts = [derivatives / name / "verdicts.html" for name in ("judged", "alone")]
    for path in (report / "index.html", *night, *verdicts):
        page = visit(path, width, scheme, bypass_csp=True)  # axe is a script that the page's own policy would refuse
        found = axe.run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path.name


@pytest.mark.parametrize("name", ["index", "nights/p0_drug"])
def test_paper_is_white_and_wide_enough_whatever_the_screen(visit, derivatives, name):
    page = visit(derivatives / "report" / f"{name}.html", 703, "dark")  # A4 within margins of 12 mm
    dark = page.locator("picture img").first.evaluate("image => image.currentSrc")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("document.documentElement.scrollWidth") <= 703
    assert page.locator("picture img").first.evaluate("image => image.currentSrc === image.src")
    assert dark != page.locator("picture img").first.get_attribute("src")


def test_a_page_holds_without_its_script(visit, derivatives):
    page = visit(derivatives / "report" / "index.html", java_script_enabled=False)
    assert page.locator("#nights-table tbody tr").count() == len(cells_of(derivatives))
    assert not page.locator("#tools").is_visible()


@pytest.mark.acceptance
def test_five_thousand_nights_open_within_three_seconds(visit, tmp_path):
    keys = ("tst", "se", "sol", "waso_spt", "awakenings", "rem_latency", "n1_percent", "n2_percent", "n3_percent")
    nights = [
        NightFacts(f"n{i:05d}", {"status": "ok", "subject": f"s{i % 100}"} | dict.fromkeys(keys, 10.0 + i % 97))
        for i in range(5000)
    ]
    (tmp_path / "index.html").write_text(study_page(nights, sure=[90.0] * 5000), encoding="utf-8")
    took = []
    for _ in range(3):  # the machine may be busy with something else
        begun = time.monotonic()
        page = visit(tmp_path / "index.html")
        page.get_by_text("5000 of 5000 nights").wait_for()
        took.append(time.monotonic() - begun)
    assert min(took) < 3
    assert len(names(page)) == 100
    page.get_by_role("button", name="More nights").click()
    assert names(page)[0] == "n00100"
    page.get_by_label("Search").fill("n04999")
    assert names(page) == ["n04999"]
