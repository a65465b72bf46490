"""Faults of a file are told together, each a line and each an error of its own."""

import pickle

import pytest

from somnometry.core.errors import ClaimError, MontageError
from somnometry.core.faults import Faults


def gathered(*errors):
    faults = Faults()
    for error in errors:
        with faults.gathered():
            raise error
    return faults


def test_without_a_fault_nothing_is_raised():
    faults = gathered()
    faults.raise_all()
    assert faults.found == []


def test_the_first_is_raised_and_holds_the_others():
    faults = gathered(ClaimError("a", place="row 1", key="x"), ClaimError("b", place="row 2", remedy="mend it"))
    with pytest.raises(ClaimError) as caught:
        faults.raise_all()
    error = caught.value
    assert str(error).split("\n") == ["row 1: a", "row 2: b; mend it"]
    assert (error.what, error.key, [other.place for other in error.others]) == ("a", "x", ["row 2"])


def test_faults_of_faults_stand_in_one_list():
    inner = gathered(MontageError("b"), MontageError("c"))
    outer = gathered(MontageError("a"))
    with outer.gathered():
        inner.raise_all()
    with pytest.raises(MontageError) as caught:
        outer.raise_all()
    assert [error.what for error in (caught.value, *caught.value.others)] == ["a", "b", "c"]
    assert str(caught.value) == "a\nb\nc"


def test_a_place_said_later_and_another_process_keep_them():
    with pytest.raises(ClaimError) as caught:
        gathered(ClaimError("a"), ClaimError("b", place="row 2")).raise_all()
    told = pickle.loads(pickle.dumps(caught.value.at("nights.csv")))
    assert str(told) == "nights.csv: a\nrow 2: b"


def test_a_message_of_thousands_says_how_many_more():
    with pytest.raises(ClaimError) as caught:
        gathered(*(ClaimError(str(i)) for i in range(5000))).raise_all()
    lines = str(caught.value).split("\n")
    assert lines[:2] == ["0", "1"]
    assert (len(lines), lines[-1]) == (21, "... and 4980 more")
    assert len(caught.value.others) == 4999


def test_what_is_no_error_of_ours_is_not_kept():
    with pytest.raises(ZeroDivisionError):
        gathered(ZeroDivisionError())
