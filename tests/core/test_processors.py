"""How many threads a night gets: what was asked for, what the variable says, or what this process may use."""

import os

import pytest

from somnometry.core import processors
from somnometry.core.processors import VARIABLE, helpful_threads, usable_processors


@pytest.mark.parametrize(("asked", "given"), [(1, 1), (5, 5), (0, 1), (-2, 1)])
def test_what_is_asked_for_is_given(monkeypatch, asked, given):
    monkeypatch.setenv(VARIABLE, "7")
    assert helpful_threads(asked) == given


@pytest.mark.parametrize(("told", "given"), [("1", 1), ("3", 3), ("0", 1), ("many", 2), ("", 2), ("-1", 2)])
def test_the_variable_is_followed_where_it_is_a_number(monkeypatch, told, given):
    monkeypatch.setattr(processors, "usable_processors", lambda: 8)
    monkeypatch.setenv(VARIABLE, told)
    assert helpful_threads() == given


def test_one_processor_gets_one_thread(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(processors, "usable_processors", lambda: 1)
    assert helpful_threads() == 1


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system does not say")
def test_processors_are_those_that_this_process_may_use():
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert usable_processors() == 1
    finally:
        os.sched_setaffinity(0, before)
    assert usable_processors() == len(before)
