"""The bar of a batch says what was done."""

import io

from rich.console import Console

from somnometry import Settings, measure
from somnometry.batch.measure import plan_batch
from somnometry.batch.progress import NightsBar
from somnometry.batch.records import Record

from .small_nights import write_night, write_nights


def records():
    return [Record("n\x1b[2J1", {"status": "ok"}), Record("n[/red]2", {"status": "failed"}, failure="system")]


def test_it_shows_how_many_are_done_and_failed_and_which_was_the_last():
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    with NightsBar(3, console) as bar:
        for record in records():
            bar.tell(record)
            bar._progress.refresh()
        shown = console.file.getvalue()
    assert "2 of 3 nights" in shown
    assert "1 failed, n[/red]2" in shown
    assert "n\x1b[2J1" not in shown


def test_it_says_that_kernels_are_compiled_until_the_first_night_is_done():
    console = Console(file=io.StringIO(), force_terminal=True, width=80)
    with NightsBar(2, console, compiles=True) as bar:
        bar._progress.refresh()
        before = console.file.getvalue()
        bar.tell(records()[0])
        bar._progress.refresh()
        after = console.file.getvalue()[len(before) :]
    assert "0 of 2 nights" in before
    assert "compiling kernels" in before
    assert "1 of 2 nights" in after
    assert "compiling" not in after


def test_a_batch_compiles_with_its_first_staged_night_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("SOMNOMETRY_CACHE", str(tmp_path / "cache"))
    night, settings = [write_nights(tmp_path / "in", 1)], Settings(figures=False)
    assert plan_batch(night, tmp_path / "out", settings).compiles
    assert not plan_batch(night, tmp_path / "out", Settings(scored=True)).compiles
    measure(night, tmp_path / "out", settings)
    assert not plan_batch(night, tmp_path / "out", settings, force=True).compiles
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "another"))
    assert plan_batch(night, tmp_path / "out", settings, force=True).compiles


def test_it_writes_nothing_where_nobody_looks():
    console = Console(file=io.StringIO())
    with NightsBar(3, console) as bar:
        bar.tell(records()[0])
    assert console.file.getvalue() == ""


def test_a_batch_draws_it_and_gives_the_same_rows(tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(NightsBar, "tell", lambda bar, record: told.append((bar.total, record.night)))
    nights = write_nights(tmp_path / "in", 1)
    write_night(nights / "short.edf", seconds=20)
    rows = measure([nights], tmp_path / "out", Settings(figures=False), progress="bar")
    assert told == [(2, "n00"), (2, "short")]
    assert [row["status"] for row in rows] == ["ok", "failed"]
