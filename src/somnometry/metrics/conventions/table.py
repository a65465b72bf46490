"""`CONVENTIONS`: what seven conventions report of a night."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import numpy as np

from ...core.hypnogram import Hypnogram
from ...core.stage import Stage
from .. import continuity, durations, latencies
from ..requirements import REQUIREMENTS, StageRequirement
from ..runs import Runs
from ..stage_matrix import PerNight, StageMatrix, ratio
from ..table import METRICS
from . import definitions as peers
from .convention import Convention, Field
from .dreem import DREEM_FIELDS

__all__ = ["CONVENTIONS"]

LIGHTS = (REQUIREMENTS["lights_off"], REQUIREMENTS["lights_on"])
SLEEP = REQUIREMENTS["sleep"]
FIVE = REQUIREMENTS["stage:N1"]
SCORED = REQUIREMENTS["scored"]
LUNA_SLEEP = (SCORED, StageRequirement(SLEEP.met, "no sleep was scored, and Luna then prints little more than TIB"))
LUNA_PERSISTENT = (
    *LUNA_SLEEP,
    StageRequirement(lambda nights: peers.luna_tst_persistent(nights) > 0, "no sleep lasted more than 10 min"),
)
WONAMBI = (*LIGHTS, StageRequirement(SLEEP.met, "no sleep was scored, and Wonambi then writes no report"))
SRI = (StageRequirement(lambda nights: nights.n_unscored == 0, "the SRI pipeline has no code for unscored epochs"),)


# ----------------------------------------------------------------------------------------------------- windows
def lights_window(hypnogram: Hypnogram) -> StageMatrix:
    """Cut to the lights, which may be unknown."""
    return StageMatrix.of(hypnogram)


def whole_record(hypnogram: Hypnogram) -> StageMatrix:
    """Take the whole record, whatever the lights."""
    return StageMatrix.of(hypnogram.whole())


def luna_window(hypnogram: Hypnogram) -> StageMatrix:
    """Cut to the lights, whole where unknown; then to the first and the last scored epoch, unless none is scored."""
    scored = np.flatnonzero(hypnogram.in_bed & (hypnogram.stages != Stage.UNSCORED))
    if not scored.size:
        return StageMatrix.of(hypnogram)
    epoch = hypnogram.epoch
    return StageMatrix.of(hypnogram.replace(lights_off=scored[0] * epoch, lights_on=(scored[-1] + 1) * epoch))


# ----------------------------------------------------------------------------------------------------- short hands
def ours(key: str) -> Field:
    """Give one of our own metrics under its own key, which is also the quantity."""
    metric = METRICS[key]
    return Field(key, metric.unit, key, metric.function, tuple(REQUIREMENTS[name] for name in metric.requires))


def same(
    name: str,
    key: str,
    quantity: str | None = None,
    *,
    unit: str | None = None,
    divided_by: float = 1.0,
    first: tuple[StageRequirement, ...] = (),
    levels: tuple[int, ...] = (5, 4, 3, 2),
) -> Field:
    """Give a field that is defined as one of our metrics, perhaps in another unit."""
    metric = METRICS[key]

    def function(nights: StageMatrix) -> PerNight:
        return metric.function(nights) / divided_by

    requires = (*first, *(REQUIREMENTS[name] for name in metric.requires))
    return Field(name, unit or metric.unit, quantity or key, function, requires, divided_by, levels)


def share_of(nights: StageMatrix, *, stages: tuple[Stage, ...], whole: Callable[[StageMatrix], PerNight]) -> PerNight:
    """Share of some stages in a span of minutes, between 0 and 1."""
    return ratio(durations.stage_minutes(nights, stages=stages), whole(nights))


def percent_of(nights: StageMatrix, *, stages: tuple[Stage, ...], whole: Callable[[StageMatrix], PerNight]) -> PerNight:
    """Share of some stages in a span of minutes, per cent."""
    return 100 * share_of(nights, stages=stages, whole=whole)


def minutes_per_cent_of(
    nights: StageMatrix, *, part: Callable[[StageMatrix], PerNight], whole: Callable[[StageMatrix], PerNight]
) -> PerNight:
    """Share of one span in another, per cent."""
    return 100 * ratio(part(nights), whole(nights))


# ----------------------------------------------------------------------------------------------------- fields
AASM_FIELDS = tuple(
    ours(key)
    for key in (
        "trt", "tst", "se", "sol", "rem_latency", "waso", "awakenings",
        "n1_minutes", "n2_minutes", "n3_minutes", "rem_minutes",
        "n1_percent", "n2_percent", "n3_percent", "rem_percent",
    )
)  # fmt: skip

PERSISTENT = (*LIGHTS, REQUIREMENTS["sleep_10min"])

# fmt: off
TRIAL_FIELDS = (
    ours("trt"),
    ours("tst"),
    ours("se"),
    Field("lps", "min", "lps", peers.trial_lps, LIGHTS),
    Field("lps_event", "0/1", None, peers.trial_lps_event, LIGHTS),
    Field("waso_lps", "min", "waso", peers.trial_waso, PERSISTENT),
    Field("naw", "count", "awakenings", peers.trial_naw, (REQUIREMENTS["stage:N2"], *PERSISTENT)),
    Field("wtds", "min", None, peers.trial_wtds, PERSISTENT),
    Field("wtas", "min", "fwt", peers.trial_wtas, PERSISTENT),
)

YASA_FIELDS = (
    same("TIB", "trt"),
    same("SPT", "spt"),
    same("WASO", "waso_spt", "waso"),
    same("TST", "tst"),
    same("SE", "se"),
    same("SME", "sme"),
    same("SFI", "sfi_wake", "sfi"),
    same("SOL", "sol"),
    same("SOL_5min", "sol_5min", "lps"),
    same("Lat_REM", "rem_latency_lights_off", "rem_latency", levels=(5, 4, 3)),
    same("WAKE", "twt"),
    same("N1", "n1_minutes", levels=(5,)),
    same("N2", "n2_minutes", levels=(5,)),
    same("N3", "n3_minutes", levels=(5,)),
    same("LIGHT", "light_minutes", levels=(4,)),
    same("DEEP", "n3_minutes", levels=(4,)),
    same("NREM", "nrem_minutes", levels=(3,)),
    same("REM", "rem_minutes", levels=(5, 4, 3)),
    Field("UNS", "min", "unscored_minutes", durations.unscored_minutes, only_if_any=True),
    same("%N1", "n1_percent", levels=(5,)),
    same("%N2", "n2_percent", levels=(5,)),
    same("%N3", "n3_percent", levels=(5,)),
    same("%LIGHT", "light_percent", levels=(4,)),
    same("%DEEP", "n3_percent", levels=(4,)),
    same("%NREM", "nrem_percent", levels=(3,)),
    same("%REM", "rem_percent", levels=(5, 4, 3)),
)


def luna_stage(
    name: str, key: str | None, runs: Callable[[StageMatrix], Runs], stages: tuple[Stage, ...]
) -> tuple[Field, ...]:
    """Give what Luna prints of one stage. Tables of many nights call its ``MINS`` of N1 ``MINS_SS_N1``."""
    requires = (*LUNA_SLEEP, FIVE) if stages else LUNA_SLEEP
    minutes = Field(f"MINS_SS_{name}", "min", None if key is None else f"{key}_minutes",
                    partial(peers.bout_minutes, runs=runs, seconds=0.0), requires)
    shares = (
        Field(f"PCT_SS_{name}", "1", None if key is None else f"{key}_percent",
              partial(share_of, stages=stages, whole=durations.tst), requires, factor=100),
        Field(f"DENS_SS_{name}", "1", None, partial(share_of, stages=stages, whole=durations.spt), requires),
    ) if stages else ()
    awakenings = "awakenings" if name == "WASO" else None
    return (
        minutes,
        *shares,
        Field(f"BOUT_N_SS_{name}", "count", awakenings, partial(peers.bout_count, runs=runs), requires),
        Field(f"BOUT_MN_SS_{name}", "min", None, partial(peers.bout_mean, runs=runs), requires),
        Field(f"BOUT_MD_SS_{name}", "min", None, partial(peers.bout_median, runs=runs), requires),
        Field(f"BOUT_MX_SS_{name}", "min", None, partial(peers.bout_most, runs=runs), requires),
        Field(f"BOUT_05_SS_{name}", "min", None, partial(peers.bout_minutes, runs=runs, seconds=300.0), requires),
        Field(f"BOUT_10_SS_{name}", "min", None, partial(peers.bout_minutes, runs=runs, seconds=600.0), requires),
    )


def luna_of(name: str, key: str | None, *stages: Stage) -> tuple[Field, ...]:
    """Give what Luna prints of the bouts of some stages."""
    return luna_stage(name, key, lambda nights: nights.runs_of(stages), stages)


LUNA_FIELDS = (
    Field("TIB", "min", "trt", durations.trt, (SCORED,)),
    Field("TRT", "min", None, peers.minutes_recorded, (SCORED,)),
    Field("TST", "min", "tst", durations.tst, (SCORED,)),
    Field("TST_PER", "min", None, peers.luna_tst_persistent, (SCORED,)),
    Field("TWT", "min", "twt", durations.twt, (SCORED,)),
    Field("OTHR", "min", "unscored_minutes", durations.unscored_minutes, (SCORED,)),
    Field("LOT", "min", None, peers.minutes_outside, (SCORED,)),
    Field("SINS", "0/1", None, peers.luna_starts_asleep, (SCORED,)),
    Field("EINS", "0/1", None, peers.ends_asleep, (SCORED,)),
    Field("WASO", "min", "waso", continuity.waso_spt, LUNA_SLEEP),
    Field("FWT", "min", "fwt", peers.luna_fwt, LUNA_SLEEP),
    Field("SPT", "min", "spt", peers.luna_spt, LUNA_SLEEP),
    Field("SPT_PER", "min", None, peers.luna_spt_persistent, LUNA_PERSISTENT),
    Field("PRE", "min", None, peers.luna_pre, LUNA_SLEEP),
    Field("POST", "min", None, peers.luna_post, LUNA_SLEEP),
    Field("SE", "%", "se", durations.se, LUNA_SLEEP),
    Field("SME", "%", "sme", durations.sme, LUNA_SLEEP),
    Field("SOL", "min", "sol", latencies.sol, LUNA_SLEEP),
    Field("SOL_PER", "min", "lps", peers.luna_lps, LUNA_PERSISTENT),
    same("REM_LAT", "rem_latency", first=LUNA_SLEEP),
    same("REM_LAT2", "rem_latency_asleep", first=LUNA_SLEEP),
    same("SFI", "sfi_wake", "sfi", unit="1/min", divided_by=60, first=LUNA_SLEEP),
    same("SFI1", "sfi_wake_n1", unit="1/min", divided_by=60, first=LUNA_SLEEP),
    same("TI_S", "stage_shift_index", unit="1/min", divided_by=60, first=LUNA_SLEEP),
    Field("TI_S3", "1/min", None, peers.luna_three_state_rate, (*LUNA_SLEEP, REQUIREMENTS["stage:several"])),
    Field("TI_RNR", "1/min", None, peers.luna_rem_nrem_rate, (*LUNA_SLEEP, REQUIREMENTS["stage:several"])),
    Field("NREMC", "count", None, peers.luna_cycle_count, (*LUNA_SLEEP, FIVE)),
    Field("NREMC_MINS", "min", None, peers.luna_cycle_minutes, (*LUNA_SLEEP, FIVE)),
    Field("E2_SLEEP_ONSET", "min", None, peers.luna_pre, LUNA_SLEEP),
    Field("E3_SLEEP_MIDPOINT", "min", None, peers.luna_sleep_midpoint, LUNA_SLEEP),
    Field("E4_FINAL_WAKE", "min", None, lambda nights: nights.minutes(peers.final_wake(nights)), LUNA_SLEEP),
    *luna_of("N1", "n1", Stage.N1),
    *luna_of("N2", "n2", Stage.N2),
    *luna_of("N3", "n3", Stage.N3),
    *luna_of("R", "rem", Stage.R),
    *luna_of("NR", "nrem", Stage.N1, Stage.N2, Stage.N3),
    *luna_stage("S", None, lambda nights: nights.sleep_runs, ()),
    *luna_stage("W", None, lambda nights: nights.wake_runs, ()),
    *luna_stage("WASO", None, lambda nights: nights.within_sleep_period(nights.wake_runs), ()),
)

N1, N2, N3, R = (Stage.N1,), (Stage.N2,), (Stage.N3,), (Stage.R,)
WONAMBI_STAGES = (*WONAMBI, FIVE)


def consolidated(name: str, quantity: str | None, stages: tuple[Stage, ...], minutes: int) -> Field:
    """Give Wonambi's latency to a run of some stages."""
    function = partial(peers.wonambi_consolidated, stages=stages, seconds=60.0 * minutes)
    lasted = StageRequirement(
        lambda nights: ~np.isnan(function(nights)),
        f"no {' or '.join(stage.label for stage in stages)} lasted {minutes} min",
    )
    return Field(name, "min", quantity, function, (*WONAMBI_STAGES, lasted))


