"""The rules of the house, read off the code: what no linter knows."""

import ast
import json
from collections import defaultdict
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src" / "somnometry"
TESTS = ROOT / "tests"
MODULES = sorted(path for path in SRC.rglob("*.py"))


def name_of(path):
    return path.relative_to(SRC).as_posix()


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


# ------------------------------------------------------------------------------------------------------------ the map
#: Modules without a test file of their own: which tests hold them instead.
TESTED_ELSEWHERE: dict[str, str] = {
    # nouns, literal tables and protocols, which do nothing by themselves
    "claims/designs/model.py": "claims/designs/test_crossover.py",
    "claims/kinds/table.py": "claims/test_judge.py",
    "batch/derivatives.py": "batch/test_measure_resume.py",
    "batch/measures.py": "batch/test_measure.py",
    "batch/one_night.py": "batch/test_measure.py",
    "batch/records.py": "batch/test_measure_resume.py",
    "claims/power/power_table.py": "claims/power/test_simulation.py",
    "cli/options.py": "cli/test_app.py",
    "cli/study_options.py": "cli/test_study.py",
    "cli/config_file.py": "cli/test_measure.py",
    "core/verdict.py": "claims/test_judge.py",
    "metrics/conventions/convention.py": "metrics/conventions/test_definitions.py",
    "metrics/conventions/quantities.py": "metrics/conventions/test_table.py",
    "metrics/metric.py": "metrics/test_table.py",
    "metrics/timeline.py": "metrics/test_regularity.py",
    "metrics/period_metrics.py": "test_catalogue.py",
    "simulate/boas_table.py": "tools/test_fit_hypnogram_process.py",
    "simulate/hardware_layouts.py": "simulate/test_hardware.py",
    "simulate/montages.py": "simulate/test_simulated_night.py",
    "simulate/study_options.py": "simulate/test_studies.py",
    # steps between what is asked and what is answered, which one door leads to
    "batch/demo.py": "cli/test_app.py",
    "claims/arm_losses.py": "claims/data/test_losses.py",
    "claims/case.py": "claims/test_judge.py",
    "claims/claims_schema.py": "claims/test_claims_file.py",
    "claims/data/sample.py": "claims/data/test_outcome.py",
    "claims/designs/mixed_model.py": "claims/designs/test_crossover.py",
    "claims/kinds/conjunction.py": "claims/test_staging_error.py",
    "claims/kinds/contrast.py": "claims/test_judge.py",
    "claims/kinds/difference.py": "claims/test_analysis.py",
    "claims/kinds/dose_response.py": "claims/test_claim_traps.py",
    "claims/kinds/evidence.py": "claims/kinds/test_decision.py",
    "io/audit_html.py": "io/test_audit.py",
    "io/exports/exported.py": "io/exports/test_mind_monitor.py",
    "io/channels/candidates.py": "io/channels/test_choose.py",
    "io/channels/montage_schema.py": "io/channels/test_montage_file.py",
    "io/hypnogram_csv.py": "io/test_hypnograms.py",
    "io/scorings/clinics.py": "io/scorings/test_read.py",
    "io/scorings/columns.py": "io/scorings/test_read.py",
    "io/scorings/content.py": "io/scorings/test_wrong_files.py",
    "io/scorings/json_files.py": "io/scorings/test_read.py",
    "io/scorings/scored.py": "io/scorings/test_read.py",
    "io/scorings/sleeps.py": "io/scorings/test_wearables.py",
    "io/scorings/wearables_json.py": "io/scorings/test_wearables.py",
    "io/scorings/xml_files.py": "io/scorings/test_read.py",
    "io/scorings/xml_labs.py": "io/scorings/test_labs.py",
    "io/edf/layout.py": "io/edf/test_header.py",
    "io/nights/recordings_schema.py": "io/nights/test_recordings_csv.py",
    "io/signals/windows.py": "io/signals/test_one_channel.py",
    "io/sources/source.py": "io/edf/test_view.py",
    "metrics/agreement/pairing.py": "metrics/agreement/test_epochs.py",
    "metrics/requirements.py": "metrics/test_architecture.py",
    "metrics/stage_matrix.py": "metrics/test_against_naive.py",
    "report/pages/night_facts.py": "report/pages/test_night_page.py",
    "report/pages/verdict_document.py": "report/pages/test_verdict_files.py",
    "report/figures/notebook_figure.py": "report/figures/test_night_figure.py",
    "report/words/effects.py": "report/words/test_every_sentence.py",
    "report/words/one_person_reasons.py": "report/words/test_reasons.py",
    "report/words/planning_reasons.py": "report/words/test_reasons.py",
    "report/tables/folder.py": "cli/test_inspect.py",
}


