"""The files of the study of twenty-two claims."""

import pytest

from somnometry.report.pages.verdict_files import write_verdicts

DIGEST = "0123456789abcdef" * 4


@pytest.fixture(scope="session")
def folder(many, tmp_path_factory):
    """What `write_verdicts` made of them."""
    out = tmp_path_factory.mktemp("reports") / "out"
    write_verdicts(many.verdicts, many.study, out, digest=DIGEST, source="/home/somebody/claims/plant.toml")
    return out


@pytest.fixture(scope="session")
def digest():
    """The digest of the claims file that the files name."""
    return DIGEST
