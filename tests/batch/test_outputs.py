"""What a batch leaves for other programs, read as they would read it."""

import json
import math

import pandas as pd
import pytest

from somnometry import CATALOGUE, EVENT_INDICES, Hypnogram, Settings, measure, read_hypnogram, read_nights
from somnometry.batch.outputs import write_events

from ..io.edf_files import write
from .small_nights import write_night, write_nights

PLAIN = Settings(figures=False)


def test_events_are_a_table_that_pandas_reads(tmp_path):
    hypnogram = Hypnogram([0, 1, 2, 3, 4, -1], lights_off=30.0, lights_on=math.nan, scorer="Anna")
    write_events(hypnogram, tmp_path / "n_events.tsv")
    events = pd.read_csv(tmp_path / "n_events.tsv", sep="\t")
    assert events["onset"].tolist() == [0, 30, 60, 90, 120, 150]
    assert set(events["duration"]) == {30}
    assert events["stage"].fillna("unscored").tolist() == ["W", "N1", "N2", "N3", "R", "unscored"]
    sidecar = json.loads((tmp_path / "n_events.json").read_text())
    assert set(sidecar["stage"]["Levels"]) == {"W", "N1", "N2", "N3", "R"}
    about = sidecar["Hypnogram"]
    assert (about["LightsOffSeconds"], about["LightsOnSeconds"], about["StartTime"]) == (30.0, None, None)
    assert about["Scorer"]["name"] == "Anna"


@pytest.mark.parametrize("levels", [2, 3, 4])
def test_fewer_levels_are_named_as_what_they_are(tmp_path, levels):
    stages = {2: [0, 7], 3: [0, 6, 4], 4: [0, 5, 3, 4]}[levels]
    write_events(Hypnogram(stages, levels=levels), tmp_path / "n_events.tsv")
    labels = pd.read_csv(tmp_path / "n_events.tsv", sep="\t")["stage"].tolist()
    assert set(labels) == set(json.loads((tmp_path / "n_events.json").read_text())["stage"]["Levels"])


def test_every_column_of_the_table_is_described_with_its_unit(tmp_path):
    nights = write_nights(tmp_path / "in", 1)
    (nights / "recordings.csv").write_text("path,subject,rescue\nn00.edf,A,1\n")
    measure([nights], tmp_path / "out", PLAIN)
    described = json.loads((tmp_path / "out" / "nights.json").read_text())
    assert list(described) == list(read_nights(tmp_path / "out" / "nights.csv").columns)
    assert all(column["Description"] for column in described.values())
    assert described["tst"]["Units"] == CATALOGUE["tst"].unit == "min"
    assert [described["se"].get(end) for end in ("Minimum", "Maximum")] == [0.0, 100.0]
    assert described["tst"]["Minimum"] == 0.0
    assert described["rescue"]["Description"] == "a column of the user's own table"
    undescribed = [
        name for name, column in described.items() if "user's own" in column["Description"] and name != "rescue"
    ]
    assert undescribed == []


def test_the_folder_says_what_it_is(tmp_path):
    measure([write_nights(tmp_path / "in", 1)], tmp_path / "out", PLAIN)
    description = json.loads((tmp_path / "out" / "dataset_description.json").read_text())
    assert description["DatasetType"] == "derivative"
    assert description["GeneratedBy"][0]["Name"] == "somnometry"


def test_events_of_a_scoring_reach_the_row(tmp_path):
    write_night(tmp_path / "n1.edf", seconds=360)
    scored = [(30.0 * i, 30.0, f"Sleep stage {stage}") for i, stage in enumerate("WW2222222222")]
    marked = [(90.0, 5.0, "Arousal"), (150.0, 5.0, "Arousal"), (200.0, 15.0, "Obstructive apnea")]
    write(tmp_path / "n1_sleepscoring.edf", {}, annotations=sorted([*scored, *marked]))
    (row,) = measure([tmp_path], tmp_path / "out", PLAIN)
    assert row["status"] == "ok", row["error"]
    assert row["arousal_index"] == pytest.approx(2 / (5 / 60))  # two in five minutes of sleep
    assert row["ahi"] == pytest.approx(1 / (5 / 60))
    assert set(EVENT_INDICES) <= set(row)


def test_without_events_the_row_has_no_such_columns(tmp_path):
    (row,) = measure([write_nights(tmp_path / "in", 1)], tmp_path / "out", PLAIN)
    assert not set(EVENT_INDICES) & set(row)


def test_the_events_of_a_night_are_its_hypnogram(tmp_path):
    measure([write_nights(tmp_path / "in", 1)], tmp_path / "out", PLAIN)
    events = pd.read_csv(tmp_path / "out" / "hypnograms" / "n00_events.tsv", sep="\t")
    hypnogram = read_hypnogram(tmp_path / "out" / "hypnograms" / "n00.csv")
    assert events["stage"].tolist() == hypnogram.to_frame()["stage"].tolist()


def test_probabilities_are_a_table_when_they_are_asked_for(tmp_path):
    nights = write_nights(tmp_path / "in", 1)
    measure([nights], tmp_path / "out", Settings(figures=False, hypnodensity=True))
    table = pd.read_csv(tmp_path / "out" / "hypnograms" / "n00_hypnodensity.tsv", sep="\t")
    hypnogram = read_hypnogram(tmp_path / "out" / "hypnograms" / "n00.csv")
    assert table[["W", "N1", "N2", "N3", "R"]].to_numpy() == pytest.approx(hypnogram.probabilities, abs=1e-6)


def test_stages_are_annotations_that_mne_and_edfio_open(tmp_path):
    import edfio
    import mne

    nights = write_nights(tmp_path / "in", 1)
    measure([nights], tmp_path / "out", Settings(figures=False, edf_annotations=True, lights="recording"))
    file = tmp_path / "out" / "hypnograms" / "n00_stages.edf"
    labels = read_hypnogram(tmp_path / "out" / "hypnograms" / "n00.csv").to_frame()["stage"].tolist()
    expected = [f"Sleep stage {label}" for label in labels]
    for texts in (
        [annotation.text for annotation in edfio.read_edf(file).annotations],
        [str(text) for text in mne.read_annotations(file).description],
    ):
        assert [text for text in texts if text.startswith("Sleep")] == expected
    assert read_hypnogram(file).to_frame()["stage"].tolist() == labels
