"""Nights to look at: each point of the rule, and the order."""

import pytest

from somnometry.io.finding_codes import finding_of
from somnometry.report.pages.night_facts import NightFacts
from somnometry.report.tables.doubtful_nights import RULE, doubtful_nights

NAN = float("nan")
GOOD = {"status": "ok", "trt": 480.0, "unscored_minutes": 0.0, "lights_off_seconds": 0.0, "lights_on_seconds": 9.0}


def night(name, *findings, failure="", **cells):
    return NightFacts(name, GOOD | cells, tuple(findings), failure=failure)


@pytest.mark.parametrize(
    ("one", "sure", "points", "why"),
    [
        (night("n"), 90.0, 0, ""),
        (night("n"), NAN, 0, ""),
        (night("n", status="failed", failure="memory"), NAN, 10, "failed: the memory did not suffice"),
        (night("n", unscored_minutes=97.0), 90.0, 3, "20.2 % of the time in bed not scored"),
        (night("n", unscored_minutes=96.0), 90.0, 0, ""),
        (night("n"), 59.9, 2, "stager clear of 59.9 % of the epochs"),
        (night("n", lights_on_seconds=NAN), 90.0, 1, "lights unknown"),
        (night("n", finding_of("flat-channel", "EMG", "flat")), 90.0, 1, "refused: flat-channel"),
        (night("n", trt=0.0), 90.0, 0, ""),
    ],
)
def test_each_thing_has_its_points(one, sure, points, why):
    found = doubtful_nights([one], [sure]).nights
    assert [(doubt.points, doubt.why) for doubt in found] == ([(points, (why,))] if points else [])


def test_a_value_far_from_the_others_is_told_where_there_are_ten():
    values = [400.0, 410.0, 390.0, 405.0, 395.0, 400.0, 402.0, 398.0, 401.0, 200.0]
    nights = [night(f"n{i}", tst=value) for i, value in enumerate(values)]
    found = doubtful_nights(nights, [90.0] * 10).nights
    # median 400, median absolute deviation 3.5, so that 3.5 robust SDs are 18.2
    assert [(doubt.name, doubt.why) for doubt in found] == [("n9", ("TST of 200.0 min is unlike the others",))]
    assert doubtful_nights(nights[1:], [90.0] * 9).nights == ()


def test_most_points_come_first_then_names():
    nights = [night("b", lights_on_seconds=NAN), night("a", lights_on_seconds=NAN), night("c", status="failed")]
    assert [doubt.name for doubt in doubtful_nights(nights, [90.0] * 3).nights] == ["c", "a", "b"]
    assert "10 for a night that failed" in RULE


def test_what_most_nights_share_is_said_once_and_ranks_none():
    flat = finding_of("flat-channel", "EMG", "flat")
    nights = [night(f"n{i}", flat, lights_on_seconds=NAN) for i in range(5)]
    nights += [night("n5", lights_on_seconds=NAN, unscored_minutes=240.0), night("n6", flat, status="failed")]
    found = doubtful_nights(nights, [90.0] * 7)
    assert found.shared == (("lights unknown", 6), ("refused: flat-channel", 5))
    assert found.n_measured == 6
    # the failed night for its failure alone, n5 for what it alone has
    assert [(doubt.name, doubt.points) for doubt in found.nights] == [("n6", 10), ("n5", 3)]


@pytest.mark.parametrize(("marked", "of", "shared"), [(2, 4, False), (3, 4, True), (3, 3, False), (3, 6, False)])
def test_shared_is_more_than_half_of_four_or_more(marked, of, shared):
    nights = [night(f"n{i}", lights_on_seconds=NAN if i < marked else 9.0) for i in range(of)]
    found = doubtful_nights(nights, [90.0] * of)
    assert bool(found.shared) == shared
    assert len(found.nights) == (0 if shared else marked)


def test_shared_failures_rank_all_the_same():
    nights = [night(f"n{i}", status="failed") for i in range(8)] + [night(f"m{i}") for i in range(4)]
    found = doubtful_nights(nights, [90.0] * 12)
    assert (len(found.nights), found.shared) == (8, ())
