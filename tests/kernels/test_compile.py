"""Compiled kernels: the same function, cached beside its file where it has one."""

import gc
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from somnometry.kernels.compile import _has_file, _Help, kernel
from somnometry.kernels.trees import class_probabilities


def plain(x):
    total = 0.0
    for i in range(x.size):
        total += x[i] * x[i]
    return total


def test_a_kernel_gives_what_its_function_gives():
    x = np.linspace(-3.0, 5.0, 1001)
    assert kernel(plain)(x) == pytest.approx(plain(x), rel=1e-12)


def test_nan_and_infinities_keep_their_meaning_though_sums_are_reordered():
    total = kernel(plain)
    assert np.isnan(total(np.array([1.0, np.nan])))
    assert total(np.array([1.0, -np.inf])) == np.inf


def test_a_function_without_a_file_is_compiled_and_not_cached():
    names = {}
    exec("def twice(x): return 2 * x", names)
    assert not _has_file(names["twice"])
    assert _has_file(plain)
    assert kernel(names["twice"])(21) == 42


@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="nothing is compiled")
def test_kernels_release_the_interpreter():
    assert class_probabilities.targetoptions["nogil"]


# ---------------------------------------------------------------------------- a cache is a help and no need
KERNELS = """
import numpy as np
from somnometry.kernels.compile import kernel

@kernel
def total(x):
    y = 0.0
    for i in range(x.size):
        y += x[i]
    return y

@kernel
def twice(x):
    return 2.0 * total(x)
"""
USE = "import kept, numpy as np; print(kept.twice(np.arange(4.0)))"
compiling = pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="nothing is compiled")


@pytest.fixture
def use(tmp_path):
    """Use two kernels of a module in a process of its own: what it prints, and its warnings."""
    (tmp_path / "kept.py").write_text(KERNELS)

    def run(before="", **options):
        path = os.pathsep.join([str(tmp_path), *sys.path])
        environment = {**os.environ, "PYTHONPATH": path, "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
        done = subprocess.run([sys.executable, "-W", "always", "-c", f"{before}\n{USE}"], env=environment, timeout=120,
                              capture_output=True, text=True, check=False, **options)  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip(), done.stderr.count("RuntimeWarning")

    return run


@compiling
def test_where_numba_finds_no_folder_kernels_are_compiled_in_memory_and_one_warning_says_so(use, tmp_path):
    nowhere = "import numba.core.caching as c; c.CacheImpl._locator_classes = []"
    assert use(nowhere) == ("12.0", 1)
    assert not (tmp_path / "cache").exists()


@compiling
def test_a_disk_that_fills_while_kernels_are_kept_is_one_warning(use):
    full = """
import errno, numba.core.caching as c
def refuse(*_):
    raise OSError(errno.ENOSPC, "No space left on device")
c.IndexDataCacheFile._save_data = refuse
"""
    assert use(full) == ("12.0", 1)


@compiling
@pytest.mark.parametrize("content", [b"", b"no pickle", b"\x80\x04K\x01."], ids=["empty", "foreign", "another index"])
def test_damaged_compiled_kernels_are_made_anew(use, tmp_path, content):
    assert use() == ("12.0", 0)
    files = [file for file in (tmp_path / "cache").rglob("*") if file.suffix in (".nbi", ".nbc")]
    assert {file.suffix for file in files} == {".nbi", ".nbc"}
    for file in files:
        file.write_bytes(content)
    assert use() == ("12.0", 0)
    assert all(len(file.read_bytes()) > 100 for file in files if file.suffix == ".nbc")


@compiling
def test_another_version_of_a_module_is_compiled_anew(use, tmp_path):
    assert use() == ("12.0", 0)
    (tmp_path / "kept.py").write_text(KERNELS.replace("2.0 * total", "30.0 * total"))
    assert use() == ("180.0", 0)


@compiling
def test_processes_that_start_at_once_do_not_disturb_each_other(use):
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: use(), range(4))) == [("12.0", 0)] * 4


@compiling
@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="folders have no modes")
def test_a_package_that_cannot_be_written_to_is_no_hindrance(use, tmp_path):
    (tmp_path / "cache").write_text("a file where the cache would be")
    printed, _ = use()
    assert printed == "12.0"


@compiling
def test_a_user_without_a_home_gets_no_folder_where_the_program_runs(use, tmp_path):
    """As where a container runs under a number that nobody has: numba would make a folder called "~"."""
    homeless = """
import os
del os.environ["NUMBA_CACHE_DIR"]
os.path.expanduser, os.access = lambda path: path, lambda *_, **__: False
"""
    before = {*tmp_path.iterdir()}
    assert use(homeless, cwd=tmp_path) == ("12.0", 1)
    assert {entry for entry in tmp_path.iterdir() if entry.name != "__pycache__"} == before


class NoticingCache:
    """A cache that notices whether cycles are looked for while a kernel is loaded, and may then be damaged."""

    def __init__(self, error):
        self.error, self.looked_for = error, None

    def load_overload(self, *_):
        self.looked_for = gc.isenabled()
        if self.error is not None:
            raise self.error
        return "compiled"


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize(("error", "loaded"), [(None, "compiled"), (ValueError("damaged"), None)])
def test_no_cycles_are_looked_for_while_a_kernel_is_loaded_and_the_collector_is_left_as_it_was(enabled, error, loaded):
    cache, before = NoticingCache(error), gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        assert _Help(cache).load_overload(None, None) == loaded
        assert (cache.looked_for, gc.isenabled()) == (False, enabled)
    finally:
        (gc.enable if before else gc.disable)()
