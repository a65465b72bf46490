"""A hypnogram as a small drawing for notebooks: plain SVG, no plotting library."""

from __future__ import annotations

import html
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from .shown_text import shown_text
from .stage import STAGES_OF_LEVEL, Stage

__all__ = ["hypnogram_html"]

WIDTH, ROW, LEFT = 720, 18, 44


def hypnogram_html(
    stages: npt.NDArray[np.int8], *, epoch: float, levels: int, start: datetime | None, scorer: str
) -> str:
    """Give a step line of the stages over time, REM marked, with the night's length and stage minutes."""
    n_epochs, duration = stages.size, stages.size * epoch
    order = [Stage.W, *(s for s in (Stage.R,) if s in STAGES_OF_LEVEL[levels])]
    order += [s for s in STAGES_OF_LEVEL[levels] if s not in order]
    height = {int(stage): ROW * (i + 0.5) + 4 for i, stage in enumerate(order)}
    n = max(n_epochs, 1)
    edges = np.flatnonzero(np.r_[True, stages[1:] != stages[:-1], True]) if n_epochs else np.array([0])
    path, rem, pen_down = [], [], False
    for a, b in pairwise(edges):
        stage = int(stages[a])
        x0, x1 = (LEFT + (WIDTH - LEFT) * e / n for e in (a, b))
        if stage == Stage.UNSCORED:
            pen_down = False
            continue
        y = height[stage]
        path.append(f"{'L' if pen_down else 'M'}{x0:.1f} {y:.1f}H{x1:.1f}")
        pen_down = True
        if stage == Stage.R:
            rem.append(f"<rect x='{x0:.1f}' y='{y - 2:.1f}' width='{x1 - x0:.1f}' height='4' fill='#c0392b'/>")
    labels = "".join(
        f"<text x='{LEFT - 6}' y='{height[int(s)] + 4:.1f}' text-anchor='end' font-size='11'>{s.label}</text>"
        for s in order
    )
    bottom = ROW * len(order) + 18
    if start is not None:
        end = start + timedelta(seconds=duration)
        first, last = f"{start:%H:%M}", f"{end:%H:%M}"
    else:
        first, last = "0 h", f"{duration / 3600:.1f} h"
    times = (
        f"<text x='{LEFT}' y='{bottom}' font-size='11'>{first}</text>"
        f"<text x='{WIDTH}' y='{bottom}' text-anchor='end' font-size='11'>{last}</text>"
    )
    by = f" scored by {html.escape(shown_text(scorer))}" if scorer else ""
    minutes = ", ".join(
        f"{s.label} {np.count_nonzero(stages == s) * epoch / 60:g}"
        for s in (*order, Stage.UNSCORED)
        if (stages == s).any()
    )
    return (
        f"<div><div>Hypnogram of {n_epochs} epochs of {epoch:g} s{by}; minutes: {minutes}</div>"
        f"<svg width='{WIDTH + 4}' height='{bottom + 6}' viewBox='0 0 {WIDTH + 4} {bottom + 6}' "
        "style='background:white' fill='black' font-family='sans-serif'>"
        f"{labels}<path d='{''.join(path)}' fill='none' stroke='#333' stroke-width='1.2'/>{''.join(rem)}{times}"
        "</svg></div>"
    )
