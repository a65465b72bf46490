"""Tables of onset and duration, or start and end, over a change of clocks: the night is as long as it was.

Times are those of Berlin and New York by the standard library, by the clock on the wall; the truth is made in UTC.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

import somnometry as sm

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
NIGHTS = [
    (BERLIN, datetime(2026, 3, 28, 23, 10), 3600),
    (BERLIN, datetime(2026, 10, 24, 23, 10), -3600),
    (BERLIN, datetime(2026, 10, 24, 22, 47), -3600),
    (NEW_YORK, datetime(2026, 3, 8, 0, 20), 3600),
    (NEW_YORK, datetime(2026, 11, 1, 0, 20), -3600),
    (BERLIN, datetime(2026, 1, 10, 23, 10), 0),
]
HEADS = {"onset": "onset,duration,stage", "start": "start,end,stage"}


def bouts(rng, in_epochs):
    """Stages and how long each lasts, in seconds: seven hours."""
    lengths = [30] * 840 if in_epochs else [30 * int(n) for n in rng.integers(4, 40, 40)]
    stages = ["W", "N1", "N2", "N3", "R"]
    return [(stages[i % 5], length) for i, length in enumerate(lengths)]


def table(zone, start, spans, kind, dated):
    """A table as a program writes it that looks at the clock on the wall."""
    at = start.replace(tzinfo=zone).astimezone(UTC)
    shown = "%Y-%m-%d %H:%M:%S" if dated else "%H:%M:%S"
    lines = [HEADS[kind]]
    for stage, length in spans:
        end = at + timedelta(seconds=length)
        begun, ended = (moment.astimezone(zone).strftime(shown) for moment in (at, end))
        lines.append(f"{begun},{length if kind == 'onset' else ended},{stage}")
        at = end
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(("zone", "start", "by"), NIGHTS)
@pytest.mark.parametrize("dated", [True, False])
@pytest.mark.parametrize(("kind", "in_epochs"), [("onset", False), ("onset", True), ("start", True)])
def test_a_night_over_a_change_is_as_long_as_it_was(zone, start, by, dated, kind, in_epochs, tmp_path):
    spans = bouts(np.random.default_rng(start.minute), in_epochs)
    (tmp_path / "n.csv").write_text(table(zone, start, spans, kind, dated), encoding="utf-8")
    read = sm.read_hypnogram(tmp_path / "n.csv")
    named = {"W": sm.Stage.W, "N1": sm.Stage.N1, "N2": sm.Stage.N2, "N3": sm.Stage.N3, "R": sm.Stage.R}
    right = [named[stage] for stage, length in spans for _ in range(length // 30)]
    assert read.stages.tolist() == right
    assert read.start == (start if dated else None)
    assert [one.code for one in read.findings if one.code == "clock-changed"] == ["clock-changed"] * bool(by)


@pytest.mark.parametrize("first", [170, 175])
def test_a_bout_that_ends_before_it_begins_went_on_while_clocks_were_put_back(first, tmp_path):
    """From 2:50 on, ten minutes are 2:00 again; from 2:55 on, they are 2:05."""
    spans = [("N2", 60 * first), *[("N3" if i % 2 else "N2", 600) for i in range(20)]]
    text = table(BERLIN, datetime(2026, 10, 24, 23, 10), spans, "start", True)
    (tmp_path / "n.csv").write_text(text, encoding="utf-8")
    read = sm.read_hypnogram(tmp_path / "n.csv")
    assert read.duration == 60 * (first + 200)
    assert (read.stages == sm.Stage.N3).sum() == 200


def test_a_gap_of_an_hour_on_another_night_is_a_gap(tmp_path):
    spans = bouts(np.random.default_rng(3), True)
    text = table(BERLIN, datetime(2026, 3, 28, 23, 10), spans, "onset", True).replace("2026-03-28", "2026-05-28")
    (tmp_path / "n.csv").write_text(text.replace("2026-03-29", "2026-05-29"), encoding="utf-8")
    read = sm.read_hypnogram(tmp_path / "n.csv")
    assert read.n_epochs == 840 + 120
    assert (read.stages == sm.Stage.UNSCORED).sum() == 120
