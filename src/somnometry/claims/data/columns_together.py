"""What the columns of one night must be to each other: shares and sums of durations, parts of wholes, told events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...catalogue import CATALOGUE
from ...core.errors import ClaimError
from .likely_units import FEW, OTHER_UNITS
from .study_nights import StudyNights, cell_place

__all__ = ["LINKS", "Link", "Table", "require_agreement", "table_of"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Table = Mapping[str, Floats]
#: Share of nights that all say the same of a column before it is believed to be another quantity, or in another unit.
NEARLY_ALL = 0.9
#: Rounding of what people write, as a share, and in the unit itself; nights may lack a few epochs beside.
SHARE, ROUNDING = 0.04, 0.75
STAGES = ("n1", "n2", "n3", "rem")
#: Factors between units in which the same is written.
FACTORS = sorted({of for one in (100.0, *OTHER_UNITS["min"].values(), *OTHER_UNITS["%"].values())
                  for of in (one, 1 / one)})  # fmt: skip
#: Nights that must fit before others are told to be in another unit, as a share; and how many others there must be.
MOST_FIT, LEAST_PART = 0.6, 2


@dataclass(frozen=True, slots=True)
class Link:
    """A column that others of the night give; with ``other``, what it then is where it should be something else."""

    column: str
    needs: tuple[str, ...]
    given: Callable[[Table], Floats]
    other: str = ""


def _same(name: str) -> Callable[[Table], Floats]:
    return lambda table: table[name]


def _share(part: str, whole: str, times: float = 100.0) -> Callable[[Table], Floats]:
    return lambda table: times * table[part] / table[whole]


def _rest(whole: str | float, *parts: str) -> Callable[[Table], Floats]:
    def rest(table: Table) -> Floats:
        left = table[whole] if isinstance(whole, str) else np.full_like(table[parts[0]], whole)
        for part in parts:
            left = left - table[part]
        return left

    return rest


def _stage_links() -> Iterable[Link]:
    """Give the links of minutes and percentages of the stages; first what they must be, then what else they are."""
    for stage in STAGES:
        percent, minutes = f"{stage}_percent", f"{stage}_minutes"
        others = [one for one in STAGES if one != stage]
        in_minutes, in_percent = (tuple(f"{one}_{unit}" for one in others) for unit in ("minutes", "percent"))
        yield Link(percent, (minutes, "tst"), _share(minutes, "tst"))
        yield Link(percent, in_percent, _rest(100.0, *in_percent))
        yield Link(minutes, ("tst", *in_minutes), _rest("tst", *in_minutes))
        for whole in ("trt", "spt"):
            what = f"the share of {CATALOGUE[whole].label}, and not of TST"
            yield Link(percent, (minutes, "tst", whole), _share(minutes, whole), what)
        what = "the share of TRT, and not of TST: with the other stages it comes to SE"
        yield Link(percent, ("se", *in_percent), _rest("se", *in_percent), what)
        yield Link(minutes, (percent, "tst"), _same(percent), "the percentage of TST")
        yield Link(percent, (minutes, "tst"), _same(minutes), "minutes")
        what = "a percentage: with the other stages it comes to 100"
        yield Link(minutes, in_minutes, _rest(100.0, *in_minutes), what)


#: What a column must be, where the table holds what gives it; then what columns of that name hold in tables that
#: people have.
LINKS: tuple[Link, ...] = (
    Link("se", ("tst", "trt"), _share("tst", "trt")),
    Link("sme", ("tst", "spt"), _share("tst", "spt")),
    Link("waso", ("trt", "tst", "sol"), _rest("trt", "tst", "sol")),
    Link("sol", ("trt", "tst", "waso"), _rest("trt", "tst", "waso")),
    Link("tst", ("trt", "waso", "sol"), _rest("trt", "waso", "sol")),
    Link("twt", ("trt", "tst"), _rest("trt", "tst")),
    Link("waso_spt", ("spt", "tst"), _rest("spt", "tst")),
    Link("awakenings_per_hour", ("awakenings", "tst"), _share("awakenings", "tst", 60.0)),
    Link("se", ("tst", "spt", "trt"), _share("tst", "spt"), "the share of SPT, which is SME"),
    Link("waso", ("trt", "tst", "sol"), _rest("trt", "tst"), "all wake, SOL with it, which is TWT"),
    Link("waso", ("spt", "tst", "trt", "sol"), _rest("spt", "tst"), "the wake within SPT, which is WASO within SPT"),
    Link("tst", ("trt",), _same("trt"), "the time from lights-off to lights-on, which is TRT"),
    Link("awakenings_per_hour", ("awakenings", "tst"), _same("awakenings"), "the count of the night"),
    Link("rem_latency", ("rem_latency_lights_off", "sol"), _same("rem_latency_lights_off"),
          "what counts from lights-off, which is rem_latency_lights_off"),
    *_stage_links(),
)  # fmt: skip
#: Column -> one that it is never more than. A cell more than rounding above it is refused where both are of the clock
#: of the whole night, others where most nights have it so: columns that were drawn one by one, as of a simulated study,
#: hold both in some nights.
MOST_NIGHTS = 0.8
NEVER_MORE: tuple[tuple[str, str], ...] = (
    ("tst", "trt"), ("spt", "trt"), ("tst", "spt"), ("sol", "trt"), ("lps", "trt"), ("waso", "trt"), ("twt", "trt"),
    ("sol", "lps"), ("waso_spt", "waso"), ("longest_sleep", "tst"), ("rem_latency", "trt"), ("n3_latency", "trt"),
    *((f"{stage}_minutes", "tst") for stage in STAGES), ("awakenings_1min", "awakenings"),
    *((f"awakenings_{n + 1}min", f"awakenings_{n}min") for n in range(1, 5)), ("awakenings_5min", "awakenings_2min"),
    ("awakenings_5min", "awakenings"), ("awakenings_2min", "awakenings"),
)  # fmt: skip
WHOLE_NIGHT = frozenset({("tst", "trt"), ("spt", "trt"), ("tst", "spt"), ("sol", "trt"), ("waso", "trt")})
#: Latency -> columns that are above 0 where its event came, and 0 where it did not.
COMES_WITH: Mapping[str, tuple[str, ...]] = {
    "sol": ("tst",), "rem_latency": ("rem_minutes", "rem_percent"), "n1_latency": ("n1_minutes", "n1_percent"),
    "n2_latency": ("n2_minutes", "n2_percent"), "n3_latency": ("n3_minutes", "n3_percent"),
    "rem_latency_lights_off": ("rem_minutes", "rem_percent"), "rem_latency_asleep": ("rem_minutes", "rem_percent"),
}  # fmt: skip


def require_agreement(nights: StudyNights, metrics: Iterable[str]) -> None:
    """Refuse columns that contradict each other in nearly all nights, and parts of a night longer than the night.

    A column that is the same multiple of what others give in nearly all nights is in another unit than they are; one
    that is another quantity by them, and not the one that it is called, is that. Nights that lack epochs, or numbers
    that were drawn and not measured, are neither.

    Parameters
    ----------
    nights : StudyNights
    metrics : iterable of str
        Those that are judged, the claim's own first: what concerns none of them is not looked at.

    Raises
    ------
    ClaimError
        With the column, what it likely holds, and the remedy.
    """
    judged = dict.fromkeys(metrics)
    table = table_of(nights)
    with np.errstate(divide="ignore", invalid="ignore"):
        for column in dict.fromkeys(link.column for link in LINKS):
            if column in table:
                _require_links(nights, table, column, judged)
    for small, large in NEVER_MORE:
        if small in table and large in table and judged.keys() & {small, large}:
            _require_part(nights, table, small, large)
    for metric in judged.keys() & COMES_WITH.keys():
        _require_events(nights, metric)


def table_of(nights: StudyNights) -> Table:
    """Give the columns that say something about each other, as numbers."""
    names = {name for link in LINKS for name in (link.column, *link.needs)}
    names |= {name for pair in NEVER_MORE for name in pair}
    return {name: nights.numbers(name) for name in names if name in nights.columns}


# ------------------------------------------------------------------------------------------------------------- helpers
def _require_links(nights: StudyNights, table: Table, column: str, judged: Mapping[str, None]) -> None:
    """Refuse a column that is a multiple of what others give, or another quantity by them."""
    values = table[column]
    links = [link for link in LINKS if link.column == column and all(name in table for name in link.needs)]
    own = [link for link in links if not link.other]
    fits = any(_agrees(values, link.given(table), 0.6 * (1 + len(link.needs))) for link in own)
    for link in links:
        if (link.other and fits) or not judged.keys() & ({column} if link.other else {column, *link.needs}):
            continue
        given = link.given(table)
        if link.other:
            if _agrees(values, given):
                raise ClaimError(
                    f"the column {column!r} holds {link.other}, by the other columns of its nights",
                    place="the table of nights",
                    remedy=f"call it so, and give {CATALOGUE[column].label} as it is defined (`somnometry metrics`)",
                    key=column,
                )
        elif factor := _multiple(values, given):
            others = ", ".join(link.needs)
            raise ClaimError(
                f"the column {column!r} is {factor} what {others} of the same nights give: one of them is likely in "
                "another unit",
                place="the table of nights",
                remedy="give minutes in all columns of durations, and percent in all of shares",
                key=next(name for name in judged if name in (column, *link.needs)),
            )
        elif (part := _part_in_other_unit(values, given)) is not None:
            rows, factor = part
            first = int(np.flatnonzero(rows)[0])
            raise ClaimError(
                f"{int(rows.sum())} values of {column!r} are {factor} what {', '.join(link.needs)} of the same nights "
                f"give, which fit in the others: they are likely in another unit (first {values[first]:g}, where "
                f"{given[first]:g} is given)",
                place=cell_place(nights.row[first], column),
                remedy="give minutes in all columns of durations, and percent in all of shares",
                key=next(name for name in judged if name in (column, *link.needs)),
            )


def _agrees(values: Floats, given: Floats, rounding: float = ROUNDING) -> bool:
    """Whether a column is what others give in nearly all nights, but for rounding."""
    both = np.isfinite(values) & np.isfinite(given)
    if both.sum() < FEW or np.unique(values[both]).size < 3:
        return False
    near = abs(values[both] - given[both]) <= np.maximum(rounding, 0.01 * abs(values[both]))
    return bool(near.mean() >= NEARLY_ALL)


def _multiple(values: Floats, given: Floats) -> str:
    """Say by what factor of a unit a column differs from what others give in nearly all nights; empty where by none."""
    both = np.isfinite(values) & np.isfinite(given) & (values > 0) & (given > 0)
    ratio = values[both] / given[both]
    if ratio.size < FEW or np.unique(values[both]).size < 3:
        return ""
    middle = float(np.median(ratio))
    if (abs(ratio / middle - 1) <= SHARE).mean() < NEARLY_ALL:
        return ""
    return next((_told(factor) for factor in FACTORS if abs(middle / factor - 1) <= SHARE), "")


def _part_in_other_unit(values: Floats, given: Floats) -> tuple[Mask, str] | None:
    """Give the nights in which a column is what others give times a unit, where it is just that in most; else None."""
    both = np.isfinite(values) & np.isfinite(given) & (values > 0) & (given > 0)
    fits = both & (abs(values - given) <= np.maximum(ROUNDING, 0.01 * abs(values)))
    if fits.sum() < max(2 * FEW, MOST_FIT * both.sum()):
        return None
    for factor in FACTORS:
        # rounding of both, which is much of a small number
        near = SHARE * abs(values) + np.where(factor < 1, 0.006, 0.6)
        part = both & ~fits & (abs(values - factor * given) <= near) & (np.maximum(values, given) >= 5)
        if part.sum() >= (FEW if 0.1 < factor < 10 else LEAST_PART) and part.sum() >= 0.5 * (both & ~fits).sum():
            return part, _told(factor)
    return None


def _told(factor: float) -> str:
    return f"{factor:g} times" if factor > 1 else f"1/{1 / factor:g} of"


def _require_part(nights: StudyNights, table: Table, small: str, large: str) -> None:
    """Refuse a part that is longer than its whole, or a kind that is counted more often than all kinds."""
    more = table[small] > table[large] + np.maximum(1.0, 0.01 * table[large])
    both = int((np.isfinite(table[small]) & np.isfinite(table[large])).sum())
    if not more.any() or ((small, large) not in WHOLE_NIGHT and more.sum() < max(3, MOST_NIGHTS * both)):
        return
    first = int(np.flatnonzero(more)[0])
    raise ClaimError(
        f"{CATALOGUE[small].label} {table[small][first]:g} is more than {CATALOGUE[large].label} "
        f"{table[large][first]:g}, which holds it ({int(more.sum())} of {both} nights)",
        place=cell_place(nights.row[first], small),
        remedy="mend the cells, or give both in one unit",
        key=small,
    )


def _require_events(nights: StudyNights, metric: str) -> None:
    """Refuse events of a latency that are told the other way round than the rest of the night has them."""
    event = f"{metric}_event"
    if event not in nights.columns:
        return
    told = nights.numbers(event)
    for name in COMES_WITH[metric]:
        if name not in nights.columns:
            continue
        seen = nights.numbers(name)
        came, known = seen > 0, np.isfinite(seen) & np.isin(told, (0, 1))
        if (known & came).sum() >= FEW and (told[known & came] == 0).mean() >= NEARLY_ALL:
            first = int(np.flatnonzero(known & came & (told == 0))[0])
            raise ClaimError(
                f"the event did not come, and {name} is {seen[first]:g}: 0 and 1 are likely the other way round",
                place=cell_place(nights.row[first], event),
                remedy="write 1 where it came, and 0 where the night ended first",
                key=event,
            )
