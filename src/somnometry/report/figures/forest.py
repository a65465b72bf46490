"""The forest plot of a study's claims: every effect over its smallest effect of interest, on one axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import FixedLocator, FuncFormatter

from ...core.shown_text import shown_text
from ...core.verdict import Verdict
from ..words.numbers import declared_number
from ..words.quantities import claim_title, named
from .marks import OUTCOMES, Mark, aim, interval_text, marks_of
from .notebook_figure import GRID, LINE, NotebookFigure

__all__ = ["plot_verdicts"]

WIDTH, LEFT, AXIS, RIGHT = 11.6, 4.15, 3.7, 3.45  # inches
SIZE, LINE_HEIGHT, PAD = 9.0, 0.17, 0.15
HEAD, TICKS = 0.32, 0.62  # column headings above the effects, ticks and label below
FAINT, BAND = "#666666", "#f6f6f6"
LEAST, MOST = 2.0, 6.0  # of the axis, in smallest effects
LEGEND = (
    "Thick line: 90 % interval; thin line: 95 %; arrow: the interval goes on. Dashed lines: the smallest difference "
    "that would matter, either way. Right is upward where a claim says no direction. Ratios on a log scale."
)
_RENDERER: Any = RendererAgg(1, 1, 72)  # type: ignore[no-untyped-call]


@dataclass(slots=True)
class _Block:
    """One claim: lines of text at the left, marks on the axis, lines of text at the right."""

    verdict: Verdict
    left: list[tuple[str, str, str]] = field(default_factory=list)  # text, weight, colour
    marks: list[tuple[int, Mark]] = field(default_factory=list)  # line, mark
    right: list[tuple[float, str, str]] = field(default_factory=list)  # line, text, weight

    @property
    def height(self) -> float:
        return LINE_HEIGHT * len(self.left) + PAD


def plot_verdicts(
    verdicts: Sequence[Verdict], *, title: str = "", note: str = "", figure: Figure | None = None
) -> Figure:
    """Draw verdicts as a forest plot: effects over their smallest effects of interest, so that one axis serves all.

    Parameters
    ----------
    verdicts : sequence of Verdict
    title : str
    note : str
        At the foot, such as the digest of the claims file.
    figure : matplotlib.figure.Figure, optional
        Where to draw; its size is set to what the claims take. A new one if None.

    Returns
    -------
    matplotlib.figure.Figure
        Independent of pyplot. Right is the way of the claim, or upward where it says none; 1 is the smallest effect of
        interest, and ratios are on a log scale. Thick lines are 90 % intervals, thin ones 95 %; an arrow marks one that
        goes on. Claims that cannot be drawn are listed below, with the reason.

    Examples
    --------
    >>> from somnometry.core.claim import Claim
    >>> claim = Claim("rem_percent", "increases", smallest_effect=3.0)
    >>> verdict = Verdict(claim, "supported", estimate=6.0, interval90=(4, 8), interval95=(3.6, 8.4))
    >>> lines = plot_verdicts([verdict]).axes[0].lines
    >>> [float(line.get_xdata()[0]) for line in lines if line.get_gid() == "estimate-0-0"]
    [2.0]
    """
    drawn = [_block(verdict, marks) for verdict in verdicts if (marks := marks_of(verdict))]
    others = [_listed(verdict) for verdict in verdicts if not marks_of(verdict)]
    top = _wrapped(title, WIDTH - 0.3, SIZE + 2, "bold") if title else []
    foot = _wrapped(note, WIDTH - 0.3, SIZE - 1.5) if note else []
    legend = _wrapped(LEGEND, WIDTH - 0.3, SIZE - 1) if drawn else []
    head = 0.15 + 0.22 * len(top) + (HEAD if drawn else 0)
    body = sum(block.height for block in drawn)
    below = head + body + (TICKS + 0.3 + 0.15 * len(legend) if drawn else 0)
    last = below + (0.35 + sum(block.height for block in others) if others else 0)
    height = last + 0.2 + 0.15 * len(foot)
    if figure is None:
        figure = NotebookFigure()
    figure.set_size_inches(WIDTH, height)
    page = figure.add_axes((0, 0, 1, 1), zorder=-1)
    page.set(xlim=(0, WIDTH), ylim=(height, 0))
    page.axis("off")
    for i, line in enumerate(top):
        page.text(0.15, 0.22 + 0.22 * i, line, fontsize=SIZE + 2, fontweight="bold", va="center", color="black",
                  parse_math=False)  # fmt: skip
    if drawn:
        ax = figure.add_axes((LEFT / WIDTH, 1 - (head + body) / height, AXIS / WIDTH, body / height))
        figure.delaxes(page)
        figure.add_axes(page)  # the axis of the effects comes first
        _draw_axis(ax, drawn, body)
        _draw_texts(page, drawn, head)
        _draw_legend(page, head + body + TICKS, legend, verdicts)
    if others:
        _draw_others(page, others, below)
    for i, line in enumerate(foot):
        page.text(0.15, height - 0.12 - 0.15 * (len(foot) - 1 - i), line, fontsize=SIZE - 1.5, color=FAINT, va="center",
                  parse_math=False)  # fmt: skip
    return figure


# -------------------------------------------------------------------------------------------------------------- layout
def _block(verdict: Verdict, marks: Sequence[Mark]) -> _Block:
    block = _Block(verdict)
    width = LEFT - 0.35
    _head(block, width)
    outcome = verdict.outcome + (f" ({verdict.cap})" if verdict.cap else "")
    size = {"at least D": ", at least the smallest", "uncertain": ", size uncertain"}.get(verdict.size, "")
    heading = _wrapped(f"{outcome}{size}", RIGHT - 0.3, SIZE, "bold")
    if len(marks) == 1 and not marks[0].name:
        text = _wrapped(f"{named(verdict).title}: {aim(verdict)}", width, SIZE - 0.5)
        block.left += [(line, "normal", FAINT) for line in text]
        block.right = [(i, line, "bold") for i, line in enumerate(heading)]
        block.right.append((len(heading), marks[0].text, "normal"))
        block.marks = [(0, marks[0])]
    else:
        text = _wrapped(f"{named(verdict).title}: {aim(verdict)}", width, SIZE - 0.5)
        if verdict.claim.kind != "conjunction":
            block.left += [(line, "normal", FAINT) for line in text]
        block.right = [(i, line, "bold") for i, line in enumerate(heading)]
        while len(block.left) < len(heading):
            block.left.append(("", "normal", LINE))
        for mark in marks:
            at = len(block.left)
            block.left += [(f"   {line}", "normal", LINE) for line in _wrapped(mark.name, width - 0.2, SIZE)]
            block.marks.append((at, mark))
            block.right.append((at, mark.text, "normal"))
    while len(block.left) <= max(at for at, _, _ in block.right):
        block.left.append(("", "normal", LINE))
    return block


def _listed(verdict: Verdict) -> _Block:
    """Give the lines of a claim that is not on the axis."""
    block = _Block(verdict)
    width = WIDTH - 0.7
    _head(block, width)
    text = verdict.outcome + (f" ({verdict.cap})" if verdict.cap else "")
    if verdict.outcome == "not testable":
        text = f"{text}: {verdict.reason}"
    elif math.isfinite(verdict.estimate):
        text += f": {named(verdict).title} {interval_text(verdict.estimate, verdict.interval95, verdict.quantity())}"
        text += "" if verdict.claim.smallest_effect is not None else "; no smallest effect was declared"
    block.left += [(line, "normal", FAINT) for line in _wrapped(text, width, SIZE - 0.5)]
    return block


def _head(block: _Block, width: float) -> None:
    claim = block.verdict.claim
    block.left += [(line, "bold", "black") for line in _wrapped(claim_title(claim), width, SIZE, "bold")]
    if claim.words and claim.words != claim.name:
        block.left += [(line, "normal", LINE) for line in _wrapped(f"“{claim.words}”", width, SIZE)]


def _wrapped(text: str, width: float, size: float, weight: str = "normal") -> list[str]:
    """Break a text into lines of at most `width` inches."""
    font = FontProperties(size=size, weight=weight)

    def fits(line: str) -> bool:
        return bool(
            _RENDERER.get_text_width_height_descent(line.replace("$", r"\$"), font, ismath=False)[0] <= 70 * width
        )

    lines: list[str] = []
    for word in shown_text(text).split():
        if lines and fits(f"{lines[-1]} {word}"):
            lines[-1] += f" {word}"
            continue
        lines.append(word)
        while not fits(lines[-1]) and len(lines[-1]) > 1:  # a word longer than the line
            cut = next(n for n in range(len(lines[-1]) - 1, 0, -1) if n == 1 or fits(lines[-1][:n]))
            lines[-1:] = [lines[-1][:cut], lines[-1][cut:]]
    return lines


# -------------------------------------------------------------------------------------------------------------- drawing
def _draw_axis(ax: Axes, blocks: Sequence[_Block], body: float) -> None:
    limit = _limit(blocks)
    ax.set(xlim=(-limit, limit), ylim=(body, 0))
    ax.axvline(0, color=LINE, linewidth=1.0, zorder=1)
    for at in (-1, 1):
        ax.axvline(at, color=FAINT, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    y = 0.0
    for i, block in enumerate(blocks):
        if i % 2 == 0:
            ax.axhspan(y, y + block.height, color=BAND, linewidth=0, zorder=0)
        for j, (line, mark) in enumerate(block.marks):
            centre = block.height / 2 if not mark.name else PAD / 2 + LINE_HEIGHT * (line + 0.5)
            _draw_mark(ax, y + centre, mark, block.verdict.outcome, f"{i}-{j}", limit)
        y += block.height
    ax.spines[["left", "right", "top"]].set_visible(False)
    ax.set_yticks([])
    ax.xaxis.set_major_locator(FixedLocator([float(t) for t in range(-int(limit), int(limit) + 1)]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: declared_number(value)))
    ax.tick_params(labelsize=SIZE - 1, color=GRID)
    ax.set_xlabel("difference, in multiples of the smallest that would matter", fontsize=SIZE - 1, color=LINE)


def _limit(blocks: Sequence[_Block]) -> float:
    ends = [
        abs(x)
        for block in blocks
        for _, mark in block.marks
        for x in (mark.value, *mark.interval95)
        if math.isfinite(x)
    ]
    return min(MOST, max(LEAST, 1.08 * max(ends, default=0.0)))


def _draw_mark(ax: Axes, y: float, mark: Mark, outcome: str, gid: str, limit: float) -> None:
    look = OUTCOMES[outcome]
    for name, (low, high), width in (("interval95", mark.interval95, 1.3), ("interval90", mark.interval90, 4.0)):
        if math.isnan(low) or math.isnan(high):
            continue
        ends = [max(-1e3, low), min(1e3, high)]
        ax.plot(ends, [y, y], color=look.colour, linewidth=width, solid_capstyle="butt", zorder=3, gid=f"{name}-{gid}")
    for beyond, at, arrow in ((mark.interval95[0] < -limit, -limit, "<"), (mark.interval95[1] > limit, limit, ">")):
        if beyond:
            ax.plot(
                [at], [y], marker=arrow, color=look.colour, markersize=7, clip_on=False, zorder=4, gid=f"arrow-{gid}"
            )
    at = min(limit, max(-limit, mark.value))
    ax.plot(
        [at], [y], marker=look.marker, markersize=7.5, color=look.colour, markeredgecolor=look.colour, clip_on=False,
        markerfacecolor=look.colour if look.filled else "white", markeredgewidth=1.6, zorder=5,
        gid=f"estimate-{gid}" if at == mark.value else f"beyond-{gid}",
    )  # fmt: skip


def _draw_texts(page: Axes, blocks: Sequence[_Block], head: float) -> None:
    style: dict[str, Any] = {"fontsize": SIZE - 1, "color": FAINT, "va": "center"}
    page.text(0.15, head - 0.14, "claim", **style)
    page.text(LEFT + AXIS + 0.2, head - 0.14, "outcome; estimate (95 % interval)", **style)
    centre = LEFT + AXIS / 2
    page.text(centre - 0.12, head - 0.14, "← against the claim", ha="right", **style)
    page.text(centre + 0.12, head - 0.14, "the way of the claim →", ha="left", **style)
    y = head
    for block in blocks:
        for i, (text, weight, colour) in enumerate(block.left):
            page.text(0.15, y + PAD / 2 + LINE_HEIGHT * (i + 0.5), text, fontsize=SIZE - 0.5 * (colour == FAINT),
                      fontweight=weight, color=colour, va="center", parse_math=False)  # fmt: skip
        single = not any(mark.name for _, mark in block.marks)
        shift = (len(block.left) - len(block.right)) / 2 if single else 0.0
        for at, text, weight in block.right:
            page.text(
                LEFT + AXIS + 0.2, y + PAD / 2 + LINE_HEIGHT * (at + shift + 0.5), text, fontsize=SIZE,
                fontweight=weight, color="black" if weight == "bold" else LINE, va="center", parse_math=False,
            )  # fmt: skip
        y += block.height


def _draw_others(page: Axes, blocks: Sequence[_Block], y: float) -> None:
    page.plot([0.15, WIDTH - 0.15], [y + 0.06, y + 0.06], color=GRID, linewidth=1)
    page.text(0.15, y + 0.2, "not on the axis", fontsize=SIZE - 1, color=FAINT, va="center")
    y += 0.3
    for block in blocks:
        look = OUTCOMES[block.verdict.outcome]
        page.plot(
            [0.27], [y + PAD / 2 + LINE_HEIGHT / 2], marker=look.marker, color=look.colour, markersize=6,
            markerfacecolor=look.colour if look.filled else "white", markeredgewidth=1.6,
        )  # fmt: skip
        for i, (text, weight, colour) in enumerate(block.left):
            page.text(0.5, y + PAD / 2 + LINE_HEIGHT * (i + 0.5), text, fontsize=SIZE - 0.5 * (colour == FAINT),
                      fontweight=weight, color=colour, va="center", parse_math=False)  # fmt: skip
        y += block.height


def _draw_legend(page: Axes, y: float, words: Sequence[str], verdicts: Sequence[Verdict]) -> None:
    x, y = 0.25, y + 0.05
    for outcome, look in OUTCOMES.items():
        if not any(verdict.outcome == outcome for verdict in verdicts):
            continue
        page.plot([x], [y], marker=look.marker, color=look.colour, markersize=7, linestyle="none",
                  markerfacecolor=look.colour if look.filled else "white", markeredgewidth=1.6)  # fmt: skip
        page.text(x + 0.13, y, outcome, fontsize=SIZE - 0.5, va="center", color=LINE)
        x += 1.2
    for i, line in enumerate(words):
        page.text(0.15, y + 0.22 + 0.15 * i, line, fontsize=SIZE - 1, va="center", color=FAINT)
