"""What labels mean, as told to people."""

from pathlib import Path

from somnometry.report.tables.channels import channels_page

DOCS = Path(__file__).resolve().parents[3] / "docs"


def test_the_page_of_channels_is_the_one_made_from_the_tables():
    assert (DOCS / "channels.md").read_text("utf-8") == channels_page()
