"""What each metric is called: in tables with its unit, and in a sentence for a physician."""

from __future__ import annotations

from ..core.claim import Claim
from ..core.study import Study
from ..core.wording import HIGHER, Quantity, Scale
from .data.estimand import Estimand
from .data.sample import definition_of

__all__ = ["quantities_of", "quantity_of"]

#: Metric -> its name in a sentence; the others go by their label.
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
    "awakenings_bridged": "awakenings, short gaps bridged,",
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
}
#: Unit -> how a title shows it; the others as they are.
TITLE_UNITS = {"1": "", "0/1": "", "count": "", "1/h": "per h", "1/min": "per min", "1/epoch": "per epoch"}


def quantity_of(metric: str, label: str = "", *, scale_of: Claim | None = None) -> Quantity:
    """Name a metric.

    Parameters
    ----------
    metric : str
    label : str
        Of a column that is no metric of sleep; what follows a comma, such as its unit, is left out of sentences.
    scale_of : Claim, optional
        Whose kind counts for whether effects are ratios; those on counts always are.

    Examples
    --------
    >>> quantity_of("rem_percent").title, quantity_of("awakenings_2min").words
    ('REM (% of sleep)', 'awakenings of at least 2 minutes')
    >>> quantity_of("pain", "evening pain, 0 to 10 points").words
    'evening pain'
    """
    known = definition_of(metric)
    unit = known.unit if known else ""
    ratio = unit == "count" or (scale_of is not None and Estimand.of(scale_of, metric).is_ratio)
    name = known.label if known else label or metric
    ways = ("longer", "shorter") if unit == "min" and not metric.endswith("_sd") else HIGHER
    scale: Scale = "ratio" if ratio else "difference"
    spread = ratio and unit != "count"
    title = f"Spread over nights of {name}" if spread else _title(metric, name, unit)
    return Quantity(metric, title, _words(metric, name), unit, scale, ways)


def quantities_of(claim: Claim, study: Study) -> tuple[Quantity, ...]:
    """Name every metric on which a claim rests: its own, those of the conjunction, and the mediator."""
    if not claim.metric:
        return ()
    names = [quantity_of(part.metric, study.columns.get(part.metric, ""), scale_of=claim) for part in claim.components]
    if claim.mediator:
        names.append(quantity_of(claim.mediator, study.columns.get(claim.mediator, "")))
    return tuple(names)


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
    if definition_of(metric) is None:
        return name.split(", ")[0]
    head, *rest = name.split(" ", 1)
    if not any(letter.isupper() for letter in head[1:]) and not any(letter.isdigit() for letter in head):
        head = head[:1].lower() + head[1:]
    words = " ".join([head, *rest])
    plural = name.split(" of ")[0].split(",")[0].endswith("s")
    return f"the rate of {words}" if plural else words
