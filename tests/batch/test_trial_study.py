"""The files of a trial: read back as they were meant, and judged as they are."""

import csv
import errno
from pathlib import Path

import numpy as np
import pytest

import somnometry as sm
from somnometry import ClaimError, RecordingError
from somnometry.batch.trial_study import TrialStudy, write_trial_study
from somnometry.claims.asked import asked_claim
from somnometry.claims.claims_file import read_claims
from somnometry.core.allocation import Allocation
from somnometry.io.nights.recordings_csv import read_recordings_table

CROSSOVER = Allocation((("placebo", "drug"), ("drug", "placebo")), subjects=12, seed=7, blocks=(4,))
PARALLEL = Allocation((("placebo",), ("drug",)), subjects=15, seed=3, blocks=(2, 4), strata=("north", "south"))
THREE = Allocation((("placebo", "low", "high"), ("low", "high", "placebo"), ("high", "placebo", "low")), 9, 1, (3,))
KINDS = [("crossover", CROSSOVER, ("placebo", "drug")), ("parallel", PARALLEL, ("placebo", "drug")),
         ("crossover", THREE, ("placebo", "low", "high"))]  # fmt: skip


def written(folder, design, allocation, arms, *claims, **options):
    study = TrialStudy(tuple(map(asked_claim, claims or ("tst",))), allocation, arms, design, "psg", **options)
    return write_trial_study(study, folder)


def filled_in(folder, effect):
    """A table of nights made of recordings.csv, by numbers that numpy draws: an effect of every treatment."""
    with (folder / "recordings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rng = np.random.default_rng(1)
    for row in rows:
        row |= {"status": "ok", "tst": 400 + effect * (row["condition"] != "placebo") + 30 * rng.normal()}
    return rows


@pytest.mark.parametrize(("design", "allocation", "arms"), KINDS)
def test_what_is_written_is_judged_unchanged(design, allocation, arms, tmp_path):
    declared = written(tmp_path / "t", design, allocation, arms, nights=2, washout=7, confounders=("Late shift",))
    again = read_claims(tmp_path / "t" / "claims.toml")
    assert again.digest == declared.digest
    study = again.study
    assert (study.allocation, study.randomised, study.washout_nights) == (allocation, True, 7)
    rows = read_rows(tmp_path / "t")
    drawn = [(one.subject, condition, str(i), night) for one in allocation.drawn()
             for i, condition in enumerate(one.sequence, 1) for night in (1, 2)]  # fmt: skip
    assert rows == drawn
    for effect, outcome in ((150.0, "supported"), (-150.0, "contradicted")):
        verdicts = sm.judge_all(study, filled_in(tmp_path / "t", effect), sensitivity=False)
        assert {(v.outcome, v.cap) for v in verdicts} == {(outcome, "")}
        assert [v.claim.treatment for v in verdicts] == [*arms[1:]] if len(arms) > 2 else len(verdicts) == 1
        assert all("as-allocated" in {one.code for one in verdict.warnings} for verdict in verdicts)


def read_rows(folder):
    """Rows of recordings.csv, each with an evening filled in."""
    path = folder / "recordings.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "path,evening,subject,condition,period,night,lost,late_shift"
    full = [lines[0], *(f"n{i}.edf{line}" for i, line in enumerate(lines[1:]))]
    (folder / "filled.csv").write_text("\n".join(full), encoding="utf-8")
    details = [row.details for row in read_recordings_table(folder / "filled.csv")]
    return [(one.subject, one.condition, one.period, one.night) for one in details]


def test_who_was_given_otherwise_takes_the_lot_away(tmp_path):
    written(tmp_path / "t", "parallel", PARALLEL, ("placebo", "drug"))
    rows = filled_in(tmp_path / "t", 150.0)
    rows[3]["condition"] = {"placebo": "drug", "drug": "placebo"}[rows[3]["condition"]]
    (verdict,) = sm.judge_all(read_claims(tmp_path / "t" / "claims.toml").study, rows, sensitivity=False)
    assert (verdict.outcome, verdict.cap) == ("inconclusive", "difference observed")


def test_what_cannot_be_is_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(ClaimError, match="the arms are placebo, drg"):
        written(tmp_path / "t", "crossover", CROSSOVER, ("placebo", "drg"))
    with pytest.raises(RecordingError, match="tst"):
        written(tmp_path / "t", "crossover", CROSSOVER, ("placebo", "drug"), confounders=("tst",))
    with pytest.raises(ClaimError, match="none of the design 'parallel'"):
        written(tmp_path / "t", "parallel", CROSSOVER, ("placebo", "drug"))
    assert not (tmp_path / "t").exists()
    written(tmp_path / "t", "crossover", CROSSOVER, ("placebo", "drug"))
    with pytest.raises(ClaimError, match="there is such a file already"):
        written(tmp_path / "t", "crossover", CROSSOVER, ("placebo", "drug"))


@pytest.mark.parametrize("name", ["schedule.toml", "allocation.csv", "recordings.csv", "claims.toml"])
def test_a_trial_that_cannot_be_written_whole_can_be_begun_again(name, tmp_path, monkeypatch):
    replace = Path.replace

    def full(self, target):
        if Path(target).name == name:
            raise OSError(errno.ENOSPC, "No space left on device", str(self))
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="No space"):
            written(tmp_path, *KINDS[0])
    assert not list(tmp_path.iterdir())
    written(tmp_path, *KINDS[0])
    assert (tmp_path / "claims.toml").is_file()
