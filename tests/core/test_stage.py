"""Codes of stages: those of the field, and what devices of fewer levels score."""

from somnometry.core.stage import STAGES_OF_LEVEL, Stage


def test_codes_are_those_of_the_field():
    assert {stage.label: stage.value for stage in Stage} == {
        "?": -1, "W": 0, "N1": 1, "N2": 2, "N3": 3, "R": 4, "LIGHT": 5, "NREM": 6, "SLEEP": 7,
    }  # fmt: skip


def test_levels_have_as_many_stages_as_they_say_and_all_tell_sleep_from_wake():
    for levels, stages in STAGES_OF_LEVEL.items():
        assert len(set(stages)) == levels
        assert stages[0] is Stage.W
        assert Stage.UNSCORED not in stages


def test_light_sleep_is_never_n2():
    assert {Stage.N1, Stage.N2} & set(STAGES_OF_LEVEL[4]) == set()
    assert Stage.LIGHT not in STAGES_OF_LEVEL[5]
