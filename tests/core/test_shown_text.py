"""What a terminal, a table or a page is given to show. Which characters steer is Unicode's and ECMA-48's to say."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry.core.shown_text import json_text, shown_text

#: ECMA-48: ESC and the one-byte forms of CSI and OSC; BEL, backspace, return; Unicode TR 36: marks of direction, tags.
STEERS = {
    "clear the screen": "\x1b[2J",
    "title of the window": "\x1b]0;x\x07",
    "CSI of one byte": "\x9b2J",
    "OSC of one byte": "\x9d0;x\x9c",
    "a line written over": "ok\rno",
    "backspace": "a\b",
    "right-to-left override": "\u202efde",
    "isolate": "\u2067a\u2069",
    "mark": "a\u200fb\u200e\u061c",
    "line and paragraph": "a\u2028b\u2029",
    "tags": "a\U000e0041",
    "byte-order mark": "\ufeffa",
    "half a character": "n\udcff",
    "nothing": "a\0b",
    "delete": "a\x7fb",
}


@pytest.mark.parametrize("text", STEERS.values(), ids=STEERS)
def test_what_steers_is_shown_as_its_escape(text):
    shown = shown_text(text)
    assert shown != text
    assert all(character.isprintable() for character in shown)
    assert shown.encode("ascii").decode("unicode_escape") == text


@pytest.mark.parametrize("text", ["Nächte ☾", "שלום", "a\u200db", "日本 ＡＢ", "5\xa0µV", "e\u0301"])
def test_what_people_write_stays(text):
    assert shown_text(text) == text


def test_line_ends_stay_where_they_are_meant_to():
    assert shown_text("a\nb\tc") == "a\nb\tc"
    assert shown_text("a\nb\tc", keep="") == r"a\nb\tc"


@given(st.text(st.characters()))
def test_what_is_shown_can_be_written_anywhere_and_stays_as_it_is(text):
    shown = shown_text(text)
    assert shown_text(shown) == shown
    assert shown.encode("utf-8").decode("utf-8") == shown


def test_a_long_text_is_cut_and_says_how_much_is_left_out():
    assert shown_text("x" * 10, limit=10) == "x" * 10
    assert shown_text("x" * 131_073, limit=10) == "x" * 10 + " ... (131063 more characters)"


@pytest.mark.parametrize("text", STEERS.values(), ids=STEERS)
def test_json_does_nothing_to_who_reads_it_and_is_what_it_was(text):
    written = json_text({text: [text, "Nächte"]})
    assert written.replace("ä", "a").isascii()
    assert all(character.isprintable() for character in written)
    assert json.loads(written) == {text: [text, "Nächte"]}


@given(st.recursive(st.text(st.characters()), lambda one: st.dictionaries(st.text(), st.lists(one))))
def test_json_reads_as_what_it_was(value):
    written = json_text(value, indent=1)
    assert json.loads(written.encode("utf-8")) == value
    assert shown_text(written) == written
