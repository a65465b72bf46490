"""What pages share: a policy that fits what they hold, numbers that say which they are, pictures for both grounds."""

import base64
import hashlib
import re

import pytest
from matplotlib.figure import Figure

from somnometry.report.pages.page import datum, png_picture, render, svg_picture, ticked

ARGUMENTS = {
    "title": "<b>t", "n_nights": 0, "n_measured": 0, "n_failed": 0, "n_people": 0, "left_out": 0, "conditions": [],
    "texts": [], "columns": [], "rows": [], "static": 10, "picture": None, "spread": [], "findings": [], "failures": [],
    "doubts": [], "n_doubts": 0, "shared": [], "n_shared_of": 0, "rule": "", "link_of": {}, "verdicts": None,
    "verdicts_link": "", "tally": {}, "looks": {},
}  # fmt: skip


def test_the_policy_lets_in_the_style_and_script_of_the_page_and_nothing_else():
    page = render("study.html", **ARGUMENTS)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1].replace("&#39;", "'")
    assert policy.startswith("default-src 'none'; img-src data:;")
    for tag in ("style", "script"):
        held = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert len(held) == 1
        digest = base64.b64encode(hashlib.sha256(held[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert "&lt;b&gt;t" in page
    assert not re.search(r"https?://", page)


@pytest.mark.parametrize(
    ("value", "form", "text"), [(412.5, "number", "412"), (0.00001, "p", "&lt; 0.001"), (3, "count", "3")]
)
def test_a_number_is_held_unrounded(value, form, text):
    assert (
        datum(value, 'a"<', form) == f'<data value="{value!r}" data-place="a&#34;&lt;" data-form="{form}">{text}</data>'
    )
    assert "data" not in datum(float("nan"), "a") + datum(None, "a")


@pytest.mark.parametrize("picture", [png_picture, svg_picture])
def test_a_picture_has_one_form_for_each_ground(picture):
    figure = Figure(figsize=(2, 2))
    figure.add_subplot()
    text = str(picture(figure, 'alt "<'))
    dark, light = re.search(r'srcset="([^"]*)"', text)[1], re.search(r'src="([^"]*)" alt', text)[1]
    assert dark != light
    assert dark.split(",")[0] == light.split(",")[0]
    assert 'alt="alt &#34;&lt;"' in text


def test_backticks_are_code_and_hostile_text_in_them_is_escaped():
    text = ticked("name it with `--eeg <b>`; `a ' \u202e` & one ` alone")
    assert text == "name it with <code>--eeg &lt;b&gt;</code>; <code>a &#39; \\u202e</code> &amp; one ` alone"
