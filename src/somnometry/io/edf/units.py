"""Units of voltage: as recorders spell them, and as amplitudes betray them where the header is silent."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

__all__ = ["MICROVOLTS", "infer_microvolts", "plain_unit"]

#: Unit texts, normalised by `plain_unit`, in microvolts.
MICROVOLTS = {
    "nv": 1e-3, "nanovolt": 1e-3, "nanovolts": 1e-3,
    "uv": 1.0, "microv": 1.0, "microvolt": 1.0, "microvolts": 1.0, "microvol": 1.0, "uvolt": 1.0, "uvolts": 1.0,
    "mv": 1e3, "milliv": 1e3, "millivolt": 1e3, "millivolts": 1e3, "millivol": 1e3, "mvolt": 1e3, "mvolts": 1e3,
    "v": 1e6, "volt": 1e6, "volts": 1e6,
}  # fmt: skip
#: A micro sign in whatever encoding, also one lost in a conversion: no other prefix of the volt is beyond ASCII.
MICRO = re.compile(r"[^\x00-\x7f][^\x00-\x7f\s]*(?=\s*v)", re.IGNORECASE)
#: Microvolts: the standard deviation over seconds of any EEG, EOG or EMG lies between these.
SMALLEST, LARGEST = 0.5, 500.0
#: Microvolts: no amplifier of a body's voltages has a wider range.
WIDEST = 4e5
#: A range no wider than this many units, without a sample to judge by, is that of volts.
WIDEST_IN_VOLTS = 1.0


def plain_unit(text: str) -> str:
    """Give a unit in lower case without blanks, points and brackets, every encoding of the micro sign as u.

    Examples
    --------
    >>> plain_unit("\u00b5V"), plain_unit("[UV]")
    ('uv', 'uv')
    """
    return re.sub(r"[\s\0.\[\]()]", "", MICRO.sub("u", text)).lower()


def infer_microvolts(spreads: npt.NDArray[np.float64], widest: float) -> float:
    """Microvolts in one unit of a channel of EEG, EOG or EMG whose header names none.

    Parameters
    ----------
    spreads : array of float64, shape (n_windows,)
        Standard deviations of short windows, in the unknown unit.
    widest : float
        The end of the physical range that is farther from 0, in the unknown unit.

    Returns
    -------
    float
        1, 1,000 or 1,000,000: whichever makes the median spread that of a body and the range that of an amplifier; 1
        if none does. Without a signal, by the range.

    Examples
    --------
    >>> infer_microvolts(np.array([20.0, 25.0]), 500.0), infer_microvolts(np.array([2e-5]), 5e-4)
    (1.0, 1000000.0)
    >>> infer_microvolts(np.array([0.4]), 500.0)
    1.0
    """
    living = spreads[np.isfinite(spreads) & (spreads > 0)]
    if living.size == 0:
        return 1.0 if widest > WIDEST_IN_VOLTS else 1e6
    typical = float(np.median(living))
    possible = [factor for factor in (1.0, 1e3, 1e6) if SMALLEST <= typical * factor < LARGEST]
    return next((factor for factor in possible if widest * factor <= WIDEST), 1.0)
