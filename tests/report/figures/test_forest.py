"""Every effect on the forest plot is one of its verdict."""

import math

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from somnometry.core.claim import Claim
from somnometry.core.reason import Reason
from somnometry.core.verdict import Verdict
from somnometry.report.figures.forest import plot_verdicts
from somnometry.report.figures.marks import marks_of


def lines(figure):
    return {line.get_gid(): line for line in figure.axes[0].lines if line.get_gid()}


def test_every_effect_on_the_plot_is_that_of_its_verdict(zoo):
    figure = plot_verdicts(zoo)
    drawn = lines(figure)
    placed = [verdict for verdict in zoo if marks_of(verdict)]
    assert len(placed) > 25
    single = [(i, verdict) for i, verdict in enumerate(placed)
              if len(marks_of(verdict)) == 1 and verdict.claim.kind not in ("difference", "conjunction")]  # fmt: skip
    assert len(single) > 15
    for i, verdict in single:
        claim, scale = verdict.claim, verdict.scale

        def place(value, claim=claim, scale=scale):
            sign = -1 if claim.direction == "decreases" else 1
            if scale == "ratio":
                return sign * math.log(value) / abs(math.log(claim.smallest_effect))
            return sign * value / claim.smallest_effect

        (x,) = (drawn.get(f"estimate-{i}-0") or drawn[f"beyond-{i}-0"]).get_xdata()
        assert x == pytest.approx(np.clip(place(verdict.estimate), *figure.axes[0].get_xlim()))
        for name, interval in (("interval90", verdict.interval90), ("interval95", verdict.interval95)):
            expected = sorted(place(limit) if limit > 0 or scale != "ratio" else -math.inf for limit in interval)
            assert drawn[f"{name}-{i}-0"].get_xdata() == pytest.approx(np.clip(expected, -1e3, 1e3))


def test_parts_are_drawn_by_their_own_smallest_effect(many):
    profile = next(verdict for verdict in many.verdicts if verdict.claim.id == "PROFILE")
    drawn = lines(plot_verdicts([profile]))
    deep, wakes = profile.pairs
    assert drawn["estimate-0-0"].get_xdata()[0] == pytest.approx(-deep.estimate / 2.0)
    assert drawn["estimate-0-1"].get_xdata()[0] == pytest.approx(math.log(wakes.estimate) / math.log(1.25))


def made(estimate, interval, outcome="supported", **more):
    claim = Claim("waso", "decreases", smallest_effect=20.0, id=more.pop("id", "x"), words=more.pop("words", ""))
    return Verdict(claim, outcome, unit="min", estimate=estimate, interval90=interval, interval95=interval, **more)


def test_intervals_that_go_on_have_arrows():
    drawn = lines(plot_verdicts([made(-30.0, (-math.inf, 10.0)), made(-20.0, (-25.0, -15.0))]))
    assert drawn["arrow-0-0"].get_marker() == ">"
    assert "arrow-1-0" not in drawn
    far = lines(plot_verdicts([made(-500.0, (-900.0, -100.0))]))
    assert {"beyond-0-0", "arrow-0-0"} <= far.keys()


def test_outcomes_differ_in_shape_as_well_as_in_colour():
    outcomes = ("supported", "equivalent", "contradicted", "inconclusive")
    drawn = lines(plot_verdicts([made(-5.0, (-9.0, 1.0), outcome) for outcome in outcomes]))
    marks = [drawn[f"estimate-{i}-0"] for i in range(4)]
    assert len({(mark.get_marker(), mark.get_markerfacecolor() == "white") for mark in marks}) == 4
    assert len({mark.get_color() for mark in marks}) == 4


def test_what_cannot_be_drawn_is_listed_with_its_reason():
    why = Reason("declared-not-testable", {"why": "one night only"})
    figure = plot_verdicts([Verdict(Claim("sri", "increases", id="cycle"), "not testable", (why,))])
    words = [text.get_text() for ax in figure.axes for text in ax.texts]
    assert {"cycle", "not testable: one night only", "not on the axis"} <= set(words)


@pytest.mark.parametrize("n", [1, 22])
def test_no_words_lie_on_other_words_or_outside(many, zoo, n):
    long = "a very long promise that nobody could keep, " * 6
    verdicts = many.verdicts if n == 22 else [made(-30.0, (-40.0, -20.0), id="long " * 30, words=long)]
    figure = plot_verdicts(verdicts, title="A study " * 30, note="digest " * 60)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    texts = [text for ax in figure.axes for text in ax.texts if text.get_text()]
    boxes = [text.get_window_extent(canvas.get_renderer()) for text in texts]
    width, height = canvas.get_width_height()
    for text, one in zip(texts, boxes, strict=True):
        assert one.x0 >= 0, text
        assert one.x1 <= width, text
        assert one.y0 >= 0, text
        assert one.y1 <= height, text
    for i, one in enumerate(boxes):
        for j in range(i):
            other = boxes[j]
            wide = min(one.x1, other.x1) - max(one.x0, other.x0)
            tall = min(one.y1, other.y1) - max(one.y0, other.y0)
            assert wide <= 0 or tall <= 2.5, (texts[i], texts[j])
