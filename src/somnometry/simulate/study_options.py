"""Checks of the options of a study plan, and their arrays by metric."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..core.errors import SimulationError
from .designs import DesignLayout
from .spreads import FIRST_NIGHT

__all__ = [
    "at_least_0",
    "check_keys",
    "effects_by_arm",
    "probability",
    "resolve_carry_over",
    "resolve_effects",
    "resolve_first_night",
    "resolve_mixing",
    "resolve_period_effect",
    "resolve_sds",
    "resolve_weights",
]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def check_keys(name: str, given: Mapping[str, Any], keys: Sequence[str]) -> None:
    """Raise where an option names a metric that the study does not have."""
    if unknown := [key for key in given if key not in keys]:
        raise SimulationError(
            f"{name} holds {unknown[0]!r}, which is none of the study's metrics ({', '.join(keys)})",
            remedy="add it to metrics",
            key=f"{name}.{unknown[0]}",
        )


def _on_scale(name: str, key: str, value: float, count: bool) -> float:
    """Effect on the scale on which it is added: of a count, the logarithm of the ratio."""
    if not math.isfinite(value) or (count and value <= 0):
        raise SimulationError(
            f"{key!r} must have {'a ratio of rates above 0' if count else 'a finite value'}, not {value!r}",
            place=name,
            key=f"{name}.{key}",
        )
    return math.log(value) if count else float(value)


def effects_by_arm(key: str, given: float | Mapping[str, float], arms: Sequence[str]) -> Mapping[str, float]:
    """Arm -> effect on one metric; a lone number is that of the second of two arms."""
    if not isinstance(given, Mapping):
        if len(arms) > 2:
            raise SimulationError(
                f"the effect {given!r} of {key!r} must name its arm, one of {', '.join(arms[1:])}", key=f"effects.{key}"
            )
        return {arms[1]: given}
    if unknown := [arm for arm in given if arm not in arms[1:]]:
        raise SimulationError(
            f"an effect on {key!r} is declared for {unknown[0]!r}; effects are those of {', '.join(arms[1:])} against "
            f"{arms[0]!r}",
            key=f"effects.{key}.{unknown[0]}",
        )
    return given


def resolve_effects(
    effects: Mapping[str, float | Mapping[str, float]],
    keys: Sequence[str],
    layout: DesignLayout,
    arms: tuple[str, ...],
    counted: Mask,
) -> Floats:
    """Effects by metric and condition, shape (n_metrics, n_conditions), on the scale on which they are added."""
    array = np.zeros((len(keys), len(layout.conditions)))
    for m, key in enumerate(keys):
        for arm, value in effects_by_arm(key, effects.get(key, {}), arms).items():
            array[m, arms.index(arm)] = _on_scale("effects", key, value, counted[m])
    return array


def resolve_first_night(given: bool | Mapping[str, float], keys: Sequence[str], counted: Mask) -> Floats:
    """First-night effects, shape (n_metrics,)."""
    if isinstance(given, Mapping):
        check_keys("first_night", given, keys)
    else:
        given = FIRST_NIGHT if given else {}
    return np.array([_on_scale("first_night", key, given[key], counted[m]) if key in given else 0.0
                     for m, key in enumerate(keys)])  # fmt: skip


def resolve_period_effect(
    given: Mapping[str, float | Sequence[float]], keys: Sequence[str], n_periods: int, counted: Mask
) -> Floats:
    """Period effects, shape (n_metrics, n_periods)."""
    check_keys("period_effect", given, keys)
    array = np.zeros((len(keys), n_periods))
    for m, key in enumerate(keys):
        step = given.get(key)
        if step is not None and not isinstance(step, Sequence | np.ndarray):
            array[m] = np.arange(n_periods) * _on_scale("period_effect", key, step, counted[m])
        elif step is not None:
            if len(step) != n_periods:
                raise SimulationError(
                    f"period_effect gives {len(step)} values of {key!r} for {n_periods} periods",
                    key=f"period_effect.{key}",
                )
            array[m] = [_on_scale("period_effect", key, value, counted[m]) for value in step]
    return array


def resolve_carry_over(given: float | Mapping[str, float], keys: Sequence[str]) -> Floats:
    """Shares of the effect before that are left over, shape (n_metrics,)."""
    if isinstance(given, Mapping):
        check_keys("carry_over", given, keys)
        shares = [given.get(key, 0.0) for key in keys]
    else:
        shares = [given] * len(keys)
    if not np.isfinite(shares).all():
        raise SimulationError(f"carry_over is a finite share of the effect before, not {given!r}", key="carry_over")
    return np.array(shares, np.float64)


def resolve_sds(name: str, given: float | Mapping[str, float], keys: Sequence[str], usual: float) -> Floats:
    """SDs by metric, shape (n_metrics,), in night-to-night SDs; the usual one of metrics that a mapping leaves out."""
    if isinstance(given, Mapping):
        check_keys(name, given, keys)
        return np.array([at_least_0(name, given.get(key, usual)) for key in keys])
    return np.full(len(keys), at_least_0(name, given))


def resolve_mixing(
    given: float | Mapping[tuple[str, str], float] | Sequence[Sequence[float]], keys: Sequence[str]
) -> Floats:
    """Cholesky factor of the correlations, shape (n_metrics, n_metrics)."""
    n = len(keys)
    if isinstance(given, Mapping):
        matrix = np.eye(n)
        for pair, value in given.items():
            check_keys("correlation", dict.fromkeys(pair), keys)
            a, b = (keys.index(key) for key in pair)
            matrix[a, b] = matrix[b, a] = value
    else:
        matrix = np.asarray(given, np.float64)
        if matrix.ndim == 0:
            matrix = np.where(np.eye(n), 1.0, matrix)
    if matrix.shape != (n, n) or not (np.allclose(matrix, matrix.T) and np.allclose(np.diag(matrix), 1)):
        raise SimulationError(
            f"correlation is a number, pairs of metrics, or a symmetric matrix of {n} x {n} with a diagonal of 1, in "
            f"the order {', '.join(keys)}; not {given!r}",
            key="correlation",
        )
    try:
        return np.asarray(np.linalg.cholesky(matrix), np.float64)
    except np.linalg.LinAlgError:
        raise SimulationError(
            f"no {n} metrics can have the correlations {given!r}: they are not positive definite", key="correlation"
        ) from None


def resolve_weights(given: Sequence[float] | None, n: int) -> Floats | None:
    """Shares of the sequences, shape (n_sequences,)."""
    if given is None:
        return None
    weights = np.asarray(given, np.float64)
    if weights.shape != (n,) or not (np.isfinite(weights).all() and (weights > 0).all()):
        raise SimulationError(
            f"allocation holds a share above 0 for each of the {n} sequences, not {given!r}", key="allocation"
        )
    return weights


def at_least_0(name: str, value: float) -> float:
    """A number, checked to be finite and not negative."""
    if not (math.isfinite(value) and value >= 0):
        raise SimulationError(f"{name} is a number from 0, not {value!r}", key=name)
    return float(value)


def probability(name: str, value: float) -> float:
    """A number, checked to be a probability."""
    if not 0 <= value <= 1:
        raise SimulationError(f"{name} is a probability, 0 to 1, not {value!r}", key=name)
    return float(value)
