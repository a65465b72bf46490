"""Ways to run the nights of a batch on this machine: one after the other, or in processes that can die alone."""

from __future__ import annotations

import builtins
import queue
import threading
from collections.abc import Callable, Iterator, Sequence

from ..core.processors import helpful_threads, usable_processors
from .one_night import Task, failed, measure_night
from .pseudonyms import without_names
from .records import Record, read_record, write_record
from .workers import CallRaisedError, Worker, WorkerDiedError, WorkerTimeoutError

__all__ = ["here", "import_what_nights_need", "in_processes", "kept", "measured_by"]

Result = tuple[Task, Record | None]
Measure = Callable[[Task], Record | None]
#: Exit by this signal is most often the system's, when memory has run out.
KILLED = "SIGKILL"
MAKE_ROOM = "make room, or allow it, and measure again"
NO_MEMORY = "it needs more memory than there is"
OUT_OF_MEMORY = "memory may have run out: measure fewer nights at a time"
ALONE = "measure it alone to see whether the file or the machine is at fault"


def here(tasks: Sequence[Task], measure: Measure = measure_night) -> Iterator[Result]:
    """Measure nights one after the other in this process."""
    for task in tasks:
        yield task, measure(task)


def in_processes(
    tasks: Sequence[Task], *, jobs: int, timeout: float | None = None, measure: Measure = measure_night
) -> Iterator[Result]:
    """Measure nights in several processes, each night given as each is done.

    Parameters
    ----------
    tasks : sequence of Task
    jobs : int
        How many processes.
    timeout : float, optional
        Seconds for one night.
    measure : callable
        A function of a module, which measures one task.

    Yields
    ------
    (Task, Record or None)
        None where another batch is measuring the night.
    """
    waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
    results: queue.SimpleQueue[Result | BaseException] = queue.SimpleQueue()
    for task in tasks:
        waiting.put(task)
    stop = threading.Event()
    many = max(1, min(jobs, len(tasks)))
    threads_each = helpful_threads() if many * 2 <= usable_processors() else 1
    workers = [Worker(import_what_nights_need, threads_each) for _ in range(many)]
    threads = [
        threading.Thread(target=_feed, args=(worker, waiting, results, timeout, stop, measure), daemon=True)
        for worker in workers
    ]
    for thread in threads:
        thread.start()
    try:
        for _ in tasks:
            result = results.get()
            if isinstance(result, BaseException):
                raise result
            yield result
    finally:
        stop.set()
        for worker in workers:
            worker.close()
        for thread in threads:
            thread.join()


def _feed(
    worker: Worker,
    waiting: queue.SimpleQueue[Task],
    results: queue.SimpleQueue[Result | BaseException],
    timeout: float | None,
    stop: threading.Event,
    measure: Measure,
) -> None:
    """Give a worker one night after the other."""
    while not stop.is_set():
        try:
            task = waiting.get_nowait()
        except queue.Empty:
            return
        try:
            results.put((task, measured_by(worker, task, timeout, stop, measure)))
        except BaseException as error:  # told to the one who waits
            results.put(error)
            return


def import_what_nights_need() -> None:
    """Import what measuring a night takes, before the first night's time is counted."""
    from ..staging import stage  # noqa: F401


def measured_by(
    worker: Worker,
    task: Task,
    timeout: float | None = None,
    stop: threading.Event | None = None,
    measure: Measure = measure_night,
) -> Record | None:
    """Have a worker measure a night; a worker that is lost on it makes the night a failed one, with the reason."""
    try:
        record: Record | None = worker.run(measure, task, timeout=timeout)
        return record
    except WorkerTimeoutError as error:
        lost = failed(
            task, "timeout", f"not done after {error.seconds:g} s", "give it more time, or leave it out", passing=True
        )
    except WorkerDiedError as error:
        if stop is not None and stop.is_set():
            return None
        ended = f"ended with exit code {error.exit_code}"
        what = f"its process was killed by {error.signal_name}" if error.signal_name else f"its process {ended}"
        remedy = OUT_OF_MEMORY if error.signal_name == KILLED else ALONE
        lost = failed(task, "process-died", what, remedy, passing=True)
    except CallRaisedError as error:
        if error.kind == "MemoryError":
            return kept(task, failed(task, "memory", NO_MEMORY, OUT_OF_MEMORY, passing=True))
        if _is_of_system(error.kind):
            return kept(task, failed(task, "system", error.text, MAKE_ROOM, passing=True))
        lost = failed(task, "unforeseen", f"unforeseen {error.kind}: {error.text}", "please report it", passing=True)
    return kept(task, lost)


def _is_of_system(kind: str) -> bool:
    """Whether the name is that of an error of the system: a disk, a permission."""
    known = getattr(builtins, kind, None)
    return isinstance(known, type) and issubclass(known, OSError)


def kept(task: Task, lost: Record) -> Record:
    """Write the record of a night that was lost, but not over a good result of before."""
    lost = without_names(lost, task.night) if task.settings.pseudonymise else lost
    before = read_record(task.folder, task.name)
    if before is None or before.failure:
        write_record(task.folder, lost)
    return lost
