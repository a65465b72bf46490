"""Which settings make a night be measured again, and which only change its speed."""

import pickle
import re

import pytest

from somnometry import Settings, measure, shipped_calibration
from somnometry.batch import one_night

from .small_nights import write_nights

PLAIN = Settings(figures=False)


@pytest.fixture
def measured(monkeypatch):
    """Names of the nights that were really measured."""
    names, real = [], one_night._measured

    def counted(task, *rest):
        names.append(task.name)
        return real(task, *rest)

    monkeypatch.setattr(one_night, "_measured", counted)
    return names


def test_defaults_are_not_among_what_was_chosen():
    assert Settings().chosen() == {}
    assert Settings(threads=4).chosen() == {}
    assert Settings(eeg=("C4", "M1")).chosen() == {"eeg": ["C4", "M1"]}


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        (Settings(figures=False, lights="recording"), True),
        (Settings(figures=False, age=40, male=True), True),
        (Settings(figures=False, max_unscored=0.5), True),
        (Settings(figures=False, gate="warn"), True),
        (Settings(figures=True), True),
        (Settings(figures=False, threads=2), False),
        (Settings(figures=False, calibrate="auto"), False),
    ],
    ids=["lights", "age and sex", "unscored", "gate", "figures", "threads", "a default said"],
)
def test_another_setting_is_measured_again_and_another_speed_is_not(tmp_path, measured, changed, again):
    nights, out = write_nights(tmp_path / "in", 1), tmp_path / "out"
    measure([nights], out, PLAIN)
    measure([nights], out, changed)
    assert measured == ["n00"] * (1 + again)


def test_a_calibration_is_recorded_by_the_digest_of_what_it_says():
    one, other = (shipped_calibration(name) for name in ("bitbrain-headband", "bitbrain-psg"))
    digest = Settings(calibration=one).chosen()["calibration"]
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", digest)
    assert Settings(calibration=pickle.loads(pickle.dumps(one))).chosen()["calibration"] == digest
    assert Settings(calibration=other).chosen()["calibration"] != digest
