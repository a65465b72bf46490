"""Nights as a study needs them: from the table, and from the hypnograms beside it."""

import json
import math
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import somnometry as sm
from somnometry import RecordingError, read_nights
from somnometry.batch import study_nights
from somnometry.batch.derivatives import Derivatives
from somnometry.batch.nights_csv import read_rows
from somnometry.batch.records import Record, write_record
from somnometry.batch.report import write_report
from somnometry.cli.app import app
from somnometry.report.words.verdict import explain


@pytest.fixture
def derivatives(tmp_path):
    """Eight nights of one person in one period, and one of another; hypnograms of all but the last."""
    (tmp_path / "hypnograms").mkdir()
    rows = []
    for night in range(9):
        name, subject = f"n{night}", "a" if night < 8 else "b"
        start = datetime(2026, 1, 5, 23) + timedelta(days=night, minutes=10 * (night % 2))
        hypnogram = sm.simulate_hypnogram(night, hours=7.0, start=start)
        if night < 8:
            sm.write_hypnogram(hypnogram, tmp_path / "hypnograms" / f"{name}.csv")
        rows.append({"recording": name, "subject": subject, "condition": "c", "period": 1, "night": night + 1,
                     "status": "ok", **sm.architecture(hypnogram)})  # fmt: skip
    pd.DataFrame(rows).to_csv(tmp_path / "nights.csv", index=False)
    return tmp_path


def test_a_folder_gives_regularity_and_fixed_windows(derivatives):
    nights = sm.read_nights(derivatives)
    hypnograms = [sm.read_hypnogram(derivatives / "hypnograms" / f"n{i}.csv") for i in range(8)]
    measured = sm.regularity(hypnograms)
    for name in ("sri_nights", "tst_sd", "mid_sleep_sd"):
        assert nights[name].to_numpy()[:8] == pytest.approx(getattr(measured, name))
        assert np.isnan(nights[name].to_numpy()[8])
    by_window = [sm.architecture(sm.window(h, "first_4h"))["tst"] for h in hypnograms]
    assert nights["tst__first_4h"].to_numpy()[:8] == pytest.approx(by_window)
    assert "rem_latency__first_4h" not in nights  # a latency is the same in any window that holds it


def test_a_table_alone_is_read_as_it_is(derivatives):
    (derivatives / "hypnograms").rename(derivatives / "elsewhere")
    nights = sm.read_nights(derivatives / "nights.csv")
    assert "sri_nights" not in nights
    assert len(nights) == 9


def test_no_table_and_no_columns_of_a_study_are_told(derivatives, tmp_path):
    with pytest.raises(sm.ClaimError) as refused:
        sm.read_nights(tmp_path / "nowhere")
    assert refused.value.place == str(tmp_path / "nowhere")
    table = pd.read_csv(derivatives / "nights.csv").drop(columns=["subject"])
    table.to_csv(derivatives / "nights.csv", index=False)
    nights = sm.read_nights(derivatives)
    with pytest.raises(sm.ClaimError, match="no column 'subject'"):
        sm.judge(sm.Claim("tst", "increases", design="parallel", treatment="c", control="d"), nights)


def test_a_folder_and_its_table_are_one(derivatives):
    assert sm.read_nights(derivatives).equals(sm.read_nights(derivatives / "nights.csv"))


def test_what_was_added_once_is_not_added_again(derivatives):
    first = sm.read_nights(derivatives)
    first.to_csv(derivatives / "nights.csv", index=False)
    again = sm.read_nights(derivatives)
    assert list(again) == list(first)
    assert list(first).count("tst__first_4h") == list(first).count("sri_nights") == 1


def test_a_night_that_failed_has_nothing_of_a_hypnogram_of_before(derivatives):
    nights = pd.read_csv(derivatives / "nights.csv")
    nights.loc[3, "status"] = "failed"
    nights.to_csv(derivatives / "nights.csv", index=False)
    read = sm.read_nights(derivatives)
    assert math.isnan(read.loc[3, "tst__first_4h"])
    sound = [sm.read_hypnogram(derivatives / "hypnograms" / f"n{i}.csv") for i in range(8) if i != 3]
    assert read.loc[0, "tst_sd"] == pytest.approx(sm.regularity(sound).tst_sd)


