"""What each metric is called: in tables with its unit, and in a sentence for a physician."""

from __future__ import annotations

from dataclasses import dataclass

from ...catalogue import CATALOGUE
from ...core.claim import Claim
from ...core.verdict import Quantity, Scale, Verdict
from .numbers import HIGHER, Ways

__all__ = ["QuantityWords", "claim_title", "metric_title", "metric_words", "named", "quantity_words", "ways_of"]

#: Metric -> its name in a sentence, a singular but of counts; the others go by their label.
WORDS = {
    "trt": "the time in bed",
    "tst": "total sleep time",
    "twt": "the time awake in bed",
    "unscored_minutes": "the unscored time",
    "se": "sleep efficiency",
    "se_scored": "sleep efficiency over the scored time",
    "spt": "the time from first to last sleep",
    "sme": "sleep efficiency from first to last sleep",
    "sol": "the time to fall asleep",
    "sol_5min": "the time to the first 5 minutes of sleep",
    "lps": "the time to persistent sleep",
    "starts_asleep": "the share of nights asleep at lights-off",
    "rem_latency": "the time from falling asleep to REM sleep",
    "rem_latency_asleep": "the sleep before the first REM sleep",
    "rem_latency_5min": "the time from falling asleep to sustained REM sleep",
    "waso": "wake after sleep onset",
    "waso_spt": "wake between first and last sleep",
    "fwt": "the time awake before getting up",
    "awakenings": "awakenings",
    "awakenings_per_hour": "the number of awakenings per hour of sleep",
    "awakenings_bridged": "awakenings with short gaps bridged",
    "longest_sleep": "the longest unbroken sleep",
    "truncated": "the share of nights that end in sleep",
    "long_wake_minutes": "the time in long wakes",
    "sfi_wake": "the rate of awakenings",
    "sfi_shift": "the rate of awakenings and shifts to lighter sleep",
    "sfi_wake_n1": "the rate of changes to wake or N1",
    "stage_shift_index": "the rate of stage shifts",
    "transitions_3state": "the rate of changes between wake, non-REM and REM sleep",
    "sleep_to_wake": "the probability of waking up",
    "wake_to_sleep": "the probability of falling asleep again",
    "cycles_feinberg": "sleep cycles",
    "cycle_minutes_feinberg": "the mean sleep cycle",
    "ahi": "the apnoea-hypopnoea index",
    "ahi_nrem": "the apnoea-hypopnoea index in non-REM sleep",
    "ahi_rem": "the apnoea-hypopnoea index in REM sleep",
    "rdi": "the respiratory disturbance index",
    "odi": "the oxygen desaturation index",
    "sri": "the sleep regularity index",
    "sri_nights": "the sleep regularity index of the nights",
    "tst_sd": "the spread of total sleep time over nights",
    "mid_sleep_sd": "the spread of the middle of sleep over nights",
    "spindle_density_n2": "the rate of spindles of N2",
    "spindle_density_n2n3": "the rate of spindles of N2 and N3",
    "slow_wave_density_n3": "the rate of slow waves of N3",
    "slow_wave_density_n2n3": "the rate of slow waves of N2 and N3",
}
STAGES = {
    "n1": "N1", "n2": "N2", "n3": "N3", "rem": "REM sleep", "nrem": "non-REM sleep", "light": "light sleep",
    "wake": "wake", "sleep": "sleep",
}  # fmt: skip
#: What follows the stage in a metric's name -> the name in a sentence.
OF_STAGES = {
    "percent": "the share of {}",
    "minutes": "the time in {}",
    "latency": "the time from falling asleep to {}",
    "latency_lights_off": "the time from lights-off to {}",
    "bouts": "stretches of {}",
    "bout_mean": "the mean stretch of {}",
    "bout_median": "the median stretch of {}",
    "bout_max": "the longest stretch of {}",
    "aperiodic_slope": "the aperiodic slope in {}",
    **{
        f"{band}_percent": f"the share of {band} power in {{}}" for band in ("delta", "theta", "alpha", "sigma", "beta")
    },
}
#: How an index of a part of sleep ends -> what it is called.
OF_PARTS = {"_nrem": " in non-REM sleep", "_rem": " in REM sleep"}
#: Unit -> how a title shows it; the others as they are.
TITLE_UNITS = {"1": "", "0/1": "", "count": "", "1/h": "per h", "1/min": "per min", "1/epoch": "per epoch"}


@dataclass(frozen=True, slots=True)
class QuantityWords:
    """What a metric is called.

    Parameters
    ----------
    metric : str
        Column of the table of nights.
    title : str
        In tables and pictures, with its unit.
    words : str
        In a sentence, without a unit; a singular, but of counts, whose effects are ratios.
    unit : str
    scale : {"difference", "ratio"}
        Whether effects on it are differences, in `unit`, or ratios.
    ways : (str, str)
        What more and less of it is called.
    """

    metric: str
    title: str
    words: str
    unit: str = ""
    scale: Scale = "difference"
    ways: Ways = HIGHER


