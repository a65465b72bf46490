"""Every code that the package can emit is in the one table, with the severity that it is emitted with."""

import ast
import re
from pathlib import Path

import pytest

import somnometry
from somnometry.io import finding_codes
from somnometry.io.finding_codes import FINDING_CODES, SUBJECTS, finding_of

SOURCES = [path for path in Path(somnometry.__file__).parent.rglob("*.py") if not {"claims", "core"} & set(path.parts)]
#: What makes a finding: the noun, the function of the table, and the methods of readers.
MAKERS = {"Finding", "finding_of", "_note", "_refused", "_odd"}


def _text(node):
    """The text of a literal; a regular expression where a part of it is computed."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(re.escape(part.value) if isinstance(part, ast.Constant) else "[a-z-]+" for part in node.values)
    if isinstance(node, ast.IfExp):
        return f"({_text(node.body)}|{_text(node.orelse)})"
    return None


def emitted():
    """Every code that is written down where a finding is made: file, pattern of the code, severity if it is said."""
    rows = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in MAKERS and (code := _text(node.args[0])) is not None:
                    severity = (
                        node.args[1].value if len(node.args) > 1 and isinstance(node.args[1], ast.Constant) else ""
                    )
                    rows.append((path.name, code, severity))
    return rows


def test_the_sources_are_searched():
    assert {"source.py", "choose.py", "recordings.py", "one_channel.py"} <= {file for file, *_ in emitted()}


def test_every_code_that_is_emitted_is_in_the_table():
    for file, code, _ in emitted():
        assert any(re.fullmatch(code, known) for known in FINDING_CODES), f"{file}: {code}"


def test_no_code_of_the_table_is_dead():
    computed = [code for _, code, _ in emitted() if "[a-z-]+" in code]
    written = "".join(path.read_text(encoding="utf-8") for path in SOURCES if path.name != "finding_codes.py")
    for known in FINDING_CODES:
        assert f'"{known}"' in written or any(re.fullmatch(code, known) for code in computed), known


def test_codes_are_emitted_with_the_severity_of_the_table():
    severities = {"note", "repaired", "warning", "refused"}
    for file, code, severity in emitted():
        if severity in severities:
            known = {row.severity for key, row in FINDING_CODES.items() if re.fullmatch(code, key)}
            assert known == {severity}, f"{file}: {code}"


def test_no_code_has_two_rows():
    assert len(FINDING_CODES) == sum(len(rows) for rows in finding_codes._ROWS.values())


def test_every_row_of_the_table_is_whole():
    for code, row in FINDING_CODES.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
        assert row.code == code
        assert row.subject in SUBJECTS
        assert row.severity in ("note", "repaired", "warning", "refused")
        assert row.meaning.endswith(".")
        assert row.remedy
        assert "|" not in row.meaning + row.remedy


def test_a_finding_of_the_table_takes_its_severity_and_its_remedy_from_it():
    finding = finding_of("unit-blank", "EEG C4", "no unit")
    assert (finding.severity, finding.remedy) == ("repaired", FINDING_CODES["unit-blank"].remedy)
    assert finding_of("unit-blank", "EEG C4", "no unit", "tell the maker").remedy == "tell the maker"
    with pytest.raises(KeyError):
        finding_of("no-such-code", "EEG C4", "")
