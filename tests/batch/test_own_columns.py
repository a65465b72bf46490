"""What a user's column may be called: nothing that anybody would take for what was measured."""

import csv

import pytest

from somnometry import CATALOGUE, METRICS, ClaimError, RecordingError, Settings, Study, judge_all, measure, read_claims
from somnometry.batch.own_columns import require_own
from somnometry.catalogue import reads_as
from somnometry.core.claim import Claim

from .small_nights import write_night, write_nights

LATENCIES = [key for key, metric in METRICS.items() if metric.censoring is not None]
MEASURED = [*CATALOGUE, *(f"{key}_{part}" for key in LATENCIES for part in ("time", "event")),
            *(f"{key}_{end}" for key in METRICS for end in ("low", "high")),
            "tst__first_4h", "rem_percent__first_6h"]  # fmt: skip


def written(name):
    """A name as people write it: in any case, with blanks and dashes, in wide letters."""
    wide = "".join(chr(ord(letter) + 0xFEE0) if letter.isascii() and letter.isalnum() else letter for letter in name)
    return [name, name.upper(), name.title(), f" {name} ", f"{name}_", wide]


@pytest.mark.parametrize("name", MEASURED)
def test_no_metric_of_any_level_can_be_posed_as(name):
    for column in [*written(name), name.replace("_", "-") if "__" not in name else name]:
        with pytest.raises(RecordingError) as refused:
            require_own(["rested", column], "recordings.csv")
        assert (refused.value.place, refused.value.key) == ("recordings.csv", column)


@pytest.mark.parametrize("name", ["status", "Error", "FILE", "model", "device", "findings", "lights_off_seconds"])
def test_what_is_written_of_every_night_cannot_be_added(name):
    with pytest.raises(RecordingError):
        require_own([name], "recordings.csv")


@pytest.mark.parametrize(
    "name",
    ["dose", "rescue", "undosed", "sequence", "pain", "technical_truncation", "own_tst", "tst_rated", "rem", "n"],
)
def test_what_people_note_is_theirs(name):
    assert reads_as(name) == ""
    require_own([name], "recordings.csv")


def test_the_users_column_of_a_good_and_a_failed_night(tmp_path):
    nights = write_nights(tmp_path / "in", 1)
    write_night(nights / "short.edf", seconds=20)
    table = nights / "recordings.csv"
    table.write_text("path,SOL_Time\nn00.edf,12\nshort.edf,13\n")
    with pytest.raises(RecordingError) as refused:
        measure([nights], tmp_path / "out", Settings(figures=False))
    assert (refused.value.place, refused.value.key) == ("recordings.csv", "sol_time")
    table.write_text("path,diary_sol\nn00.edf,12\nshort.edf,13\n")
    measure([nights], tmp_path / "out", Settings(figures=False))
    with (tmp_path / "out" / "nights.csv").open(newline="") as file:
        rows = {row["recording"]: row for row in csv.DictReader(file)}
    assert {name: row["diary_sol"] for name, row in rows.items()} == {"n00": "12", "short": "13"}
    assert rows["short"]["status"] == "failed"
    assert {rows["short"][name] for name in MEASURED if name in rows["short"]} == {""}


def test_a_study_declares_no_column_that_is_called_as_a_metric(tmp_path):
    claim = Claim("TST", "increases", design="parallel", treatment="a", control="b")
    with pytest.raises(ClaimError) as refused:
        judge_all(Study(claims=(claim,), columns={"TST": "diary"}), [{"subject": 1, "condition": "a", "TST": 7}])
    assert refused.value.key == "study.columns.TST"
    (tmp_path / "claims.toml").write_text(
        '[study]\n[study.columns]\n"Sol-Time" = "diary"\n[[claim]]\nmetric = "tst"\ndirection = "increases"\n'
    )
    with pytest.raises(ClaimError, match="line 3"):
        read_claims(tmp_path / "claims.toml")
