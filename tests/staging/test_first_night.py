"""The mark of the first night on a machine."""

import shutil

import pytest

from somnometry.staging import first_night
from somnometry.staging.first_night import first_night_is_over, is_first_night


@pytest.fixture(autouse=True)
def kernels(tmp_path, monkeypatch):
    """An empty cache, and kernels that may be changed."""
    folder = tmp_path / "kernels"
    shutil.copytree(first_night.KERNELS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(first_night, "KERNELS", folder)
    monkeypatch.setenv("SOMNOMETRY_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    first_night._digest.cache_clear()
    yield folder
    first_night._digest.cache_clear()


def test_there_is_one_first_night():
    assert is_first_night()
    first_night_is_over()
    first_night_is_over()
    assert not is_first_night()


def test_an_upgrade_brings_another(kernels):
    first_night_is_over()
    source = kernels / "trees.py"
    source.write_text(source.read_text() + "\n")
    first_night._digest.cache_clear()
    assert is_first_night()


def test_numba_with_another_folder_has_its_own(monkeypatch):
    first_night_is_over()
    monkeypatch.setenv("NUMBA_CACHE_DIR", "elsewhere")
    assert is_first_night()


def test_where_the_mark_cannot_be_written_every_night_is_a_first_one(tmp_path):
    (tmp_path / "cache").write_text("a file where the folder would be")
    first_night_is_over()
    assert is_first_night()
