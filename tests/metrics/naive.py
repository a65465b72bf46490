"""Slow references for the metrics of one night, written from their published definitions with loops over epochs."""

import itertools
import math

W, N1, N2, N3, R, LIGHT, NREM, SLEEP, UNSCORED = 0, 1, 2, 3, 4, 5, 6, 7, -1
SCORES = {5: {N1, N2, N3, R}, 4: {LIGHT, N3, R}, 3: {NREM, R}, 2: {SLEEP}}
NAN = math.nan
OF_SLEEP = (
    *("sme", "waso", "waso_spt", "fwt", "longest_sleep"),
    *("awakenings", "awakenings_per_hour", "awakenings_bridged", *(f"awakenings_{k}min" for k in (1, 2, 3, 4, 5))),
    *("sfi_wake", "sfi_shift", "sfi_wake_n1", "stage_shift_index", "transitions_3state"),
)


def in_window(stages, epoch, lights_off, lights_on):
    """The epochs whose midpoint lies in [lights_off, lights_on); an unknown light bounds nothing."""
    kept = []
    for i, stage in enumerate(stages):
        midpoint = i * epoch + epoch / 2
        if lights_off is not None and midpoint < lights_off:
            continue
        if lights_on is not None and midpoint >= lights_on:
            continue
        kept.append(int(stage))
    return kept


def runs_of(wanted, h):
    """(start, length) of each unbroken run of epochs whose stage is wanted."""
    found, start = [], 0
    for is_wanted, group in itertools.groupby(h, key=lambda stage: stage in wanted):
        length = len(list(group))
        if is_wanted:
            found.append((start, length))
        start += length
    return found


def epochs(seconds, epoch):
    n = 0
    while n * epoch < seconds:
        n += 1
    return n


def naive(stages, epoch=30.0, lights_off=None, lights_on=None, levels=5):
    """Every metric of a night. Pass NaN for an unknown light and None for the ends of the record."""
    h = in_window(stages, epoch, lights_off, lights_on)
    off_known = lights_off is None or not math.isnan(lights_off)
    on_known = lights_on is None or not math.isnan(lights_on)
    minute = epoch / 60
    asleep = [i for i, stage in enumerate(h) if stage > 0]
    n, n_sleep, n_unscored = len(h), len(asleep), h.count(UNSCORED)
    out = {}

    # durations
    out["trt"] = n * minute if off_known and on_known else NAN
    out["tst"] = n_sleep * minute
    out["twt"] = h.count(W) * minute if off_known and on_known else NAN
    out["unscored_minutes"] = n_unscored * minute
    out["se"] = 100 * n_sleep / n if off_known and on_known and n else NAN
    out["se_scored"] = 100 * n_sleep / (n - n_unscored) if off_known and on_known and n > n_unscored else NAN
    has = SCORES[levels]
    for key, stages_of_key, exists in (
        ("n1", {N1}, N1 in has),
        ("n2", {N2}, N2 in has),
        ("n3", {N3}, N3 in has),
        ("rem", {R}, R in has),
        ("light", {N1, N2, LIGHT}, levels >= 4),
        ("nrem", {N1, N2, N3, LIGHT, NREM}, levels >= 3),
    ):
        count = sum(stage in stages_of_key for stage in h)
        out[f"{key}_minutes"] = count * minute if exists else NAN
        out[f"{key}_percent"] = 100 * count / n_sleep if exists and n_sleep else NAN

    # latencies
    sleep_runs = runs_of({N1, N2, N3, R, LIGHT, NREM, SLEEP}, h)
    rem_runs = runs_of({R}, h)
    f, last = (asleep[0], asleep[-1]) if asleep else (None, None)
    spt = (last + 1 - f) if asleep else 0
    watched_lights_off = last + 1 if asleep else n

    def latency(key, event_at, zero, watched, known, exists=True):
        """`zero` None: there is no moment to count from."""
        defined = known and exists and zero is not None
        out[key] = (event_at - zero) * minute if defined and event_at is not None else NAN
        out[key + "_time"] = (event_at - zero if event_at is not None else watched) * minute if defined else NAN
        out[key + "_event"] = float(event_at is not None) if exists else NAN

    def first_run(runs, seconds):
        return next((start for start, length in runs if length >= epochs(seconds, epoch)), None)

    latency("sol", f, 0, n, off_known)
    latency("sol_5min", first_run(sleep_runs, 300), 0, n, off_known)
    latency("lps", first_run(sleep_runs, 600), 0, n, off_known)
    out["starts_asleep"] = float(f == 0) if off_known else NAN
    for key, stage in (("n1", N1), ("n2", N2), ("n3", N3), ("rem", R)):
        first = h.index(stage) if stage in h else None
        latency(f"{key}_latency", first, f, spt, True, stage in has)
        latency(f"{key}_latency_lights_off", first, 0, watched_lights_off, off_known, stage in has)
    latency("rem_latency_5min", first_run(rem_runs, 300), f, spt, True, R in has)
    slept_before_rem = sum(stage > 0 for stage in h[: h.index(R)]) if R in h else None
    latency("rem_latency_asleep", slept_before_rem, 0 if asleep else None, n_sleep, True, R in has)

    # continuity
    out["spt"] = spt * minute
    out["truncated"] = float(bool(asleep) and W not in h[last + 1 :])
    if not asleep:
        return out | dict.fromkeys(OF_SLEEP, NAN)
    hours = n_sleep * epoch / 3600
    period = h[f : last + 1]
    out["sme"] = 100 * n_sleep / spt
    out["waso_spt"] = period.count(W) * minute
    out["waso"] = h[f:].count(W) * minute if on_known else NAN
    out["fwt"] = h[last + 1 :].count(W) * minute if on_known else NAN
    bouts = [(start, length) for start, length in runs_of({W}, period) if period[start - 1] > 0]
    out["awakenings"] = len(bouts)
    out["awakenings_per_hour"] = len(bouts) / hours
    for k in (1, 2, 3, 4, 5):
        out[f"awakenings_{k}min"] = sum(length >= epochs(60 * k, epoch) for _, length in bouts)
    out["awakenings_bridged"] = len(bouts) + sum(
        length <= epochs(120, epoch) and period[start - 1] > 0 and period[start + length] == W
        for start, length in runs_of({UNSCORED}, period)
    )
    out["longest_sleep"] = max(length for _, length in sleep_runs) * minute

    # fragmentation
    to_wake = to_n1 = shifts = three = 0
    for a, b in itertools.pairwise(h):
        to_wake += a > 0 and b == W
        to_n1 += a > 0 and a != N1 and b == N1
        shifts += a > 0 and b > 0 and a != b
    state_of = [None if stage < 0 else "wake" if stage == W else "rem" if stage == R else "nrem" for stage in period]
    for a, b in itertools.pairwise(state_of):
        three += a is not None and b is not None and a != b
    out["sfi_wake"] = to_wake / hours
    out["sfi_wake_n1"] = (to_wake + to_n1) / hours if N1 in has else NAN
    out["sfi_shift"] = (len(bouts) + shifts) / hours if levels > 2 else NAN
    out["stage_shift_index"] = shifts / hours if levels > 2 else NAN
    out["transitions_3state"] = three / hours if R in has else NAN
    return out
