"""Epoch by epoch: hand-worked tables, scikit-learn as an oracle, laws, and what does not fit together."""

import math
import warnings
from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given

from somnometry.core.errors import HypnogramError
from somnometry.core.hypnogram import Hypnogram
from somnometry.core.scorer import Scorer
from somnometry.core.stage import STAGES_OF_LEVEL, Stage
from somnometry.metrics.agreement.epochs import agreement_scores, epoch_agreement
from somnometry.metrics.agreement.pairing import align_scorings

from ..strategies import laws, stages_of

START = datetime(2026, 1, 1, 23, 0)


@st.composite
def two_scorings(draw, unscored=True):
    one = draw(stages_of(unscored=unscored).filter(len))
    alphabet = st.integers(-1 if unscored else 0, 4)
    changes = draw(st.dictionaries(st.integers(0, len(one) - 1), alphabet, max_size=len(one)))
    other = one.copy()
    for place, stage in changes.items():
        other[place] = stage
    return one, other


# ------------------------------------------------------------------------------------------------------------- by hand
def test_a_table_worked_by_hand():
    # rows: reference. Agreed 12 of 20; by chance (10*9 + 6*7 + 4*4) / 400 = .37; kappa (.6 - .37) / (1 - .37)
    confusion = np.zeros((5, 5))
    confusion[:3, :3] = [[7, 2, 1], [2, 3, 1], [0, 2, 2]]
    scores = {key: float(value) for key, value in agreement_scores(confusion).items()}
    assert scores["accuracy"] == pytest.approx(0.6)
    assert scores["kappa"] == pytest.approx(0.23 / 0.63)
    # Gorodkin: (20*12 - 148) / sqrt((400 - 152) * (400 - 146))
    assert scores["mcc"] == pytest.approx(92 / math.sqrt(248 * 254))
    assert (scores["recall_W"], scores["precision_W"]) == pytest.approx((7 / 10, 7 / 9))
    assert scores["f1_N1"] == pytest.approx(2 * 3 / (6 + 7))
    assert scores["balanced_accuracy"] == pytest.approx((0.7 + 0.5 + 0.5) / 3)
    assert scores["macro_f1"] == pytest.approx((14 / 19 + 6 / 13 + 4 / 8) / 3)
    # W against the rest: 7 both, 3 only the reference, 2 only the observed, 8 neither
    assert (scores["specificity_W"], scores["npv_W"], scores["accuracy_W"]) == pytest.approx((8 / 10, 8 / 11, 0.75))
    assert scores["kappa_W"] == pytest.approx((0.75 - 0.5) / 0.5)
    assert (scores["pabak_W"], scores["prevalence_index_W"]) == pytest.approx((0.5, (7 - 8) / 20))
    assert (scores["W_as_N1"], scores["N2_as_W"]) == pytest.approx((0.2, 0))
    assert math.isnan(scores["recall_R"])
    assert math.isnan(scores["precision_R"])
    assert math.isnan(scores["f1_R"])


def test_one_stage_only_leaves_nothing_beyond_chance():
    summary = epoch_agreement(Hypnogram([2, 2, 2]), Hypnogram([2, 2, 2])).summary
    assert summary["accuracy"].pooled.value == 1
    assert math.isnan(summary["kappa"].pooled.value)
    assert math.isnan(summary["mcc"].pooled.value)


def test_unscored_epochs_are_counted_and_not_compared():
    agreement = epoch_agreement(Hypnogram([0, -1, -1, 2, 2, 4]), Hypnogram([0, -1, 1, -1, 2, 2]))
    assert agreement.unscored.tolist() == [[1, 1, 1]]
    assert agreement.outside.tolist() == [[0, 0]]
    assert int(agreement.confusion.sum()) == 3
    assert agreement.summary["accuracy"].pooled.value == pytest.approx(2 / 3)


