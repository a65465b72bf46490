"""`cache_folder`: where what is made once on a machine is kept."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["cache_folder", "is_nobodys"]


def cache_folder() -> Path:
    """Give the folder that ``SOMNOMETRY_CACHE`` names, else the user's own for caches; it may not be there yet."""
    import platformdirs

    named = os.environ.get("SOMNOMETRY_CACHE")
    try:
        return Path(os.path.expanduser(named)) if named else platformdirs.user_cache_path("somnometry")  # noqa: PTH111
    except RuntimeError:  # a user without a home
        return Path("~")


def is_nobodys(folder: Path) -> bool:
    """Whether it lies in the home of a user whom the system does not know; it would be made where the program runs.

    Examples
    --------
    >>> is_nobodys(Path("~/.cache")), is_nobodys(Path("/var/cache"))
    (True, False)
    """
    return folder.parts[0].startswith("~")
