"""Every public noun that was pickled or copied equals what it was, and no longer does where anything differs."""

import copy
import inspect
import math
import pickle
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files

import numpy as np
import pytest

import somnometry as sm
from somnometry.core.equality import EqualByFields, are_same
from somnometry.io.nights.recordings_csv import Details

STAGES = [0, 0, 1, 2, 2, 3, 3, 2, 4, 4, 0, 2, 2, 4, -1, 0] * 10
#: Those that only a classifier, a simulation of hours or a bench makes; their bases are checked instead.
BY_BASE = {"NightsNeeded", "PowerTable", "SimulatedStudy", "StagingBench", "Features", "Spectrogram"}


def rows(n=24):
    arms = ("placebo", "active")
    return [
        {"subject": f"S{i // 2}", "condition": arms[(i + i // 2) % 2], "period": 1 + i % 2, "night": 1,
         "tst": 400 + 7 * (i * 37 % 11) + 20 * ((i + i // 2) % 2)}
        for i in range(n)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def nouns(tmp_path_factory):
    """One of each public noun, with NaN in what may hold one."""
    folder = tmp_path_factory.mktemp("nouns")
    night = sm.Hypnogram(STAGES, lights_off=math.nan, lights_on=math.nan)
    probabilities = np.full((160, 5), 0.2)
    probabilities[night.stages == -1] = np.nan
    whole = night.whole()
    scored = whole.replace(probabilities=probabilities, start=datetime(2024, 5, 1, 23))
    claim = sm.Claim(
        "tst", "increases", smallest_effect=15.0, design="crossover", treatment="active", control="placebo"
    )
    recording, _ = sm.simulate_night(seed=1, hours=0.5, rate=100)
    sm.write_edf(recording, folder / "n.edf")
    (folder / "recordings.csv").write_text("path,subject,condition,lights_off,note\nn.edf,S1,placebo,5 min,x\n")
    (folder / "m.toml").write_text('[[montage]]\nfiles = "*"\neeg = "C4-M1"\n')
    template = files("somnometry.claims") / "files" / "kratom.toml"
    (folder / "c.toml").write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
    nights = sm.find_nights(folder)
    shipped = sm.shipped_calibration("bitbrain-psg")
    cycles = sm.cycles(whole)
    return [
        night, scored, sm.architecture(night), sm.architecture(whole), claim, sm.judge(claim, rows()),
        sm.judge(claim, rows(3)), sm.Study(name="a", design="crossover", arms=("active", "placebo")),
        sm.Events([1.0, math.nan], [2.0, math.nan], ("a", "b")),
            sm.Scoring(night, sm.Events([1.0], [math.nan], ("a",))),
        sm.Signal(np.array([1, np.nan], np.float32), 1.0, "uV"), recording, recording.montage,
        sm.Finding("a", "note", "b", "c", "d"), sm.Scorer("a", "classifier", amplitude={"a": 1.5}),
        sm.consensus([whole, whole]), sm.epoch_agreement([whole], [whole]),
            sm.metric_agreement([whole] * 4, [whole] * 4),
        sm.value_agreement([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.5, 4.0]), sm.bouts(whole), sm.certainty(scored),
        sm.lempel_ziv(whole), cycles, sm.transitions(whole), sm.run_survival(whole), sm.mslt([whole] * 4),
        sm.regularity([scored.replace(start=datetime(2024, 5, day, 23)) for day in (1, 2)]), sm.METRICS["tst"],
        sm.EVENT_INDICES["arousal_index"], next(iter(sm.MICROSTRUCTURE.values())), sm.SPREADS["tst"],
            sm.Settings(),
        sm.StudyPlan(), shipped, next(iter(shipped.values())), nights, nights.nights[0], nights.nights[0].details,
        sm.audit(folder / "n.edf"), sm.read_recording(folder / "n.edf"), sm.read_montage_file(folder / "m.toml"),
        sm.read_claims(folder / "c.toml"), sm.Schedule("complete"), sm.Component("sol", "decreases", 5.0),
        (stager := sm.SimulatedStager("program", {"n3_percent": {"slope": 0.6, "bias": {"active": 3.0}}})),
            stager.errors["n3_percent"],
        sm.SignsOfSleep(12.0, *[math.nan] * 7), sm.report_night(scored),
    ]  # fmt: skip


def public_nouns():
    public = (getattr(sm, name) for name in sm.__all__ if name != "__version__")
    return {
        noun for noun in public
        if inspect.isclass(noun) and not issubclass(noun, (Exception, int)) and noun.__name__ != "Stage"
    }  # fmt: skip


def test_every_public_noun_is_here(nouns):
    missing = public_nouns() - {type(noun) for noun in nouns}
    assert {noun.__name__ for noun in missing} == BY_BASE
    assert all(issubclass(noun, EqualByFields) for noun in missing)
    assert any(isinstance(noun, Details) for noun in nouns)


@pytest.mark.parametrize("copied", [lambda noun: pickle.loads(pickle.dumps(noun)), copy.deepcopy, copy.copy])
def test_what_was_copied_equals_what_it_was(nouns, copied):
    for noun in nouns:
        same = copied(noun)
        assert type(same) is type(noun)
        assert same == noun, type(noun)
        if isinstance(noun, EqualByFields) and not isinstance(noun, Mapping):
            assert hash(same) == hash(noun), type(noun)


def test_what_differs_anywhere_is_not_equal():
    night = sm.Hypnogram([0, 2, 2, 4], scorer="A")
    for change in ({"stages": [0, 2, 2, 2]}, {"epoch": 20.0}, {"scorer": "B"}, {"lights_off": 30.0},
                   {"start": datetime(2024, 5, 1)}, {"stages": [0, 2, 2]},
                   {"probabilities": np.full((4, 5), 0.2)}):  # fmt: skip
        assert night.replace(**change) != night, change
    assert night != [0, 2, 2, 4]
    assert sm.Events([1.0], [2.0], ("a",)) != sm.Events([1.0], [2.0], ("b",))
    assert sm.Signal(np.zeros(2, np.float32), 1.0, "uV") != sm.Signal(np.zeros(2, np.float32), 2.0, "uV")
    one = sm.architecture(night)
    assert one != sm.architecture(night.replace(stages=[0, 2, 2, 2]))
    assert one == dict(one)
    assert len({night, night.replace(), night.replace(scorer="B")}) == 2


def test_values_of_other_kinds_are_not_the_same():
    assert not are_same(np.zeros(1), [0.0])
    assert not are_same([0.0], (0.0,))
    assert not are_same({"a": 1}, {"b": 1})
    assert are_same((math.nan, {"a": np.array(["x"])}), (math.nan, {"a": np.array(["x"])}))