@pytest.mark.parametrize("name", ["", "..", "../n1", "a/b", "n" * 400, "n\x00"])
def test_a_name_that_is_no_file_has_no_hypnogram(derivatives, name):
    nights = pd.read_csv(derivatives / "nights.csv")
    nights.loc[0, "recording"] = name
    nights.to_csv(derivatives / "nights.csv", index=False)
    assert math.isnan(sm.read_nights(derivatives).loc[0, "tst__first_4h"])


# ------------------------------------------------------------------------------------- Python and the command line
CLAIMS = """
[study]
design = "crossover"
treatment = "active"
control = "placebo"
randomised = true

[[claim]]
metric = "tst"
direction = "increases"
smallest_effect = 15.0
source = "AASM 2021"
secondary = ["se"]

[[claim]]
metric = "sol"
direction = "decreases"
smallest_effect = 20.0
source = "a trial"

[[claim]]
metric = "tst_sd"
direction = "decreases"
smallest_effect = 10.0
source = "a guess"
"""


def crossover(folder, n=4, nights=7):
    """A crossover whose hypnograms lie beside its table, as `measure` leaves it."""
    (folder / "hypnograms").mkdir()
    rows = []
    for s in range(n):
        for period in (0, 1):
            for night in range(nights):
                start = datetime(2026, 1, 5, 23) + timedelta(days=night + 21 * period, minutes=7 * ((night + s) % 3))
                name = f"s{s}p{period}n{night}"
                hypnogram = sm.simulate_hypnogram(1000 * s + 100 * period + night, hours=7.5, start=start)
                sm.write_hypnogram(hypnogram, folder / "hypnograms" / f"{name}.csv")
                condition = ("placebo", "active")[(s + period) % 2]
                rows.append({"recording": name, "status": "ok", "source_id": name, "subject": f"{s:02d}",
                             "condition": condition, "period": period + 1, "night": night + 1, "device": "psg",
                             "model": "YASA eeg", **sm.architecture(hypnogram)})  # fmt: skip
    return pd.DataFrame(rows)


def own(nights, folder):
    """As it is."""
    return nights


def failed(nights, folder):
    """Nights that failed, with what an earlier run left of them in the folder."""
    return nights.assign(status=["failed" if i % 5 == 2 else "ok" for i in range(len(nights))])


def rated(nights, folder):
    """With a column of the user's own, some of its cells empty."""
    return nights.assign(rested=[3 if i % 4 else None for i in range(len(nights))])


def foreign(nights, folder):
    """By another program: no names, no status, no hypnograms, another order of columns and rows."""
    (folder / "hypnograms").rename(folder / "elsewhere")
    nights = nights.drop(columns=["recording", "status", "source_id", "model"])
    return nights.sort_index(axis=1).sort_values("tst")


def in_hours(nights, folder):
    """In another unit than minutes."""
    return nights.assign(tst=nights["tst"] / 60)


def doubled(nights, folder):
    """With a row that stands twice."""
    return pd.concat([nights, nights.head(1)])


def without_period(nights, folder):
    """Without what a crossover needs."""
    return nights.drop(columns=["period"])


def judged(folder, place, out):
    """The verdicts of Python, or its error; and what the command line printed and wrote."""
    (folder / "claims.toml").write_text(CLAIMS, encoding="utf-8")
    study = sm.read_claims(folder / "claims.toml").study
    result = CliRunner().invoke(app, ["judge", str(folder / "claims.toml"), str(place), "--out", str(out)])
    try:
        verdicts = sm.judge_all(study, sm.read_nights(place))
    except sm.SomnometryError as error:
        return error, result
    return verdicts, json.loads((out / "verdicts.json").read_text(encoding="utf-8"))["verdicts"]


@pytest.mark.parametrize("made", [own, failed, rated, foreign, without_period])
def test_python_and_the_command_line_judge_one_folder_in_one_way(tmp_path, made):
    made(crossover(tmp_path), tmp_path).to_csv(tmp_path / "nights.csv", index=False)
    for place in (tmp_path, tmp_path / "nights.csv"):
        verdicts, documents = judged(tmp_path, place, tmp_path / "out")
        for verdict, document in zip(verdicts, documents, strict=True):
            assert verdict.outcome == document["outcome"]
            assert verdict.explain() == document["explanation"]
            assert [explain(one.name) for one in verdict.sensitivity] == [
                one["name"] for one in document["sensitivity"]
            ]
        assert (verdicts[2].outcome == "not testable") == (made in (foreign, without_period, failed))


