"""Errors carry their parts, and put the message together once."""

import copy
import pickle

import pytest

from somnometry.core import errors
from somnometry.core.errors import ClaimError, MontageError, RecordingError, SomnometryError


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "no EEG"),
        ({"place": "n7.edf"}, "n7.edf: no EEG"),
        ({"remedy": "name one"}, "no EEG; name one"),
        ({"place": "n7.edf", "remedy": "name one", "key": "eeg"}, "n7.edf: no EEG; name one"),
    ],
)
def test_a_message_is_place_what_and_remedy(fields, text):
    assert str(SomnometryError("no EEG", **fields)) == text


def test_a_place_is_added_by_who_knows_it_and_never_replaced():
    error = MontageError("no EEG", remedy="name one").at("n7.edf", key="eeg")
    assert (type(error), error.place, error.what, error.remedy, error.key) == (
        MontageError, "n7.edf", "no EEG", "name one", "eeg",
    )  # fmt: skip
    assert (error.at("folder", key="eog").place, error.at("folder", key="eog").key) == ("n7.edf", "eeg")


def test_an_error_comes_back_from_another_process_whole():
    again = pickle.loads(pickle.dumps(RecordingError("empty", place="n1.edf", remedy="copy it again", key="path")))
    assert type(again) is RecordingError
    assert (again.place, again.what, again.remedy, again.key) == ("n1.edf", "empty", "copy it again", "path")


def test_what_looks_like_a_place_or_a_remedy_stays_part_of_what():
    error = SomnometryError("C4: A1; and more", place="n.edf")
    assert (error.what, error.remedy) == ("C4: A1; and more", "")


def test_every_error_is_one_of_ours():
    for name in errors.__all__:
        assert issubclass(getattr(errors, name), SomnometryError)


def test_a_message_is_bounded_and_its_parts_are_whole():
    what = "no EEG channel among " + ", ".join(f"'X{i}'" for i in range(3200))
    error = MontageError(what, place="n7.edf", remedy="r" * 200_000, key="eeg")
    assert str(error).startswith("n7.edf: no EEG channel among 'X0', 'X1', 'X2'")
    assert f"({len(what) - 1000} more characters); r" in str(error)
    assert len(str(error)) < 2200
    assert (error.what, error.remedy) == (what, "r" * 200_000)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_many_long_faults_of_a_file_make_no_longer_message_than_a_few():
    others = [RecordingError("w" * 1500, place=f"row {i}", remedy="r" * 900) for i in range(2, 50)]
    whole = RecordingError("w" * 1500, place="row 1", remedy="r" * 900, others=others)
    assert len(str(whole)) < 5000
    assert str(whole).endswith("more")
    assert len(whole.others) == 48
    few = [RecordingError("no number", place=f"row {i}") for i in range(2, 21)]
    assert str(RecordingError("no number", place="row 1", others=few)).count("\n") == 19


def test_the_message_does_nothing_to_who_prints_it_and_the_fields_are_as_they_were():
    steers = "\x1b]0;x\x07\u202egnp\x9b2J\udcff\0"
    error = RecordingError(steers, place=steers, remedy=steers, others=[RecordingError(steers)])
    assert str(error).replace("\n", "").isprintable()
    assert (error.what, error.place, error.remedy) == (steers, steers, steers)


@pytest.mark.parametrize("again", [lambda one: pickle.loads(pickle.dumps(one)), copy.deepcopy, lambda one: one.at("x")])
def test_a_file_is_said_once_also_by_who_got_the_error_from_another_process(again):
    error = ClaimError("no number", place="row 3", others=[ClaimError("none", place="row 4")]).within("nights.csv")
    assert (
        str(again(error).within("nights.csv")) == str(error) == "nights.csv, row 3: no number\nnights.csv, row 4: none"
    )
    assert str(again(error).beside("nights.csv")) == "row 3: no number\nrow 4: none"
