"""`Schedule`: how the order of one person's treatments was drawn, and the draw itself, which anybody can repeat."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, count, pairwise, product
from math import comb, prod
from typing import Literal, get_args

from .errors import ClaimError

__all__ = ["Schedule", "Scheme", "is_regular", "phases_of"]

Scheme = Literal["blocks", "complete", "phases", "listed"]
#: Periods of a block at most, and those of one whose every order is listed.
LARGEST_BLOCK, LARGEST_LISTED = 1000, 16


@dataclass(frozen=True, slots=True)
class Schedule:
    """How the order of treatments of one person was drawn, so that every order that might have been can be listed.

    Parameters
    ----------
    scheme : {"blocks", "complete", "phases", "listed"}
        Blocks of `block` periods, half of each under treatment, of which a last one that is not full is cut; any order
        with as many treatment periods as there were; phases of unbroken treatment or control in the order of
        `pattern`, whose borders were drawn; or one of `orders`.
    block : int
        Periods in a block; even.
    pattern : str
        Phases, A for control and B for treatment.
    min_phase : int
        Fewest periods in a phase.
    orders : tuple of str
        The orders that might have been drawn, each with one letter per period, A for control and B for treatment.
    periods : int, optional
        How many were planned, the lost ones among them: before the last no verdict is given.
    seed : int, optional
        From which `order` was drawn; with it anybody can draw again, and see that nobody chose the order.
    order : str
        The order that was drawn, one letter per period; of a seed and `periods` it is drawn here where it is empty.
    looks : tuple of int
        Periods after which a verdict may be given, the last among them: alpha is shared evenly by the looks.

    Raises
    ------
    ClaimError
        Where the parts contradict each other, such as an order that its seed does not draw.

    Notes
    -----
    The draw uses SHA-256 alone, so that it is the same on every machine and in every version. Blocks and complete
    orders: period i has the key SHA-256 of the text "seed:i", i from 1; in each block (the last one full, then cut), or
    over all periods, the half with the lowest keys is under treatment. Phases and listed orders: number SHA-256 of the
    text "seed", modulo how many there are, counted from 0 in the order of the list, or of ascending lengths of phases.
    Blocks and complete orders that repeat themselves as those do that people make (`is_regular`) are drawn again, from
    the texts "seed:i:2", then "seed:i:3" and so on, so that no seed can be found that draws one; of a list they are no
    part.

    Examples
    --------
    >>> Schedule("phases", pattern="ABAB", min_phase=4).min_phase
    4
    >>> Schedule("blocks", periods=7, seed=5).order == Schedule("blocks", periods=8, seed=5).order[:7]
    True
    """

    scheme: Scheme
    block: int = 2
    pattern: str = "ABAB"
    min_phase: int = 3
    orders: tuple[str, ...] = ()
    periods: int | None = None
    seed: int | None = None
    order: str = ""
    looks: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "orders", tuple(self.orders))
        object.__setattr__(self, "looks", tuple(self.looks))
        if self.scheme not in get_args(Scheme):
            there_are = f"there are {', '.join(get_args(Scheme))}"
            raise _refused("scheme", f"there is no scheme {self.scheme!r}", there_are)
        if self.block < 2 or self.block % 2:
            raise _refused("block", f"a block has an even number of periods, not {self.block}")
        if self.block > LARGEST_BLOCK:
            raise _refused("block", f"a block has at most {LARGEST_BLOCK} periods, not {self.block}")
        if set(self.pattern) != {"A", "B"} or any(a == b for a, b in pairwise(self.pattern)):
            raise _refused("pattern", f"a pattern alternates A (control) and B (treatment), unlike {self.pattern!r}")
        if self.min_phase < 1:
            raise _refused("min_phase", f"a phase has at least 1 period, not {self.min_phase}")
        if bool(self.orders) != (self.scheme == "listed"):
            key = "orders" if self.orders else "scheme"
            raise _refused(key, "the scheme 'listed', and only that, lists its orders")
        if len({len(order) for order in self.orders}) > 1 or any(set(order) - {"A", "B"} for order in self.orders):
            raise _refused("orders", "orders have one letter per period, A or B, and are all of one length")
        self._check_plan()

    def _check_plan(self) -> None:
        """Check what was planned and drawn, and draw the order where only its seed is given."""
        if set(self.order) - {"A", "B"}:
            raise _refused("order", f"an order has one letter per period, A or B, unlike {self.order!r}")
        if self.periods is None and self.order:
            object.__setattr__(self, "periods", len(self.order))
        if self.periods is not None and self.periods < 2:
            raise _refused("periods", f"a study has at least 2 periods, not {self.periods}")
        if self.order and len(self.order) != self.periods:
            raise _refused("order", f"the order has {len(self.order)} periods, and {self.periods} were planned")
        if self.seed is not None:
            if self.periods is None:
                raise _refused("periods", "a seed draws an order of so many periods, and none are given")
            if self.seed < 0:
                raise _refused("seed", f"a seed is a whole number from 0, not {self.seed}")
            drawn = self.drawn(self.seed)
            if self.order and self.order != drawn:
                what = f"the seed {self.seed} draws the order {drawn}, and not {self.order}"
                raise _refused("order", what, "give the order as it was drawn; one made by hand has no seed")
            object.__setattr__(self, "order", drawn)
        if self.looks and (
            self.periods is None
            or list(self.looks) != sorted({*self.looks})
            or self.looks[0] < 1
            or self.looks[-1] != self.periods
        ):
            raise _refused("looks", "looks are numbers of periods, ascending, up to all that are planned")

    @property
    def is_drawn(self) -> bool:
        """Whether a seed proves that the order was drawn as declared."""
        return self.seed is not None

    @property
    def n_orders(self) -> int:
        """How many different orders might have been drawn of the periods that were planned."""
        n = self.periods or 0
        if self.scheme == "listed":
            return len({order for order in self.orders if not is_regular(order, self.block)})
        if self.scheme == "phases":
            free, borders = n - self.min_phase * len(self.pattern), len(self.pattern) - 1
            return comb(free + borders, borders) if free >= 0 else 0
        sizes = [self.block] * (n // self.block) if self.scheme == "blocks" else [n]
        whole = prod(comb(size, size // 2) for size in sizes)
        left = n % self.block if self.scheme == "blocks" else 0  # of a last block that is cut, its first periods
        half = self.block // 2
        last = sum(comb(left, treated) for treated in range(max(0, left - half), min(left, half) + 1))
        return whole * last - self._n_regular()

    def _n_regular(self) -> int:
        """Count the orders in blocks, or complete ones, that repeat themselves, none of which is drawn."""
        n = self.periods or 0
        by_four = self._fitting("".join(letters) for step in (2, 4) for letters in product("AB", repeat=step))
        if n < 3 * self.block:
            return len(by_four)
        if self.scheme == "blocks":  # every block that is repeated is one of them
            repeated = comb(self.block, self.block // 2)
            return repeated + sum(order != (order[: self.block] * n)[:n] for order in by_four)
        if self.block > LARGEST_LISTED:
            return len(by_four)
        halves = combinations(range(self.block), self.block // 2)
        return len(by_four | self._fitting("".join("AB"[i in half] for i in range(self.block)) for half in halves))

    def _fitting(self, starts: Iterable[str]) -> set[str]:
        """Give the orders that repeat a start over and over, and that the scheme might draw."""
        n = self.periods or 0
        size = self.block if self.scheme == "blocks" else n
        found = set()
        for order in {(start * n)[:n] for start in starts}:
            treated = [(block.count("B"), len(block)) for block in (order[i : i + size] for i in range(0, n, size))]
            fits = all(
                max(0, of - size + size // 2) <= b <= size // 2 and (of < size or b == size // 2) for b, of in treated
            )
            if fits and is_regular(order, self.block):
                found.add(order)
        return found

    def drawn(self, seed: int) -> str:
        """Draw an order, one letter per period.

        Raises
        ------
        ClaimError
            Where the scheme has no order of so many periods.
        """
        n = self.periods or 0
        if self.scheme == "listed":
            if len(self.orders[0]) != n:
                raise _refused("orders", f"the orders have {len(self.orders[0])} periods, and {n} were planned")
            possible = [order for order in self.orders if not is_regular(order, self.block)]
            if not possible:
                raise _refused("orders", "every order that is listed repeats itself", "list others")
            return possible[_number(str(seed)) % len(possible)]
        if self.scheme == "phases":
            free = n - self.min_phase * len(self.pattern)
            if free < 0:
                what = f"{n} periods hold no {len(self.pattern)} phases of at least {self.min_phase}"
                raise _refused("min_phase", what)
            total = comb(free + len(self.pattern) - 1, len(self.pattern) - 1)
            borders = _combination(free + len(self.pattern) - 1, len(self.pattern) - 1, _number(str(seed)) % total)
            lengths = _lengths(borders, free, self.min_phase)
            return "".join(letter * length for letter, length in zip(self.pattern, lengths, strict=True))
        drawn = (self._in_blocks(f"{seed}:{{}}" + (f":{turn}" if turn > 1 else "")) for turn in count(1))
        return next(order for order in drawn if not is_regular(order, self.block))

    def _in_blocks(self, key: str) -> str:
        """Draw blocks, or one over all periods, whose periods have the keys of a text that takes their number."""
        n = self.periods or 0
        size = self.block if self.scheme == "blocks" else n
        letters = []
        for first in range(1, n + 1, size):
            block = sorted(range(first, first + size), key=lambda i: _number(key.format(i)))
            treated = {*block[: size // 2]}
            letters += ["B" if i in treated else "A" for i in range(first, first + size)]
        return "".join(letters[:n])


def phases_of(n: int, pattern: str, shortest: int) -> Iterator[tuple[int, ...]]:
    """Give the lengths of the phases, each way to cut n periods into those of a pattern, none below `shortest`.

    Examples
    --------
    >>> list(phases_of(7, "AB", 3))
    [(3, 4), (4, 3)]
    """
    free = n - shortest * len(pattern)
    for borders in combinations(range(free + len(pattern) - 1), len(pattern) - 1) if free >= 0 else ():
        yield _lengths(borders, free, shortest)


def _lengths(borders: Sequence[int], free: int, shortest: int) -> tuple[int, ...]:
    """Give the lengths of phases by their borders: places of bars among as many stars as periods are free."""
    return tuple(b - a - 1 + shortest for a, b in pairwise([-1, *borders, free + len(borders)]))


def _combination(n: int, k: int, number: int) -> tuple[int, ...]:
    """Give the combination of that number, from 0, of k of range(n) in the order of `itertools.combinations`."""
    chosen, first = list[int](), 0
    for left in range(k, 0, -1):
        while number >= (behind := comb(n - first - 1, left - 1)):
            number -= behind
            first += 1
        chosen.append(first)
        first += 1
    return tuple(chosen)


def is_regular(order: str, block: int = 2) -> bool:
    """Whether an order repeats itself as people make orders: strict alternation, or one block over and over.

    Parameters
    ----------
    order : str
        One letter per period, A or B; "?" where it is not known, which may be either.
    block : int
        Periods in a block.

    Examples
    --------
    >>> [is_regular(order) for order in ("ABABABABABAB", "ABBAABBAABBA", "ABBABAABABBA", "AB?BABAB")]
    [True, True, False, True]
    """
    if not {"A", "B"} <= {*order}:
        return False
    repeats = (step for step in {2, 4, block} if len(order) >= 3 * step)
    return any(all(len({*order[first::step]} - {"?"}) < 2 for first in range(step)) for step in repeats)


def _number(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def _refused(key: str, what: str, remedy: str = "") -> ClaimError:
    return ClaimError(what, place="schedule", remedy=remedy, key=key)
