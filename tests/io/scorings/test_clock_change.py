"""Clocks that are changed within a night: local times are those of the tz database, from moments in UTC."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from somnometry import HypnogramError, read_scoring

#: Place, moment of a change in UTC by the published rules, and by how many hours the clock goes.
CHANGES = [
    ("Europe/Berlin", datetime(2026, 3, 29, 1), 1),
    ("Europe/Berlin", datetime(2026, 10, 25, 1), -1),
    ("America/New_York", datetime(2025, 3, 9, 7), 1),
    ("America/New_York", datetime(2025, 11, 2, 6), -1),
    ("Australia/Sydney", datetime(2024, 10, 5, 16), 1),
    ("Australia/Sydney", datetime(2024, 4, 6, 16), -1),
    ("America/Santiago", datetime(2024, 9, 8, 4), 1),
]


def rows_of(place, change, epoch, before=3.0, after=4.0, dated=True, off=17):
    """Local times of epochs in a row around a change, and stages that count through N1, N2 and N3."""
    first = change.replace(tzinfo=UTC) - timedelta(hours=before) + timedelta(seconds=off)
    n = int((before + after) * 3600 / epoch)
    local = [(first + timedelta(seconds=epoch * i)).astimezone(ZoneInfo(place)) for i in range(n)]
    form = "%Y-%m-%d %H:%M:%S" if dated else "%H:%M:%S"
    return [(f"{one:{form}}", f"N{i % 3 + 1}") for i, one in enumerate(local)]


def read_rows(tmp_path, rows):
    text = "time,stage\n" + "".join(f"{time},{stage}\n" for time, stage in rows)
    (tmp_path / "night.csv").write_text(text, encoding="utf-8")
    return read_scoring(tmp_path / "night.csv")


@pytest.mark.parametrize("epoch", [30, 60, 300])
@pytest.mark.parametrize(("place", "change", "hours"), CHANGES)
@pytest.mark.parametrize("dated", [True, False])
def test_epochs_follow_each_other_through_a_change_of_clocks(place, change, hours, epoch, dated, tmp_path):
    rows = rows_of(place, change, epoch, dated=dated)
    scoring = read_rows(tmp_path, rows)
    hypnogram = scoring.hypnogram
    assert hypnogram.stages.tolist() == [i % 3 + 1 for i in range(7 * 3600 // epoch)]
    assert hypnogram.epoch == epoch
    found = {finding.code: finding.what for finding in hypnogram.findings}
    assert (
        f"after epoch {3 * 3600 // epoch} the clock was put {'forward' if hours > 0 else 'back'} by 1 h"
        in found["clock-changed"]
    )
    if dated:
        assert hypnogram.start == datetime.strptime(rows[0][0], "%Y-%m-%d %H:%M:%S")
    else:
        assert scoring.clock == sum(int(a) * b for a, b in zip(rows[0][0].split(":"), (3600, 60, 1), strict=True))


@pytest.mark.parametrize("dated", [True, False])
def test_a_night_that_begins_within_the_hour_that_comes_twice(dated, tmp_path):
    rows = rows_of("Europe/Berlin", CHANGES[1][1], 30, before=0.5, dated=dated, off=0)
    assert rows[0][0].endswith("02:30:00")
    assert rows[60][0].endswith("02:00:00")
    hypnogram = read_rows(tmp_path, rows).hypnogram
    assert hypnogram.stages.tolist() == [i % 3 + 1 for i in range(540)]
    assert hypnogram.start == (datetime(2026, 10, 25, 2, 30) if dated else None)


def moved(rows, at, hours):
    """Rows whose clock goes otherwise from one on."""
    form = "%Y-%m-%d %H:%M:%S"
    late = [(f"{datetime.strptime(time, form) + timedelta(hours=hours):{form}}", stage) for time, stage in rows[at:]]
    return rows[:at] + late


WINTER = rows_of("Europe/Berlin", datetime(2026, 1, 14, 1), 30, off=0)  # no clock is changed anywhere that night


@pytest.mark.parametrize(
    "rows",
    [
        moved(WINTER, 360, 1),  # at 2:00 of a night on which nobody changes clocks
        moved(WINTER, 360, -1),
        moved(WINTER, 360, 2),
        moved(rows_of("Europe/Berlin", CHANGES[0][1], 30, off=0), 500, 1),  # twice
        [row for i, row in enumerate(rows_of("Europe/Berlin", CHANGES[0][1], 30)) if i != 100],  # an epoch is missing
        [(time[11:], stage) for time, stage in moved(WINTER, 300, 1)],  # an hour is missing from 1:30 on
        [(time[11:], stage) for time, stage in moved(WINTER, 720, 1)],  # and one at 5:00, when no clock is changed
        [(time[11:], stage) for time, stage in moved(WINTER, 360, 2)],
    ],
)
def test_what_is_no_change_of_clocks_is_refused_as_before(rows, tmp_path):
    with pytest.raises(HypnogramError, match=r"its epochs are .* apart by column"):
        read_rows(tmp_path, rows)


def test_alices_clocks_are_put_back_too(tmp_path):
    rows = rows_of("America/New_York", CHANGES[3][1], 30, dated=False)
    clocks = [f"{datetime.strptime(time, '%H:%M:%S'):%I:%M:%S %p}" for time, _ in rows]
    text = "Epoch Number,Start Time,Sleep Stage\n" + "".join(
        f"{i},{clock},{stage}\n" for i, (clock, (_, stage)) in enumerate(zip(clocks, rows, strict=True), 1)
    )
    (tmp_path / "alice.csv").write_text(text, encoding="utf-8")
    hypnogram = read_scoring(tmp_path / "alice.csv").hypnogram
    assert hypnogram.stages.tolist() == [i % 3 + 1 for i in range(840)]
    assert "clock-changed" in {finding.code for finding in hypnogram.findings}
