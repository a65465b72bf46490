"""The page of formats is what the table says."""

from pathlib import Path

from somnometry.io.scorings.formats_page import formats_page
from somnometry.io.write_hypnograms import WRITTEN

PAGE = Path(__file__).resolve().parents[3] / "docs" / "formats.md"


def test_the_page_is_printed_from_the_table():
    assert PAGE.read_text(encoding="utf-8") == formats_page()


def test_every_format_that_is_written_has_its_ending_in_the_table():
    read = PAGE.read_text(encoding="utf-8").partition("## Written")[0]
    for one in WRITTEN:
        row = next(
            line for line in read.splitlines() if line.startswith(f"| `{one.name}` |") and one.suffixes[0] in line
        )
        assert f"`{one.suffixes[0]}`" in row.split(" | ")[3]
