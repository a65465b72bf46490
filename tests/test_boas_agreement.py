"""docs/agreement.md says what its script prints."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.real_data
def test_the_page_holds_the_tables_of_the_script(shared):
    spec = importlib.util.spec_from_file_location("boas_agreement", ROOT / "benchmarks" / "boas_agreement.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    page = (ROOT / "docs" / "agreement.md").read_text(encoding="utf-8")
    for part in script.report(shared / "data" / "boas").split("\n\n"):
        assert part in page, part
