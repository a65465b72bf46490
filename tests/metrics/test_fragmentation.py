"""Changes of stage per hour of sleep, by hand and by law."""

import pytest

from .nights import measured_runs


def test_unscored_is_neither_sleep_nor_wake_and_no_transition_crosses_it():
    night = measured_runs(0, 2, 2, 10, -1, 4, 0, 2, 2, 10, -1, 1, 4, 10, 0, 3)
    assert (night["trt"], night["tst"], night["twt"], night["unscored_minutes"]) == (21, 15, 3.5, 2.5)
    assert night["se_scored"] == pytest.approx(100 * 15 / 18.5)
    assert (night["waso"], night["waso_spt"], night["fwt"]) == (2.5, 1, 1.5)
    assert (night["awakenings"], night["awakenings_bridged"]) == (0, 1)
    assert (night["sfi_wake"], night["sfi_shift"], night["stage_shift_index"]) == (4, 0, 0)
    assert night["transitions_3state"] == 4  # W-N2
    assert night["longest_sleep"] == 5
    assert (night["rem_latency"], night["rem_latency_asleep"]) == (13.5, 10)
