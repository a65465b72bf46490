"""What work costs a processor, in loops of a million additions run beside it: seconds would tell of the machine."""

import time


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
