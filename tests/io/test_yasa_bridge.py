import logging
import math
import subprocess
import sys
from datetime import datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest
import yasa
from hypothesis import given, settings
from hypothesis import strategies as st

from somnometry.core.errors import HypnogramError
from somnometry.core.hypnogram import Hypnogram
from somnometry.core.scorer import Scorer
from somnometry.core.stage import STAGES_OF_LEVEL, Stage
from somnometry.io.yasa_bridge import from_yasa, to_yasa

#: YASA's own labels and integers (yasa.hypno._STAGE_MAPPINGS), and our code for each.
LABELS = {
    5: {"WAKE": 0, "N1": 1, "N2": 2, "N3": 3, "REM": 4},
    4: {"WAKE": 0, "LIGHT": 5, "DEEP": 3, "REM": 4},
    3: {"WAKE": 0, "NREM": 6, "REM": 4},
    2: {"WAKE": 0, "SLEEP": 7},
}
ZONES = st.sampled_from([None, timezone(timedelta(hours=2))])
STARTS = st.one_of(st.none(), st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=ZONES))


@st.composite
def ours(draw):
    levels = draw(st.sampled_from(sorted(LABELS)))
    stages = np.array(
        draw(st.lists(st.sampled_from([-1, *STAGES_OF_LEVEL[levels]]), min_size=1, max_size=30)), dtype=np.int8
    )
    probabilities = None
    if levels == 5 and draw(st.booleans()):
        rng = np.random.default_rng(draw(st.integers(0, 999)))
        probabilities = rng.dirichlet(np.full(5, 0.5), stages.size)
        probabilities[(stages == -1) | (rng.random(stages.size) < 0.1)] = np.nan
    return Hypnogram(
        stages,
        epoch=draw(st.sampled_from([30.0, 20.0, 5.0, 0.5, 1.28])),
        probabilities=probabilities,
        start=draw(STARTS),
        scorer=draw(st.text(max_size=5)),
        levels=levels,
    )


@given(ours())
@settings(deadline=None)
def test_to_yasa_and_back(hypnogram):
    again = from_yasa(to_yasa(hypnogram))
    np.testing.assert_array_equal(again.stages, hypnogram.stages)
    assert (again.probabilities is None) == (hypnogram.probabilities is None)
    if hypnogram.probabilities is not None:
        np.testing.assert_array_equal(again.probabilities, hypnogram.probabilities)
    for name in ("epoch", "start", "scorer", "levels", "lights_off", "lights_on"):
        assert getattr(again, name) == getattr(hypnogram, name)


@given(st.sampled_from(sorted(LABELS)), STARTS, st.sampled_from(["30s", "20s", "1min", "500ms"]), st.data())
@settings(deadline=None)
def test_from_yasa_and_back(levels, start, freq, data):
    values = data.draw(st.lists(st.sampled_from([*LABELS[levels], "UNS"]), min_size=1, max_size=30))
    hyp = yasa.Hypnogram(values, n_stages=levels, freq=freq, start=start, scorer="A")
    again = to_yasa(from_yasa(hyp))
    assert again.hypno.tolist() == values
    assert (again.n_stages, again.start, again.scorer) == (levels, hyp.start, "A")
    assert again.duration == hyp.duration
    assert again.sampling_frequency == hyp.sampling_frequency


@pytest.mark.parametrize("levels", LABELS)
def test_every_word_of_yasa(levels):
    hypnogram = from_yasa(yasa.Hypnogram([*LABELS[levels], "ART", "UNS"], n_stages=levels))
    assert hypnogram.stages.tolist() == [*LABELS[levels].values(), -1, -1]
    assert hypnogram.levels == levels


def test_artefact_and_unscored_are_unscored_and_go_back_as_unscored():
    assert to_yasa(from_yasa(yasa.Hypnogram(["ART", "UNS", "N2"]))).hypno.tolist() == ["UNS", "UNS", "N2"]


def test_the_whole_of_yasas_hypnogram_is_the_lights_window():
    hyp = yasa.simulate_hypnogram(tib=60, seed=1)
    hypnogram = from_yasa(hyp)
    assert (hypnogram.lights_off, hypnogram.lights_on / 60) == (0.0, hyp.sleep_statistics()["TIB"])


