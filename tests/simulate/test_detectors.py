"""YASA's detectors, which know nothing of the truth, find the events that were put in."""

import warnings

import numpy as np
import pytest

from somnometry.simulate.simulated_night import simulate_scored_night

N2, N3, R = 2, 3, 4
RATE = 100


@pytest.fixture(scope="module")
def night():
    return simulate_scored_night(201, hours=4, rate=RATE, stage_targets={"N3": 12})


def truth(night, kinds, stages):
    events = night.events.of(*kinds)
    inside = np.isin(night.hypnogram.stages[(events.onset // 30).astype(int)], stages)
    return events.onset[inside], events.duration[inside]


def f1(onset, duration, detected):
    """Pair every true event with at most one overlapping detection."""
    start, end = detected["Start"].to_numpy(), detected["End"].to_numpy()
    free = np.ones(start.size, bool)
    hits = 0
    for a, b in zip(onset, onset + duration, strict=True):
        overlapping = np.flatnonzero(free & (start < b) & (end > a))
        if overlapping.size:
            free[overlapping[0]] = False
            hits += 1
    return 2 * hits / (onset.size + start.size)


def detect(night, function, names, **arguments):
    import yasa

    samples = [night.recording.signals[name].samples.astype(float) for name in names]
    hypnogram = np.repeat(night.hypnogram.stages, 30 * RATE)
    with warnings.catch_warnings():
        # numba and pandas deprecations inside YASA are not ours
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", FutureWarning)
        return getattr(yasa, function)(*samples, RATE, hypno=hypnogram, verbose="ERROR", **arguments).summary()


def test_spindles_of_n2(night):
    detected = detect(night, "spindles_detect", ["EEG C4-M1"], include=(N2,))
    assert f1(*truth(night, ["spindle"], [N2]), detected) >= 0.7
    minutes = np.count_nonzero(night.hypnogram.stages == N2) / 2
    assert 1 <= len(detected) / minutes <= 5


@pytest.mark.parametrize("stages", [(N2,), (N3,), (N2, N3)])
def test_slow_waves_and_k_complexes(night, stages):
    detected = detect(night, "sw_detect", ["EEG C4-M1"], include=(N2, N3))
    detected = detected[detected["Stage"].isin(stages)]
    assert f1(*truth(night, ["slow wave", "k-complex"], list(stages)), detected) >= 0.7


def test_rapid_eye_movements_of_rem(night):
    detected = detect(night, "rem_detect", ["EOG E1-M2", "EOG E2-M2"], include=R)
    assert f1(*truth(night, ["rapid eye movement"], [R]), detected) >= 0.7
