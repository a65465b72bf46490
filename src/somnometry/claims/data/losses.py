"""Nights that were lost, failed or had no value, by arm: whether people differ in them, and what they could change."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from ...core.reason import Reason
from .sample import Sample
from .study_nights import StudyNights

__all__ = ["losses_by_arm"]

#: Losses that chance would part so among people less often are said.
P = 0.05


def losses_by_arm(nights: StudyNights, sample: Sample, arms: tuple[str, str], estimate: float) -> Reason | None:
    """Say that nights were lost more often in one of two arms; None where they were not (Fisher's test on people).

    Parameters
    ----------
    nights : StudyNights
    sample : Sample
    arms : (str, str)
        Control and treatment.
    estimate : float
        On the scale that people read: a difference or a ratio.

    Returns
    -------
    Reason or None
        With the nights lost and given in each arm, p, and the bounds of the estimate: as if the lost nights had been at
        the 5th or 95th percentile of the others.
    """
    lost, given, people, shift = [], [], [], []
    low, high = np.quantile(sample.y, (0.05, 0.95))
    for arm in arms:
        if arm not in nights.conditions or arm not in sample.arms:
            return None
        inside = nights.condition == nights.conditions.index(arm)
        has = np.bincount(nights.subject[inside], minlength=len(nights.subjects))
        mine = sample.arm == sample.arms.index(arm)
        used = np.bincount(sample.subject[mine], sample.n_nights[mine], minlength=len(nights.subjects))
        left = {who: int(n) for who, n in zip(nights.subjects, has - used, strict=True) if n > 0}
        gone = [who for who, what in nights.lost if what == arm]
        took_part = {who for who, n in zip(nights.subjects, has, strict=True) if n} | set(gone)
        lost.append(sum(left.values()) + len(gone))
        given.append(int(has.sum()) + len(gone))
        people.append((len(set(left) | set(gone)), len(took_part) - len(set(left) | set(gone))))
        if not mine.any() or not given[-1]:
            return None
        share, mean = lost[-1] / given[-1], float(sample.y[mine].mean())
        shift.append((share * (low - mean), share * (high - mean)))
    p = float(stats.fisher_exact(np.array(people)).pvalue)
    if p > P:
        return None
    down, up = shift[1][0] - shift[0][1], shift[1][1] - shift[0][0]
    ratio = sample.scale == "ratio"
    bounds = (estimate * math.exp(down), estimate * math.exp(up)) if ratio else (estimate + down, estimate + up)
    facts = {"arms": arms, "lost": tuple(lost), "nights": tuple(given), "p": p, "low": float(bounds[0]),
             "high": float(bounds[1]), "scale": sample.scale}  # fmt: skip
    return Reason("lost-by-arm", facts)
