"""Agreement of two scorings in the metrics measured on them: `metric_agreement`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ...core.equality import EqualByFields
from ...core.errors import HypnogramError
from ...core.html_tables import html_table
from ..architecture import measured_table, unscored_refusals
from ..stage_matrix import StageMatrix
from ..table import METRICS
from .pairing import Hypnograms, Subjects, pair_nights, scorers_of
from .values import ValueAgreement, value_agreement

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MetricAgreement", "check_keys", "metric_agreement"]

#: What is compared unless told otherwise; of these, those that the levels allow.
KEYS = (
    "tst", "se", "sol", "waso", "awakenings", "sfi_shift",
    "n1_percent", "n2_percent", "light_percent", "nrem_percent", "n3_percent", "rem_percent",
    "rem_latency", "rem_latency_5min",
)  # fmt: skip
#: Of these, the levels at which those are worth a row that not all scorers can give.
LEVELS = {
    "n1_percent": (5,), "n2_percent": (5,), "light_percent": (4,), "nrem_percent": (3,), "n3_percent": (5, 4),
    "rem_percent": (5, 4, 3), "rem_latency": (5, 4, 3), "rem_latency_5min": (5, 4, 3), "sfi_shift": (5, 4, 3),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class MetricAgreement(EqualByFields, Mapping[str, ValueAgreement]):
    """How metrics agree between two scorings, by key; made by `metric_agreement`.

    Parameters
    ----------
    metrics : mapping of str to ValueAgreement
    excluded : mapping of str to str
        Nights that were not measured, and why.
    scorers : (str, str)
        Names of the two.
    """

    metrics: Mapping[str, ValueAgreement]
    excluded: Mapping[str, str]
    scorers: tuple[str, str] = ("reference", "observed")

    def __getitem__(self, key: str) -> ValueAgreement:
        return self.metrics[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.metrics)

    def __len__(self) -> int:
        return len(self.metrics)

    def _repr_html_(self) -> str:
        rows = (
            (METRICS[key].label, METRICS[key].unit.removeprefix("count"), one.n, f"{one['bias']:.3g}",
             f"{one['sd'].value:.3g}", f"{one['loa_lower'].value:.3g} to {one['loa_upper'].value:.3g}",
             f"{one['icc']:.2f}")
            for key, one in self.metrics.items()
        )  # fmt: skip
        headings = ("metric", "unit", "nights", "bias", "SD", "limits of agreement", "ICC")
        return html_table(headings, rows, caption=f"{self.scorers[1]} less {self.scorers[0]}")

    def __repr__(self) -> str:
        n = max((one.n for one in self.metrics.values()), default=0)
        names = f"{self.scorers[1]!r} less {self.scorers[0]!r}"
        return f"MetricAgreement({len(self.metrics)} metrics of {n} nights, {names}: {', '.join(self.metrics)})"

    def to_frame(self) -> pd.DataFrame:
        """Give a table with one row per metric: unit, and every estimate with its interval."""
        import pandas as pd

        rows = {key: {"unit": METRICS[key].unit, **one.to_dict()} for key, one in self.metrics.items()}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("metric")

    def values_frame(self) -> pd.DataFrame:
        """Give a table with one row per metric and night: reference, observed, difference."""
        import pandas as pd

        columns = ("night", "subject", "reference", "observed", "difference")
        parts = {
            key: pd.DataFrame(
                dict(
                    zip(columns, (one.nights, one.subjects, one.reference, one.observed, one.differences), strict=True)
                )
            )
            for key, one in self.metrics.items()
        }
        return pd.concat(parts, names=["metric", "row"]).droplevel("row")


def check_keys(keys: Iterable[str]) -> list[str]:
    """Give keys of `METRICS` without repeats; refuse a plain string, none at all and unknown ones.

    Examples
    --------
    >>> check_keys(key for key in ("tst", "se", "tst"))
    ['tst', 'se']
    """
    if isinstance(keys, str):
        raise HypnogramError(
            f"keys must be a list of keys of METRICS, not the string {keys!r}", remedy=f"write [{keys!r}]"
        )
    chosen = list(dict.fromkeys(keys))
    if not chosen:
        raise HypnogramError("keys is empty", remedy="name at least one metric, or leave it out for the usual ones")
    unknown = [key for key in chosen if key not in METRICS]
    if unknown:
        raise HypnogramError(f"{unknown[0]!r} is no metric", remedy="METRICS lists the keys")
    return chosen


def metric_agreement(
    reference: Hypnograms,
    observed: Hypnograms,
    keys: Iterable[str] | None = None,
    *,
    subjects: Subjects | None = None,
    max_unscored: float = 0.20,
    n_boot: int = 2000,
    seed: int = 0,
    confidence: float = 0.95,
    interval: Literal["auto", "classic", "bootstrap"] = "auto",
) -> MetricAgreement:
    """Compare what is measured on two scorings of the same nights, metric by metric, in the units of `METRICS`.

    Parameters
    ----------
    reference, observed : Hypnogram, sequence of Hypnogram, or mapping of str to Hypnogram
        Aligned as by `epoch_agreement`: both are measured over the same epochs, with the same lights and levels.
    keys : iterable of str, optional
        Keys of `METRICS`, of which repeats count once; by default a dozen that the levels allow.
    subjects : sequence of str, or mapping of night to str, optional
        Whose night each is; by default every night is another person's.
    max_unscored : float
        A night of which one scorer left a larger share unscored is excluded, and listed so.
    n_boot, seed, confidence, interval
        As for `value_agreement`.

    Returns
    -------
    MetricAgreement
        A mapping of key to `ValueAgreement`. A metric that is NaN in one scoring of a night is compared on the other
        nights, and ``n_missing`` counts it: REM latencies leave out nights without REM, so they speak of the rest.

    Raises
    ------
    HypnogramError
        Where nights do not pair or cannot be aligned, a key is unknown or none is given, or an option is none of its
        choices.

    Examples
    --------
    >>> from somnometry.core.hypnogram import Hypnogram
    >>> human = [Hypnogram([0, 0, 1, 2, 2, 2]), Hypnogram([0, 2, 2, 3, 3, 4]), Hypnogram([0, 0, 0, 0, 2, 2])]
    >>> device = [Hypnogram([0, 1, 1, 2, 2, 2]), Hypnogram([0, 2, 2, 3, 3, 4]), Hypnogram([0, 0, 0, 2, 2, 2])]
    >>> metric_agreement(human, device, ["tst"])["tst"]["bias"].value  # an epoch more in two of three nights
    0.3333333333333333
    """
    chosen = None if keys is None else check_keys(keys)
    nights = pair_nights(reference, observed, subjects)
    levels = nights[0].reference.levels
    keys = [key for key in KEYS if levels in LEVELS.get(key, (levels,))] if chosen is None else chosen
    sides = [StageMatrix.of_many([getattr(night, side) for night in nights]) for side in ("reference", "observed")]
    refusals = zip(nights, *(unscored_refusals(side, max_unscored) for side in sides), strict=True)
    excluded = {night.name: str(ours or theirs) for night, ours, theirs in refusals if ours or theirs}
    kept = [i for i, night in enumerate(nights) if night.name not in excluded]
    ours, theirs = (measured_table(side) for side in sides)
    metrics = {
        key: value_agreement(
            ours[key][kept], theirs[key][kept], nights=[nights[i].name for i in kept],
            subjects=[nights[i].subject for i in kept], n_boot=n_boot, seed=seed, confidence=confidence,
            interval=interval,
        )
        for key in keys
    }  # fmt: skip
    return MetricAgreement(metrics, excluded, scorers_of(nights))
