"""Every code that a record of a failed night can hold has words."""

import inspect
import re
from pathlib import Path

import somnometry.batch
from somnometry.batch.gate import NOT_SLEEP
from somnometry.core import errors
from somnometry.report.words.failure_words import FAILURES, failure_words

#: Errors of claims, of simulations and of no night.
NEVER = {"SomnometryError", "ClaimError", "SimulationError", "NotSleepError"}


def test_every_error_that_can_end_a_night_has_words():
    names = {name for name, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)}
    assert names - NEVER <= FAILURES.keys()


def test_every_code_that_the_batch_writes_has_words():
    written = set()
    for path in Path(somnometry.batch.__file__).parent.glob("*.py"):
        text = path.read_text()
        written |= set(re.findall(r'failed\(\s*task, "([\w-]+)"', text)) | set(re.findall(r'failure="([\w-]+)"', text))
        written |= set(re.findall(r'failure(?:, passing)? = (?:str\(.*\), )?"([\w-]+)"', text))
    assert {"timeout", "worker-lost", "not-measured-yet", "memory"} <= written
    assert written | {NOT_SLEEP} <= FAILURES.keys()


def test_a_code_of_a_later_version_stands_as_it_is():
    assert failure_words("melted") == "melted"
