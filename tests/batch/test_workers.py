"""A worker answers calls, and one that dies, hangs or raises costs that call and no other."""

import os
import subprocess
import sys
import time

import psutil
import pytest

from somnometry.batch.workers import CallRaisedError, Worker, WorkerDiedError, WorkerTimeoutError
from somnometry.core.processors import helpful_threads

from . import calls


@pytest.fixture
def worker():
    with Worker() as worker:
        yield worker


def test_calls_are_answered_by_another_process_that_stays(worker):
    assert worker.run(calls.twice, 3) == 6
    first = worker.run(calls.pid)
    assert first == worker.run(calls.pid) != os.getpid()


def test_libraries_inside_a_worker_take_one_thread(worker):
    assert worker.run(calls.threads_of_libraries) == {1}
    assert worker.run(helpful_threads) == 1


def test_a_worker_beside_idle_processors_may_be_given_more_threads():
    with Worker(threads=2) as worker:
        assert worker.run(helpful_threads) == 2


@pytest.mark.parametrize(
    ("call", "arguments", "exit_code", "signal_name"),
    [
        (calls.exits, (137,), 137, "SIGKILL"),
        (calls.exits, (3,), 3, ""),
        (calls.exits, (0,), 0, ""),
        (calls.reads_nowhere, (), -11, "SIGSEGV"),
    ],
    ids=["killed", "exit 3", "exit 0", "segmentation fault"],
)
def test_a_process_that_ends_says_how_and_the_next_call_is_answered(worker, call, arguments, exit_code, signal_name):
    with pytest.raises(WorkerDiedError) as error:
        worker.run(call, *arguments)
    assert (error.value.exit_code, error.value.signal_name) == (exit_code, signal_name)
    assert worker.run(calls.twice, 4) == 8


def test_the_last_words_of_a_process_are_kept(worker):
    with pytest.raises(WorkerDiedError) as error:
        worker.run(calls.exits, 9)
    assert error.value.last_words == "last words"


def test_a_call_that_takes_too_long_is_ended(worker):
    worker.run(calls.twice, 1)
    begun = time.monotonic()
    with pytest.raises(WorkerTimeoutError) as error:
        worker.run(calls.never_ends, timeout=0.2)
    assert error.value.seconds == 0.2
    assert time.monotonic() - begun < 60  # the call itself has no end
    assert worker.run(calls.twice, 4, timeout=20) == 8


def test_what_a_call_raises_comes_back_as_its_kind_and_text(worker):
    with pytest.raises(CallRaisedError) as error:
        worker.run(calls.raises)
    assert (error.value.kind, error.value.text) == ("ValueError", "seven")
    assert worker.run(calls.twice, 4) == 8


def test_a_worker_ends_with_the_process_that_made_it(tmp_path):
    code = (
        "import sys; from pathlib import Path; from somnometry.batch.workers import Worker\n"
        f"sys.path.insert(0, {str(os.path.dirname(calls.__file__))!r}); import calls\n"  # noqa: PTH120
        f"Worker().run(calls.takes_a_while, Path({str(tmp_path / 'pid')!r}))"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    for _ in range(600):
        if (tmp_path / "pid").exists() and (tmp_path / "pid").read_text():
            break
        time.sleep(0.05)
    child = int((tmp_path / "pid").read_text())
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 60
    while _runs(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(child)


def _runs(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