def mirror(path):
    """Where the tests of a module stand."""
    return TESTS / path.relative_to(SRC).parent / f"test_{path.stem.strip('_')}.py"


def test_a_module_has_its_tests_where_it_stands_itself():
    without = {name_of(path) for path in MODULES if not path.stem.startswith("__") and not mirror(path).is_file()}
    assert without == TESTED_ELSEWHERE.keys()


def test_the_tests_of_what_is_tested_elsewhere_are_there():
    assert {name: tests for name, tests in TESTED_ELSEWHERE.items() if not list(TESTS.glob(tests))} == {}


def test_no_imports_run_in_a_circle():
    # also not through an import inside a function; what is imported for a type alone calls nothing
    graph = grimp.build_graph("somnometry", exclude_type_checking_imports=True, cache_dir=None)
    imported = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    assert circle_of(imported) == []


def circle_of(imported):
    try:
        TopologicalSorter(imported).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_a_circle_is_found():
    assert sorted(set(circle_of({"a": {"b"}, "b": {"c"}, "c": {"b"}}))) == ["b", "c"]


# --------------------------------------------------------------------------------------------------------- one module
LONGEST = 350
#: Modules that are longer, and why they are one idea all the same.
LONG: dict[str, str] = {
    "io/channels/choose.py": "the ranking of each role and what it is made of",
    "io/edf/layout.py": "one reader, which goes through a header once",
    "metrics/stage_matrix.py": "what all families of metrics share",
}


def test_a_module_is_one_idea():
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > LONGEST}.keys() == LONG.keys()


def test_the_first_line_says_what_a_module_contains():
    first = {name_of(path): (ast.get_docstring(tree(path)) or "").split("\n")[0] for path in MODULES}
    assert {name: line for name, line in first.items() if not line.endswith(".")} == {}


def test_a_name_is_one_class():
    found = defaultdict(list)
    for path in MODULES:
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef):
                found[node.name].append(name_of(path))
    assert {name: where for name, where in found.items() if len(where) > 1} == {}


# -------------------------------------------------------------------------------------------------- facts stay facts
TAKE_APART = {
    "split", "rsplit", "partition", "rpartition", "removeprefix", "removesuffix", "startswith", "endswith", "strip",
    "lstrip", "rstrip", "splitlines", "find", "index", "replace",
}  # fmt: skip
#: Attributes that hold our own English.
PROSE = {"args", "what", "remedy", "place", "reason", "reasons", "meaning", "explain"}


def says(node, errors):
    """Whether an expression is a message of ours: of a caught error, or a field of prose."""
    for part in ast.walk(node):
        as_text = isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "str"
        if as_text and any(isinstance(n, ast.Name) and n.id in errors for n in ast.walk(part)):
            return True
        if isinstance(part, ast.Attribute) and part.attr in PROSE:
            return True
    return False


def taken_apart(code):
    """Lines in which a message of ours is split, stripped, searched or matched."""
    errors = {node.name for node in ast.walk(code) if isinstance(node, ast.ExceptHandler) and node.name}
    errors |= {target.id for node in ast.walk(code) if isinstance(node, ast.Assign) and says(node.value, errors)
               for target in node.targets if isinstance(target, ast.Name)}  # fmt: skip
    lines = set()
    for node in ast.walk(code):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            matched = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
            if matched and any(says(argument, errors) for argument in node.args):
                lines.add(node.lineno)
            if node.func.attr in TAKE_APART and says(node.func.value, errors):
                lines.add(node.lineno)
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
            whole = node.comparators[0]
            if isinstance(whole, ast.Call) and says(whole, errors):
                lines.add(node.lineno)
    return sorted(lines)


def test_no_message_of_ours_is_taken_apart():
    found = {name_of(path): lines for path in MODULES if (lines := taken_apart(tree(path)))}
    assert found == {}


