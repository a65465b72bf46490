"""Audits of measured studies: who is drawn, what a scorer gets, and what judge makes of what came back."""

import csv
from datetime import datetime

import numpy as np
import pytest

from somnometry import (
    Claim,
    ClaimError,
    HypnogramError,
    Recording,
    RecordingError,
    Settings,
    Signal,
    Study,
    architecture,
    judge,
    measure,
    read_hypnogram,
    read_nights,
    read_recording,
    write_edf,
    write_hypnogram,
)
from somnometry.batch.audit_sample import draw_audit, export_audit, take_audit

ORDERS = ("drug", "placebo"), ("placebo", "drug")


def study_table(folder, people=20):
    """A study's nights.csv alone: two nights in each of two periods."""
    folder.mkdir()
    rows = [
        {"recording": f"r{person}_{period}_{night}", "status": "ok", "subject": f"s{person:02d}", "period": period + 1,
         "condition": ORDERS[person % 4 == 0][period], "night": night + 1, "source_id": "x"}
        for person in range(people) for period in range(2) for night in range(2)
    ]  # fmt: skip
    with (folder / "nights.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


def test_whole_subjects_are_drawn_within_sequences_by_a_seed_and_once(tmp_path):
    folder = study_table(tmp_path / "a")
    drawn = draw_audit(folder, 8, seed=4)
    people = {night.subject: night.sequence for night in drawn}
    assert len(people) == 8
    assert len(drawn) == 32
    assert sorted(people.values()).count("placebo-drug") == 2  # 5 of 20 have this order
    assert draw_audit(study_table(tmp_path / "b"), 8, seed=4) == drawn
    assert {n.subject for n in draw_audit(study_table(tmp_path / "c"), 8, seed=5)} != set(people)
    assert draw_audit(folder, 8, seed=4) == drawn
    with pytest.raises(ClaimError, match="a study is drawn once"):
        draw_audit(folder, 8, seed=5)


def test_every_subject_has_the_same_chance_and_names_tell_no_order(tmp_path):
    folder = study_table(tmp_path / "a", people=16)
    times = dict.fromkeys((f"s{i:02d}" for i in range(16)), 0)
    first = []
    for seed in range(60):
        (folder / "audit" / "sample.csv").unlink(missing_ok=True)
        drawn = draw_audit(folder, 8, seed=seed)
        for who in {night.subject for night in drawn}:
            times[who] += 1
        first.append(drawn[0].recording.split("_")[1] == "0")
    assert min(times.values()) > 15  # 30 expected, SD 4
    assert 15 < sum(first) < 45


@pytest.mark.parametrize("n", [7, 21])
def test_too_few_and_too_many_are_refused(tmp_path, n):
    with pytest.raises(ClaimError, match=f"not {n} of 20 subjects in 2 sequences"):
        draw_audit(study_table(tmp_path / "a"), n)


def test_a_study_goes_to_the_scorer_and_back(tmp_path):
    recordings, out, scorer, back = (tmp_path / name for name in ("recordings", "out", "scorer", "back"))
    recordings.mkdir()
    rng = np.random.default_rng(0)
    lines = ["path,subject,condition,period"]
    for person in range(8):
        for period in range(2):
            name = f"Jane_{person}_{period}.edf"
            samples = Signal(rng.normal(0, 20, 12000).astype(np.float32), 100)
            write_edf(Recording({"C4-M1": samples}, start=datetime(2024, 5, period + 1, 23, 0)), recordings / name)
            lines.append(f"{name},s{person},{ORDERS[person % 2][period]},{period + 1}")
    (recordings / "recordings.csv").write_text("\n".join(lines) + "\n")
    measure([recordings], out, Settings(figures=False, lights="recording"))
    drawn = draw_audit(out, 8)
    files = export_audit(out, [recordings], scorer)
    assert sorted(file.name for file in scorer.iterdir()) == [f"night-{i:02d}.edf" for i in range(16)]
    for file, night in zip(files, drawn, strict=True):
        given = (recordings / f"{night.recording}.edf").read_bytes()
        assert read_recording(file).start == datetime(2000, 1, 1, 23, 0)
        assert b"Jane" not in file.read_bytes()
        samples = read_recording(recordings / f"{night.recording}.edf").signals["C4-M1"].samples
        assert np.allclose(read_recording(file).signals["C4-M1"].samples, samples, atol=0.1)
        assert given

    back.mkdir()
    stages = np.array([0, 2, 3, 3])
    for night in drawn:
        auto = read_hypnogram(out / "hypnograms" / f"{night.recording}.csv")
        human = auto.replace(stages=np.roll(stages, len(night.recording) % 2), probabilities=None)
        write_hypnogram(human, back / f"{night.blinded}.csv")
    with pytest.raises(RecordingError, match="no scorings are called night-00"):
        take_audit(out, scorer / "..")
    take_audit(out, back)
    nights = read_nights(out)
    assert (nights["n3_minutes_human"] == architecture(human.whole())["n3_minutes"]).all()
    assert not (nights["n3_minutes"] == nights["n3_minutes_human"]).all()

    short = read_hypnogram(back / "night-00.csv")
    write_hypnogram(short.replace(stages=short.stages[:1], lights_on=30.0), back / "night-00.csv")
    with pytest.raises(HypnogramError, match=r"0\.5 min are scored of a night of 2 min"):
        take_audit(out, back)


def test_judge_uses_what_a_folder_holds(tmp_path):
    folder = study_table(tmp_path / "a", people=24)
    rng = np.random.default_rng(1)
    nights = read_nights(folder)
    drug = (nights["condition"] == "drug").to_numpy()
    human = 15 + 5 * drug + rng.normal(0, 1.5, len(nights))
    nights.assign(n3_percent=0.7 * human + rng.normal(0, 1, len(nights))).to_csv(folder / "nights.csv", index=False)
    drawn = {night.recording for night in draw_audit(folder, 10)}
    rows = [(r, v) for r, v in zip(nights["recording"], human, strict=True) if r in drawn]
    (folder / "audit" / "values.csv").write_text(
        "recording,n3_percent_human\n" + "".join(f"{r},{v}\n" for r, v in rows)
    )
    study = Study(design="crossover", treatment="drug", control="placebo", randomised=True, psychoactive=True,
                  staging="auto", device="headband")  # fmt: skip
    verdict = judge(Claim("n3_percent", "increases", smallest_effect=2.0), read_nights(folder), study)
    assert (verdict.outcome, verdict.staging, verdict.df) == ("supported", "auto+audited", 8)
    assert verdict.estimate == pytest.approx(5, abs=1)


def test_a_folder_without_a_draw_says_how_to_draw(tmp_path):
    with pytest.raises(ClaimError, match="nobody was drawn"):
        take_audit(study_table(tmp_path / "a"), tmp_path)
    with pytest.raises(ClaimError, match="there is no nights"):
        draw_audit(tmp_path, 8)


def test_a_draw_is_given_back_only_with_the_table_that_it_is_of(tmp_path):
    folder = study_table(tmp_path / "a")
    drawn = draw_audit(folder, 8, seed=4)
    table = folder / "nights.csv"
    whole = table.read_text()
    table.write_text(whole.replace("subject", "person", 1))
    with pytest.raises(ClaimError, match="has no column 'subject'"):
        draw_audit(folder, 8, seed=4)
    table.write_text(whole.replace(f"{drawn[0].recording},", "other,"))
    with pytest.raises(ClaimError, match=f"1 nights that were drawn .* such as {drawn[0].recording} of"):
        draw_audit(folder, 8, seed=4)
    table.write_bytes(b"recording\xff\n")
    with pytest.raises(ClaimError, match="cannot be read"):
        draw_audit(folder, 8, seed=4)
    table.write_text(whole)
    assert draw_audit(folder, 8, seed=4) == drawn


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text[: text.rindex("\r\n", 0, -2) + 2], "32 nights were drawn, and 31 are in the table"),
        (lambda text: text.replace("night-00", "../../night-00"), "no night of a draw"),
        (lambda text: text.replace("night-00,", "night-00,../", 1), "no night of a draw"),
        (lambda text: text.replace(",4,", ",four,", 1), "no night of a draw"),
        (lambda text: text.replace("seed", "dees"), "no draw of an audit"),
        (lambda text: text.replace("night-00", "\udcff"), "not in UTF-8"),
        (lambda text: text.replace("night-00", "x" * 140_000), "cannot be read as a table"),
        (lambda text: text[:0], "no draw of an audit"),
    ],
    ids=[
        "cut at a line",
        "out of the folder",
        "recording out of the folder",
        "seed",
        "columns",
        "bytes",
        "long",
        "empty",
    ],
)
def test_a_draw_that_is_not_as_it_was_written_is_refused(tmp_path, change, told):
    folder = study_table(tmp_path / "a")
    draw_audit(folder, 8, seed=4)
    sample = folder / "audit" / "sample.csv"
    with sample.open(newline="") as file:
        text = file.read()
    sample.write_text(change(text), newline="", encoding="utf-8", errors="surrogateescape")
    for use in (lambda: draw_audit(folder, 8, seed=4), lambda: take_audit(folder, tmp_path)):
        with pytest.raises((ClaimError, RecordingError), match=told):
            use()
    assert not list(tmp_path.glob("night*"))


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("recording,tst_human\n{}", None),
        ("recording,tst_human\n{}".rpartition("{}")[0], "32 nights are lost"),
        ("recording,tst_human\n{}{}", "there twice"),
        ("night,tst_human\n{}", "KeyError"),
        ("recording,tst_human\n{}r,many\n", "ValueError"),
        ("recording,tst_human\n{}\udcff,1\n", "its text is not in UTF-8"),
    ],
    ids=["whole", "cut", "twice", "columns", "text", "bytes"],
)
def test_values_of_an_audit_that_are_not_whole_are_refused(tmp_path, lines, told):
    folder = study_table(tmp_path / "a")
    rows = "".join(f"{night.recording},{400 + i}\n" for i, night in enumerate(draw_audit(folder, 8, seed=4)))
    values = folder / "audit" / "values.csv"
    values.write_text(lines.format(rows, rows), encoding="utf-8", errors="surrogateescape")
    if told is None:
        assert read_nights(folder)["tst_human"].notna().sum() == 32
    else:
        with pytest.raises(ClaimError, match=told):
            read_nights(folder)
