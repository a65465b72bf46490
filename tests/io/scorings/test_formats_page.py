"""The page of formats is what the table says."""

from pathlib import Path

from somnometry.io.scorings.formats_page import formats_page

PAGE = Path(__file__).resolve().parents[3] / "docs" / "formats.md"


def test_the_page_is_printed_from_the_table():
    assert PAGE.read_text(encoding="utf-8") == formats_page()
