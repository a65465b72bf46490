"""Nights on a real dask cluster of two processes on this machine."""

import os
import signal
import threading
import time
from functools import partial

import pytest

from somnometry import RecordingError, Settings, measure
from somnometry.batch.cluster import connected, on_cluster
from somnometry.batch.measure import plan_batch, run_batch

from .small_nights import outputs_of, poisoned, rows_of, slow, write_night, write_nights

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # of the cluster's own sockets, when it is closed
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
PLAIN = Settings(figures=False)


@pytest.fixture(scope="module")
def client():
    with connected("local", workers=2) as client:
        yield client


def test_a_cluster_gives_what_one_process_gives(tmp_path, client):
    nights = write_nights(tmp_path / "in", 4)
    measure([nights], tmp_path / "one", PLAIN)
    measure([nights], tmp_path / "many", PLAIN, dask=client)
    assert outputs_of(tmp_path / "many") == outputs_of(tmp_path / "one")


@pytest.mark.parametrize(
    ("poison", "timeout", "error"),
    [("exit", None, "killed by SIGKILL"), ("segfault", None, "SIGSEGV"), ("endless", 3.0, "not done after 3 s")],
)
def test_a_poisonous_night_costs_itself_only(tmp_path, client, poison, timeout, error):
    nights = write_nights(tmp_path / "in", 4)
    write_night(nights / f"n01_{poison}.edf", seed=50)
    batch = plan_batch([nights], tmp_path / "out", PLAIN)
    run_batch(batch, partial(on_cluster, client=client, timeout=timeout, measure=poisoned))
    rows = rows_of(tmp_path / "out")
    assert {name for name, row in rows.items() if row["status"] == "ok"} == {"n00", "n01", "n02", "n03"}
    assert error in rows[f"n01_{poison}"]["error"]


def test_the_nights_of_a_worker_that_is_lost_go_to_another(tmp_path):
    nights = write_nights(tmp_path / "in", 8)
    batch = plan_batch([nights], tmp_path / "out", PLAIN)
    with connected("local", workers=2) as client:
        victim = next(iter(client.run(os.getpid).values()))

        def kill():
            time.sleep(1.0)
            os.kill(victim, signal.SIGKILL)

        thread = threading.Thread(target=kill)
        thread.start()
        run_batch(batch, partial(on_cluster, client=client, measure=slow))
        thread.join()
    rows = rows_of(tmp_path / "out")
    assert {name: row["status"] for name, row in rows.items()} == {f"n{i:02d}": "ok" for i in range(8)}


def test_a_scheduler_that_does_not_answer_is_named():
    with pytest.raises(RecordingError) as error, connected("tcp://127.0.0.1:9"):
        pytest.fail("a client of nothing")
    assert "127.0.0.1:9" in error.value.what
    assert error.value.key == "dask"
