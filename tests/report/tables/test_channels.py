"""What labels mean, as told to people."""

from pathlib import Path

from typer.testing import CliRunner

from somnometry.cli.app import app
from somnometry.report.tables.channels import channels_page

DOCS = Path(__file__).resolve().parents[3] / "docs"


def test_the_page_of_channels_is_the_one_made_from_the_tables():
    assert (DOCS / "channels.md").read_text("utf-8") == channels_page()


def test_labels_are_explained_alone_and_together():
    told = CliRunner().invoke(app, ["channels", "TP9", "AF7", "AF8", "TP10", "Quux"]).output
    assert "together: Muse" in told
    assert "AF7-FPZ" in told
    assert "not understood" in told
    assert "sleep-profiler" in CliRunner().invoke(app, ["channels"]).output
