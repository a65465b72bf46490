"""`QUANTITIES`: what several conventions report, its unit, and where they mean different things by it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["QUANTITIES"]

WINDOW = (
    "aasm, trial and wonambi look between the lights, luna likewise but without unscored ends, yasa, sri and dreem "
    "at the whole record"
)

#: Quantity -> its unit, and what the conventions do differently.
QUANTITIES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "trt": ("min", WINDOW),
        "tst": ("min", WINDOW),
        "twt": ("min", WINDOW),
        "unscored_minutes": ("min", "luna takes unscored ends for lights-on time; " + WINDOW),
        "spt": (
            "min",
            "yasa ends it with the last sleep epoch; luna with the first epoch of final wake, unscored epochs before "
            "it included; wonambi leaves out unscored epochs (TSP = WASO + TST)",
        ),
        "se": ("%", "TST over the window; " + WINDOW),
        "sme": ("%", "yasa and luna agree: TST over first to last sleep epoch, though luna prints another SPT"),
        "sol": (
            "min",
            "from lights-off: aasm, luna, wonambi; from the first epoch of the record: yasa, sri, dreem; without sleep "
            "sri gives the whole night; dreem to the first N2, N3 or R, or to three epochs of N1 in a row",
        ),
        "lps": (
            "min",
            "trial and luna 10 min of any sleep, trial imputing TRT where there is none; yasa 5 min; wonambi 10 min of "
            "N2 or N3",
        ),
        "n1_latency": ("min", "wonambi counts from lights-off"),
        "n2_latency": ("min", "wonambi counts from lights-off"),
        "n3_latency": ("min", "wonambi counts from lights-off"),
        "rem_latency": (
            "min",
            "from sleep onset: aasm, luna; from lights-off: wonambi; from the first epoch of the record: yasa",
        ),
        "rem_latency_asleep": ("min", ""),
        "waso": (
            "min",
            "aasm from sleep onset to lights-on, sri to the end of the record; trial from persistent sleep to "
            "lights-on; yasa, luna and wonambi to the last sleep epoch only, dreem likewise, but from its own onset",
        ),
        "fwt": (
            "min",
            "trial all wake after the last sleep epoch; luna the final unbroken run of wake; wonambi from the start of "
            "the last sleep epoch, so one epoch more, and unscored epochs with it",
        ),
        "awakenings": (
            "count",
            "aasm every W directly after sleep, the final awakening excluded; trial bouts of at least 1 min after "
            "persistent sleep, parted by N2, N3 or R, the final one included; luna every run of W inside the sleep "
            "period",
        ),
        "sfi": (
            "1/h",
            "yasa and luna sleep to W, which luna prints per minute; wonambi changes to a lighter stage, across "
            "unscored epochs too",
        ),
        "sfi_wake_n1": ("1/h", ""),
        "stage_shift_index": ("1/h", ""),
        **{f"{stage}_minutes": ("min", WINDOW) for stage in ("n1", "n2", "n3", "rem", "light", "nrem")},
        **{
            f"{stage}_percent": ("%", "of TST everywhere, which luna prints as a share of 1; " + WINDOW)
            for stage in ("n1", "n2", "n3", "rem", "light", "nrem")
        },
    }
)
