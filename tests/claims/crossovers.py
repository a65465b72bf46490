"""A 2x2 crossover whose subjects' differences have a mean and SD that are known to the digit."""

from __future__ import annotations

import numpy as np
from scipy import stats

N = 16
SPREAD = stats.norm.ppf((np.arange(N // 2) + 0.5) / (N // 2))
SPREAD = np.tile(SPREAD / SPREAD.std(ddof=1), 2)


def crossover(**effects: tuple[float, float, float]) -> dict[str, np.ndarray]:
    """Give a crossover of 16 people: of each metric the mean and SD of the differences, and the control's mean."""
    second = np.repeat([False, True], N // 2)
    table = {
        "subject": np.repeat(np.arange(N), 2),
        "period": np.tile([1, 2], N),
        "condition": np.where(np.stack([second, ~second], 1), "placebo", "active").ravel(),
    }
    for metric, (mean, sd, control) in effects.items():
        values = {"placebo": np.full(N, control), "active": control + mean + sd * SPREAD}
        table[metric] = np.array(
            [values[c][s] for s, c in zip(table["subject"], table["condition"], strict=True)], float
        )
    return table


def error(sd: float) -> tuple[float, int]:
    """Standard error of the effect and its degrees of freedom: the pooled variance within sequences over n."""
    return sd / np.sqrt(N), N - 2
