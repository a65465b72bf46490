"""What we wrote is known by what it says of itself: our own staging is never taken for a scoring by somebody else."""

import json
import os
import shutil

import pytest

import somnometry as sm
from somnometry import Hypnogram, Scorer, Settings, find_nights, measure, write_hypnogram
from somnometry.io.nights.find_scorings import find_scorings
from somnometry.io.nights.own_results import is_own_result

from ...batch.small_nights import write_nights

CLASSIFIER = Scorer("YASA", "classifier", sha256="330c1afdc86396e0", inputs=("eeg",))


@pytest.mark.parametrize(
    ("scorer", "ours"),
    [(CLASSIFIER, True), ("U-Sleep v2", False), ("", False), (Scorer("Anna", "human"), False)],
    ids=["our classifier", "another program", "nobody", "a person"],
)
def test_a_hypnogram_says_who_scored_it(tmp_path, scorer, ours):
    write_hypnogram(Hypnogram([0, 2, 2], scorer=scorer), tmp_path / "n.csv")
    assert is_own_result(tmp_path / "n.csv") is ours


def test_a_hypnogram_of_an_older_version_says_it_by_its_line(tmp_path):
    write_hypnogram(Hypnogram([0, 2, 2], scorer=str(CLASSIFIER)), tmp_path / "n.csv")
    assert "scorer_fields" not in (tmp_path / "n.csv").read_text()
    assert is_own_result(tmp_path / "n.csv")


@pytest.mark.parametrize(
    "content",
    [b"", b"onset,duration,stage\n", b"\xff\xfe\x00", b'{"values": ["WAKE"]}', b"# somnometry hypnogram: 1\n"],
    ids=["empty", "a table", "binary", "another JSON", "a bare head"],
)
def test_what_does_not_say_so_is_not_ours(tmp_path, content):
    (tmp_path / "n.csv").write_bytes(content)
    assert not is_own_result(tmp_path / "n.csv")
    assert not is_own_result(tmp_path / "missing.csv")


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "n.csv")
    assert not is_own_result(tmp_path / "n.csv")
    assert [entry.code for entry in find_scorings([tmp_path]).left_out] == ["broken"]


def test_events_are_known_by_their_sidecar(tmp_path):
    (tmp_path / "n_events.tsv").write_text("onset\tduration\tstage\n0\t30\tW\n")
    assert not is_own_result(tmp_path / "n_events.tsv")
    (tmp_path / "n_events.json").write_text(json.dumps({"GeneratedBy": {"Name": "somnometry"}}))
    assert is_own_result(tmp_path / "n_events.tsv")
    assert is_own_result(tmp_path / "n_events.json")


@pytest.mark.parametrize("trouble", ["deleted", "saved with semicolons", "killed before the first row"])
def test_our_staging_of_before_is_no_scoring_whatever_became_of_the_table(tmp_path, trouble):
    nights = write_nights(tmp_path / "over", 2)
    out = nights / "derivatives"
    measure([nights], out, Settings(figures=False))
    if trouble == "saved with semicolons":
        (out / "nights.csv").write_text((out / "nights.csv").read_text().replace(",", ";"))
    else:
        (out / "nights.csv").unlink()
    if trouble == "killed before the first row":
        shutil.rmtree(out / "records")
    again = find_nights(nights)
    assert [night.scorings for night in again.nights] == [(), ()]
    assert {entry.code for entry in again.left_out if entry.file.suffix in (".csv", ".json")} <= {"results", "other"}
    rows = measure([nights], tmp_path / "out", Settings(figures=False))
    assert [row.get("scoring", "") for row in rows] == ["", ""]


def test_our_staging_exported_as_bids_is_no_scoring_and_a_persons_is_one(tmp_path):
    for name, scorer in (("a", Scorer("YASA", "classifier", sha256="ab12", inputs=("eeg",))), ("b", Scorer("Anna"))):
        write_hypnogram(Hypnogram([0, 1, 2, 3, 4] * 4, scorer=scorer), tmp_path / f"{name}_events.tsv")
    assert [is_own_result(tmp_path / f"{name}_events.tsv") for name in "ab"] == [True, False]


def test_annotations_of_our_staging_are_no_scoring_wherever_they_lie(tmp_path):
    nights = write_nights(tmp_path / "over", 1)
    measure([nights], tmp_path / "out", Settings(figures=False, edf_annotations=True))
    (copied,) = (tmp_path / "out" / "hypnograms").glob("*_stages.edf")
    shutil.copy(copied, nights / "n00-hypnogram.edf")
    found = find_nights(nights)
    assert [night.scorings for night in found.nights] == [()]
    assert {entry.file.name: entry.code for entry in found.left_out} == {"n00-hypnogram.edf": "results"}


@pytest.mark.parametrize("gone", ["nights.csv", "dataset_description.json", "hypnograms"])
def test_the_copy_of_a_persons_scoring_is_no_second_scoring_whatever_became_of_the_table(tmp_path, gone):
    folder = tmp_path / "nights"
    folder.mkdir()
    night, truth = sm.simulate_night(3, hours=0.75, rate=100)
    sm.write_edf(night, folder / "n01.edf")
    sm.write_hypnogram(truth.replace(scorer="Anna"), folder / "n01_scored.csv")
    settings = sm.Settings(lights="recording", figures=False)
    sm.measure([folder], folder / "derivatives", settings)
    lost = folder / "derivatives" / gone
    shutil.rmtree(lost) if lost.is_dir() else lost.unlink()
    (night,) = find_nights(folder).nights
    assert [file.name for file in night.scorings] == ["n01_scored.csv"]
    (row,) = sm.measure([folder], folder / "derivatives", settings)
    assert row["scoring"] == "n01_scored.csv"
