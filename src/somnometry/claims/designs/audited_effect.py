"""Effects of an audit: people scored some subjects whom a program scored all of (prediction-powered inference).

Where a treatment changes the EEG itself, no calibration on other nights bounds what the program gets wrong. Subjects
drawn at random whom people score, blind, do: the program's effect is corrected by what it gets wrong in them.

Angelopoulos, A. N., Duchi, J. C. & Zrnic, T. (2023). PPI++: efficient prediction-powered inference. arXiv 2311.01453.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from .effect import TEffect

__all__ = ["LEAST_AUDITED", "audited_effect", "expected_half_width", "half_width"]

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]
#: Subjects that people must have scored.
LEAST_AUDITED = 8


def audited_effect(
    human: Floats, audited: Floats, rest: Floats, sequence: Codes | None = None, of_rest: Codes | None = None
) -> TEffect:
    """Mean difference between arms on the human-scored metric, by all subjects; t with n - 2 degrees of freedom.

    theta = mean(human) + l (mean(rest) - mean(audited)), with the l that makes its variance least,
    l = cov(human, audited) / ((1 + n / N) var(f)), f over all subjects. Where sequences are told, means are those of
    the sequences, which count alike, and variances are within them: effects of period have another sign in each.

    Parameters
    ----------
    human : array of float64, shape (n,)
        Treatment less control of the subjects whom people scored, as they did.
    audited : array of float64, shape (n,)
        The same of the same subjects, as the program scored them.
    rest : array of float64, shape (N,)
        Of the subjects whom it alone scored; none where people scored all.
    sequence, of_rest : array of int, shapes (n,) and (N,), optional
        Sequence of each subject, from 0.

    Raises
    ------
    ValueError
        With fewer than three subjects in the audit, or none in a sequence.

    Examples
    --------
    A program that adds 3 points under treatment alone, where people find no effect:

    >>> audit = np.array([-1.0, 1.0, 0.0, 0.4]), np.array([2.0, 4.0, 3.0, 3.4])
    >>> effect = audited_effect(*audit, np.array([2.5, 3.0, 4.0, 2.0, 3.2, 3.3]))
    >>> round(effect.estimate, 1), effect.df
    (0.0, 2)
    """
    n, more = human.size, rest.size
    sequence = np.zeros(n, np.intp) if sequence is None else sequence
    of_rest = np.zeros(more, np.intp) if of_rest is None else of_rest
    k = int(max(sequence.max(initial=0), of_rest.max(initial=0))) + 1
    each = np.bincount(sequence, minlength=k)
    if n < 3 or audited.size != n or n <= k or not each.all():
        raise ValueError(f"an audit takes three subjects scored both ways and one of each sequence, not {n} of {k}")
    y, f = _around(human, sequence, k), _around(audited, sequence, k)
    of_each = np.bincount(of_rest, minlength=k)
    share = gap = variance = 0.0
    spent = k  # degrees of freedom of the residuals
    if of_each.all():
        every = _around(np.concatenate([audited, rest]), np.concatenate([sequence, of_rest]), k)
        spread = float(every @ every) / (n + more - k)
        together = float(y @ f) / (n - k)
        share = together / ((1 + n / more) * spread) if spread > 0 else 0.0
        spent += spread > 0  # for the share, which is estimated from them: without it 8 subjects cover .92 to .93
        gap = _mean(rest, of_rest, k) - _mean(audited, sequence, k)
        variance = share**2 * spread * float((1 / of_each).sum()) / k**2
    left = y - share * f
    variance += float(left @ left) / max(n - spent, 1) * float((1 / each).sum()) / k**2
    return TEffect(_mean(human, sequence, k) + share * gap, math.sqrt(variance), n - max(k, 2))


def _means(values: Floats, sequence: Codes, k: int) -> Floats:
    return np.asarray(np.bincount(sequence, values, minlength=k) / np.bincount(sequence, minlength=k), np.float64)


def _mean(values: Floats, sequence: Codes, k: int) -> float:
    """Mean of the means of sequences."""
    return float(_means(values, sequence, k).mean())


def _around(values: Floats, sequence: Codes, k: int) -> Floats:
    """Deviations from the mean of their sequence."""
    return values - _means(values, sequence, k)[sequence]


def half_width(sigma_night: float, n: int, nights: int = 1, level: float = 0.95) -> float:
    """Half the interval that an audit of `n` subjects leaves, where all else is known: of the program's error alone.

    t sigma sqrt(2 / k) / sqrt(n), for a treatment and a control of k nights each.

    Parameters
    ----------
    sigma_night : float
        SD of the program's error from night to night of a person (`MetricCalibration.sigma_within`).
    n : int
        Subjects of the audit; at least three.
    nights : int
        Of a subject in each arm.
    level : float

    Examples
    --------
    A headband's N3 %, two nights in each arm:

    >>> [round(half_width(3.15, n, 2), 1) for n in (8, 16)]
    [2.7, 1.7]
    """
    return float(stdtrit(n - 2, 0.5 + level / 2)) * sigma_night * math.sqrt(2 / nights / n)


def expected_half_width(
    of_people: float, of_error: float, n: int, rest: int, share: float = 1.0, level: float = 0.95
) -> float:
    """Half the interval that an audit is to be expected to leave, in the metric's unit.

    The root of the variance of `audited_effect` in the long run, times t.

    Parameters
    ----------
    of_people, of_error : float
        SDs between subjects of the difference of the arms, as it is, and of the program's error in it.
    n, rest : int
        Subjects of the audit, and whom the program alone scores.
    share : float
        How much of a difference the program shows.
    level : float

    Examples
    --------
    Where the program tells nothing, it is that of the people who were audited alone:

    >>> round(expected_half_width(3.0, 1.0, 8, 32, share=0.0), 2), round(float(stdtrit(6, 0.975)) * 3 / 8**0.5, 2)
    (2.6, 2.6)
    """
    of_program, together = (share * of_people) ** 2 + of_error**2, share * of_people**2
    weight = together / ((1 + n / rest) * of_program) if rest and of_program > 0 else 0.0
    left = of_people**2 - 2 * weight * together + weight**2 * of_program
    variance = left / n + (weight**2 * of_program / rest if rest else 0.0)
    return float(stdtrit(n - 2, 0.5 + level / 2)) * math.sqrt(variance)
