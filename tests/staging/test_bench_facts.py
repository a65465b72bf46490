"""Ratios and agreement, worked by hand."""

import json
import math

import numpy as np
import pytest

from somnometry.core.hypnogram import Hypnogram
from somnometry.staging.bench_facts import Machine, StagingBench, TimedWay, stages_alike

NOTHING = [math.nan] * 5


def bench(**changes):
    facts = {
        "source": "night.edf", "hours": 8.0, "size": 10**6, "n_channels": 3, "channels": {"eeg": "C4-M1"},
        "calibrated": False, "n_gaps": 0, "repeats": 3,
        "ways": (
            TimedWay("ours-1", 1.0, (0.4, 0.5, 0.9), (0.4, 0.4, 0.6)),
            TimedWay("ours-2", 1.0, (0.25, 0.2, 0.3), (0.5, 0.4, 0.5)),
            TimedWay("yasa-channels", 9.0, (4.0, 5.0, 4.5), (4.0, 4.0, 5.0)),
            TimedWay("yasa-whole", math.nan, error="MemoryError: too large"),
        ),
        "steps": {"choose": 0.1, "read": 0.1, "features": 0.2, "classify": 0.1},
        "alike": None, "machine": Machine("Linux", "x86_64", 2, "3.12.1", {"numpy": "2.0"}, ("openblas 2",)),
    }  # fmt: skip
    return StagingBench(**{**facts, **changes})


def test_speed_ups_are_ratios_of_medians():
    measured = bench()
    assert measured.speed_up() == 4.5 / 0.5
    assert measured.speed_up("ours-2") == 4.5 / 0.25
    assert measured.speed_up(cpu=True) == 4.0 / 0.4
    assert math.isnan(measured.speed_up("ours-1", "yasa-whole"))
    assert measured.way("yasa-channels").cpu_seconds == 4.0
    assert math.isnan(bench(ways=()).speed_up())


def test_all_of_it_is_plain_data():
    facts = json.loads(json.dumps(bench().to_dict(), allow_nan=False))
    assert facts["speed_up"]["yasa-channels over ours-1"] == 9.0
    assert facts["speed_up"]["yasa-whole over ours-1"] is None
    assert facts["speed_up_cpu"]["yasa-channels over ours-2"] == 4.0 / 0.5
    assert facts["ways"][0]["median"] == 0.5
    assert facts["ways"][3]["error"] == "MemoryError: too large"


def test_stages_are_compared_where_both_scored():
    ours = Hypnogram(
        [0, 1, 2, -1, 4],
        probabilities=[[1, 0, 0, 0, 0], [0, 0.6, 0.4, 0, 0], [0, 0, 1, 0, 0], NOTHING, [0, 0, 0, 0, 1]],
    )
    yasas = Hypnogram(
        [0, 2, 2, 3],
        probabilities=[[1, 0, 0, 0, 0], [0, 0.48, 0.52, 0, 0], [0, 0.3, 0.7, 0, 0], [0, 0, 0, 1, 0]],
    )
    alike = stages_alike(ours, yasas)
    assert (alike.n_epochs, alike.n_decided, alike.unscored) == (3, 2, 1)
    assert (alike.equal, alike.equal_decided) == (2 / 3, 1.0)
    assert alike.largest_difference == pytest.approx(0.3)


def test_where_nothing_can_be_compared_nothing_is_said():
    nothing = Hypnogram([-1, -1], probabilities=[NOTHING] * 2)
    alike = stages_alike(nothing, Hypnogram([0, 0], probabilities=np.eye(5)[[0, 0]]))
    assert (alike.n_epochs, alike.unscored) == (0, 2)
    assert math.isnan(alike.equal)
    assert math.isnan(alike.largest_difference)


def test_the_machine_has_no_name_and_no_place():
    import platform

    machine = Machine.this()
    assert platform.node() not in str(machine)
    assert machine.packages["yasa"].startswith("0.8")
    assert machine.n_processors >= 1
