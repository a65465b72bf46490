"""Pictures of how two scorings agree: the confusion matrix and Bland-Altman plots."""

from __future__ import annotations

import os
import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ...core.shown_text import shown_text
from ...metrics.agreement.epochs import EpochAgreement
from ...metrics.agreement.values import ValueAgreement
from ..words.estimates import decimal_or_nothing, one_decimal, two_decimals
from .figure_files import save_figure
from .notebook_figure import GREY, GRID, LINE, NotebookFigure, figure_of

__all__ = ["plot_agreement", "plot_bland_altman", "plot_confusion", "save_bland_altman", "save_confusion"]

#: From white to the dark blue of N3: one hue, so that lightness alone tells the shares apart.
BLUES = LinearSegmentedColormap.from_list("shares", ["#ffffff", "#b9d9ee", "#5f9fd0", "#1d4a80"])
POINT, BIAS, LIMIT = "#5f9fd0", "#1d4a80", "#d1495b"

#: What stands beside a metric whose limits are not plain.
LIMITS_NOTE = {
    "constant": "",
    "proportional": "bias depends on the reference",
    "heteroscedastic": "spread depends on the reference",
    "ratio": "limits of the ratio",
}


# ----------------------------------------------------------------------------------------------------------- confusion
def plot_confusion(agreement: EpochAgreement, *, figure: Figure | None = None, ax: Axes | None = None) -> Figure:
    r"""Draw the pooled confusion: per cent of each stage of the reference, and the epochs below.

    Parameters
    ----------
    agreement : EpochAgreement
        What `epoch_agreement` gave.
    figure : matplotlib.figure.Figure, optional
        Where to draw; a new one if None.
    ax : matplotlib.axes.Axes, optional
        Where to draw instead.

    Returns
    -------
    matplotlib.figure.Figure
        Independent of pyplot.

    Examples
    --------
    >>> from somnometry.core.hypnogram import Hypnogram
    >>> from somnometry.metrics.agreement.epochs import epoch_agreement
    >>> agreement = epoch_agreement(Hypnogram([0, 1, 2, 2, 4]), Hypnogram([0, 1, 2, 4, 4]))
    >>> [text.get_text() for text in plot_confusion(agreement).axes[0].texts[:2]]
    ['100 %\n1', '0 %\n0']
    """
    size = len(agreement.stages)
    if ax is None:
        figure = figure or NotebookFigure(figsize=(1.6 + 0.85 * size, 1.7 + 0.75 * size), layout="constrained")
        ax = figure.subplots()
    counts = agreement.pooled
    rows = counts.sum(axis=1, keepdims=True)
    shares = np.full(counts.shape, np.nan)
    np.divide(counts, rows, out=shares, where=rows > 0)
    ax.imshow(shares, cmap=BLUES, vmin=0, vmax=1, aspect="auto")
    for i, j in np.ndindex(size, size):
        share = shares[i, j]
        words = "none" if np.isnan(share) else f"{100 * share:.0f} %\n{counts[i, j]:,}"
        ax.text(j, i, words, ha="center", va="center", fontsize="small", color="white" if share > 0.7 else LINE)
    labels = [stage.label for stage in agreement.stages]
    ax.set_xticks(range(size), labels)
    ax.set_yticks(range(size), labels)
    ax.tick_params(length=0)
    ax.set_xticks(np.arange(0.5, size - 1), minor=True)
    ax.set_yticks(np.arange(0.5, size - 1), minor=True)
    ax.grid(which="minor", color="white", linewidth=2)
    ax.tick_params(which="minor", length=0)
    ax.spines[:].set_visible(False)
    reference, observed = agreement.scorers
    ax.set_xlabel(_folded(observed, 10 * size), parse_math=False)
    ax.set_ylabel(_folded(reference, 9 * size), parse_math=False)
    kappa, accuracy = (agreement.summary[key].pooled for key in ("kappa", "accuracy"))
    n = len(agreement.nights)
    ax.set_title(
        f"kappa {two_decimals(kappa)}, accuracy {two_decimals(accuracy)}\n"
        f"{n} night{'s' * (n != 1)}, {int(counts.sum()):,} epochs",
        fontsize="small",
    )
    return figure_of(ax)


