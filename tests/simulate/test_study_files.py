"""A simulated study on disk: its table or its recordings, and its truth."""

import csv
import json

import numpy as np
import pandas as pd

from somnometry import read_hypnogram, read_recording
from somnometry.simulate.plan import StudyPlan
from somnometry.simulate.stagers import SimulatedStager
from somnometry.simulate.studies import simulate_study
from somnometry.simulate.study_files import write_study


def test_a_table_of_nights_and_its_truth_come_back(tmp_path):
    study = simulate_study(StudyPlan(effects={"waso": -20.0, "awakenings": 0.8}, subjects=4), 3)
    write_study(study, tmp_path / "study")
    assert sorted(file.name for file in (tmp_path / "study").iterdir()) == ["nights.csv", "truth.json"]
    nights = pd.read_csv(tmp_path / "study" / "nights.csv")
    pd.testing.assert_frame_equal(nights, study.nights.assign(staging="human", device="psg"), check_dtype=False)
    truth = json.loads((tmp_path / "study" / "truth.json").read_text(encoding="utf-8"))
    assert truth == {"seed": 3, "randomised": True, "effects": study.truth}
    assert set(truth["effects"]) == {"waso", "awakenings", "tst"}


def test_nights_with_hypnograms_are_recordings_with_their_scorings_and_a_table_of_whose_they_are(tmp_path):
    short = {"tst": {"mean": 60.0, "between": 0.0, "within": 0.0}}
    study = simulate_study(StudyPlan(subjects=1, spreads=short, first_night=False, hypnograms=True), 5)
    written = []
    write_study(study, tmp_path, montage="headband", rate=100.0, progress=written.append)
    with (tmp_path / "recordings" / "recordings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["path"] for row in rows] == written == [f"{name}.edf" for name in study.hypnograms]
    assert [(row["subject"], row["condition"]) for row in rows] == list(
        zip(study.nights["subject"], study.nights["condition"], strict=True)
    )
    starts = []
    for name, hypnogram in study.hypnograms.items():
        scoring = read_hypnogram(tmp_path / "truth" / f"{name}.csv")
        assert np.array_equal(scoring.stages, hypnogram.stages)
        recording = read_recording(tmp_path / "recordings" / f"{name}.edf")
        assert recording.duration == hypnogram.duration
        assert (recording.lights_off, recording.lights_on) == (hypnogram.lights_off, hypnogram.lights_on)
        starts.append(recording.start)
    assert (starts[1] - starts[0]).days == 14


def test_each_stagers_nights_lie_beside_those_that_were(tmp_path):
    errors = {"waso": {"slope": 0.5, "bias": {"active": 4.0}}}
    stagers = [SimulatedStager(name, errors) for name in ("GSSC 1.0", "gssc/1.0", "..")]
    study = simulate_study(StudyPlan(effects={"waso": -20.0}, subjects=4, stagers=stagers), 3)
    write_study(study, tmp_path)
    folders = ["gssc-1-0", "gssc-1-0-2", "stager"]
    assert sorted(folder.name for folder in (tmp_path / "scored").iterdir()) == folders
    for folder, stager in zip(folders, stagers, strict=True):
        seen = pd.read_csv(tmp_path / "scored" / folder / "nights.csv")
        assert set(seen["scorer"]) == {stager.name}
        pd.testing.assert_frame_equal(seen, study.scored[stager.name], check_dtype=False)
    truth = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    said = {"slope": 0.5, "intercept": 0.0, "night_sd": 0.0, "person_sd": 0.0, "bias": {"active": 4.0}}
    assert truth["stagers"]["GSSC 1.0"] == {"staging": "auto", "device": "psg", "errors": {"waso": said}}
