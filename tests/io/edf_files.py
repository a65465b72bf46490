"""Small EDF files, written by edfio, for tests of the reader."""

import datetime

import edfio
import numpy as np

START = datetime.time(22, 30)
DATE = datetime.date(2024, 5, 1)


def noise(rate, seconds, sd=20.0, seed=0):
    """Pink-like noise in microvolts."""
    rng = np.random.default_rng(seed)
    slow = np.convolve(rng.normal(size=rate * seconds), np.ones(8) / 8, "same")
    return sd * slow / slow.std()


def write(path, channels, *, unit="uV", annotations=(), limit=3200.0):
    """Write channels, a mapping of label to (samples, rate), as EDF or EDF+."""
    signals = [
        edfio.EdfSignal(
            np.clip(x, -limit, limit), rate, label=label, physical_dimension=unit, physical_range=(-limit, limit)
        )
        for label, (x, rate) in channels.items()
    ]
    marks = [edfio.EdfAnnotation(*mark) for mark in annotations] or None
    edfio.Edf(signals, annotations=marks, recording=edfio.Recording(startdate=DATE), starttime=START).write(path)
    return path
