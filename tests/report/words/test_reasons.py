"""Every code of a reason has its English in the one table, and nothing but readers depends on that English."""

import ast
import re
from pathlib import Path

import pytest

import somnometry
from somnometry.catalogue import CATALOGUE
from somnometry.claims.judge import judge_all
from somnometry.core.errors import SomnometryError
from somnometry.core.reason import Reason
from somnometry.report.words import reasons
from somnometry.report.words.quantities import metric_words
from somnometry.report.words.reasons import REASONS, clause, reason_text

from .every_reason import EVERY_REASON

#: Words of claims in which codes are made: the noun, the errors that carry one, and the decision without facts.
MAKERS = {"Reason", "NotTestableError", "NoValuesError"}
SOURCES = [
    path
    for path in Path(somnometry.__file__).parent.rglob("*.py")
    if {"claims", "core"} & set(path.parts) and path.name != "reason.py"
]
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def literals(node):
    """The texts that an expression can be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return literals(node.body) | literals(node.orelse)
    return set()


def made():
    """Every code that is written down where a reason is made: file -> codes."""
    codes = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            given = node.args[:1] if name in MAKERS else node.args[1:2] if name == "decided" else []
            codes.setdefault(path.name, set()).update(*map(literals, given))
    return codes


def test_the_sources_are_searched():
    files = {file for file, codes in made().items() if codes}
    assert {"judge.py", "outcome.py", "crossover.py", "decision.py", "sensitivity.py", "staging_error.py"} <= files


def test_every_code_that_is_made_is_in_the_table():
    unknown = {file: codes - REASONS.keys() for file, codes in made().items() if codes - REASONS.keys()}
    assert unknown == {}


def test_no_code_of_the_table_is_dead():
    written = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    assert [code for code in REASONS if f'"{code}"' not in written] == []


def test_codes_are_lower_case_words_joined_by_hyphens():
    assert [code for code in REASONS if not CODE.fullmatch(code)] == []


def test_an_unknown_code_has_no_english():
    with pytest.raises(KeyError):
        clause(Reason("no-such-code"))


def test_the_codes_of_all_verdicts_can_be_read(zoo):
    for verdict in zoo:
        parts = (*verdict.side_effects, *verdict.sensitivity, *verdict.pairs)
        carried = [*verdict.reasons, *verdict.warnings, *(left.reason for left in verdict.exclusions)]
        carried += [reason for part in parts for reason in (part.name, *part.notes)]
        carried += [other.reason for other in verdict.secondary if other.reason is not None]
        carried += [verdict.method] if verdict.method is not None else []
        assert carried
        for reason in carried:
            assert str(reason).strip(), reason
            assert "{" not in str(reason), reason


#: What a sentence becomes. It holds what sentences are split and stripped at.
NONSENSE = "floor: ; : | , not. ceiling: against"


def test_with_every_sentence_replaced_the_same_is_judged(cases, monkeypatch):
    before = [[verdict.to_dict() for verdict in case.verdicts] for case in cases]
    english = [verdict.reason for case in cases for verdict in case.verdicts]
    monkeypatch.setattr(reasons, "REASONS", dict.fromkeys(REASONS, NONSENSE))
    monkeypatch.setattr(SomnometryError, "__str__", lambda _: NONSENSE)
    again = [judge_all(case.study, case.nights) for case in cases]
    assert [[verdict.to_dict() for verdict in verdicts] for verdicts in again] == before
    said = [verdict.reason for verdicts in again for verdict in verdicts]
    assert all(NONSENSE in sentence for sentence in said)  # the sentences were replaced indeed
    assert not any(NONSENSE in sentence for sentence in english)


@pytest.mark.parametrize("code", ["filled-in", "carried-forward", "unit-declared"])
def test_what_is_said_of_a_column_is_said_of_every_metric(code):
    for metric in CATALOGUE:
        assert metric_words(metric) in reason_text(Reason(code, {**EVERY_REASON[code][0], "metric": metric}))
