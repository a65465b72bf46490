"""Two folders of scorings in, a calibration and its page out."""

import json

import pytest

from somnometry import CalibrationError, HypnogramError, Settings, measure, read_calibration
from somnometry.batch.calibrate import calibrate_folders
from somnometry.io.nights.find_scorings import find_scorings
from somnometry.report.figures import night_figure

from ..calibration.scored_nights import STAGER, write_nights


def test_folders_become_a_calibration_and_its_page(tmp_path):
    human, auto, people = write_nights(tmp_path)
    made = calibrate_folders(human, auto, tmp_path / "new" / "c.toml", subjects=people, device="psg")
    assert made.problems == ()
    assert (made.calibration.n_nights, made.calibration.n_people, made.calibration.stager) == (24, 22, STAGER)
    assert read_calibration(tmp_path / "new" / "c.toml") == made.calibration
    assert "22 people" in (tmp_path / "new" / "c.html").read_text(encoding="utf-8")


def test_a_file_that_cannot_be_used_is_a_problem_and_the_rest_goes_on(tmp_path):
    human, auto, people = write_nights(tmp_path)
    (human / "n00.csv").unlink()
    (auto / "n01.csv").write_text("nonsense", encoding="utf-8")
    made = calibrate_folders(human, auto, tmp_path / "c.toml", subjects=people)
    assert made.calibration.n_nights == 22
    assert len(made.problems) == 2


def test_nothing_is_written_where_there_is_no_calibration(tmp_path):
    human, auto, people = write_nights(tmp_path, 12)
    with pytest.raises(CalibrationError):
        calibrate_folders(human, auto, tmp_path / "c.toml", subjects=people)
    with pytest.raises(HypnogramError):
        calibrate_folders(human, tmp_path / "nowhere", tmp_path / "c.toml")
    assert not list(tmp_path.glob("c.*"))


def test_a_second_stager_scores_all_nights_or_is_refused(tmp_path):
    human, auto, people = write_nights(tmp_path)
    _, other, _ = write_nights(tmp_path / "other", seed=0)
    for file in other.iterdir():
        file.write_text(file.read_text(encoding="utf-8").replace("ab12", "cd34"), encoding="utf-8")
    made = calibrate_folders(human, auto, tmp_path / "c.toml", subjects=people, second=other)
    assert made.calibration["n3_minutes"].lambda_high < 1.0
    (other / "n00.csv").unlink()
    with pytest.raises(CalibrationError) as error:
        calibrate_folders(human, auto, tmp_path / "c.toml", subjects=people, second=other)
    assert error.value.key == "second"


@pytest.mark.parametrize("calibrated", [False, True])
def test_pictures_of_calibrated_nights_have_their_numbers(tmp_path, monkeypatch, calibrated):
    human, auto, people = write_nights(tmp_path, 22)
    made = calibrate_folders(human, auto, tmp_path / "c.toml", subjects=people).calibration
    drawn = {}
    monkeypatch.setattr(night_figure, "save_night", lambda _, path, **how: drawn.update({path.stem: how}))
    for file in sorted(auto.iterdir())[2:]:
        file.unlink()
    rows = measure(
        find_scorings([auto]), tmp_path / "d", Settings(scored=True, calibration=made if calibrated else None)
    )
    assert len(drawn) == len(rows) == 2
    for row in rows:
        metrics = drawn[row["recording"]]["metrics"]
        assert (metrics is not None) is calibrated
        assert not calibrated or metrics["n3_percent_low"] == row["n3_percent_low"]
    described = json.loads((tmp_path / "d" / "nights.json").read_text(encoding="utf-8"))
    if calibrated:
        ends = [(described[f"n3_percent{side}"]["Minimum"], described[f"n3_percent{side}"]["Maximum"])
                for side in ("", "_low", "_high")]  # fmt: skip
        assert ends == [(0.0, 100.0)] * 3
