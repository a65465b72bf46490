"""docs/agreement.md says what its script prints."""

from pathlib import Path

import pytest

from benchmarks import boas_agreement

ROOT = Path(__file__).parents[2]


@pytest.mark.real_data
def test_the_page_holds_the_tables_of_the_script(shared):
    page = (ROOT / "docs" / "agreement.md").read_text(encoding="utf-8")
    for part in boas_agreement.report(shared / "data" / "boas").split("\n\n"):
        assert part in page, part
