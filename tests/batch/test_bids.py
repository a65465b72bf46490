"""The BIDS derivative of a batch: names, sidecars and people, as BIDS has them."""

import json
import os
import re
import shutil
import subprocess

import pandas as pd
import pytest

from somnometry import RecordingError, Settings, find_nights, measure, read_hypnogram, read_nights
from somnometry.batch.bids import write_bids

from .small_nights import write_night, write_nights

PLAIN = Settings(figures=False)
TABLE = """path,subject,session,age,sex
n00.edf,P-01,1,34,F
n01.edf,P-01,1,34,F
n02.edf,P-01,2,34,F
n03.edf,Q 2,,,
short.edf,R,,,
"""


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """Four sound nights of two people, one that failed."""
    folder = tmp_path_factory.mktemp("batch")
    nights = write_nights(folder / "in", 4)
    write_night(nights / "short.edf", seconds=20)
    (nights / "recordings.csv").write_text(TABLE, encoding="utf-8")
    measure([nights], folder / "out", PLAIN, forms=["bids"])
    return folder / "out"


def test_people_sessions_and_runs_are_entities(out):
    tables = sorted(path.relative_to(out / "bids").as_posix() for path in (out / "bids").rglob("*_events.tsv"))
    assert tables == [
        "sub-P01/ses-1/eeg/sub-P01_ses-1_task-sleep_run-1_desc-somnometry_events.tsv",
        "sub-P01/ses-1/eeg/sub-P01_ses-1_task-sleep_run-2_desc-somnometry_events.tsv",
        "sub-P01/ses-2/eeg/sub-P01_ses-2_task-sleep_desc-somnometry_events.tsv",
        "sub-Q2/eeg/sub-Q2_task-sleep_desc-somnometry_events.tsv",
    ]
    name = re.compile(r"sub-[A-Za-z0-9]+(_ses-[A-Za-z0-9]+)?_task-sleep(_run-\d+)?_desc-somnometry_events\.tsv")
    assert all(name.fullmatch(table.rpartition("/")[2]) for table in tables)
    people = pd.read_csv(out / "bids" / "participants.tsv", sep="\t", keep_default_na=False, dtype=str)
    assert people["participant_id"].tolist() == ["sub-P01", "sub-Q2"]
    assert people["sex"].tolist() == ["female", "n/a"]
    assert float(people["age"][0]) == 34
    assert json.loads((out / "bids" / "dataset_description.json").read_text())["DatasetType"] == "derivative"


def test_every_table_is_the_night_that_its_sidecar_names(out):
    for table in (out / "bids").rglob("*_events.tsv"):
        sidecar = json.loads(table.with_suffix(".json").read_text(encoding="utf-8"))
        stages = read_hypnogram(out / "hypnograms" / f"{sidecar['Hypnogram']['Night']}.csv").stages
        events = pd.read_csv(table, sep="\t", keep_default_na=False)
        assert events["stage"].tolist() == [stage if stage else "n/a" for stage in _labels(stages)]


def _labels(stages):
    return [{-1: "n/a", 0: "W", 1: "N1", 2: "N2", 3: "N3", 4: "R"}[int(stage)] for stage in stages]


def test_nights_without_tables_of_events_are_written_too(out, tmp_path):
    shutil.copytree(out, tmp_path / "old")
    shutil.rmtree(tmp_path / "old" / "bids")
    for events in (tmp_path / "old" / "hypnograms").glob("*_events.*"):  # as 0.1.0 left a folder
        events.unlink()
    write_bids(tmp_path / "old", read_nights(tmp_path / "old" / "nights.csv"))
    for path in (out / "bids").rglob("*_events.*"):
        assert (tmp_path / "old" / "bids" / path.relative_to(out / "bids")).read_bytes() == path.read_bytes()


def test_it_is_never_the_scoring_of_a_night(out, tmp_path):
    (tmp_path / "in").mkdir()
    write_night(tmp_path / "in" / "sub-Q2_task-sleep_eeg.edf", seed=3)
    shutil.copytree(out / "bids", tmp_path / "in" / "bids")
    (night,) = find_nights(tmp_path / "in").nights
    assert night.scorings == ()


def test_a_night_that_moved_to_another_person_leaves_nothing_behind(tmp_path):
    nights = write_nights(tmp_path / "in", 1)
    for subject in ("A", "B"):
        (nights / "recordings.csv").write_text(f"path,subject\nn00.edf,{subject}\n", encoding="utf-8")
        measure([nights], tmp_path / "out", PLAIN, forms=["bids"])
        written = [path.parts[-3] for path in (tmp_path / "out" / "bids").rglob("*_events.*")]
        assert written == [f"sub-{subject}"] * 2


@pytest.mark.parametrize(("one", "other"), [("P-1", "P1"), ("p1", "P1"), ("--", "P1")])
def test_people_whom_bids_cannot_tell_apart_are_refused(tmp_path, one, other):
    nights = write_nights(tmp_path / "in", 2)
    (nights / "recordings.csv").write_text(f"path,subject\nn00.edf,{one}\nn01.edf,{other}\n", encoding="utf-8")
    with pytest.raises(RecordingError) as refused:
        measure([nights], tmp_path / "out", PLAIN, forms=["bids", "parquet"])
    assert refused.value.key == "subject"
    assert (tmp_path / "out" / "nights.csv").exists()
    assert (tmp_path / "out" / "nights.parquet").exists()


@pytest.mark.skipif(
    not os.environ.get("BIDS_VALIDATOR"), reason="BIDS_VALIDATOR does not name a bids-validator (npm bids-validator)"
)
def test_the_validator_of_bids_takes_it(out):
    done = subprocess.run(
        [os.environ["BIDS_VALIDATOR"], "--json", str(out / "bids")], capture_output=True, text=True, check=False
    )
    issues = json.loads(done.stdout)["issues"]
    assert issues["errors"] == []
