"""Nights on a dask cluster: a bounded number handed out, results written by the workers, lost workers' nights again."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..core.errors import RecordingError
from .one_night import Task, failed, measure_night
from .records import Record
from .runners import Measure, Result, import_what_nights_need, kept, measured_by
from .workers import Worker

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["connected", "on_cluster"]

#: Nights handed out per thread of the cluster: one that runs, and one that waits for it.
AHEAD = 2
#: How often a night is given to another worker after its own was lost.
RETRIES = 3
#: Seconds to wait for a scheduler.
TIMEOUT = 10
#: The process that measures the nights of each thread of a cluster's worker; it ends with the worker.
_of_thread = threading.local()


@contextmanager
def connected(address: str, *, workers: int | None = None) -> Iterator[Client]:
    """Connect to a dask scheduler, or start one with workers on this machine, and take down what was started.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``"tcp://10.0.0.1:8786"``; or ``"local"``.
    workers : int, optional
        Processes of a local cluster; as many as there are processors by default.

    Raises
    ------
    RecordingError
        Where the package is not installed, or no scheduler answers.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        what, remedy = "a cluster needs the package 'distributed'", "pip install 'somnometry[cluster]'"
        raise RecordingError(what, remedy=remedy, key="dask") from None
    local = None
    try:
        if address == "local":
            local = LocalCluster(workers, threads_per_worker=1, dashboard_address=":0")
        client = Client(local or address, timeout=TIMEOUT)
    except (OSError, ValueError) as error:
        what = f"no dask scheduler answers at {address!r} ({type(error).__name__})"
        raise RecordingError(what, remedy="check the address, or give 'local'", key="dask") from None
    try:
        yield client
    finally:
        client.close()
        if local is not None:
            local.close()


def on_cluster(
    tasks: Sequence[Task], *, client: Client, timeout: float | None = None, measure: Measure = measure_night
) -> Iterator[Result]:
    """Measure nights on the workers of a cluster, which must see the same files; each given as each is done.

    Only the names of files and the row of a night go through the scheduler. A night runs in a process of its own on
    its worker, so that one that dies takes no worker with it.

    Parameters
    ----------
    tasks : sequence of Task
    client : distributed.Client
    timeout : float, optional
        Seconds for one night.
    measure : callable
        A function of a module, which measures one task.

    Yields
    ------
    (Task, Record or None)
        None where another batch is measuring the night.
    """
    from distributed import as_completed

    waiting = list(reversed(tasks))
    running: dict[Future[Any], Task] = {}
    done = as_completed()
    while waiting or running:
        while waiting and len(running) < _ahead(client):
            task = waiting.pop()
            future = client.submit(measure_on_worker, task, timeout, measure, pure=False, retries=RETRIES)
            running[future] = task
            done.add(future)
        future = next(done)
        task = running.pop(future)
        yield task, _result(task, future)
        future.release()


def measure_on_worker(task: Task, timeout: float | None, measure: Measure) -> Record | None:
    """Measure one night in a process of its own, which stays for the next; this is what a cluster's worker runs."""
    if not hasattr(_of_thread, "worker"):
        _of_thread.worker = Worker(import_what_nights_need)
    return measured_by(_of_thread.worker, task, timeout, measure=measure)


def _ahead(client: Client) -> int:
    threads: dict[str, int] = client.nthreads()
    return AHEAD * max(1, sum(threads.values()))


def _result(task: Task, future: Future[Any]) -> Record | None:
    """Give what a worker returned; a night whose workers were lost again and again is a failed one."""
    error = future.exception()
    if error is None:
        record: Record | None = future.result()
        return record
    lost = failed(
        task, "worker-lost", f"the cluster lost its worker ({type(error).__name__})", "measure it again", passing=True
    )
    return kept(task, lost)
