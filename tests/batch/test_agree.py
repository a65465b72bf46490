"""Two folders in, tables and figures out."""

import csv
import os
import shutil
from datetime import datetime
from itertools import combinations

import pytest

from somnometry import simulate_hypnogram
from somnometry.batch.agree import agree
from somnometry.batch.outputs import write_events
from somnometry.core.errors import HypnogramError, RecordingError
from somnometry.core.hypnogram import Hypnogram
from somnometry.core.scorer import Scorer
from somnometry.io.edf.writer import write_edf_annotations
from somnometry.io.hypnograms import write_hypnogram

HUMAN = {"n1": [0, 0, 1, 2, 2, 2, 4, 0], "n2": [0, 2, 2, 3, 3, 4, 4, 0], "n3": [0, 0, 0, 1, 2, 2, 0, 0]}
BAND = {"n1": [0, 1, 2, 2, 2, 2, 4, 0], "n2": [0, 2, 3, 3, 3, 4, 4, 0], "n3": [0, 0, 2, 2, 2, 2, 0, 0]}


@pytest.fixture
def folders(tmp_path):
    for scorer, nights in (("human", HUMAN), ("band", BAND)):
        (tmp_path / scorer / "deep").mkdir(parents=True)
        for name, stages in nights.items():
            where = tmp_path / scorer / ("deep" if name == "n3" else "")
            write_hypnogram(Hypnogram(stages, scorer=scorer), where / f"{name}.csv")
    return tmp_path / "human", tmp_path / "band", tmp_path / "out"


def rows(path):
    with path.open(newline="") as lines:
        return list(csv.DictReader(lines))


def test_tables_and_figures(folders):
    agreement = agree(*folders, n_boot=50)
    out = folders[2]
    assert agreement.problems == ()
    assert [row["night"] for row in rows(out / "agreement_epochs.csv")] == ["n1", "n2", "n3"]
    # 6, 7 and 6 of 8
    assert [float(row["accuracy"]) for row in rows(out / "agreement_epochs.csv")] == [0.75, 0.875, 0.75]
    summary = {row["score"]: row for row in rows(out / "agreement_summary.csv")}
    assert float(summary["accuracy"]["pooled"]) == pytest.approx(19 / 24, abs=1e-6)
    confusion = {row["reference"]: row for row in rows(out / "confusion.csv")}
    assert {stage: int(n) for stage, n in confusion["W"].items() if stage != "reference"} == {
        "W": 8, "N1": 1, "N2": 1, "N3": 0, "R": 0,
    }  # fmt: skip
    metrics = {row["metric"]: row for row in rows(out / "agreement_metrics.csv")}
    assert float(metrics["tst"]["bias"]) == pytest.approx((0.5 + 0 + 0.5) / 3, abs=1e-6)
    values = [row for row in rows(out / "agreement_values.csv") if row["metric"] == "tst"]
    assert [float(row["difference"]) for row in values] == [0.5, 0, 0.5]
    figures = {path.name for path in (out / "figures").iterdir()}
    assert figures == {"confusion.png", *(f"bland_altman_{key}.png" for key in metrics)}
    assert len(metrics) == 12


def test_people_with_several_nights(folders, tmp_path):
    (tmp_path / "subjects.csv").write_text("night,subject\nn1,p\nn2,p\nn3,q\n")
    agreement = agree(*folders, subjects=tmp_path / "subjects.csv", keys=["tst"], figures=False, n_boot=50)
    assert agreement.epochs.subjects == agreement.metrics["tst"].subjects == ("p", "p", "q")
    assert list(agreement.metrics) == ["tst"]
    assert not (folders[2] / "figures").exists()
    (tmp_path / "subjects.csv").write_text("night,subject\nn1,p\nn2,p\n")
    agreement = agree(*folders, subjects=tmp_path / "subjects.csv", figures=False, n_boot=50)
    assert agreement.epochs.nights == ("n1", "n2")
    assert "does not say whose night it is" in agreement.problems[0]


