"""Slow references for the metrics of one night, written from their published definitions with loops over epochs."""

import itertools
import math
import statistics

W, N1, N2, N3, R, LIGHT, NREM, SLEEP, UNSCORED = 0, 1, 2, 3, 4, 5, 6, 7, -1
SCORES = {5: {N1, N2, N3, R}, 4: {LIGHT, N3, R}, 3: {NREM, R}, 2: {SLEEP}}
NAN = math.nan
OF_SLEEP = (
    *("sme", "waso", "waso_spt", "fwt", "longest_sleep"),
    *("awakenings", "awakenings_per_hour", "awakenings_bridged", *(f"awakenings_{k}min" for k in (1, 2, 3, 4, 5))),
    *("sfi_wake", "sfi_shift", "sfi_wake_n1", "stage_shift_index", "transitions_3state"),
    *("long_wake_minutes", *(f"wake_{bout}" for bout in ("bouts", "bout_mean", "bout_median", "bout_max"))),
    *("sleep_to_wake", "wake_to_sleep", "stage_entropy", "transition_entropy"),
    *("cycles_feinberg", "cycle_minutes_feinberg", "rem_fragmentation", "rem_efficiency"),
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
        out[key + "_event"] = float(event_at is not None) if defined else NAN

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

    # bouts
    def describe(key, lengths, exists=True, longest=True):
        lengths = sorted(lengths)
        out[f"{key}_bouts"] = len(lengths) if exists else NAN
        out[f"{key}_bout_mean"] = sum(lengths) / len(lengths) * minute if lengths else NAN
        out[f"{key}_bout_median"] = statistics.median(lengths) * minute if lengths else NAN
        if longest:
            out[f"{key}_bout_max"] = lengths[-1] * minute if lengths else NAN

    for key, stages_of_key, exists in (
        ("n1", {N1}, N1 in has),
        ("n2", {N2}, N2 in has),
        ("n3", {N3}, N3 in has),
        ("rem", {R}, R in has),
        ("nrem", {N1, N2, N3, LIGHT, NREM}, levels >= 3),
    ):
        describe(key, [length for _, length in runs_of(stages_of_key, h)] if exists else [], exists)
    describe("sleep", [length for _, length in sleep_runs], longest=False)

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
        length * epoch <= 120 and period[start - 1] > 0 and period[start + length] == W
        for start, length in runs_of({UNSCORED}, period)
    )
    out["longest_sleep"] = max(length for _, length in sleep_runs) * minute
    in_period = [length for _, length in runs_of({W}, period)]
    out["long_wake_minutes"] = sum(length for length in in_period if length >= epochs(300, epoch)) * minute
    describe("wake", in_period)

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

    # transitions within the sleep period
    pairs = [(a, b) for a, b in itertools.pairwise(period) if a != UNSCORED and b != UNSCORED]
    from_sleep, from_wake = [b for a, b in pairs if a > 0], [b for a, b in pairs if a == W]
    out["sleep_to_wake"] = from_sleep.count(W) / len(from_sleep) if from_sleep else NAN
    out["wake_to_sleep"] = sum(b > 0 for b in from_wake) / len(from_wake) if from_wake else NAN
    scored = [stage for stage in period if stage != UNSCORED]
    out["stage_entropy"] = entropy(scored) if levels > 2 else NAN
    given = sum(entropy([b for a, b in pairs if a == state]) * sum(a == state for a, _ in pairs) for state in set(h))
    out["transition_entropy"] = given / len(pairs) if pairs and levels > 2 else NAN

    # cycles
    rem_periods, found = naive_feinberg(h, epoch)
    counted = found[: max((i + 1 for i, (_, _, complete) in enumerate(found) if complete), default=0)]
    out["cycles_feinberg"] = len(counted) if N3 in has else NAN
    total = sum(end - start for start, end, _ in counted) * minute
    out["cycle_minutes_feinberg"] = total / len(counted) if counted and N3 in has else NAN
    inside = [h[start:end] for start, end in rem_periods]
    n_rem = sum(part.count(R) for part in inside)
    breaks = sum(a == R and b not in (R, UNSCORED) for part in inside for a, b in itertools.pairwise(part))
    out["rem_fragmentation"] = breaks / (n_rem * minute) if n_rem and R in has else NAN
    out["rem_efficiency"] = 100 * n_rem / sum(len(part) for part in inside) if n_rem and R in has else NAN
    return out


def entropy(states):
    """Shannon's, in bits."""
    shares = [states.count(state) / len(states) for state in set(states)]
    return -sum(share * math.log2(share) for share in shares)


def naive_feinberg(h, epoch):
    """REM periods (start, end), and cycles (start, end, whether a REM period ends them); walks through the night."""
    asleep_until = max(i for i, stage in enumerate(h) if stage > 0) + 1
    rem_runs = dict(runs_of({R}, h))
    first_rem = min(rem_runs, default=None)
    periods, kind = [], None  # [kind, start]
    for i in range(asleep_until):
        if i in rem_runs and (i == first_rem or rem_runs[i] >= epochs(300, epoch)) and kind != "rem":
            kind = "rem"
            periods.append([kind, i])
        elif h[i] > 0 and h[i] not in (R, SLEEP) and kind != "nrem":
            free = next((j for j in range(i, asleep_until) if h[j] == R), asleep_until) - i
            if free >= epochs(900, epoch):
                kind = "nrem"
                periods.append([kind, i])
    ends = [start for _, start in periods[1:]] + [asleep_until]
    rem_periods, found = [], []
    for k, ((kind, start), end) in enumerate(zip(periods, ends, strict=False)):
        if kind == "rem":
            end = max(i for i in range(start, end) if h[i] == R) + 1
            rem_periods.append((start, end))
            if k > 0:
                found[-1] = (found[-1][0], end, True)
            continue
        while (split := naive_split(h, start, end, epoch)) is not None:
            found.append((start, split, False))
            start = split
        found.append((start, end, False))
    return rem_periods, found


def naive_split(h, start, end, epoch):
    """Where N3 returns after more than 12 min in a NREM period with over 120 min of sleep; both parts last 15 min."""
    if sum(stage > 0 for stage in h[start:end]) * epoch <= 7200:
        return None
    last_n3 = None
    for i in range(start, end):
        if h[i] != N3:
            continue
        returned = last_n3 is not None and (i - last_n3 - 1) * epoch > 720
        if returned and (i - start) * epoch >= 900 and (end - i) * epoch >= 900:
            return i
        last_n3 = i
    return None
