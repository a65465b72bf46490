"""Laws that hold for every night."""

from datetime import datetime, timedelta

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given

from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics import METRICS, architecture_table

from .nights import measure
from .strategies import hypnograms, laws, stages_of

NREM = (1, 2, 3)


def same(one, other):
    return dict(one) == pytest.approx(dict(other), nan_ok=True)


@laws
@given(hypnograms())
def test_every_nan_has_a_reason_and_nothing_else_has(hypnogram):
    night = measure(hypnogram)
    assert set(night.reasons) == {key for key, value in night.items() if np.isnan(value)}
    assert all(night.reasons.values())


@laws
@given(hypnograms(), st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)), st.integers(-(10**6), 10**6))
def test_the_clock_changes_nothing(hypnogram, start, seconds):
    later = start + timedelta(seconds=seconds)
    one, other = measure(hypnogram.replace(start=start)), measure(hypnogram.replace(start=later))
    assert same(one, other)
    assert one.reasons == other.reasons


@laws
@given(stages_of(), st.integers(0, 50), st.integers(0, 50), st.sampled_from((-1, 0, 2)))
def test_what_lies_outside_the_lights_changes_nothing(stages, before, after, filling):
    assume(stages.size)
    padded = np.concatenate([np.full(before, filling), stages, np.full(after, filling)])
    lights = {"lights_off": before * 30.0, "lights_on": (before + stages.size) * 30.0}
    one, other = measure(Hypnogram(stages)), measure(Hypnogram(padded, **lights))
    assert same(one, other)
    assert one.reasons == other.reasons
    slept_outside = filling == 2 and before + after > 0
    assert [w for w in other.warnings if "outside lights-off" not in w] == list(one.warnings)
    assert len(other.warnings) == len(one.warnings) + slept_outside


@laws
@given(stages_of())
def test_sleep_and_wake_are_blind_to_which_nrem_stage_it_is(stages):
    merged = np.where(np.isin(stages, NREM), 6, stages)
    five, three = measure(Hypnogram(stages)), measure(Hypnogram(merged, levels=3))
    stages_needed = {key for key, metric in METRICS.items() if any("stage:N" in name for name in metric.requires)}
    counts_shifts = {"sfi_shift", "stage_shift_index", "light_minutes", "light_percent"}
    counts_shifts |= {"stage_entropy", "transition_entropy"}
    for key in METRICS.keys() - stages_needed - counts_shifts:
        assert three[key] == pytest.approx(five[key], nan_ok=True), key


#: What unscored epochs after the night do change, and why.
MEASURED_TO_THE_END = {
    "trt": "time in bed, which unscored epochs are",
    "se": "a share of time in bed",
    "unscored_minutes": "is those very epochs",
    "sol_time": "censored at the end of time in bed",
    "sol_5min_time": "censored at the end of time in bed",
    "lps_time": "censored at the end of time in bed",
    **{
        f"{stage}_latency_lights_off_time": "censored there too in a night without sleep"
        for stage in ("n1", "n2", "n3", "rem")
    },
}


@laws
@given(hypnograms(), st.integers(1, 60))
def test_unscored_epochs_after_the_night_change_nothing_but_what_is_measured_to_its_end(hypnogram, n):
    kept = hypnogram.stages[hypnogram.in_bed]
    assume(kept.size)
    night, longer = (
        measure(Hypnogram(stages, levels=hypnogram.levels)) for stages in (kept, np.append(kept, np.full(n, -1)))
    )
    changed = {key for key in night if longer[key] != pytest.approx(night[key], nan_ok=True)}
    assert changed <= MEASURED_TO_THE_END.keys()
    assert longer["trt"] - night["trt"] == pytest.approx(n / 2)
    assert longer["unscored_minutes"] - night["unscored_minutes"] == pytest.approx(n / 2)
    assert {key for key in changed if key.endswith("_time") and night[f"{key.removesuffix('_time')}_event"]} == set()


@laws
@given(
    st.lists(
        st.tuples(stages_of(), st.sampled_from((0.0, 45.0, np.nan)), st.sampled_from((0.0, 60.0, np.nan))), max_size=6
    )
)
def test_the_table_is_one_night_after_the_other(nights):
    nights = [(stages, off, stages.size * 30.0 - early) for stages, off, early in nights]
    nights = [(stages, off, on) for stages, off, on in nights if not off >= on]
    width = max((stages.size for stages, _, _ in nights), default=0) + 3
    padded = np.full((len(nights), width), 2, dtype=np.int8)
    for row, (stages, _, _) in zip(padded, nights, strict=True):
        row[: stages.size] = stages
    table = architecture_table(
        padded,
        lights_off=[off for _, off, _ in nights],
        lights_on=[on for _, _, on in nights],
        n_epochs=[stages.size for stages, _, _ in nights],
    )
    for i, (stages, off, on) in enumerate(nights):
        alone = measure(Hypnogram(stages, lights_off=off, lights_on=on))
        assert {key: column[i] for key, column in table.items()} == pytest.approx(dict(alone), nan_ok=True)


@laws
@given(hypnograms(unknown_lights=False))
def test_time_reversal_mirrors_the_night(hypnogram):
    stages = hypnogram.stages[hypnogram.in_bed]
    night, mirrored = (measure(Hypnogram(row, levels=hypnogram.levels)) for row in (stages, stages[::-1]))
    assume(-1 not in stages)
    assert mirrored["sol"] == pytest.approx(night["fwt"], nan_ok=True)
    assert mirrored["fwt"] == pytest.approx(night["sol"], nan_ok=True)
    blind = [key for key in METRICS if "_bout" in key or key.endswith(("_minutes", "_percent"))]
    blind += ["spt", "sme", "awakenings", "longest_sleep", "stage_entropy", "transitions_3state"]
    for key in blind:
        assert mirrored[key] == pytest.approx(night[key], nan_ok=True), key


@laws
@given(hypnograms())
def test_entropies_are_no_larger_than_those_of_what_may_come(hypnogram):
    night = measure(hypnogram)
    for key in ("stage_entropy", "transition_entropy"):
        assert np.isnan(night[key]) or 0 <= night[key] <= np.log2(hypnogram.levels) + 1e-9
    for key in ("sleep_to_wake", "wake_to_sleep"):
        assert np.isnan(night[key]) or 0 <= night[key] <= 1
    assert np.isnan(night["rem_efficiency"]) or 0 < night["rem_efficiency"] <= 100
