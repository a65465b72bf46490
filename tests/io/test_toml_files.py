"""TOML of others is read, or refused in one way, and soon. What is TOML is its specification's to say (1.0.0)."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry.core.errors import MontageError
from somnometry.core.shown_text import shown_text
from somnometry.io.toml_files import DEEPEST, LARGEST, read_toml, toml_of, toml_value
from tests.cost import Cost

BOMBS = {
    "digits": "x = " + "9" * 5000,
    "64 bits and one": f"x = {2**63}",
    "400 digits in a list": f"x = [1, {{y = -{'9' * 400}}}]",
    "hexadecimal": "x = 0x" + "f" * 5000,
    "lists": "x = " + "[" * 5000 + "]" * 5000,
    "lists that stay open": "x = " + "[" * 100_000,
    "tables": "x = " + "{a=" * 5000 + "1" + "}" * 5000,
    "mixed": "x = " + "[{a=" * 33 + "1" + "}]" * 33,
    "dotted key": "a." * 5000 + "a = 1",
    "dotted header": "[" + "a." * 200_000 + "a]",
    "quoted key": '"a" . ' * 40_000 + "a = 1",
    "dotted in a table": "x = {" + "a." * 100_000 + "a = 1}",
    "strings that stay open": 'x = """' + '\\"""' * 100_000,
    "quotes": "x = " + '"' * 500_000,
    "a date that is none": "x = 0000-01-01",
    "an offset that is none": "x = 1979-05-27T00:32:00+25:00",
    "no TOML": "x = = 1",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_what_goes_beyond_the_limits_is_refused_in_one_way_and_soon(tmp_path, text):
    (tmp_path / "x.toml").write_text(text)
    with Cost() as cost, pytest.raises(tomllib.TOMLDecodeError) as refused:
        read_toml(tmp_path / "x.toml")
    assert cost.loops < 60
    assert len(str(refused.value)) < 200


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    (tmp_path / "x.toml").write_text("#" * (LARGEST + 1))
    with pytest.raises(OSError, match="larger than"):
        read_toml(tmp_path / "x.toml")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x = " + "[" * DEEPEST + "]" * DEEPEST, None),
        (f"x = {-(2**63)}", -(2**63)),
        (f"x = {2**63 - 1}", 2**63 - 1),
        ('x = "' + "[" * 100 + "a." * 100 + '"', "[" * 100 + "a." * 100),
        ("x = '" + "{" * 100 + "'", "{" * 100),
        ('x = """' + "[\n" * 100 + '"""', "[\n" * 100),
        ("# " + "[" * 100 + " a.b" * 100 + "\nx = 1", 1),
        ("\ufeffx = 1\r\n", 1),
        ('x = "µV \\u202e"', "µV \u202e"),
    ],
)
def test_what_lies_within_is_read(tmp_path, text, value):
    (tmp_path / "x.toml").write_text(text, encoding="utf-8", newline="")
    read, table = read_toml(tmp_path / "x.toml")
    assert read.strip() == text.replace("\r\n", "\n").lstrip("\ufeff").strip()
    assert value is None or table["x"] == value


@given(text=st.text(alphabet="ab.\"'[]{}=#\n\\1, ", max_size=60))
def test_any_text_is_read_as_python_reads_it_or_refused_in_one_way(tmp_path_factory, text):
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_text(text, encoding="utf-8")
    try:
        expected = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        with pytest.raises(tomllib.TOMLDecodeError):
            read_toml(file)
    else:
        assert read_toml(file)[1] == expected


@pytest.mark.parametrize(
    ("content", "what"),
    [(None, "a thing"), (b"\xff\xfe", "text"), (b"x = = 1", "TOML"), (b"x = " + b"[" * 5000, "TOML")],
    ids=["absent", "no text", "no TOML", "too deep"],
)
def test_a_file_of_a_kind_is_refused_as_that_kind(tmp_path, content, what):
    path = tmp_path / "x.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MontageError) as refused:
        toml_of(path, MontageError, "a thing", "look at the manual")
    assert refused.value.place == "x.toml"
    assert what in refused.value.what
    assert refused.value.remedy


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_texts_do_nothing_to_who_reads_them_and_are_what_they_were(text):
    written = f"a = {toml_value(text)}"
    assert tomllib.loads(written) == {"a": text}
    assert shown_text(written) == written
