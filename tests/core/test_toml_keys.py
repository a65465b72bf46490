"""Paths of a TOML file as text, and the line of each."""

import pytest

from somnometry.core.toml_keys import key_of, line_of, lines_of_keys

TEXT = """\
[study]
name = "S"

[study.columns]
pain = "0 to 10"

[[claim]]
metric = "tst"

[[claim]]
'own "key"' = 1
"with blanks" = 2
[claim.labels]
x-1 = 3
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("study",), 1), (("study", "name"), 2), (("study", "columns"), 4), (("study", "columns", "pain"), 5),
        (("claim",), 7), (("claim", 0), 7), (("claim", 0, "metric"), 8), (("claim", 1), 10),
        (("claim", 1, 'own "key"'), 11), (("claim", 1, "with blanks"), 12), (("claim", 1, "labels"), 13),
        (("claim", 1, "labels", "x-1"), 14),
    ],
)  # fmt: skip
def test_every_header_and_key_has_its_line(path, line):
    assert lines_of_keys(TEXT)[path] == line


@pytest.mark.parametrize(
    ("path", "line"), [(("claim", 0, "also", 2, "metric"), 7), (("study", "nobody"), 1), (("elsewhere", "x"), None)]
)
def test_what_has_no_line_of_its_own_has_that_of_the_table_around_it(path, line):
    assert line_of(path, lines_of_keys(TEXT)) == line


@pytest.mark.parametrize(
    ("path", "text"), [((), ""), (("study", "arms"), "study.arms"), (("claim", 1, "also", 0), "claim[1].also[0]")]
)
def test_a_path_is_written_as_people_write_it(path, text):
    assert key_of(path) == text
