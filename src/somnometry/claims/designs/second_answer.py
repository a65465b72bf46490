"""`cautious`: a second answer beside the prescribed one where residuals show trouble; both must agree."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, fdtrc

from ...core.reason import Reason
from ..data.sample import NotTestableError
from .ancova import Ancova
from .effect import Effect, TEffect, two_sided
from .mixed_model import MixedModel
from .model import ArmModel, Weights
from .parallel import Welch
from .permuted_arms import permute_arms
from .poisson_rates import PoissonRates, fit_poisson_rates
from .skewed_effect import SkewedEffect, skewness_of

__all__ = ["SecondAnswer", "WiderEffect", "cautious", "shifted", "shown_skewness", "troubles_of"]

Floats = npt.NDArray[np.float64]
#: Fewest values whose skewness, and whose spread, says anything.
FEW = 8
#: Fewest people whose third moment does not throw limits about.
ENOUGH = 16
#: Skewness of residuals that is acted upon, and how surely it is there.
SKEWED, SURELY = 0.7, 0.05
#: Below so many events of a subject and period in an arm, logarithms of rates hide a part of what a treatment does.
FEW_EVENTS = 5.0
#: How surely arms, or people, vary more than the mixed model expects before that is acted upon.
UNEQUAL = 0.10


@dataclass(frozen=True, slots=True, eq=False)
class SecondAnswer:
    """A contrast by a method that expects less, and why it was asked.

    Parameters
    ----------
    name : Reason
    effect : Effect
    trouble : Reason, optional
        What the residuals show; None where the metric is skewed by its nature.
    """

    name: Reason
    effect: Effect
    trouble: Reason | None


@dataclass(frozen=True, slots=True, eq=False)
class WiderEffect:
    """An effect by several answers to one question, of which the most cautious holds on either side.

    Parameters
    ----------
    first : Effect
        By the prescribed analysis, whose estimate and standard error are reported.
    seconds : tuple of SecondAnswer
    """

    first: Effect
    seconds: tuple[SecondAnswer, ...]

    @property
    def _all(self) -> tuple[Effect, ...]:
        return self.first, *(second.effect for second in self.seconds)

    @property
    def estimate(self) -> float:
        """That of the prescribed analysis."""
        return self.first.estimate

    @property
    def standard_error(self) -> float:
        """That of the prescribed analysis."""
        return self.first.standard_error

    @property
    def df(self) -> float:
        """Those of the prescribed analysis."""
        return self.first.df

    def p_above(self, value: float) -> float:
        """One-sided p against an effect of at most `value`: the largest."""
        return max(effect.p_above(value) for effect in self._all)

    def p_below(self, value: float) -> float:
        """One-sided p against an effect of at least `value`: the largest."""
        return max(effect.p_below(value) for effect in self._all)

    def interval(self, level: float) -> tuple[float, float]:
        """Two-sided confidence interval: each limit the farthest."""
        low, high = zip(*(effect.interval(level) for effect in self._all), strict=True)
        return min(low), max(high)

    def negated(self) -> WiderEffect:
        """The effect with its sign turned."""
        seconds = tuple(dataclasses.replace(one, effect=one.effect.negated()) for one in self.seconds)
        return WiderEffect(self.first.negated(), seconds)


def cautious(model: ArmModel, weights: Weights) -> Effect:
    """Give a contrast of a model; where its residuals show trouble, as wide as a second answer asks for.

    Parameters
    ----------
    model : ArmModel
    weights : Weights

    Returns
    -------
    Effect
        The model's own, or a `WiderEffect`. The second answer can take a result away and can give none: whether it is
        asked depends on the data, and what depends on the data must not make errors more frequent.
    """
    first = model.contrast(weights)
    if not isinstance(first, TEffect) or isinstance(model, PoissonRates) or first.standard_error == 0:
        return first
    without = model.leave_one_out(weights)
    influences = first.estimate - without[np.isfinite(without)]
    seconds = (
        *_of_skewness(model, weights, first, influences),
        *_of_spread(model, first, influences),
        *_of_few_events(model, weights),
    )
    return WiderEffect(first, seconds) if seconds else first


def troubles_of(effect: Effect, margin: float | None, alpha: float) -> tuple[Reason, ...]:
    """Say what called for a second answer, and where it takes away what the prescribed analysis alone would show.

    Parameters
    ----------
    effect : Effect
    margin : float, optional
        The smallest effect that matters, on the scale that is analysed.
    alpha : float
    """
    if not isinstance(effect, WiderEffect):
        return ()
    reasons = [second.trouble for second in effect.seconds if second.trouble is not None]
    tests: list[tuple[bool, Callable[[Effect], float]]] = [(False, two_sided)]
    if margin is not None:
        tests.append((True, lambda of: max(of.p_above(-margin), of.p_below(margin))))
    for equivalence, test in tests:
        p_first, p = test(effect.first), test(effect)
        if p_first <= alpha < p:
            facts = {"equivalence": equivalence, "p_first": p_first, "p": p}
            reasons.append(Reason("second-answer-decides", facts))
    return tuple(reason for i, reason in enumerate(reasons) if reason not in reasons[:i])


def shifted(effect: Effect, by: float) -> Effect:
    """Give the effect of the same values, each of them moved so that their contrast moves by a number."""
    if isinstance(effect, WiderEffect):
        seconds = tuple(dataclasses.replace(one, effect=shifted(one.effect, by)) for one in effect.seconds)
        return WiderEffect(shifted(effect.first, by), seconds)
    assert isinstance(effect, TEffect | SkewedEffect)
    return dataclasses.replace(effect, estimate=effect.estimate + by)


def _of_skewness(model: ArmModel, weights: Weights, first: TEffect, influences: Floats) -> Iterator[SecondAnswer]:
    """Mind the skewness of latencies, and of what residuals, or people's parts in the contrast, show to be skewed."""
    shown = shown_skewness(model.residuals)
    if shown is None and isinstance(model, MixedModel):
        shown = shown_skewness(influences)
    if (shown is None and not model.sample.is_latency) or influences.size < FEW:
        return
    trouble = None if shown is None else Reason("skewed-residuals", {"skewness": shown})
    if influences.size >= ENOUGH:
        skewness = skewness_of(influences, first.standard_error)
        minded = SkewedEffect(first.estimate, first.standard_error, first.df, skewness)
        yield SecondAnswer(Reason("skewness-minded"), minded, trouble)
    if isinstance(model, Welch | Ancova) and sorted(weights.values()) == [-1, 1]:
        control, treatment = (model.adjusted_values(arm) for arm in sorted(weights, key=lambda arm: weights[arm]))
        yield SecondAnswer(Reason("studentised-permutation"), permute_arms(treatment, control), trouble)


