"""What `simulate` writes."""

import json
import subprocess
import sys

import pandas as pd
import pytest

import somnometry


def test_a_simulated_night_is_written_and_can_be_read_with_its_truth(run, tmp_path):
    path = tmp_path / "night.edf"
    result = run("simulate", "night", "--out", path, "--hours", 0.5, "--rate", 100, "--seed", 3)
    assert result.exit_code == 0, result.output
    assert somnometry.read_recording(path).montage.roles == {"eeg": "EEG C4-M1", "eog": "EOG E1-M2", "emg": "EMG Chin"}
    assert somnometry.read_hypnogram(path).n_epochs == 60
    options = ("--hours", 0.5, "--rate", 100, "--seed", 3)
    assert run("simulate", "night", "--out", tmp_path / "new" / "er" / "night.edf", *options).exit_code == 0
    assert (tmp_path / "new" / "er" / "night.edf").read_bytes() == path.read_bytes()


def test_shares_of_stages_can_be_said(run, tmp_path):
    path = tmp_path / "night.edf"
    options = ("--out", path, "--hours", 4, "--rate", 64, "--artefact-rate", 0)
    assert run("simulate", "night", *options, "--target", "N3=30", "--target", "r=10").exit_code == 0
    night = somnometry.architecture(somnometry.read_hypnogram(path))
    assert abs(night["n3_percent"] - 30) < 6
    assert abs(night["rem_percent"] - 10) < 6
    for wrong, word in (("N3", "STAGE=PERCENT"), ("N9=3", "N9"), ("N3=130", "130")):
        result = run("simulate", "night", *options, "--target", wrong)
        assert result.exit_code == 2
        assert word in result.stderr


@pytest.mark.parametrize(("option", "value"), [("--effect", "foo=3"), ("--metric", "sri"), ("--bias", "foo=3")])
def test_what_no_study_can_be_simulated_of_is_told_as_it_was_typed(run, tmp_path, option, value):
    result = run("simulate", "study", option, value, "--out", tmp_path / "s")
    assert result.exit_code == 2
    assert f"{option} {value}: " in result.stderr
    assert "Spread(" not in result.stderr
    assert "rem_percent" in run("simulate", "study", "--effect", "rem=3", "--out", tmp_path / "s").stderr
    assert not (tmp_path / "s").exists()


def test_a_study_is_scored_by_programs_that_err_as_their_calibrations_say(run, tmp_path):
    options = ("--effect", "n3_percent=0", "--subjects", 60, "--nights", 4, "--seed", 3)
    result = run(
        "simulate", "study", *options, "--stager", "bitbrain-headband", "--stager", "bitbrain-psg", "--share", 0.8,
        "--bias", "n3_percent=5", "--out", tmp_path,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    tables = {folder.name: folder / "nights.csv" for folder in (tmp_path / "scored").iterdir()}
    assert tables.keys() == {"bitbrain-headband-autoscoring", "bitbrain-psg-autoscoring"}
    for table in tables.values():
        means = pd.read_csv(table).groupby("condition")["n3_percent"].mean()
        assert 3.5 < means["active"] - means["placebo"] < 6.5
    claims = tmp_path / "claims.toml"
    claims.write_text(
        '[study]\ndesign = "crossover"\ntreatment = "active"\ncontrol = "placebo"\nrandomised = true\n'
        '[[claim]]\nid = "N3"\nmetric = "n3_percent"\ndirection = "increases"\nsmallest_effect = 3.0\nsource = "a"\n',
        encoding="utf-8",
    )
    psg = tables["bitbrain-psg-autoscoring"]
    assert run("judge", claims, psg.parent, "--calibration", "bitbrain-psg", "--out", tmp_path / "v").exit_code == 0
    (verdict,) = json.loads((tmp_path / "v" / "verdicts.json").read_text(encoding="utf-8"))["verdicts"]
    assert verdict["staging"] == "auto+propagated"
    assert verdict["outcome"] == "supported"  # what the bias makes of no effect, undeclared


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--bias", "n3_percent=3"), "--stager"),
        (("--share", 0.5), "--stager"),
        (("--stager", "bitbrain-psg", "--bias", "n3_percent"), "--bias"),
        (("--stager", "bitbrain-psg", "--bias", "n3_percent:drug=3"), "drug"),
        (("--stager", "bitbrain-psg", "--metric", "longest_sleep", "--bias", "n3_percent=3"), "n3_percent"),
        (("--stager", "nowhere.toml"), "nowhere.toml"),
    ],
)
def test_errors_of_programs_that_cannot_be_are_told(run, tmp_path, options, word):
    result = run("simulate", "study", *options, "--out", tmp_path / "s")
    assert result.exit_code == 2
    assert word in result.stderr
    assert not (tmp_path / "s").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files there")
def test_a_full_disk_is_told_in_one_line_and_leaves_nothing(tmp_path):
    """Files may have 100 kB here, which the library that writes EDF tells without the number of an error."""
    program = (
        "import resource, signal, sys\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "from somnometry.cli.app import app\napp(sys.argv[1:])\n"
    )
    words = ["simulate", "night", "--out", str(tmp_path / "n.edf"), "--hours", "0.5", "--rate", "100"]
    ran = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True)
    assert ran.returncode == 2
    assert "n.edf: cannot be written (" in ran.stderr
    assert "make room" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert list(tmp_path.iterdir()) == []
