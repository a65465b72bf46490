"""What is said of cells that are empty names the lights that are not known, and the metrics that need them."""

import math

import pytest

from somnometry.report.tables.results import empty_cells, remarks

NAN = math.nan


def row(off, on, se=NAN, sol=NAN, tst=400.0):
    return {"tst": tst, "se": se, "sol": sol, "lights_off_seconds": off, "lights_on_seconds": on}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row(NAN, NAN)], ["SE and SOL are empty: lights-off and lights-on are not known"]),
        (
            [row(60.0, NAN, sol=12.0)] * 3,
            ["SE of 3 nights is empty: lights-on is not known. A recordings.csv tells it"],
        ),
        ([row(NAN, 28800.0)], ["SE and SOL are empty: lights-off is not known"]),
        ([row(0.0, 28800.0, se=90.0, sol=10.0)], []),
        ([row(NAN, NAN, tst=NAN)], []),  # the night failed: that is said elsewhere
        ([row(NAN, NAN), row(60.0, NAN, sol=1.0)], ["SE and SOL are empty", "SE is empty"]),
    ],
)
def test_the_reason_is_that_of_the_night(rows, said):
    lines = empty_cells(rows)
    assert len(lines) == len(said)
    for line, words in zip(lines, said, strict=True):
        assert line.startswith(words)


class Row(dict):
    """A row of a night whose findings are known."""

    findings = ()


def test_a_caution_that_several_nights_need_is_said_once_with_their_names():
    nights = [("a", "ok", "ends asleep"), ("b", "failed", ""), ("c", "ok", ""), ("d", "ok", "ends asleep")]
    rows = [Row(recording=name, status=status, warnings=said, error="empty") for name, status, said in nights]
    assert [remark.plain for remark in remarks(rows)] == ["a, d: ends asleep", "b failed: empty"]
