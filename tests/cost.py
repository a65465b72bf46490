"""What work costs a processor, in loops of a million additions run beside it: seconds would tell of the machine."""

import math
import time
from collections.abc import Callable


def _loop() -> float:
    """CPU seconds of a million additions in Python."""
    begun = time.process_time()
    total = 0
    for i in range(1_000_000):
        total += i
    return time.process_time() - begun


class Cost:
    """The CPU time of a block of code, over that of the slower of two loops, one before and one after it."""

    loops: float

    def __enter__(self) -> "Cost":
        self._before = min(_loop() for _ in range(3))
        self._begun = time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        spent = time.process_time() - self._begun
        self.loops = spent / max(self._before, min(_loop() for _ in range(3)))


def growth(cost: Callable[[int], float], few: int, many: int, enough: float, turns: int = 8) -> float:
    """How many times as much many things cost as few: the least of each, of as many turns as show it to be enough.

    What runs beside it makes a turn dearer and never cheaper, and many things that fill a cache more than few.
    """
    least, most = math.inf, math.inf
    for _ in range(turns):
        least, most = min(least, cost(few)), min(most, cost(many))
        if most < enough * least:
            break
    return most / least
