"""Hypnograms to YASA and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import HypnogramError
from ..core.hypnogram import Hypnogram
from ..core.stage import STAGES_OF_LEVEL, Stage

if TYPE_CHECKING:
    import pandas as pd
    import yasa

__all__ = ["from_yasa", "to_yasa"]

#: YASA's word for each stage, by the number of stages that are told apart.
YASA_WORDS: dict[int, dict[Stage, str]] = {
    5: {Stage.W: "WAKE", Stage.N1: "N1", Stage.N2: "N2", Stage.N3: "N3", Stage.R: "REM"},
    4: {Stage.W: "WAKE", Stage.LIGHT: "LIGHT", Stage.N3: "DEEP", Stage.R: "REM"},
    3: {Stage.W: "WAKE", Stage.NREM: "NREM", Stage.R: "REM"},
    2: {Stage.W: "WAKE", Stage.SLEEP: "SLEEP"},
}

#: Which of the five stages each of YASA's words stands for.
PARTS: dict[str, tuple[Stage, ...]] = {
    "WAKE": (Stage.W,),
    "N1": (Stage.N1,),
    "N2": (Stage.N2,),
    "N3": (Stage.N3,),
    "REM": (Stage.R,),
    "LIGHT": (Stage.N1, Stage.N2),
    "DEEP": (Stage.N3,),
    "NREM": (Stage.N1, Stage.N2, Stage.N3),
    "SLEEP": (Stage.N1, Stage.N2, Stage.N3, Stage.R),
}


def to_yasa(hypnogram: Hypnogram) -> yasa.Hypnogram:
    """Stages, epoch length, start, scorer and probabilities as a ``yasa.Hypnogram``.

    Parameters
    ----------
    hypnogram : Hypnogram
        Of 5, 4, 3 or 2 levels.

    Returns
    -------
    yasa.Hypnogram
        Of the same epochs. Unscored epochs are ``UNS``; where the probabilities are NaN, all probability is ``UNS``,
        for YASA admits no NaN. With fewer than 5 levels, the probabilities of the stages that are one are added up.

    Notes
    -----
    YASA has no lights: it takes the whole hypnogram as the time in bed. Where lights are known and narrower, its
    latencies and its sleep efficiency differ from ours.

    Examples
    --------
    >>> to_yasa(Hypnogram([0, 2, -1, 4])).hypno.tolist()
    ['WAKE', 'N2', 'UNS', 'REM']
    """
    import yasa

    words = {int(stage): word for stage, word in YASA_WORDS[hypnogram.levels].items()} | {int(Stage.UNSCORED): "UNS"}
    return yasa.Hypnogram(
        [words[stage] for stage in hypnogram.stages.tolist()],
        n_stages=hypnogram.levels,
        freq=f"{hypnogram.epoch:.0f}s" if hypnogram.epoch.is_integer() else f"{round(hypnogram.epoch * 1e6)}us",
        start=hypnogram.start,
        scorer=str(hypnogram.scorer) or None,
        proba=_probabilities_to_yasa(hypnogram),
    )


def _probabilities_to_yasa(hypnogram: Hypnogram) -> pd.DataFrame | None:
    import pandas as pd

    if hypnogram.probabilities is None or hypnogram.n_epochs == 0:
        return None
    known = ~np.isnan(hypnogram.probabilities[:, 0])
    given = np.where(known[:, None], hypnogram.probabilities, 0.0)
    columns = {word: given[:, PARTS[word]].sum(axis=1) for word in YASA_WORDS[hypnogram.levels].values()}
    if not known.all():
        columns["UNS"] = np.where(known, 0.0, 1.0)
    return pd.DataFrame(columns)


def from_yasa(hyp: yasa.Hypnogram) -> Hypnogram:
    """Stages, epoch length (seconds), start, scorer and probabilities of a ``yasa.Hypnogram``.

    Parameters
    ----------
    hyp : yasa.Hypnogram
        Of 5, 4, 3 or 2 stages.

    Returns
    -------
    Hypnogram
        ``ART`` and ``UNS`` are unscored, and their probabilities NaN. YASA takes its hypnogram as the time in bed, so
        the lights window is the whole; say otherwise by ``.replace(lights_off=..., lights_on=...)``, in seconds.

    Raises
    ------
    HypnogramError
        Where `hyp` is not a ``yasa.Hypnogram``.

    Notes
    -----
    Probabilities of fewer than 5 stages have no place in a `Hypnogram` and are left behind. What YASA gives to
    ``ART`` and ``UNS`` in a scored epoch is shared among the five stages in proportion.

    Examples
    --------
    >>> import yasa
    >>> from_yasa(yasa.Hypnogram(["W", "N2", "Art", "R"], freq="20s"))
    Hypnogram(4 epochs of 20 s, W 1, N1 0, N2 1, N3 0, R 1, ? 1)
    """
    import pandas as pd
    import yasa

    if not isinstance(hyp, yasa.Hypnogram):
        raise HypnogramError(
            f"from_yasa takes a yasa.Hypnogram, not {type(hyp).__name__}",
            remedy="a bare array of stages is Hypnogram(stages)",
        )
    stage_of = {word: stage for stage, word in YASA_WORDS[hyp.n_stages].items()}
    stages = np.array([stage_of.get(word, Stage.UNSCORED) for word in hyp.hypno], dtype=np.int8)
    return Hypnogram(
        stages,
        epoch=pd.Timedelta(hyp.freq).total_seconds(),
        probabilities=None if hyp.proba is None or hyp.n_stages != 5 else _probabilities_from_yasa(hyp.proba, stages),
        start=None if hyp.start is None else hyp.start.to_pydatetime(warn=False),
        scorer="" if hyp.scorer is None else str(hyp.scorer),
        levels=hyp.n_stages,
    )


def _probabilities_from_yasa(proba: pd.DataFrame, stages: np.ndarray[tuple[int], np.dtype[np.int8]]) -> np.ndarray:
    words = [YASA_WORDS[5][stage] for stage in STAGES_OF_LEVEL[5]]
    given = proba.reindex(columns=words, fill_value=0.0).to_numpy(dtype=np.float64, copy=True)
    total = given.sum(axis=1)
    given[(stages == Stage.UNSCORED) | (total <= 0)] = np.nan
    shared = (total > 0) & (np.abs(total - 1) > 1e-5)
    given[shared] /= total[shared, None]
    return given
