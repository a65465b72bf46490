"""A pipe or a device in the place of a file: every reader says so, and none waits for it."""

import os
import signal
from contextlib import nullcontext

import pytest

import somnometry as sm
from somnometry.batch.agree import agree
from somnometry.cli.power import read_spreads
from somnometry.io.channels.montage_file import read_montage_file

from .batch.small_nights import write_nights

READERS = {
    "recording": sm.read_recording,
    "audit": sm.audit,
    "hypnogram": sm.read_hypnogram,
    "montage": read_montage_file,
    "claims": sm.read_claims,
    "spreads": read_spreads,
    "nights": sm.read_nights,
}
PLAIN = sm.Settings(figures=False)


@pytest.fixture(autouse=True)
def soon():
    """Raise where something takes two seconds that takes none."""

    def waiting(*_):
        raise TimeoutError("it waits for the pipe")

    before = signal.signal(signal.SIGALRM, waiting)
    yield lambda seconds=2.0: signal.setitimer(signal.ITIMER_REAL, seconds)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def no_file(path, kind):
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.symlink_to(path.name)
    return path


@pytest.mark.parametrize("kind", ["pipe", "device", "loop"])
@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_every_reader_says_so_and_none_waits(tmp_path, soon, reader, kind):
    path = no_file(tmp_path / "n1.edf", kind)
    soon()
    with pytest.raises(sm.SomnometryError) as refused:
        reader(path)
    assert "n1.edf" in refused.value.place


@pytest.mark.parametrize("kind", ["pipe", "device", "loop"])
def test_a_table_of_recordings_that_is_none_is_refused(tmp_path, soon, kind):
    nights = write_nights(tmp_path / "in", 1)
    table = no_file(tmp_path / "recordings.csv", kind)
    soon()
    with pytest.raises(sm.RecordingError) as refused:
        sm.find_nights([nights], table)
    assert refused.value.place == "recordings.csv"


@pytest.mark.parametrize("kind", ["pipe", "device", "loop"])
@pytest.mark.parametrize("name", ["nights.csv", "records/n00.json"])
def test_what_is_no_file_among_the_results_stops_no_batch_for_ever(tmp_path, soon, name, kind):
    nights, out = write_nights(tmp_path / "in", 1), tmp_path / "out"
    sm.measure([nights], out, PLAIN)
    (out / name).unlink()
    no_file(out / name, kind)
    soon(20.0)
    replaced = name != "nights.csv" or kind == "loop"  # nothing of the user's can be lost by it
    with nullcontext() if replaced else pytest.raises(sm.RecordingError):
        (row,) = sm.measure([nights], out, PLAIN)
        assert row["status"] == "ok"
        assert (out / name).is_file()


def test_a_pipe_among_scorings_is_none(tmp_path, soon):
    for folder in ("ref", "obs"):
        (tmp_path / folder).mkdir()
        sm.write_hypnogram(sm.Hypnogram([0, 2, 2, 3, 4, 2, 0]).whole(), tmp_path / folder / "a.csv")
        no_file(tmp_path / folder / "b.csv", "pipe")
    soon(20.0)
    agreement = agree(tmp_path / "ref", tmp_path / "obs", tmp_path / "out", figures=False)
    assert list(agreement.epochs.nights) == ["a"]
