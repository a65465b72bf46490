"""Errors of a table say which file it is."""

import numpy as np
import pytest

from somnometry.core.errors import ClaimError
from somnometry.core.table_source import SOURCE, said_of, source_of


class Table:
    attrs = {SOURCE: "a/nights.csv"}  # noqa: RUF012


def test_the_file_is_said_of_every_fault_and_not_of_the_declaration():
    fault = ClaimError("no number", place="row 3", others=[ClaimError("empty", place="row 4"), ClaimError("odd")])
    with pytest.raises(ClaimError) as raised, said_of(source_of(Table())):
        raise fault
    said = "a/nights.csv, row 3: no number\na/nights.csv, row 4: empty\na/nights.csv: odd"
    assert str(raised.value) == said
    assert str(raised.value.within("a/nights.csv")) == said
    for source, error in (("", fault), ("a.csv", ClaimError("no", place="study", key="study.exclude"))):
        with pytest.raises(ClaimError) as raised, said_of(source):
            raise error
        assert raised.value is error


@pytest.mark.parametrize("table", [{"tst": [1.0]}, [{"tst": 1.0}], np.zeros(2), None])
def test_other_tables_have_no_file(table):
    assert source_of(table) == ""
