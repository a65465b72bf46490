"""Whether the first night is still to come, which waits for kernels to be compiled: a mark beside other caches tells.

The mark is a help and no need. It is named after what compiled kernels depend on: their source, Python, numba and
numba's own folder. It is looked for without importing numba, and where it cannot be written every night is a first one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from ..core.cache_folder import cache_folder, is_nobodys

__all__ = ["first_night_is_over", "is_first_night"]

KERNELS = Path(__file__).parents[1] / "kernels"


def is_first_night() -> bool:
    """Whether no night has been staged with these kernels on this machine, so that the first will take longer.

    Examples
    --------
    >>> import tempfile
    >>> from unittest.mock import patch
    >>> with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, SOMNOMETRY_CACHE=folder):
    ...     before = is_first_night()
    ...     first_night_is_over()
    ...     before, is_first_night()
    (True, False)
    """
    return not os.path.exists(_mark())  # noqa: PTH110  # no error where a folder must not be looked into


def first_night_is_over() -> None:
    """Leave the mark, where that is possible."""
    with contextlib.suppress(OSError):
        mark = _mark()
        if not is_nobodys(mark) and is_first_night():
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.touch()


def _mark() -> Path:
    return cache_folder() / "kernels" / _digest(os.environ.get("NUMBA_CACHE_DIR", ""))


@lru_cache(maxsize=4)
def _digest(numbas_folder: str) -> str:
    """What compiled kernels depend on, as a name of a file."""
    facts = [numbas_folder, platform.python_version(), platform.machine(), version("numba"), str(KERNELS)]
    for file in sorted(KERNELS.glob("*.py")):
        status = file.stat()
        facts.append(f"{file.name} {status.st_mtime_ns} {status.st_size}")
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:32]