def quantity_words(quantity: Quantity) -> QuantityWords:
    """Name what was measured.

    Examples
    --------
    >>> quantity_words(Quantity("rem_percent", "REM", "%")).title
    'REM (% of sleep)'
    >>> quantity_words(Quantity("awakenings_2min", "", "count", "ratio")).words
    'awakenings of at least 2 minutes'
    >>> quantity_words(Quantity("pain", "evening pain, 0 to 10 points")).words
    'evening pain'
    """
    metric, unit = quantity.metric, quantity.unit
    name = quantity.label or metric
    ways = ways_of(metric, unit)
    spread = quantity.scale == "ratio" and unit != "count"
    title = f"Spread over nights of {name}" if spread else _title(metric, name, unit)
    return QuantityWords(metric, title, _words(metric, name), unit, quantity.scale, ways)


def ways_of(metric: str, unit: str) -> Ways:
    """Give what more and less of a metric is called."""
    return ("longer", "shorter") if unit == "min" and not metric.endswith("_sd") else HIGHER


def metric_words(metric: str) -> str:
    """Give what a metric, or a column of the study's own, is called in a sentence, without a unit.

    Examples
    --------
    >>> metric_words("rem_latency"), metric_words("pain")
    ('the time from falling asleep to REM sleep', 'pain')
    """
    return _words(metric, CATALOGUE[metric].label if metric in CATALOGUE else metric)


def metric_title(column: str) -> str:
    """Give what the metric of a column is called in a table, with its unit and the part of the night.

    Examples
    --------
    >>> metric_title("lps"), metric_title("tst__first_4h"), metric_title("pain")
    ('LPS (min)', 'TST (min), first 4 h', 'pain')
    """
    metric, _, part = column.partition("__")
    known = CATALOGUE.get(metric)
    title = _title(metric, known.label, known.unit) if known else metric
    return f"{title}, {part.replace('_', ' ').replace('h', ' h')}" if part else title


def claim_title(claim: Claim) -> str:
    """Give what a claim is called in a heading: its id, but that of its metric in words.

    Examples
    --------
    >>> claim_title(Claim("rem_percent", "increases", id="REM_PERCENT"))
    'REM (% of sleep)'
    >>> claim_title(Claim("tst", "increases", id="H1"))
    'H1'
    >>> claim_title(Claim("longest_sleep", "increases", id="LONGEST_SLEEP-low dose"))
    'Longest sleep, low dose'
    """
    known, own = CATALOGUE.get(claim.metric), claim.id[len(claim.metric) :]
    if known is None or not claim.id.lower().startswith(claim.metric) or own[:1] not in ("", "-"):
        return claim.name
    title = _title(claim.metric, known.label, known.unit) if _of_stage(claim.metric) else known.label
    return f"{title}, {own[1:]}" if own[1:] else title


def named(verdict: Verdict, metric: str | None = None) -> QuantityWords:
    """Name a metric of a verdict, by default that of its claim."""
    return quantity_words(verdict.quantity(metric))


def _title(metric: str, name: str, unit: str) -> str:
    if unit == "%" and _of_stage(metric):
        return f"{name} (% of sleep)"
    if unit == "count":
        return f"{name} (per h of sleep)"
    shown = TITLE_UNITS.get(unit, unit)
    return f"{name} ({shown})" if shown and shown not in name else name


def _of_stage(metric: str) -> str:
    stem, _, what = metric.partition("_")
    return OF_STAGES[what].format(STAGES[stem]) if stem in STAGES and what in OF_STAGES else ""


def _words(metric: str, name: str) -> str:
    if metric in WORDS:
        return WORDS[metric]
    if words := _of_stage(metric):
        return words
    if metric.startswith("awakenings_") and metric.endswith("min"):
        least = metric.removeprefix("awakenings_").removesuffix("min")
        return f"awakenings of at least {least} minute{'s' * (least != '1')}"
    if metric not in CATALOGUE:
        return name.split(", ")[0]
    for ending, part in OF_PARTS.items():
        if (whole := metric.removesuffix(ending)) != metric and whole in CATALOGUE:
            return _words(whole, CATALOGUE[whole].label) + part
    head, *rest = name.split(" ", 1)
    if not any(letter.isupper() for letter in head[1:]) and not any(letter.isdigit() for letter in head):
        head = head[:1].lower() + head[1:]
    return " ".join((["the"] if name.endswith("ndex") else []) + [head, *rest])
