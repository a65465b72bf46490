"""Every number on the page is one of verdicts.json."""

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from somnometry.core.claim import Claim
from somnometry.core.reason import Reason
from somnometry.core.study import Study
from somnometry.core.verdict import Verdict
from somnometry.report.pages.verdict_files import write_verdicts
from somnometry.report.words.numbers import number, p_value
from somnometry.report.words.verdict import explain


class Page(HTMLParser):
    """What a page holds: numbers with their place, ids, headings, table cells."""

    def __init__(self):
        super().__init__()
        self.numbers, self.ids, self.headings, self.links, self.bare = [], [], [], [], []
        self.open, self.images = [], []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if tag in ("h1", "h2", "h3"):
            self.headings.append(int(tag[1]))
        if tag == "data":
            self.numbers.append([attrs["data-place"], attrs["value"], attrs["data-form"], ""])
        if tag == "img":
            self.images.append(attrs)
        if tag == "a":
            self.links.append(attrs["href"])
        if tag == "th":
            assert attrs["scope"] in ("col", "row")
        if tag not in ("meta", "img", "br", "link", "source"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "data":
            self.numbers[-1][3] += data
        elif self.open and self.open[-1] == "td" and data.strip():
            self.bare.append(data.strip())


def read_page(folder):
    page = Page()
    page.feed((folder / "verdicts.html").read_text(encoding="utf-8"))
    assert page.open == []
    return page


def at(document, place):
    for key in place.split("."):
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document


def test_every_number_on_the_page_is_one_of_verdicts_json(folder):
    document, page = json.loads((folder / "verdicts.json").read_text()), read_page(folder)
    assert len(page.numbers) > 500
    for place, value, form, text in page.numbers:
        known = at(document, place)
        assert float(value) == known, place
        expected = {"number": number, "p": p_value, "count": str, "ratio": "{:.2f}".format}[form](known)
        assert text == expected, place
    places = {place for place, *_ in page.numbers}
    for i, verdict in enumerate(document["verdicts"]):
        if verdict["outcome"] != "not testable":
            wanted = ("estimate", "interval90.0", "interval95.1", "p", "p_adjusted", "n_nights", "arms.0.mean")
            assert {f"verdicts.{i}.{name}" for name in wanted} <= places


def test_cells_hold_no_number_that_is_not_marked(folder, many):
    notes = {one.note for v in many.verdicts for one in (*v.sensitivity, *v.pairs, *v.side_effects)}
    words = {arm.sequence for v in many.verdicts for arm in v.arms} | {"1", "2"}  # periods
    words |= {str(one.reason) for v in many.verdicts for one in (*v.exclusions, *v.secondary)}
    bare = read_page(folder).bare
    assert bare
    for text in bare:
        text = text.removeprefix(":").strip(" ;:")
        assert not any(letter.isdigit() for letter in text) or text in notes | words, text


def test_the_page_says_what_was_said_and_declared(folder, many):
    text = (folder / "verdicts.html").read_text(encoding="utf-8")
    for verdict in many.verdicts:
        escaped = verdict.explain().replace("&", "&amp;").replace('"', "&#34;").replace("'", "&#39;")
        assert re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped.replace("<", "&lt;")) in text
    assert "`" not in text
    assert "https://example.org/1, 2025-03-01" in text
    assert 'src="http' not in text
    assert "<script" not in text


def test_unregistered_studies_are_tagged(tmp_path):
    write_verdicts([Verdict(Claim("sri", "increases"), "not testable", (Reason("no-control"),))], Study(), tmp_path)
    assert '<span class="tag">declared after data</span>' in (tmp_path / "verdicts.html").read_text(encoding="utf-8")


def test_words_of_others_are_escaped(tmp_path):
    claim = Claim("sri", "increases", id="<b>x</b>", words="<script>alert(1)</script> & $x$ \\frac")
    write_verdicts(
        [Verdict(claim, "not testable", (Reason("declared-not-testable", {"why": "a < b"}),))],
        Study(name="<i>"),
        tmp_path,
    )
    text = (tmp_path / "verdicts.html").read_text(encoding="utf-8")
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_the_page_can_be_read_aloud(folder):
    page = read_page(folder)
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(page.headings, page.headings[1:], strict=False))
    assert len(page.ids) == len(set(page.ids))
    assert all(link[1:] in page.ids for link in page.links)
    assert all(image["alt"] for image in page.images)