def shown_skewness(values: Floats) -> float | None:
    """Give the skewness of values where it is large, and surely there."""
    if values.size < FEW or np.ptp(values) == 0:
        return None
    deviations = values - values.mean()
    squares = deviations * deviations
    found = float(squares @ deviations) / values.size / (float(squares.sum()) / values.size) ** 1.5
    return found if abs(found) > SKEWED and _skewness_p(found, values.size) < SURELY else None


def _skewness_p(skewness: float, n: int) -> float:
    """Two-sided p of a skewness of normal values (D'Agostino 1970; as `scipy.stats.skewtest`, which costs 3 ms)."""
    y = skewness * math.sqrt((n + 1) * (n + 3) / (6 * (n - 2)))
    kurtosis = 3 * (n**2 + 27 * n - 70) * (n + 1) * (n + 3) / ((n - 2) * (n + 5) * (n + 7) * (n + 9))
    w2 = math.sqrt(2 * (kurtosis - 1)) - 1
    delta = 1 / math.sqrt(math.log(w2) / 2)
    z = delta * math.asinh(y * math.sqrt((w2 - 1) / 2))
    return math.erfc(abs(z) / math.sqrt(2))


def _of_spread(model: ArmModel, first: TEffect, influences: Floats) -> Iterator[SecondAnswer]:
    """Take the error of a contrast of a mixed model from the people, where arms or people vary otherwise than it says.

    The jackknife over people takes nothing for granted of the variances.
    """
    n = influences.size
    if not isinstance(model, MixedModel) or n < FEW:
        return
    error = math.sqrt((n - 1) / n * float(influences @ influences))
    trouble = _unequal_arms(model)
    if trouble is None and chdtrc(n - 1, (n - 1) * (error / first.standard_error) ** 2) < UNEQUAL:
        trouble = Reason("people-vary-more", {"ratio": error / first.standard_error})
    if trouble is not None and error > 0:
        yield SecondAnswer(Reason("errors-of-people"), TEffect(first.estimate, error, n - 1), trouble)


def _unequal_arms(model: MixedModel) -> Reason | None:
    """Say which arm's residuals vary most, where arms surely differ in that (Brown and Forsythe's test)."""
    arm = model.sample.arm
    residuals = model.residuals
    groups = [residuals[arm == a] for a in range(len(model.sample.arms))]
    if min(map(len, groups)) < FEW or not all(group.max() > group.min() for group in groups):
        return None
    if _brown_forsythe(groups) >= UNEQUAL:
        return None
    spreads = np.array([group.std() for group in groups])
    most = int(spreads.argmax())
    others = math.sqrt(float(np.mean(np.square(np.delete(spreads, most)))))
    return Reason("unequal-arms", {"arm": model.sample.arms[most], "ratio": float(spreads[most]) / others})


def _brown_forsythe(groups: Sequence[Floats]) -> float:
    """Give p of unequal variances: analysis of variance of distances from each group's median (as scipy's levene)."""
    distances = [np.abs(group - _median(group)) for group in groups]
    sizes, means = np.array([d.size for d in distances]), np.array([d.mean() for d in distances])
    n, k = int(sizes.sum()), len(groups)
    between = float(sizes @ (means - sizes @ means / n) ** 2) / (k - 1)
    within = sum(float(d @ d) - d.size * float(m) ** 2 for d, m in zip(distances, means, strict=True)) / (n - k)
    if within <= 0:  # each arm lies equally far from its median on all nights
        return 0.0 if between > 0 else 1.0
    return float(fdtrc(k - 1, n - k, between / within))


def _median(values: Floats) -> float:
    """Give the median of values that are all there (numpy's looks for what is not, and takes five times as long)."""
    ordered = np.sort(values)
    return float(ordered[(values.size - 1) // 2] + ordered[values.size // 2]) / 2


def _of_few_events(model: ArmModel, weights: Weights) -> Iterator[SecondAnswer]:
    """Set Poisson rates beside logarithms of rates where an arm has few events."""
    sample = model.sample
    if sample.counts is None:
        return
    means = [float(sample.counts[sample.arm == sample.arms.index(arm)].mean()) for arm in weights]
    least = int(np.argmin(means))
    if means[least] >= FEW_EVENTS:
        return
    baseline = None
    if isinstance(model, Ancova):
        baseline = np.full(len(sample.subjects), math.nan)
        baseline[sample.subject] = model.X[:, -1]
    with suppress(NotTestableError):
        effect = fit_poisson_rates(sample, model, baseline).contrast(weights)
        trouble = Reason("few-events-in-arm", {"arm": list(weights)[least], "mean": means[least]})
        yield SecondAnswer(Reason("poisson-gee"), effect, trouble)
