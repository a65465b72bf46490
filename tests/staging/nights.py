"""A recording of noise, and where in it a second lies."""

from somnometry import Montage, Recording, Signal

RATE, MINUTES = 128, 20


def recording(data, **fields):
    names = ("C4-M1", "E1-M2", "chin")[: len(data)]
    signals = {name: Signal(x, RATE) for name, x in zip(names, data, strict=True)}
    return Recording(signals, Montage(*names), source="n7.edf", **fields)


def seconds(start, stop):
    return slice(round(start * RATE), round(stop * RATE))
