"""Every metric against slow loops, and against the oracle that lies outside the repository."""

import math

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import example, given, settings

from somnometry.metrics import architecture_table

from .naive import naive
from .strategies import WORKED_NIGHT, lights_of, stages_of

EPOCHS = st.sampled_from((5.0, 20.0, 30.0))


def measured(stages, **kwargs):
    return {key: float(column[0]) for key, column in architecture_table(np.asarray(stages)[None, :], **kwargs).items()}


@st.composite
def cases(draw):
    levels, epoch = draw(st.sampled_from((5, 5, 5, 4, 3, 2))), draw(EPOCHS)
    stages = draw(stages_of(levels))
    off, on = draw(lights_of(len(stages), epoch))
    return stages, {"epoch": epoch, "lights_off": off, "lights_on": on, "levels": levels}


@settings(max_examples=250, deadline=None)
@given(cases())
def test_equals_loops_over_epochs(case):
    stages, kwargs = case
    assert measured(stages, **kwargs) == pytest.approx(naive(stages, **kwargs), abs=1e-9, nan_ok=True)


@settings(max_examples=200, deadline=None)
@given(stages=st.lists(st.integers(-1, 4), max_size=30), epoch=EPOCHS)
@example(stages=WORKED_NIGHT, epoch=30.0)
@example(stages=[], epoch=30.0)
@example(stages=[0], epoch=30.0)
@example(stages=[4], epoch=30.0)
@example(stages=[-1], epoch=30.0)
@example(stages=[2] * 30, epoch=30.0)
@example(stages=[-1, 2, -1, 0, 2, -1], epoch=20.0)
def test_equals_loops_over_epochs_where_every_epoch_may_change(stages, epoch):
    stages = np.array(stages, dtype=np.int8)
    assert measured(stages, epoch=epoch) == pytest.approx(naive(stages, epoch), abs=1e-9, nan_ok=True)


#: Field of the oracle -> our key.
ORACLE = {
    "TRT": "trt",
    "unscored": "unscored_minutes",
    "TST": "tst",
    "TWT": "twt",
    "SE": "se",
    "SE_scored": "se_scored",
    "N1": "n1_minutes",
    "N2": "n2_minutes",
    "N3": "n3_minutes",
    "R": "rem_minutes",
    "pct_N1": "n1_percent",
    "pct_N2": "n2_percent",
    "pct_N3": "n3_percent",
    "pct_R": "rem_percent",
    "starts_asleep": "starts_asleep",
    "SOL": "sol",
    "SOL_time": "sol_time",
    "SOL_event": "sol_event",
    "LPS": "lps",
    "SPT": "spt",
    "WASO": "waso",
    "WASO_spt": "waso_spt",
    "FWT": "fwt",
    "SME": "sme",
    "REM_lat": "rem_latency",
    "REM_lat_time": "rem_latency_time",
    "REM_lat_event": "rem_latency_event",
    "REM_lat_sleep": "rem_latency_asleep",
    "NAWK": "awakenings",
    "SFI_wake": "sfi_wake",
    "SFI_hr": "sfi_shift",
    "stage_shift_idx": "stage_shift_index",
    "trans_all_3state_hr": "transitions_3state",
    "longest_sleep": "longest_sleep",
}
#: The oracle's `ends_asleep` asks for sleep in the last epoch; `truncated` holds too where unscored epochs follow.
#: `AI_shift` is a name that the oracle sets to NaN and never computes.
NOT_OURS = {"ends_asleep", "AI_shift"}


#: What we mean otherwise, key -> why, in a night without sleep.
OTHERWISE_WITHOUT_SLEEP = {
    "rem_latency_event": "a night without sleep onset was never at risk of R; the oracle censors it, at no time"
}


@pytest.mark.real_data
@settings(max_examples=200, deadline=None)
@given(stages=st.one_of(stages_of(), st.lists(st.integers(-1, 4), max_size=40)), epoch=EPOCHS)
@example(stages=WORKED_NIGHT, epoch=30.0)
@example(stages=[], epoch=30.0)
@example(stages=[0], epoch=5.0)
@example(stages=[-1], epoch=5.0)
def test_equals_the_oracle(oracle, stages, epoch):
    assert_equals_the_oracle(oracle, stages, epoch)


def assert_equals_the_oracle(oracle, stages, epoch):
    stages = np.array(stages, dtype=np.int8)
    theirs = {key: float(value) for key, value in oracle(stages, epoch).items() if key not in NOT_OURS}
    ours = measured(stages, epoch=epoch)
    assert theirs.keys() <= ORACLE.keys()
    expected = {ORACLE[field]: value for field, value in theirs.items()}
    if not ours["tst"]:
        for key in OTHERWISE_WITHOUT_SLEEP:
            assert expected.pop(key) == 0
            assert math.isnan(ours[key])
    assert {key: ours[key] for key in expected} == pytest.approx(expected, abs=1e-9, nan_ok=True)
    # what the oracle leaves out of a night without sleep is NaN here
    assert all(math.isnan(ours[key]) for field, key in ORACLE.items() if field not in theirs)
