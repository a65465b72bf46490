"""Calibrations to files and back, and files that are none."""

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry import Calibration, CalibrationError, read_calibration, shipped_calibration, write_calibration
from somnometry.core.scorer import Scorer

ONE = shipped_calibration("bitbrain-psg")
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


@given(name=TEXTS, population=TEXTS, night=TEXTS, why=TEXTS, device=st.sampled_from(["psg", "headband", None]))
def test_what_is_written_is_read_back_exactly(tmp_path, name, population, night, why, device):
    stager = Scorer(name, "classifier", sha256="ab12", inputs=("eeg",))
    nan = dataclasses.replace(ONE["tst"], sigma_person=math.nan, residual_person_sd=math.nan)
    one = Calibration(
        stager, {"tst": nan, "se": ONE["se"]}, 64, 50, False, device, ("C4-M1",), population, "", {night: why}
    )
    write_calibration(one, tmp_path / "c.toml")
    assert read_calibration(tmp_path / "c.toml") == one


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("version = 1\n", "", "version"),
        ("version = 1\n", "version = 2\n", "version"),
        ("n_people = 50\n", "n_people = 12\n", "n_people"),
        ("n_people = 50\n", 'n_people = "50"\n', "n_people"),
        ("n_people = 50\n", "", "n_people"),
        ('device = "psg"', 'device = "toaster"', "device"),
        ('device = "psg"', 'gadget = "psg"', "gadget"),
        ("[stager]\n", '[stager]\nhat = "red"\n', "stager"),
        ("[metrics.tst]", "[metrics.tsst]", ""),
        ("[metrics.tst]\n", "[metrics.tst]\nlambda = 1\n", "lambda"),
        ("lambda_high = 1.0", 'lambda_high = "one"', "lambda_high"),
        ("lambda_high = 1.0", "lambda_high = inf", "lambda_high"),
        ("lambda_high = 1.0", "lambda_high = -1e200", "lambda_high"),
        ('scale = "identity"', 'scale = "cube"', "scale"),
        ('scale = "identity"\n', "", "scale"),
        ("[metrics.tst]\n", "[metrics]\ntst = 3\n[nothing]\n", None),
    ],
)
def test_what_is_wrong_in_a_file_is_named(tmp_path, old, new, key):
    path = tmp_path / "c.toml"
    write_calibration(ONE, path)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CalibrationError) as error:
        read_calibration(path)
    assert error.value.place.startswith(path.name)
    assert key is None or error.value.key == key


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"version = 1", b"[[[", b"a = " + b"[" * 5000, b"x = 1" + b"0" * 5000]
)
def test_other_files_are_refused(tmp_path, content):
    (tmp_path / "c.toml").write_bytes(content)
    with pytest.raises(CalibrationError) as error:
        read_calibration(tmp_path / "c.toml")
    assert "c.toml" in error.value.place


def test_a_file_that_is_not_there_or_is_none_is_refused(tmp_path):
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(CalibrationError):
            read_calibration(path)
