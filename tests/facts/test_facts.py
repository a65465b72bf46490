"""Facts that no test reads are no facts."""

import re
from pathlib import Path

from . import FACTS, NIGHTS, channel_labels, peers, sri, worked_examples

TESTS = Path(__file__).resolve().parents[1]
WRITTEN = "".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))


def test_every_worked_example_has_its_test():
    assert [name for name in worked_examples() if f'"{name}"' not in WRITTEN and name != "sim3"] == []
    assert "sim3." in WRITTEN  # whose numbers stand with those that R prints


def test_every_table_of_numbers_is_analysed_and_its_origin_is_told():
    origins = (FACTS / "README.md").read_text(encoding="utf-8")
    for path in (FACTS / "examples").iterdir():
        family, number = re.fullmatch(r"(\D+?)(\d*)", path.stem).groups()
        assert f'"{path.stem}"' in WRITTEN or f'"{family}{{number}}"' in WRITTEN, path.name
        assert path.name in origins or f"`_{number}.csv`" in origins, path.name


def test_the_nights_of_peers_are_those_that_tests_ask_for():
    assert tuple(peers()) == NIGHTS
    assert {len(night["stages"]) for night in peers().values()} == {240, 300, 20, 74, 40}


def test_the_epochs_of_the_sri_study_are_all_there():
    assert len(sri()["epochs"]) == 14
    assert sum(sum(map(sum, counts)) for counts in sri()["epochs"].values()) == 10_766


def test_every_label_has_a_role():
    assert len(channel_labels()["family"]) > 20
    assert all(rule["role"] for rule in channel_labels()["rule"])
