"""Errors that name the place, the value and the remedy. All derive from `SomnometryError`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from .shown_text import shown_text

__all__ = [
    "CalibrationError",
    "ClaimError",
    "HypnogramError",
    "ModelError",
    "MontageError",
    "NotSleepError",
    "RecordingError",
    "SimulationError",
    "SomnometryError",
    "StagingError",
]


#: Characters of a part of a message, and errors of one file that a message tells.
LONGEST, MOST = 1000, 20
#: Characters of a message of several errors.
WHOLE = 4 * LONGEST


class SomnometryError(Exception):
    """Base of every error that this package raises on purpose.

    The message is put together here and nowhere else, as "place: what; remedy"; whoever wants a part of it reads the
    field. A part of more than 1,000 characters, such as the labels of 3,200 channels, is cut in the message but not in
    the field. Where a file has several faults, the error is of the first and holds the others, and the message has a
    line for each, until it is long.

    Parameters
    ----------
    what : str
        What is wrong, with the value.
    place : str
        The file, row, claim or argument at fault; empty where only the caller knows it, who adds it by `at`.
    remedy : str
        What the user can do; empty where `what` says it.
    key : str
        Name of the field, column or option at fault, as the user wrote it; dots lead into tables ("study.arms").
    others : sequence of SomnometryError
        What else is wrong with the same file.

    Examples
    --------
    >>> error = SomnometryError("no EEG channel", remedy="name one with --eeg").at("n7.edf")
    >>> str(error), error.place, error.remedy
    ('n7.edf: no EEG channel; name one with --eeg', 'n7.edf', 'name one with --eeg')
    """

    #: What the place lies in, where `within` has said it, and what stood there before.
    whole: str = ""
    inner: str = ""

    def __init__(
        self, what: str, *, place: str = "", remedy: str = "", key: str = "", others: Sequence[SomnometryError] = ()
    ) -> None:
        super().__init__(what)
        self.what, self.place, self.remedy, self.key = what, place, remedy, key
        self.others = tuple(others)

    def __str__(self) -> str:
        lines = [self._line()]
        for error in self.others[: MOST - 1]:
            line = str(error)
            if sum(map(len, lines)) + len(line) > WHOLE:
                break
            lines.append(line)
        more = len(self.others) + 1 - len(lines)
        return "\n".join([*lines, f"... and {more} more"] if more else lines)

    def _line(self) -> str:
        place, what, remedy = (_bounded(part) for part in (self.place, self.what, self.remedy))
        text = f"{place}: {what}" if place else what
        return f"{text}; {remedy}" if remedy else text

    def at(self, place: str = "", *, key: str = "") -> Self:
        """Give the same error with its place, or its key, said by one who knows it; what it has already stays."""
        others = [error.at(place) for error in self.others]
        said = type(self)(self.what, place=self.place or place, remedy=self.remedy, key=self.key or key, others=others)
        said.whole, said.inner = self.whole, self.inner
        return said

    def within(self, whole: str) -> Self:
        """Give the same error with what its place lies in said first, once: the file of a row, of others with it.

        Examples
        --------
        >>> print(SomnometryError("no number", place="row 3").within("nights.csv"))
        nights.csv, row 3: no number
        """
        place = self.place if self.whole == whole else f"{whole}, {self.place}" if self.place else whole
        others = [error.within(whole) for error in self.others]
        said = type(self)(self.what, place=place, remedy=self.remedy, key=self.key, others=others)
        said.whole = whole
        said.inner = self.inner if self.whole == whole else self.place
        return said

    def beside(self, place: str) -> Self:
        """Give the same error for who says the place before it, of which none is left here but what lies in it.

        Examples
        --------
        >>> print(SomnometryError("no number", place="n7.edf").beside("n7.edf"))
        no number
        >>> print(SomnometryError("no number", place="row 3").within("n.csv").beside("n.csv"))
        row 3: no number
        """
        rest = "" if self.place == place else self.inner if self.whole == place else self.place
        others = [error.beside(place) for error in self.others]
        return type(self)(self.what, place=rest, remedy=self.remedy, key=self.key, others=others)

    def __reduce__(self) -> tuple[Any, ...]:
        told = (self.what, self.place, self.remedy, self.key, self.others)
        return _restored, (type(self), *told, self.whole, self.inner)


def _bounded(text: str) -> str:
    """The beginning of a text that nobody would read to its end, without what would steer who prints it."""
    return shown_text(text, limit=LONGEST)


def _restored(
    kind: type[SomnometryError], what: str, place: str, remedy: str, key: str, others: tuple[SomnometryError, ...],
    whole: str, inner: str,
) -> SomnometryError:  # fmt: skip
    error = kind(what, place=place, remedy=remedy, key=key, others=others)
    error.whole, error.inner = whole, inner
    return error


class RecordingError(SomnometryError):
    """A file cannot be read as a sleep recording, or a recording contradicts itself."""


class MontageError(SomnometryError):
    """No channel can play a role, or the channel that was asked for is not there."""


class StagingError(SomnometryError):
    """A recording was read but cannot be staged: too short, flat, or metadata out of range."""


class NotSleepError(StagingError):
    """A recording was staged, but its EEG is that of no head: noise, mains, drift, a heart or a muscle alone."""


class CalibrationError(SomnometryError):
    """A calibration cannot be made or read, or is of another stager than the nights are."""


class ModelError(SomnometryError):
    """A classifier file is missing, is not one we know, or does not fit the features."""


class HypnogramError(SomnometryError):
    """A hypnogram contradicts itself, or a scoring file cannot be understood."""


class ClaimError(SomnometryError):
    """A claim, a study or a table of nights contradicts itself or cannot be understood."""


class SimulationError(SomnometryError, ValueError):
    """A night or a study cannot be simulated as it was asked for. It is a `ValueError` for one more release."""
