"""`moving_by_sums`: YASA's moving correlation and root mean square without a dozen arrays of a whole night."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["moving_by_sums"]

Samples = npt.NDArray[np.float64]
#: Samples that are interpolated at once.
PIECE = 1 << 18


def moving_by_sums(
    whole: Callable[..., Any],
    x: Samples,
    y: Samples | None = None,
    sf: float = 100,
    window: float = 0.3,
    step: float = 0.1,
    method: str = "corr",
    interp: bool = False,
) -> tuple[Any, Samples]:
    """Give what `yasa.moving_transform` gives, of which `whole` is the original, to the bit.

    The sums that it takes are those of the original, one held at a time, and what it gives at every sample is drawn
    piece by piece. Where other methods or no interpolation are asked for, the original does it.

    Parameters
    ----------
    whole : function
        `yasa.moving_transform`.
    x, y : array, shape (n_samples,)
    sf, window, step, method, interp
        As in `yasa.moving_transform`.

    Returns
    -------
    times : array or None
        None where it is not the original's: YASA's detector of spindles leaves it unread.
    values : array, shape (n_samples,)
    """
    if method not in ("corr", "rms") or (y is None) == (method == "corr") or not interp or step in (0, 1 / sf):
        return whole(x, y, sf, window=window, step=step, method=method, interp=interp)  # type: ignore[no-any-return]
    at = np.arange(0, x.size / sf, step)
    begin, end = (((at + side) * sf).astype(int) for side in (-window / 2, window / 2))
    begin[begin < 0] = 0
    end[end > x.size - 1] = x.size
    size = (end - begin).astype(np.float64)

    def total(values: Samples) -> Samples:
        sums = np.zeros(x.size + 1)
        np.cumsum(values, out=sums[1:])
        sums_of_windows: Samples = sums[end] - sums[begin]
        return sums_of_windows

    with np.errstate(invalid="ignore", divide="ignore"):
        if y is None:
            found = np.where(size > 0, np.sqrt(total(x**2) / size), np.nan)
        else:
            sx, sy = total(x), total(y)
            spread_x = np.clip(total(x**2) - sx**2 / size, 0, None)
            spread_y = np.clip(total(y**2) - sy**2 / size, 0, None)
            both = np.sqrt(spread_x * spread_y)
            found = np.where((size >= 2) & (both != 0.0), (total(x * y) - sx * sy / size) / both, np.nan)
    centres = np.column_stack((begin, end)).mean(1) / sf
    values = np.empty(x.size)
    for first in range(0, x.size, PIECE):
        part = values[first : first + PIECE]
        part[:] = np.interp(np.arange(first, first + part.size) / sf, centres, found, left=0, right=0)
    return None, values
