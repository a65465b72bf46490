"""Worker processes: each runs one call at a time, and one that dies or hangs costs the call it was given, no more."""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from typing import IO, Any, Self

from ..core.processors import VARIABLE

__all__ = ["CallRaisedError", "Worker", "WorkerDiedError", "WorkerTimeoutError"]

#: Threads of every numerical library inside a worker: the workers themselves fill the machine.
ONE_THREAD = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
    "NUMBA_NUM_THREADS",
)  # fmt: skip
#: Length of what follows, in bytes.
HEADER = struct.Struct("!Q")
#: How much sooner Linux ends a worker than anything else when memory runs out; from -1000 to 1000.
OOM_SCORE = "500"
LAST_WORDS = 2000


class WorkerDiedError(Exception):
    """The process of a call ended before the call did.

    Parameters
    ----------
    exit_code : int
        Of the process; minus the signal's number where a signal ended it.
    last_words : str
        The end of what the process wrote to its standard error.
    """

    def __init__(self, exit_code: int, last_words: str = "") -> None:
        super().__init__(exit_code, last_words)
        self.exit_code, self.last_words = exit_code, last_words

    @property
    def signal_name(self) -> str:
        """Name of the signal that ended the process, such as ``"SIGKILL"``; empty where none did."""
        number = -self.exit_code if self.exit_code < 0 else self.exit_code - 128  # a shell's 128 + n
        try:
            return signal.Signals(number).name if number > 0 else ""
        except ValueError:
            return ""


class WorkerTimeoutError(Exception):
    """A call took longer than it may, and its process was ended.

    Parameters
    ----------
    seconds : float
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class CallRaisedError(Exception):
    """A call raised what it was not expected to.

    Parameters
    ----------
    kind, text : str
        Name of the exception's class, and its message.
    """

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(kind, text)
        self.kind, self.text = kind, text


class Worker:
    """A process that runs calls one after the other; it is started with the first, and anew after one that ended it.

    It is a new interpreter, so that it works from notebooks, from scripts without a main guard and inside threads, and
    no library is forked in the middle of something. It ends with the process that made it, however that ends.

    Parameters
    ----------
    prepare : callable, optional
        What each new process does before its first call, such as importing what calls need; no time limit counts it.
    threads : int
        How many threads its calls may work on one night with.

    Examples
    --------
    >>> with Worker() as worker:
    ...     worker.run(divmod, 7, 2)
    (3, 1)
    """

    def __init__(self, prepare: Callable[[], Any] | None = None, threads: int = 1) -> None:
        self._prepare, self._threads = prepare, threads
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None

    def run(self, function: Callable[..., Any], *arguments: Any, timeout: float | None = None) -> Any:
        """Run a call of a module's function and give what it returns.

        Parameters
        ----------
        function : callable
            Found by its module and name; arguments and result are pickled.
        *arguments
        timeout : float, optional
            Seconds after which the process is ended.

        Raises
        ------
        WorkerDiedError
            Where the process ended.
        WorkerTimeoutError
        CallRaisedError
            Where the call raised.
        """
        if self._prepare is not None and not self._is_alive():
            self._answer(self._prepare)
        return self._answer(function, *arguments, timeout=timeout)

    def _answer(self, function: Callable[..., Any], *arguments: Any, timeout: float | None = None) -> Any:
        process = self._started()
        expired = threading.Event()
        timer = None if timeout is None else threading.Timer(timeout, _end, (process, expired))
        if timer is not None:
            timer.daemon = True
            timer.start()
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            with contextlib.suppress(OSError):  # a process that is gone says so by the end of its output
                _write(process.stdin, pickle.dumps((function, arguments)))
            answer = _read(process.stdout)
        finally:
            if timer is not None:
                timer.cancel()
        if answer is None:
            exit_code, words = process.wait(), self._last_words()
            self.close()
            raise WorkerTimeoutError(timeout or 0.0) if expired.is_set() else WorkerDiedError(exit_code, words)
        kind, value = pickle.loads(answer)
        if kind:
            raise CallRaisedError(kind, value)
        return value

    def close(self) -> None:
        """End the process, in the middle of a call too."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
        if self._errors is not None:
            self._errors.close()
            self._errors = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._is_alive():
            return self._process
        self.close()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the worker)
        path = os.pathsep.join(entry for entry in sys.path if entry)
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, **dict.fromkeys(ONE_THREAD, "1"), VARIABLE: str(self._threads), "PYTHONPATH": path},
            start_new_session=True,  # Ctrl-C reaches the batch, which decides
        )
        return self._process

    def _last_words(self) -> str:
        if self._errors is None:
            return ""
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - LAST_WORDS))
        return self._errors.read().decode("utf-8", "replace").strip()


def _end(process: subprocess.Popen[bytes], expired: threading.Event) -> None:
    expired.set()
    process.kill()


def _write(stream: IO[bytes], content: bytes) -> None:
    stream.write(HEADER.pack(len(content)) + content)
    stream.flush()


def _read(stream: IO[bytes]) -> bytes | None:
    """Read one message; None at the end of the stream, also in the middle of a message."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (length,) = HEADER.unpack(header)
    content = stream.read(length)
    return content if len(content) == length else None


# ------------------------------------------------------------------------------------------------ inside the process
def _work() -> None:
    """Answer calls until the one who gives them is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:  # noqa: PTH123
        score.write(OOM_SCORE)
    calls, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)  # what libraries print is no answer
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(calls, waiting), daemon=True).start()
    while True:
        function, arguments = pickle.loads(waiting.get())
        try:
            answer = pickle.dumps(("", function(*arguments)))
        except Exception as error:
            answer = pickle.dumps((type(error).__name__, str(error)))
        _write(answers, answer)


def _listen(calls: IO[bytes], waiting: queue.SimpleQueue[bytes]) -> None:
    """Take calls in; end the process at once, whatever it is doing, when nobody is there to give them."""
    while (call := _read(calls)) is not None:
        waiting.put(call)
    os._exit(1)


if __name__ == "__main__":
    _work()