def test_a_night_counts_the_same_in_both():
    hyp = yasa.simulate_hypnogram(tib=480, seed=3, start="2024-05-01 22:30:00")
    hypnogram = from_yasa(hyp)
    statistics = hyp.sleep_statistics()
    for stage, key in ((Stage.N1, "N1"), (Stage.N2, "N2"), (Stage.N3, "N3"), (Stage.R, "REM")):
        assert (hypnogram.stages == stage).sum() / 2 == statistics[key]
    assert to_yasa(hypnogram).hypno.equals(hyp.hypno)
    assert to_yasa(hypnogram).sleep_statistics() == pytest.approx(statistics, nan_ok=True)


def test_start_is_a_plain_datetime():
    start = from_yasa(yasa.Hypnogram(["W"], start="2024-05-01 22:30:00")).start
    assert type(start) is datetime
    assert start == datetime(2024, 5, 1, 22, 30)


def test_an_unnamed_scorer_has_no_name():
    assert from_yasa(yasa.Hypnogram(["W"])).scorer == Scorer()
    assert from_yasa(yasa.Hypnogram(["W"], scorer=2)).scorer == Scorer("2")
    assert to_yasa(Hypnogram([0])).scorer is None


# ----------------------------------------------------------------------------------------------------- probabilities
def test_probabilities_in_any_order_and_with_columns_missing():
    proba = pd.DataFrame({"R": [0.25, 1.0], "W": [0.75, 0.0]})
    hypnogram = from_yasa(yasa.Hypnogram(["W", "R"], proba=proba))
    assert hypnogram.probabilities.tolist() == [[0.75, 0, 0, 0, 0.25], [0, 0, 0, 0, 1.0]]


def test_the_share_of_artefact_is_divided_among_the_stages():
    proba = pd.DataFrame({"WAKE": [0.5, 0.0], "REM": [0.25, 0.1], "ART": [0.25, 0.9]})
    hypnogram = from_yasa(yasa.Hypnogram(["WAKE", "ART"], proba=proba))
    np.testing.assert_allclose(hypnogram.probabilities[0], [2 / 3, 0, 0, 0, 1 / 3])
    assert np.isnan(hypnogram.probabilities[1]).all()


def test_no_probability_is_the_probability_of_unscored():
    proba = to_yasa(Hypnogram([0, -1], probabilities=[[1, 0, 0, 0, 0], [math.nan] * 5])).proba
    assert proba["UNS"].tolist() == [0.0, 1.0]
    assert proba.loc[1, ["WAKE", "N1", "N2", "N3", "REM"]].tolist() == [0.0] * 5


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (4, {"WAKE": 0.5, "LIGHT": 0.25, "DEEP": 0.125, "REM": 0.125}),
        (3, {"WAKE": 0.5, "NREM": 0.375, "REM": 0.125}),
        (2, {"WAKE": 0.5, "SLEEP": 0.5}),
    ],
)
def test_probabilities_of_fewer_stages_are_sums(levels, expected):
    hypnogram = Hypnogram([0], probabilities=[[0.5, 0.125, 0.125, 0.125, 0.125]], levels=levels)
    assert to_yasa(hypnogram).proba.iloc[0].to_dict() == expected


def test_probabilities_of_fewer_stages_are_left_behind():
    proba = pd.DataFrame({"WAKE": [0.5], "SLEEP": [0.5]})
    assert from_yasa(yasa.Hypnogram(["SLEEP"], n_stages=2, proba=proba)).probabilities is None


# ------------------------------------------------------------------------------------------------------------ manners
def test_what_is_not_yasas_is_refused():
    with pytest.raises(HypnogramError, match=r"takes a yasa\.Hypnogram, not list; .* Hypnogram\(stages\)"):
        from_yasa([0, 1, 2])


def test_converting_warns_and_logs_nothing(caplog):
    with caplog.at_level(logging.DEBUG):
        from_yasa(to_yasa(Hypnogram([0, 2])))
    assert not caplog.records


def test_yasa_is_imported_only_when_it_is_needed():
    code = "import sys, somnometry.io.yasa_bridge; print('yasa' in sys.modules, 'pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False False\n"


@pytest.mark.real_data
def test_the_hypnogram_that_yasa_ships(shared):
    """sub-02: integers in YASA's coding, of which YASA reads the labels."""
    integers = np.loadtxt(shared / "data" / "yasa_snippets" / "sub-02_hypno_30s.txt", dtype=str)
    hyp = yasa.Hypnogram(integers)
    counted = {word: int((hyp.hypno == word).sum()) for word in LABELS[5]}
    stages = from_yasa(hyp).stages
    assert {word: int((stages == code).sum()) for word, code in LABELS[5].items()} == counted
