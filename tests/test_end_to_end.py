"""Recordings in, verdict out: a study whose true effect is known goes through two commands, as a user types them."""

import json

import pytest
from typer.testing import CliRunner

import somnometry as sm
from somnometry.cli import app

CLAIMS = """
[study]
name = "A remedy and REM sleep"
design = "{design}"
treatment = "active"
control = "placebo"
randomised = true
population = "simulated sleepers"
registered = "not registered"

[[claim]]
id = "MORE"
words = "more REM sleep"
metric = "rem_percent"
direction = "increases"
smallest_effect = 3.0
source = "the effect that was simulated"

[[claim]]
id = "LESS"
words = "less REM sleep"
metric = "rem_percent"
direction = "decreases"
smallest_effect = 3.0
source = "the effect that was simulated"

[[claim]]
id = "DEEPER"
words = "more deep sleep"
metric = "n3_percent"
direction = "increases"
smallest_effect = 5.0
source = "the effect that was simulated"
"""


def run(*words):
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.output


def study_of_recordings(folder, *, subjects, effect, seed, design="crossover"):
    """Simulate recordings, measure and judge them; give the verdicts on them and on the truth, and both tables."""
    run(
        "simulate", "study", "--out", folder, "--edf", "--subjects", subjects, "--effect", f"rem_percent={effect}",
        "--design", design, "--seed", seed, "--rate", 100,
    )  # fmt: skip
    (folder / "claims.toml").write_text(CLAIMS.format(design=design))
    run("measure", folder / "recordings", "--out", folder / "derivatives", "--no-figures")
    run("judge", folder / "claims.toml", folder / "derivatives", "--out", folder / "verdicts")
    judged = json.loads((folder / "verdicts" / "verdicts.json").read_text())["verdicts"]
    nights = sm.read_nights(folder / "derivatives" / "nights.csv")
    truths = [sm.architecture(sm.read_hypnogram(folder / "truth" / f"{name}.csv")) for name in nights["recording"]]
    truth = nights[["recording", "subject", "condition", "period", "night"]].copy()
    for metric in ("rem_percent", "n3_percent"):
        truth[metric] = [night[metric] for night in truths]
    truth["staging"], truth["device"] = "human", "psg"
    of_truth = sm.judge_all(sm.read_claims(folder / "claims.toml").study, truth, sensitivity=False)
    return judged, of_truth, nights, truth


def test_a_small_study_of_recordings_comes_out_as_its_truth_does(tmp_path):
    judged, of_truth, nights, truth = study_of_recordings(tmp_path, subjects=3, effect=12, seed=5, design="pre-post")
    assert nights["status"].tolist() == ["ok"] * 6
    assert (nights["rem_percent"] - truth["rem_percent"]).abs().max() < 6
    assert [verdict["n_nights"] for verdict in judged] == [6] * 3
    assert judged[0]["staging"] == "auto"
    assert judged[0]["estimate"] == pytest.approx(of_truth[0].estimate, abs=4)


@pytest.mark.acceptance
@pytest.mark.parametrize("effect", [8, 0])
def test_the_verdict_on_twelve_people_agrees_with_the_truth(tmp_path, effect):
    judged, of_truth, nights, _ = study_of_recordings(tmp_path, subjects=12, effect=effect, seed=5)
    assert nights["status"].tolist() == ["ok"] * 24
    more, less, _ = judged
    assert more["outcome"] == of_truth[0].outcome
    if effect:
        assert (more["outcome"], less["outcome"]) == ("supported", "contradicted")
        assert more["estimate"] == pytest.approx(of_truth[0].estimate, abs=2)
    else:
        assert "supported" not in (more["outcome"], less["outcome"])
