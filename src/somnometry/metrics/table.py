"""`METRICS`: every metric, by key."""

from __future__ import annotations

import copyreg
import math
from collections.abc import Mapping
from functools import partial
from typing import Any

from ..core.stage import NREM, Stage
from ..metrics import bouts, continuity, cycles, durations, fragmentation, latencies, transitions
from .metric import Censoring, Metric
from .metrics_mapping import MetricsMapping
from .runs import Runs
from .stage_matrix import StageMatrix

__all__ = ["METRICS"]

AASM = "AASM Manual for the Scoring of Sleep, parameters to be reported"
YASA = "YASA 0.8"
LUNA = "Luna 1.7, HYPNO"
YASA_LUNA = f"{YASA}; {LUNA}"
NSRR = f"{AASM}; NSRR"
HABA_RUBIO = "Haba-Rubio, Ibanez and Sforza 2004, Sleep Medicine 5:577"
MORRELL = f"Morrell et al. 2000, Am J Respir Crit Care Med 162:2091; {LUNA} (SFI1)"
LAFFAN = "Laffan et al. 2010, Sleep 33:1681"
SNOOZ = "Snooz"
FEINBERG = "Feinberg and Floyd 1979, Psychophysiology 16:283; SleepCycles, Blume and Cajochen 2021, MethodsX 8:101318"
BOUTS = f"{LUNA} (BOUT)"
SWIHART = "Swihart et al. 2015, Sleep 38:1645"
SHANNON = "Shannon 1948, Bell System Technical Journal 27:379"
SOMNOMETRY = "somnometry"

N1, N2, N3, R = (Stage.N1,), (Stage.N2,), (Stage.N3,), (Stage.R,)
LIGHT = (Stage.N1, Stage.N2, Stage.LIGHT)

LIGHTS = ("lights_off", "lights_on")

#: Bits: of one stage only, and of five that are as likely.
ENTROPY = (0.0, math.log2(5))

# ----------------------------------------------------------------------------------------------------- rules
REM_PERIODS = (
    "A NREM period begins with NREM sleep from which at least 15 min pass without R; a REM period begins with the "
    "first R of the night, or with at least 5 min of unbroken R, and ends with the last R before the next NREM period."
)
CYCLES = (
    f"{REM_PERIODS} A NREM period with more than 120 min of sleep is split where N3 returns after more than 12 min "
    "without it, if both parts last 15 min."
)

# ----------------------------------------------------------------------------------------------------- edge cases
ONSET_CENSORED = (
    "Where it does not come, right-censored at lights-on, or the end of the record; where the night is asleep at "
    "lights-off, left-censored."
)
FROM_ONSET_CENSORED = (
    "Where it does not come, right-censored at the end of the last sleep epoch; without sleep there is no time and no "
    "event either."
)
ASLEEP_CENSORED = "Where R does not come, right-censored at TST; without sleep there is no time and no event either."
FROM_LIGHTS_OFF_CENSORED = (
    "Where it does not come, right-censored at the end of the last sleep epoch, without sleep at lights-on; where the "
    "night is asleep at lights-off, left-censored."
)
OF_TST = "With a TST of 0 it is NaN, not 0."
ACROSS_UNSCORED = "W that unscored epochs part from the sleep before (sleep, unscored, W) is no awakening."
ACROSS_BRIDGED = "Sleep, unscored, W is an awakening where the gap is at most 2 min, and none where it is longer."
NO_CHANGE_ACROSS = "No change is counted across an unscored epoch, or from W to sleep."


