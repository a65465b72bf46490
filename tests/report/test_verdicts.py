"""Every number on the page, the plot and the terminal is one of verdicts.json, or of the verdict."""

import csv
import io
import json
import math
import os
import shutil
import subprocess
from html.parser import HTMLParser

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from rich.console import Console

from somnometry.core.claim import Claim
from somnometry.core.reason import Reason
from somnometry.core.study import Study
from somnometry.core.verdict import Verdict
from somnometry.report.figures.forest import plot_verdicts
from somnometry.report.figures.marks import marks_of, over_smallest
from somnometry.report.pages.verdicts import verdict_rows, verdicts_table, write_verdicts
from somnometry.report.words.numbers import number, p_value

DIGEST = "0123456789abcdef" * 4


@pytest.fixture(scope="module")
def folder(many, tmp_path_factory):
    out = tmp_path_factory.mktemp("reports") / "out"
    write_verdicts(many.verdicts, many.study, out, digest=DIGEST, source="/home/somebody/claims/plant.toml")
    return out


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
        if tag not in ("meta", "img", "br"):
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


# ------------------------------------------------------------------------------------------------------------- files
def test_files_and_no_path_of_this_machine(folder):
    assert {file.name for file in folder.iterdir()} == {
        "verdicts.csv", "verdicts.json", "forest.png", "forest.svg", "verdicts.html"
    }  # fmt: skip
    for name in ("verdicts.csv", "verdicts.json", "forest.svg", "verdicts.html"):
        text = (folder / name).read_text(encoding="utf-8")
        assert "/home/" not in text
        assert str(folder) not in text
        assert os.path.expanduser("~") not in text  # noqa: PTH111
    for name in ("verdicts.csv", "verdicts.json", "verdicts.html"):
        assert DIGEST in (folder / name).read_text(encoding="utf-8")


def test_the_same_verdicts_make_the_same_files(folder, many, tmp_path):
    write_verdicts(many.verdicts, many.study, tmp_path, digest=DIGEST, source="plant.toml")
    files = list(folder.iterdir())
    assert len(files) >= 3
    for file in files:
        assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name


def test_json_holds_every_field_of_every_verdict(folder, many):
    document = json.loads((folder / "verdicts.json").read_text())
    assert document["claims_file"] == {"source": "plant.toml", "sha256": DIGEST, "declared": "registered"}
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


# --------------------------------------------------------------------------------------------------------------- page
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
        assert escaped.replace("<", "&lt;") in text
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


# --------------------------------------------------------------------------------------------------------------- plot
def lines(figure):
    return {line.get_gid(): line for line in figure.axes[0].lines if line.get_gid()}


def test_every_effect_on_the_plot_is_that_of_its_verdict(zoo):
    figure = plot_verdicts(zoo)
    drawn = lines(figure)
    placed = [verdict for verdict in zoo if marks_of(verdict)]
    assert len(placed) > 25
    single = [(i, verdict) for i, verdict in enumerate(placed)
              if len(marks_of(verdict)) == 1 and verdict.claim.kind not in ("difference", "conjunction")]  # fmt: skip
    assert len(single) > 15
    for i, verdict in single:
        claim, scale = verdict.claim, verdict.scale

        def place(value, claim=claim, scale=scale):
            sign = -1 if claim.direction == "decreases" else 1
            if scale == "ratio":
                return sign * math.log(value) / abs(math.log(claim.smallest_effect))
            return sign * value / claim.smallest_effect

        (x,) = (drawn.get(f"estimate-{i}-0") or drawn[f"beyond-{i}-0"]).get_xdata()
        assert x == pytest.approx(np.clip(place(verdict.estimate), *figure.axes[0].get_xlim()))
        for name, interval in (("interval90", verdict.interval90), ("interval95", verdict.interval95)):
            expected = sorted(place(limit) if limit > 0 or scale != "ratio" else -math.inf for limit in interval)
            assert drawn[f"{name}-{i}-0"].get_xdata() == pytest.approx(np.clip(expected, -1e3, 1e3))


def test_parts_are_drawn_by_their_own_smallest_effect(many):
    profile = next(verdict for verdict in many.verdicts if verdict.claim.id == "PROFILE")
    drawn = lines(plot_verdicts([profile]))
    deep, wakes = profile.pairs
    assert drawn["estimate-0-0"].get_xdata()[0] == pytest.approx(-deep.estimate / 2.0)
    assert drawn["estimate-0-1"].get_xdata()[0] == pytest.approx(math.log(wakes.estimate) / math.log(1.25))