def test_what_goes_wrong_with_one_file_stops_no_other(folders):
    human, band, _ = folders
    (human / "n1.csv").rename(human / "other.csv")
    shutil.copy(human / "n2.csv", human / "deep" / "n2.csv")
    (band / "bad.csv").write_text("nonsense")
    shutil.copy(human / "other.csv", human / "bad.csv")
    write_hypnogram(Hypnogram([0, 2]), human / "short.csv")
    write_hypnogram(Hypnogram([0, 2, 2]), band / "short.csv")
    agreement = agree(*folders, figures=False, n_boot=50)
    assert agreement.epochs.nights == ("n3",)
    problems = "\n".join(agreement.problems)
    for words in (
        "other.csv: no file of that name in",
        "n1.csv: no file of that name in",
        "have the same name; keep one of them",
        "bad.csv: neither an EDF or BDF file",
        "short: 2 epochs in the reference and 3",
    ):
        assert words in problems
    assert len(agreement.problems) == 5


def test_no_pair_can_be_compared(folders):
    human, band, out = folders
    for name in HUMAN:
        for path in band.rglob(f"{name}.csv"):
            path.write_text("nonsense")
    agreement = agree(human, band, out)
    assert (agreement.epochs, agreement.metrics, len(agreement.problems)) == (None, None, 3)
    assert not out.exists()


def test_a_night_mostly_unscored_is_compared_by_epochs_only(folders):
    write_hypnogram(Hypnogram([0, -1, -1, -1, 2, 2, 4, 0], scorer="band"), folders[1] / "n1.csv")
    agreement = agree(*folders, keys=["tst"], figures=False, n_boot=50)
    assert agreement.epochs.nights == ("n1", "n2", "n3")
    assert agreement.metrics["tst"].nights == ("n2", "n3")
    assert agreement.problems[0].startswith("n1: left out of the metrics")


def test_lights_of_the_recording(tmp_path):
    for scorer in ("human", "band"):
        (tmp_path / scorer).mkdir()
        night = Hypnogram([0, 2, 2], start=datetime(2026, 1, 1), lights_off=float("nan"), lights_on=float("nan"))
        write_hypnogram(night, tmp_path / scorer / "n.csv")
    folders = tmp_path / "human", tmp_path / "band", tmp_path / "out"
    assert agree(*folders, keys=["sol"], figures=False).metrics["sol"].n == 0
    assert agree(*folders, keys=["sol"], figures=False, lights="recording").metrics["sol"].n == 1


def test_wrong_use(folders, tmp_path):
    human, band, out = folders
    (tmp_path / "empty").mkdir()
    (tmp_path / "alien").mkdir()
    write_hypnogram(Hypnogram([0, 2]), tmp_path / "alien" / "x.csv")
    (tmp_path / "people.csv").write_text("a,b\n1,2\n")
    for place, arguments, options in (
        (tmp_path / "nowhere", (tmp_path / "nowhere", band), {}),
        (tmp_path / "empty", (human, tmp_path / "empty"), {}),
        (tmp_path / "people.csv", (human, band), {"subjects": tmp_path / "people.csv"}),
        (tmp_path / "none.csv", (human, band), {"subjects": tmp_path / "none.csv"}),
    ):
        with pytest.raises(HypnogramError) as refused:
            agree(*arguments, out, **options)
        assert refused.value.place == str(place)
    for words, arguments, options in (
        ("has the name of one of", (human, tmp_path / "alien"), {}),
        ("is no metric", (human, band), {"keys": ["tts"]}),
        ("name at least one metric", (human, band), {"keys": []}),
        ("not the string 'tst'", (human, band), {"keys": "tst"}),
        ("lights must be 'markers' or 'recording', not 'marks'", (human, band), {"lights": "marks"}),
        ("levels must be 5, 4, 3 or 2, not 6", (human, band), {"levels": 6}),
    ):
        with pytest.raises(HypnogramError, match=words):
            agree(*arguments, out, **options)