@pytest.mark.parametrize(
    "code",
    [
        "try: f()\nexcept E as error:\n    key = str(error).split(': ')[0]",
        "try: f()\nexcept E as error:\n    key = error.args[0].partition(';')",
        "try: f()\nexcept E as error:\n    if 'no EEG' in str(error): g()",
        "text = verdict.reason.removeprefix('floor: ')",
        "re.match('(.*): ', finding.what)",
    ],
)
def test_a_message_that_is_taken_apart_is_found(code):
    assert taken_apart(ast.parse(code))


# ------------------------------------------------------------------------------------------------ who may import tests
def imports(code):
    for node in ast.walk(code):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module


def of_notebook(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    lines = [line for cell in cells if cell["cell_type"] == "code" for line in "".join(cell["source"]).splitlines()]
    return ast.parse("\n".join(line for line in lines if not line.lstrip().startswith(("%", "!"))))


SCRIPTS = sorted([*(ROOT / "benchmarks").rglob("*.py"), *(ROOT / "notebooks").rglob("*.ipynb")])


def test_benchmarks_and_notebooks_import_no_tests():
    imported = {path.name: set(imports(of_notebook(path) if path.suffix == ".ipynb" else tree(path)))
                for path in SCRIPTS}  # fmt: skip
    assert {"numpy", "somnometry"} <= set().union(*imported.values())
    assert {
        file: names for file, names in imported.items() if any(name.split(".")[0] == "tests" for name in names)
    } == {}


# -------------------------------------------------------------------------------------------------------------- tests
def own(function):
    """Give the nodes of a function without those of the functions inside it."""
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, ast.FunctionDef | ast.Lambda):
            yield child
            yield from own(child)


def checks(node, helpers=frozenset()):
    """Whether a part of a test asserts, or calls what does."""
    if isinstance(node, ast.Assert):
        return True
    called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
    return called.startswith(("pytest.raises", "pytest.warns", "np.testing.assert_", "assert_")) or called in helpers


def functions_of(path):
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)]


def test_a_test_can_fail():
    """It asserts something, and never leaves before it did: `assume` is for what a law cannot use."""
    leaving, saying_nothing = [], []
    helpers = {one.name for path in TESTS.rglob("*.py") for one in functions_of(path)
               if not one.name.startswith("test_") and any(checks(part) for part in ast.walk(one))}  # fmt: skip
    for path in TESTS.rglob("test_*.py"):
        for test in functions_of(path):
            if test.name.startswith("test_"):
                if any(isinstance(part, ast.Return) for part in own(test)):
                    leaving.append(test.name)
                if not any(checks(part, helpers) for part in ast.walk(test)):
                    saying_nothing.append(test.name)
    assert (leaving, saying_nothing) == ([], [])


#: Functions outside acceptance tests that read a clock, for an end that has to come at all.
WAITS = {"test_a_call_that_takes_too_long_is_ended", "test_a_worker_ends_with_the_process_that_made_it"}


def reads_a_clock(node):
    return isinstance(node, ast.Call) and ast.unparse(node.func) in {
        "time.perf_counter", "time.process_time", "time.thread_time", "time.monotonic",
    }  # fmt: skip


def test_no_test_of_every_day_counts_seconds():
    """They would tell of the machine: `tests.cost` counts loops, and benchmarks time."""
    tests = set()
    for path in TESTS.rglob("test_*.py"):
        clocks = {one.name for one in functions_of(path) if any(map(reads_a_clock, own(one)))}
        for one in functions_of(path):
            called = {ast.unparse(part.func) for part in ast.walk(one) if isinstance(part, ast.Call)}
            if one.name.startswith("test_") and (one.name in clocks or called & clocks):
                tests.add((one.name, any("acceptance" in ast.unparse(mark) for mark in one.decorator_list)))
    assert ("test_an_audit_costs_less_than_half_of_staging", True) in tests
    assert {name for name, accepted in tests if not accepted} == WAITS


def test_only_conftest_knows_where_the_real_recordings_are():
    word = "SOMNOMETRY_" + "SHARED"
    knows = [path for folder in ("src", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")
             if word in path.read_text(encoding="utf-8")]  # fmt: skip
    assert knows == [TESTS / "conftest.py"]