def _bouts(
    stem: str, what: str, requires: tuple[str, ...], present: str, runs: bouts.RunsOf, *, longest: bool = True
) -> tuple[Metric, ...]:
    """Give the four metrics of the bouts of one stage, or of several taken as one; or three, without the longest."""
    label = stem.capitalize() if stem in ("wake", "sleep") else stem.upper()
    any_bout = (*requires, present)
    measures = (
        ("bouts", "bouts", "count", "Number of unbroken runs", requires, bouts.bout_count),
        ("bout_mean", "bouts, mean", "min", "Mean duration of the unbroken runs", any_bout, bouts.bout_mean),
        ("bout_median", "bouts, median", "min", "Median duration of the unbroken runs", any_bout, bouts.bout_median),
        ("bout_max", "bouts, longest", "min", "Duration of the longest unbroken run", any_bout, bouts.bout_max),
    )
    return tuple(
        Metric(f"{stem}_{key}", f"{label} {words}", unit, None, f"{definition} of {what}.", BOUTS, needed,
               partial(function, runs=runs))
        for key, words, unit, definition, needed, function in measures[: 4 if longest else 3]
    )  # fmt: skip


def _runs_of(*stages: Stage) -> bouts.RunsOf:
    def runs(nights: StageMatrix) -> Runs:
        return nights.runs_of(stages)

    return runs


