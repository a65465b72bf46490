"""Hypnograms of a study's nights: simulated near the metrics that were drawn, adjusted to them, and measured."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ..core.errors import SimulationError
from ..core.hypnogram import Hypnogram
from ..metrics.architecture import architecture_table
from ..metrics.table import METRICS
from .hypnogram_process import EPOCH, N1, N2, N3, TARGETS, R, W, simulate_hypnogram
from .outcomes import OutcomeModel, draw_outcomes, labels
from .spreads import Spread

__all__ = ["REALISED", "drawn", "positive", "realise"]

#: Metrics that a hypnogram can be made to have.
REALISED = ("tst", "sol", "waso", "n1_percent", "n3_percent", "rem_percent")
SHARES = {"n1_percent": N1, "n3_percent": N3, "rem_percent": R}
BEFORE, AFTER = 10, 4  # epochs of wake before lights-off and after lights-on
LEAST_TST = 120  # epochs
MOST = 95.0  # per cent of TST that N1, N3 and R may take together; what is left is N2
NEAR_ZERO = 3.0  # SDs

Stages = npt.NDArray[np.int8]
Columns = dict[str, npt.NDArray[np.generic]]


def drawn(keys: Iterable[str], effects: Mapping[str, object]) -> list[str]:
    """Metrics that are drawn of a night with a hypnogram: those it can realise, and columns of no hypnogram.

    Raises
    ------
    SimulationError
        For an effect on a metric that follows from the others.
    """
    if stuck := [key for key in effects if key in METRICS and key not in REALISED]:
        raise SimulationError(
            f"hypnograms cannot be made to have an effect on {stuck[0]!r}",
            remedy=f"declare effects on {', '.join(REALISED)}, from which it follows, or leave out hypnograms=True",
            key=f"effects.{stuck[0]}",
        )
    return [
        *(key for key in keys if key in REALISED or key not in METRICS),
        *(k for k in REALISED if k not in set(keys)),
    ]


def positive(spreads: Mapping[str, Spread]) -> frozenset[str]:
    """Metrics that a normal distribution would often take below 0."""
    return frozenset(
        key
        for key, spread in spreads.items()
        if key in REALISED and spread.mean < NEAR_ZERO * math.hypot(spread.between, spread.within)
    )


def realise(model: OutcomeModel, seed: int, age: float) -> tuple[Columns, dict[str, Hypnogram]]:
    """Draw a study, make its hypnograms, and measure them.

    Returns
    -------
    columns : dict of str to array, shape (n_nights,)
        The table of nights.
    hypnograms : dict of str to Hypnogram
        By the name of the recording.
    """
    draws = draw_outcomes(model, seed)
    columns = labels(model, draws)
    kept = draws.kept
    wanted = {key: draws.values[key][kept] for key in model.metrics}
    wanted["sol"] = np.where(draws.asleep[kept], 0.0, wanted["sol"])
    cut = np.where(draws.truncated[kept], draws.cut[kept], 1.0)
    names = [
        f"{subject}_p{period}_n{night}"
        for subject, period, night in zip(columns["subject"], columns["period"], columns["night"], strict=True)
    ]
    where = np.flatnonzero(kept.ravel())  # a night keeps its seed when others go missing
    nights = {}
    for i, name in enumerate(names):
        own = int(np.random.SeedSequence([seed, int(where[i])]).generate_state(1, np.uint64)[0])
        night = realised(own, {key: float(wanted[key][i]) for key in REALISED}, age)
        nights[name] = _cut(night, float(cut[i])) if cut[i] < 1 else night
    columns["recording"] = np.array(names, object)
    truncated = draws.truncated[kept]
    for key, values in _measure(list(nights.values())).items():
        latency = key.removesuffix("_time").removesuffix("_event")
        keeps = latency in METRICS and METRICS[latency].censoring is not None
        columns[key] = values if keeps or key == "starts_asleep" else np.where(truncated, np.nan, values)
    for key in model.metrics:
        if key not in METRICS:
            columns[key] = np.where(truncated, np.nan, wanted[key])
    columns["technical_truncation"] = truncated.astype(np.int64)
    return columns, nights


def realised(seed: int, wanted: Mapping[str, float], age: float) -> Hypnogram:
    """Simulate a night and adjust it to its metrics, to the epoch.

    Parameters
    ----------
    seed : int
    wanted : mapping of str to float
        Each of `REALISED` in its unit.
    age : float

    Examples
    --------
    >>> from somnometry.metrics import architecture
    >>> wanted = {"tst": 400, "sol": 12, "waso": 30, "n1_percent": 6, "n3_percent": 20, "rem_percent": 25}
    >>> night = architecture(realised(1, wanted, 30.0))
    >>> night["tst"], night["sol"], night["waso"], night["n3_percent"], night["rem_percent"]
    (400.0, 12.0, 30.0, 20.0, 25.0)
    """
    asleep = max(round(2 * wanted["tst"]), LEAST_TST)
    awake, latency = (max(round(2 * wanted[key]), 0) for key in ("waso", "sol"))
    percent = {stage: max(wanted[key], 0.0) for key, stage in SHARES.items()}
    room = min(1.0, MOST / max(sum(percent.values()), 1e-9))
    percent = {stage: share * room for stage, share in percent.items()}
    targets = {TARGETS[stage]: share for stage, share in percent.items()}
    n = BEFORE + latency + asleep + awake + AFTER
    night = simulate_hypnogram(
        seed,
        hours=n * EPOCH / 3600,
        age=age,
        stage_targets={**targets, "W": 100 * awake / (awake + asleep)},
        lights_off=BEFORE * EPOCH,
        lights_on=(n - AFTER) * EPOCH,
        sleep_latency=latency * EPOCH,
    )
    stages = night.stages.copy()
    part = stages[BEFORE + latency : n - AFTER]
    rng = np.random.default_rng([seed, 3])
    _resize(rng, part, W, awake)
    for stage, share in percent.items():
        _resize(rng, part, stage, round(share * asleep / 100))
    return night.replace(stages=stages)


# ------------------------------------------------------------------------------------------------------------- helpers
def _resize(rng: np.random.Generator, part: Stages, stage: int, wanted: int) -> None:
    """Lengthen or shorten bouts of a stage at their edges, against N2, until it has as many epochs as wanted.

    The first epoch, sleep onset, never becomes wake.
    """
    while missing := wanted - int((part == stage).sum()):
        own = np.concatenate([[False], part == stage, [False]])
        if missing > 0:
            free = part == N2
            if stage == W:
                free[0] = False
                free = free if free.any() else (part > W) & (np.arange(part.size) > 0)
            edge = free & (own[:-2] | own[2:])
        else:
            free = part == stage
            edge = free & ~(own[:-2] & own[2:])
        places = np.flatnonzero(edge if edge.any() else free)
        if not places.size:
            return
        few = abs(missing) if edge.any() else 1
        part[rng.choice(places, min(few, places.size), replace=False)] = stage if missing > 0 else N2


def _cut(night: Hypnogram, share: float) -> Hypnogram:
    """End the record at a share of the time between the lights, with lights-on unknown; at least one epoch is left."""
    n = BEFORE + max(math.ceil(share * (night.n_epochs - BEFORE - AFTER)), 1)
    return night.replace(stages=night.stages[:n], lights_on=math.nan)


def _measure(nights: Sequence[Hypnogram]) -> dict[str, npt.NDArray[np.float64]]:
    sizes = np.array([night.n_epochs for night in nights], np.int64)
    stages = np.zeros((len(nights), sizes.max(initial=0)), np.int8)
    for row, night in zip(stages, nights, strict=True):
        row[: night.n_epochs] = night.stages
    lights = np.array([(night.lights_off, night.lights_on) for night in nights]).reshape(-1, 2)
    return architecture_table(stages, epoch=EPOCH, lights_off=lights[:, 0], lights_on=lights[:, 1], n_epochs=sizes)
