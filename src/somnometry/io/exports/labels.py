"""Labels as EDF holds them: sixteen characters of ASCII, no two alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

__all__ = ["edf_labels"]

LONGEST = 16


def edf_labels(names: Sequence[str]) -> list[str]:
    """Give each name a label of at most sixteen printable ASCII characters; a second of one name is numbered.

    Examples
    --------
    >>> edf_labels(["C3_M2", "C3_M2", "Électrode temporale gauche", ""])
    ['C3_M2', 'C3_M2 2', 'Electrode tempor', 'channel 4']
    """
    labels: list[str] = []
    for i, name in enumerate(names, 1):
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        label = " ".join("".join(c if c.isprintable() else " " for c in plain).split())[:LONGEST].strip()
        label, number = label or f"channel {i}", 2
        first = label
        while label in labels:
            suffix = f" {number}"
            label, number = first[: LONGEST - len(suffix)] + suffix, number + 1
        labels.append(label)
    return labels