WONAMBI_FIELDS = (
    Field("TDT (TIB)", "min", "trt", durations.trt, WONAMBI),
    Field("W", "min", "twt", durations.twt, WONAMBI),
    Field("SL", "min", "sol", latencies.sol, WONAMBI),
    Field("WASO", "min", "waso", continuity.waso_spt, WONAMBI),
    Field("Wmor", "min", "fwt", peers.wonambi_morning_wake, WONAMBI),
    Field("WASOT", "min", None, peers.wonambi_waso_total, WONAMBI),
    same("N1 duration", "n1_minutes", first=WONAMBI),
    same("N2 duration", "n2_minutes", first=WONAMBI),
    same("N3 duration", "n3_minutes", first=WONAMBI),
    same("REM duration", "rem_minutes", first=WONAMBI),
    Field("TSP", "min", "spt", peers.wonambi_tsp, WONAMBI),
    Field("TST", "min", "tst", durations.tst, WONAMBI),
    Field("SE", "%", "se", durations.se, WONAMBI),
    Field("W % TiB", "%", None, partial(minutes_per_cent_of, part=durations.twt, whole=durations.trt), WONAMBI),
    *(Field(f"{name} % TiB", "%", None, partial(percent_of, stages=stages, whole=durations.trt), WONAMBI_STAGES)
      for name, stages in (("N1", N1), ("N2", N2), ("N3", N3), ("REM", R))),
    Field("W % TSP", "%", None,
          partial(minutes_per_cent_of, part=continuity.waso_spt, whole=peers.wonambi_tsp), WONAMBI),
    *(Field(f"{name} % TSP", "%", None, partial(percent_of, stages=stages, whole=peers.wonambi_tsp), WONAMBI_STAGES)
      for name, stages in (("N1", N1), ("N2", N2), ("N3", N3), ("REM", R))),
    *(same(f"{name} % TST", f"{name.lower()}_percent", first=WONAMBI) for name in ("N1", "N2", "N3", "REM")),
    Field("Switch", "count", None, peers.wonambi_switch, WONAMBI_STAGES),
    Field("Switch index H", "1/h", None,
          lambda nights: 60 * ratio(peers.wonambi_switch(nights), peers.wonambi_tsp(nights)), WONAMBI_STAGES),
    Field("Sleep fragmentation", "count", None, peers.wonambi_fragmentation, WONAMBI_STAGES),
    Field("SFI H", "1/h", "sfi",
          lambda nights: ratio(peers.wonambi_fragmentation(nights), nights.hours_of_sleep), WONAMBI_STAGES),
    same("SLN1", "n1_latency_lights_off", "n1_latency", first=WONAMBI),
    same("SLN2", "n2_latency_lights_off", "n2_latency", first=WONAMBI),
    same("SLN3", "n3_latency_lights_off", "n3_latency", first=WONAMBI),
    same("SLREM", "rem_latency_lights_off", "rem_latency", first=WONAMBI),
    consolidated("SLCNREM5", None, (*N2, *N3), 5),
    consolidated("SLCNREM10", "lps", (*N2, *N3), 10),
    consolidated("SLCN35", None, N3, 5),
    consolidated("SLCN310", None, N3, 10),
)

