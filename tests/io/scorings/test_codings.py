"""What integers and words of a column mean."""

import pytest

from somnometry.core.errors import HypnogramError
from somnometry.core.stage import Stage
from somnometry.io.scorings.codings import CODINGS, stages_of_cells
from somnometry.io.scorings.scored import Ask


@pytest.mark.parametrize(
    ("coding", "cells", "labels"),
    [  # the digits of each program in the order W, N1, N2, N3, REM, after its own documentation
        ("yasa", "0 1 2 3 4 -1 -2", "W N1 N2 N3 R ? ?"),
        ("profusion_nsrr", "0 1 2 3 4 5 6 9 10", "W N1 N2 N3 N3 R ? ? ?"),
        ("dreams_aasm", "5 3 2 1 4 0", "W N1 N2 N3 R ?"),
        ("svuh_ucddb", "0 2 3 4 5 1 7", "W N1 N2 N3 N3 R ?"),
        ("scoringhero_digit", "1 -1 -2 -3 0", "W N1 N2 N3 R"),
        ("zeo", "1 3 4 6 2 0", "W LIGHT N3 N3 R ?"),
    ],
)
def test_codings(coding, cells, labels):
    assert [stage.label for stage in stages_of_cells(cells.split(), Ask(coding=coding))] == labels.split()


def test_integers_without_a_coding_are_refused_with_the_minutes_of_each_candidate():
    with pytest.raises(HypnogramError) as refused:
        stages_of_cells(["0"] * 4 + ["4"] * 2 + ["5"] * 6, Ask())
    what = str(refused.value)
    assert refused.value.key == "coding"
    assert "W 2, N3 1, R 3 min under profusion_nsrr" in what  # 5 is REM there
    assert "W 1, R 3 min" not in what  # no coding has 5 as REM and 4 as wake but Physip, where 5 is an artefact
    assert "? 3, W 1, N3 2 min under physip_domino" in what
    assert "? 2, W 3, R 1 min under dreams_aasm" in what


@pytest.mark.parametrize("name", CODINGS)
def test_a_code_that_a_coding_does_not_know_is_refused(name):
    with pytest.raises(HypnogramError, match=f"coding {name} does not know '77' 2 times"):
        stages_of_cells(["77", "77"], Ask(coding=name))


def test_a_mapping_says_each():
    mapping = {"awake": Stage.W, "asleep": Stage.N2, 7: 4}
    assert stages_of_cells(["awake", "asleep", "7", "n/a"], Ask(coding=mapping)) == [0, 2, 4, -1]


def test_an_unknown_coding_and_an_unknown_word():
    with pytest.raises(HypnogramError, match="there is no coding 'rk'; it is one of yasa"):
        stages_of_cells(["0"], Ask(coding="rk"))
    with pytest.raises(HypnogramError, match="does not know the text of 1 cell; give a coding") as refused:
        stages_of_cells(["W", "dozing"], Ask())
    assert "dozing" not in str(refused.value)  # a remark may name somebody


def test_words_and_digits_of_one_column():
    """W, 1, 2, 3, R of Compumedics and others: the digits need a coding, the words none."""
    cells = ["W", "1", "2", "3", "4", "R", "?"]
    with pytest.raises(HypnogramError, match="does not know '1' 1 times"):
        stages_of_cells(cells, Ask())
    assert stages_of_cells(cells, Ask(coding="profusion_nsrr")) == [0, 1, 2, 3, 3, 4, -1]
