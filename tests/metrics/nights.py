"""Nights written as runs of a stage, and what is measured of them."""

from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics import architecture

from .strategies import runs

W, N1, N2, N3, R = range(5)


def in_minutes(*pairs, **options):
    """Give the night of stage, minutes, stage, minutes, ... in epochs of 30 s."""
    return Hypnogram(runs(*(value if i % 2 == 0 else round(2 * value) for i, value in enumerate(pairs))), **options)


def measure(hypnogram):
    """Measure a night however much of it is unscored."""
    return architecture(hypnogram, max_unscored=1)


def measured_runs(*pairs, **options):
    """Measure the night of stage, epochs, stage, epochs, ..."""
    return measure(Hypnogram(runs(*pairs), **options))


def spans(found):
    """Start and end of each cycle in minutes."""
    return [(start / 60, end / 60) for start, end in zip(found.start, found.end, strict=True)]
