"""A hypnogram that is a signal of an EDF file, as Polyman's .hyp: never a night to stage, and integers to be named."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ...core.errors import HypnogramError
from ...core.stage import Stage
from ..edf.columns import RecordBytes
from ..edf.header import EdfChannel, EdfHeader
from .codings import CODINGS, stages_of_cells
from .scored import Ask, Scored, bouts_of_steps

__all__ = ["is_stage_signal", "read_stage_signal"]

LABEL = re.compile(r"hypno|sleep[ _-]?stag|^stag(?:e|es|ing)$|sleep[ _-]?profil|schlafprofil|schlafstad", re.IGNORECASE)
#: Hertz: no signal that could be staged is sampled as slowly as epochs are scored.
SLOWEST = 0.25
#: Samples of the longest stage signal: two weeks of one a second.
MOST = 1_300_000


def is_stage_signal(header: EdfHeader) -> bool:
    """Whether all that a file holds is stages: by its labels, or because its only signal has a sample an epoch."""
    channels = [channel for channel in header.channels if channel.rate > 0]
    if not channels:
        return False
    named = all(LABEL.search(channel.label) for channel in channels)
    return named or (len(channels) == 1 and channels[0].rate <= SLOWEST)


def read_stage_signal(path: Path, header: EdfHeader, ask: Ask, *, named: bool) -> Scored:
    """Read it; its integers are those of the EDF specification where the format was named, else the user's coding.

    Raises
    ------
    HypnogramError
        Where nobody said what the integers mean, they are no integers, or several signals hold stages.
    """
    channels = [channel for channel in header.channels if channel.rate > 0]
    chosen = [channel for channel in channels if ask.scorer is None or channel.label == ask.scorer]
    if len(chosen) != 1:
        labels = ", ".join(channel.label for channel in channels)
        what = f"{len(channels)} signals hold stages" if ask.scorer is None else f"there is no scorer {ask.scorer!r}"
        raise HypnogramError(what, place=path.name, remedy=f"name one of {labels} as the scorer", key="scorer")
    channel = chosen[0]
    values = _samples(path, header, channel)
    whole = np.rint(values)
    if not (np.abs(values) < 1e6).all() or not np.allclose(values, whole, atol=0.1):
        raise HypnogramError(f"its signal {channel.label!r} holds no whole numbers", place=path.name)
    cells = [str(int(value)) for value in whole.tolist()]
    step = 1 / channel.rate
    told = ask
    if named and ask.coding is None:
        coding: dict[int | str, Stage] = dict(CODINGS["edf_plus_spec_signal"].items())
        told = Ask({**coding, 9: Stage.UNSCORED}, ask.epoch)
    stages = stages_of_cells(cells, told, epoch=step, source=f"{path.name}, signal {channel.label}")
    epoch = ask.epoch or (round(step, 6) if channel.rate <= SLOWEST else 30.0)
    return bouts_of_steps(stages, step, epoch, header.start)


def _samples(path: Path, header: EdfHeader, channel: EdfChannel) -> npt.NDArray[np.float64]:
    n, size = channel.fields.samples, header.layout.sample_bytes
    if header.n_records * n > MOST:
        raise HypnogramError(f"{header.n_records * n:,} samples are no signal of stages", place=path.name)
    out = np.empty((header.n_records, n * size), dtype=np.uint8)
    RecordBytes(path, header.layout).fill(0, [channel.fields.offset], [out])
    wide = np.zeros((header.n_records * n, 4), dtype=np.uint8)
    wide[:, 4 - size :] = out.reshape(-1, size)
    bits: npt.NDArray[np.float64] = wide.view("<i4").ravel().astype(np.float64) / 2 ** (8 * (4 - size))
    if channel.physical is None or channel.digital is None:
        return bits
    (p, q), (a, b) = channel.physical, channel.digital
    return np.asarray(p + (bits - a) * ((q - p) / (b - a)), dtype=np.float64)