def save_confusion(agreement: EpochAgreement, path: str | os.PathLike[str], *, dpi: float = 150.0) -> None:
    """Write the picture of `plot_confusion` to a file, PNG unless the name ends otherwise.

    Examples
    --------
    >>> from somnometry.core.hypnogram import Hypnogram
    >>> from somnometry.metrics.agreement.epochs import epoch_agreement
    >>> path = getfixture("tmp_path") / "confusion.png"
    >>> save_confusion(epoch_agreement(Hypnogram([0, 1, 2]), Hypnogram([0, 1, 2])), path)
    >>> path.read_bytes()[1:4]
    b'PNG'
    """
    save_figure(plot_confusion(agreement), path, dpi=dpi)


# -------------------------------------------------------------------------------------------------------- Bland-Altman
def plot_bland_altman(
    agreement: ValueAgreement,
    *,
    label: str = "",
    unit: str = "",
    scorers: tuple[str, str] = ("reference", "observed"),
    figure: Figure | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw differences over the reference, with bias, limits of agreement and 5th and 95th percentile.

    Parameters
    ----------
    agreement : ValueAgreement
        What `value_agreement` or `metric_agreement` gave.
    label, unit : str
        Name and unit of the quantity.
    scorers : (str, str)
        Names of the reference and of the observed scoring; long ones are folded.
    figure : matplotlib.figure.Figure, optional
        Where to draw; a new one if None.
    ax : matplotlib.axes.Axes, optional
        Where to draw instead.

    Returns
    -------
    matplotlib.figure.Figure
        Independent of pyplot. The limits are those that fit the data, straight or not; nights of one person hang
        together by a thin line.

    Examples
    --------
    >>> from somnometry.metrics.agreement.values import value_agreement
    >>> figure = plot_bland_altman(value_agreement([10, 20, 30], [11, 23, 31]), label="TST", unit="min")
    >>> figure.axes[0].get_xlabel()
    'TST by reference (min)'
    """
    if ax is None:
        figure = figure or NotebookFigure(figsize=(6.2, 4.0), layout="constrained")
        ax = figure.subplots()
    unit = f" ({unit})" if unit else ""
    ax.set_xlabel(_folded(f"{label} by {scorers[0]}{unit}".lstrip(), 60), parse_math=False)
    ax.set_ylabel(_folded(f"{scorers[1]} minus {scorers[0]}{unit}", 40), parse_math=False)
    ax.spines[["top", "right"]].set_visible(False)
    ax.axhline(0, color=GRID, linewidth=1.2, zorder=0)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))
    if agreement.n:
        _draw_people(ax, agreement)
        ax.plot(
            agreement.reference, agreement.differences, "o", color=POINT, markersize=5, markeredgecolor="white",
            markeredgewidth=0.6, zorder=3,
        )  # fmt: skip
        _draw_limits(ax, agreement)
        ax.set_title(_heading(agreement), fontsize="small")
    else:
        ax.text(0.5, 0.5, "no night in which both are defined", ha="center", transform=ax.transAxes, color=LINE)
    return figure_of(ax)


def save_bland_altman(
    agreement: ValueAgreement,
    path: str | os.PathLike[str],
    *,
    label: str = "",
    unit: str = "",
    scorers: tuple[str, str] = ("reference", "observed"),
    dpi: float = 150.0,
) -> None:
    """Write the picture of `plot_bland_altman` to a file, PNG unless the name ends otherwise.

    Examples
    --------
    >>> from somnometry.metrics.agreement.values import value_agreement
    >>> path = getfixture("tmp_path") / "tst.png"
    >>> save_bland_altman(value_agreement([10, 20, 30], [11, 23, 31]), path, label="TST", unit="min")
    >>> path.read_bytes()[1:4]
    b'PNG'
    """
    save_figure(plot_bland_altman(agreement, label=label, unit=unit, scorers=scorers), path, dpi=dpi)


def plot_agreement(agreement: EpochAgreement | ValueAgreement, *, ax: Axes | None = None) -> Figure:
    """Draw how two scorings agree: the confusion of epochs, or differences of values over the reference.

    Parameters
    ----------
    agreement : EpochAgreement or ValueAgreement
        What `epoch_agreement`, `value_agreement` or `metric_agreement` gave.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.figure.Figure

    See Also
    --------
    plot_confusion, plot_bland_altman : with names and units.

    Examples
    --------
    >>> from somnometry.metrics.agreement.values import value_agreement
    >>> plot_agreement(value_agreement([10, 20, 30], [11, 23, 31])).axes[0].get_ylabel()
    'observed minus reference'
    """
    if isinstance(agreement, EpochAgreement):
        return plot_confusion(agreement, ax=ax)
    return plot_bland_altman(agreement, label="value", ax=ax)


# ------------------------------------------------------------------------------------------------------------- helpers
def _folded(name: str, width: int) -> str:
    """Give a label that fits its axis: over at most three lines."""
    words = shown_text(name, keep="")
    return "\n".join(textwrap.wrap(words, width, max_lines=3, placeholder=" …"))


def _draw_people(ax: Axes, agreement: ValueAgreement) -> None:
    nights: dict[str, list[int]] = {}
    for i, subject in enumerate(agreement.subjects):
        nights.setdefault(subject, []).append(i)
    for _, theirs in sorted(nights.items()):
        if len(theirs) > 1:
            theirs.sort(key=lambda i: float(agreement.reference[i]))
            ax.plot(agreement.reference[theirs], agreement.differences[theirs], color=GREY, linewidth=0.9, zorder=1)


def _draw_limits(ax: Axes, agreement: ValueAgreement) -> None:
    low, high = float(agreement.reference.min()), float(agreement.reference.max())
    margin = 0.04 * (high - low) or 1.0
    at = np.linspace(max(low - margin, 0) if low >= 0 else low - margin, high + margin, 100)
    bias, lower, upper = agreement.limits_at(at)
    ax.plot(at, bias, color=BIAS, linewidth=1.6, zorder=2)
    for limit in (lower, upper):
        ax.plot(at, limit, color=LIMIT, linewidth=1.2, linestyle=(0, (5, 3)), zorder=2)
    if agreement.limits == "constant":
        for key, colour in (("bias", BIAS), ("loa_lower", LIMIT), ("loa_upper", LIMIT)):
            e = agreement[key]
            if not np.isnan(e.lower):
                ax.fill_between(at, e.lower, e.upper, color=colour, alpha=0.12, linewidth=0, zorder=0)
    for percentile in (agreement.p5, agreement.p95):
        ax.plot(at, np.full(at.shape, percentile), color=LINE, linewidth=0.9, linestyle=(0, (1, 2)), zorder=2)
    ax.set_xlim(at[0], at[-1])
    _name_lines(
        ax,
        [
            (bias[-1], "bias", BIAS), (upper[-1], "upper limit", LIMIT), (lower[-1], "lower limit", LIMIT),
            (agreement.p5, "5 %", LINE), (agreement.p95, "95 %", LINE),
        ],
    )  # fmt: skip


def _name_lines(ax: Axes, names: list[tuple[float, str, str]]) -> None:
    """Write the name of each line beside its right end, moved apart where they would overlap."""
    names = sorted((name for name in names if np.isfinite(name[0])), key=lambda name: name[0])
    low, high = ax.get_ylim()
    gap = 0.055 * (high - low)
    places = [place for place, _, _ in names]
    for _ in range(100):  # push neighbours apart, each by half
        for i in range(1, len(places)):
            lacking = gap - (places[i] - places[i - 1])
            if lacking > 0:
                places[i - 1] -= lacking / 2
                places[i] += lacking / 2
    for place, (_, words, colour) in zip(places, names, strict=True):
        ax.annotate(
            words, (1.0, place), xycoords=("axes fraction", "data"), xytext=(4, 0), textcoords="offset points",
            va="center", fontsize="small", color=colour, annotation_clip=False,
        )  # fmt: skip


def _heading(agreement: ValueAgreement) -> str:
    people = len(set(agreement.subjects))
    of = f" of {people} people" if people < agreement.n else ""
    note = LIMITS_NOTE[agreement.limits]
    bias, icc = one_decimal(agreement["bias"]), two_decimals(agreement["icc"])
    first = f"bias {bias}, SD {decimal_or_nothing(agreement['sd'].value)}, ICC {icc}"
    return f"{first}\n{agreement.n} nights{of}{'; ' * bool(note)}{note}"
