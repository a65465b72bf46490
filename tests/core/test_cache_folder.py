"""Where caches lie."""

from pathlib import Path

from somnometry.core.cache_folder import cache_folder


def test_it_is_the_one_that_is_named_or_one_of_the_user(monkeypatch, tmp_path):
    monkeypatch.setenv("SOMNOMETRY_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.setenv("SOMNOMETRY_CACHE", "~/kept")
    assert cache_folder() == Path.home() / "kept"
    monkeypatch.delenv("SOMNOMETRY_CACHE")
    assert cache_folder().name == "somnometry"
