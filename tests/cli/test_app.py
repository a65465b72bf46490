"""The command line as a user types it."""

import subprocess
import sys
from pathlib import Path

import somnometry

from ..io.edf_files import noise, write

DOCS = Path(__file__).resolve().parents[2] / "docs"


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


def test_version_and_help(run):
    assert somnometry.__version__ in run("--version").output
    assert "measure" in run("--help").output
    assert run().exit_code == 2


def test_help_imports_nothing_that_measures():
    code = "import sys, somnometry.cli; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "numba", "mne", "scipy", "pandas", "matplotlib", "yasa"} & set(loaded)


def test_demo_measures_two_simulated_nights_beside_their_truth(run, tmp_path):
    result = run("demo", "--out", tmp_path, "--hours", 1)
    assert result.exit_code == 0, result.output
    for word in ("truth", "measured", "simulated_psg", "simulated_headband"):
        assert word in result.output
    nights = somnometry.read_nights(tmp_path / "derivatives" / "nights.csv")
    assert nights["status"].tolist() == ["ok", "ok"]
    assert nights.set_index("recording")["emg"].fillna("").to_dict() == {
        "simulated_headband": "",
        "simulated_psg": "EMG Chin",
    }
    for name in nights["recording"]:
        assert (tmp_path / "derivatives" / "figures" / f"{name}.png").exists()


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
    lost = run(*words)
    assert lost.exit_code == 1
    assert "n3" in lost.stderr
    assert "n3" not in lost.stdout
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
    page = DOCS / "metrics.md"
    assert run("metrics", "--markdown").output == page.read_text(encoding="utf-8")


def test_the_page_of_conventions_is_made_from_the_tables(run):
    page = DOCS / "conventions.md"
    assert run("metrics", "--conventions").output == page.read_text(encoding="utf-8")
    for program in somnometry.CONVENTIONS:
        assert f"### {program}" in page.read_text(encoding="utf-8")


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