def test_pooled_weighs_epochs_and_the_mean_weighs_people():
    nights = {"a1": [0, 0, 2, 2], "a2": [0, 2], "b": [0, 2, 2, 2]}
    device = {"a1": [0, 0, 2, 2], "a2": [2, 2], "b": [0, 0, 0, 2]}
    one, other = ({name: Hypnogram(s) for name, s in group.items()} for group in (nights, device))
    accuracy = epoch_agreement(one, other, subjects={"a1": "a", "a2": "a", "b": "b"}).summary["accuracy"]
    assert accuracy.pooled.value == pytest.approx(7 / 10)
    assert accuracy.mean.value == pytest.approx(((1 + 0.5) / 2 + 0.5) / 2)  # a: .75, b: .5
    assert accuracy.sd == pytest.approx(0.25 / math.sqrt(2))
    assert accuracy.n_people == 2
    # two people give three kinds of draws; both ends of the interval are a draw of one of them twice
    assert (accuracy.mean.lower, accuracy.mean.upper) == pytest.approx((0.5, 0.75))
    assert (accuracy.pooled.lower, accuracy.pooled.upper) == pytest.approx((0.5, 5 / 6))


def test_one_person_has_no_interval():
    summary = epoch_agreement([Hypnogram([0, 2]), Hypnogram([0, 2])], 2 * [Hypnogram([0, 1])], subjects=["a", "a"])
    assert math.isnan(summary.summary["kappa"].pooled.lower)
    assert math.isnan(summary.summary["kappa"].mean.upper)


# ------------------------------------------------------------------------------------------------------------- oracles
@laws
@given(two_scorings())
def test_scikit_learn_says_the_same(pair):
    from sklearn import metrics as sk

    one, other = pair
    both = (one >= 0) & (other >= 0)
    assume(both.any())
    scores = epoch_agreement(Hypnogram(one), Hypnogram(other), n_boot=2).scores
    one, other = one[both], other[both]
    with warnings.catch_warnings():
        # scikit-learn says that kappa and MCC of a single stage are undefined, which is what is tested
        warnings.simplefilter("ignore")
        kappa, mcc = sk.cohen_kappa_score(one, other), sk.matthews_corrcoef(one, other)
    assert scores["accuracy"][0] == pytest.approx(sk.accuracy_score(one, other))
    assert scores["kappa"][0] == pytest.approx(kappa, nan_ok=True, abs=1e-12)
    if math.isnan(scores["mcc"][0]):
        assert mcc == 0
    else:
        assert scores["mcc"][0] == pytest.approx(mcc, abs=1e-12)
    theirs = sk.precision_recall_fscore_support(one, other, labels=range(5), zero_division=np.nan)
    for i, stage in enumerate(STAGES_OF_LEVEL[5]):
        for name, values in zip(("precision", "recall", "f1"), theirs, strict=False):
            ours = scores[f"{name}_{stage.label}"][0]
            assert ours == pytest.approx(values[i], nan_ok=True), (name, stage)


# ---------------------------------------------------------------------------------------------------------------- laws
@laws
@given(stages_of().filter(lambda stages: len(set(stages[stages >= 0])) > 1))
def test_identical_scorings_agree_perfectly(stages):
    summary = epoch_agreement(Hypnogram(stages), Hypnogram(stages), n_boot=2).summary
    for key in ("accuracy", "kappa", "mcc", "balanced_accuracy", "macro_f1"):
        assert summary[key].pooled.value == pytest.approx(1), key


@laws
@given(two_scorings())
def test_swapping_transposes(pair):
    one, other = (Hypnogram(stages) for stages in pair)
    there, back = epoch_agreement(one, other, n_boot=2), epoch_agreement(other, one, n_boot=2)
    assert there.pooled.tolist() == back.pooled.T.tolist()
    assert there.unscored[:, [1, 0, 2]].tolist() == back.unscored.tolist()
    for key in ("kappa", "mcc", "macro_f1"):
        ours, theirs = there.summary[key].pooled.value, back.summary[key].pooled.value
        assert ours == pytest.approx(theirs, nan_ok=True)
    assert there.scores["recall_N2"] == pytest.approx(back.scores["precision_N2"], nan_ok=True)