# fmt: off
_TABLE = (
    # --------------------------------------------------------------------------------------------------- durations
    Metric("trt", "TRT", "min", None, "Time from lights-off to lights-on.", AASM, LIGHTS, durations.trt),
    Metric("tst", "TST", "min", "higher", "Time in any sleep stage.", AASM, (), durations.tst),
    Metric("twt", "TWT", "min", "lower", "Time in W from lights-off to lights-on.", LUNA, LIGHTS, durations.twt),
    Metric("unscored_minutes", "Unscored", "min", "lower", "Time that is neither scored as sleep nor as wake.",
           YASA_LUNA, (), durations.unscored_minutes),
    Metric("se", "SE", "%", "higher", "TST as a share of TRT.", AASM, (*LIGHTS, "epochs"), durations.se,
           edge_cases="Without sleep it is 0; unscored time counts as time in bed."),
    Metric("se_scored", "SE of scored time", "%", "higher", "TST as a share of TRT less unscored time.", SOMNOMETRY,
           (*LIGHTS, "epochs", "scored"), durations.se_scored, edge_cases="Without sleep it is 0."),
    Metric("spt", "SPT", "min", None, "Time from the first to the end of the last sleep epoch.", YASA_LUNA, (),
           durations.spt, edge_cases="Without sleep it is 0."),
    Metric("sme", "SME", "%", "higher", "TST as a share of SPT.", YASA_LUNA, ("sleep",), durations.sme,
           edge_cases="Unscored time counts as SPT."),
    Metric("n1_minutes", "N1", "min", "lower", "Time in N1.", AASM, ("stage:N1",),
           partial(durations.stage_minutes, stages=N1)),
    Metric("n2_minutes", "N2", "min", None, "Time in N2.", AASM, ("stage:N2",),
           partial(durations.stage_minutes, stages=N2)),
    Metric("n3_minutes", "N3", "min", "higher", "Time in N3.", AASM, ("stage:N3",),
           partial(durations.stage_minutes, stages=N3)),
    Metric("rem_minutes", "REM", "min", "higher", "Time in R.", AASM, ("stage:R",),
           partial(durations.stage_minutes, stages=R)),
    Metric("light_minutes", "Light sleep", "min", None, "Time in N1, N2, or the light sleep of four levels.",
           SOMNOMETRY, ("stage:light",), partial(durations.stage_minutes, stages=LIGHT)),
    Metric("nrem_minutes", "NREM", "min", None, "Time in sleep other than R.", YASA_LUNA, ("stage:several",),
           partial(durations.stage_minutes, stages=NREM)),
    Metric("n1_percent", "N1", "%", "lower", "N1 as a share of TST.", AASM, ("stage:N1", "sleep"),
           partial(durations.stage_percent, stages=N1), edge_cases=OF_TST),
    Metric("n2_percent", "N2", "%", None, "N2 as a share of TST.", AASM, ("stage:N2", "sleep"),
           partial(durations.stage_percent, stages=N2), edge_cases=OF_TST),
    Metric("n3_percent", "N3", "%", "higher", "N3 as a share of TST.", AASM, ("stage:N3", "sleep"),
           partial(durations.stage_percent, stages=N3), edge_cases=OF_TST),
    Metric("rem_percent", "REM", "%", "higher", "R as a share of TST.", AASM, ("stage:R", "sleep"),
           partial(durations.stage_percent, stages=R), edge_cases=OF_TST),
    Metric("light_percent", "Light sleep", "%", None, "N1, N2, or the light sleep of four levels as a share of TST.",
           SOMNOMETRY, ("stage:light", "sleep"), partial(durations.stage_percent, stages=LIGHT), edge_cases=OF_TST),
    Metric("nrem_percent", "NREM", "%", None, "Sleep other than R as a share of TST.", YASA_LUNA,
           ("stage:several", "sleep"), partial(durations.stage_percent, stages=NREM), edge_cases=OF_TST),
    # --------------------------------------------------------------------------------------------------- latencies
    Metric("sol", "SOL", "min", "lower", "Time from lights-off to the first sleep epoch.", AASM,
           ("lights_off", "sleep"), latencies.sol, Censoring("sleep", latencies.watched_in_bed),
           edge_cases=ONSET_CENSORED),
    Metric("sol_5min", "SOL to 5 min of sleep", "min", "lower",
           "Time from lights-off to the start of the first unbroken sleep of at least 5 min.", YASA,
           ("lights_off", "sleep_5min"), latencies.sol_5min, Censoring("sleep_5min", latencies.watched_in_bed),
           edge_cases=ONSET_CENSORED),
    Metric("lps", "LPS", "min", "lower",
           "Time from lights-off to the start of the first unbroken sleep of at least 10 min.", LUNA,
           ("lights_off", "sleep_10min"), latencies.lps, Censoring("sleep_10min", latencies.watched_in_bed),
           edge_cases=ONSET_CENSORED),
    Metric("starts_asleep", "Starts asleep", "0/1", None,
           "Whether the first epoch after lights-off is sleep, which left-censors SOL.", SOMNOMETRY,
           ("lights_off",), latencies.starts_asleep, edge_cases="Without sleep it is 0."),
    Metric("n1_latency", "N1 latency", "min", None, "Time from sleep onset to the first N1.", AASM,
           ("stage:N1", "sleep", "n1"), partial(latencies.stage_latency, stage=Stage.N1),
           Censoring("n1", latencies.watched_from_onset), edge_cases=FROM_ONSET_CENSORED),
    Metric("n2_latency", "N2 latency", "min", None, "Time from sleep onset to the first N2.", AASM,
           ("stage:N2", "sleep", "n2"), partial(latencies.stage_latency, stage=Stage.N2),
           Censoring("n2", latencies.watched_from_onset), edge_cases=FROM_ONSET_CENSORED),
    Metric("n3_latency", "N3 latency", "min", None, "Time from sleep onset to the first N3.", AASM,
           ("stage:N3", "sleep", "n3"), partial(latencies.stage_latency, stage=Stage.N3),
           Censoring("n3", latencies.watched_from_onset), edge_cases=FROM_ONSET_CENSORED),
    Metric("rem_latency", "REM latency", "min", None, "Time from sleep onset to the first R.", f"{AASM}; {LUNA}",
           ("stage:R", "sleep", "rem"), partial(latencies.stage_latency, stage=Stage.R),
           Censoring("rem", latencies.watched_from_onset), edge_cases=FROM_ONSET_CENSORED),
    Metric("rem_latency_asleep", "REM latency, wake excluded", "min", None,
           "Time asleep between sleep onset and the first R.", f"{LUNA} (REM_LAT2)", ("stage:R", "sleep", "rem"),
           latencies.rem_latency_asleep, Censoring("rem", latencies.watched_asleep), edge_cases=ASLEEP_CENSORED),
    Metric("rem_latency_5min", "Latency of sustained REM", "min", None,
           "Time from sleep onset to the start of the first unbroken R of at least 5 min.", SOMNOMETRY,
           ("stage:R", "sleep", "rem_5min"), latencies.rem_latency_5min,
           Censoring("rem_5min", latencies.watched_from_onset), edge_cases=FROM_ONSET_CENSORED),
    Metric("n1_latency_lights_off", "N1 latency from lights-off", "min", None,
           "Time from lights-off to the first N1.", YASA, ("lights_off", "stage:N1", "n1"),
           partial(latencies.stage_latency_lights_off, stage=Stage.N1),
           Censoring("n1", latencies.watched_from_lights_off), edge_cases=FROM_LIGHTS_OFF_CENSORED),
    Metric("n2_latency_lights_off", "N2 latency from lights-off", "min", None,
           "Time from lights-off to the first N2.", YASA, ("lights_off", "stage:N2", "n2"),
           partial(latencies.stage_latency_lights_off, stage=Stage.N2),
           Censoring("n2", latencies.watched_from_lights_off), edge_cases=FROM_LIGHTS_OFF_CENSORED),
    Metric("n3_latency_lights_off", "N3 latency from lights-off", "min", None,
           "Time from lights-off to the first N3.", YASA, ("lights_off", "stage:N3", "n3"),
           partial(latencies.stage_latency_lights_off, stage=Stage.N3),
           Censoring("n3", latencies.watched_from_lights_off), edge_cases=FROM_LIGHTS_OFF_CENSORED),
    Metric("rem_latency_lights_off", "REM latency from lights-off", "min", None,
           "Time from lights-off to the first R.", f"{YASA}; Wonambi", ("lights_off", "stage:R", "rem"),
           partial(latencies.stage_latency_lights_off, stage=Stage.R),
           Censoring("rem", latencies.watched_from_lights_off), edge_cases=FROM_LIGHTS_OFF_CENSORED),
    # --------------------------------------------------------------------------------------------------- continuity
    Metric("waso", "WASO", "min", "lower", "Time in W from sleep onset to lights-on.", NSRR, ("lights_on", "sleep"),
           continuity.waso,
           edge_cases="Where lights-on is unknown it is NaN, though waso_spt is not; unscored time is not wake."),
    Metric("waso_spt", "WASO within SPT", "min", "lower", "Time in W between the first and the last sleep epoch.",
           YASA_LUNA, ("sleep",), continuity.waso_spt,
           edge_cases="Where the lights are unknown it is measured all the same; unscored time is not wake."),
    Metric("fwt", "FWT", "min", None, "Time in W from the last sleep epoch to lights-on.", LUNA,
           ("lights_on", "sleep"), continuity.fwt,
           edge_cases="Where the night ends asleep or unscored from then on it is 0."),
    Metric("awakenings", "Awakenings", "count", "lower",
           "Changes from sleep to W, without the final awakening and without those across unscored epochs.", AASM,
           ("sleep",), continuity.awakenings, edge_cases=ACROSS_UNSCORED),
    Metric("awakenings_per_hour", "Awakenings per hour", "1/h", "lower", "Awakenings per hour of TST.", AASM,
           ("sleep",), continuity.awakenings_per_hour, edge_cases=ACROSS_UNSCORED),
    Metric("awakenings_1min", "Awakenings of 1 min", "count", "lower", "Awakenings with at least 1 min of W.",
           SOMNOMETRY, ("sleep",), partial(continuity.awakenings_lasting, seconds=60), edge_cases=ACROSS_UNSCORED),
    Metric("awakenings_2min", "Awakenings of 2 min", "count", "lower", "Awakenings with at least 2 min of W.",
           SOMNOMETRY, ("sleep",), partial(continuity.awakenings_lasting, seconds=120), edge_cases=ACROSS_UNSCORED),
    Metric("awakenings_3min", "Awakenings of 3 min", "count", "lower", "Awakenings with at least 3 min of W.",
           SOMNOMETRY, ("sleep",), partial(continuity.awakenings_lasting, seconds=180), edge_cases=ACROSS_UNSCORED),
    Metric("awakenings_4min", "Awakenings of 4 min", "count", "lower", "Awakenings with at least 4 min of W.",
           SOMNOMETRY, ("sleep",), partial(continuity.awakenings_lasting, seconds=240), edge_cases=ACROSS_UNSCORED),
    Metric("awakenings_5min", "Awakenings of 5 min", "count", "lower", "Awakenings with at least 5 min of W.",
           SOMNOMETRY, ("sleep",), partial(continuity.awakenings_lasting, seconds=300), edge_cases=ACROSS_UNSCORED),
    Metric("awakenings_bridged", "Awakenings, short gaps bridged", "count", "lower",
           "Awakenings, with those that at most 2 min of unscored epochs part from the sleep before.", SOMNOMETRY,
           ("sleep",), continuity.awakenings_bridged, edge_cases=ACROSS_BRIDGED),
    Metric("longest_sleep", "Longest sleep", "min", "higher", "Duration of the longest unbroken sleep.", LUNA,
           ("sleep",), continuity.longest_sleep),
    Metric("truncated", "Truncated", "0/1", None,
           "Whether no W follows the last sleep, which makes TST, REM minutes and the last run lower bounds.",
           SOMNOMETRY, (), continuity.truncated, edge_cases="Without sleep it is 0."),
    Metric("long_wake_minutes", "Long wake", "min", "lower",
           "Time in W between the first and the last sleep epoch, in unbroken runs of at least 5 min.",
           f"{LUNA} (BOUT_05 of WASO)", ("sleep",), bouts.long_wake_minutes,
           edge_cases="Where no run lasts 5 min it is 0; unscored epochs end a run."),
    # --------------------------------------------------------------------------------------------------- bouts
    *_bouts("wake", "W between the first and the last sleep epoch", ("sleep",), "wake_bout",
            lambda nights: nights.wake_bouts),
    *_bouts("n1", "N1", ("stage:N1",), "n1", _runs_of(*N1)),
    *_bouts("n2", "N2", ("stage:N2",), "n2", _runs_of(*N2)),
    *_bouts("n3", "N3", ("stage:N3",), "n3", _runs_of(*N3)),
    *_bouts("rem", "R", ("stage:R",), "rem", lambda nights: nights.rem_runs),
    *_bouts("nrem", "sleep other than R", ("stage:several",), "nrem", lambda nights: nights.nrem_runs),
    *_bouts("sleep", "sleep", (), "sleep", lambda nights: nights.sleep_runs, longest=False),  # there is longest_sleep
    # --------------------------------------------------------------------------------------------------- fragmentation
    Metric("sfi_wake", "SFI, to wake", "1/h", "lower",
           "Changes from sleep to W, the final one included, per hour of TST.", f"{YASA}; {LUNA} prints it per minute",
           ("sleep",), fragmentation.sfi_wake, edge_cases=NO_CHANGE_ACROSS),
    Metric("sfi_shift", "SFI, awakenings and shifts", "1/h", "lower",
           "Awakenings and changes of sleep stage per hour of TST.", HABA_RUBIO, ("stage:several", "sleep"),
           fragmentation.sfi_shift,
           edge_cases="The final awakening is not counted; no change is counted across an unscored epoch."),
    Metric("sfi_wake_n1", "SFI, to wake or N1", "1/h", "lower",
           "Changes from sleep to W and from other sleep to N1 per hour of TST.", MORRELL, ("stage:N1", "sleep"),
           fragmentation.sfi_wake_n1, edge_cases=NO_CHANGE_ACROSS),
    Metric("stage_shift_index", "Stage shifts", "1/h", "lower",
           "Changes from one sleep stage to another per hour of TST.", f"{LUNA} (TI_S) prints it per minute",
           ("stage:several", "sleep"), fragmentation.stage_shift_index,
           edge_cases="No change is counted across an unscored epoch, or across W."),
    Metric("transitions_3state", "Transitions of three states", "1/h", "lower",
           "Changes between wake, NREM and REM within the sleep period per hour of TST.", LAFFAN,
           ("stage:several", "sleep"), fragmentation.transitions_3state,
           edge_cases="Sleep onset and the final awakening are not counted, nor changes across an unscored epoch."),
    Metric("sleep_to_wake", "Sleep to wake", "1/epoch", "lower",
           "Probability that W follows an epoch of sleep, within the sleep period.", SWIHART,
           ("sleep", "pairs_from_sleep"), transitions.sleep_to_wake),
    Metric("wake_to_sleep", "Wake to sleep", "1/epoch", "higher",
           "Probability that sleep follows an epoch of W, within the sleep period.", SWIHART,
           ("sleep", "pairs_from_wake"), transitions.wake_to_sleep),
    Metric("stage_entropy", "Stage entropy", "bit", None,
           "Entropy of the stages, as the scorer tells them apart, of the epochs of the sleep period.", SHANNON,
           ("stage:several", "sleep"), transitions.stage_entropy, bounds=ENTROPY),
    Metric("transition_entropy", "Transition entropy", "bit", None,
           "Entropy of the stage of an epoch given that of the one before, within the sleep period.", SHANNON,
           ("stage:several", "sleep", "pairs"), transitions.transition_entropy, bounds=ENTROPY),
    # --------------------------------------------------------------------------------------------------- cycles
    Metric("cycles_feinberg", "Cycles", "count", None,
           f"NREM periods, up to the last that a REM period follows. {CYCLES}", FEINBERG,
           ("stage:R", "stage:N3", "sleep"), cycles.n_cycles,
           edge_cases="Without REM it is 0; what follows the last REM period is no cycle."),
    Metric("cycle_minutes_feinberg", "Cycle, mean", "min", None,
           "Mean time from the start of a cycle to the end of its REM period, or of its NREM period if it skipped REM. "
           f"{CYCLES}", FEINBERG, ("stage:R", "stage:N3", "sleep", "cycle"), cycles.cycle_minutes,
           edge_cases="Unscored epochs and wake inside a cycle are part of it; wake between two is not."),
    Metric("rem_fragmentation", "REM fragmentation", "1/min", "lower",
           "Changes from R to another stage after which R returns in the same REM period, per minute of R in them. "
           f"{REM_PERIODS}", f"{SNOOZ}; {FEINBERG}", ("stage:R", "sleep", "rem"), cycles.rem_fragmentation,
           edge_cases="The end of a REM period is no interruption, nor is a change to an unscored epoch."),
    Metric("rem_efficiency", "REM efficiency", "%", "higher",
           f"R as a share of the REM periods, which hold its interruptions. {REM_PERIODS}", f"{SNOOZ}; {FEINBERG}",
           ("stage:R", "sleep", "rem"), cycles.rem_efficiency,
           edge_cases="R of less than 5 min in a NREM period is not counted, unless it is the first."),
)
# fmt: on

#: Key -> metric, in the order of reports.
METRICS: Mapping[str, Metric] = MetricsMapping(_TABLE)


def _of_key(key: str) -> Metric:
    return METRICS[key]


def _reduced(metric: Metric) -> str | tuple[Any, ...]:
    """A metric of the table is pickled by its key, since functions are by their names, which many of its have not."""
    return (_of_key, (metric.key,)) if METRICS.get(metric.key) is metric else metric.__reduce_ex__(4)


copyreg.pickle(Metric, _reduced)