def test_a_night_of_another_epoch_length_stops_no_other(folders):
    for folder in folders[:2]:
        write_hypnogram(Hypnogram([0, 2, 2, 4], epoch=20.0), folder / "a.csv")
    agreement = agree(*folders, figures=False, n_boot=50)
    assert agreement.epochs.nights == ("n1", "n2", "n3")
    (problem,) = agreement.problems
    assert problem.startswith("a: epochs of 20 s, but of 30 s on most nights")
    for name in ("n2", "n3"):
        for folder in folders[:2]:
            next(folder.rglob(f"{name}.csv")).unlink()
    assert agree(*folders, figures=False, n_boot=50).epochs.nights == ("a",)  # one night each: that of the first


def test_keys_may_come_once_only_and_twice(folders):
    agreement = agree(*folders, keys=(key for key in ("tst", "se", "tst")), n_boot=50, figures=False)
    assert list(agreement.metrics) == ["tst", "se"]
    assert [row["metric"] for row in rows(folders[2] / "agreement_metrics.csv")] == ["tst", "se"]


@pytest.mark.parametrize(
    ("table", "line", "key"),
    [
        ("n1,p\nn2,p\nn1,q\n", 4, "subject"),
        ("n1,p\nn2,\n", 3, "subject"),
        ("n1,p\n  ,q\n", 3, "night"),
        ("n1\n", 2, ""),
        ("n1,Doe, Jane\n", 2, ""),
    ],
)
def test_a_doubtful_table_of_subjects_is_refused(folders, tmp_path, table, line, key):
    people = tmp_path / "subjects.csv"
    people.write_text(f"night,subject\n{table}")
    with pytest.raises(HypnogramError) as refused:
        agree(*folders, subjects=people)
    assert (refused.value.place, refused.value.key) == (f"{people}, line {line}", key)


def test_a_night_may_be_given_the_same_subject_twice(folders, tmp_path):
    (tmp_path / "subjects.csv").write_text("night,subject\nn1,p\nn1, p\n\nn2,p\nn3,q\n")
    agreement = agree(*folders, subjects=tmp_path / "subjects.csv", keys=["tst"], figures=False, n_boot=50)
    assert agreement.epochs.subjects == ("p", "p", "q")


@pytest.mark.parametrize("below", ["out", "."])
def test_a_second_run_does_not_read_the_tables_of_the_first(folders, below):
    human, band, _ = folders
    for _ in range(2):
        agreement = agree(human, band, human / below, keys=["tst"], figures=False, n_boot=50)
        assert (agreement.epochs.nights, agreement.problems) == (("n1", "n2", "n3"), ())


def test_levels_and_unscored_nights_are_as_asked(folders):
    write_hypnogram(Hypnogram([0, -1, -1, -1, 2, 2, 4, 0], scorer="band"), folders[1] / "n1.csv")
    agreement = agree(*folders, levels=2, max_unscored=0.5, figures=False, n_boot=50)
    assert [row["reference"] for row in rows(folders[2] / "confusion.csv")] == ["W", "SLEEP"]
    assert agreement.metrics["tst"].nights == ("n1", "n2", "n3")  # of n1, 3 of 8 are unscored
    assert agreement.problems == ()


@pytest.mark.parametrize("maker", ["profusion", "nsrr", "bids", "yasa"])
def test_scorings_of_other_programs_of_the_same_nights_agree_in_full(folders, maker):
    """Each night of the reference is written again, by hand, in the way of another program."""
    human, _, out = folders
    other = human.parent / maker
    other.mkdir()
    for name, stages in HUMAN.items():
        if maker == "profusion":
            epochs = "".join(f"<SleepStage>{5 if stage == 4 else stage}</SleepStage>" for stage in stages)
            (other / f"{name}.xml").write_text(f"<CMPStudyConfig><SleepStages>{epochs}</SleepStages></CMPStudyConfig>")
        if maker == "nsrr":
            words = ["Wake|0", "Stage 1 sleep|1", "Stage 2 sleep|2", "Stage 3 sleep|3", "REM sleep|5"]
            events = "".join(
                f"<ScoredEvent><EventType>Stages|Stages</EventType><EventConcept>{words[stage]}</EventConcept>"
                f"<Start>{30 * i}</Start><Duration>30</Duration></ScoredEvent>" for i, stage in enumerate(stages)
            )  # fmt: skip
            (other / f"{name}.xml").write_text(f"<PSGAnnotation><ScoredEvents>{events}</ScoredEvents></PSGAnnotation>")
        if maker == "bids":
            lines = [f"{30 * i}\t30\tsleep_{'wake N1 N2 N3 REM'.split()[stage]}" for i, stage in enumerate(stages)]
            (other / f"{name}.tsv").write_text("onset\tduration\ttrial_type\n" + "\n".join(lines))
        if maker == "yasa":
            (other / f"{name}.txt").write_text("\n".join("WAKE N1 N2 N3 REM".split()[stage] for stage in stages))
    agreement = agree(human, other, n_boot=50, out=out, figures=False, lights="recording")
    assert agreement.problems == ()
    assert [float(row["accuracy"]) for row in rows(out / "agreement_epochs.csv")] == [1, 1, 1]


