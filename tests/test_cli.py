"""The command line as a user types it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import somnometry
from somnometry.cli import app

from .io.edf_files import noise, write
from .io.folders import LEFT_OUT, NIGHTS, write_messy_folder


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def night(tmp_path):
    channels = {"EEG C4-M1": (noise(100, 120), 100), "EMG Chin": (noise(1, 120), 1)}
    return write(tmp_path / "n1.edf", channels)


def test_measure_writes_the_table_and_leaves_with_0(run, night, tmp_path):
    result = run("measure", night, "--out", tmp_path / "out", "--lights", "recording")
    assert result.exit_code == 0, result.output
    assert "1 of 1 nights measured" in result.output
    assert (tmp_path / "out" / "nights.csv").exists()
    assert (tmp_path / "out" / "figures" / "n1.png").exists()


def test_all_derivations_vote_and_amplitudes_are_calibrated_on_request(run, tmp_path):
    names = ("EEG C4-M1", "EEG C3-M2", "EEG O2-M1")
    file = write(tmp_path / "n1.edf", {name: (noise(100, 600, sd=4.0, seed=i), 100) for i, name in enumerate(names)})
    words = ("measure", file, "--out", tmp_path / "out", "--no-figures")
    assert run(*words, "--eeg", "all", "--calibrate", "on").exit_code == 0
    row = somnometry.read_nights(tmp_path / "out" / "nights.csv").iloc[0]
    assert "votes: EEG C4-M1, EEG C3-M2" in row["model"]
    assert "note eeg-vote" in row["findings"]
    assert "repaired amplitude-calibrated" in row["findings"]
    assert run(*words, "--calibrate", "off").exit_code == 0
    row = somnometry.read_nights(tmp_path / "out" / "nights.csv").iloc[0]
    assert "votes" not in row["model"]
    assert "warning amplitude-out-of-range" in row["findings"]
    assert run(*words, "--calibrate", "maybe").exit_code == 2


def test_measure_leaves_with_1_when_a_night_failed(run, night, tmp_path):
    (tmp_path / "empty.edf").touch()
    result = run("measure", night, tmp_path / "empty.edf", "--out", tmp_path / "out", "--no-figures")
    assert result.exit_code == 1
    assert "empty failed: empty.edf: the file is empty" in result.output
    assert "1 of 2 nights measured" in result.output


def test_wrong_use_leaves_with_2(run, night, tmp_path):
    (tmp_path / "none").mkdir()
    for words in (
        ("measure", tmp_path / "none", "--out", tmp_path / "out"),
        ("measure", tmp_path / "nowhere.edf", "--out", tmp_path / "out"),
        ("measure", night),
        ("measure", night, "--out", tmp_path / "out", "--age", "40"),
        ("measure", night, "--out", tmp_path / "out", "--lights", "moon"),
        ("inspect", tmp_path / "none"),
        ("frobnicate",),
    ):
        assert run(*words).exit_code == 2, words


def test_channels_can_be_named_paired_and_left_out(run, tmp_path):
    channels = {name: (noise(100, 60, seed=i), 100) for i, name in enumerate(("C4", "C3", "E1"))}
    path = write(tmp_path / "n.edf", channels)
    result = run("measure", path, "--out", tmp_path / "out", "--eeg", "C4, C3", "--eog", "none", "--no-figures")
    assert result.exit_code == 0, result.output
    row = somnometry.read_nights(tmp_path / "out" / "nights.csv").loc[0]
    assert (row["eeg"], row["model"].split()[1]) == ("C4-C3", "eeg")


def test_age_and_sex_choose_their_classifier(run, night, tmp_path):
    result = run("measure", night, "--out", tmp_path / "out", "--age", 50, "--sex", "female", "--no-figures")
    assert result.exit_code == 0, result.output
    assert somnometry.read_nights(tmp_path / "out" / "nights.csv").loc[0, "model"].startswith("YASA eeg+demo ")


def test_inspect_shows_channels_roles_reasons_and_findings(run, night):
    result = run("inspect", night)
    assert result.exit_code == 1  # the EMG at 1 Hz is refused
    for word in ("n1.edf", "2024-05-01 22:30:00", "EEG C4-M1", "central EEG to the opposite mastoid", "slow-emg"):
        assert word in result.output


def test_inspect_leaves_with_1_when_a_file_is_refused(run, night, tmp_path):
    (tmp_path / "text.edf").write_text("hello" * 100)
    result = run("inspect", night, tmp_path / "text.edf")
    assert result.exit_code == 1
    assert "text.edf: start unknown" in result.output
    assert "not an EDF" in result.output


def test_inspect_leaves_with_0_when_nothing_is_refused(run, tmp_path):
    result = run("inspect", write(tmp_path / "n2.edf", {"EEG C4-M1": (noise(100, 120), 100)}))
    assert result.exit_code == 0, result.output
    assert "nothing found" in result.output


def test_inspect_prints_one_json_document_for_all_files(run, night, tmp_path):
    (tmp_path / "empty.edf").touch()
    result = run("inspect", tmp_path, "--json", "--emg", "none")
    files = {file["source"]: file for file in json.loads(result.output)["files"]}
    assert result.exit_code == 1
    assert set(files) == {"n1.edf", "empty.edf"}
    assert [finding["code"] for finding in files["empty.edf"]["findings"]] == ["unreadable"]
    assert not files["n1.edf"]["refused"]
    eeg = files["n1.edf"]["channels"][0]
    assert (eeg["label"], eeg["rate"], eeg["unit"], eeg["role"]) == ("EEG C4-M1", 100.0, "uV", "eeg")
    assert eeg["chosen"]
    assert eeg["why"] == "central EEG to the opposite mastoid"


def test_inspect_needs_a_path_and_one_that_exists(run, tmp_path):
    assert run("inspect").exit_code == 2
    assert run("inspect", tmp_path / "nowhere.edf").exit_code == 2


def test_the_page_of_finding_codes_is_made_from_the_table(run):
    page = Path(__file__).resolve().parents[1] / "docs" / "audit.md"
    assert run("inspect", "--codes").output == page.read_text(encoding="utf-8")


def test_version_and_help(run):
    assert somnometry.__version__ in run("--version").output
    assert "measure" in run("--help").output
    assert run().exit_code == 2


def test_importing_somnometry_imports_nothing_heavy():
    code = "import sys, somnometry; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "numba", "mne", "scipy", "pandas", "matplotlib", "yasa", "rich", "typer"} & set(loaded)


def test_help_imports_nothing_that_measures():
    code = "import sys, somnometry.cli; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "numba", "mne", "scipy", "pandas", "matplotlib", "yasa"} & set(loaded)


def test_inference_needs_neither_pickle_nor_lightgbm_nor_yasa():
    code = (
        "import sys, numpy as np, somnometry as sm\n"
        "r = sm.Recording({'C4': sm.Signal(np.random.default_rng(0).normal(0, 20, 6000), 100)}, sm.Montage('C4'))\n"
        "sm.stage(r)\n"
        "print(*sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)  # fills the cache if it is empty
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"lightgbm", "joblib", "sklearn", "yasa", "antropy"} & set(loaded)


def test_every_public_name_is_there():
    for name in somnometry.__all__:
        assert getattr(somnometry, name) is not None
    assert set(somnometry.__all__) <= set(dir(somnometry))
    with pytest.raises(AttributeError, match="no attribute 'frobnicate'"):
        somnometry.frobnicate  # noqa: B018


def test_demo_measures_two_simulated_nights_beside_their_truth(run, tmp_path):
    result = run("demo", "--out", tmp_path, "--hours", 1)
    assert result.exit_code == 0, result.output
    for word in ("truth", "measured", "simulated_psg", "simulated_headband"):
        assert word in result.output
    nights = somnometry.read_nights(tmp_path / "derivatives" / "nights.csv")
    assert nights["status"].tolist() == ["ok", "ok"]
    assert nights["emg"].fillna("").tolist() == ["EMG Chin", ""]
    for name in nights["recording"]:
        assert (tmp_path / "derivatives" / "figures" / f"{name}.png").exists()


def test_a_simulated_night_is_written_and_can_be_read_with_its_truth(run, tmp_path):
    path = tmp_path / "night.edf"
    result = run("simulate", "night", "--out", path, "--hours", 0.5, "--rate", 100, "--seed", 3)
    assert result.exit_code == 0, result.output
    assert somnometry.read_recording(path).montage.roles == {"eeg": "EEG C4-M1", "eog": "EOG E1-M2", "emg": "EMG Chin"}
    assert somnometry.read_hypnogram(path).n_epochs == 60
    assert run("simulate", "night", "--out", tmp_path / "no" / "night.edf").exit_code == 2


def test_agree_compares_two_folders_of_hypnograms(run, tmp_path):
    for scorer, stages in (("human", [0, 0, 1, 2, 2, 2, 4, 0]), ("band", [0, 1, 2, 2, 2, 2, 4, 0])):
        (tmp_path / scorer).mkdir()
        for night in ("n1", "n2", "n3"):
            hypnogram = somnometry.Hypnogram(stages, scorer=scorer)
            somnometry.write_hypnogram(hypnogram, tmp_path / scorer / f"{night}.csv")
    words = (
        "agree",
        tmp_path / "human",
        tmp_path / "band",
        "--out",
        tmp_path / "out",
        "--metric",
        "tst",
        "--no-figures",
    )
    result = run(*words)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "out" / "agreement_epochs.csv").exists()
    assert "kappa" in result.output.lower()
    (tmp_path / "band" / "n3.csv").unlink()
    assert run(*words).exit_code == 1
    assert run("agree", tmp_path / "nowhere", tmp_path / "band", "--out", tmp_path / "out").exit_code == 2


def test_metrics_defines_every_key(run):
    everything = run("metrics").output
    for key in somnometry.CATALOGUE:
        assert key in everything
    one = run("metrics", "waso_spt").output
    assert somnometry.METRICS["waso_spt"].definition.split(".")[0][:40] in one
    assert "n3_percent" not in one
    assert "24 h apart" in run("metrics", "sri").output
    assert run("metrics", "sleep_quality").exit_code == 2


def test_the_page_of_metrics_is_made_from_the_tables(run):
    page = Path(__file__).resolve().parents[1] / "docs" / "metrics.md"
    assert run("metrics", "--markdown").output == page.read_text(encoding="utf-8")


def test_the_page_of_conventions_is_made_from_the_tables(run):
    page = Path(__file__).resolve().parents[1] / "docs" / "conventions.md"
    assert run("metrics", "--conventions").output == page.read_text(encoding="utf-8")
    for program in somnometry.CONVENTIONS:
        assert f"### {program}" in page.read_text(encoding="utf-8")


def test_inspect_lists_the_nights_of_a_folder_and_explains_every_exclusion(run, tmp_path):
    write_messy_folder(tmp_path)
    result = run("inspect", tmp_path, "--eeg", "EEG C4-M1")
    assert result.exit_code == 1  # some files are broken
    said = " ".join(result.output.split())
    assert "8 nights" in said
    assert "10 files are no nights" in said
    for file in LEFT_OUT:
        assert file in said
    for word in ("one file per channel", "parts of one night", "SC4001EC-Hypnogram.edf", "the same bytes as"):
        assert word in said
    document = json.loads(run("inspect", tmp_path, "--json").output)
    assert {entry["file"]: entry["code"] for entry in document["left_out"]} == LEFT_OUT
    assert len(document["files"]) == 8 + 4
    assert {entry["night"] for entry in document["nights"]} == NIGHTS


def test_measure_follows_a_table_of_recordings_and_says_what_it_left_out(run, night, tmp_path):
    write(tmp_path / "n2.edf", {"EEG C4-M1": (noise(100, 120, seed=1), 100)})
    (tmp_path / "mine.csv").write_text("path,subject,lights_off,lights_on\nn2.edf,P2,22:30,22:32\n")
    out = tmp_path / "out"
    result = run("measure", tmp_path, "--out", out, "--recordings", tmp_path / "mine.csv", "--no-figures")
    assert result.exit_code == 0, result.output
    assert "1 of 1 nights measured" in result.output
    assert "1 file is no night" in " ".join(result.output.split())
    row = somnometry.read_nights(out / "nights.csv").loc[0]
    assert (row["recording"], row["subject"], row["trt"]) == ("n2", "P2", 2)
    (tmp_path / "mine.csv").write_text("path,age\nn2.edf,old\n")
    result = run("measure", tmp_path, "--out", out, "--recordings", tmp_path / "mine.csv")
    assert result.exit_code == 2
    assert "mine.csv, row 2, column 'age': 'old' is not a number" in result.stderr
