"""Stretches of samples shared out among threads."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["Share", "shares"]

#: Stretches of samples, first and one after the last, each with the window and the shift that say where it goes.
Share = list[tuple[tuple[int, int], tuple[int, int]]]

#: Samples per channel that are worth a thread.
FEWEST = 100_000


def shares(wanted: Sequence[tuple[tuple[int, int], tuple[int, int]]], n: int, unit: int) -> list[Share]:
    """Share stretches out, in order, into at most `n` shares of about one length; few samples are not shared out.

    Parameters
    ----------
    wanted : sequence of (stretch, target)
    n : int
    unit : int
        Samples of a record; a share of one stretch begins with one.

    Examples
    --------
    >>> shares([((0, 300_000), (0, 0)), ((500_000, 600_000), (1, 5))], 2, 256)
    [[((0, 200192), (0, 0))], [((200192, 300000), (0, 0)), ((500000, 600000), (1, 5))]]
    """
    total = sum(max(last - first, 0) for (first, last), _ in wanted)
    if total < n * FEWEST:
        return [list(wanted)]
    each = -(-total // (n * unit)) * unit
    out: list[Share] = [[]]
    room = each
    for (first, last), target in wanted:
        at = first
        while at < last:
            if room == 0:
                out.append([])
                room = each
            until = min(last, at + room)
            out[-1].append(((at, until), target))
            room -= until - at
            at = until
    return out