STAGES = "W W N1 N2 N2 N3 N3 R R W".split()
NSRR = """<?xml version="1.0"?><PSGAnnotation>
<SoftwareVersion>Compumedics</SoftwareVersion><EpochLength>30</EpochLength>
<ScoredEvents><ScoredEvent><EventType/><EventConcept>Recording Start Time</EventConcept><Start>0</Start>
<Duration>300</Duration><ClockTime>00.00.00 22.00.00</ClockTime></ScoredEvent>{}</ScoredEvents></PSGAnnotation>"""
CONCEPTS = {
    "W": "Wake|0",
    "N1": "Stage 1 sleep|1",
    "N2": "Stage 2 sleep|2",
    "N3": "Stage 3 sleep|3",
    "R": "REM sleep|5",
}


def scored_by_four(folder):
    event = (
        "<ScoredEvent><EventType>Stages|Stages</EventType><EventConcept>{}</EventConcept><Start>{}</Start>"
        "<Duration>30</Duration></ScoredEvent>"
    )
    xml = NSRR.format("".join(event.format(CONCEPTS[stage], 30 * i) for i, stage in enumerate(STAGES)))
    luna = "".join(f"{stage}\t.\t.\t{30 * i}\t{30 * i + 30}\t.\n" for i, stage in enumerate(STAGES))
    bids = "onset\tduration\ttrial_type\n" + "".join(f"{30 * i}\t30\t{stage}\n" for i, stage in enumerate(STAGES))
    for name, text in {"nsrr/n.xml": xml, "luna/n.annot": luna, "bids/n_events.tsv": bids}.items():
        (folder / name).parent.mkdir()
        (folder / name).write_text(text)
    (folder / "edf").mkdir()
    codes = [{"W": 0, "N1": 1, "N2": 2, "N3": 3, "R": 4}[stage] for stage in STAGES]
    write_edf_annotations(Hypnogram(codes, start=datetime(2024, 5, 1, 22)), folder / "edf" / "n_stages.edf")
    return [folder / name for name in ("nsrr", "luna", "bids", "edf")]


def test_four_formats_of_one_night_agree(tmp_path):
    for ref, obs in combinations(scored_by_four(tmp_path), 2):
        agreement = agree(ref, obs, tmp_path / "out", lights="recording", figures=False, n_boot=20)
        assert agreement.problems == ()
        assert agreement.epochs.summary["accuracy"].pooled.value == 1, (ref.name, obs.name)


def test_integers_are_read_as_told_by_option_or_table(tmp_path):
    for scorer, text in {"a": "0\n2\n5\n5\n", "b": "5\n2\n4\n4\n"}.items():
        (tmp_path / scorer).mkdir()
        (tmp_path / scorer / "n.txt").write_text(text)
    (tmp_path / "b" / "recordings.csv").write_text("path,coding\nn.edf,dreams_aasm\n")
    how = {"lights": "recording", "figures": False, "n_boot": 20}
    refused = agree(tmp_path / "a", tmp_path / "b", tmp_path / "out", **how)
    assert (refused.epochs, len(refused.problems)) == (None, 1)
    told = agree(tmp_path / "a", tmp_path / "b", tmp_path / "out", format="isruc", **how)
    assert (told.problems, told.epochs.summary["accuracy"].pooled.value) == ((), 1)