@laws
@given(st.lists(two_scorings(), min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_nights_changes_nothing(pairs, random):
    names = [f"n{i}" for i in range(len(pairs))]
    one = {name: Hypnogram(pair[0]) for name, pair in zip(names, pairs, strict=True)}
    other = {name: Hypnogram(pair[1]) for name, pair in zip(names, pairs, strict=True)}
    people = {name: "ab"[i % 2] for i, name in enumerate(names)}
    random.shuffle(names)
    straight = epoch_agreement(one, other, subjects=people, n_boot=20).summary
    shuffled = epoch_agreement({name: one[name] for name in names}, other, subjects=people, n_boot=20).summary
    for key, summary in straight.items():
        for part in ("pooled", "mean"):
            ours, theirs = getattr(summary, part), getattr(shuffled[key], part)
            assert (ours.value, ours.lower, ours.upper) == pytest.approx(
                (theirs.value, theirs.lower, theirs.upper), nan_ok=True
            )


@laws
@given(two_scorings(unscored=False), st.integers(2, 4))
def test_fewer_levels_never_agree_less(pair, levels):
    one, other = (Hypnogram(stages) for stages in pair)
    fine, coarse = (epoch_agreement(one, other, levels=n, n_boot=2) for n in (levels + 1, levels))
    assert coarse.summary["accuracy"].pooled.value >= fine.summary["accuracy"].pooled.value
    assert coarse.stages == STAGES_OF_LEVEL[levels]


def test_the_seed_decides():
    rng = np.random.default_rng(0)
    nights = [[Hypnogram(rng.integers(0, 5, 50)) for _ in range(6)] for _ in range(2)]
    one, same, other = (epoch_agreement(*nights, seed=seed, n_boot=100).summary["kappa"].pooled for seed in (1, 1, 2))
    assert one == same
    assert one != other


# ----------------------------------------------------------------------------------------------------------- alignment
def test_starts_lay_the_scorings_side_by_side():
    human = Hypnogram([0, 1, 2, 3, 4], start=START)
    device = Hypnogram([2, 3, 4, 0], start=START + timedelta(seconds=60.4))
    one, other = align_scorings(human, device)
    assert one.stages.tolist() == other.stages.tolist() == [2, 3, 4]
    assert one.start == other.start == START + timedelta(seconds=60)
    agreement = epoch_agreement(human, device)
    assert agreement.outside.tolist() == [[2, 1]]
    assert int(agreement.pooled.sum()) == 3


def test_lights_are_the_nights_own():
    human = Hypnogram([0, 0, 2, 2, 0], start=START, lights_off=30, lights_on=math.nan)
    device = Hypnogram([2, 2, 2], start=START + timedelta(seconds=60), lights_on=60)
    one, other = align_scorings(human, device)
    assert (one.lights_off, one.lights_on) == (other.lights_off, other.lights_on) == (0, 60)
    assert epoch_agreement(human, device).outside.tolist() == [[3, 1]]
    alone = align_scorings(human, Hypnogram([0, 0, 2, 2, 0], lights_off=math.nan, lights_on=math.nan))[1]
    assert alone.lights_off == 30
    assert math.isnan(alone.lights_on)


def test_a_coarser_device_coarsens_the_reference():
    agreement = epoch_agreement(Hypnogram([0, 1, 2, 3, 4]), Hypnogram([0, 5, 5, 3, 4], levels=4))
    assert agreement.stages == STAGES_OF_LEVEL[4]
    assert agreement.summary["kappa"].pooled.value == 1
    assert epoch_agreement(Hypnogram([0, 1, 4]), Hypnogram([0, 7, 7], levels=2)).pooled.tolist() == [[1, 0], [0, 2]]
    merged = align_scorings(Hypnogram([0, 5, 3, 4, -1], levels=4), Hypnogram([0, 6, 6, 4, 6], levels=3))[0]
    assert merged.stages.tolist() == [Stage.W, Stage.NREM, Stage.NREM, Stage.R, Stage.UNSCORED]


@pytest.mark.parametrize(
    ("observed", "words"),
    [
        (Hypnogram([0, 2], epoch=20.0), "30 s in the reference and 20 s"),
        (Hypnogram([0, 2, 2]), "give both their start, or cut both"),
        (Hypnogram([0, 2], start=START + timedelta(seconds=12)), "starts 12 s after"),
        (Hypnogram([0, 2], start=START + timedelta(hours=9)), "share no epoch; check that they are of the same night"),
        (Hypnogram([0, 2], start=START.replace(tzinfo=UTC)), "time zone"),
    ],
)
def test_what_does_not_fit_says_what_to_do(observed, words):
    with pytest.raises(HypnogramError, match=words):
        align_scorings(Hypnogram([0, 2], start=START), observed)


def test_lights_that_leave_nothing():
    human = Hypnogram([0, 2, 2, 2], start=START, lights_off=0, lights_on=60)
    with pytest.raises(HypnogramError, match="between the lights"):
        align_scorings(human, Hypnogram([2, 2], start=START + timedelta(seconds=60)))


def test_nights_that_do_not_pair():
    night = Hypnogram([0, 2])
    with pytest.raises(HypnogramError, match="b stand alone"):
        epoch_agreement({"a": night}, {"a": night, "b": night})
    with pytest.raises(HypnogramError, match="at least one pair"):
        epoch_agreement([], [])
    with pytest.raises(HypnogramError, match="name the person"):
        epoch_agreement({"a": night}, {"a": night}, subjects={})
    with pytest.raises(HypnogramError, match="each of the 1 nights"):
        epoch_agreement(night, night, subjects=["a", "b"])
    with pytest.raises(HypnogramError, match="levels=4 or fewer"):
        epoch_agreement(night, Hypnogram([0, 5], levels=4), levels=5)
    with pytest.raises(HypnogramError, match="5, 4, 3 or 2"):
        epoch_agreement(night, night, levels=6)
    short = Hypnogram([0, 2], epoch=20.0)
    with pytest.raises(HypnogramError, match="compare them apart"):
        epoch_agreement([night, short], [night, short])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"interval": "percent"}, "interval must be 'percentile' or 'basic', not 'percent'"),
        ({"confidence": 95}, "confidence must lie between 0 and 1, not be 95"),
        ({"confidence": 0}, "confidence must lie between 0 and 1, not be 0"),
        ({"levels": 1}, "levels must be 5, 4, 3 or 2, not 1"),
    ],
)
def test_options_that_are_none(options, words):
    with pytest.raises(HypnogramError, match=words):
        epoch_agreement(Hypnogram([0, 2]), Hypnogram([0, 2]), **options)