def test_colours_of_the_page_have_contrast(folder):
    text = (folder / "verdicts.html").read_text(encoding="utf-8")
    light, dark = text.split(":root {")[1:3]
    for block in (light, dark):
        parts = [part.partition(":") for part in block.split("}")[0].replace("\n", "").split(";")]
        colours = {name.strip(): value.strip() for name, _, value in parts if value}
        for ground in ("--paper", "--card"):
            for name in set(colours) - {"--paper", "--card", "--line"}:
                assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)


def contrast(a, b):
    """Contrast of two colours after WCAG 2.1."""
    both = sorted(luminance(colour) for colour in (a, b))
    return (both[1] + 0.05) / (both[0] + 0.05)


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium to open the page in")
def test_a_browser_shows_the_page_without_a_sideways_scroll(folder, tmp_path):
    probe = tmp_path / "probe.html"
    page = (folder / "verdicts.html").read_text(encoding="utf-8")
    page = re.sub("<meta http-equiv=[^>]*>", "", page)  # the policy of the page lets no other script run
    script = "<script>document.title = document.documentElement.scrollWidth + ' ' + window.innerWidth</script></body>"
    probe.write_text(page.replace("</body>", script), encoding="utf-8")
    done = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         f"--user-data-dir={tmp_path / 'profile'}", "--window-size=500,900", "--dump-dom", probe.as_uri()],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    title = done.stdout.split("<title>")[1].split("</title>")[0]
    needed, there = map(int, title.split())
    assert needed <= there


def test_the_answer_stands_first_and_the_declaration_and_its_digest_last(folder, digest):
    text = (folder / "verdicts.html").read_text(encoding="utf-8")
    order = ['id="claims"', 'id="claim-1"', 'id="forest"', 'id="flow"', 'id="declared"', digest, 'id="terms"']
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert text.count(digest) == 1


def test_no_table_stands_twice(folder):
    page = read_page(folder)
    places = [place for place, *_ in page.numbers]
    counts = {place: places.count(place) for place in places if ".arms." in place or place.endswith("estimate")}
    assert set(counts.values()) == {1}


def untestable(n, *codes):
    claims = [Claim("tst", "increases", id=f"c{i}") for i in range(n)]
    return [Verdict(claim, "not testable", (Reason(codes[i % len(codes)]),)) for i, claim in enumerate(claims)]


def test_a_study_of_claims_none_of_which_is_testable_is_one_sentence(tmp_path):
    write_verdicts(untestable(23, "no-control"), Study(), tmp_path / "a")
    text = (tmp_path / "a" / "verdicts.html").read_text(encoding="utf-8")
    assert f"None of the 23 claims could be tested: {explain(Reason('no-control'))}." in text
    assert "<article" not in text
    assert 'id="forest"' not in text
    assert 'id="flow"' not in text
    write_verdicts(untestable(4, "no-control", "nothing-shown"), Study(), tmp_path / "b")
    text = (tmp_path / "b" / "verdicts.html").read_text(encoding="utf-8")
    assert "None of the 4 claims could be tested, for 2 reasons." in text
    assert "c0; c2</dt>" in text
    assert read_page(tmp_path / "b").headings[:2] == [1, 2]


def test_the_nights_of_one_person_are_drawn_and_those_of_several_are_not(tmp_path):
    columns = {"subject": "a", "condition": ["x", "y"] * 3, "night": range(6), "tst": np.arange(400.0, 406.0)}
    nights = pd.DataFrame(columns)
    verdict = Verdict(Claim("tst", "increases", design="n-of-1"), "inconclusive", (Reason("nothing-shown"),))
    for given, drawn in ((nights, True), (nights.assign(subject=list("aabbcc")), False), (None, False)):
        write_verdicts([verdict], Study(design="n-of-1"), tmp_path, nights=given)
        text = (tmp_path / "verdicts.html").read_text(encoding="utf-8")
        assert ("night by night and by condition" in text) == drawn
    other = Verdict(Claim("tst", "increases", design="crossover"), "inconclusive", (Reason("nothing-shown"),))
    write_verdicts([other], Study(design="crossover"), tmp_path, nights=nights)
    assert "night by night" not in (tmp_path / "verdicts.html").read_text(encoding="utf-8")