@pytest.mark.parametrize("made", [in_hours, doubled])
def test_python_and_the_command_line_refuse_one_folder_in_one_way(tmp_path, made):
    made(crossover(tmp_path), tmp_path).to_csv(tmp_path / "nights.csv", index=False)
    error, result = judged(tmp_path, tmp_path, tmp_path / "out")
    assert result.exit_code == 2
    assert " ".join(error.what.split()) in " ".join(result.output.split())


def test_first_hours_are_those_that_each_night_alone_has(tmp_path, monkeypatch):
    monkeypatch.setattr(study_nights, "AT_ONCE", 2)
    rng = np.random.default_rng(5)
    nights = [sm.Hypnogram(rng.integers(0, 5, n), epoch=epoch) for n, epoch in ((960, 30.0), (800, 30.0), (1440, 20.0))]
    nights.append(nights[0].replace(lights_off=600.0, lights_on=27000.0))
    nights.append(nights[0].replace(lights_off=math.nan))
    nights.append(nights[0].replace(stages=np.where(np.arange(960) < 200, -1, nights[0].stages)))
    nights.append(sm.Hypnogram(rng.choice([0, 5, 3, 4], 960), levels=4))
    nights.append(sm.Hypnogram(rng.integers(0, 5, 100)))
    (tmp_path / "hypnograms").mkdir()
    rows = []
    for i, night in enumerate(nights):
        sm.write_hypnogram(night, tmp_path / "hypnograms" / f"n{i}.csv")
        rows.append(
            {"recording": f"n{i}", "subject": f"s{i}", "condition": "c", "status": "ok", "tst": 1.0, "n2_percent": 1.0}
        )
    pd.DataFrame(rows).to_csv(tmp_path / "nights.csv", index=False)
    table = sm.read_nights(tmp_path)
    for hours in (4, 6):
        for metric in ("tst", "n2_percent"):
            for night, value in zip(nights, table[f"{metric}__first_{hours}h"], strict=True):
                try:
                    alone = (
                        sm.architecture(sm.window(night, f"first_{hours}h"))[metric] if night.lights_known else math.nan
                    )
                except sm.HypnogramError:
                    alone = math.nan
                assert value == alone or (math.isnan(value) and math.isnan(alone))
    assert table["tst__first_4h"].notna().tolist() == [True, True, True, True, False, False, True, False]


@pytest.mark.parametrize("lost", [1, 3])
def test_a_table_cut_at_the_end_of_a_line_is_noticed_by_the_records_beside_it(tmp_path, lost):
    derivatives = Derivatives(tmp_path)
    for i in range(5):
        write_record(tmp_path, Record(f"n{i}", {"recording": f"n{i}", "source_id": "a", "status": "ok", "tst": 400.0}))
    write_record(tmp_path, Record("later", {"recording": "later", "status": "waiting"}, passing=True))
    derivatives.assemble()
    assert len(read_nights(tmp_path)) == 5
    whole = (tmp_path / "nights.csv").read_bytes().replace(b'"', b"").splitlines(keepends=True)  # without an end mark
    (tmp_path / "nights.csv").write_bytes(b"".join(whole[:-lost]))
    for read in (read_nights, write_report):
        with pytest.raises(RecordingError, match=f"rows of {lost} nights are missing") as refused:
            read(tmp_path)
        assert refused.value.key == "recording"
    (tmp_path / "chosen.csv").write_bytes(b"".join(whole[:-lost]))  # a copy may leave nights out
    assert len(read_nights(tmp_path / "chosen.csv")) == 5 - lost


def test_half_a_row_is_none_that_was_measured(tmp_path):
    (tmp_path / "nights.csv").write_text("recording,source_id,status,tst\nn0,a,ok,400\nn1,b,ok", encoding="utf-8")
    assert list(read_rows(tmp_path / "nights.csv")) == ["n0"]


def test_faults_of_a_table_name_its_file(tmp_path):
    table = tmp_path / "n.csv"
    table.write_text("subject,condition,tst\nP1,placebo,400\nP1,active,abc\nP2,placebo,390\nP2,active,x\n", "utf-8")
    claim = sm.Claim("tst", "increases", treatment="active", control="placebo", design="crossover")
    with pytest.raises(sm.ClaimError) as raised:
        sm.judge(claim, read_nights(table))
    lines = str(raised.value).splitlines()
    assert [line.split(":")[0] for line in lines] == [f"{table}, row {row}, column 'tst'" for row in (2, 4)]