def made(estimate, interval, outcome="supported", **more):
    claim = Claim("waso", "decreases", smallest_effect=20.0, id=more.pop("id", "x"), words=more.pop("words", ""))
    return Verdict(claim, outcome, unit="min", estimate=estimate, interval90=interval, interval95=interval, **more)


def test_intervals_that_go_on_have_arrows():
    drawn = lines(plot_verdicts([made(-30.0, (-math.inf, 10.0)), made(-20.0, (-25.0, -15.0))]))
    assert drawn["arrow-0-0"].get_marker() == ">"
    assert "arrow-1-0" not in drawn
    far = lines(plot_verdicts([made(-500.0, (-900.0, -100.0))]))
    assert {"beyond-0-0", "arrow-0-0"} <= far.keys()


def test_outcomes_differ_in_shape_as_well_as_in_colour():
    outcomes = ("supported", "equivalent", "contradicted", "inconclusive")
    drawn = lines(plot_verdicts([made(-5.0, (-9.0, 1.0), outcome) for outcome in outcomes]))
    marks = [drawn[f"estimate-{i}-0"] for i in range(4)]
    assert len({(mark.get_marker(), mark.get_markerfacecolor() == "white") for mark in marks}) == 4
    assert len({mark.get_color() for mark in marks}) == 4


def test_what_cannot_be_drawn_is_listed_with_its_reason():
    why = Reason("declared-not-testable", {"why": "one night only"})
    figure = plot_verdicts([Verdict(Claim("sri", "increases", id="cycle"), "not testable", (why,))])
    words = [text.get_text() for ax in figure.axes for text in ax.texts]
    assert {"cycle", "not testable: one night only", "not on the axis"} <= set(words)


@pytest.mark.parametrize("n", [1, 22])
def test_no_words_lie_on_other_words_or_outside(many, zoo, n):
    long = "a very long promise that nobody could keep, " * 6
    verdicts = many.verdicts if n == 22 else [made(-30.0, (-40.0, -20.0), id="long " * 30, words=long)]
    figure = plot_verdicts(verdicts, title="A study " * 30, note="digest " * 60)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    texts = [text for ax in figure.axes for text in ax.texts if text.get_text()]
    boxes = [text.get_window_extent(canvas.get_renderer()) for text in texts]
    width, height = canvas.get_width_height()
    for text, one in zip(texts, boxes, strict=True):
        assert one.x0 >= 0, text
        assert one.x1 <= width, text
        assert one.y0 >= 0, text
        assert one.y1 <= height, text
    for i, one in enumerate(boxes):
        for j in range(i):
            other = boxes[j]
            wide = min(one.x1, other.x1) - max(one.x0, other.x0)
            tall = min(one.y1, other.y1) - max(one.y0, other.y0)
            assert wide <= 0 or tall <= 2.5, (texts[i], texts[j])


def test_effects_over_the_smallest():
    claim = Claim("awakenings", "decreases", smallest_effect=0.5)
    assert over_smallest(0.25, claim, "ratio") == pytest.approx(2)
    assert over_smallest(2.0, claim, "ratio") == pytest.approx(-1)
    assert over_smallest(0.0, claim, "ratio") == math.inf
    assert math.isnan(over_smallest(1.0, Claim("waso", "decreases"), "difference"))


# ----------------------------------------------------------------------------------------------------------- terminal
@pytest.mark.parametrize("width", [100, 160])
def test_the_table_fits_the_terminal(many, width):
    console = Console(width=width, file=io.StringIO())
    console.print(verdicts_table(many.verdicts))
    text = console.file.getvalue()
    assert "…" not in text
    rem = many.verdicts[0]
    for wanted in (number(rem.estimate), p_value(rem.p_adjusted), "FRAGMENTATION", "people", "not testable"):
        assert wanted in text
    first = next(line for line in text.splitlines() if line.strip().startswith("REM "))
    assert first.rstrip().endswith(str(rem.n_subjects))


# ------------------------------------------------------------------------------------------------------------ browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium to open the page in")
def test_a_browser_shows_the_page_without_a_sideways_scroll(folder, tmp_path):
    probe = tmp_path / "probe.html"
    page = (folder / "verdicts.html").read_text(encoding="utf-8")
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
