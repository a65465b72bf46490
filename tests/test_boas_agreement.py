"""docs/agreement.md says what its script prints."""

from pathlib import Path

import pytest

from .scripts import BENCHMARKS, load_script

ROOT = Path(__file__).parents[1]


@pytest.mark.real_data
def test_the_page_holds_the_tables_of_the_script(shared):
    script = load_script(BENCHMARKS / "boas_agreement.py")
    page = (ROOT / "docs" / "agreement.md").read_text(encoding="utf-8")
    for part in script.report(shared / "data" / "boas").split("\n\n"):
        assert part in page, part
