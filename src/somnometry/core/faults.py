"""`Faults`: what is wrong with a file that a user wrote, gathered, so that all of it is told at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .errors import SomnometryError

__all__ = ["Faults"]


class Faults:
    """What is wrong with a file, gathered, so that its user hears of everything at once.

    Examples
    --------
    >>> from somnometry.core.errors import ClaimError
    >>> faults = Faults()
    >>> for cell in ("7", "x", "y"):
    ...     with faults.gathered():
    ...         if not cell.isdigit():
    ...             raise ClaimError(f"{cell!r} is no number")
    >>> [error.what for error in faults.found]
    ["'x' is no number", "'y' is no number"]
    """

    def __init__(self) -> None:
        self.found: list[SomnometryError] = []

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Keep an error that is raised on purpose, and what it holds, and go on behind the block."""
        try:
            yield
        except SomnometryError as error:
            self.found += [error, *error.others]

    def raise_all(self) -> None:
        """Raise the first with the others, if there is any."""
        if self.found:
            first, *others = self.found
            together = type(first)(
                first.what,
                place=first.place,
                remedy=first.remedy,
                key=first.key,
                others=[_alone(one) for one in others],
            )
            together.whole = first.whole
            raise together from None


def _alone(error: SomnometryError) -> SomnometryError:
    """Give an error without those that it holds."""
    alone = type(error)(error.what, place=error.place, remedy=error.remedy, key=error.key)
    alone.whole = error.whole
    return alone