def test_what_a_batch_writes_beside_a_hypnogram_is_no_second_scoring(tmp_path):
    for scorer in ("human", "device"):
        (tmp_path / scorer).mkdir()
        night = Hypnogram([0, 2, 2, 3, 4], scorer=scorer)
        write_hypnogram(night, tmp_path / scorer / "n1.csv")
    write_events(night, tmp_path / "device" / "n1_events.tsv")
    (tmp_path / "device" / "n1_stages.edf").write_bytes(b"0")
    assert agree(tmp_path / "human", tmp_path / "device", tmp_path / "out", figures=False).problems == ()


def test_whose_night_it_is_may_stand_in_the_table_of_a_batch(tmp_path):
    for scorer in ("human", "device"):
        (tmp_path / scorer).mkdir()
        for name in ("n1", "n2"):
            write_hypnogram(Hypnogram([0, 2, 2, 3, 4], scorer=scorer), tmp_path / scorer / f"{name}.csv")
    table = tmp_path / "nights.csv"
    table.write_text("recording,subject,night\nn1,Ann,1\nn2,Bea,1\n", encoding="utf-8")
    found = agree(tmp_path / "human", tmp_path / "device", tmp_path / "out", subjects=table, figures=False)
    assert found.metrics["tst"].subjects == ("Ann", "Bea")


def test_a_scoring_that_is_a_copy_of_the_other_is_told(tmp_path):
    stages = [0, 1, 2, 3, 4] * 40
    for folder, scored in (("a", stages), ("b", stages), ("c", [*stages[:-1], 0])):
        (tmp_path / folder).mkdir()
        scorer = Scorer("YASA", "classifier") if folder == "b" else folder
        write_hypnogram(Hypnogram(scored, scorer=scorer), tmp_path / folder / "n1.csv")
    copied = agree(tmp_path / "a", tmp_path / "b", tmp_path / "out", figures=False)
    assert copied.problems == ("n1: all 200 epochs are alike, as no two scorers have them: one is a copy",)
    assert agree(tmp_path / "a", tmp_path / "c", tmp_path / "out", figures=False).problems == ()


def test_a_link_that_leads_back_to_itself_is_an_error_of_the_system(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        write_hypnogram(Hypnogram([0, 1, 2]), tmp_path / folder / "n1.csv")
        (tmp_path / folder / "n2.csv").symlink_to("n2.csv")
    (tmp_path / "out").symlink_to("out")
    with pytest.raises(OSError, match="out"):
        agree(tmp_path / "a", tmp_path / "b", tmp_path / "out", figures=False)


@pytest.mark.parametrize("name", [b"n\xff.csv", b"\x1b]0;pwn\x07.csv", b"a\nb.csv", "\u202egnp.csv".encode()])
def test_a_name_that_no_table_or_terminal_takes_is_its_escape(tmp_path, name):
    for folder, seed in (("a", 1), ("b", 2)):
        (tmp_path / folder).mkdir()
        path = tmp_path / folder / "n.csv"
        write_hypnogram(simulate_hypnogram(seed, hours=2.0), path)
        try:
            path.rename(os.fsdecode(os.fsencode(tmp_path / folder) + b"/" + name))
        except OSError:
            pytest.skip("this file system takes no such name")
    agree(tmp_path / "a", tmp_path / "b", tmp_path / "out")
    written = b"".join(path.read_bytes() for path in (tmp_path / "out").glob("*.csv"))
    assert written
    assert written.decode("utf-8").replace("\n", "").replace("\r", "").isprintable()


@pytest.mark.parametrize(
    "content", [b"night,subject\nn1,\xffp\n", b"night,subject\nn1," + b"p" * 140_000 + b"\n"], ids=["bytes", "long"]
)
def test_a_table_of_subjects_that_is_none_is_refused(folders, tmp_path, content):
    (tmp_path / "subjects.csv").write_bytes(content)
    with pytest.raises(RecordingError, match=r"subjects\.csv: cannot be read as a table"):
        agree(*folders, subjects=tmp_path / "subjects.csv")
