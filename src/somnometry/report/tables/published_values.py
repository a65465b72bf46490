"""What is published of healthy people, as Markdown for the page of metrics."""

from __future__ import annotations

import math

from ...metrics.reference_values import AGE_CHANGES, REFERENCE_VALUES, SEX_DIFFERENCES

__all__ = ["published_lines"]


def published_lines() -> list[str]:
    """Give the section of the page of metrics on published values: every one, with its source."""
    lines = [
        "",
        "## What is published of healthy people",
        "",
        "For reports alone: no claim is tested against it. Every number stands in the abstract of its source; the",
        "tables by age and sex in the papers themselves were not at hand. A range is the one printed beside the",
        "median; the abstract does not say whether it is of percentiles or of all people.",
        "",
        "| metric | years | sex | median | range | source |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for value in REFERENCE_VALUES:
        lines.append(
            f"| `{value.metric}` | over {value.age_above:g}, to {value.age_to:g} | {value.sex or 'both'} "
            f"| {value.median:g} | {value.low:g} to {value.high:g} | {value.source} |"
        )
    lines += ["", "| metric | change with ten years | 95 % CI | sex | source |", "| --- | --- | --- | --- | --- |"]
    for change in AGE_CHANGES:
        within = "not in the abstract" if math.isnan(change.low) else f"{change.low:g} to {change.high:g}"
        lines.append(
            f"| `{change.metric}` | {change.per_decade:g} | {within} | {change.sex or 'both'} | {change.source} |"
        )
    lines += ["", "| metric | mean of women above that of men | source |", "| --- | --- | --- |"]
    lines += [f"| `{one.metric}` | {one.women_above_men:g} | {one.source} |" for one in SEX_DIFFERENCES]
    return lines
