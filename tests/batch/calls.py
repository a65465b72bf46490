"""Calls that a worker may be given: sound, loud, slow, and deadly ones."""

import ctypes
import os
import sys
import time


def twice(x):
    sys.stdout.write("what libraries print is no answer\n")
    return 2 * x


def threads_of_libraries():
    import numba
    import numpy  # noqa: F401
    from threadpoolctl import threadpool_info

    return {numba.get_num_threads(), *(pool["num_threads"] for pool in threadpool_info())}


def exits(code):
    sys.stderr.write("last words\n")
    sys.stderr.flush()
    os._exit(code)


def reads_nowhere():
    ctypes.string_at(0)


def never_ends():
    while True:
        time.sleep(0.01)


def raises():
    raise ValueError("seven")


def pid():
    return os.getpid()


def takes_a_while(path):
    path.write_text(str(os.getpid()))
    time.sleep(30)
