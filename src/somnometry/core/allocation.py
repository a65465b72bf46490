"""`Allocation`: how people of a trial are given arms or sequences by lot, and the draw, which anybody can repeat."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from .errors import ClaimError

__all__ = ["Allocated", "Allocation"]


@dataclass(frozen=True, slots=True)
class Allocated:
    """What was drawn for one person.

    Parameters
    ----------
    subject : str
        Name of the place in the list, such as "berlin-03": the third person who enters in the stratum "berlin".
    stratum : str
        Empty where there are none.
    block : int
        Which block of the stratum, from 1; it stays away from those who enter people.
    sequence : tuple of str
        Conditions of the periods in their order; of a parallel trial the one arm.
    """

    subject: str
    stratum: str
    block: int
    sequence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Allocation:
    """Permuted blocks within strata, drawn from a seed.

    Parameters
    ----------
    sequences : tuple of tuple of str
        What a person may get, one condition for each period; of a parallel trial one condition each.
    subjects : int
        Places in each stratum; a last block that is not full is cut.
    seed : int
        From which all is drawn; with it anybody can draw again, and see that nobody chose.
    blocks : tuple of int
        Sizes of blocks, each a multiple of the number of sequences; of several, chance takes one for each block, so
        that nobody can tell the last of a block.
    strata : tuple of str
        Groups that are balanced by themselves.

    Raises
    ------
    ClaimError
        Where the parts contradict each other.

    Notes
    -----
    The draw uses SHA-256 alone, as that of `Schedule` does. In a stratum, block b has the size whose number is SHA-256
    of the text "seed:stratum:block:b" modulo how many sizes there are. Place i of the stratum, from 1, has the key
    SHA-256 of "seed:stratum:i"; in each block, whole before it is cut, the places in the order of their keys get the
    sequences in turn.

    Examples
    --------
    >>> drawn = Allocation((("placebo",), ("active",)), subjects=4, seed=1, blocks=(4,)).drawn()
    >>> sorted(one.sequence[0] for one in drawn)
    ['active', 'active', 'placebo', 'placebo']
    """

    sequences: tuple[tuple[str, ...], ...]
    subjects: int
    seed: int
    blocks: tuple[int, ...]
    strata: tuple[str, ...] = ("",)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sequences", tuple(tuple(sequence) for sequence in self.sequences))
        object.__setattr__(self, "blocks", tuple(self.blocks))
        object.__setattr__(self, "strata", tuple(self.strata))
        k = len(self.sequences)
        if k < 2 or len({*self.sequences}) < k or len({len(sequence) for sequence in self.sequences}) > 1:
            raise _refused("sequences", "there are two or more sequences, unlike each other and of one length")
        if self.subjects < 1 or self.seed < 0:
            key = "subjects" if self.subjects < 1 else "seed"
            raise _refused(key, f"{key} is a whole number from {1 if key == 'subjects' else 0}")
        if not self.blocks or any(size < 1 or size % k for size in self.blocks):
            raise _refused("blocks", f"a block holds each of {k} sequences equally often", f"give multiples of {k}")
        if not self.strata or len({*self.strata}) < len(self.strata):
            raise _refused("strata", "strata are different groups, at least one")

    def drawn(self) -> tuple[Allocated, ...]:
        """Draw what each place gets, stratum after stratum."""
        places: list[Allocated] = []
        width = len(str(self.subjects))
        for stratum in self.strata:
            first, block = 1, 0
            while first <= self.subjects:
                block += 1
                size = self.blocks[_number(f"{self.seed}:{stratum}:block:{block}") % len(self.blocks)]
                ranked = sorted(range(first, first + size), key=lambda i: _number(f"{self.seed}:{stratum}:{i}"))
                turn = {place: rank % len(self.sequences) for rank, place in enumerate(ranked)}
                for place in range(first, min(first + size, self.subjects + 1)):
                    name = f"{stratum}-{place:0{width}}" if stratum else f"{place:0{width}}"
                    places.append(Allocated(name, stratum, block, self.sequences[turn[place]]))
                first += size
        return tuple(places)


def _number(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def _refused(key: str, what: str, remedy: str = "") -> ClaimError:
    return ClaimError(what, place="allocation", remedy=remedy, key=key)
