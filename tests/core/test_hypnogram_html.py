"""A hypnogram in a notebook: well-formed, without scripts, and true to its stages."""

from datetime import datetime

from hypothesis import given

from somnometry.core.hypnogram import Hypnogram

from ..hypnograms import hypnograms


@given(hypnograms())
def test_html_is_well_formed_and_has_no_script(hypnogram):
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        def __init__(self):
            super().__init__()
            self.open, self.tags = [], set()

        def handle_starttag(self, tag, attrs):
            self.tags.add(tag)
            self.open.append(tag)
            assert not any(name.startswith("on") for name, _ in attrs)

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

        def handle_startendtag(self, tag, _attrs):
            self.tags.add(tag)

    reader = Reader()
    reader.feed(hypnogram._repr_html_())
    reader.close()
    assert not reader.open
    assert reader.tags <= {"div", "svg", "text", "path", "rect"}


def test_html_escapes_the_scorer():
    html = Hypnogram([0], scorer="<script>alert(1)</script>")._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_html_tells_minutes_and_clock_times():
    html = Hypnogram([0, 0, 2, 4], start=datetime(2024, 5, 1, 23, 59))._repr_html_()
    assert "minutes: W 1, R 0.5, N2 0.5" in html
    assert "23:59" in html
    assert "00:01" in html


def test_html_draws_no_line_across_unscored_epochs():
    html = Hypnogram([2, -1, 2])._repr_html_()
    path = html.split("<path d='")[1].split("'")[0]
    assert path.count("M") == 2
    assert "L" not in path