SRI_FIELDS = (
    Field("TIB", "min", "trt", durations.trt),
    Field("TST", "min", "tst", durations.tst, SRI),
    Field("SE", "%", "se", durations.se, (*SRI, REQUIREMENTS["epochs"])),
    Field("SOL", "min", "sol", peers.sri_sol, SRI),
    Field("WASO", "min", "waso", continuity.waso, (*SRI, SLEEP)),
    same("Light", "light_minutes", first=SRI),
    same("Deep", "n3_minutes", first=SRI),
    same("REM", "rem_minutes", first=SRI),
    same("LightPerc", "light_percent", first=SRI),
    same("DeepPerc", "n3_percent", first=SRI),
    same("REMPerc", "rem_percent", first=SRI),
)
# fmt: on

_CONVENTIONS = (
    Convention("aasm", "AASM Manual for the Scoring of Sleep, parameters to be reported", lights_window, AASM_FIELDS),
    Convention(
        "trial",
        "insomnia drug trials, e.g. the outcome measures of ClinicalTrials.gov NCT03771664",
        lights_window,
        TRIAL_FIELDS,
        ("an unscored epoch breaks the 10 min of persistent sleep; to the letter it is one of 20 non-wake epochs",),
    ),
    Convention(
        "yasa",
        "YASA 0.8.1, Hypnogram.sleep_statistics",
        whole_record,
        YASA_FIELDS,
        ("YASA rounds to 4 decimals",),
    ),
    Convention(
        "luna",
        "Luna 1.7.0, HYPNO with end-wake=0, which turns its trimming off",
        luna_window,
        LUNA_FIELDS,
        (
            "an epoch that a light cuts in two counts by its midpoint; Luna counts any part of it",
            "TIB is the lights window and TRT the whole file, as Luna 1.7.0 prints them; elsewhere it is the reverse",
            "by default Luna blanks sleep at the ends that long wake parts from the rest",
        ),
    ),
    Convention(
        "wonambi",
        "Wonambi 7.17, Annotations.export_sleep_stats",
        lights_window,
        WONAMBI_FIELDS,
        (
            "stages are counted up to lights-on; Wonambi leaves out the last epoch where no epoch begins at lights-on",
            "shifts and latencies are counted between the lights; Wonambi counts them over the whole record",
        ),
    ),
    Convention(
        "sri",
        "SRI International, sleep-trackers-performance 1.0.0, ebe2sleep (Menghini et al. 2021, Sleep 44:zsaa170)",
        whole_record,
        SRI_FIELDS,
        ("the pipeline rounds to 2 decimals", "in a night without sleep its WASO counts a row that is not there"),
    ),
    Convention("dreem", "Dreem support, Sleep endpoint definitions (2021)", whole_record, DREEM_FIELDS),
)

#: Key -> convention.
CONVENTIONS: Mapping[str, Convention] = MappingProxyType({convention.key: convention for convention in _CONVENTIONS})