# -------------------------------------------------------------------------------------------------------------- tables
def test_tables():
    human, device = Hypnogram([0, 2, 2, -1], scorer="human"), Hypnogram([0, 2, 1, 1], scorer="band")
    agreement = epoch_agreement({"n1": human}, {"n1": device}, subjects={"n1": "p"})
    night = agreement.to_frame().loc["n1"]
    assert (night["subject"], night["n_epochs"], night["unscored_reference"]) == ("p", 3, 1)
    assert night["accuracy"] == pytest.approx(2 / 3)
    assert agreement.summary_frame().loc["accuracy", "pooled"] == pytest.approx(2 / 3)
    assert agreement.confusion_frame().loc["N2"].to_dict() == {"W": 0, "N1": 1, "N2": 1, "N3": 0, "R": 0}
    assert agreement.scorers == ("human", "band")
    assert repr(agreement).startswith("EpochAgreement(1 nights, 3 epochs, kappa")


def test_scorers_are_named_without_the_hash_of_a_classifier_unless_it_alone_tells_them_apart():
    def named(*scorers):
        return epoch_agreement(*(Hypnogram([0, 1, 2], scorer=scorer) for scorer in scorers)).scorers

    yasa = Scorer("YASA", "classifier", sha256="330c1afdc86396e0", inputs=("eeg",))
    other = Scorer("YASA", "classifier", sha256="0123456789abcdef", inputs=("eeg",))
    assert named("human", yasa) == ("human", "YASA eeg")
    assert named(other, yasa) == ("YASA eeg sha256:0123456789ab", "YASA eeg sha256:330c1afdc863")
    assert named(yasa, yasa) == ("reference", "observed")
    assert named("", yasa) == ("reference", "observed")
